"""Lesson six numbers: its pictures, the rating of a patient at two visits, and what a second rater turns."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

import trialsim as ts
from tests.notebooks.sweeping import sweep
from trialsim.facts.vignettes import VISITS
from trialsim.lessons import six_numbers
from trialsim.lessons.six_numbers.rating import RATINGS, rating_of
from trialsim.widgets.panel import Panel

NOTEBOOK = Path(__file__).resolve().parents[2] / "notebooks" / "six_numbers.ipynb"


@pytest.mark.parametrize("panel", six_numbers.PLAN.all_panels(), ids=lambda panel: panel.title)
def test_every_control_moves_over_its_range(panel: Panel) -> None:
    """Every state of every control draws."""
    sweep(panel)


def test_the_share_found_is_that_of_the_package() -> None:
    """The prediction is held against `verdict_flips`; a patient far from every line never turns."""
    panel = six_numbers.PLAN.panels["flips"]()
    second = ts.load_vignettes()[1]
    start, end = (second.visits[name].values for name in VISITS)
    limit = second.uln[second.enzyme]
    share = ts.verdict_flips(start, end, seed=3, enzyme=second.enzyme, enzyme_uln=limit).value
    assert panel.found is not None and abs(panel.found() - 100 * share) < 2
    assert "in 0 of 100 pairs" in panel.view(vignette="V1").sentence


def test_a_rating_inside_the_ranges_is_right_for_all_eight() -> None:
    """The middle of the ranges and the scores of the sheets are right at both visits of every vignette."""
    for vignette in ts.load_vignettes():
        for number, name in zip(RATINGS.visits(vignette.id), VISITS, strict=True):
            sheet, values = rating_of(number), vignette.visits[name].values
            entries = {code: f"{values[code]:.10g}" for code in ("PHGA", "EMGA", "MMT8", "HAQDI")}
            marks = sheet.judge(entries | {"ENZYME": vignette.enzyme})
            assert {mark.verdict for mark in marks.values()} == {"right"}
            assert sheet.judge({"PHGA": "10"})["PHGA"].verdict == "wrong"


def test_ratings_are_kept(tmp_path: Path) -> None:
    """A mark outside the range is kept as it was set, with the visit it belongs to."""
    drills = six_numbers.rate(six_numbers.begin(tmp_path), "V4")
    drills.check({"PHGA": "6.5", "EMGA": "4", "MMT8": "98", "HAQDI": "2", "ENZYME": "LDH"})
    (kept,) = six_numbers.begin(tmp_path).progress.mine.checks["six_numbers-rating"]
    assert kept.verdict == "wrong" and "PHGA: 6.5" in kept.answer and kept.number == RATINGS.visits("V4")[0]


@pytest.mark.parametrize("name", ["recall", "apply"])
def test_named_wrong_answers_are_wrong(name: str) -> None:
    """The key is right; each named wrong answer has its reply."""
    question = six_numbers.PLAN.question(name)
    assert question.reply(question.key()).verdict == "right"
    for each in question.wrong:
        assert question.reply(each.answer).misconception == each.misconception


def test_the_lesson_is_short_and_tells_nothing_before_it_asks() -> None:
    """At most 700 words; no text outside a fold names the share that is to be guessed."""
    cells = nbformat.read(NOTEBOOK, as_version=4).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    assert len(re.sub(r"\]\([^)]*\)", "]", text).split()) <= 700
    found = six_numbers.PLAN.panels["flips"]().found
    assert found is not None and not re.search(rf"\b({found()}|44) (of|in) 100\b", text)
