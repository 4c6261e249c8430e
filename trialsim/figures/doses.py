"""Glucocorticoid doses of twenty patients who keep their rows, and what moves their mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from trialsim.figures.parts import SMALL, bar, hollow, mark, name_axes, ring, write
from trialsim.figures.style import BLUE, GREY, INK, ORANGE
from trialsim.figures.svg import Picture, laid_out

Floats = NDArray[np.float64]

_HIGHEST = 65.0  # mg a day; what lies beyond is drawn at the edge, with its number
_MEANS = (2.0, 30.0)
_FALLS = (-3.0, 17.0)


def doses_picture(
    entry: Floats,
    with_drug: Floats,
    without: Floats,
    means: Mapping[str, tuple[float, float]],
    shown: str,
    many: tuple[int, float, float],
) -> Picture:
    """Show every patient's dose at entry and at week 12, and the means under each physician.

    Parameters
    ----------
    entry, with_drug, without : ndarray (n,)
        Dose at entry, at week 12 with the drug, and at week 12 of the same patients without it; mg a day.
    means : mapping of str to (float, float)
        Physician to mean dose at week 12 with and without the drug.
    shown : str
        The physician whose patients are shown.
    many : (int, float, float)
        How many others, and by how much their mean dose falls with and without the drug.
    """
    fell, anyway = float((entry - with_drug).mean()), float((entry - without).mean())

    def paint(axes: tuple[Axes, Axes, Axes]) -> None:
        people, physicians, falls = axes
        _paint_lines(people, entry, with_drug)
        at = np.arange(1, len(entry) + 1)
        inside = without <= _HIGHEST
        mark(people, zip(without[inside], at[inside], strict=True), "s", markersize=6.5, zorder=5, **hollow(ORANGE))
        _paint_physicians(physicians, means, shown, float(entry.mean()))
        _paint_fall(falls, 0, anyway, fell)
        _paint_fall(falls, 1, many[2], many[1])

    return _doses_canvas(len(entry), tuple(means), many[0]).picture(paint)


def ending_picture(
    entry: Floats, later: Floats, kinds: Sequence[str], happened: NDArray[np.bool_], serious: NDArray[np.bool_]
) -> Picture:
    """Show how a trial ended: every patient's dose at both ends, and every patient's adverse events.

    Parameters
    ----------
    entry, later : ndarray (n,)
        Doses, mg a day.
    kinds : sequence of str
        Names of the kinds of event.
    happened, serious : ndarray (n, kinds)
        Who had which event, and which was serious.
    """

    def paint(axes: tuple[Axes, Axes]) -> None:
        people, table = axes
        _paint_lines(people, entry, later)
        for row, kind in zip(*np.nonzero(happened), strict=True):
            table.plot([kind], [row + 1], "D", markersize=7, markerfacecolor=GREY, markeredgecolor=INK)
        for row, kind in zip(*np.nonzero(serious), strict=True):
            write(table, kind + 0.14, row + 1, "serious", bold=True)
        write(table, len(kinds) - 0.05, 0, str(int(serious.any(axis=1).sum())), size=10, bold=True, side="center")
        for kind, count in enumerate(happened.sum(axis=0)):
            write(table, kind, 0, str(int(count)), size=10, bold=True, side="center")

    return _ending_canvas(len(entry), tuple(kinds)).picture(paint)


@laid_out(width=8.6, height=5.4, layout="none")
def _doses_canvas(figure: Figure, n: int, physicians: tuple[str, ...], many: int) -> tuple[Axes, Axes, Axes]:
    people = figure.add_axes((0.04, 0.085, 0.46, 0.86))
    untreated = ("s", ORANGE, "week 12, same patient without drug")
    _lay_out_people(people, n, ("|", INK, "at entry"), ("o", BLUE, "week 12"), untreated)
    middle = figure.add_axes((0.61, 0.475, 0.38, 0.40))
    middle.set(xlim=_MEANS, ylim=(len(physicians) - 0.5, -0.95), xticks=range(5, 31, 5))
    middle.set_yticks(range(len(physicians)), [""] * len(physicians))
    name_axes(middle, "Mean dose at week 12 (mg a day)", rows=True)
    write(figure, 0.54, 0.955, "The same patients under three physicians", size=11)
    falls = figure.add_axes((0.61, 0.085, 0.38, 0.24))
    falls.set(xlim=_FALLS, ylim=(1.5, -0.95), xticks=range(0, 16, 5))
    falls.set_yticks([0, 1], [f"these {n}", f"{many:,}\nothers"])
    name_axes(falls, "Fall of the mean dose (mg a day)", rows=True, bare=True)
    falls.axvline(0, color=INK, linewidth=0.8)
    return people, middle, falls


@laid_out(width=8.6, height=4.9, layout="none")
def _ending_canvas(figure: Figure, n: int, kinds: tuple[str, ...]) -> tuple[Axes, Axes]:
    people = figure.add_axes((0.04, 0.095, 0.46, 0.82))
    _lay_out_people(people, n, ("|", INK, "at entry"), ("o", BLUE, "week 12"))
    table = figure.add_axes((0.53, 0.095, 0.46, 0.82))
    table.set(xlim=(-0.5, len(kinds) + 0.4), ylim=(n + 0.7, -1.6))
    table.set_axis_off()
    for at, kind in enumerate((*kinds, "serious")):
        x, words = at - 0.05 * (at == len(kinds)), kind.replace(" ", "\n", 1)
        write(table, x, -0.95, words, side="center", level="bottom", linespacing=1.0)
    table.axhline(0.5, color=INK, linewidth=0.8)
    for row in range(1, n + 1):
        table.axhline(row + 0.5, color=GREY, linewidth=0.3)
    return people, table


def _lay_out_people(axes: Axes, n: int, *legend: tuple[str, str, str]) -> None:
    axes.set(xlim=(0, _HIGHEST + 4), ylim=(n + 0.7, -1.6), xticks=range(0, int(_HIGHEST), 10), yticks=range(1, n + 1))
    name_axes(axes, "Prednisone, mg a day; one patient a row", rows=True, bare=True)
    for x, (marker, colour, words) in zip((2.0, 15.0, 28.0), legend, strict=False):
        face = colour if marker == "o" else "none"
        axes.plot([x], [-0.75], marker, markersize=8, markerfacecolor=face, markeredgecolor=colour, markeredgewidth=1.6)
        write(axes, x + 1.7, -0.75, words)


def _paint_lines(axes: Axes, entry: Floats, later: Floats) -> None:
    at = np.arange(1, len(entry) + 1)
    axes.hlines(at, np.minimum(entry, _HIGHEST), np.minimum(later, _HIGHEST), color=GREY, linewidth=1.4, zorder=2)
    axes.plot(np.minimum(entry, _HIGHEST), at, "|", color=INK, markersize=10, markeredgewidth=2, zorder=3)
    axes.plot(np.minimum(later, _HIGHEST), at, "o", color=BLUE, markersize=6.5, zorder=4)
    for row in np.flatnonzero(np.maximum(entry, later) > _HIGHEST):
        words = f"{entry[row]:g} to {later[row]:g}"
        write(axes, _HIGHEST + 3.5, at[row] - 0.08, words, size=SMALL - 1, side="right", level="bottom", zorder=6)


def _paint_physicians(axes: Axes, means: Mapping[str, tuple[float, float]], shown: str, entry: float) -> None:
    axes.plot([entry] * 2, [-0.5, len(means) - 0.5], color=INK, linewidth=1.2, linestyle="--", zorder=1)
    write(axes, entry, -0.55, f"at entry {entry:.1f}", side="center", level="bottom")
    for row, (name, (treated, untreated)) in enumerate(means.items()):
        bold, (low, high) = name == shown, sorted((treated, untreated))
        write(axes, _MEANS[0] - 0.5, row, name, size=9.5, bold=bold, side="right")
        axes.plot([low, high], [row, row], color=GREY, linewidth=2.5 if bold else 1.4, zorder=2)
        ring(axes, untreated, row, 9, 1.8, marker="s", markeredgecolor=ORANGE, zorder=3)
        axes.plot([treated], [row], "o", color=BLUE, markersize=8, zorder=4)
        write(axes, low - 0.75, row, f"{low:.1f}", bold=bold, side="right", zorder=5)
        write(axes, high + 0.75, row, f"{high:.1f}", bold=bold, zorder=5)


def _paint_fall(axes: Axes, row: int, anyway: float, fell: float) -> None:
    """One bar in two pieces: the fall that comes anyway, and the fall that the drug adds."""
    owed = fell - anyway
    bar(axes, row, anyway, ORANGE, "////", height=0.5)
    bar(axes, row, owed, BLUE, start=anyway, height=0.5)
    words = f"{_signed(anyway)} anyway + {_signed(owed)} by the drug = {_signed(fell)}"
    write(axes, 0.2, row - 0.44, words)


def _signed(value: float) -> str:
    """One decimal, a true minus, and never a zero with a sign."""
    return f"{round(value, 1) + 0.0:.1f}".replace("-", "\N{MINUS SIGN}")
