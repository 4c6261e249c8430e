"""Published arms on one axis: each with its exact interval, what sets it apart, and those picked taken together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from trialsim.design import Interval
from trialsim.figures.parts import beside, name_axes, write
from trialsim.figures.style import BLUE, INK
from trialsim.figures.svg import Canvas, Picture

_WIDTH, _LINE = 8.6, 0.235
_LEFT, _RIGHT = 0.49, 0.715
_WEEK, _COUNT = 0.39, 0.484
"""Where the columns of weeks and of counts end."""
_MARGIN = 0.006
_SMALL = 8.8


@dataclass(frozen=True, slots=True)
class ArmLine:
    """One published arm as a line of the picture.

    Parameters
    ----------
    name, group, differs : str
        Who; the heading it stands under; in what else than the week it differs from the trial that is planned.
    week : int or None
    responders, n : int
    interval : Interval
    """

    name: str
    group: str
    differs: str
    week: int | None
    responders: int
    n: int
    interval: Interval


def evidence_picture(
    lines: Sequence[ArmLine],
    *,
    picked: Sequence[int] = (),
    pooled: ArmLine | None = None,
    marks: Sequence[tuple[str, float]] = (),
) -> Picture:
    """Show published arms under each other on one axis of response rates.

    Parameters
    ----------
    lines : sequence of ArmLine
        Arms in this order; lines of one group have to stand together.
    picked : sequence of int
        Which of them are picked: filled, and with a tick before their name.
    pooled : ArmLine, optional
        Those picked taken together: a band over all of them and a line below.
    marks : sequence of (str, float)
        Rates drawn through all lines, each with its name: p0, p1.
    """
    return _canvas(tuple(lines)).picture(lambda axes: _paint(axes, lines, picked, pooled, marks))


@lru_cache(maxsize=64)
def _canvas(lines: tuple[ArmLine, ...]) -> Canvas:
    return Canvas(lambda figure: _lay_out(figure, lines), width=_WIDTH, height=_height(lines))


def _rows(lines: Sequence[ArmLine]) -> float:
    return len(lines) + len({line.group for line in lines}) + 2.6


def _height(lines: Sequence[ArmLine]) -> float:
    return _LINE * (_rows(lines) + 1.2) + 0.62


def _places(lines: Sequence[ArmLine]) -> list[float]:
    """Where each line stands, from the top, a line for each heading."""
    places, at = [], 0.4
    for _, members in groupby(lines, key=lambda line: line.group):
        at += 1
        for _ in members:
            places.append(at)
            at += 1
    return places


def _lay_out(figure: Figure, lines: tuple[ArmLine, ...]) -> Axes:
    figure.set_layout_engine("none")
    height = _height(lines)
    bottom, top = 0.62 / height, 1 - 1.2 * _LINE / height
    axes = figure.add_axes((_LEFT, bottom, _RIGHT - _LEFT, top - bottom))
    axes.set(xlim=(-2, 102), ylim=(_rows(lines), 0), yticks=[], xticks=range(0, 101, 20))
    name_axes(axes, "Patients who responded, of 100 (exact 95 % intervals)", size=_SMALL, bare=True)
    axes.grid(axis="x")
    heads = ((_WEEK, "week", "right"), (_COUNT, "response", "right"), (_RIGHT + 0.012, "Differs in; rule", "left"))
    for x, text, side in heads:
        write(figure, x, top, text, size=_SMALL, bold=True, level="bottom", side=side)
    last = None
    for at, line in zip(_places(lines), lines, strict=True):
        if line.group != last:
            beside(axes, _MARGIN, at - 1, line.group, bold=True)
            last = line.group
        beside(axes, _MARGIN + 0.028, at, line.name)
        beside(axes, _WEEK, at, str(line.week), side="right")
        beside(axes, _COUNT, at, f"{line.responders} of {line.n}", side="right")
        beside(axes, _RIGHT + 0.012, at, line.differs or "\N{EN DASH}")
        _interval(axes, line, at, INK, 1.1)
        axes.plot([100 * line.responders / line.n], [at], marker="o", color=INK, markerfacecolor="none", markersize=5.5)
    return axes


def _paint(
    axes: Axes,
    lines: Sequence[ArmLine],
    picked: Sequence[int],
    pooled: ArmLine | None,
    marks: Sequence[tuple[str, float]],
) -> None:
    bottom = _rows(lines)
    for name, rate in marks:
        style = "--" if name == "p0" else ":"
        axes.plot([100 * rate] * 2, [0, bottom], color=INK, linestyle=style, linewidth=1.3, zorder=2.5)
        write(axes, 100 * rate, -0.15, f"{name} {100 * rate:g}", size=_SMALL, side="center", level="bottom")
    places = _places(lines)
    for which in picked:
        at, line = places[which], lines[which]
        beside(axes, _MARGIN + 0.008, at, "\N{CHECK MARK}", bold=True)
        _interval(axes, line, at, BLUE, 2.4)
        axes.plot([100 * line.responders / line.n], [at], marker="o", color=INK, markerfacecolor=BLUE, markersize=6.5)
    if pooled is None:
        return
    at = bottom - 0.9
    low, high = (100 * limit for limit in pooled.interval)
    axes.axvspan(low, high, color=BLUE, alpha=0.12, linewidth=0)
    beside(axes, _MARGIN, at, pooled.name, bold=True)
    beside(axes, _COUNT, at, f"{pooled.responders} of {pooled.n}", bold=True, side="right")
    middle = 100 * pooled.responders / pooled.n
    beside(axes, _RIGHT + 0.012, at, f"{middle:.1f} % ({low:.1f} to {high:.1f} %)", bold=True)
    axes.fill([low, middle, high, middle], [at, at - 0.36, at, at + 0.36], facecolor=BLUE, edgecolor=INK, linewidth=0.9)


def _interval(axes: Axes, line: ArmLine, at: float, colour: str, width: float) -> None:
    low, high = (100 * limit for limit in line.interval)
    axes.plot([low, high], [at, at], color=colour, linewidth=width, marker="|", markersize=6, zorder=2.6)
