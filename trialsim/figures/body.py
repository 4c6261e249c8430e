"""The sheet of muscle strength on a body: where each of the eight muscles is, and its grade on both sides."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from trialsim.figures.style import GREY
from trialsim.figures.svg import Picture, draw_whole

PLACES = MappingProxyType(
    {
        "neck_flexors": (0.0, 8.4),
        "middle_deltoid": (1.75, 7.7),
        "biceps_brachii": (2.15, 6.6),
        "gluteus_medius": (1.35, 4.95),
        "gluteus_maximus": (1.35, 4.2),
        "wrist_extensors": (2.95, 4.9),
        "quadriceps": (1.35, 2.9),
        "ankle_dorsiflexors": (1.3, 0.7),
    }
)
"""How far from the middle, and how high, a muscle is drawn; the body is ten high."""

_NAMES_AT = 4.6
_LIMBS = (((0, 8.0), (0, 4.6)), ((-1, 7.8), (1, 7.8)), ((-0.6, 4.6), (0.6, 4.6)))
_SIDES = (((1, 7.8), (1.7, 6.2), (2.4, 4.5)), ((0.6, 4.6), (0.65, 2.6), (0.6, 0.4)))


def body_picture(grades: Mapping[str, tuple[str, ...]], below: str) -> Picture:
    """Show what is written of each muscle, right and left, at its place on somebody who faces the reader.

    Parameters
    ----------
    grades : mapping of muscle to (left, right)
        What stands at each place; of a muscle that is tested once only the first.
    below : str
        A line under the body: the sum.
    """

    def lay_out(figure: Figure) -> None:
        axes = figure.add_subplot()
        axes.set(xlim=(-4.4, 8.2), ylim=(-0.9, 10.4))
        axes.axis("off")
        _outline(axes)
        names = sorted(grades, key=lambda muscle: -PLACES[muscle][1])
        for at, muscle in enumerate(names):
            out, height = PLACES[muscle]
            line = 9.2 - 1.15 * at
            axes.plot([out + 0.55, _NAMES_AT - 0.1], [height, line], color=GREY, linewidth=0.7)
            axes.text(_NAMES_AT, line, muscle.replace("_", " "), va="center")
            for side, text in zip((1, -1) if out else (1,), grades[muscle], strict=False):
                axes.text(side * out, height, text, ha="center", va="center", fontsize=9, fontweight="bold")
        for x, text in ((-2.6, "right side"), (2.1, "left side")):
            axes.text(x, 9.6, text, ha="center", va="center", fontweight="bold")
        axes.text(-4.3, -0.5, below, va="center")

    return draw_whole(lay_out, width=7.2, height=4.4)


def _outline(axes: Axes) -> None:
    axes.add_patch(Circle((0, 9.3), 0.62, fill=False, edgecolor=GREY, linewidth=2.5))
    for line in _LIMBS:
        axes.plot(*zip(*line, strict=True), color=GREY, linewidth=2.5)
    for limb in _SIDES:
        for side in (1, -1):
            axes.plot([side * x for x, _ in limb], [y for _, y in limb], color=GREY, linewidth=2.5)
