"""Forty candidates as tokens that keep their places, the criteria they leave at, and, by itself, their enzymes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from trialsim.figures.parts import hollow, mark, ring, write
from trialsim.figures.style import BLUE, GREY, INK, ORANGE, PURPLE
from trialsim.figures.svg import Picture, laid_out

COLUMNS = 8
LOOKS = {"in": (BLUE, "o"), "out": (ORANGE, "s"), "open": (PURPLE, "D")}
"""How a verdict looks: colour and marker."""

_WORDS = {"in": "eligible", "out": "not", "open": "undecided", "": "changed"}
_CK = (0.1, 60.0)
_LIVER = (0.2, 15.0)
_BESIDE = 0.11  # what a number takes on either scale, in powers of ten
Axeses = tuple[Axes, Axes]


@dataclass(frozen=True, slots=True)
class Token:
    """One candidate.

    Attributes
    ----------
    number : int
        1 to the number of candidates; decides the place.
    verdict : {"in", "out", "open"}
    leaves : str
        Code of the criterion at which the candidate leaves, with ? where something is not known; "" for none.
    moved : {"", "in", "out"}
        Who changed sides: let in or shut out by what was changed.
    ck, liver : float
        CK, and the higher of ALT and AST, in multiples of the upper limit of normal.
    alone : bool
        Whether the limit for ALT and AST is all that keeps the candidate out.
    """

    number: int
    verdict: str
    leaves: str
    moved: str
    ck: float
    liver: float
    alone: bool


@dataclass(frozen=True, slots=True)
class Gate:
    """One criterion in protocol order: its name, and how many came, were kept out, stayed unknown and went on."""

    name: str
    before: int
    failed: int
    unknown: int
    after: int


def forty_picture(tokens: Sequence[Token], gates: Sequence[Gate], *, prediction: float | None = None) -> Picture:
    """Show who is eligible, and where the others leave.

    Parameters
    ----------
    tokens, gates : sequence
        The candidates in order of arrival, the criteria in protocol order.
    prediction : float, optional
        How many the learner thought would be eligible.
    """
    names = tuple(gate.name for gate in gates)

    def paint(axes: Axeses) -> None:
        _paint_tokens(axes[0], tokens)
        _paint_gates(axes[1], gates, prediction)

    return _canvas(len(tokens), names).picture(paint)


def enzymes_picture(
    tokens: Sequence[Token], *, limit: float | None, medians: tuple[float, float | None], many: int, note: str = ""
) -> Picture:
    """Show what the limit for ALT and AST has to do with CK.

    Parameters
    ----------
    tokens : sequence
        The candidates in order of arrival.
    limit : float or None
        The limit for ALT and AST in multiples of the upper limit of normal.
    medians : (float, float or None)
        Median CK among `many` candidates, of those who are eligible and of those whom the limit alone keeps out.
    many : int
        Size of the large cohort.
    note : str, optional
        What the learner thought; stands above the picture.
    """

    def paint(axes: Axes) -> None:
        _paint_enzymes(axes, tokens, limit, medians, many)
        if note:
            write(axes, 0.01, 1.03, note, level="baseline", transform=axes.transAxes)

    return _enzyme_canvas().picture(paint)


def unscreened_picture(numbers: Sequence[int], gates: Sequence[str]) -> Picture:
    """Show the candidates before anybody has looked, beside the criteria that they will meet."""

    def paint(axes: Axeses) -> None:
        crowd, list_ = axes
        for number in numbers:
            x, y = _place(number)
            ring(crowd, x, y, 9, width=1.4)
            write(crowd, x + 0.24, y, str(number))
        for row, gate in enumerate(gates):
            write(list_, 0, -row, gate, size=9.5)

    return _plain_canvas(len(numbers), len(gates)).picture(paint)


@laid_out(width=8.4, height=3.1)
def _plain_canvas(figure: Figure, size: int, gates: int) -> Axeses:
    crowd, list_ = figure.subplots(1, 2, width_ratios=[1.5, 1])
    _crowd(crowd, size)
    crowd.set_title(f"{size} candidates come to be screened")
    list_.set_axis_off()
    list_.set(xlim=(0, 1), ylim=(-gates + 0.3, 0.7))
    list_.set_title(f"The {gates} criteria")
    return crowd, list_


@laid_out(width=9.0, height=3.9)
def _canvas(figure: Figure, size: int, gates: tuple[str, ...]) -> Axeses:
    crowd, funnel = figure.subplots(1, 2, width_ratios=[1.55, 1])
    _crowd(crowd, size)
    for number in range(1, size + 1):
        x, y = _place(number)
        write(crowd, x + 0.27, y + 0.16, str(number), size=9.5, bold=True)
    for x, (verdict, word) in zip((0.0, 2.1, 3.9, 5.95), _WORDS.items(), strict=True):
        colour, marker = LOOKS.get(verdict, ("none", "o"))
        edge, large = (colour, 9) if verdict else (INK, 14)
        crowd.plot(x, 0.6, marker, color=colour, markersize=large, clip_on=False, markeredgecolor=edge)
        write(crowd, x + 0.27, 0.6, word)
    funnel.set(xlim=(0, 1.32 * size), ylim=(len(gates) + 0.6, -1.1), xlabel="Candidates still in (?: not known)")
    funnel.set_xticks(range(0, size + 1, 10))
    funnel.set_yticks(range(len(gates) + 1), ["come", *gates])
    funnel.tick_params(axis="y", length=0)
    funnel.spines["left"].set_visible(False)
    funnel.barh([0], [size], height=0.62, color=GREY)
    return crowd, funnel


@laid_out(width=6.4)
def _enzyme_canvas(figure: Figure) -> Axes:
    layout: Any = figure.get_layout_engine()
    layout.set(rect=(0, 0, 1, 0.94))  # above it stands what the learner thought
    enzymes = figure.add_subplot()
    enzymes.set(xscale="log", yscale="log", xlim=_CK, ylim=_LIVER)
    enzymes.set(xlabel="CK, multiples of its ULN", ylabel="ALT or AST, x ULN")
    enzymes.set_xticks([0.1, 0.3, 1, 3, 10, 30], ["0.1", "0.3", "1", "3", "10", "30"])
    enzymes.set_yticks([0.3, 1, 3, 10], ["0.3", "1", "3", "10"])
    enzymes.minorticks_off()
    return enzymes


def _crowd(axes: Axes, size: int) -> None:
    axes.set_axis_off()
    axes.set(xlim=(-0.3, COLUMNS - 0.25), ylim=(-(size - 1) // COLUMNS - 0.55, 0.8))


def _place(number: int) -> tuple[float, float]:
    row, column = divmod(number - 1, COLUMNS)
    return float(column), -float(row) - 0.15


def _paint_tokens(axes: Axes, tokens: Sequence[Token]) -> None:
    for verdict, (colour, marker) in LOOKS.items():
        mark(
            axes,
            (_place(token.number) for token in tokens if token.verdict == verdict),
            marker,
            color=colour,
            markersize=11,
        )
    for token in tokens:
        x, y = _place(token.number)
        below = "in" if token.moved == "in" else token.leaves
        if below:
            write(axes, x + 0.27, y - 0.24, below, size=8)
        if token.moved:
            ring(axes, x, y, 18)


def _paint_enzymes(
    axes: Axes, tokens: Sequence[Token], limit: float | None, medians: tuple[float, float | None], many: int
) -> None:
    for verdict, (colour, marker) in LOOKS.items():
        mark(
            axes, (_inside(token) for token in tokens if token.verdict == verdict), marker, color=colour, markersize=6.5
        )
    mark(axes, (_inside(token) for token in tokens if token.moved), "o", markersize=12, **hollow(width=1.4))
    named_points = [token for token in tokens if token.moved or token.alone]
    for each, on_the_left in zip(named_points, _sides([_inside(each) for each in named_points]), strict=True):
        x, y = _inside(each)
        place, side = (x / 1.13, "right") if on_the_left else (x * 1.13, "left")
        write(axes, place, y, str(each.number), size=8, side=side)
    if limit is None:
        write(axes, _CK[0] * 1.1, _LIVER[1] * 0.86, "no limit for ALT and AST", level="top")
    else:
        axes.axhline(limit, color=INK, linewidth=1.3, linestyle="--")
        write(axes, _CK[0] * 1.1, limit * 1.07, f"limit: {limit:g} x ULN", level="bottom")
    named = (("eligible", medians[0], BLUE, "-"), ("out by this limit alone", medians[1], ORANGE, ":"))
    write(axes, 2.0, _LIVER[0] * 1.9, f"median CK of {many:,} simulated candidates", size=8)
    for row, (word, value, colour, line) in enumerate(named):
        y, shown = _LIVER[0] * (1.48, 1.15)[row], "nobody" if value is None else f"{value:.1f}"
        axes.plot([2.0, 3.0], [y, y], color=colour, linewidth=2, linestyle=line)
        write(axes, 3.3, y, f"{word}: {shown}", size=8)
        if value is not None:
            axes.axvline(min(value, _CK[1]), color=colour, linewidth=2, linestyle=line, ymin=0.24)


def _sides(points: Sequence[tuple[float, float]]) -> list[bool]:
    """Which numbers stand on the left of their points, so as not to be written over one another or over a point."""
    places = [(math.log10(x), math.log10(y)) for x, y in points]
    taken = list(places)
    sides = []
    for u, v in places:
        others = [(x, y) for x, y in taken if (x, y) != (u, v)]
        free = [all(max(abs(at - x), abs(v - y)) >= _BESIDE for x, y in others) for at in (u + _BESIDE, u - _BESIDE)]
        sides.append(free == [False, True])
        taken.append((u - _BESIDE if sides[-1] else u + _BESIDE, v))
    return sides


def _inside(token: Token) -> tuple[float, float]:
    return min(max(token.ck, _CK[0]), _CK[1]), min(max(token.liver, _LIVER[0]), _LIVER[1])


def _paint_gates(axes: Axes, gates: Sequence[Gate], prediction: float | None) -> None:
    stay = [(row, 0, gate.after) for row, gate in enumerate(gates, 1)]
    lost = [(row, gate.after, gate.failed) for row, gate in enumerate(gates, 1)]
    unknown = [(row, gate.after + gate.failed, gate.unknown) for row, gate in enumerate(gates, 1)]
    axes.add_patch(PathPatch(_bars(stay), facecolor=BLUE, edgecolor="none"))
    for parts, colour, hatch in ((lost, ORANGE, "////"), (unknown, PURPLE, "xxxx")):
        axes.add_patch(PathPatch(_bars(parts), facecolor="none", edgecolor=colour, hatch=hatch))
    for row, gate in enumerate(gates, 1):
        said = [f"{gate.failed} out"] * bool(gate.failed) + [f"{gate.unknown} ?"] * bool(gate.unknown)
        if said:
            write(axes, gates[0].before + 0.8, row, ", ".join(said), size=8.5)
    last = gates[-1].after
    write(axes, last + 0.6, len(gates), f"{last} eligible", size=9.5, bold=True)
    if prediction is not None:
        axes.axvline(prediction, color=INK, linewidth=1.4, linestyle="--")
        side, shift = ("right", -0.5) if prediction > gates[0].before / 2 else ("left", 0.5)
        write(axes, prediction + shift, -0.85, f"you: {prediction:g} eligible", side=side)


def _bars(parts: Sequence[tuple[int, int, int]]) -> Path:
    """Bars as one path, which is drawn at once: row, left end, width of each; those without width are left out."""
    corners = ((0, -1), (1, -1), (1, 1), (0, 1), (0, -1))
    points = [(left + width * x, row + 0.31 * y) for row, left, width in parts if width for x, y in corners]
    codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY] * (len(points) // len(corners))
    return Path(points or [(0, 0)], codes or [Path.MOVETO])
