"""Glucocorticoid doses of twenty patients who keep their rows, and what moves their mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from trialsim.figures.style import BLUE, GREY, INK, ORANGE
from trialsim.figures.svg import Canvas, Picture

Floats = NDArray[np.float64]

_SMALL = 9.0
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
        people.plot(
            without[inside], at[inside], "s", markersize=6.5, markerfacecolor="none", markeredgecolor=ORANGE,
            markeredgewidth=1.6, linestyle="none", zorder=5,
        )  # fmt: skip
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
            table.text(kind + 0.14, row + 1, "serious", fontsize=_SMALL, fontweight="bold", va="center")
        table.text(
            len(kinds) - 0.05,
            0,
            str(int(serious.any(axis=1).sum())),
            fontsize=10,
            fontweight="bold",
            ha="center",
            va="center",
        )
        for kind, count in enumerate(happened.sum(axis=0)):
            table.text(kind, 0, str(int(count)), fontsize=10, fontweight="bold", ha="center", va="center")

    return _ending_canvas(len(entry), tuple(kinds)).picture(paint)


@cache
def _doses_canvas(n: int, physicians: tuple[str, ...], many: int) -> Canvas:
    def lay_out(figure: Figure) -> tuple[Axes, Axes, Axes]:
        figure.set_layout_engine("none")
        people = figure.add_axes((0.04, 0.085, 0.46, 0.86))
        _lay_out_people(
            people,
            n,
            ("|", INK, "at entry"),
            ("o", BLUE, "week 12"),
            ("s", ORANGE, "week 12, same patient without drug"),
        )
        middle = figure.add_axes((0.61, 0.475, 0.38, 0.40))
        middle.set(
            xlim=_MEANS, ylim=(len(physicians) - 0.5, -0.95), yticks=range(len(physicians)), xticks=range(5, 31, 5)
        )
        middle.set_yticklabels([""] * len(physicians))
        middle.tick_params(axis="y", length=0)
        middle.tick_params(labelsize=_SMALL)
        middle.set_xlabel("Mean dose at week 12 (mg a day)", fontsize=_SMALL + 0.5)
        figure.text(0.54, 0.955, "The same patients under three physicians", fontsize=11, va="center")
        falls = figure.add_axes((0.61, 0.085, 0.38, 0.24))
        falls.set(xlim=_FALLS, ylim=(1.5, -0.95), yticks=[0, 1], xticks=range(0, 16, 5))
        falls.set_yticklabels([f"these {n}", f"{many:,}\nothers"])
        falls.tick_params(axis="y", length=0)
        falls.tick_params(labelsize=_SMALL)
        falls.spines["left"].set_visible(False)
        falls.axvline(0, color=INK, linewidth=0.8)
        falls.set_xlabel("Fall of the mean dose (mg a day)", fontsize=_SMALL + 0.5)
        return people, middle, falls

    return Canvas(lay_out, width=8.6, height=5.4)


@cache
def _ending_canvas(n: int, kinds: tuple[str, ...]) -> Canvas:
    def lay_out(figure: Figure) -> tuple[Axes, Axes]:
        figure.set_layout_engine("none")
        people = figure.add_axes((0.04, 0.095, 0.46, 0.82))
        _lay_out_people(people, n, ("|", INK, "at entry"), ("o", BLUE, "week 12"))
        table = figure.add_axes((0.53, 0.095, 0.46, 0.82))
        table.set(xlim=(-0.5, len(kinds) + 0.4), ylim=(n + 0.7, -1.6))
        table.set_axis_off()
        for at, kind in enumerate((*kinds, "serious")):
            shift = -0.05 if at == len(kinds) else 0
            table.text(
                at + shift,
                -0.95,
                kind.replace(" ", "\n", 1),
                fontsize=_SMALL,
                ha="center",
                va="bottom",
                linespacing=1.0,
            )
        table.axhline(0.5, color=INK, linewidth=0.8)
        for row in range(1, n + 1):
            table.axhline(row + 0.5, color=GREY, linewidth=0.3)
        return people, table

    return Canvas(lay_out, width=8.6, height=4.9)


def _lay_out_people(axes: Axes, n: int, *legend: tuple[str, str, str]) -> None:
    axes.set(xlim=(0, _HIGHEST + 4), ylim=(n + 0.7, -1.6), xticks=range(0, int(_HIGHEST), 10), yticks=range(1, n + 1))
    axes.tick_params(labelsize=_SMALL)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("Prednisone, mg a day; one patient a row", fontsize=_SMALL + 0.5)
    for x, (marker, colour, words) in zip((2.0, 15.0, 28.0), legend, strict=False):
        face = colour if marker == "o" else "none"
        axes.plot([x], [-0.75], marker, markersize=8, markerfacecolor=face, markeredgecolor=colour, markeredgewidth=1.6)
        axes.text(x + 1.7, -0.75, words, fontsize=_SMALL, va="center")


def _paint_lines(axes: Axes, entry: Floats, later: Floats) -> None:
    at = np.arange(1, len(entry) + 1)
    axes.hlines(at, np.minimum(entry, _HIGHEST), np.minimum(later, _HIGHEST), color=GREY, linewidth=1.4, zorder=2)
    axes.plot(np.minimum(entry, _HIGHEST), at, "|", color=INK, markersize=10, markeredgewidth=2, zorder=3)
    axes.plot(np.minimum(later, _HIGHEST), at, "o", color=BLUE, markersize=6.5, zorder=4)
    for row in np.flatnonzero(np.maximum(entry, later) > _HIGHEST):
        words = f"{entry[row]:g} to {later[row]:g}"
        axes.text(_HIGHEST + 3.5, at[row] - 0.08, words, fontsize=_SMALL - 1, ha="right", va="bottom", zorder=6)


def _paint_physicians(axes: Axes, means: Mapping[str, tuple[float, float]], shown: str, entry: float) -> None:
    axes.plot([entry] * 2, [-0.5, len(means) - 0.5], color=INK, linewidth=1.2, linestyle="--", zorder=1)
    axes.text(entry, -0.55, f"at entry {entry:.1f}", fontsize=_SMALL, ha="center", va="bottom")
    for row, (name, (treated, untreated)) in enumerate(means.items()):
        weight = "bold" if name == shown else "normal"
        axes.text(_MEANS[0] - 0.5, row, name, fontsize=9.5, fontweight=weight, ha="right", va="center")
        low, high = sorted((treated, untreated))
        axes.plot([low, high], [row, row], color=GREY, linewidth=2.5 if name == shown else 1.4, zorder=2)
        axes.plot(
            [untreated],
            [row],
            "s",
            markersize=9,
            markerfacecolor="none",
            markeredgecolor=ORANGE,
            markeredgewidth=1.8,
            zorder=3,
        )
        axes.plot([treated], [row], "o", color=BLUE, markersize=8, zorder=4)
        left, right = (treated, untreated) if treated <= untreated else (untreated, treated)
        axes.text(
            left - 0.75, row, f"{left:.1f}", fontsize=_SMALL, fontweight=weight, ha="right", va="center", zorder=5
        )
        axes.text(
            right + 0.75, row, f"{right:.1f}", fontsize=_SMALL, fontweight=weight, ha="left", va="center", zorder=5
        )


def _paint_fall(axes: Axes, row: int, anyway: float, fell: float) -> None:
    """One bar in two pieces: the fall that comes anyway, and the fall that the drug adds."""
    owed = fell - anyway
    axes.barh([row], [anyway], height=0.5, facecolor=ORANGE, edgecolor=INK, linewidth=0.8, hatch="////")
    axes.barh([row], [owed], left=[anyway], height=0.5, facecolor=BLUE, edgecolor=INK, linewidth=0.8)
    words = f"{_signed(anyway)} anyway + {_signed(owed)} by the drug = {_signed(fell)}"
    axes.text(0.2, row - 0.44, words, fontsize=_SMALL, va="center")


def _signed(value: float) -> str:
    """One decimal, a true minus, and never a zero with a sign."""
    return f"{round(value, 1) + 0.0:.1f}".replace("-", "\N{MINUS SIGN}")
