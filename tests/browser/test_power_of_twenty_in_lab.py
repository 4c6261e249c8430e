"""Lesson 04 as a reader meets it: JupyterLab, the keyboard, and nothing else."""

from __future__ import annotations

from typing import Any

from tests.browser.learner import commit_guess
from tests.browser.real_lab import at_rest, part

NAME = "04_power_of_twenty.ipynb"


def sentence_with(widget: Any, text: str) -> str:
    """Wait until the sentence has `text`, and return what the picture says in words."""
    widget.locator(".trialsim-sentence", has_text=text).wait_for()
    return str(widget.locator(".trialsim-picture").get_attribute("aria-label"))


def test_walk_to_the_surprise_by_keyboard(lesson: Any) -> None:
    """Predict, move n from 20 to 21, p0 to 40 and p1 below it by keyboard: picture and sentence follow, or say why."""
    explorer = part(lesson, "How often would the trial succeed?")
    assert not explorer.locator(".trialsim-picture").is_visible()

    asked = part(lesson, "Of 100 such trials")
    commit_guess(asked, "ArrowLeft")

    twenty = sentence_with(explorer, "59 trials in 100 would succeed: 10 responders or more are needed")
    assert "You guessed 49" in explorer.locator(".trialsim-sentence").inner_text()
    explorer.get_by_label("Patients in the trial (n)", exact=True).focus()
    lesson.keyboard.press("ArrowRight")
    assert (
        sentence_with(
            explorer,
            "With 21 patients and a true response rate of 50 % (hopeful, what two small studies found), 50 trials",
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
    did = explorer.locator(".trialsim-tasks li.trialsim-did")
    assert did.count() == 1 and "Set p0 to 40" in did.inner_text()


def test_picture_and_controls_in_one_sight(lesson: Any) -> None:
    """At 1024 x 700, and at 1280 x 800 with 150 %, the picture stands beside its controls and what there is to try."""
    asked = part(lesson, "Of 100 such trials")
    commit_guess(asked, "ArrowRight", "ArrowLeft")  # chosen: who moves it means where it stands
    explorer = part(lesson, "How often would the trial succeed?")
    explorer.locator(".trialsim-picture").wait_for()
    lesson.evaluate("jupyterapp.commands.execute('application:toggle-left-area')")
    for width, height in ((1024, 700), (853, 533)):
        lesson.set_viewport_size({"width": width, "height": height})
        parts = (".trialsim-picture", ".trialsim-controls", ".trialsim-tasks")
        boxes = at_rest(lesson, tuple(explorer.locator(what) for what in parts))
        top = min(box["y"] for box in boxes)
        assert max(box["y"] + box["height"] for box in boxes) - top < height - 130, (width, boxes)
        assert boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"]


def test_check_answers_a_misconception(lesson: Any) -> None:
    """The check of another trial replies to the number that must be exceeded, and to the one that must be reached."""
    box = part(lesson, "30 patients, p0").get_by_role("radio").first.bounding_box()
    assert box["width"] == box["height"] >= 16  # the cards above have boxes of their own
    check = part(lesson, "Another trial")
    for answer, reply in (("", "Nothing is entered yet"), ("14", "the last that fails"), ("15", "Right.")):
        check.get_by_label("Responders", exact=True).fill(answer)
        check.get_by_role("button", name="Check my answer").click()
        check.locator(".trialsim-reply", has_text=reply).wait_for()
