"""A file of the reader's own in the real JupyterLab: chosen, judged, refused, and never taken for HTML."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from trialsim.facts.own_tables import template

CELL = "from trialsim.lessons.what_counts_as_response import own_patients\nown_patients()"


def test_choose_correct_and_overload(opened: Callable[..., Any], tmp_path: Path) -> None:
    """A file with mistakes is judged in part; corrected it is judged whole; one too large is not read at all."""
    page = opened(CELL)
    widget = page.locator('section.trialsim[aria-label="Your own patients"]')
    file = widget.get_by_label("A CSV file, at most 2.0 MB")
    status = widget.get_by_role("status")

    path = tmp_path / "mine.csv"
    text = template("wide").replace("EXAMPLE-2", "<img src=x onerror=alert(1)>")
    path.write_text(text.replace("4.6,4.4", "46,=1+1"), encoding="utf-8")
    file.set_input_files(path)
    expect(status).to_have_text("mine.csv: 1 patient in 2 rows; 2 problems, 2 rows set aside.")
    wrong = widget.get_by_role("region", name="What is wrong, by row and column")
    expect(wrong.locator("tbody tr")).to_have_count(2)
    expect(wrong).to_contain_text("looks like millimetres")

    path = tmp_path / "corrected.csv"
    path.write_text(text, encoding="utf-8")
    file.set_input_files(path)
    expect(status).to_have_text("corrected.csv: 2 patients in 4 rows; nothing refused.")
    verdicts = widget.get_by_role("region", name="Verdicts under every definition")
    expect(verdicts.locator("tbody th").nth(2)).to_have_text("<img src=x onerror=alert(1)>")
    assert widget.locator("img").count() == 0

    widget.get_by_label("MMT-8").select_option("80")
    expect(widget.get_by_role("region", name="What is wrong, by row and column")).to_contain_text("from 0 to 80")

    path = tmp_path / "large.csv"
    path.write_bytes(b"x" * 2_000_001)
    file.set_input_files(path)
    expect(widget.get_by_role("alert")).to_contain_text("at most 2.0 MB are read here. Nothing was read.")
    expect(verdicts).to_have_count(0)

    path = tmp_path / "empty.csv"
    path.write_bytes(b"")
    file.set_input_files(path)
    expect(widget.get_by_role("alert")).to_contain_text("an empty file")


def test_by_keyboard_and_with_a_template(opened: Callable[..., Any]) -> None:
    """Every control is reached with the tab key, and a template is saved as the package has it."""
    page = opened(CELL)
    widget = page.locator('section.trialsim[aria-label="Your own patients"]')
    first = widget.get_by_role("button", name="Save the template patients_wide.csv")
    first.focus()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert Path(download.value.path()).read_text(encoding="utf-8") == template("wide")
    reached = []
    for _ in range(6):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("document.activeElement.labels?.[0]?.textContent ?? document.activeElement.textContent")
        )
    assert reached == [
        "Save the template patients_long.csv",
        "MMT-8",
        "Scales (VAS)",
        "Enzymes",
        "Week of the visit to judge",
        "A CSV file, at most 2.0 MB",
    ]
