"""Parts that several pictures share: a sheet in inches, boxes as one shape, a text beside the axes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.transforms import blended_transform_factory

from trialsim.figures.style import INK

_SMALL = 9.0
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


def beside(axes: Axes, x: float, at: float, text: str, *, bold: bool = False, side: str = "left") -> None:
    """Write into a column of the figure, at the height of a line of the axes."""
    place = blended_transform_factory(axes.figure.transFigure, axes.transData)
    weight = "bold" if bold else "normal"
    axes.text(x, at, text, fontsize=_SMALL, va="center", ha=side, transform=place, fontweight=weight)
