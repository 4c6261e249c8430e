"""Lesson 00 as a reader meets it in JupyterLab: the path through the course says what is done, and leads there."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.browser.real_lab import ROOT, lesson_started, open_notebook
from trialsim.exchange.work import LessonWork, Work
from trialsim.exchange.work_folder import FOLDER, WorkFolder

NAME = "00_start_here.ipynb"
NEXT = "04_power_of_twenty.ipynb"
PLACE = "a course"  # its address is not its name


@pytest.fixture
def lesson(page: Any, lab: str, notebooks: Path) -> Any:
    """The page of lesson 00, started by itself, in a folder of its own beside lesson 04."""
    (notebooks / PLACE).mkdir(exist_ok=True)  # never removed: it is where the kernels of earlier tests stand
    shutil.rmtree(notebooks / PLACE / FOLDER, ignore_errors=True)
    for name in (NAME, NEXT):
        shutil.copy(ROOT / "notebooks" / name, notebooks / PLACE / name)
    open_notebook(page, lab, f"{PLACE}/{NAME}".replace(" ", "%20"))
    lesson_started(page)
    return page


def course(page: Any) -> Any:
    """The path through the course."""
    return page.locator('section.trialsim[aria-label="The course"]')


def row(page: Any, number: str) -> Any:
    """One lesson of it."""
    return course(page).get_by_role("row").filter(has=page.get_by_role("rowheader", name=number, exact=True))


def tab(page: Any, name: str) -> Any:
    """The tab of a document in Lab's main area."""
    return page.locator("#jp-main-dock-panel").get_by_role("tab", name=name)


def test_a_question_opens_its_lesson_beside_this_one(lesson: Any) -> None:
    """By keyboard: the link opens the notebook in a tab of Lab, without leaving the page and without a question."""
    lesson.evaluate("window.stays = true")
    link = row(lesson, "04").get_by_role("link")
    assert link.get_attribute("href").endswith(f"/lab/tree/a%20course/{NEXT}")
    link.press("Enter")
    tab(lesson, NEXT).wait_for()
    assert lesson.evaluate("window.stays") is True
    assert lesson.locator(".jp-Dialog").count() == 0


def test_what_is_done_elsewhere_shows_on_return(lesson: Any, notebooks: Path) -> None:
    """Work that another lesson kept meanwhile stands in the path when its tab is in front again."""
    row(lesson, "04").get_by_text("nothing yet").wait_for()
    row(lesson, "04").get_by_role("link").click()
    tab(lesson, NEXT).wait_for()
    course(lesson).wait_for(state="hidden")
    done = LessonWork(last="2026-11-23T09:00:00+00:00", predictions={"successes": 80})
    WorkFolder(notebooks / PLACE / FOLDER).keep(Work(lessons={"04": done}), "04")
    tab(lesson, NAME).click()
    row(lesson, "04").get_by_text("begun: 1 guess, 0 of 3 questions solved (").wait_for()
    course(lesson).get_by_text("0 of 7 lessons finished, 1 begun.").wait_for()


def test_work_that_only_the_browser_kept_is_named(lesson: Any) -> None:
    """After a lost session the path says that this browser still has something; rubbish there changes nothing."""
    kept = '{"last": "2026-11-23T09:00:00+00:00", "name": "", "text": "{}"}'
    lesson.evaluate(
        "kept => { localStorage.setItem('trialsim work, lesson 04', kept);"
        " localStorage.setItem('trialsim work, lesson 05', '7'); }",
        kept,
    )
    try:
        course(lesson).get_by_role("button", name="Look again").click()
        row(lesson, "04").get_by_text("open the lesson to bring it back").wait_for()
        assert row(lesson, "05").get_by_text("nothing yet", exact=True).is_visible()
    finally:
        lesson.evaluate("localStorage.clear()")
