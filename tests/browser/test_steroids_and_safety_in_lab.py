"""Lesson 05 as a reader meets it: JupyterLab, the keyboard, and nothing else."""

from __future__ import annotations

from typing import Any

from tests.browser.learner import commit_guess
from tests.browser.real_lab import all_in_the_file, part, run_all

NAME = "05_steroids_and_safety.ipynb"


def says(widget: Any, text: str) -> None:
    """Wait until the sentence has `text`."""
    widget.locator(".trialsim-sentence", has_text=text).wait_for()


def test_walk_to_both_surprises_by_keyboard(lesson: Any) -> None:
    """Predict, change the physician, none of twenty: pictures open, sentences follow, and all of it stays."""
    dose, bound = part(lesson, "Why did the dose fall?"), part(lesson, "What true rate could")
    assert not bound.locator(".trialsim-picture").is_visible()

    part(lesson, "Why did the dose fall?").get_by_role("radio", checked=True).focus()
    lesson.keyboard.press("ArrowDown")
    says(dose, "Under the quick physician the mean dose goes from 15.4 to 9.6 mg")
    says(dose, "10 of 20 respond with the drug and 7 without, whoever the physician is")
    dose.get_by_label("The drug improves the disease by", exact=True).focus()
    lesson.keyboard.press("Home")
    says(dose, "from 15.4 to 10.8 mg; nobody gets the drug")

    guess = part(lesson, "No serious event in 20 patients: how high")
    commit_guess(guess, "ArrowLeft")
    says(bound, "true rates of up to 13.9 in 100 cannot be excluded")
    says(bound, "You guessed 4.")
    part(lesson, "What true rate could").get_by_label("Patients with a serious event", exact=True).focus()
    lesson.keyboard.press("ArrowRight")
    says(bound, "After 1 serious event in 20 patients, true rates of up to 21.6 in 100")
    all_in_the_file(lesson)  # the picture is often there before the key has rested; what is kept is where it rests

    lesson.reload()
    lesson.locator(".jp-StatusBar-TextItem", has_text="| Idle").first.wait_for(timeout=90_000)
    run_all(lesson)
    says(part(lesson, "Why did the dose fall?"), "from 15.4 to 10.8 mg; nobody gets the drug")
    says(part(lesson, "What true rate could"), "After 1 serious event in 20 patients")


def test_check_answers_a_misconception(lesson: Any) -> None:
    """The check of another event replies to one of each hundred, to the rule of three, and to the exact number."""
    check = part(lesson, "An event comes to")
    answers = (
        ("", "Nothing is entered yet"),
        ("15", "does not deal events out evenly"),
        ("43", "rule of three"),
        ("42", "Right."),
    )
    for answer, reply in answers:
        check.get_by_label("Patients", exact=True).fill(answer)
        check.get_by_role("button", name="Check my answer").click()
        check.locator(".trialsim-reply", has_text=reply).wait_for()
