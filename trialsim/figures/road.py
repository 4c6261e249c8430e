"""A design as a road of patients with its gates: where it is looked at, what ends it there, how many it takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from trialsim.figures.parts import SMALL, name_axes, write
from trialsim.figures.style import BLUE, GREY, INK, ORANGE
from trialsim.figures.svg import Picture, laid_out

_MAX_LABELS = 11
_KEY = (
    "Height: responders\nof 100 patients seen.\nHatched: the trial\nends, no success.\nFilled: it succeeds.\n"
    "Open: it goes on."
)


@dataclass(frozen=True, slots=True)
class Gate:
    """A look at the responders.

    Parameters
    ----------
    n : int
        Patients seen.
    fails_to : int or None
        The trial ends without success with this many responders or fewer.
    succeeds_from : int or None
        It ends with success from this many on. In between it goes on.
    """

    n: int
    fails_to: int | None
    succeeds_from: int | None


def road_picture(
    gates: Sequence[Gate], rates: tuple[float, float], sizes: Sequence[tuple[str, float]], reference: int, largest: int
) -> Picture:
    """Show where a trial is looked at, what ends it there, and how many patients it takes.

    Parameters
    ----------
    gates : sequence of Gate
        In order; the last is the end of the trial.
    rates : pair of float
        p0 and p1, the two rates that the trial is to tell apart.
    sizes : sequence of (str, float)
        Numbers of patients to compare, each with its words; three of them.
    reference : int
        Patients of the single-stage design, for comparison.
    largest : int
        The end of the axis of patients.
    """

    def paint(axes: tuple[Axes, Axes]) -> None:
        _paint_gates(axes[0], gates, rates)
        _paint_sizes(axes[1], sizes, reference)

    return _canvas(largest).picture(paint)


@laid_out(width=7.6, height=4.2, layout="none")
def _canvas(figure: Figure, largest: int) -> tuple[Axes, Axes]:
    road = figure.add_axes((0.26, 0.46, 0.7, 0.46))
    road.set(xlim=(0, largest), ylim=(0, 100), yticks=range(0, 101, 20))
    name_axes(road)
    sizes = figure.add_axes((0.26, 0.13, 0.7, 0.22))
    sizes.set(xlim=(0, largest), ylim=(3, 0), yticks=[])
    name_axes(sizes, "Patients")
    write(figure, 0.23, 0.935, "needed at each look", side="right", level="baseline")
    write(figure, 0.008, 0.88, _KEY, level="top", linespacing=1.5)
    return road, sizes


def _paint_gates(road: Axes, gates: Sequence[Gate], rates: tuple[float, float]) -> None:
    last = gates[-1].n
    for rate, name, style in zip(rates, ("p0", "p1"), ("--", ":"), strict=True):
        road.plot([0, last], [100 * rate] * 2, color=INK, linestyle=style, linewidth=1.3, zorder=1)
        write(road, last + 1.8, 100 * rate, f"{name} {100 * rate:g}", zorder=1)
    for at, gate in enumerate(gates):
        low = 0.0 if gate.fails_to is None else 100 * (gate.fails_to + 0.5) / gate.n
        high = 100.0 if gate.succeeds_from is None else min(100.0, 100 * (gate.succeeds_from - 0.5) / gate.n)
        parts = ((0.0, low, ORANGE, "////"), (low, high, "none", ""), (high, 100.0, BLUE, ""))
        for bottom, top, face, hatch in parts:
            if top > bottom:
                road.bar([gate.n], [top - bottom], 2.2, bottom, color=face, edgecolor=INK, hatch=hatch, zorder=2)
        crowded = at + 1 < len(gates) and (last - gate.n < 9 or len(gates) > _MAX_LABELS)
        if not crowded:
            needed = 0 if gate.fails_to is None else gate.fails_to + 1
            text = f"{needed} of {gate.n}" if len(gates) <= 2 else f"{needed}/{gate.n}"
            write(road, gate.n, 102, text, bold=at + 1 == len(gates), side="center", level="bottom", zorder=3)


def _paint_sizes(bars: Axes, sizes: Sequence[tuple[str, float]], reference: int) -> None:
    for at, (words, size) in enumerate(sizes):
        bars.barh([at + 0.5], [size], height=0.6, color=GREY, edgecolor=INK, zorder=2)
        end = reference if reference - 9 < size < reference else size  # clear of the line of the single stage
        write(bars, end + 1, at + 0.5, f"{size:.1f}".removesuffix(".0"), size=SMALL + 1, zorder=3)
        write(bars, -0.36, 1 - (at + 0.5) / 3, words, transform=bars.transAxes)
    bars.plot([reference] * 2, [0, 3], color=INK, linestyle="-.", linewidth=1.2, zorder=1)
    write(bars, reference, -0.08, f"one stage: {reference}", side="center", level="bottom", zorder=3)
