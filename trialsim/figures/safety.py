"""Adverse events in few patients: what none leaves possible, and how many patients it takes to see one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from trialsim.figures.parts import SMALL, mark, name_axes, write
from trialsim.figures.published import PublishedRate
from trialsim.figures.style import BLUE, GREY, INK, ORANGE
from trialsim.figures.svg import Picture, laid_out
from trialsim.text import in_100

Floats = NDArray[np.float64]

HIGHEST_RATE = 40
"""Where the axis of true rates ends, in 100."""
_LINES = ("--", "-.", ":")
_HUNDRED = np.array([np.arange(100) % 10, np.arange(100) // 10])  # across and down


def rate_in_100(rate: float) -> str:
    """A rate to one decimal, to two where one would hide on which side of a whole number it lies.

    Examples
    --------
    >>> rate_in_100(0.1391), rate_in_100(0.0503), rate_in_100(0.0495), rate_in_100(0.05)
    ('13.9', '5.03', '4.95', '5.0')
    """
    found = 100 * rate
    whole = abs(found - round(found))
    return f"{found:.2f}" if 1e-9 < whole < 0.05 else f"{found:.1f}"


def bound_picture(
    n: int,
    seen: int,
    curve: tuple[Floats, Floats],
    bound: float,
    level: float,
    published: Sequence[PublishedRate],
    *,
    guess: tuple[float, float] | None = None,
) -> Picture:
    """Show the true event rates that a trial leaves possible.

    Parameters
    ----------
    n, seen : int
        Patients, and how many of them had the event.
    curve : pair of ndarray
        True rates, and the chance to see so few events or fewer at each.
    bound : float
        The highest rate at which that chance is not below 1 - level.
    level : float
    published : sequence of PublishedRate
        Rates to hold against it, each with its interval.
    guess : (float, float), optional
        The rate that the learner thought of, and the chance at it.
    """

    def paint(axes: tuple[Axes, Axes, Axes]) -> None:
        people, chances, _ = axes
        _paint_hundred(people, bound)
        _paint_chances(chances, n, seen, curve, bound, level, guess)

    return _bound_canvas(tuple(published)).picture(paint)


def seen_once_picture(
    sizes: Floats, curves: Mapping[float, Floats], rate: float, own: Floats, n: int, wanted: float, needed: int
) -> Picture:
    """Show the chance to see an event at least once, for every size of trial.

    Parameters
    ----------
    sizes : ndarray
        Numbers of patients.
    curves : mapping of float to ndarray
        Event rates to compare with, and their chances.
    rate, own : float, ndarray
        The event rate that is looked at, and its chances.
    n : int
        Patients in the trial.
    wanted : float
        The chance that is wanted.
    needed : int
        Patients that it takes.
    """

    def paint(axes: Axes) -> None:
        axes.plot(sizes, 100 * own, color=BLUE, linewidth=2.6, zorder=3)
        axes.plot([n, n], [0, 104], color=INK, linewidth=1.2, zorder=2)
        here = float(np.interp(n, sizes, 100 * own))
        axes.plot([n], [here], "o", color=BLUE, markersize=9, markeredgecolor=INK, zorder=5)
        side, factor = ("left", 1.06) if n <= 150 else ("right", 0.94)
        words = f"{n} patients: {in_100(here / 100)} in 100"
        write(axes, n * factor, 2, words, size=9.5, bold=True, side=side, level="bottom", zorder=6)
        axes.axhline(100 * wanted, color=INK, linewidth=1, linestyle="--", zorder=1)
        write(axes, 1.03, 100 * wanted - 1, f"wanted: {100 * wanted:g} in 100", level="top")
        if needed <= sizes[-1]:
            axes.plot([needed], [100 * wanted], "D", color=ORANGE, markersize=9, markeredgecolor=INK, zorder=5)
        words = f"thick line: {rate:g} in 100; {needed} patients are needed"
        write(axes, 1.03, 118, words, size=10, bold=True, level="top")

    chances = tuple(tuple(each.tolist()) for each in curves.values())
    return _seen_once_canvas(tuple(curves), tuple(sizes.tolist()), chances).picture(paint)


@laid_out(width=8.6, height=5.0, layout="none")
def _bound_canvas(figure: Figure, published: tuple[PublishedRate, ...]) -> tuple[Axes, Axes, Axes]:
    people = figure.add_axes((0.015, 0.21, 0.265, 0.60))
    people.set(xlim=(-0.6, 9.6), ylim=(9.6, -0.6))
    people.set_axis_off()
    mark(people, _HUNDRED.T, "o", markersize=10, markerfacecolor="none", markeredgecolor=GREY)
    words = "future patients may have\na serious event (crosses)"
    write(people, -0.4, 10.0, words, size=SMALL + 0.5, level="top")
    chances = figure.add_axes((0.385, 0.46, 0.605, 0.50))
    chances.set(xlim=(0, HIGHEST_RATE), ylim=(0, 132), yticks=range(0, 101, 20))
    name_axes(chances, y="Trials in 100 that see so few")
    rates = figure.add_axes((0.385, 0.115, 0.605, 0.235))
    rates.set(xlim=(0, HIGHEST_RATE), ylim=(len(published) - 0.4, -0.6), yticks=[])
    name_axes(rates, "True rate: patients with a serious event, of 100", bare=True)
    write(rates, 0.2, -0.75, "Published, by week 24, with exact 95 % intervals:", level="bottom")
    for row, each in enumerate(published):
        rates.plot([100 * each.interval.low, 100 * each.interval.high], [row, row], color=GREY, linewidth=3)
        rates.plot([100 * each.rate], [row], "o", color=INK, markersize=6)
        write(rates, 100 * each.interval.high + 0.6, row, each.label)
    return people, chances, rates


def _paint_hundred(axes: Axes, bound: float) -> None:
    """Cross out as many of the hundred patients as may have the event."""
    across, down = _HUNDRED[:, : round(100 * bound)]
    axes.plot(across, down, "X", markersize=11, color=ORANGE, markeredgecolor=INK, linestyle="none")
    write(axes, -0.4, -1.15, f"As many as {rate_in_100(bound)} of 100", size=11, bold=True, level="bottom")


def _paint_chances(
    axes: Axes,
    n: int,
    seen: int,
    curve: tuple[Floats, Floats],
    bound: float,
    level: float,
    guess: tuple[float, float] | None,
) -> None:
    rates, chances = curve
    axes.plot(100 * rates, 100 * chances, color=GREY, linewidth=1.4, zorder=2)
    inside = np.append(rates[rates <= bound], min(bound, rates[-1]))
    agree = np.interp(inside, rates, chances)
    axes.plot(100 * inside, 100 * agree, color=BLUE, linewidth=2.6, zorder=3)
    axes.fill_between(100 * inside, 0, 100 * agree, facecolor=BLUE, alpha=0.22, linewidth=0)
    allowed = 100 * (1 - level)
    axes.axhline(allowed, color=INK, linewidth=1, linestyle="--", zorder=1)
    write(axes, HIGHEST_RATE, allowed + 1.5, f"{allowed:g} in 100", side="right", level="bottom")
    few = f"none of {n}" if not seen else f"{seen} or fewer of {n}"
    write(axes, HIGHEST_RATE, 131, f"seen: {few}", size=10, bold=True, side="right", level="top")
    write(axes, HIGHEST_RATE, 117, "shaded: true rates not excluded", side="right", level="top")
    limit = f"up to {rate_in_100(bound)}"
    if 100 * bound < HIGHEST_RATE:
        axes.plot([100 * bound] * 2, [0, 60], color=INK, linewidth=1.8, zorder=4)
        side, shift = ("left", 0.5) if 100 * bound < 0.72 * HIGHEST_RATE else ("right", -0.5)
        write(axes, 100 * bound + shift, 58, limit, size=10, bold=True, side=side, level="top", zorder=6)
    else:
        write(axes, HIGHEST_RATE, 40, f"{limit} \N{RIGHTWARDS ARROW}", size=10, bold=True, side="right", level="top")
    if guess is not None:
        rate, chance = guess
        axes.plot([100 * rate] * 2, [0, 78], color=INK, linewidth=2.2, linestyle=":", zorder=5)
        side, shift = ("left", 0.5) if 100 * rate < 0.5 * HIGHEST_RATE else ("right", -0.5)
        words = f"you: {100 * rate:g} (at it, {in_100(chance)} in 100)"
        write(axes, 100 * rate + shift, 80, words, side=side, level="top", zorder=6)


@laid_out(width=8.0, height=3.7)
def _seen_once_canvas(
    figure: Figure, rates: tuple[float, ...], sizes: tuple[float, ...], chances: tuple[tuple[float, ...], ...]
) -> Axes:
    axes = figure.add_subplot()
    axes.set_xscale("log")
    axes.set(xlim=(1, sizes[-1]), ylim=(0, 119), yticks=range(0, 101, 20))
    ticks = [size for size in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000) if size <= sizes[-1]]
    axes.set_xticks(ticks, [f"{size:,}" for size in ticks])
    axes.minorticks_off()
    axes.set(xlabel="Patients in the trial", ylabel="Trials in 100 that see at least one")
    for rate, line, chance in zip(rates, _LINES, chances, strict=True):
        drawn = 100 * np.array(chance)
        axes.plot(sizes, drawn, color=GREY, linewidth=1.6, linestyle=line)
        at = int(np.searchsorted(drawn, 35))
        x, y = sizes[at] * 0.96, drawn[at] + 1.5
        write(axes, x, y, f"{100 * rate:g} in 100", side="right", level="bottom")
    return axes
