"""No label of a picture lies on another or leaves the picture, wherever its controls stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html import unescape
from itertools import combinations
from typing import Any, NamedTuple

import pytest
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextToPath

from tests.notebooks.sweeping import bounds
from trialsim.errors import TrialsimError
from trialsim.figures.svg import Picture
from trialsim.lessons import (
    design_your_trial,
    power_of_twenty,
    six_numbers,
    start_here,
    steroids_and_safety,
    twelve_weeks,
    what_counts_as_response,
    who_gets_in,
)
from trialsim.widgets.panel import Panel

TOUCH = 1.0
"""Points by which two boxes may overlap in one direction: letters seldom fill theirs."""
_TEXT = re.compile(r"<text ([^>]*)>(.*?)</text>", re.DOTALL)


class Label(NamedTuple):
    """A text of a picture and the box of its letters, in points from its upper left corner."""

    says: str
    left: float
    top: float
    right: float
    bottom: float


@cache
def width_of(text: str, size: float, bold: bool) -> float:
    """How wide a text is in the widest letters that readers are likely to have."""
    font = FontProperties(family="DejaVu Sans", size=size, weight="bold" if bold else "normal")
    return float(TextToPath().get_text_width_height_descent(text, font, ismath=False)[0])


def labels(picture: Picture) -> Iterator[Label]:
    """The texts that lie level."""
    for marks, inside in _TEXT.findall(picture.base + picture.layer):
        says = unescape(re.sub(r"<[^>]+>", "", inside)).strip()
        found = {name: re.search(pattern, marks) for name, pattern in {
            "size": r"font-size: ([\d.]+)px", "x": r' x="([-\d.]+)"', "y": r' y="([-\d.]+)"',
            "turned": r"rotate\(-?([\d.]+)"}.items()}  # fmt: skip
        if not says or not found["x"] or not found["y"] or (found["turned"] and float(found["turned"][1]) > 0):
            continue
        shorthand = re.search(r"font: ([^;]*?)([\d.]+)px", marks)
        size = float(found["size"][1] if found["size"] else shorthand[2] if shorthand else 10)
        wide = width_of(says, size, bool(re.search(r"bold|\b700\b", marks)))
        x, y = float(found["x"][1]), float(found["y"][1])
        left = x - wide * (0.5 if "anchor: middle" in marks else 1 if "anchor: end" in marks else 0)
        yield Label(says, left, y - 0.73 * size, left + wide, y)


def collisions(picture: Picture) -> list[str]:
    """The labels that lie on each other, and those that leave the picture."""
    found = [*labels(picture)]
    out = [
        f"{label.says!r} leaves the picture" for label in found if label.left < -1 or label.right > picture.width + 1
    ]
    for label, other in combinations(found, 2):
        across = min(label.right, other.right) - max(label.left, other.left)
        down = min(label.bottom, other.bottom) - max(label.top, other.top)
        if across > TOUCH and down > TOUCH:
            out.append(f"{label.says!r} lies on {other.says!r}")
    return out


def states(panel: Panel) -> Iterator[dict[str, Any]]:
    """Where the panel opens, each control at both ends, and each end of what is predicted."""
    yield {}
    for control in panel.controls:
        for value in bounds(control):
            yield {control.name: value}
    if panel.prediction is not None:
        for value in bounds(panel.prediction):
            yield {"prediction": value}


def panels() -> list[Any]:
    """The panels of all lessons; four of them and six numbers on demand, but for the panels with most words."""
    now = (twelve_weeks.PLAN, power_of_twenty.PLAN, steroids_and_safety.PLAN)
    found = [pytest.param(panel, id=panel.title) for plan in now for panel in plan.all_panels()]
    worded = {"What does the record say?", "Three classifications, the same patients: do they agree?"}
    later = (start_here, who_gets_in, six_numbers, what_counts_as_response, design_your_trial)
    for plan in (lesson.PLAN for lesson in later):
        for panel in plan.all_panels():
            marks = () if panel.title in worded else pytest.mark.slow
            found.append(pytest.param(panel, id=panel.title, marks=marks))
    return found


@pytest.mark.parametrize("panel", panels())
def test_no_label_lies_on_another(panel: Panel) -> None:
    """In every such state every label can be read."""
    faults = {}
    for state in states(panel):
        try:
            view = panel.view(**state)
        except TrialsimError:
            continue  # refused in words, and the picture stays
        if found := collisions(view.picture):
            faults[str(state)] = found
    assert faults == {}


def test_a_collision_would_be_found() -> None:
    """Two texts at one place, and one that runs out of the picture, are faults; two side by side are none."""
    text = '<text style="font-size: 10px" x="{}" y="20">{}</text>'
    apart, together = text.format(5, "one") + text.format(60, "two"), text.format(5, "one") + text.format(9, "two")
    assert collisions(Picture(100, 40, apart, "")) == []
    assert collisions(Picture(100, 40, together, "")) == ["'one' lies on 'two'"]
    assert collisions(Picture(100, 40, text.format(60, "much too long"), "")) == ["'much too long' leaves the picture"]


_UPRIGHT = re.compile(r"M ([\d.]+) ([\d.]+)\s+L \1 ([\d.]+)")


def crossed(picture: Picture) -> list[str]:
    """The labels through which an upright line goes."""
    lines = [tuple(map(float, found)) for found in _UPRIGHT.findall(picture.base)]
    assert len(lines) >= 7, "the lines between the columns were not found"
    return [
        label.says
        for label in labels(picture)
        for x, start, end in lines
        if label.left < x < label.right - TOUCH and max(min(start, end), label.top) < min(max(start, end), label.bottom)
    ]


def test_no_word_crosses_a_line_between_the_definitions_columns() -> None:
    """The worked patients, and the reader's own of lesson 02, whose score is told by its points."""
    before = {"PHGA": 4.5, "PTGA": 5, "MMT8": 128, "HAQDI": 0.75, "CK": 640, "EMGA": 3.5}
    after = {"PHGA": 3.2, "PTGA": 4.2, "MMT8": 139, "HAQDI": 0.625, "CK": 480, "EMGA": 2.6}
    own = what_counts_as_response.compare(before, after, enzyme="CK", enzyme_uln=170).first["view"]
    picture = Picture(*own["size"], own["drawing"], own["layer"])
    assert "+7.5" in picture.layer and "earns" not in picture.layer
    pictures = [what_counts_as_response.definitions_panel().view(patient=key).picture for key in "ACG"]
    assert [crossed(drawn) for drawn in [picture, *pictures]] == [[]] * 4
