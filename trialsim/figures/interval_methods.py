"""What several methods make of one result, and how often one of them is right."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from numpy.typing import NDArray

from trialsim.design import Interval
from trialsim.figures.parts import name_axes, write
from trialsim.figures.style import BLUE, GREY, INK
from trialsim.figures.svg import Picture, laid_out

_FLOOR = 60.0


def intervals_picture(
    intervals: Mapping[str, Interval],
    chosen: str,
    rate: float,
    curve: tuple[NDArray[np.float64], NDArray[np.float64]],
    level: float,
) -> Picture:
    """Show the intervals of all methods, and the coverage of one.

    Parameters
    ----------
    intervals : mapping of str to Interval
        Method to its interval.
    chosen : str
        The method whose coverage is shown.
    rate : float
        Responders / patients.
    curve : pair of ndarray
        True rates, and the chance that the interval of the chosen method contains each. The axis begins at 60 %, at 0
        where any lies below.
    level : float
        What is promised.
    """

    floor = _FLOOR if 100 * curve[1].min() >= _FLOOR else 0.0

    def paint(axes: tuple[Axes, Axes]) -> None:
        _paint_intervals(axes[0], intervals, chosen, rate)
        _paint_coverage(axes[1], chosen, curve, level, floor)

    return _canvas(tuple(intervals), floor).picture(paint)


@laid_out(width=7.6, height=3.4)
def _canvas(figure: Figure, names: tuple[str, ...], floor: float) -> tuple[Axes, Axes]:
    left, right = figure.subplots(1, 2)
    left.set(xlim=(-12, 112), ylim=(len(names) - 0.4, -0.6), xticks=range(0, 101, 20))
    left.set_yticks(range(len(names)), names)
    name_axes(left, "Plausible true rates, of 100")
    for start, end in ((-12, 0), (100, 112)):
        left.axvspan(start, end, facecolor="none", edgecolor=GREY, hatch="xxx", linewidth=0)
    right.set(xlim=(0, 100), ylim=(floor, 101), xticks=range(0, 101, 20))
    name_axes(right, "True rate, of 100", "Intervals of 100 that contain it")
    return left, right


def _paint_intervals(axes: Axes, intervals: Mapping[str, Interval], chosen: str, rate: float) -> None:
    at = list(intervals).index(chosen)
    ends = [[(100 * interval.low, y), (100 * interval.high, y)] for y, interval in enumerate(intervals.values())]
    widths = [6.0 if y == at else 2.2 for y in range(len(ends))]
    colours = [BLUE if y == at else INK for y in range(len(ends))]
    axes.add_collection(LineCollection(ends, colors=colours, linewidths=widths, zorder=3), autolim=False)
    axes.plot([100 * rate] * 2, [-0.6, len(ends) - 0.4], color=INK, linestyle=":", linewidth=1.2, zorder=2)


def _paint_coverage(
    axes: Axes, chosen: str, curve: tuple[NDArray[np.float64], NDArray[np.float64]], level: float, floor: float
) -> None:
    rates, coverage = curve
    axes.plot(100 * rates, 100 * coverage, color=BLUE, linewidth=1.1, zorder=3)
    axes.plot([0, 100], [100 * level] * 2, color=INK, linestyle="--", linewidth=1.2, zorder=2)
    text = f"{chosen}; promised: {100 * level:g}"
    write(axes, 50, floor + 0.04 * (100 - floor), text, side="center", level="bottom", zorder=3)
