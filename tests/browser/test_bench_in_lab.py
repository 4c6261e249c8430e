"""Lesson 06 as an investigator meets it: from published groups to a report, by keyboard, and back from a saved file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.browser.real_lab import part, run_all
from trialsim.exchange.work_folder import FOLDER

NAME = "06_design_your_trial.ipynb"


def press(page: Any, widget: Any, name: str) -> None:
    """Press a button by keyboard."""
    widget.get_by_role("button", name=name).focus()
    page.keyboard.press("Enter")


def test_a_report_from_the_evidence(lesson: Any, notebooks: Path, tmp_path: Path) -> None:
    """Tick groups, plan with them, set p0 to 30 %, take a design, write the report, save the bench and load it."""
    evidence = part(lesson, "What is known of p0")
    for name in ("RIM, placebo", "ARTEMIS, delayed start", "ABA-P3, placebo+SOC, week 24"):
        evidence.locator("label", has_text=name).locator("input").focus()
        lesson.keyboard.press("Space")
    evidence.locator(".trialsim-sentence", has_text="53 of 184 responded").wait_for()
    press(lesson, evidence, "Use as p0")
    evidence.locator(".trialsim-reply", has_text="p0 is now 29 %").wait_for()

    evidence.locator("label", has_text="ABA-P3, placebo+SOC, DM, week 24").locator("input").focus()
    lesson.keyboard.press("Space")
    evidence.locator(".trialsim-problem", has_text="One is a part of the other").wait_for()
    lesson.keyboard.press("Space")

    designs = part(lesson, "Which designs are there")
    designs.locator(".trialsim-sentence", has_text="a single stage takes 34 patients").wait_for()
    designs.get_by_label("Response rate without the drug (p0)", exact=True).focus()
    lesson.keyboard.press("ArrowRight")
    designs.locator(".trialsim-sentence", has_text="a single stage takes 39 patients").wait_for()

    choice = part(lesson, "Which design do you take")
    choice.locator(".trialsim-sentence", has_text="39 patients, success with 17 or more").wait_for()
    choice.locator("select").first.select_option("optimal")
    choice.locator(".trialsim-sentence", has_text="46 patients").wait_for()

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

    designs.get_by_label("Response rate without the drug (p0)", exact=True).focus()
    for _ in range(5):
        lesson.keyboard.press("ArrowLeft")
    report.locator(".trialsim-small", has_text="p0 25 %").wait_for(state="attached")
    report.get_by_label("Load a saved bench").set_input_files(saved)
    report.locator(".trialsim-reply", has_text="Loaded my_bench.json").wait_for()
    assert designs.get_by_label("Response rate without the drug (p0), typed").input_value() == "30"

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


def test_patients_and_the_wrong_p0(lesson: Any) -> None:
    """Move an assumption about the patients, plan with them, and open the last panel by committing a prediction."""
    patients = part(lesson, "What do your patients do")
    patients.locator("input[type=range]").first.focus()
    lesson.keyboard.press("ArrowRight")
    patients.locator(".trialsim-sentence", has_text="p0 31 %").wait_for(timeout=60_000)
    press(lesson, patients, "Plan with these two rates")
    patients.locator(".trialsim-reply", has_text="p0 is now 31 %").wait_for(timeout=60_000)

    asked = part(lesson, "A single stage planned against 30 %")
    press(lesson, asked, "Commit my prediction")
    robustness = part(lesson, "What if an assumption fails")
    robustness.locator(".trialsim-sentence", has_text="You predicted 5").wait_for(timeout=60_000)
    robustness.get_by_label("What standard care truly gives", exact=True).focus()
    lesson.keyboard.press("End")
    robustness.locator(".trialsim-sentence", has_text="truly gives 70 %").wait_for()


def says(page: Any, text: str) -> None:
    """Wait until the report's summary of the bench has `text`."""
    part(page, "The report").locator(".trialsim-small", has_text=text).wait_for(state="attached")


def test_the_bench_is_there_again(lesson: Any, notebooks: Path) -> None:
    """Move the bench, begin the lesson anew, take that back, run all cells again: the bench stands as it was left."""
    designs = part(lesson, "Which designs are there")
    p0 = designs.get_by_label("Response rate without the drug (p0), typed")
    designs.get_by_label("Response rate without the drug (p0)", exact=True).focus()
    for _ in range(5):
        lesson.keyboard.press("ArrowLeft")
    says(lesson, "p0 25 %")
    kept = json.loads((notebooks / FOLDER / "lesson_06.json").read_text(encoding="utf-8"))
    assert kept["lessons"]["06"]["settings"]["bench"]["p0"] == 0.25

    part(lesson, "Which design would you run")  # Lab takes cells far from what is on screen off the page
    mine = lesson.locator('section.trialsim[aria-label="Your work"]').last
    mine.scroll_into_view_if_needed()
    press(lesson, mine, "Start over")
    press(lesson, mine, "Yes")
    mine.get_by_role("status").filter(has_text="begins anew").wait_for()
    press(lesson, mine, "Take that back")
    mine.get_by_role("status").filter(has_text="Back to what was there").wait_for()
    says(lesson, "p0 25 %")

    run_all(lesson)
    part(lesson, "Which designs are there").locator(".trialsim-sentence", has_text="50 % from 25 %").wait_for()
    assert p0.input_value() == "25"
    says(lesson, "p0 25 %")
