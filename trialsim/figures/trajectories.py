"""Twelve weeks of one measure in all patients and in one of them, and what became of that one's six measures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from numpy.typing import NDArray

from trialsim.figures.parts import SMALL, bar, name_axes, write
from trialsim.figures.style import BLUE, GREY, INK, ORANGE
from trialsim.figures.svg import Picture, laid_out

_MOST = 100.0
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scale:
    """The measure that is followed: its name with its unit, its ends as drawn, and whether by ratios (an enzyme)."""

    label: str
    low: float
    high: float
    ratios: bool = False


@dataclass(frozen=True, slots=True)
class MeasureChange:
    """What became of one measure of one patient.

    Attributes
    ----------
    label, values : str
        Its name, and the two readings.
    percent : float or None
        Of the baseline, positive for better; None from a baseline of zero, or without week 12.
    verdict : {"improved", "worse", ""}
        As the definition counts it.
    """

    label: str
    values: str
    percent: float | None
    verdict: str


def trajectories_picture(
    scale: Scale,
    weeks: Sequence[int],
    read: Floats,
    true: Floats,
    responded: NDArray[np.bool_],
    *,
    chosen: int,
    threshold: float | None,
    changes: Sequence[MeasureChange],
    limits: tuple[float, float],
    titles: tuple[str, str],
) -> Picture:
    """Show every patient's readings, one of them with the true course, and that one's change in each measure.

    Parameters
    ----------
    scale : Scale
        Of the measure that is followed.
    weeks : sequence of int
        Of the visits.
    read, true : array (patients, visits)
        What was read, and what a perfect instrument would have read; NaN for a visit that did not take place.
    responded : array of bool (patients,)
    chosen : int
        Place of the patient to look at.
    threshold : float, optional
        From which value at week 0 patients are recruited.
    changes : sequence of MeasureChange
        Of the chosen patient.
    limits : (float, float)
        Percent from which on a measure is improved, and worse.
    titles : (str, str)
        Above the courses, and above the changes.
    """
    labels = tuple(each.label for each in changes)

    def paint(axes: tuple[Axes, Axes]) -> None:
        _paint_courses(axes[0], scale, weeks, read, true, responded, chosen, threshold)
        _paint_changes(axes[1], changes)
        for ax, title in zip(axes, titles, strict=True):
            ax.text(-0.02, 1.04, title, fontsize=9.5, transform=ax.transAxes)

    return _canvas(scale, tuple(weeks), labels, limits).picture(paint)


@laid_out(width=6.8, height=4.4, layout="none")
def _canvas(
    figure: Figure, scale: Scale, weeks: tuple[int, ...], labels: tuple[str, ...], limits: tuple[float, float]
) -> tuple[Axes, Axes]:
    courses = figure.add_axes((0.075, 0.235, 0.37, 0.675))
    courses.set(xlim=(-0.7, weeks[-1] + 0.7), ylim=(scale.low, scale.high), xticks=weeks)
    if scale.ratios:
        courses.set_yscale("log")
        ticks = [tick for tick in (0.1, 0.3, 1, 3, 10, 30) if scale.low <= tick <= scale.high]
        courses.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
        courses.minorticks_off()
        courses.axhline(1, color=GREY, linewidth=0.8)
    name_axes(courses, "Week", scale.label)
    changes = figure.add_axes((0.645, 0.235, 0.325, 0.675))
    changes.set(xlim=(-_MOST, _MOST), ylim=(len(labels) - 0.4, -0.6), xticks=[-100, -50, 0, 50, 100])
    changes.set_yticks(range(len(labels)), [""] * len(labels))
    name_axes(changes, "Change, % (right: better)", rows=True)
    changes.axvline(0, color=INK, linewidth=0.8)
    for at, name, side in ((limits[0], "improved", "left"), (-limits[1], "worse", "right")):
        changes.axvline(at, color=INK, linewidth=1, linestyle="--")
        write(changes, at * 1.06, -0.5, name, size=SMALL - 0.5, side=side)
    _key(figure)
    return courses, changes


def _key(figure: Figure) -> None:
    """The key stands in a strip of its own below."""
    axes = figure.add_axes((0.0, 0.0, 1.0, 0.095))
    axes.set(xlim=(0, 1), ylim=(0, 2))
    axes.set_axis_off()
    entries = (
        (0.02, 1.45, "-", INK, "o", INK, "chosen patient, as read"),
        (0.02, 0.45, ":", INK, "", INK, "the same without reading error"),
        (0.45, 1.45, "-", GREY, "o", BLUE, "another who responds"),
        (0.45, 0.45, "-", GREY, "o", "none", "another who does not"),
        (0.79, 1.45, "--", ORANGE, "s", ORANGE, "mean of all"),
    )
    for x, y, style, colour, marker, face, words in entries:
        axes.plot([x, x + 0.032], [y, y], style, color=colour, linewidth=1.8)
        if marker:
            axes.plot([x + 0.032], [y], marker, markerfacecolor=face, markeredgecolor=colour, markersize=6)
        write(axes, x + 0.045, y, words)


def _paint_courses(
    axes: Axes,
    scale: Scale,
    weeks: Sequence[int],
    read: Floats,
    true: Floats,
    responded: NDArray[np.bool_],
    chosen: int,
    threshold: float | None,
) -> None:
    x = np.asarray(weeks, dtype=float)
    shown = np.clip(read, scale.low, scale.high)
    lines = [np.column_stack([x, each])[~np.isnan(each)] for each in shown]
    axes.add_collection(LineCollection(lines, colors=GREY, linewidths=0.9))
    last = shown[:, -1]
    here = ~np.isnan(last)
    for who, face in ((responded, BLUE), (~responded, "none")):
        ends = last[here & who]
        weeks_end = np.full(len(ends), x[-1])
        axes.plot(weeks_end, ends, "o", markersize=6, markerfacecolor=face, markeredgecolor=GREY, clip_on=False)
    mean = np.exp(np.nanmean(np.log(shown), axis=0)) if scale.ratios else np.nanmean(shown, axis=0)
    axes.plot(x, mean, "--s", color=ORANGE, linewidth=2.4, markersize=6)
    axes.plot(x, np.clip(true[chosen], scale.low, scale.high), ":", color=INK, linewidth=2)
    axes.plot(x, shown[chosen], "-o", color=INK, linewidth=2, markersize=6, clip_on=False)
    if threshold is not None:
        axes.plot([-0.7, 1.6], [threshold, threshold], color=INK, linewidth=4)
        write(axes, -0.5, 0.35, f"recruited from {threshold:g} cm (bar at week 0)")


def _paint_changes(axes: Axes, changes: Sequence[MeasureChange]) -> None:
    for row, each in enumerate(changes):
        colour, hatch = {"improved": (BLUE, ""), "worse": (ORANGE, "////"), "": ("none", "")}[each.verdict]
        if each.percent is not None:
            width = float(np.clip(each.percent, -_MOST, _MOST))
            bar(axes, row, width, colour, hatch, height=0.4)
        write(axes, -_MOST - 5, row, f"{each.label}\n{each.values}", side="right")
        said = " ".join(filter(None, ["" if each.percent is None else f"{each.percent:+.0f} %", each.verdict]))
        write(axes, _MOST, row + 0.38, said, size=SMALL - 0.5, bold=bool(each.verdict), side="right")
