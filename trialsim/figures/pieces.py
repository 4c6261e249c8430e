"""A response rate in pieces that add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from trialsim.figures.parts import bar, name_axes, write
from trialsim.figures.style import BLUE, INK, ORANGE
from trialsim.figures.svg import Picture, laid_out

_FONT = 10.0
_HIGHEST = 100


@dataclass(frozen=True, slots=True)
class Piece:
    """One step of the stairs.

    Attributes
    ----------
    name, label : str
        Its key, and what stands beside its step.
    added, total : float
        Response rate that it adds, and with all pieces up to it.
    standard_error : float
        Of the total.
    drug : bool
        Whether it is the drug's own; all others are there without it, or only seem.
    """

    name: str
    label: str
    added: float
    total: float
    standard_error: float
    drug: bool


def pieces_picture(pieces: Sequence[Piece], *, prediction: float | None = None) -> Picture:
    """Show each piece where the ones before it end.

    Parameters
    ----------
    pieces : sequence of Piece
        In the order in which they are switched on.
    prediction : float, optional
        The rate that the learner expected without the drug.
    """
    labels = tuple(piece.label for piece in pieces)

    def paint(stairs: Axes) -> None:
        for row, piece in enumerate(pieces):
            colour, hatch = (BLUE, "") if piece.drug else (ORANGE, "////")
            start, end = 100 * (piece.total - piece.added), 100 * piece.total
            bar(stairs, row, end - start, colour, hatch, start=start, height=0.62)
            stairs.plot([end] * 2, [row - 0.31, row + 1], color=INK, linewidth=0.7)
            words = f"{end - start:+.1f}"
            if row + 1 == len(pieces):
                words += f": {end:.0f} with drug"
            elif pieces[row + 1].drug:
                words += f": {end:.0f} without drug"
            low, high = sorted((start, end))
            x, side = (high + 1, "left") if high < 54 else (low - 1, "right")
            write(stairs, x, row, words, size=_FONT, bold=":" in words, side=side)
        if prediction is not None:
            shown = min(100 * prediction, _HIGHEST)
            stairs.plot([shown] * 2, [-0.6, len(pieces) - 0.4], color=INK, linewidth=2, linestyle=":")
            side, shift = ("left", 0.8) if shown < 0.6 * _HIGHEST else ("right", -0.8)
            said = f"you: {100 * prediction:g} without the drug"
            write(stairs, shown + shift, -0.95, said, size=_FONT, side=side)

    return _canvas(labels).picture(paint)


@laid_out(width=6.4, height=3.9, layout="none")
def _canvas(figure: Figure, labels: tuple[str, ...]) -> Axes:
    stairs = figure.add_axes((0.405, 0.13, 0.565, 0.86))
    stairs.set(xlim=(0, _HIGHEST), ylim=(len(labels) - 0.3, -1.3), xticks=range(0, _HIGHEST + 1, 10))
    stairs.set_yticks(range(len(labels)), labels)
    name_axes(stairs, "Patients who respond, of 100", size=_FONT - 0.5, rows=True)
    return stairs
