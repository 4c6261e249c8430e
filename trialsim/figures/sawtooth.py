"""Power against the number of patients: it rises in teeth, not in a line."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from trialsim.figures.parts import ring, write
from trialsim.figures.style import BLUE, GREY, INK, ORANGE
from trialsim.figures.svg import Picture, laid_out

_KEY = (
    "\N{BLACK CIRCLE} the last patient added power    \N{BLACK DOWN-POINTING TRIANGLE} the last patient took power away"
)


def sawtooth_picture(
    n: NDArray[np.int64],
    power: NDArray[np.float64],
    here: int,
    *,
    wanted: float,
    smallest: int | None = None,
    lasting: int | None = None,
    note: str = "",
) -> Picture:
    """Show the power of every size of trial, and where one of them stands.

    Parameters
    ----------
    n, power : ndarray
        Sizes without a gap, and the chance of success of each. Sizes at which one patient more than before has
        lowered the power are marked.
    here : int
        The size that is looked at.
    wanted : float
        The power that is wanted.
    smallest, lasting : int, optional
        The first size that has it, and the size from which all have it; None where that lies outside.
    note : str, optional
        What the learner expected.
    """
    canvas = _canvas(int(n[0]), int(n[-1]))
    return canvas.picture(lambda axes: _paint(axes, n, 100 * power, here, 100 * wanted, (smallest, lasting), note))


@laid_out(width=6.2)
def _canvas(figure: Figure, low: int, high: int) -> Axes:
    axes = figure.add_subplot()
    axes.set(xlim=(low - 1, high + 1), ylim=(0, 118), yticks=range(0, 101, 20))
    axes.set(xlabel="Patients in the trial", ylabel="Trials in 100 that succeed")
    write(axes, low - 0.6, 106, _KEY, size=9.5, level="top")
    return axes


def _paint(
    axes: Axes,
    n: NDArray[np.int64],
    power: NDArray[np.float64],
    here: int,
    wanted: float,
    found: Sequence[int | None],
    note: str,
) -> None:
    fell = np.concatenate([[False], np.diff(power) < 0])
    axes.plot(n, power, color=GREY, linewidth=0.9, zorder=1)
    axes.plot(n[~fell], power[~fell], "o", color=BLUE, markersize=4.5, zorder=2)
    axes.plot(n[fell], power[fell], "v", color=ORANGE, markersize=5.5, zorder=2)
    write(axes, n[-1] + 0.6, 109.5, note, size=9.5, bold=True, side="right", level="bottom", zorder=3)
    axes.axhline(wanted, color=INK, linewidth=1, linestyle="--", zorder=1)
    write(axes, n[0] - 0.6, wanted + 1.5, f"wanted: {wanted:g}", level="bottom", zorder=3)
    for size, word, across in zip(found, ("first reached", "holds from"), ("right", "left"), strict=True):
        if size is not None and n[0] <= size <= n[-1]:
            axes.plot([size, size], [0, wanted], color=INK, linewidth=1, linestyle=":", zorder=1)
            side, height = across, 4
            if side == "right" and size <= n[0] + 14:
                side, height = "left", 10
            elif side == "left" and size >= n[-1] - 12:
                side, height = "right", 10
            shift = -0.4 if side == "right" else 0.4
            write(axes, size + shift, height, f"{word} {size}", side=side, level="baseline", zorder=3)
    y = float(power[here - int(n[0])])
    ring(axes, here, y, 13, width=1.8, zorder=4)
    side, shift = ("left", 1.0) if here < n[-1] - 12 else ("right", -1.0)
    write(axes, here + shift, y - 15, f"{here} patients: {y:.1f}", size=10, bold=True, side=side, level="top", zorder=4)
