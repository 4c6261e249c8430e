"""A checklist as a picture: what is there is ticked, what is not is an empty box, and a word says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from textwrap import wrap

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from trialsim.figures.style import BLUE, INK, ORANGE
from trialsim.figures.svg import Canvas, Picture

_ROW, _LINE = 17.0, 11.5  # of an item, and of each further line of it
_NAME, _TEXT = 28, 64  # characters in a line
_WIDTH = 560.0


@dataclass(frozen=True, slots=True)
class Item:
    """One line: what was asked for, whether it is there, and what is said of it."""

    name: str
    there: bool
    text: str


def checklist_picture(items: Sequence[Item], *, mark: int | None = None, mark_label: str = "") -> Picture:
    """Draw the items under each other, and a line after so many of them where somebody predicted the ticks to end."""

    def paint(axes: Axes) -> None:
        if mark is not None:
            y = _tops(items)[mark] - _ROW / 2
            axes.plot([4, _WIDTH - 4], [y, y], linestyle="--", linewidth=1.2, color=INK)
            axes.text(_WIDTH - 6, y - 2, mark_label, va="bottom", ha="right", color=INK, fontsize=9)

    return _canvas(tuple(items)).picture(paint)


@cache
def _canvas(items: tuple[Item, ...]) -> Canvas:
    tops = _tops(items)
    height = tops[-1] + _ROW

    def lay_out(figure: Figure) -> Axes:
        axes = figure.add_subplot()
        axes.set(xlim=(0, _WIDTH), ylim=(height, 0))
        axes.axis("off")
        for item, y in zip(items, tops, strict=False):
            colour = BLUE if item.there else ORANGE
            axes.scatter([14], [y], s=60, marker="s", facecolor=colour if item.there else "none", edgecolor=colour)
            for k, line in enumerate(wrap(item.name, _NAME)):
                axes.text(28, y + k * _LINE, line, va="center", color=INK, fontsize=10, fontweight="bold")
            for k, line in enumerate(wrap(item.text, _TEXT)):
                axes.text(206, y + k * _LINE, line, va="center", color=INK, fontsize=9.5)
        return axes

    return Canvas(lay_out, width=_WIDTH / 72, height=height / 72)


def _tops(items: Sequence[Item]) -> list[float]:
    """Where the first line of each item stands, and where the next one would."""
    lines = (max(len(wrap(item.name, _NAME)), len(wrap(item.text, _TEXT))) for item in items)
    return [*accumulate((_ROW + (count - 1) * _LINE for count in lines), initial=1.25 * _ROW)]
