"""Twenty patients as tokens that keep their places: what a trial sees of them, and what it cannot see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from trialsim.figures.parts import bar, mark, name_axes, write
from trialsim.figures.style import BLUE, GREY, INK, ORANGE
from trialsim.figures.svg import Picture, laid_out

_SMALL = 9.5
_SIZE = 13
# Marker, face, edge and words of every fate.
_LOOKS = {
    "responds": ("o", BLUE, BLUE, "responds"),
    "anyway": ("s", ORANGE, ORANGE, "responds anyway"),
    "owed": ("D", "none", BLUE, "only with the drug"),
    "no": ("o", "none", GREY, "does not"),
    "left": ("X", "none", GREY, "no week 12 (no response)"),
}


@dataclass(frozen=True, slots=True)
class Token:
    """One patient.

    Attributes
    ----------
    number : int
        1 to the number of patients; decides the place.
    treated, untreated : bool
        Whether the patient responds with the drug, and whether without it.
    left, left_untreated : bool
        Whether there is no week 12.
    """

    number: int
    treated: bool
    untreated: bool
    left: bool
    left_untreated: bool

    @property
    def seen(self) -> str:
        """What a trial sees."""
        return "responds" if self.treated else "left" if self.left else "no"

    @property
    def unseen(self) -> str:
        """What becomes of the same patient without the drug."""
        if self.untreated:
            return "anyway"
        return "owed" if self.treated else "left" if self.left_untreated else "no"


def twins_picture(
    tokens: Sequence[Token], *, many: int, many_without: float, many_with: float, prediction: float | None = None
) -> Picture:
    """Show who responds with the drug, who of the same patients without it, and the count of both.

    Parameters
    ----------
    tokens : sequence of Token
        In order of their numbers.
    many : int
        How many further patients the last bar stands for.
    many_without, many_with : float
        Shares of them who respond without and with the drug.
    prediction : float, optional
        How many the learner thought would respond without the drug.
    """
    n = len(tokens)
    anyway = sum(token.treated and token.untreated for token in tokens)
    found = sum(token.treated for token in tokens)

    def paint(axes: tuple[Axes, Axes, Axes]) -> None:
        seen, unseen, counts = axes
        _paint_tokens(seen, [(token.number, token.seen) for token in tokens], 5)
        _paint_tokens(unseen, [(token.number, token.unseen) for token in tokens], 5)
        _paint_count(counts, 0, anyway, found, "g")
        _paint_count(counts, 1, n * many_without, n * many_with, ".1f")
        if prediction is not None:
            # The line leaves out the rows in which words stand.
            counts.vlines([prediction] * 3, (-1.3, -0.3, 0.7), (-0.78, 0.3, 1.45), color=INK, linewidth=2.4)
            side, shift = ("left", 0.15) if prediction < 0.8 * n else ("right", -0.15)
            said = f"you: {prediction:g} without the drug"
            write(counts, prediction + shift, -1.1, said, size=_SMALL, side=side)

    return _twins_canvas(n, many).picture(paint)


def seen_picture(tokens: Sequence[Token]) -> Picture:
    """Show what a trial sees, and nothing else."""
    return _seen_canvas(len(tokens)).picture(
        lambda axes: _paint_tokens(axes, [(token.number, token.seen) for token in tokens], 10)
    )


@laid_out(width=6.6, height=5.0, layout="none")
def _twins_canvas(figure: Figure, n: int, many: int) -> tuple[Axes, Axes, Axes]:
    seen, unseen = figure.add_axes((0.01, 0.42, 0.47, 0.57)), figure.add_axes((0.51, 0.42, 0.48, 0.57))
    places = ((0, 1), (2.5, 1), (0, 0.55))
    _crowd(seen, n, 5, "What the trial sees", zip(("responds", "no", "left"), places, strict=True))
    _crowd(unseen, n, 5, f"The same {n} without the drug", zip(("anyway", "owed", "no"), places, strict=True))
    counts = figure.add_axes((0.165, 0.1, 0.82, 0.27))
    counts.set(xlim=(0, n), ylim=(1.45, -1.3), xticks=range(0, n + 1))
    counts.set_yticks([0, 1], [f"these {n}", f"{many:,} others,\nper {n}"])
    name_axes(counts, "Responders", size=_SMALL, rows=True)
    return seen, unseen, counts


@laid_out(width=8.4, height=1.9)
def _seen_canvas(figure: Figure, n: int) -> Axes:
    axes = figure.add_subplot()
    legend = (("responds", (0, 0.62)), ("no", (1.4, 0.62)), ("left", (2.5, 0.62)))
    _crowd(axes, n, 10, "Week 12: what the trial sees", legend, 1.1)
    return axes


def _crowd(
    axes: Axes, n: int, columns: int, title: str, legend: Iterable[tuple[str, tuple[float, float]]], top: float = 1.45
) -> None:
    axes.set_axis_off()
    axes.set(xlim=(-0.45, columns - 0.1), ylim=(n // -columns + 0.45, top + 0.25))
    write(axes, -0.3, top, title, size=11, bold=True)
    for fate, (x, y) in legend:
        marker, face, edge, words = _LOOKS[fate]
        axes.plot(x - 0.15, y, marker, markersize=8, markerfacecolor=face, markeredgecolor=edge, markeredgewidth=1.6)
        write(axes, x + 0.05, y, words, size=_SMALL)
    for number in range(1, n + 1):
        x, y = _place(number, columns)
        write(axes, x + 0.27, y, str(number), size=_SMALL)


def _place(number: int, columns: int) -> tuple[float, float]:
    row, column = divmod(number - 1, columns)
    return float(column), -float(row)


def _paint_tokens(axes: Axes, fates: Sequence[tuple[int, str]], columns: int) -> None:
    for fate, (marker, face, edge, _) in _LOOKS.items():
        here = (_place(number, columns) for number, each in fates if each == fate)
        how = {"markerfacecolor": face, "markeredgecolor": edge, "markeredgewidth": 2}
        mark(axes, here, marker, markersize=_SIZE, **how)


def _paint_count(axes: Axes, row: int, without: float, found: float, form: str) -> None:
    """One bar in two pieces: who responds anyway, and who owes it to the drug."""
    owed = found - without
    bar(axes, row, without, ORANGE, "////", height=0.62)
    bar(axes, row, owed, BLUE, start=without, height=0.62)
    words = f"{without:{form}} would respond anyway + {owed:{form}} owe it to the drug = {found:{form}}"
    write(axes, 0.06, row - 0.5, words, size=_SMALL)
