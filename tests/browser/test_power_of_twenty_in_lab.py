"""Lesson 04 as a reader meets it: JupyterLab, the keyboard, and nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.browser.real_lab import ROOT, open_notebook, run_all

NAME = "04_power_of_twenty.ipynb"


@pytest.fixture
def lesson(page: Any, lab: str, notebooks: Path) -> Any:
    """The page of lesson 04, all cells run."""
    shutil.copy(ROOT / "notebooks" / NAME, notebooks / NAME)
    open_notebook(page, lab, NAME)
    run_all(page)
    return page


def part(page: Any, label: str) -> Any:
    """The widget with this name."""
    found = page.locator(f'section.trialsim[aria-label^="{label}"]').first
    found.scroll_into_view_if_needed()
    return found


def sentence_with(widget: Any, text: str) -> str:
    """Wait until the sentence has `text`, and return what the picture says in words."""
    widget.locator(".trialsim-sentence", has_text=text).wait_for()
    return str(widget.locator(".trialsim-picture").get_attribute("aria-label"))


def test_walk_to_the_surprise_by_keyboard(lesson: Any) -> None:
    """Predict, move n from 20 to 21, p0 to 40 and p1 below it by keyboard: picture and sentence follow, or say why."""
    explorer = part(lesson, "What can twenty patients tell us?")
    assert not explorer.locator(".trialsim-picture").is_visible()

    asked = part(lesson, "Of 100 such trials")
    asked.locator("input[type=range]").focus()
    lesson.keyboard.press("ArrowLeft")
    asked.get_by_role("button", name="Commit my prediction").focus()
    lesson.keyboard.press("Enter")

    twenty = sentence_with(explorer, "59 trials in 100 would succeed: 10 responders or more are needed")
    assert "You predicted 79" in explorer.locator(".trialsim-sentence").inner_text()
    explorer.get_by_label("Patients in the trial (n)", exact=True).focus()
    lesson.keyboard.press("ArrowRight")
    assert (
        sentence_with(
            explorer,
            "With 21 patients and a true response rate of 50 % (hopeful, what could be believed in 2021), 50 trials",
        )
        != twenty
    )

    lesson.keyboard.press("ArrowLeft")
    explorer.get_by_label("Response rate without the drug (p0)", exact=True).focus()
    for _ in range(10):
        lesson.keyboard.press("ArrowRight")
    forty = sentence_with(explorer, "13 trials in 100 would succeed: 13 responders or more are needed")

    explorer.get_by_label("True response rate with the drug (p1)", exact=True).focus()
    lesson.keyboard.press("Home")
    explorer.locator(".trialsim-problem:visible", has_text="Raise p1 or lower p0").first.wait_for()
    assert explorer.locator(".trialsim-picture").get_attribute("aria-label") == forty


def test_check_answers_a_misconception(lesson: Any) -> None:
    """The check of another trial replies to the number that must be exceeded, and to the one that must be reached."""
    check = part(lesson, "Another trial")
    for answer, reply in (("", "Nothing is entered yet"), ("14", "the last that fails"), ("15", "Right.")):
        check.get_by_label("Responders", exact=True).fill(answer)
        check.get_by_role("button", name="Check my answer").click()
        check.locator(".trialsim-reply", has_text=reply).wait_for()
