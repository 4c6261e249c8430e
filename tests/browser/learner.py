"""What a learner does in lesson 04, and how the page stands then: with a server and without."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.browser.real_lab import part

NAME = "04_power_of_twenty.ipynb"
SCRIPT = "<img src=x onerror=alert(1)> \N{GREEK SMALL LETTER ALPHA} \N{CJK UNIFIED IDEOGRAPH-4F60}"


def commit_guess(asked: Any, *keys: str) -> None:
    """Move the slider of what is asked by these keys, and commit where it stands, all by keyboard."""
    for key in keys:
        asked.get_by_role("slider").press(key)
    asked.get_by_role("button", name="This is my guess").press("Enter")


def work_through(page: Any) -> None:
    """Predict, move a control, answer wrongly, write."""
    asked = part(page, "Of 100 such trials")
    commit_guess(asked, "ArrowRight", "ArrowLeft")  # chosen: who moves it means where it stands
    expect(asked.get_by_text("Your guess: 50. The answer: 59.")).to_be_focused()
    explorer = part(page, "How often would the trial succeed?")
    explorer.get_by_label("Patients in the trial (n)", exact=True).press("ArrowRight")
    expect(explorer.locator(".trialsim-sentence")).to_contain_text("With 21 patients")
    check = part(page, "30 patients, p0")
    check.get_by_role("radio", name="The chance that this drug works at all").check()
    check.get_by_role("button", name="Check my answer").press("Enter")
    expect(check.get_by_role("status")).to_contain_text("Not yet.")
    words = part(page, "Which sentence")
    words.get_by_role("textbox").fill(SCRIPT)
    expect(words.get_by_role("status")).to_have_text("Kept.")


def is_as_left(page: Any) -> None:
    """Everything stands where it was left."""
    expect(part(page, "Of 100 such trials").get_by_text("Your guess: 50. The answer: 59.")).to_be_visible()
    explorer = part(page, "How often would the trial succeed?")
    expect(explorer.locator(".trialsim-sentence")).to_contain_text("With 21 patients")
    check = part(page, "30 patients, p0")
    expect(check.get_by_role("radio", name="The chance that this drug works at all")).to_be_checked()
    expect(check.get_by_role("status")).to_contain_text("Not yet.")
    expect(part(page, "Which sentence").get_by_role("textbox")).to_have_value(SCRIPT)
