"""Lesson 02 as a reader meets it: one point of strength, one word of the rule, and all of it there the next time."""

from __future__ import annotations

from typing import Any

from tests.browser.learner import commit_guess
from tests.browser.real_lab import all_in_the_file, open_notebook, part, run_all

NAME = "02_what_counts_as_response.ipynb"


def says(page: Any, label: str, text: str) -> None:
    """Wait until the sentence of a panel has `text`."""
    part(page, label).locator(".trialsim-sentence", has_text=text).wait_for()


def test_other_words_other_verdicts_and_all_is_kept(lesson: Any, lab: str) -> None:
    """Predict, move one point and one word by keyboard, answer wrongly; opened again, all of it is there."""
    asked = part(lesson, "How many of 8 definitions")
    commit_guess(asked, "ArrowRight", "ArrowLeft")  # chosen: who moves it means where it stands
    says(lesson, "One patient, every definition", "5 of the 8 definitions")
    panel = part(lesson, "One patient, every definition")
    strength = panel.get_by_label("MMT-8 at week 12, moved by", exact=True)
    strength.press("ArrowRight")
    says(lesson, "One patient, every definition", "6 of the 8 definitions")
    for who, said in (("C", "Patient C: "), ("A", "Patient A: 5 of the 8 definitions")):  # each as measured
        panel.get_by_label("Patient", exact=True).select_option(who)
        says(lesson, "One patient, every definition", said)
        assert strength.get_attribute("aria-valuetext") == "as it was"
    strength.press("ArrowRight")
    says(lesson, "One patient, every definition", "6 of the 8 definitions")
    wordings = part(lesson, "Same patients, other words")
    wordings.get_by_label("Percent of the scale").press("Space")
    says(lesson, "Same patients, other words", "Now 8 of the same forty")
    check = part(lesson, "Apply the definition of 2004")
    check.get_by_label("Neither: both verdicts follow").check()
    check.get_by_role("button", name="Check my answer").press("Enter")
    check.locator(".trialsim-reply", has_text="Not yet.").wait_for()

    all_in_the_file(lesson)
    open_notebook(lesson, lab, NAME)
    run_all(lesson)
    says(lesson, "One patient, every definition", "6 of the 8 definitions")
    says(lesson, "Same patients, other words", "Now 8 of the same forty")
    part(lesson, "Apply the definition of 2004").locator(".trialsim-reply", has_text="Not yet.").wait_for()
    assert part(lesson, "Apply the definition of 2004").get_by_label("Neither: both verdicts follow").is_checked()
    # Lab takes cells far from what is on screen off the page: near the end, the last one of this name is the one there.
    part(lesson, "Your own patients")
    mine = lesson.locator('section.trialsim[aria-label="Your work"]').last
    mine.scroll_into_view_if_needed()
    mine.locator("tr", has_text="How many of 8 definitions").filter(has_text="5").wait_for()
