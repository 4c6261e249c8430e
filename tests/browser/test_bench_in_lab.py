"""The bench as an investigator meets it: from published groups to a report, by keyboard, and back from a saved file."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from tests.browser.real_lab import ROOT, TOKEN, at_rest, kernel_rests, part, run_all
from trialsim.exchange.work_folder import FOLDER

NAME = "bench.ipynb"


def press(page: Any, widget: Any, name: str) -> None:
    """Press a button by keyboard, when nothing is being drawn that would take the focus."""
    kernel_rests(page)
    widget.get_by_role("button", name=name).focus()
    page.keyboard.press("Enter")


def tab(page: Any, name: str) -> None:
    """Open a tab of the page."""
    page.locator(".lm-TabBar-tab", has_text=name).first.click()


def says_p0(page: Any, shown: str) -> None:
    """Set p0 and leave the field."""
    page.get_by_label("p0 (%)").first.fill(shown)
    page.keyboard.press("Enter")


def test_a_report_from_the_evidence(lesson: Any, notebooks: Path, tmp_path: Path) -> None:
    """Tick groups, plan with them, set p0 to 30 %, take a design, write the report, save the bench and load it."""
    decision = lesson.get_by_label("The decision")
    evidence = part(lesson, "What is known of p0")
    for name in ("RIM, placebo", "ARTEMIS, delayed start", "ABA-P3, placebo+SOC, week 24"):
        evidence.locator("label", has_text=name).locator("input").focus()
        lesson.keyboard.press("Space")
    evidence.locator(".trialsim-sentence", has_text="53 of 184 responded").wait_for()
    press(lesson, evidence, "Use as p0")
    evidence.locator(".trialsim-reply", has_text="p0 is now 29 %").wait_for()

    kernel_rests(lesson)
    evidence.locator("label", has_text="ABA-P3, placebo+SOC, DM, week 24").locator("input").focus()
    lesson.keyboard.press("Space")
    evidence.locator(".trialsim-problem", has_text="One is a part of the other").wait_for()
    lesson.keyboard.press("Space")

    decision.filter(has_text="15 or more of 34").wait_for()
    says_p0(lesson, "30")
    decision.filter(has_text="17 or more of 39").wait_for()
    lesson.get_by_label("Design").first.select_option("Two stages, optimal")
    decision.filter(has_text="19 or more of 46").wait_for()

    tab(lesson, "Report")
    report = part(lesson, "The report")
    report.locator("blockquote", has_text="assumed to be 30 %").filter(has_text="Simon's optimal").wait_for()
    assert "53 of 184" in report.locator("blockquote").text_content()
    report.get_by_label("Name of your trial").fill("A trial <of mine>")
    press(lesson, report, "Make the report")
    report.locator("a", has_text=".md").wait_for()
    page = (notebooks / "sample_size_justification.html").read_text(encoding="utf-8")
    assert "A trial &lt;of mine&gt;" in page and "19 or more of 46" in page
    assert (notebooks / "sample_size_justification.md").exists()

    with lesson.expect_download() as download:
        press(lesson, report, "Save the bench")
    saved = tmp_path / "my_bench.json"
    download.value.save_as(saved)
    assert json.loads(saved.read_text(encoding="utf-8"))["bench"]["design"] == "optimal"

    says_p0(lesson, "25")
    report.locator(".trialsim-small", has_text="p0 25 %").wait_for(state="attached")
    report.get_by_label("Load a saved bench").set_input_files(saved)
    report.locator(".trialsim-reply", has_text="Loaded my_bench.json").wait_for()
    assert lesson.get_by_label("p0 (%)").first.input_value() == "30"

    saved.write_text(saved.read_text(encoding="utf-8").replace('"p0": 0.3,', '"p0": 3,'), encoding="utf-8")
    report.get_by_label("Load a saved bench").set_input_files(saved)
    report.locator(".trialsim-reply", has_text="p0: got 3").wait_for()
    assert "p0 30 %" in report.locator(".trialsim-small").first.text_content()


def test_focus_outlives_what_it_was_on(lesson: Any) -> None:
    """Who tabs on before a filter is done stands on the nearest group that is left."""
    evidence = part(lesson, "What is known of p0")
    boxes = evidence.locator(".trialsim-list input:visible")
    offered = boxes.count()
    boxes.first.focus()
    choose = "(list, patients) => { list.value = patients; list.dispatchEvent(new Event('change')); }"
    patients = evidence.get_by_label("Patients", exact=True)
    patients.evaluate(choose, "juvenile dermatomyositis")
    lesson.wait_for_function(
        "most => document.querySelectorAll('.trialsim-list label:not([hidden])').length < most", arg=offered
    )
    assert "JDM" in lesson.evaluate("document.activeElement.closest('label').textContent")
    lesson.keyboard.press("Space")
    evidence.locator(".trialsim-sentence", has_text="responded").wait_for()


def test_patients_give_both_rates(lesson: Any) -> None:
    """Move an assumption about the patients and plan with them."""
    tab(lesson, "Patients")
    lesson.get_by_text("What do your patients do").first.wait_for(timeout=60_000)
    patients = part(lesson, "What do your patients do")
    patients.locator("input[type=range]").first.focus()
    lesson.keyboard.press("ArrowRight")
    patients.locator(".trialsim-sentence", has_text="p0 31 %").wait_for(timeout=60_000)
    press(lesson, patients, "Plan with these two rates")
    patients.locator(".trialsim-reply", has_text="p0 is now 31 %").wait_for(timeout=60_000)
    lesson.wait_for_function(
        "() => [...document.querySelectorAll('input[type=number]')].some(one => one.value === '31')"
    )


def test_the_bench_is_there_again(lesson: Any, notebooks: Path) -> None:
    """Move the bench, run all cells again: the bench stands as it was left, beside the work of lesson 06."""
    says_p0(lesson, "25")
    decision = lesson.get_by_label("The decision")
    decision.filter(has_text="of 26").wait_for()
    kernel_rests(lesson)  # the decision is shown first, then the bench is kept
    kept = json.loads((notebooks / FOLDER / "lesson_06.json").read_text(encoding="utf-8"))
    assert kept["lessons"]["06"]["settings"]["bench"]["p0"] == 0.25

    run_all(lesson)
    decision.filter(has_text="of 26").first.wait_for()
    assert lesson.get_by_label("p0 (%)").first.input_value() == "25"


def test_the_page_fits_one_screen(page: Any, lab: str, notebooks: Path) -> None:
    """At 1280 x 800 and 1024 x 700 nothing has to be scrolled; at 150 % of the first all but what is in the tabs."""
    shutil.copy(ROOT / "notebooks" / "bench.ipynb", notebooks / "bench.ipynb")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{lab}/doc/tree/bench.ipynb?token={TOKEN}")
    page.get_by_label("p0 (%)").first.wait_for(timeout=90_000)
    breaks, tabs = page.get_by_label("What breaks it").first, page.locator(".lm-TabBar-tab", has_text="Evidence").first
    outer = "document.querySelector('.jp-WindowedPanel-outer')"
    for width, height in ((1280, 800), (1024, 700), (853, 533)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function("() => document.querySelector('.widget-tab, .jupyter-widget-tab') !== null")
        boxes = at_rest(page, (page.get_by_label("p0 (%)").first, breaks, tabs))
        assert all(box["y"] >= 0 and box["x"] + box["width"] <= width for box in boxes)
        assert boxes[2]["y"] + boxes[2]["height"] < height - (60 if height < 700 else 100), "some of a tab is in sight"
        assert height < 700 or page.evaluate(f"{outer}.scrollHeight <= {outer}.clientHeight"), "nothing is scrolled"
        assert boxes[1]["y"] < 200, "the columns stand side by side"
