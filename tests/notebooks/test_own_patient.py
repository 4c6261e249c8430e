"""The form for a patient of one's own: what it says of good entries and of bad ones."""

from __future__ import annotations

import pytest

import trialsim as ts
from trialsim.lessons.practice import own_patient

BEFORE = {"PHGA": 6, "PTGA": 6, "MMT8": 100, "HAQDI": 1, "ENZYME": 500, "EMGA": 3}
AFTER = {"PHGA": 4.8, "PTGA": 4, "MMT8": 121, "HAQDI": 0.875, "ENZYME": 650, "EMGA": 3}
LIMIT = 170


def entered(**changed: str) -> dict[str, str]:
    """The twelve boxes of a patient as typed; `changed` by the name of the box, _ for its blank."""
    boxes = {"sides": "150", "enzyme": "CK", "limit": str(LIMIT)}
    boxes |= {f"{code} before": f"{value:g}" for code, value in BEFORE.items()}
    boxes |= {f"{code} after": f"{value:g}" for code, value in AFTER.items()}
    return boxes | {name.replace("_", " "): text for name, text in changed.items()}


def test_verdicts_and_score_are_those_of_the_package() -> None:
    """All eight definitions, and the sum of the 2016 score written out."""
    found = own_patient().read(entered())
    verdicts, score, _ = found.tables
    table = ts.compare_definitions(BEFORE, AFTER, enzyme="CK", enzyme_uln=LIMIT)
    assert [row[1] == "response" for row in verdicts.rows] == table["response"].tolist()
    assert [row[2] for row in verdicts.rows] == table["reason"].tolist()
    total = ts.total_improvement_score(BEFORE, AFTER, enzyme="CK", enzyme_uln=LIMIT)
    assert score.rows[-1][1] == f"{total.score:g}" and f"= {total.score:g}: {total.category}" in score.rows[-1][2]
    assert found.problems == {}


@pytest.mark.parametrize("definition", ["IMACS-2004", "NCT04946669"])
def test_what_turns_the_verdict_turns_it(definition: str) -> None:
    """The value that is named turns the verdict, and one step nearer to what was entered does not."""
    label, codes = (
        ts.load_response(definition).label,
        {measure.label: measure.code for measure in map(_measure, BEFORE)},
    )
    rows = [row for row in own_patient().read(entered()).tables[-1].rows if row[2] == label]
    said = ts.assess_patient(BEFORE, AFTER, definition, enzyme_uln=LIMIT).responded
    assert rows
    for name, text, _, _ in rows:
        code = codes[name.removesuffix(", week 12")]
        value, step = float(text.split()[0]), _measure(code).step
        nearer = round(value + (step if value < AFTER[code] else -step), 3)
        for at, turned in ((value, True), (nearer, False)):
            verdict = ts.assess_patient(BEFORE, {**AFTER, code: at}, definition, enzyme_uln=LIMIT).responded
            assert (verdict is not said) is turned


def _measure(code: str) -> ts.facts.core_set.Measure:
    return ts.facts.core_set.measure(code)


BAD = {
    "grade of the MRC": ({"MMT8_before": "4+"}, "MMT8 before", "MRC"),
    "one grade for the sum": ({"MMT8_after": "5"}, "MMT8 after", "grade of one muscle"),
    "the neck counted twice": ({"MMT8_before": "160"}, "MMT8 before", "Was the neck counted twice?"),
    "millimetres": ({"PHGA_before": "45"}, "PHGA before", "looks like millimetres"),
    "not on the HAQ's grid": ({"HAQDI_after": "0.63"}, "HAQDI after", "Did you mean 0.625"),
    "letters": ({"PTGA_after": "abc"}, "PTGA after", "is not a number"),
    "the other form": ({"sides": "80"}, "MMT8 before", "Was the other form used?"),
    "no limit": ({"limit": ""}, "limit", "needs the laboratory's upper limit"),
    "a limit of 0": ({"limit": "0"}, "limit", "above 0"),
    "thousands or decimals": ({"ENZYME_before": "2.380"}, "ENZYME before", "“2.380” can be read as 2380 or as 2.38"),
    "more decimals than U/L have": ({"ENZYME_before": "23,81"}, "ENZYME before", "got 23,81; allowed: U/L"),
    "an enzyme in µkat/L": ({"ENZYME_before": "9.7"}, "ENZYME before", "9.7 U/L is too low"),
    "a limit in µkat/L": (
        {"limit": "2,8"},
        "limit",
        "2,8 U/L is too low for this enzyme. If it is in µkat/L, enter 168",
    ),
    "below 0": ({"EMGA_after": "-1"}, "EMGA after", "from 0 to 10"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_entry_gets_a_sentence_at_its_box(case: str) -> None:
    """What is wrong is said at the box; an enzyme's limit that lacks holds up the score alone."""
    changed, box, said = BAD[case]
    found = own_patient().read(entered(**changed))
    assert said in found.problems[box]
    assert bool(found.tables) is (box == "limit")


def test_empty_visits_and_missing_measures() -> None:
    """An empty visit is said; a missing measure leaves a verdict open and the score out."""
    form = own_patient()
    assert form.read({}).sentence == "Both visits are empty so far."
    empty = {f"{code}_after": "" for code in AFTER}
    assert form.read(entered(**empty)).sentence == "Week 12 is empty so far."
    found = form.read(entered(PHGA_after=""))
    assert "waits for all six measures" in found.sentence and len(found.tables) == 2
    assert "cannot be decided" in {row[1] for row in found.tables[0].rows}


@pytest.mark.parametrize("typed", ["2,380", "2 380", "2'380", "2380", "2\u202f380"])
def test_thousands_of_an_enzyme_are_read_as_they_are_meant(typed: str) -> None:
    """An enzyme has one decimal, so a comma or a space before three digits stands between thousands; it is said."""
    found, plain = (own_patient().read(entered(ENZYME_before=text)) for text in (typed, "2380"))
    assert found.problems == {} and found.tables == plain.tables
    assert ("is read as 2380" in found.sentence) is (typed != "2380")
    assert own_patient().read(entered(HAQDI_before="1,125")).problems == {}


def test_nothing_is_stored() -> None:
    """No entry is in the state that a notebook keeps of the widget."""
    form = own_patient()
    state = repr(form.get_state())
    form._reply({"kind": "read", "entries": entered(PHGA_before="7.3")})
    assert repr(form.get_state()) == state and "7.3" not in state
