"""Lesson 01 as a reader meets it in JupyterLab: screening by hand, kept from one session to the next."""

from __future__ import annotations

from typing import Any

from tests.browser.real_lab import run_all
from trialsim.lessons.who_gets_in.five_candidates import ANSWERS, deal

NAME = "01_who_gets_in.ipynb"
NUMBER = 7  # of a learner who has not chosen one


def five(page: Any) -> Any:
    """The widget with the five candidates."""
    found = page.locator('section.trialsim[aria-label="Screen five candidates by hand"]')
    found.scroll_into_view_if_needed()
    return found


def patient(page: Any, letter: str) -> Any:
    """One of the five."""
    return five(page).get_by_role("region", name=f"Patient {letter}", exact=True)


def test_verdicts_by_keyboard_are_compared_and_come_back(lesson: Any) -> None:
    """Judged fast and by keyboard, compared, and all run again: verdicts and replies stand where they stood."""
    first, second = deal(NUMBER)[:2]
    wrong = next(words for verdict, words in ANSWERS.items() if verdict != first.verdict)
    patient(lesson, "A").get_by_role("radio", name=wrong, exact=True).focus()
    lesson.keyboard.press("Space")
    patient(lesson, "B").get_by_role("radio", name=ANSWERS[second.verdict], exact=True).focus()
    lesson.keyboard.press("Space")
    five(lesson).get_by_text("2 of 5 judged.").wait_for()
    for letter in "AB":
        patient(lesson, letter).get_by_role("button", name="Compare with the protocol").focus()
        lesson.keyboard.press("Enter")
        patient(lesson, letter).locator(".trialsim-reply", has_text="protocol").wait_for()
    five(lesson).get_by_text("You and the protocol agree on 1 of 2. 3 are not compared yet.").wait_for()
    run_all(lesson)
    five(lesson).get_by_text("You and the protocol agree on 1 of 2. 3 are not compared yet.").wait_for()
    assert patient(lesson, "A").get_by_role("radio", name=wrong, exact=True).is_checked()
    assert patient(lesson, "A").get_by_text(f"You said {wrong}; by the protocol").is_visible()
    assert patient(lesson, "B").get_by_role("radio", name=ANSWERS[second.verdict], exact=True).is_checked()


def test_one_number_deals_all(lesson: Any) -> None:
    """A number typed above the five picks the new candidate of the check as well; one that is none is refused there."""
    number = five(lesson).get_by_label("Case number")
    number.fill("twelve")
    number.press("Enter")
    five(lesson).locator(".trialsim-problem:visible", has_text="Your number: got 'twelve'").wait_for()
    number.fill("12")
    number.press("Enter")
    check = lesson.locator('section.trialsim[aria-label^="A new candidate"]')
    check.scroll_into_view_if_needed()
    lesson.wait_for_function(
        """() => document.querySelector('section.trialsim[aria-label^="A new candidate"] input').value === "12" """
    )
    five(lesson).locator(".trialsim-problem").first.wait_for(state="hidden")
