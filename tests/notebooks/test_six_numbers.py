"""Lesson six numbers: its pictures, the rating of a patient at two visits, and what a second rater turns."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import numpy as np
import pytest

import trialsim as ts
from tests.notebooks.sweeping import sweep
from trialsim.facts.misconceptions import load_misconception
from trialsim.facts.vignettes import VISITS
from trialsim.figures.body import PLACES
from trialsim.lessons import six_numbers
from trialsim.lessons.practice.rating import FULL_SHEET, rating_of
from trialsim.lessons.six_numbers import marks
from trialsim.lessons.six_numbers.panels import by_chance
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
    idea = load_misconception("any-good-rater").reply
    assert [idea in panel.view(prediction=guess).sentence for guess in (0, 30)] == [True, False]


def test_strength_is_shown_on_a_body() -> None:
    """Every muscle of the form has its place and its grades on both sides, the neck once; the sum stands below."""
    form = ts.facts.instruments.muscle_form()
    assert set(PLACES) == set(form.muscles) and {muscle for muscle, (out, _) in PLACES.items() if not out} == set(
        form.once
    )
    view = six_numbers.PLAN.panels["measures"]().view(measure="MMT8")
    first = ts.load_vignettes()[0].visits["Baseline"]
    for muscle, grade in first.grades.items():
        said = f"{muscle.replace('_', ' ')} {grade if isinstance(grade, int) else grade[0]} →"
        assert muscle.replace("_", " ") in view.picture.layer and said in view.alt
    assert f"Sum of both sides, {first.values['MMT8']:g} →" in view.picture.layer


def test_a_healthy_enzyme_falls_by_chance() -> None:
    """Against a simulation of two readings of nothing that changed; and the page types no such number."""
    spread = ts.facts.raters.rating_errors()["CK"].within
    readings = np.exp(np.random.default_rng(5).normal(0, spread, (2, 200_000)))
    share = float(np.mean(readings[1] <= 0.8 * readings[0]))
    assert abs(by_chance("CK", 20) - share) < 0.004
    sentence = six_numbers.PLAN.panels["chance"]().view(enzyme="CK").sentence
    assert f"in {round(100 * share)} of 100 healthy people" in sentence


def entries_of(vignette: str, number: int, **changed: str) -> dict[str, str]:
    """What is right on a sheet, as it would be entered, but for what is changed."""
    sheet, visit = rating_of(number), number // 10 % 2 == 0
    (found,) = (each for each in ts.load_vignettes() if each.id == vignette)
    values = found.visits[VISITS[visit]].values
    entries = {}
    for box in sheet.boxes:
        right = sheet.keys[box.name].right
        entries[box.name] = right if isinstance(right, str) else f"{values.get(box.name, sum(right) / 2):.10g}"
    return entries | changed


def test_a_rating_inside_the_ranges_is_right_for_all_eight() -> None:
    """The middle of the ranges and the scores of the sheets are right at both visits of every vignette."""
    for vignette in ts.load_vignettes():
        for number in marks.sheet_numbers(vignette.id):
            sheet = rating_of(number)
            found = sheet.judge(entries_of(vignette.id, number))
            assert {mark.verdict for mark in found.values()} == {"right"}
            assert sheet.judge({"PHGA": "10"})["PHGA"].verdict == "wrong"


def test_the_first_sheet_is_filled_in_whole() -> None:
    """A grade for each side of each muscle but the neck, a score for each category, and a line for each global."""
    sheet = rating_of(FULL_SHEET)
    form = ts.facts.instruments.muscle_form()
    graded = [box for box in sheet.boxes if box.name.removesuffix(" left").removesuffix(" right") in form.muscles]
    assert len(graded) == len(form.once) + 2 * len(form.each_side)
    lines = {box.name: box.line for box in sheet.boxes if box.line}
    assert {name: (line.low, line.high) for name, line in lines.items()} == {"PHGA": (0, 10), "EMGA": (0, 10)}
    assert all(line.ends[0] == "inactive" for line in lines.values())
    grades = sheet.wire()["folded"][0][1].splitlines()
    assert [line.split(":")[0] for line in grades] == [str(grade) for grade in range(form.lowest, form.highest + 1)]
    lifted = sheet.judge({"hygiene": "1"})["hygiene"]
    assert (lifted.verdict, lifted.misconception) == ("wrong", "aid-lowers-haq")


@pytest.mark.parametrize(
    ("box", "entry", "said"),
    [
        ("PHGA", "68", "looks like millimetres"),
        ("PHGA", "abc", "is not a number"),
        ("quadriceps left", "11", "from 0 to 10"),
        ("quadriceps left", "4+", "here it is 9,"),
        ("quadriceps left", "7.5", "whole number"),
        ("MMT8", "4+", "which is 9 of 10"),
        ("MMT8", "5", "grade of one muscle"),
        ("MMT8", "160", "more than MMT-8 can be"),
        ("HAQDI", "0.63", "Did you mean 0.625"),
    ],
)
def test_what_cannot_be_is_said_at_once(box: str, entry: str, said: str) -> None:
    """A sentence at the box before anything is checked, and none at the others."""
    drills = six_numbers.rate(six_numbers.begin("does-not-matter-here"), "V1")
    problems = drills._reply({"kind": "look", "entries": {box: entry, "EMGA": "5"}})["problems"]
    assert list(problems) == [box] and said in problems[box]
    assert drills.marked == {} and drills.tries["rating-in-full"] == []


def test_a_grade_of_the_mrc_is_mapped() -> None:
    """4 where 8 was felt is what the MRC calls it, and the reply says so."""
    mark = rating_of(FULL_SHEET).judge({"quadriceps left": "4"})["quadriceps left"]
    assert mark.verdict == "wrong" and "grade of the MRC" in mark.text and mark.misconception == "neck-counts-once"


def test_the_highest_number_is_named() -> None:
    """V7 has a normal CK: aldolase is twice its limit, and LDH only the larger number."""
    number, _ = marks.sheet_numbers("V7")
    mark = rating_of(number).judge({"ENZYME": "LDH"})["ENZYME"]
    assert (mark.verdict, mark.misconception) == ("wrong", "highest-number-is-most-abnormal")


def test_ratings_are_kept_side_by_side(tmp_path: Path) -> None:
    """Marks of two patients on one page are all kept, outside the range or inside, with the visit they belong to."""
    lesson = six_numbers.begin(tmp_path)
    first, second = (six_numbers.rate(lesson, name) for name in ("V1", "V4"))
    first.check(entries_of("V1", FULL_SHEET))
    second.check({"PHGA": "6.5", "EMGA": "4", "MMT8": "98", "HAQDI": "2", "ENZYME": "LDH"})
    kept = six_numbers.begin(tmp_path).progress.mine.checks[marks.KEPT]
    assert [(each.verdict, each.number) for each in kept] == [("right", 10), ("wrong", marks.sheet_numbers("V4")[0])]
    assert "PHGA: 6.5" in kept[1].answer


def test_own_marks_become_verdicts(tmp_path: Path) -> None:
    """Both visits rated, each definition is applied to one's own numbers; one too low a mark turns the record of V2."""
    drills = six_numbers.rate(six_numbers.begin(tmp_path), "V2")
    start, end = marks.sheet_numbers("V2")
    assert "Rate both visits" in drills.follows["sentence"] and drills.follows["tables"] == []
    for number, mark in ((start, "4.2"), (end, "3.7")):
        drills.check(entries_of("V2", number, PHGA=mark))
        drills.next_case()
    values, verdicts = drills.follows["tables"]
    assert values[2][0] == ["physician global", "4.2 cm → 3.7 cm", "4.2 cm → 3.2 cm"]
    vignette = ts.load_vignettes()[1]
    mine = {**vignette.visits[VISITS[1]].values, "PHGA": 3.7}
    limit = vignette.uln[vignette.enzyme]
    table = ts.compare_definitions(vignette.visits[VISITS[0]].values, mine, enzyme=vignette.enzyme, enzyme_uln=limit)
    assert [row[1] == "response" for row in verdicts[2]] == table["response"].tolist()
    assert (verdicts[2][0][1], verdicts[2][0][2]) == ("no response", "response")
    assert "verdict" in drills.follows["sentence"]


def test_marks_that_no_sheet_can_hold() -> None:
    """Kept work may be edited by hand: what is off the scale gives no verdict."""
    start, end = marks.sheet_numbers("V1")
    for entry in ("PHGA: 99", "PHGA: x", "nothing"):
        assert marks.marks_of("V1", {start: [entry, "ENZYME: CK"], end: []}) is None


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
    chance = round(100 * by_chance("CK", 20))
    assert found is not None and not re.search(rf"\b({found()}|44|{chance}) (of|in) 100\b", text)
