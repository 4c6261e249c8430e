"""What a learner did survives: a restarted kernel, cells run twice, a lost session, the way to another machine."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from tests.browser.learner import NAME, SCRIPT, is_as_left, work_through
from tests.browser.real_lab import ROOT, open_notebook, part, run_all
from trialsim.exchange.work import load_work
from trialsim.exchange.work_folder import FOLDER


def start_over(page: Any) -> Any:
    """Forget the lesson; give the line that says so."""
    mine = part(page, "Your work")
    if not mine.get_by_role("button", name="Start over").is_visible():
        mine.locator("summary").click()
    mine.get_by_role("button", name="Start over").press("Enter")
    mine.get_by_role("button", name="Yes, forget this lesson").press("Enter")
    expect(mine).to_contain_text("Nothing yet.")
    return mine


def test_work_survives(lesson: Any, notebooks: Path, tmp_path: Path) -> None:
    """After a restart, run all mends the page; what was done comes back from the folder, the browser or the file."""
    page = lesson
    work_through(page)
    taken = part(page, "Your work", last=True)
    expect(taken.get_by_role("cell", name="59", exact=True)).to_be_visible()
    expect(taken.get_by_role("cell", name="guess first")).to_be_visible()

    # The kernel dies, and the page does not know yet: the file is saved all the same.
    page.get_by_role("menuitem", name="Kernel", exact=True).click()
    page.get_by_role("menuitem", name="Shut Down Kernel", exact=True).click()
    page.locator(".jp-StatusBar-TextItem", has_text="No Kernel").first.wait_for()
    taken = part(page, "Your work", last=True)
    with page.expect_download() as download:
        taken.get_by_role("button", name="Save my work").press("Enter")
    saved = tmp_path / "ada.json"
    download.value.save_as(saved)
    assert load_work(saved).lessons["04"].words == {"transfer": SCRIPT}
    check = part(page, "A colleague says")
    check.get_by_role("radio").first.check()
    check.get_by_role("button", name="Check my answer").press("Enter")
    expect(check.get_by_role("status")).to_contain_text(
        "load the page again",
    )

    # A new kernel, the same folder; then once more, as somebody who runs all twice.
    open_notebook(page, page.url.split("/lab/")[0], NAME)
    run_all(page)
    is_as_left(page)
    run_all(page)
    is_as_left(page)

    # A lost session: the folder is gone, this browser still has it.
    shutil.rmtree(notebooks / FOLDER)
    run_all(page)
    mine = part(page, "Your work")
    expect(mine).to_contain_text("Nothing yet.")
    mine.get_by_role("button", name="Bring it back").press("Enter")
    expect(mine.get_by_role("status")).to_contain_text("lessons 04")
    is_as_left(page)

    # Start over, take that back, start over again, and load the file.
    start_over(page)
    part(page, "Your work").get_by_role("button", name="Take that back").press("Enter")
    is_as_left(page)
    mine = start_over(page)
    mine.get_by_label("Load saved work").set_input_files({"name": "x.json", "mimeType": "", "buffer": b'{"format": 1'})
    expect(mine.get_by_role("status")).to_contain_text("x.json")
    expect(mine.get_by_role("status")).to_contain_text("no JSON")
    mine.get_by_label("Load saved work").set_input_files(saved)
    expect(mine.get_by_role("status")).to_contain_text("Loaded ada.json")
    is_as_left(page)


def test_two_lessons_open_at_once(lesson: Any, context: Any, lab: str, notebooks: Path) -> None:
    """Another lesson in another tab has its own work; neither disturbs the other."""
    other = "05_steroids_and_safety.ipynb"
    shutil.copy(ROOT / "notebooks" / other, notebooks / other)
    second = context.new_page()
    try:
        open_notebook(second, lab, other)
        run_all(second)
        work_through(lesson)
        for _ in range(2):
            second.get_by_role("button", name="This is my guess").first.press("Enter")
        is_as_left(lesson)
    finally:
        second.close()
