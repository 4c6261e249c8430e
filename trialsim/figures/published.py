"""Published rates on one axis, each with its interval, and the rate that is held against them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from trialsim.design import Interval
from trialsim.figures.parts import name_axes, write
from trialsim.figures.style import GREY, INK
from trialsim.figures.svg import Picture, laid_out

_FONT = 10.0
_LEFT, _SPAN = 0.345, 0.36


@dataclass(frozen=True, slots=True)
class PublishedRate:
    """One published group as a line of the picture.

    Parameters
    ----------
    label : str
        Who: study, subgroup, responders of patients.
    rate : float
        Responders / patients.
    interval : Interval
        Its exact interval.
    differs : str
        In what it differs from the trial that is planned.
    family : str
        The rule of response it was counted by; groups of one family stand together.
    part : bool
        Whether it is a part of another group of the picture, and counts with that one.
    """

    label: str
    rate: float
    interval: Interval
    differs: str
    family: str
    part: bool = False


def published_picture(published: Sequence[PublishedRate], p0: float, says: str) -> Picture:
    """Show published rates with their intervals, family by family, and a rate held against them.

    Parameters
    ----------
    published : sequence of PublishedRate
        The groups, in this order.
    p0 : float
        The rate.
    says : str
        What follows from it.
    """

    def paint(axes: Axes) -> None:
        axes.plot([100 * p0, 100 * p0], axes.get_ylim(), color=INK, linestyle="--", linewidth=1.6)
        write(axes, 50, -0.35, says, size=_FONT, bold=True, side="center", level="bottom")

    return _canvas(tuple(published)).picture(paint)


@laid_out(width=6.2, height=4.0, layout="none")
def _canvas(figure: Figure, published: tuple[PublishedRate, ...]) -> Axes:
    families = list(dict.fromkeys(rate.family for rate in published))
    lines = len(published) + len(families) + 0.6
    axes = figure.add_axes((_LEFT, 0.13, _SPAN, 0.78))
    axes.set(xlim=(0, 100), ylim=(lines, 0), yticks=[], xticks=range(0, 101, 20))
    name_axes(axes, "Patients who respond, of 100", size=_FONT - 1, larger=1, bare=True)
    at = -0.3
    for which, family in enumerate(families):
        at += 1
        _write(axes, at, family, "Differs in" if not which else "", bold=True)
        for rate in (held for held in published if held.family == family):
            at += 1
            _write(axes, at, rate.label, rate.differs)
            low, high = (100 * limit for limit in rate.interval)
            axes.plot([low, high], [at, at], color=INK, linewidth=1.2, marker="|", markersize=5)
            marker, face = ("o", INK) if not which else ("s", GREY)
            face = "none" if rate.part else face
            axes.plot([100 * rate.rate], [at], marker=marker, color=INK, markerfacecolor=face, markersize=5)
    return axes


def _write(axes: Axes, at: float, left: str, right: str, *, bold: bool = False) -> None:
    for x, text, side in ((-2, left, "right"), (103, right, "left")):
        write(axes, x, at, text, size=_FONT - 0.5, bold=bold, side=side)
