"""Everybody's marks on the globals of one patient, beside the range that the author would accept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from trialsim.figures.style import BLUE, GREY, INK, ORANGE
from trialsim.figures.svg import Picture, draw_whole

_STACK = 0.13  # of a row, from one mark to the next on the same place


@dataclass(frozen=True, slots=True)
class RatedLine:
    """One line at one visit: its name, the range, and the marks of the class."""

    name: str
    low: float
    high: float
    marks: tuple[float, ...]


def ratings_picture(lines: Sequence[RatedLine], top: float) -> Picture:
    """Show each line from 0 to `top`: the range as a band, every mark as a dot, squares where it is outside.

    Parameters
    ----------
    lines : sequence of RatedLine
        From top to bottom.
    top : float
        The upper end of the lines, cm.
    """

    def lay_out(figure: Figure) -> None:
        axes = figure.add_subplot()
        for row, line in enumerate(lines):
            axes.barh([row], [line.high - line.low], 0.8, line.low, color=GREY, alpha=0.4, edgecolor=INK, linewidth=0.6)
            for value, count in Counter(line.marks).items():
                inside = line.low <= value <= line.high
                marker, colour = ("o", BLUE) if inside else ("s", ORANGE)
                at = [row + _STACK * (place - (count - 1) / 2) for place in range(count)]
                axes.plot([value] * count, at, marker, color=colour, markersize=6)
        axes.set_yticks(range(len(lines)), [line.name for line in lines])
        axes.set(xlim=(0, top), ylim=(max(1, len(lines)) - 0.5, -0.5), xlabel="cm; band: the author's range (assumed)")

    return draw_whole(lay_out, width=8, height=0.9 + 0.62 * max(1, len(lines)))
