"""Designs side by side, as a table with two drawn columns, and the ways in which a trial of one of them may end."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from trialsim.figures.parts import SMALL, beside, boxes, name_axes, write
from trialsim.figures.style import BLUE, GREY, INK, ORANGE
from trialsim.figures.svg import Canvas, Picture, laid_out

_NAME, _RULE = 0.008, 0.272
_WIDTH = 8.6


@dataclass(frozen=True, slots=True)
class DesignLine:
    """One design as a line: its heading, its name, when it succeeds, and its numbers.

    `n` is 0 where none was found; the two chances are nan where nothing is tested.
    """

    group: str
    name: str
    rule: str
    n: int
    expected_n: float
    attained_alpha: float
    power: float
    taken: bool = False


def designs_picture(lines: Sequence[DesignLine], *, alpha: float, wanted: float) -> Picture:
    """Show designs as a table with two drawn columns: the patients, and the chance of success at p0 and at p1.

    Parameters
    ----------
    lines : sequence of DesignLine
        Lines of one group stand together.
    alpha, wanted : float
        The allowed chance of success at p0 and the wanted one at p1.
    """
    most = next(size for size in (60, 120, 250, 500, 10_000) if max(line.n for line in lines) <= size)
    canvas = _designs_canvas(tuple((line.group, line.name) for line in lines), most)
    return canvas.picture(lambda panes: _paint_designs(panes, lines, alpha, wanted))


def _places(names: Iterable[tuple[str, str]]) -> tuple[list[float], float]:
    """Where each line stands, from the top, and how many lines high all is."""
    places, at, last = [], 0.0, ""
    for group, _ in names:
        at += 1.0 if group == last else 2.15
        last = group
        places.append(at)
    return places, at + 0.8


@lru_cache(maxsize=32)
def _designs_canvas(names: tuple[tuple[str, str], ...], most: int) -> Canvas:
    places, rows = _places(names)
    height = 0.25 * rows + 0.85

    def lay_out(figure: Figure) -> tuple[Axes, Axes]:
        figure.set_layout_engine("none")
        bottom, top = 0.52 / height, 1 - 0.3 / height
        sized, tried = (0.582, bottom, 0.163, top - bottom), (0.775, bottom, 0.218, top - bottom)
        patients = _strip(figure, sized, rows, "Patients (filled: average at p0)")
        patients.set(xlim=(0, 1.3 * most), xticks=[0, most // 2, most])
        chances = _strip(figure, tried, rows, "Trials in 100 that succeed")
        chances.set(xlim=(0, 116), xticks=range(0, 101, 20))
        last = ""
        for at, (group, name) in zip(places, names, strict=True):
            if group != last:
                beside(patients, _NAME, at - 1, group, bold=True)
                last = group
            beside(patients, _NAME + 0.02, at, name)
        beside(patients, _RULE, places[0] - 1, "Success with", bold=True)
        return patients, chances

    return Canvas(lay_out, width=_WIDTH, height=height)


def _paint_designs(panes: tuple[Axes, Axes], lines: Sequence[DesignLine], alpha: float, wanted: float) -> None:
    patients, chances = panes
    places, rows = _places((line.group, line.name) for line in lines)
    for chance, text, style in ((alpha, "allowed", "--"), (wanted, "wanted", ":")):
        chances.plot([100 * chance] * 2, [0.55, rows], color=INK, linestyle=style, linewidth=1)
        write(chances, 100 * chance, 0.45, text, side="center", level="bottom")
    found = [(at, line) for at, line in zip(places, lines, strict=True) if line.n]
    boxes(patients, [(0, line.n, at - 0.32, at + 0.32) for at, line in found], "none")
    boxes(patients, [(0, line.expected_n, at - 0.32, at + 0.32) for at, line in found], BLUE)
    tested = [(at, line) for at, line in found if not math.isnan(line.power)]
    boxes(chances, [(0, 100 * line.attained_alpha, at - 0.36, at - 0.02) for at, line in tested], ORANGE, "////")
    boxes(chances, [(0, 100 * line.power, at + 0.02, at + 0.36) for at, line in tested], BLUE)
    for at, line in zip(places, lines, strict=True):
        if line.taken:
            beside(patients, _NAME, at, "\N{BLACK RIGHT-POINTING TRIANGLE}", bold=True)
            for axes in panes:
                axes.axhspan(at - 0.48, at + 0.48, color=GREY, alpha=0.16, linewidth=0)
        if not line.n:
            beside(patients, _RULE, at, "no such design")
            continue
        beside(patients, _RULE, at, line.rule)
        average = f" ({line.expected_n:.0f})" if line.expected_n < line.n else ""
        write(patients, line.n, at, f" {line.n}{average}")
        if math.isnan(line.power):
            write(chances, 50, at, "\N{EN DASH}", side="center")
            continue
        for chance, y in ((line.attained_alpha, at - 0.17), (line.power, at + 0.22)):
            write(chances, 100 * chance + 1.5, y, f"{100 * chance:.1f}", size=7.5)


@dataclass(frozen=True, slots=True)
class Ending:
    """One way in which a trial may end: so many responders, seen as `kind` (stop, fail, succeed, read), two chances."""

    responders: int
    kind: str
    at_p0: float
    at_p1: float


_KINDS = (
    ("stop", GREY, "////", "stops early"),
    ("fail", "none", "", "no success"),
    ("succeed", BLUE, "", "success"),
    ("read", GREY, "", "the rate is reported, nothing is tested"),
)


def endings_picture(endings: Sequence[Ending], *, n: int, p0: float, p1: float) -> Picture:
    """Show how likely each number of responders is at p0 and at p1, and which of them are a success."""
    heights = np.zeros((2, len(_KINDS), n + 1))
    kinds = [kind for kind, *_ in _KINDS]
    for ending in endings:
        heights[:, kinds.index(ending.kind), ending.responders] += (100 * ending.at_p0, 100 * ending.at_p1)
    peak = float(heights.sum(axis=1).max())
    top = next(step for step in (10, 15, 20, 30, 50, 101) if peak < step)
    return _endings_canvas(10 * math.ceil(n / 10), top).picture(lambda panes: _paint_endings(panes, heights, (p0, p1)))


@laid_out(width=7.8, height=4.3, layout="none")
def _endings_canvas(figure: Figure, n: int, top: int) -> tuple[Axes, Axes]:
    upper, lower = (figure.add_axes((0.085, bottom, 0.9, 0.34)) for bottom in (0.59, 0.125))
    for axes, below in ((upper, ""), (lower, "Responders when the trial ends")):
        axes.set(xlim=(-0.7, n + 0.7), ylim=(0, top))
        name_axes(axes, below, "trials in 100")
        axes.yaxis.label.set_fontsize(SMALL)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    return upper, lower


def _paint_endings(panes: tuple[Axes, Axes], heights: np.ndarray, rates: tuple[float, float]) -> None:
    places = np.arange(heights.shape[2])
    titles = ("If the drug adds nothing", "If it works as hoped")
    for axes, title, rate, rows in zip(panes, titles, rates, heights, strict=True):
        base = np.zeros(places.size)
        handles: list[Artist] = []
        for (kind, colour, hatch, label), row in zip(_KINDS, rows, strict=True):
            if row.sum() == 0:
                continue
            seen = row > 0.02
            edges = zip(places[seen], base[seen], row[seen], strict=True)
            drawn = boxes(axes, [(x - 0.42, x + 0.42, low, low + tall) for x, low, tall in edges], colour, hatch)
            base = base + row
            if drawn is not None:
                drawn.set_label(label if kind == "read" else f"{label}: {row.sum():.1f} in 100")
                handles.append(drawn)
        said = f"{title}: {100 * rate:g} of 100 respond"
        write(axes, 0, 1.04, said, size=SMALL + 0.5, bold=True, level="baseline", transform=axes.transAxes)
        axes.legend(handles=handles, loc="upper right", fontsize=SMALL)


def _strip(figure: Figure, place: tuple[float, float, float, float], rows: float, below: str) -> Axes:
    axes = figure.add_axes(place)
    axes.set(ylim=(rows, 0), yticks=[])
    name_axes(axes, below, larger=0, bare=True)
    return axes
