"""The practice room in the real JupyterLab: a case filled in by keyboard, marked box by box, and the next one dealt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.browser.real_lab import run_all

CELL = "from trialsim.lessons import practice\npractice.begin().drills()"


def test_a_case_by_keyboard(opened: Callable[..., Any]) -> None:
    """An empty check says what is missing; every box has a name and gets a mark; the next case is another one."""
    page = opened(CELL)
    widget = page.locator('section.trialsim[aria-label="Practise"]')
    boxes = widget.locator("table select, table input")
    expect(boxes).to_have_count(7)
    widget.get_by_role("button", name="Check", exact=True).focus()
    page.keyboard.press("Enter")
    expect(widget.locator(".trialsim-reply")).to_contain_text("7 of 7 are still to be filled in")
    first = widget.get_by_label("physician global", exact=True)
    first.focus()
    for _ in range(7):
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the button after the boxes
    expect(widget.locator(".trialsim-reply")).to_contain_text("right")
    expect(widget.locator(".trialsim-mark:is([data-verdict=right], [data-verdict=wrong])")).to_have_count(7)
    before = widget.locator("tbody").inner_text()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(widget.locator(".trialsim-reply")).to_have_text("")
    assert widget.locator("tbody").inner_text() != before
    widget.get_by_label("Drill").select_option("strength")
    expect(widget.get_by_label("both sides, 0 to 150")).to_be_visible()
    widget.get_by_label("both sides, 0 to 150").fill("4+")
    page.keyboard.press("Enter")
    expect(widget.locator('.trialsim-mark[data-verdict="refused"]')).to_contain_text("which is 9 of 10")


def test_an_early_check_keeps_every_mark(opened: Callable[..., Any]) -> None:
    """Who presses Enter right after the last number sees a mark under it, too, and again at a second check."""
    page = opened(CELL)
    widget = page.locator('section.trialsim[aria-label="Practise"]')
    widget.get_by_label("Drill").select_option("strength")
    boxes = widget.locator("table input")
    expect(boxes).to_have_count(2)
    boxes.first.fill("140")
    boxes.last.fill("75")
    boxes.last.press("Enter")
    marks = widget.locator(".trialsim-mark:is([data-verdict=right], [data-verdict=wrong])")
    expect(marks).to_have_count(2)
    page.wait_for_timeout(600)  # what looks at boxes while they are typed would have come by now
    expect(marks).to_have_count(2)
    boxes.last.press("Enter")
    expect(marks).to_have_count(2)


def test_a_half_filled_case_comes_back(opened: Callable[..., Any]) -> None:
    """What was typed into a case is there again when its page is drawn anew; in the next case it is not."""
    page = opened(CELL)
    widget = page.locator('section.trialsim[aria-label="Practise"]')
    first = widget.locator("table select").first
    first.select_option(index=1)
    run_all(page)
    kept = page.locator('section.trialsim[aria-label="Practise"] table select').first
    expect(kept).not_to_have_value("")
    widget.get_by_role("button", name="Next case").click()
    expect(kept).to_have_value("")
