"""A rule that stops a trial for serious events: where it stops, and how often at each true rate."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from trialsim.design import SafetyRule
from trialsim.figures.parts import SMALL, mark, write
from trialsim.figures.style import BLUE, GREEN, INK, ORANGE
from trialsim.figures.svg import Picture, laid_out
from trialsim.text import in_100

RATES = np.linspace(0.0, 0.6, 121)
"""True rates at which a rule is drawn."""
_MAX_EVENTS = 10
_MAX_NUMBERED = 6  # looks beyond this many stand too close for numbers


def rule_picture(rule: SafetyRule, unacceptable: float, chances: NDArray[np.float64]) -> Picture:
    """Show at which looks and counts a rule stops, and how often it does.

    Parameters
    ----------
    rule : SafetyRule
    unacceptable : float
        The event rate at which it should stop.
    chances : ndarray
        Its chance to stop at each of `RATES`.
    """

    def paint(axes: tuple[Axes, Axes]) -> None:
        where, often = axes
        _paint_where(where, rule)
        often.plot(100 * RATES, 100 * chances, color=BLUE, linewidth=2.4, zorder=2)
        for rate, colour, marker, word in (
            (rule.acceptable, GREEN, "^", "acceptable"),
            (unacceptable, ORANGE, "s", "too high"),
        ):
            chance = float(np.interp(rate, RATES, chances))
            often.plot([100 * rate], [100 * chance], marker, color=colour, markersize=10, markeredgecolor=INK, zorder=3)
            side, level, shift = ("left", "top", 1) if rate < 0.3 else ("right", "bottom", -1)
            x, y, said = 100 * rate + 2 * shift, 100 * chance - shift, f"{word}: {in_100(chance)}"
            write(often, x, y, said, size=SMALL + 0.5, bold=True, side=side, level=level, zorder=4)

    return _canvas(10 * math.ceil(rule.n / 10)).picture(paint)


@laid_out(width=8.4, height=3.7)
def _canvas(figure: Figure, n: int) -> tuple[Axes, Axes]:
    where, often = figure.subplots(1, 2)
    step = 5 if n <= 60 else 20
    where.set(xlim=(0.3, n + 0.7), ylim=(-0.5, _MAX_EVENTS + 0.5), xticks=[1, *range(step, n + 1, step)])
    where.set(xlabel="Patients followed up", ylabel="of them with a serious event", title="Where it stops")
    where.set_yticks(range(0, _MAX_EVENTS + 1, 2))
    often.set(xlim=(0, 100 * RATES[-1]), ylim=(0, 106), yticks=range(0, 101, 20))
    often.set(xlabel="True rate, of 100", ylabel="Trials in 100 that it stops", title="How often it stops")
    return where, often


def _paint_where(axes: Axes, rule: SafetyRule) -> None:
    looks = list(zip(rule.looks, rule.stop_at, strict=True))
    going = [(m, k) for m, stop in looks for k in range(min(m + 1, stop, _MAX_EVENTS + 1))]
    stops = [(m, k) for m, stop in looks for k in range(stop, min(m, _MAX_EVENTS) + 1)]
    to_go, to_stop = (("o", "none"), ("s", ORANGE))
    for cells, (marker, face) in ((going, to_go), (stops, to_stop)):
        mark(axes, cells, marker, markersize=6, markerfacecolor=face, markeredgecolor=INK)
    for m, stop in looks:
        if stop <= min(m, _MAX_EVENTS) and len(rule.looks) <= _MAX_NUMBERED:
            write(axes, m - 0.45, stop + 0.1, str(stop), bold=True, side="right")
    for y, (marker, face), word in ((_MAX_EVENTS - 0.1, to_stop, "stop"), (_MAX_EVENTS - 1.1, to_go, "go on")):
        axes.plot([1.2], [y], marker, markersize=6, markerfacecolor=face, markeredgecolor=INK)
        write(axes, 1.8, y, word)
