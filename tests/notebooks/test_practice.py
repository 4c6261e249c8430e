"""The practice room: every case has one right answer, touches its edges, and says why a wrong one is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from trialsim.exchange.work_folder import WorkFolder
from trialsim.facts.course import rooms
from trialsim.facts.misconceptions import misconceptions
from trialsim.facts.raters import rating_errors
from trialsim.lessons.practice import DRILLS, begin, charts, counting, mistakes, rating, score, sheets, three_cards
from trialsim.lessons.practice.wrong_ratings import rating_slips
from trialsim.rules.vignettes import load_vignettes
from trialsim.widgets.drill import Drills, case_number
from trialsim.widgets.sheet import Sheet

Deal = Callable[[int], Sheet]
KINDS: dict[str, tuple[Deal, tuple[str, ...]]] = {
    "counting": (partial(counting.counting, "IMACS-2004"), counting.EDGES),
    "counting by the record": (partial(counting.counting, "NCT04946669"), counting.EDGES),
    "score": (score.score_sheet, score.EDGES),
    "strength": (sheets.strength_sheet, sheets.STRENGTH_EDGES),
    "function": (sheets.function_sheet, sheets.FUNCTION_EDGES),
    "enzyme": (sheets.enzyme_sheet, sheets.ENZYME_EDGES),
    "rating": (rating.rating_sheet, rating.RATING_EDGES),
    "eligible": (charts.eligible_sheet, charts.ELIGIBLE_EDGES),
}
every_kind = pytest.mark.parametrize("kind", KINDS)


def right_entries(sheet: Sheet) -> dict[str, str]:
    """What is right in every box, as it would be entered."""
    entries = {}
    for box in sheet.boxes:
        right = sheet.keys[box.name].right
        entries[box.name] = right if isinstance(right, str) else f"{sum(right) / 2:.10g}"
    return entries


def faults(sheet: Sheet) -> list[str]:
    """What is wrong with a sheet: its right answer is not marked right, or another one is as well."""
    found = [name for name, mark in sheet.judge(right_entries(sheet)).items() if mark.verdict != "right"]
    for box in sheet.boxes:
        also = [value for value in box.options if sheet.judge({box.name: value})[box.name].verdict == "right"]
        found += [f"{box.name}: {also}"] if box.options and len(also) != 1 else []
        key = sheet.keys[box.name]
        for entry, slip in key.slips.items():
            said = sheet.judge({box.name: entry})[box.name]
            found += [f"{box.name} {entry} is called {said.verdict}"] if said.verdict != "wrong" else []
            found += [slip.misconception] if slip.misconception and slip.misconception not in misconceptions() else []
    return [*found, *([] if sheet.keys.keys() == {box.name for box in sheet.boxes} else ["keys"])]


def study(kind: str, cases: int) -> None:
    """Deal that many cases of all levels; together they touch each edge in 5 of 100 or more."""
    deal, edges = KINDS[kind]
    met: Counter[str] = Counter()
    for at in range(cases):
        sheet = deal(case_number(at // 1000 + 7, at, at % 3 + 1))
        assert faults(sheet) == [], (kind, at)
        met.update(sheet.edges)
    assert {edge: met[edge] for edge in edges if met[edge] < 0.05 * cases} == {}
    assert set(met) <= set(edges)


@every_kind
def test_cases_have_one_right_answer_and_touch_the_edges(kind: str) -> None:
    """Some dozens of each kind; ten thousand below."""
    study(kind, 80 if kind != "eligible" else 40)


@pytest.mark.slow
@every_kind
def test_ten_thousand_cases(kind: str) -> None:
    """Ten thousand of each kind."""
    study(kind, 10_000)


@every_kind
def test_the_same_number_is_the_same_case(kind: str) -> None:
    """A case can be dealt again; another number is another case."""
    deal, _ = KINDS[kind]
    assert deal(70012).wire() == deal(70012).wire()
    assert len({repr(deal(case_number(7, at, 2)).wire()) for at in range(8)}) > 5


def test_charts_made_ahead_are_the_charts() -> None:
    """What is screened before it is asked for changes no case, and every verdict has several candidates."""
    number = case_number(9, 3, 2)
    before = charts.eligible_sheet(number).wire()
    assert len(list(charts.charts_ahead(number))) == 2
    assert charts.eligible_sheet(number).wire() == before
    said = Counter(str(charts.eligible_sheet(case_number(9, at, 3)).keys["verdict"].right) for at in range(40))
    assert set(said) == {"in", "out", "open"}


def test_a_chart_is_short() -> None:
    """At most ninety words, the six measures left out."""
    for at in range(12):
        notes = charts.eligible_sheet(case_number(9, at, 2)).notes
        assert sum(len(f"{head} {text}".split()) for head, text in notes) <= charts.MAX_CHART_WORDS


def test_wrong_turns_are_named() -> None:
    """Counting the neck twice, leaving out an aid, taking the highest number: each gets its own reply."""
    sheet = sheets.strength_sheet(70012)
    both = sheet.keys["both"].right
    assert isinstance(both, tuple)
    named = {slip.misconception for slip in sheet.keys["both"].slips.values()}
    assert named == {"neck-counts-once"}
    assert sheet.judge({"both": "4+"})["both"].verdict == "refused"


def test_all_eight_are_rated_on_a_second_try(tmp_path: Path) -> None:
    """Every visit of every vignette comes in turn: chart and sheets, own marks, range and reason, then a second try."""
    drills, seen = begin(tmp_path).drills(), []
    drills.choose("rating")
    for vignette, visit in ((each, visit) for each in load_vignettes() for visit in each.visits):
        sheet, of = drills.sheet, vignette.visits[visit]
        assert sheet.text.startswith(visit) and vignette.id in str(sheet.notes)
        assert of.text in [text for _, text in sheet.notes]
        shown = {name: str(cells[0]) for name, cells in sheet.rows}
        for muscle, grade in of.grades.items():
            sides = str(grade) if isinstance(grade, int) else f"left {grade[0]}, right {grade[1]}"
            assert shown[muscle.replace("_", " ")] == sides
        for category, answer in of.haq.items():
            assert shown[f"HAQ: {category}"].startswith(str(answer))
            assert ("aid" in shown[f"HAQ: {category}"]) == (category in of.aids)
        for code, value in of.laboratory.items():
            assert f"{value:g} ({vignette.uln[code]:g})" in shown["enzyme to follow"]
        right = {code: f"{value:g}" for code, value in of.values.items()} | {"ENZYME": vignette.enzyme}
        first = drills.check(right | {"PHGA": "0", "EMGA": "0"})
        for code in ("PHGA", "EMGA"):
            low, high = of.expert[code]
            said = first["marks"][code]["text"]
            assert f"range is {low:g} to {high:g}" in said and vignette.reasons[code] in said
        assert drills.check(right)["text"] == "Right, all of it."
        drills.next_case()
        seen.append(vignette.id)
    assert len(set(seen)) == len(load_vignettes())


@pytest.mark.parametrize(
    ("idea", "vignette", "visit", "box", "entry"),
    [
        ("weak-means-active", "V3", "Baseline", "PHGA", "5.5"),
        ("normal-ck-means-inactive", "V7", "Baseline", "PHGA", "1"),
        ("global-is-a-mean", "V5", "Week 12", "PHGA", "3.8"),
        ("extramuscular-is-a-sum", "V1", "Week 12", "EMGA", "4"),
        ("extramuscular-is-a-sum", "V5", "Week 12", "EMGA", "8"),
        ("weakness-counts-twice", "V6", "Week 12", "EMGA", "4.6"),
        ("damage-is-activity", "V4", "Baseline", "EMGA", "5"),
        ("patient-must-be-corrected", "V8", "Week 12", "PTGA", "2"),
        ("neck-counts-once", "V2", "Baseline", "MMT8", "160"),
        ("neck-counts-once", "V8", "Baseline", "MMT8", "134"),
        ("neck-counts-once", "V4", "Baseline", "MMT8", "52"),
        ("aid-lowers-haq", "V1", "Week 12", "HAQDI", "0.5"),
        ("highest-number-is-most-abnormal", "V7", "Baseline", "ENZYME", "LDH"),
    ],
)
def test_a_wrong_rating_names_its_idea(idea: str, vignette: str, visit: str, box: str, entry: str) -> None:
    """A mark that somebody with this idea would set is told so by name; the right one, and a wild one, are not."""
    names = [(each.id, name) for each in load_vignettes() for name in each.visits]
    sheet = rating.rating_of(10 * names.index((vignette, visit)) + 13)
    mark = sheet.judge({box: entry})[box]
    assert (mark.verdict, mark.misconception) == ("wrong", idea)
    assert misconceptions()[idea].name in mark.text and misconceptions()[idea].reply in mark.text
    assert sheet.judge(right_entries(sheet))[box].misconception == ""


def test_a_mark_that_shows_no_idea_is_given_none() -> None:
    """Too high in a patient who is clearly active, a sum that is merely wrong: the range and the reason, no more."""
    sheet = rating.rating_of(12)
    for box, entry in (("PHGA", "9.5"), ("EMGA", "2"), ("MMT8", "101")):
        mark = sheet.judge({box: entry})[box]
        assert (mark.verdict, mark.misconception) == ("wrong", "")


def test_a_mark_that_a_careful_rater_may_set_accuses_nobody() -> None:
    """Within two slips of the range a global names no idea, but that muscle weakness was carried over as it stands."""
    exact = {"extramuscular-is-a-sum", "weakness-counts-twice"}
    for vignette, visit in ((each, visit) for each in load_vignettes() for visit in each.visits.values()):
        for code in ("PHGA", "EMGA"):
            (low, high), slip = visit.expert[code], rating_errors()[code].within
            for entry, said in rating_slips(code, vignette, visit, "").items():
                if low - 2 * slip <= float(entry) <= high + 2 * slip:
                    assert said.misconception in exact, (vignette.id, code, entry)


def finish(drills: Drills, *, right: bool) -> None:
    """Check one case, all right or with one box wrong, and take the next."""
    entries = right_entries(drills.sheet)
    if not right:
        box = drills.sheet.boxes[0]
        others = [value for value in box.options if value != entries[box.name]]
        entries[box.name] = others[0] if others else "149"
    drills.check(entries)
    drills.next_case()


def test_progress_is_counted_and_kept(tmp_path: Path) -> None:
    """The first check of a case counts; tally and streak follow; another session goes on from there."""
    drills = begin(tmp_path).drills()
    seen = set()
    for right in (True, False, True, True):
        seen.add(drills.value["number"])
        finish(drills, right=right)
    assert len(seen) == 4 and drills.tally(drills.kind) == (3, 4, 2)
    assert "aim reached" in drills.told["tally"]
    again = begin(tmp_path).drills()
    assert again.tally(again.kind) == (3, 4, 2) and again.value["number"] not in seen
    kept = WorkFolder(tmp_path).read().work.lessons["practice"]
    assert kept.solved == ("practice-counting-IMACS-2004",)
    again.check({})
    assert again.tally(again.kind) == (3, 4, 2)  # what is not complete is no try


def test_easier_and_harder() -> None:
    """Three levels; a step beyond an end stays there."""
    drills = Drills(DRILLS, "Practise")
    for by, level in ((1, 3), (1, 3), (-1, 2), (-1, 1), (-1, 1)):
        drills.step(by)
        assert (drills.level, drills.value["number"] % 10) == (level, level)


def test_three_cards_are_ones_own_mistakes(tmp_path: Path) -> None:
    """What was wrong comes back, until it is right; a learner without mistakes gets fresh cards."""
    assert len(three_cards(tmp_path).told["tally"]) and len(mistakes({}, 7)) == 3
    drills = begin(tmp_path).drills()
    drills.choose("enzyme")
    wrong = drills.value["number"]
    finish(drills, right=False)
    cards = three_cards(tmp_path)
    assert cards.value == {"kind": "enzyme", "number": wrong}
    finish(cards, right=True)
    assert ("enzyme", wrong) not in mistakes({"enzyme": cards.tries["enzyme"]}, 7)


def test_who_makes_no_mistakes_gets_other_cards_in_each_lesson(tmp_path: Path) -> None:
    """Four lessons with all cards right: no card comes twice, and every drill of the cards comes."""
    dealt = []
    for _ in range(4):
        cards = three_cards(tmp_path)
        for _ in range(3):
            dealt.append((cards.value["kind"], cards.value["number"]))
            finish(cards, right=True)
    assert len(set(dealt)) == 12 and len({kind for kind, _ in dealt}) == 5


def test_the_course_names_the_drills() -> None:
    """The checks of the room are drills that there are."""
    (room,) = [room for room in rooms() if room.slug == "practice"]
    assert {name.removeprefix("practice-") for name in room.checks} <= {drill.name for drill in DRILLS}
