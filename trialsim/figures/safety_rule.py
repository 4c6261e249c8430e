"""A rule that stops a trial for serious events: where it stops, and how often at each true rate."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from trialsim.design import SafetyRule
from trialsim.figures.style import BLUE, GREEN, INK, ORANGE
from trialsim.figures.svg import Canvas, Picture
from trialsim.text import in_100

RATES = np.linspace(0.0, 0.6, 121)
"""True rates at which a rule is drawn."""
_SMALL = 9.0
_MOST_EVENTS = 10
_MOST_NUMBERED = 6  # looks beyond this many stand too close for numbers


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
            low = rate < 0.3
            often.text(
                100 * rate + (2 if low else -2), 100 * chance - (1 if low else -1), f"{word}: {in_100(chance)}",
                fontsize=_SMALL + 0.5, fontweight="bold", ha="left" if low else "right", va="top" if low else "bottom",
                zorder=4,
            )  # fmt: skip

    return _canvas(10 * math.ceil(rule.n / 10)).picture(paint)


@cache
def _canvas(n: int) -> Canvas:
    def lay_out(figure: Figure) -> tuple[Axes, Axes]:
        where, often = figure.subplots(1, 2)
        where.set(
            xlim=(0.3, n + 0.7),
            ylim=(-0.5, _MOST_EVENTS + 0.5),
            xticks=[1, *range(5, n + 1, 5)] if n <= 60 else [1, *range(20, n + 1, 20)],
        )
        where.set(xlabel="Patients followed up", ylabel="of them with a serious event", title="Where it stops")
        where.set_yticks(range(0, _MOST_EVENTS + 1, 2))
        often.set(xlim=(0, 100 * RATES[-1]), ylim=(0, 106), yticks=range(0, 101, 20))
        often.set(xlabel="True rate, of 100", ylabel="Trials in 100 that it stops", title="How often it stops")
        return where, often

    return Canvas(lay_out, width=8.4, height=3.7)


def _paint_where(axes: Axes, rule: SafetyRule) -> None:
    going = [(m, k) for m, stop in zip(rule.looks, rule.stop_at, strict=True) for k in range(min(m + 1, stop))]
    stops = [
        (m, k) for m, stop in zip(rule.looks, rule.stop_at, strict=True) for k in range(stop, min(m, _MOST_EVENTS) + 1)
    ]
    for cells, marker, face, edge in ((going, "o", "none", INK), (stops, "s", ORANGE, INK)):
        shown = [(m, k) for m, k in cells if k <= _MOST_EVENTS]
        if shown:
            xs, ys = zip(*shown, strict=True)
            axes.plot(xs, ys, marker, markersize=6, markerfacecolor=face, markeredgecolor=edge, linestyle="none")
    for m, stop in zip(rule.looks, rule.stop_at, strict=True):
        if stop <= min(m, _MOST_EVENTS) and len(rule.looks) <= _MOST_NUMBERED:
            axes.text(m - 0.45, stop + 0.1, str(stop), fontsize=_SMALL, fontweight="bold", ha="right", va="center")
    axes.plot([1.2], [_MOST_EVENTS - 0.1], "s", markersize=6, color=ORANGE, markeredgecolor=INK)
    axes.text(1.8, _MOST_EVENTS - 0.1, "stop", fontsize=_SMALL, va="center")
    axes.plot([1.2], [_MOST_EVENTS - 1.1], "o", markersize=6, markerfacecolor="none", markeredgecolor=INK)
    axes.text(1.8, _MOST_EVENTS - 1.1, "go on", fontsize=_SMALL, va="center")
