"""A patient's measures on their instruments' scales: two visits, or a start and what would count from there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from trialsim.figures.parts import SMALL, sheet, write
from trialsim.figures.style import BLUE, INK, ORANGE
from trialsim.figures.svg import Canvas, Picture

_WIDTH, _LEFT, _SCALE, _ROW, _TOP, _BAR = 7.4, 1.65, 3.6, 0.6, 0.6, 0.5
_KEYS = {
    "start": ("D", INK, ""),
    "end": ("o", INK, ""),
    "improved": ("", BLUE, ""),
    "worse": ("", ORANGE, "////"),
}


@dataclass(frozen=True, slots=True)
class Scale:
    """One measure.

    Parameters
    ----------
    label, unit : str
        Its name and unit.
    low, high : float
        The ends of its scale as drawn.
    higher_is_better : bool
        Which end is the good one.
    baseline : float
        Where the patient starts.
    note : str
        What is worth saying of it; stands on the right.
    followup : float, optional
        Where the patient ends.
    improved_at, worse_at : float, optional
        The follow-up value from which on it counts as improved, as worse; None where no value does.
    """

    label: str
    unit: str
    low: float
    high: float
    higher_is_better: bool
    baseline: float
    note: str
    followup: float | None = None
    improved_at: float | None = None
    worse_at: float | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule says, and why, in a few words each."""

    responder: bool
    why: str


def scales_picture(scales: Sequence[Scale], keys: Sequence[tuple[str, str]], verdict: Verdict | None = None) -> Picture:
    """Show the scales one under the other.

    Parameters
    ----------
    scales : sequence of Scale
        From above.
    keys : sequence of (str, str)
        What stands in the key, each with its words: ``"start"``, ``"end"``, ``"improved"``, ``"worse"``.
    verdict : Verdict, optional
        What a rule says of the patient, in a bar above the scales: who moves a control sees it on any screen.

    Examples
    --------
    >>> scale = Scale("HAQ-DI", "", 0, 3, False, 0.125, "one step is 100 %", improved_at=0, worse_at=0.25)
    >>> "one step is 100 %" in scales_picture([scale], [("improved", "counts as improved")]).layer
    True
    """
    frame = tuple((scale.label, scale.unit, scale.low, scale.high, scale.higher_is_better) for scale in scales)
    down = 0.0 if verdict is None else _BAR

    def paint(axes: Axes) -> None:
        _paint(axes, scales, down)
        if verdict is not None:
            _say(axes, verdict, 0.05)

    return _canvas(frame, tuple(keys), down).picture(paint)


@cache
def _canvas(
    frame: tuple[tuple[str, str, float, float, bool], ...], keys: tuple[tuple[str, str], ...], down: float
) -> Canvas:
    height = _TOP + _ROW * len(frame) + 0.1 + down

    def lay_out(figure: Figure) -> Axes:
        axes = sheet(figure, _WIDTH, height)
        x = 0.15
        for key, words in keys:
            marker, colour, hatch = _KEYS[key]
            if marker:
                _dot(axes, x + 0.05, down + 0.17, marker, filled=key == "start")
            else:
                axes.add_patch(Rectangle((x, down + 0.08), 0.3, 0.18, facecolor=colour, edgecolor=INK, hatch=hatch))
            write(axes, x + (0.2 if marker else 0.38), down + 0.17, words)
            x += 0.55 + 0.083 * len(words)
        for k, (label, unit, low, high, up) in enumerate(frame):
            y = down + _TOP + _ROW * k + 0.2
            axes.add_line(Line2D([_LEFT, _LEFT + _SCALE], [y, y], color=INK, linewidth=0.9))
            write(axes, 0.08, y, label, bold=True)
            for value, side, at, good in ((low, "left", _LEFT, not up), (high, "right", _LEFT + _SCALE, up)):
                said = f"{value:g}{' ' + unit if unit else ''}{' (best)' if good and unit != 'U/L' else ''}"
                write(axes, at, y + 0.22, said, size=SMALL - 1, side=side)
        return axes

    return Canvas(lay_out, width=_WIDTH, height=height)


def _paint(axes: Axes, scales: Sequence[Scale], down: float) -> None:
    improved, worse = [], []
    for k, scale in enumerate(scales):
        y = down + _TOP + _ROW * k + 0.2
        if scale.improved_at is not None:
            improved.append(_area(scale, scale.improved_at, scale.higher_is_better, y))
        if scale.worse_at is not None:
            worse.append(_area(scale, scale.worse_at, not scale.higher_is_better, y))
        start = _across(scale, scale.baseline)
        if scale.followup is not None:
            end = _across(scale, scale.followup)
            axes.add_line(Line2D([start, end], [y, y], color=INK, linewidth=2.4, zorder=2))
            _dot(axes, end, y, "o", filled=False)
        _dot(axes, start, y, "D", filled=True)
        write(axes, start, y - 0.2, f"{scale.baseline:g}", size=SMALL - 1, side="center")
        write(axes, _LEFT + _SCALE + 0.25, y, scale.note, linespacing=1.15)
    for areas, key in ((improved, "improved"), (worse, "worse")):
        _, colour, hatch = _KEYS[key]
        how: Any = {"facecolor": colour, "edgecolor": INK, "hatch": hatch or None, "linewidth": 0.7, "zorder": 1}
        axes.add_collection(PatchCollection(areas, **how))


def _say(axes: Axes, verdict: Verdict, y: float) -> None:
    # A full bar for a responder, an empty one for none: the same is seen without colour.
    colour = BLUE if verdict.responder else ORANGE
    axes.add_patch(Rectangle((0.08, y), 0.3, 0.36, facecolor=colour if verdict.responder else "none", edgecolor=colour))
    answer = "Responder" if verdict.responder else "Not a responder"
    write(axes, 0.5, y + 0.18, answer, size=12, bold=True)
    write(axes, 2.35, y + 0.18, verdict.why)


def _dot(axes: Axes, x: float, y: float, marker: str, *, filled: bool) -> None:
    # An open mark in a colour that is seen on white and on dark grounds; a bare outline would be crossed by the line.
    face = INK if filled else BLUE
    axes.add_line(Line2D([x], [y], marker=marker, markersize=7, markerfacecolor=face, markeredgecolor=INK, zorder=3))


def _area(scale: Scale, edge: float, up: bool, y: float) -> Rectangle:
    """From the edge to the end of the scale; never so narrow that it cannot be seen."""
    low, high = sorted((_across(scale, edge), _across(scale, scale.high if up else scale.low)))
    if high - low < 0.06:
        low, high = (high - 0.06, high) if up else (low, low + 0.06)
    return Rectangle((low, y - 0.1), high - low, 0.2)


def _across(scale: Scale, value: float) -> float:
    share = (min(max(value, scale.low), scale.high) - scale.low) / (scale.high - scale.low)
    return _LEFT + _SCALE * share
