"""A checklist as a picture: what is there is ticked, what is not is an empty box, and a word says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from textwrap import shorten

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from trialsim.figures.style import BLUE, INK, ORANGE
from trialsim.figures.svg import Canvas, Picture

_ROW = 17.0
_WIDTH = 560.0


@dataclass(frozen=True, slots=True)
class Item:
    """One line: what was asked for, whether it is there, and what is said of it."""

    name: str
    there: bool
    text: str


def checklist_picture(items: Sequence[Item], *, mark: float | None = None, mark_label: str = "") -> Picture:
    """Draw the items under each other, and a line after so many of them where somebody predicted the ticks to end."""

    def paint(axes: Axes) -> None:
        if mark is not None:
            y = _ROW * (mark + 0.75)
            axes.plot([4, _WIDTH - 4], [y, y], linestyle="--", linewidth=1.2, color=INK)
            axes.text(_WIDTH - 6, y - 2, mark_label, va="bottom", ha="right", color=INK, fontsize=9)

    return _canvas(tuple(items)).picture(paint)


@cache
def _canvas(items: tuple[Item, ...]) -> Canvas:
    height = _ROW * (len(items) + 1.5)

    def lay_out(figure: Figure) -> Axes:
        axes = figure.add_subplot()
        axes.set(xlim=(0, _WIDTH), ylim=(height, 0))
        axes.axis("off")
        for k, item in enumerate(items):
            y = _ROW * (k + 1.25)
            colour = BLUE if item.there else ORANGE
            axes.scatter([14], [y], s=60, marker="s", facecolor=colour if item.there else "none", edgecolor=colour)
            axes.text(28, y, item.name, va="center", color=INK, fontsize=10, fontweight="bold")
            axes.text(206, y, shorten(item.text, 62, placeholder=" ..."), va="center", color=INK, fontsize=9.5)
        return axes

    return Canvas(lay_out, width=_WIDTH / 72, height=height / 72)
