"""Parts that several pictures share: a sheet in inches, texts, marks, names of axes, boxes as one shape."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.transforms import blended_transform_factory

from trialsim.figures.style import INK

SMALL = 9.0
"""The size of most texts in a picture, in points."""
_BOX = np.array([Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY], np.uint8)


def sheet(figure: Figure, width: float, height: float) -> Axes:
    """The whole figure as axes that nobody sees, measured from the upper left corner: every place is given."""
    figure.set_layout_engine("none")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(height, 0))
    axes.set_axis_off()
    return axes


def box_patch(
    sides: Sequence[tuple[float, float, float, float]], colour: str, hatch: str = "", linewidth: float = 0.8
) -> PathPatch:
    """Boxes (left, right, low, high), at least one, as one shape."""
    left, right, low, high = np.array(sides, dtype=float).T
    corners = [(left, low), (left, high), (right, high), (right, low), (left, low)]
    vertices = np.stack([np.stack(corner, axis=-1) for corner in corners], axis=1).reshape(-1, 2)
    path = Path(vertices, np.tile(_BOX, len(sides)))
    return PathPatch(path, facecolor=colour, edgecolor=INK, linewidth=linewidth, hatch=hatch)


def boxes(
    axes: Axes, sides: Sequence[tuple[float, float, float, float]], colour: str, hatch: str = ""
) -> PathPatch | None:
    """Draw boxes (left, right, low, high) as one shape; None where there is none."""
    if not sides:
        return None
    drawn = box_patch(sides, colour, hatch)
    axes.add_patch(drawn)
    return drawn


def write(
    ground: Axes | Figure,
    x: float,
    y: float,
    words: str,
    *,
    size: float = SMALL,
    bold: bool = False,
    side: str = "left",
    level: str = "center",
    **how: Any,
) -> None:
    """Write on axes or on a figure; `side` and `level` say which part of the words stands at the place."""
    weight = "bold" if bold else "normal"
    ground.text(x, y, words, fontsize=size, fontweight=weight, ha=side, va=level, **how)


def name_axes(
    axes: Axes,
    x: str = "",
    y: str = "",
    *,
    size: float = SMALL,
    larger: float = 0.5,
    rows: bool = False,
    bare: bool = False,
) -> None:
    """Name the axes and write their numbers in one size, names a little larger.

    With `rows` what stands at the left are rows with names, so no ticks; with `bare` the line at the left goes, too.
    """
    axes.tick_params(labelsize=size)
    axes.set_xlabel(x, fontsize=size + larger)
    axes.set_ylabel(y, fontsize=size + larger)
    if rows:
        axes.tick_params(axis="y", length=0)
    if bare:
        axes.spines["left"].set_visible(False)


def mark(axes: Axes, places: Iterable[tuple[float, float]], marker: str, **how: Any) -> None:
    """The same mark at each of these places, without a line between them."""
    if found := list(places):
        axes.plot(*zip(*found, strict=True), marker, **{"linestyle": "none", **how})


def bar(axes: Axes, row: float, width: float, colour: str, hatch: str = "", *, start: float = 0, height: float) -> None:
    """A bar along a row, or a piece of one that begins at `start`."""
    # A patch as Axes.barh makes it, for a tenth of the time.
    look: dict[str, Any] = {"facecolor": colour, "edgecolor": INK, "linewidth": 0.8, "hatch": hatch}
    axes.add_patch(Rectangle((start, row - height / 2), width, height, **look))


def hollow(colour: str = INK, width: float = 1.6) -> dict[str, Any]:
    """How an open mark looks."""
    return {"markerfacecolor": "none", "markeredgecolor": colour, "markeredgewidth": width}


def ring(axes: Axes, x: float, y: float, size: float, width: float = 1.6, **how: Any) -> None:
    """A ring, or another open mark."""
    look = {"marker": "o", "linestyle": "none", "markersize": size, **hollow(width=width)}
    axes.plot([x], [y], **{**look, **how})


def beside(axes: Axes, x: float, at: float, text: str, *, bold: bool = False, side: str = "left") -> None:
    """Write into a column of the figure, at the height of a line of the axes."""
    place = blended_transform_factory(axes.figure.transFigure, axes.transData)
    weight = "bold" if bold else "normal"
    axes.text(x, at, text, fontsize=SMALL, va="center", ha=side, transform=place, fontweight=weight)
