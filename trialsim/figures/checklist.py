"""A checklist as a picture: what is there is ticked, what is not is an empty box; two columns, seen at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from textwrap import wrap

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from trialsim.figures.style import BLUE, INK, ORANGE
from trialsim.figures.svg import Canvas, Picture

_ROW, _LINE = 17.0, 11.5  # of an item, and of a further line of it
_NAME = 30  # characters in a line
_COLUMN, _COLUMNS = 280.0, 2


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was asked for, and whether it is there."""

    name: str
    there: bool


def checklist_picture(items: Sequence[Item], *, mark: int | None = None, mark_label: str = "") -> Picture:
    """Draw the items in columns, and a line after so many of them where somebody predicted the ticks to end."""

    def paint(axes: Axes) -> None:
        if mark is not None:
            places = _places(items)
            left, y = places[mark]
            if mark and left != places[mark - 1][0]:  # not above a column: below the one that ends there
                left, y = places[mark - 1][0], places[mark - 1][1] + _ROW
            axes.plot([left + 4, left + _COLUMN - 8], [y - _ROW / 2] * 2, linestyle="--", linewidth=1.2, color=INK)
            axes.text(left + _COLUMN - 10, y - _ROW / 2 - 2, mark_label, va="bottom", ha="right", color=INK, fontsize=9)

    return _canvas(tuple(items)).picture(paint)


@cache
def _canvas(items: tuple[Item, ...]) -> Canvas:
    places = _places(items)
    width, height = _COLUMN * _COLUMNS, max(y for _, y in places) + _ROW

    def lay_out(figure: Figure) -> Axes:
        axes = figure.add_subplot()
        axes.set(xlim=(0, width), ylim=(height, 0))
        axes.axis("off")
        for item, (left, y) in zip(items, places, strict=False):
            colour = BLUE if item.there else ORANGE
            axes.scatter([left + 14], [y], s=60, marker="s", facecolor=colour if item.there else "none",
                         edgecolor=colour)  # fmt: skip
            for k, line in enumerate(wrap(item.name, _NAME)):
                axes.text(left + 28, y + k * _LINE, line, va="center", color=INK, fontsize=10,
                          fontweight="bold" if item.there else "normal")  # fmt: skip
        return axes

    return Canvas(lay_out, width=width / 72, height=height / 72)


def _places(items: Sequence[Item]) -> list[tuple[float, float]]:
    """Where each item stands, and where the next one would: left edge of its column, and height of its first line."""
    rows, found = -(-len(items) // _COLUMNS), []
    y = 0.0
    for at in range(len(items) + 1):
        column = min(at // rows, _COLUMNS - 1)
        if at == column * rows:
            y = 1.25 * _ROW
        found.append((column * _COLUMN, y))
        if at < len(items):
            y += _ROW + (len(wrap(items[at].name, _NAME)) - 1) * _LINE
    return found
