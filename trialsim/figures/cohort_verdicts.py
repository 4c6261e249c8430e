"""A group of patients under one wording, patient by patient, and how often two definitions disagree on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from trialsim.figures.parts import SMALL, sheet, write
from trialsim.figures.style import BLUE, INK, ORANGE
from trialsim.figures.svg import Canvas, Picture, draw_whole

_ACROSS = 10
_WIDTH, _TILE, _TALL = 7.5, 0.52, 0.5
_TOP, _SIDE = 0.62, 2.15


@dataclass(frozen=True, slots=True)
class Verdict:
    """One patient's verdict under the wording shown, and under the wording it is held against."""

    name: str
    now: bool
    before: bool


@dataclass(frozen=True, slots=True)
class MadeUp:
    """A made-up patient below the group: what happened, and the verdicts."""

    verdict: Verdict
    story: str


def wording_picture(
    patients: Sequence[Verdict], made_up: Sequence[MadeUp] = (), *, wording: str, usual: str = "as usual"
) -> Picture:
    """Show who responds under a wording, and whose verdict it changed.

    Parameters
    ----------
    patients : sequence of Verdict
        The group, in its order.
    made_up : sequence of MadeUp
        Single patients below, each with what happened.
    wording : str
        The rule in words; stands above.
    usual : str
        What `Verdict.before` was judged by.
    """
    names = tuple(patient.name for patient in patients)
    stories = tuple((each.verdict.name, each.story) for each in made_up)
    canvas = _tiles(names, stories)
    return canvas.picture(lambda axes: _paint(axes, patients, made_up, wording, usual))


