"""The chances of each number of responders, and the boundary of a decision; and a trial that is over."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from numpy.typing import NDArray

from trialsim.design import Interval, SingleStage
from trialsim.figures.parts import box_patch
from trialsim.figures.style import BLUE, INK, ORANGE
from trialsim.figures.svg import Canvas, Picture, laid_out
from trialsim.text import in_100

_LEFT, _SPAN = 0.06, 0.69
_GAUGE, _GAUGE_WIDTH = 0.815, 0.045
_RATES = (-2.5, 102.5)
_FONT = 10.0
_COUNTS = "Responders (bar height: trials in 100 that end so)"


@dataclass(frozen=True, slots=True)
class _Row:
    """A strip of the figure, in shares of its height."""

    bottom: float
    height: float

    def at(self, share: float) -> float:
        return float(self.bottom + self.height * share)


_P0, _P1 = _Row(0.595, 0.26), _Row(0.125, 0.26)


def decision_picture(design: SingleStage, p1: float, *, prediction: float | None = None) -> Picture:
    """Show where the boundary falls among the numbers of responders to be expected under p0 and under p1.

    Parameters
    ----------
    design : SingleStage
        Its n, p0, allowed error and boundary.
    p1 : float
        The true rate under the drug.
    prediction : float, optional
        How many trials of 100 the learner expected to succeed.
    """
    return _canvas().picture(lambda figure: _paint(figure, design, p1, prediction))


@laid_out(width=6.2, height=4.2, layout="none")
def _canvas(figure: Figure) -> Figure:
    for row in (_P0, _P1):
        axes = figure.add_axes((_LEFT, row.bottom, _SPAN, row.height))
        axes.set(xlim=(0, 1), ylim=(0, 1), xticks=[], yticks=[])
        axes.spines["left"].set_visible(False)
        gauge = figure.add_axes((_GAUGE, row.bottom, _GAUGE_WIDTH, row.height))
        gauge.set(xlim=(0, 1), ylim=(0, 100), xticks=[], yticks=[0, 50, 100])
        gauge.tick_params(labelsize=_FONT - 1, length=2, pad=2)
        gauge.spines[["top", "right"]].set_visible(True)
    figure.text(_LEFT + _SPAN / 2, 0.012, _COUNTS, fontsize=_FONT, ha="center")
    return figure


def _paint(figure: Figure, design: SingleStage, p1: float, prediction: float | None) -> None:
    """Few artists, straight on the figure: this is drawn again for every step of a slider."""
    chances = design.outcomes().probabilities([design.p0, p1])
    peak = 1.08 * float(chances.max())
    luck, power = design.attained_alpha, design.power(p1)
    succeeds = np.arange(design.n + 1) >= design.min_responders
    for row, heights, colour, hatch, chance in (
        (_P0, chances[0] / peak, ORANGE, "////", luck),
        (_P1, chances[1] / peak, BLUE, "", power),
    ):
        seen = heights > 5e-4
        below, above = (_bars(row, design.n, heights, seen & which) for which in (~succeeds, succeeds))
        _patch(figure, below, "none", hatch)
        _patch(figure, [*above, (_GAUGE, _GAUGE + _GAUGE_WIDTH, row.at(0), row.at(chance))], colour, hatch)
    _lines(figure, [*_scale(figure, peak), *_counts(figure, design.n)], 0.8)
    _lines(figure, [*_boundary(figure, design), *_marks(figure, design, prediction)], 1.7)
    for row, says, chance in (
        (_P0, f"If the drug adds nothing: {100 * design.p0:g} of 100 respond (p0)", luck),
        (_P1, f"If it works: {100 * p1:g} of 100 respond (p1)", power),
    ):
        figure.text(_LEFT - 0.04, row.at(1.3), says, fontsize=_FONT, fontweight="bold")
        figure.text(_GAUGE - 0.045, row.at(1.33), in_100(chance), fontsize=_FONT + 2, fontweight="bold")
        figure.text(_GAUGE - 0.045, row.at(1.12), "in 100 succeed", fontsize=_FONT)


_Line = tuple[tuple[float, float], tuple[float, float]]
_Box = tuple[float, float, float, float]


def _bars(row: _Row, n: int, heights: NDArray[np.float64], which: NDArray[np.bool_]) -> list[_Box]:
    half = min(0.02, 0.4 * (_across(100) - _across(0)) / n)
    centres = [_across(100 * x / n) for x in range(n + 1)]
    return [(centres[x] - half, centres[x] + half, row.at(0), row.at(heights[x])) for x in np.flatnonzero(which)]


def _patch(figure: Figure, boxes: list[_Box], colour: str, hatch: str) -> None:
    """Many bars as one artist."""
    if boxes:
        figure.add_artist(box_patch(boxes, colour, hatch, linewidth=0.7))


def _lines(figure: Figure, lines: list[_Line], width: float) -> None:
    made = LineCollection(lines, colors=INK, linewidths=width, transform=figure.transFigure)
    figure.add_artist(made)


def _scale(figure: Figure, peak: float) -> list[_Line]:
    """A tick that says how high the bars are; both rows share their scale."""
    step = next(step for step in (0.5, 0.2, 0.1, 0.05, 0.02) if step <= 0.75 * peak or step == 0.02)
    for row in (_P0, _P1):
        figure.text(_LEFT - 0.012, row.at(step / peak), f"{100 * step:g}", fontsize=_FONT - 1, ha="right", va="center")
    return [((_LEFT - 0.008, row.at(step / peak)), (_LEFT + 0.008, row.at(step / peak))) for row in (_P0, _P1)]


def _counts(figure: Figure, n: int) -> list[_Line]:
    step = next(step for step in (1, 2, 5, 10) if n / step <= 11)
    places = [(_across(100 * count / n), count) for count in range(0, n + 1, step)]
    for x, count in places:
        figure.text(x, _P1.at(-0.05), str(count), fontsize=_FONT, ha="center", va="top")
    return [((x, _P1.at(0)), (x, _P1.at(-0.035))) for x, _ in places]


def _boundary(figure: Figure, design: SingleStage) -> list[_Line]:
    if design.min_responders > design.n:
        text = f"no success: not even {design.n} of {design.n} would be rare enough"
        figure.text(_across(50), _P0.at(1.05), text, fontsize=_FONT, ha="center")
        return []
    x = _across(100 * (design.min_responders - 0.5) / design.n)
    text, side = f"success: {design.min_responders} or more", "left" if x < _across(50) else "right"
    figure.text(x, _P0.at(1.05), text, fontsize=_FONT, fontweight="bold", ha=side)
    return [((x, row.at(0)), (x, row.at(1.02))) for row in (_P0, _P1)]


def _marks(figure: Figure, design: SingleStage, prediction: float | None) -> list[_Line]:
    marks = [(_P0.at(design.alpha), "allowed")]
    if prediction is not None:
        marks.append((_P1.at(prediction / 100), f"you: {prediction:g}"))
    for y, text in marks:
        figure.text(_GAUGE + _GAUGE_WIDTH + 0.014, y, text, fontsize=_FONT, va="center")
    return [((_GAUGE - 0.006, y), (_GAUGE + _GAUGE_WIDTH + 0.012, y)) for y, _ in marks]


def _across(rate: float) -> float:
    """Where a rate in percent stands."""
    low, high = _RATES
    return _LEFT + _SPAN * (rate - low) / (high - low)


def verdict_picture(responders: int, n: int, interval: Interval) -> Picture:
    """Show a trial that is over: its patients, and the true rates that it leaves plausible.

    Parameters
    ----------
    responders, n : int
        What was counted.
    interval : Interval
        The plausible rates.
    """

    def lay_out(figure: Figure) -> tuple[Axes, Axes]:
        figure.set_layout_engine("none")
        people = figure.add_axes((0.06, 0.62, 0.9, 0.26))
        people.set(xlim=(0.4, n + 0.6), ylim=(0, 1))
        people.set_axis_off()
        rates = figure.add_axes((0.06, 0.22, 0.9, 0.3))
        rates.set(xlim=(0, 100), ylim=(0, 1), yticks=[], xticks=range(0, 101, 10))
        rates.set_xlabel("Patients who respond, of 100")
        rates.spines["left"].set_visible(False)
        return people, rates

    def paint(axes: tuple[Axes, Axes]) -> None:
        people, rates = axes
        at = np.arange(1, n + 1)
        for which, face, sign in ((at <= responders, BLUE, "+"), (at > responders, "none", "")):
            people.scatter(at[which], np.full(which.sum(), 0.45), s=170, facecolor=face, edgecolor=INK, linewidth=1.2)
            for x in at[which] if sign else ():
                people.text(x, 0.44, sign, color="white", fontsize=12, fontweight="bold", ha="center", va="center")
        people.text(0.5, 0.95, f"{responders} of {n} patients responded (+)", fontsize=10, va="bottom")
        low, high = (100 * limit for limit in interval)
        rates.plot([low, high], [0.3, 0.3], color=BLUE, linewidth=5, solid_capstyle="butt")
        rates.plot([100 * responders / n], [0.3], marker="o", color=INK, markersize=7)
        rates.text(high + 1.5, 0.3, f"plausible true rates: {low:.0f} to {high:.0f}", fontsize=10, va="center")

    return Canvas(lay_out, width=7.6, height=2.4).picture(paint)
