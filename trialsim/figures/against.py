"""What designs do when an assumption fails: curves over the true rate, a few patients more or fewer, and a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from trialsim.figures.parts import SMALL, boxes, name_axes, write
from trialsim.figures.style import BLUE, INK, ORANGE, SERIES
from trialsim.figures.svg import Canvas, Picture, laid_out

_DIGIT = 14
"""How tall a number is on a scale to 112."""
_WIDTH = 8.6
_MORE = 5
"""How many patients more or fewer are shown."""

_LEFT, _STEP = 0.42, 0.084
_LINE = 0.25


@dataclass(frozen=True, slots=True)
class Curve:
    """The chance of success of one design over true response rates."""

    name: str
    rates: tuple[float, ...]
    success: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Failing:
    """What is assumed, and what is true instead.

    Attributes
    ----------
    p0, p1, alpha : float
        The assumptions.
    truth : float
        What standard care truly gives.
    success : float
        The chance that the design taken succeeds there with a drug that adds nothing.
    n : int
        Its patients.
    """

    p0: float
    p1: float
    alpha: float
    truth: float
    success: float
    n: int


def against_picture(
    failing: Failing,
    curves: Sequence[Curve],
    sizes: Sequence[tuple[int, float]],
    table: Sequence[tuple[str, Sequence[float | None]]],
    truths: Sequence[float],
    *,
    prediction: float | None = None,
) -> Picture:
    """Show what designs do when an assumption fails.

    Parameters
    ----------
    failing : Failing
    curves : sequence of Curve
        At most four; the first is the design taken.
    sizes : sequence of (int, float)
        Patients more (or, below 0, fewer) than planned, and the power of the design taken with so many.
    table : sequence of (str, sequence of float)
        A row a design: its chance to succeed with a drug that adds nothing, at each of `truths`.
    prediction : float, optional
        Trials in 100 that the learner expected to succeed.
    """
    canvas = _canvas(tuple(name for name, _ in table), tuple(truths))

    def paint(panes: tuple[Axes, Axes, Figure]) -> None:
        curve, steps, figure = panes
        _curves(curve, curves, failing, prediction)
        _sizes(steps, sizes, failing.n)
        _numbers(figure, [row for _, row in table], failing.alpha)

    return canvas.picture(paint)


@lru_cache(maxsize=64)
def breaks_picture(
    false: tuple[tuple[float, float], ...], sizes: tuple[tuple[int, float], ...], *, alpha: float, wanted: float
) -> Picture:
    """Show in little what breaks a design: standard care that is better than assumed, and patients who do not come.

    Parameters
    ----------
    false : tuple of (float, float)
        What standard care may truly give, and the chance of success there with a drug that adds nothing.
    sizes : tuple of (int, float)
        Patients more (or, below 0, fewer) than planned, and the power that so many leave.
    alpha, wanted : float
        The allowed chance of a false success and the wanted power, drawn as lines.
    """
    canvas = _breaks_canvas(tuple(f"{100 * truth:g}" for truth, _ in false), tuple(f"{more:d}" for more, _ in sizes))
    panes = ((false, alpha), (sizes, wanted))

    def paint(both: tuple[Axes, Axes]) -> None:
        for axes, (found, limit), colour in zip(both, panes, (ORANGE, BLUE), strict=True):
            boxes(axes, [(at - 0.38, at + 0.38, 0, 100 * chance) for at, (_, chance) in enumerate(found)], colour)
            axes.plot([-0.6, len(found) - 0.4], [100 * limit] * 2, color=INK, linewidth=1.2, linestyle="--")
            for at, (_, chance) in enumerate(found):
                write(axes, at, _above(chance, limit), f"{100 * chance:.0f}", side="center", level="baseline")

    return canvas.picture(paint)


def _above(chance: float, limit: float) -> float:
    """Where the number of a bar stands, in 100: on the bar, or on the dashed line where that would cross it."""
    line, at = 100 * limit, 100 * chance + 2
    return line + 2 if at - 2 < line < at + _DIGIT else at


@laid_out(width=5.6, height=4.2)
def _breaks_canvas(figure: Figure, truths: tuple[str, ...], sizes: tuple[str, ...]) -> tuple[Axes, Axes]:
    upper, lower = figure.subplots(2, 1)
    for axes, names, title, below in (
        (upper, truths, "Success, drug adds nothing (dashed: allowed)", "if standard care truly gives (%)"),
        (lower, sizes, "Power at p1 (dashed: wanted)", "patients more or fewer than planned"),
    ):
        axes.set(xlim=(-0.6, len(names) - 0.4), ylim=(0, 112), yticks=(0, 50, 100))
        axes.set_xticks(range(len(names)), names)
        axes.set_title(title, fontsize=SMALL + 0.5, loc="left", fontweight="bold")
        name_axes(axes, below, "in 100", larger=0)
    return upper, lower


def _height(rows: int) -> float:
    return 4.05 + _LINE * rows


def _row(at: float, rows: int) -> float:
    """The height of a line of the table, as a share of the figure; 0 is its heading."""
    return 1 - (3.84 + _LINE * at) / _height(rows)


@lru_cache(maxsize=16)
def _canvas(names: tuple[str, ...], truths: tuple[float, ...]) -> Canvas:
    rows, height = len(names), _height(len(names))

    def lay_out(figure: Figure) -> tuple[Axes, Axes, Figure]:
        figure.set_layout_engine("none")
        low, tall = 1 - 2.95 / height, 2.65 / height
        curve, steps = figure.add_axes((0.07, low, 0.545, tall)), figure.add_axes((0.70, low, 0.292, tall))
        curve.set(xlim=(0, 100), ylim=(0, 104), xticks=range(0, 101, 10), yticks=range(0, 101, 20))
        name_axes(curve, "True response rate of the treated (%)", "trials in 100 that succeed", size=SMALL - 0.5)
        steps.set(xlim=(-_MORE - 0.6, _MORE + 0.6), ylim=(0, 104))
        steps.set_xticks(range(-_MORE, _MORE + 1), [f"{k:+d}" if k else "0" for k in range(-_MORE, _MORE + 1)])
        name_axes(steps, "Patients more or fewer", "power: trials in 100 at p1", size=SMALL - 0.5)
        curve.grid()
        heads = "Trials in 100 that succeed with a drug that adds nothing, if standard care truly gives (! too many):"
        write(figure, 0.008, _row(-1, rows), heads, bold=True, level="baseline")
        for at, truth in enumerate(truths):
            write(figure, _LEFT + at * _STEP, _row(0, rows), f"{100 * truth:g} %", side="right", level="baseline")
        for at, name in enumerate(names, start=1):
            write(figure, 0.02, _row(at, rows), name, level="baseline")
        return curve, steps, figure

    return Canvas(lay_out, width=_WIDTH, height=height)


def _curves(axes: Axes, curves: Sequence[Curve], failing: Failing, prediction: float | None) -> None:
    drawn = []
    for at, (curve, series) in enumerate(zip(curves, SERIES, strict=False)):
        rates, success = 100 * np.array(curve.rates), 100 * np.array(curve.success)
        drawn += axes.plot(rates, success, series.line, color=series.colour, label=curve.name)
        drawn[-1].set_linewidth(1.5 if at else 2.6)
    for rate, text in ((failing.p0, "p0"), (failing.p1, "p1")):
        axes.plot([100 * rate] * 2, [0, 104], color=INK, linewidth=0.9, linestyle=":")
        write(axes, 100 * rate, 104.5, text, side="center", level="baseline")
    x, y = 100 * failing.truth, 100 * failing.success
    axes.plot([x, x], [0, 104], color=ORANGE, linewidth=2)
    axes.plot([x], [y], marker="s", color=INK, markerfacecolor=ORANGE, markersize=8, zorder=6)
    write(axes, x + 1.8, max(y - 9, 2), f"{y:.1f} in 100", size=SMALL + 1, bold=True, level="baseline", zorder=7)
    if prediction is not None:
        axes.plot([x], [prediction], marker="D", color=INK, markerfacecolor="none", markersize=7, zorder=6)
        below_names = min(prediction, 66)
        write(axes, x - 1.8, below_names, f"you: {prediction:g}", side="right", zorder=7)
    axes.legend(handles=drawn, loc="upper left", fontsize=SMALL - 0.5)


def _sizes(axes: Axes, sizes: Sequence[tuple[int, float]], n: int) -> None:
    boxes(axes, [(k - 0.4, k + 0.4, 0, 100 * power) for k, power in sizes if k], "none")
    boxes(axes, [(k - 0.4, k + 0.4, 0, 100 * power) for k, power in sizes if not k], BLUE)
    for k, power in sizes:
        write(axes, k, 100 * power + 1.2, f"{100 * power:.0f}", size=SMALL - 1.5, side="center", level="baseline")
    write(axes, 0, 1.03, f"Planned: {n}", bold=True, level="baseline", transform=axes.transAxes)


def _numbers(figure: Figure, rows: Sequence[Sequence[float | None]], alpha: float) -> None:
    for at, row in enumerate(rows, start=1):
        y = _row(at, len(rows))
        for column, chance in enumerate(row):
            over = chance is not None and chance > alpha * (1 + 1e-9)
            text, x = "\N{EN DASH}" if chance is None else f"{100 * chance:.1f}", _LEFT + column * _STEP
            write(figure, x, y, text, bold=over, side="right", level="baseline")
            if over:
                write(figure, x + 0.004, y, "!", bold=True, level="baseline")
