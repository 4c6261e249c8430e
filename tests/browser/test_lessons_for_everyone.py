"""Every lesson by keyboard alone, under an accessibility engine in both themes, and at the widths that readers have.

Two lessons each time that hold every part of the kit; all of them before a release (`python3 tests -m slow`). One page
a lesson serves all of it, in this order: first the walk, which opens and answers everything by keyboard; then what is
open is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.everyone import (
    SCRIPT,
    all_on_screen,
    ask,
    begin_anew,
    broken_rules,
    choose_theme,
    close_kernels,
    open_all,
    pale_writing,
    resize,
)
from tests.browser.real_lab import ROOT, open_notebook, run_all
from tests.browser.walking import Walk, passed, use, walk_forward
from tests.notebooks.minutes import panels_of
from trialsim.facts.course import Lesson, Room, whole_course

FOLDER = "for_everyone"
EACH_TIME = ("start_here", "steroids_and_safety")
LESSONS = [
    pytest.param(lesson, id=lesson.slug, marks=() if lesson.slug in EACH_TIME else pytest.mark.slow)
    for lesson in whole_course()
]


@pytest.fixture(scope="module", params=LESSONS)
def lesson(request: pytest.FixtureRequest, context: Any, lab: str, notebooks: Path) -> Iterator[Any]:
    """A page with one lesson, all cells run, nothing committed yet."""
    shown: Lesson | Room = request.param
    page = context.new_page()
    begin_anew(page, notebooks / FOLDER, shown.notebook, ROOT / "notebooks")
    open_notebook(page, lab, f"{FOLDER}/{shown.notebook}")
    run_all(page)
    page.evaluate(SCRIPT)
    yield page
    page.close()
    close_kernels(lab, f"{FOLDER}/")


@pytest.fixture
def pictured(request: pytest.FixtureRequest) -> bool:
    """Whether the lesson has pictures, as its plan says: the practice room has none."""
    return bool(panels_of(request.node.callspec.params["lesson"]))


@pytest.fixture
def opened_up(lesson: Any) -> Any:
    """The same page with every panel open and everything unfolded."""
    open_all(lesson)
    return lesson


def test_by_keyboard_alone(lesson: Any, pictured: bool) -> None:
    """Tab follows the order of the page, the focus is seen, keys move each control, and nothing holds the focus."""
    cells, questions = ask(lesson, "cells"), lesson.get_by_role("button", name="Check my answer").count()
    asked = ask(lesson, "shutForms")
    walk = walk_forward(lesson)
    assert not walk.faults, "\n".join(walk.faults)
    assert (walk.committed, walk.checked) == (asked, questions), "not every prediction and question was answered"
    assert (walk.moved > 0) == pictured
    assert (ask(lesson, "cells"), ask(lesson, "editing")) == (cells, 0), "Lab took a key for itself"

    page_order = {stop["key"]: stop["name"] for stop in ask(lesson, "stops")}
    # What a choice brings or takes away is there now; the order is asked of a page that holds still.
    assert [page_order[key] for key in passed(lesson, "Shift+Tab")] == list(page_order.values())[::-1]
    assert [page_order[key] for key in passed(lesson, "Tab")] == list(page_order.values())


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_no_rule_is_broken(opened_up: Any, pictured: bool, theme: str) -> None:
    """Axe finds nothing serious in text and outputs, and the text in pictures stands out from what is behind it."""
    choose_theme(opened_up, theme)
    hide_the_side_bar(opened_up)
    with all_on_screen(opened_up, 1280 if theme.endswith("Light") else 800):
        assert bool(ask(opened_up, "drawn")) == pictured
        faults = broken_rules(opened_up) + (pale_writing(opened_up) if pictured else [])
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(("width", "height"), [(800, 1100), (640, 450)], ids=["tablet", "200 %"])
def test_nothing_is_lost_where_there_is_little_room(opened_up: Any, width: int, height: int) -> None:
    """At 800 px, and at 640, which is 1280 at 200 %, nothing sticks out or is cut off, and a finger hits everything."""
    hide_the_side_bar(opened_up)
    resize(opened_up, width, height)
    faults = ask(opened_up, "cutOff") + ask(opened_up, "small")
    resize(opened_up, 1280, 900)
    assert not faults, "\n".join(faults)


def test_wide_pictures_scroll_by_keyboard(opened_up: Any, pictured: bool) -> None:
    """Where a picture has no room it scrolls in its frame: the arrow keys scroll it, and Tab leaves it."""
    if not pictured:
        pytest.skip("a room without pictures")
    hide_the_side_bar(opened_up)
    resize(opened_up, 480, 900)
    frame = opened_up.locator('.trialsim-frame[tabindex="0"]').first
    for key in ("Tab", "Shift+Tab"):
        frame.focus()
        opened_up.keyboard.press("ArrowRight")
        opened_up.wait_for_function("document.activeElement.scrollLeft > 0")
        here = ask(opened_up, "focused")
        assert here["outlined"] and here["keepsKeys"] and frame.get_attribute("aria-label")
        opened_up.keyboard.press(key)
        assert ask(opened_up, "focused") is None or ask(opened_up, "focused")["key"] != here["key"]
    resize(opened_up, 1280, 900)


def test_reduced_motion(opened_up: Any, pictured: bool) -> None:
    """For who wants less motion nothing moves by itself, and pictures still change with the keys."""
    opened_up.emulate_media(reduced_motion="reduce")
    assert ask(opened_up, "moving") == []
    if not pictured:
        return
    opened_up.locator("section.trialsim:has(.trialsim-picture) .trialsim-controls input:visible").first.focus()
    drawn = ask(opened_up, "drawn")
    walk = Walk()
    use(opened_up, walk, ask(opened_up, "focused"))
    assert (walk.moved, walk.faults) == (1, [])
    assert ask(opened_up, "drawn") != drawn
    assert ask(opened_up, "moving") == []


def hide_the_side_bar(page: Any) -> None:
    """Close the list of files, as readers with little room do."""
    if page.locator("#jp-left-stack").is_visible():
        page.locator(".lm-TabBar-tab.lm-mod-current[data-id='filebrowser']").click()
        page.locator("#jp-left-stack").wait_for(state="hidden")
