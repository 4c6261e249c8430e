"""Lesson 03 as a reader meets it: JupyterLab, the keyboard, and nothing else."""

from __future__ import annotations

from typing import Any

from tests.browser.learner import commit_guess
from tests.browser.real_lab import all_in_the_file, part, run_all

NAME = "03_twelve_weeks.ipynb"


def sentence_with(widget: Any, text: str) -> None:
    """Wait until the sentence has `text`."""
    widget.locator(".trialsim-sentence", has_text=text).wait_for()


def test_walk_to_the_surprise_by_keyboard(lesson: Any) -> None:
    """Predict, take the drug away, then the background, recruit from 6 cm: sentences follow the keys, and stay."""
    asked = part(lesson, "Of 20 patients without the drug")
    commit_guess(asked, "ArrowRight")

    twenty = part(lesson, "What would have happened without the drug?")
    sentence_with(twenty, "With the drug 10 of 20 respond. 6 of them would have responded without it")
    sentence_with(twenty, "You guessed 4 without the drug")
    twenty.get_by_label("The drug improves the disease by", exact=True).focus()
    lesson.keyboard.press("Home")
    sentence_with(twenty, "Nobody gets the drug, and 6 of 20 respond all the same")
    twenty.get_by_label("Background treatment improves it by", exact=True).focus()
    lesson.keyboard.press("Home")
    sentence_with(twenty, "Nobody gets the drug, and 4 of 20 respond all the same")

    recruited = part(lesson, "Whom do you recruit?")
    recruited.get_by_label("Recruit from a physician global of", exact=True).focus()
    for _ in range(12):
        lesson.keyboard.press("ArrowRight")
    sentence_with(recruited, "Recruited from 6 cm on, without the drug")
    sentence_with(recruited, "12 of 20 respond. You guessed 4 without the drug")
    all_in_the_file(lesson)

    lesson.reload()
    lesson.locator(".jp-StatusBar-TextItem", has_text="| Idle").first.wait_for(timeout=90_000)
    run_all(lesson)
    sentence_with(part(lesson, "Whom do you recruit?"), "Recruited from 6 cm on, without the drug")
    sentence_with(part(lesson, "What would have happened"), "Nobody gets the drug, and 4 of 20 respond all the same")


def test_check_answers_a_misconception(lesson: Any) -> None:
    """The check of an unchanged patient replies to nothing, to the thought that error cancels, and to a word."""
    check = part(lesson, "Another patient")
    for answer, reply in (("", "Nothing is entered yet"), ("0", "crosses a threshold"), ("many", "allowed")):
        check.get_by_label("Measures", exact=True).fill(answer)
        check.get_by_role("button", name="Check my answer").click()
        check.locator(".trialsim-reply", has_text=reply).wait_for()