def _place(k: int) -> tuple[float, float]:
    return 0.08 + _TILE * (k % _ACROSS), _TOP + _TALL * (k // _ACROSS)


def _below(patients: int) -> float:
    return _TOP + _TALL * -(-patients // _ACROSS) + 0.42


@cache
def _tiles(names: tuple[str, ...], stories: tuple[tuple[str, str], ...]) -> Canvas:
    height = _below(len(names)) + 0.34 * len(stories) + 0.14

    def lay_out(figure: Figure) -> Axes:
        axes = sheet(figure, _WIDTH, height)
        tiles = [Rectangle(_place(k), _TILE - 0.06, _TALL - 0.06) for k in range(len(names))]
        axes.add_collection(PatchCollection(tiles, facecolor="none", edgecolor=INK, linewidth=0.7))
        for k, name in enumerate(names):
            x, y = _place(k)
            write(axes, x + 0.04, y + 0.12, name, size=SMALL - 1)
        if stories:
            write(axes, 0.08, _below(len(names)) - 0.16, "Made-up patients", bold=True)
        for k, (name, story) in enumerate(stories):
            write(axes, 0.4, _below(len(names)) + 0.34 * k + 0.12, f"{name}: {story}")
        return axes

    return Canvas(lay_out, width=_WIDTH, height=height)


def _paint(axes: Axes, patients: Sequence[Verdict], made_up: Sequence[MadeUp], wording: str, usual: str) -> None:
    write(axes, 0.08, 0.28, wording, size=SMALL + 0.5, bold=True, linespacing=1.2)
    spots: dict[str, list[tuple[float, float]]] = {}
    changed = []
    for k, patient in enumerate(patients):
        x, y = _place(k)
        spots.setdefault(_mark(patient), []).append((x + 0.23, y + 0.29))
        if patient.now != patient.before:
            changed.append(Rectangle((x, y), _TILE - 0.06, _TALL - 0.06))
    for k, made in enumerate(made_up):
        y = _below(len(patients)) + 0.34 * k + 0.12
        spots.setdefault(_mark(made.verdict), []).append((0.2, y))
        words, moved = "response" if made.verdict.now else "no response", made.verdict.now != made.verdict.before
        write(axes, _WIDTH - 0.1, y, words + ", changed" * moved, bold=moved, side="right")
    for mark, places in spots.items():
        _draw(axes, mark, places)
    axes.add_collection(PatchCollection(changed, facecolor="none", edgecolor=ORANGE, linewidth=2.4))
    _legend(axes, patients, usual)


def _mark(verdict: Verdict) -> str:
    if verdict.now == verdict.before:
        return "response" if verdict.now else "none"
    return "new" if verdict.now else "lost"


def _draw(axes: Axes, mark: str, places: Sequence[tuple[float, float]]) -> None:
    """Filled with a plus: response. Open: none. Open with a cross: lost by the wording."""
    xs, ys = zip(*places, strict=True)
    filled = mark in ("response", "new")
    how: Any = {"linestyle": "none", "markeredgecolor": INK}
    look: Any = {"markersize": 12, "markerfacecolor": BLUE if filled else "none", "markeredgewidth": 0.9}
    axes.add_line(Line2D(xs, ys, marker="o", **look, **how))
    if filled:
        how["markeredgecolor"] = "white"
        axes.add_line(Line2D(xs, ys, marker="+", markersize=8, markeredgewidth=2, **how))
    elif mark == "lost":
        axes.add_line(Line2D(xs, ys, marker="x", markersize=7, markeredgewidth=2, **how))


def _legend(axes: Axes, patients: Sequence[Verdict], usual: str) -> None:
    now, before = sum(patient.now for patient in patients), sum(patient.before for patient in patients)
    x = _WIDTH - _SIDE + 0.15
    write(axes, x, _TOP + 0.3, f"{now}", size=30, bold=True)
    write(axes, x + 0.72, _TOP + 0.2, f"of {len(patients)} respond", size=SMALL + 2)
    write(axes, x + 0.72, _TOP + 0.45, f"{before} {usual}")
    legend = {"response": "response", "none": "no response", "lost": "no longer a response"}
    for k, (mark, words) in enumerate(legend.items()):
        _draw(axes, mark, [(x + 0.1, _TOP + 0.95 + 0.3 * k)])
        write(axes, x + 0.3, _TOP + 0.95 + 0.3 * k, words)
    frame = Rectangle((x, _TOP + 1.75), 0.2, 0.2)
    axes.add_collection(PatchCollection([frame], facecolor="none", edgecolor=ORANGE, linewidth=2.4))
    write(axes, x + 0.3, _TOP + 1.85, "changed by the wording")


def flips_picture(flips: pd.DataFrame, patients: int) -> Picture:
    """Show on how many patients each two definitions disagree.

    Parameters
    ----------
    flips : DataFrame
        Square: the `flips` of `trialsim.rules.compare_table.compare_cohort`.
    patients : int
        How many patients were judged.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame([[0, 7], [7, 0]], ["IMACS-2004", "TIS-MAJOR"], ["IMACS-2004", "TIS-MAJOR"])
    >>> ">7</text>" in flips_picture(table, 40).layer
    True
    """
    names, counts = [str(name) for name in flips.columns], flips.to_numpy(dtype=int)
    size, left, top = 0.62, 1.75, 0.95
    width, height = left + size * len(names) + 0.7, top + size * 0.72 * len(names) + 0.1

    def lay_out(figure: Figure) -> None:
        axes = sheet(figure, width, height)
        tall = size * 0.72
        for i, name in enumerate(names):
            write(axes, left - 0.1, top + tall * (i + 0.5), name, side="right")
            write(axes, left + size * (i + 0.4), top - 0.08, name, level="bottom", rotation=30)
            for j in range(len(names)):
                count = int(counts[i, j])
                x, y = left + size * j, top + tall * i
                # The bar at the foot of a cell grows with the number that stands in it.
                axes.add_patch(Rectangle((x, y), size, tall, facecolor="none", edgecolor=INK, linewidth=0.5))
                if count:
                    at, share = (x, y + tall - 0.1), size * count / patients
                    axes.add_patch(Rectangle(at, share, 0.1, facecolor=ORANGE, edgecolor=INK, linewidth=0.4))
                middle, said = (x + size / 2, y + tall * 0.42), "–" if i == j else str(count)
                write(axes, *middle, said, size=SMALL + 1.5, bold=bool(count), side="center")

    return draw_whole(lay_out, width=width, height=height)
