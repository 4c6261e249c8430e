"""A class at a glance: who finished which lesson, which misconceptions were met, what was predicted."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from textwrap import shorten

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from trialsim.figures.parts import SMALL, sheet, write
from trialsim.figures.style import BLUE, INK, ORANGE
from trialsim.figures.svg import Picture, draw_whole

MAX_ROWS = 40
"""Learners that are shown by name; of more only shares can be read."""

_WIDTH = 580.0
_ROW = 16.0
_NAME = 150.0  # where the columns begin
_MAX_NAME = 24  # characters of a learner's name
_MAX_BINS = 24


@dataclass(frozen=True, slots=True)
class Progress:
    """One learner: of each lesson how many of how many questions are solved, or None where it was not begun."""

    learner: str
    lessons: tuple[tuple[int, int] | None, ...]


@dataclass(frozen=True, slots=True)
class Met:
    """One misconception: its name, how many learners met it, and of how many it stands unsolved."""

    name: str
    learners: int
    still: int


def progress_picture(rows: Sequence[Progress], lessons: Sequence[str]) -> Picture:
    """Show who finished which lesson: a row a learner, or shares where there are more than `MAX_ROWS`.

    Parameters
    ----------
    rows : sequence of Progress
        The learners, each with as many lessons.
    lessons : sequence of str
        The numbers of the lessons.
    """
    if len(rows) > MAX_ROWS:
        return _shares(rows, lessons)
    step = (_WIDTH - _NAME) / max(1, len(lessons))
    height = _ROW * (len(rows) + 3)

    def paint(axes: Axes) -> None:
        for at, number in enumerate(lessons):
            write(axes, _NAME + step * (at + 0.5), 1.5 * _ROW, number, size=10, bold=True, side="center")
        write(axes, _NAME - 10, 1.5 * _ROW, "lesson", side="right")
        _key(axes, height)
        for row, each in enumerate(rows):
            y = _ROW * (row + 2.5)
            axes.plot([4, _WIDTH - 4], [y + _ROW / 2] * 2, color=INK, alpha=0.25, linewidth=0.6)
            write(axes, _NAME - 10, y, _short(each.learner, _MAX_NAME), size=SMALL + 0.5, side="right")
            for at, cell in enumerate(each.lessons):
                if cell is not None:
                    x = _NAME + step * (at + 0.5)
                    _mark(axes, x - 12, y, done=cell[0] >= cell[1])
                    write(axes, x - 3, y, f"{cell[0]}/{cell[1]}")

    return _drawn(paint, height)


def _mark(axes: Axes, x: float, y: float, *, done: bool) -> None:
    """A full disc for what is finished, half of one for what was begun."""
    fill, colour = ("full", BLUE) if done else ("left", ORANGE)
    axes.plot([x], [y], marker="o", markersize=8, fillstyle=fill, color=colour, markerfacecoloralt="none")


def _key(axes: Axes, height: float) -> None:
    y = height - _ROW / 2 + 3
    for x, done, text in ((_NAME, True, "finished"), (_NAME + 90, False, "begun; questions solved of all")):
        _mark(axes, x, y, done=done)
        write(axes, x + 9, y, text)


def _drawn(paint: Callable[[Axes], None], height: float) -> Picture:
    """A picture on a ground counted in points from the top left."""

    return _whole(lambda figure: paint(sheet(figure, _WIDTH, height)), height)


def _whole(lay_out: Callable[[Figure], None], height: float) -> Picture:
    with warnings.catch_warnings():
        # A name may be written in a script that the measuring font lacks; the browser has fonts of its own.
        # "... from font" or "... from current font", by the version of Matplotlib.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        return draw_whole(lay_out, width=_WIDTH / 72, height=height / 72)


def _shares(rows: Sequence[Progress], lessons: Sequence[str]) -> Picture:
    begun = [[each.lessons[at] for each in rows if each.lessons[at] is not None] for at in range(len(lessons))]
    done = [sum(cell[0] >= cell[1] for cell in cells if cell is not None) for cells in begun]

    def lay_out(figure: Figure) -> None:
        axes = figure.add_subplot()
        at = range(len(lessons))
        axes.bar(at, done, color=BLUE, edgecolor=INK, linewidth=0.8, label="finished")
        open_ = [len(cells) - full for cells, full in zip(begun, done, strict=True)]
        axes.bar(at, open_, bottom=done, color="none", edgecolor=ORANGE, hatch="////", linewidth=1, label="begun")
        for x, (cells, full) in enumerate(zip(begun, done, strict=True)):
            write(axes, x, len(cells), f"{full} of {len(cells)}", side="center", level="bottom")
        axes.set(ylim=(0, 1.12 * len(rows)), xlabel="Lesson", ylabel=f"Learners, of {len(rows):,}")
        axes.set_xticks(list(at), list(lessons))
        axes.legend(loc="upper right", ncols=2)

    return _whole(lay_out, 240)


def misconceptions_picture(bars: Sequence[Met], learners: int) -> Picture:
    """Show how many learners met each misconception, and of how many it stands unsolved.

    Parameters
    ----------
    bars : sequence of Met
        The most frequent first.
    learners : int
        How many learners there are: the end of the scale.
    """
    height = _ROW * 1.9 * len(bars) + 3.4 * _ROW
    start, end = 40.0, _WIDTH - 60
    step = (end - start) / max(1, learners)

    def paint(axes: Axes) -> None:
        for row, each in enumerate(bars):
            y = _ROW * (1.9 * row + 0.7)
            write(axes, start, y, each.name, size=SMALL + 0.5)
            low, high = y + 0.5 * _ROW, 0.6 * _ROW
            still = step * each.still
            axes.bar([start], [high], still, low, align="edge", color=ORANGE, edgecolor=INK, hatch="////")
            rest = step * (each.learners - each.still)
            axes.bar([start + still], [high], rest, low, align="edge", color=BLUE, edgecolor=INK)
            write(axes, start - 8, low + high / 2, f"{each.learners}", size=10, bold=True, side="right")
        bottom = height - 2.2 * _ROW
        axes.plot([start, end], [bottom] * 2, color=INK, linewidth=0.8)
        for count in (0, learners):
            write(axes, start + step * count, bottom + 0.6 * _ROW, f"{count}", side="center")
        y = height - _ROW * 0.7
        for x, colour, hatch, text in (
            (start, ORANGE, "////", "learners who have not solved such a question since"),
            (start + 300, BLUE, "", "who have"),
        ):
            axes.bar([x], [9], 9, y - 4.5, align="edge", color=colour, edgecolor=INK, hatch=hatch)
            write(axes, x + 14, y, text)

    return _drawn(paint, height)


def numbers_picture(numbers: Sequence[float], label: str, *, found: float | None = None) -> Picture:
    """Show how the predicted numbers of a class spread, and what was found.

    Parameters
    ----------
    numbers : sequence of float
        What was predicted.
    label : str
        What was asked.
    found : float, optional
        What it is held against; a line stands there.
    """

    def lay_out(figure: Figure) -> None:
        axes = figure.add_subplot()
        axes.hist(list(numbers), bins=_bins(numbers), color=BLUE, edgecolor=INK, linewidth=0.8)
        axes.set(xlabel=_short(label, 90), ylabel="Learners")
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        if found is not None:
            axes.axvline(found, color=INK, linestyle="--", linewidth=1.4)
            axes.text(found, 1.01, f"found: {found:g}", transform=axes.get_xaxis_transform(), ha="center", va="bottom")

    return _whole(lay_out, 220)


def _bins(numbers: Sequence[float]) -> list[float]:
    """Bins as wide as a whole number of steps of one, with the steps in their middles."""
    low, high = math.floor(min(numbers)), math.ceil(max(numbers))
    wide = math.ceil((high - low + 1) / _MAX_BINS)
    return [low - 0.5 + wide * at for at in range(math.ceil((high - low + 1) / wide) + 1)]


def choices_picture(counts: Sequence[tuple[str, int]], *, found: str | None = None) -> Picture:
    """Show how often each option was predicted, and which one was found.

    Parameters
    ----------
    counts : sequence of (str, int)
        Each option with the number of learners who predicted it.
    found : str, optional
        The option that it is held against; it is written bold and named.
    """

    def lay_out(figure: Figure) -> None:
        axes = figure.add_subplot()
        at = range(len(counts))
        axes.barh(at, [count for _, count in counts], height=0.6, color=BLUE, edgecolor=INK, linewidth=0.8)
        labels = [f"found: {_short(text, 42)}" if text == found else _short(text, 50) for text, _ in counts]
        axes.set_yticks(list(at), labels)
        for label, (text, _) in zip(axes.get_yticklabels(), counts, strict=True):
            label.set_fontweight("bold" if text == found else "normal")
        axes.set(xlabel="Learners", ylim=(len(counts) - 0.4, -0.6))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))

    return _whole(lay_out, 60 + 26 * max(1, len(counts)))


def _short(text: str, longest: int) -> str:
    """A text of so many characters at most, cut between words where it can be."""
    return shorten(text, longest, placeholder=" ...") if " " in text[:longest] else text[:longest]
