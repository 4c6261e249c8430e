"""One candidate against every criterion, as lines of text with a mark before each."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from trialsim.figures.forty import LOOKS
from trialsim.figures.parts import mark, write
from trialsim.figures.svg import Canvas, Picture

_WIDTH = 81
_MAX_LINES = 3
_SAYS = {"in": "passes", "out": "keeps out", "open": "not known"}


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion: its name, whether it lets the candidate in, and why."""

    name: str
    verdict: str
    reason: str


def card_picture(head: Sequence[str], lines: Sequence[Line]) -> Picture:
    """Show what is known of a candidate in a few lines, and every criterion with its verdict and reason."""

    def paint(axes: Axes) -> None:
        for row, text in enumerate(head):
            write(axes, 0, -0.6 * row, text, size=9.5, bold=row == 0)
        for verdict, (colour, marker) in LOOKS.items():
            places = ((0.012, _y(len(head), row)) for row, line in enumerate(lines) if line.verdict == verdict)
            mark(axes, places, marker, color=colour, markersize=9)
        for row, line in enumerate(lines):
            y = _y(len(head), row)
            bold = line.verdict != "in"
            write(axes, 0.03, y - 0.22, _SAYS[line.verdict], size=8.5, bold=bold)
            parts = textwrap.wrap(line.reason, _WIDTH, max_lines=_MAX_LINES, placeholder=" ...")
            for at, part in enumerate(parts):
                write(axes, 0.31, y + 0.17 * (len(parts) - 1) - 0.34 * at, part, size=8.5, bold=bold)

    return _canvas(len(head), tuple(line.name for line in lines)).picture(paint)


def _y(head: int, row: int) -> float:
    return -0.6 * head - 0.35 - row


@cache
def _canvas(head: int, names: tuple[str, ...]) -> Canvas:
    def lay_out(figure: Figure) -> Axes:
        axes = figure.add_subplot()
        axes.set_axis_off()
        for row, name in enumerate(names):
            write(axes, 0.03, _y(head, row) + 0.16, name, size=9.5)
        axes.set(xlim=(0, 1), ylim=(-0.6 * head - len(names), 0.3))
        return axes

    return Canvas(lay_out, width=8.4, height=0.4 * (len(names) + 0.6 * head))
