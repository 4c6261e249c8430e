"""The made-up patients: sheets give scores, ranges hold middles, and the verdicts are those they were made for."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Any

import pytest

import trialsim as ts
from trialsim.errors import TrialsimError
from trialsim.facts.instruments import muscle_form
from trialsim.facts.reading import Section
from trialsim.facts.vignettes import read_vignette
from trialsim.rules.grid import from_grid, to_grid
from trialsim.rules.vignettes import scored

VIGNETTES = {each.id: each for each in ts.load_vignettes()}
CODES = ts.core_set()["code"].tolist()
WORDINGS = ("IMACS-2004", "NCT04946669")

# For each: the six measures at the two visits; what is followed; verdicts by the wording of 2004 and by the record's;
# the score of 2016 and its category.
TABLE: dict[str, tuple[Any, ...]] = {
    "V1": ((6.8, 7, 112, 1.375, 2380, 5), (2.4, 3, 136, 0.625, 395, 1.8), "CK", True, True, 77.5, "major"),
    "V2": ((4.2, 5, 150, 0, 190, 4.2), (3.2, 4, 150, 0, 186, 3.2), "LDH", True, False, 17.5, "none"),
    "V3": ((1.5, 6, 124, 1.25, 290, 0.8), (1.1, 4, 138, 0.75, 236, 0.7), "LDH", True, True, 25, "minimal"),
    "V4": ((1.5, 6.5, 98, 2, 226, 1), (1.4, 6, 100, 2, 222, 0.9), "LDH", False, False, 0, "none"),
    "V5": ((5.8, 6, 110, 1.25, 1800, 3.5), (7.2, 6.5, 134, 0.875, 420, 7), "CK", True, True, 32.5, "minimal"),
    "V6": ((6, 6, 116, 1.25, 900, 5.5), (4.6, 5, 115, 1.25, 860, 2.5), "CK", False, False, 25, "minimal"),
    "V7": ((5.8, 6.5, 120, 1.25, 15.2, 4), (4.5, 5, 130, 1.125, 8.4, 3.6), "ALDOLASE", True, True, 22.5, "minimal"),
    "V8": ((4.5, 8.5, 126, 1.375, 620, 3.2), (1.8, 9, 142, 1.75, 190, 1.4), "CK", True, True, 55, "moderate"),
}
# MMT-8 of the right side, of 80, and HAQ-DI without aids and help, at the two visits.
RIGHT_SIDE = {"V1": (59, 72), "V2": (80, 80), "V3": (67, 74), "V4": (52, 53), "V5": (58, 71), "V6": (61, 61)}
RIGHT_SIDE |= {"V7": (63, 69), "V8": (67, 75)}
WITHOUT_AIDS = {"V1": (1.25, 0.5), "V2": (0, 0), "V3": (1.125, 0.625), "V4": (1.625, 1.625), "V5": (1.25, 0.875)}
WITHOUT_AIDS |= {"V6": (1.125, 1.125), "V7": (1.25, 1.125), "V8": (1.25, 1.375)}

every_vignette = pytest.mark.parametrize("id", TABLE)


def visits(id: str) -> tuple[Any, Any]:
    """The two visits of a vignette."""
    return VIGNETTES[id].visits["Baseline"], VIGNETTES[id].visits["Week 12"]


def verdict(id: str, definition: str, changed: dict[str, float] | None = None, **options: Any) -> ts.Assessment:
    """The verdict at the middles, some values of week 12 changed."""
    start, end = visits(id)
    options = {"enzyme": VIGNETTES[id].enzyme, "enzyme_uln": VIGNETTES[id].uln, **options}
    return ts.assess_patient(start.values, {**end.values, **(changed or {})}, definition, **options)


def test_all_are_there_and_assumed() -> None:
    """Eight, in order, and each says that it was made up."""
    assert list(VIGNETTES) == list(TABLE)
    assert {each.basis for each in VIGNETTES.values()} == {"assumed"}
    assert all(list(each.visits) == ["Baseline", "Week 12"] for each in VIGNETTES.values())


@every_vignette
def test_values_are_those_of_the_table(id: str) -> None:
    """Scales at the middle, MMT-8 and HAQ-DI from the sheets, the enzyme from the laboratory."""
    for visit, expected in zip(visits(id), TABLE[id][:2], strict=True):
        assert list(visit.values) == CODES
        assert tuple(visit.values.values()) == expected
        assert visit.values["MMT8"] == ts.mmt8(visit.grades)
        assert visit.values["HAQDI"] == ts.haq_di(visit.haq, aids=visit.aids, needs_help=visit.help)


@every_vignette
def test_sheets_give_one_side_and_the_index_without_aids(id: str) -> None:
    """The same sheets scored the other way."""
    assert tuple(ts.mmt8(visit.grades, sides="right") for visit in visits(id)) == RIGHT_SIDE[id]
    without = tuple(ts.haq_di(v.haq, aids=v.aids, needs_help=v.help, use_aids=False) for v in visits(id))
    assert without == WITHOUT_AIDS[id]


@every_vignette
def test_the_enzyme_followed_is_the_most_abnormal_at_baseline(id: str) -> None:
    """By multiple of its own limit, without a tie."""
    start, end = visits(id)
    assert ts.most_abnormal_enzyme(start.laboratory, VIGNETTES[id].uln) == VIGNETTES[id].enzyme == TABLE[id][2]
    assert end.values["ENZYME"] == end.laboratory[VIGNETTES[id].enzyme]


@every_vignette
def test_middles_are_on_the_grid_and_inside_the_ranges(id: str) -> None:
    """A learner can enter them, and would be right."""
    for visit in visits(id):
        assert list(visit.expert) == CODES
        for code, (low, high) in visit.expert.items():
            assert low <= visit.values[code] <= high
            assert from_grid(code, int(to_grid(code, visit.values[code]))) == visit.values[code]
            assert (low == high) == (code in ("PTGA", "HAQDI", "ENZYME"))


@every_vignette
def test_verdicts_at_the_middles(id: str) -> None:
    """By the wording of 2004, by the record's, and by the score."""
    assert tuple(verdict(id, wording).responded for wording in WORDINGS) == TABLE[id][3:5]
    start, end = visits(id)
    score = ts.total_improvement_score(
        start.values, end.values, enzyme=VIGNETTES[id].enzyme, enzyme_uln=VIGNETTES[id].uln
    )
    assert (score.score, score.category) == TABLE[id][5:]


def test_first_agrees_and_fourth_never_responds_under_any_definition() -> None:
    """V1 is a response by all eight, V4 by none."""
    answers = {id: {verdict(id, each).responded for each in ts.list_responses()} for id in ("V1", "V4")}
    assert answers == {"V1": {True}, "V4": {False}}


@pytest.mark.parametrize(
    ("id", "changed", "expected"),
    [
        ("V2", {"PTGA": 4.1}, (False, False)),
        ("V2", {"PTGA": 3.9}, (True, True)),
        ("V3", {"PHGA": 1.3}, (False, False)),
        ("V6", {"PTGA": 4.8}, (True, False)),
        ("V8", {"MMT8": 94}, (False, True)),
    ],
)
def test_what_one_mark_decides(id: str, changed: dict[str, float], expected: tuple[bool, bool]) -> None:
    """What the texts say of a mark that is a little different."""
    assert tuple(verdict(id, wording, changed).responded for wording in WORDINGS) == expected


def test_the_choice_of_the_enzyme_decides_the_seventh() -> None:
    """With CK or LDH followed, neither wording finds a response."""
    start, end = visits("V7")
    for code in ("CK", "LDH"):
        other = [{**visit.values, "ENZYME": visit.laboratory[code]} for visit in (start, end)]
        answers = [ts.assess_patient(*other, wording, enzyme=code).responded for wording in WORDINGS]
        assert answers == [False, False]


@every_vignette
def test_every_measure_has_its_reason_and_every_chart_its_length(id: str) -> None:
    """Charts that can be read in a minute, a sentence for each measure, and what is to be learned."""
    vignette = VIGNETTES[id]
    assert list(vignette.reasons) == CODES
    for text in (*vignette.reasons.values(), vignette.activity, vignette.damage, vignette.teaches):
        assert text.endswith(".") and len(text.split()) <= 60
    assert all(15 <= len(visit.text.split()) <= 150 for visit in vignette.visits.values())


@every_vignette
def test_a_chart_tells_the_mark_of_the_patient_and_no_other(id: str) -> None:
    """The patient global is given; the rest is for the learner to find."""
    for visit in visits(id):
        assert visit.text.endswith(f"arks {visit.values['PTGA']:.1f}.")
        assert "global" not in visit.text


def test_what_was_felt_leads_back_to_the_grade() -> None:
    """Each grade has words of its own, so a learner who knows the key finds the sheet."""
    form = muscle_form()
    assert len({each.felt for each in form.key}) == len(form.key)
    for vignette in VIGNETTES.values():
        for visit in vignette.visits.values():
            for muscle, words in visit.felt.items():
                sides = words.split("; right: ")
                left = next(each.grade for each in form.key if sides[0].endswith(f" {each.felt}"))
                right = next(each.grade for each in form.key if sides[-1].endswith(each.felt))
                grade = visit.grades[muscle]
                assert (left, right) == (grade if isinstance(grade, tuple) else (grade, grade))


def written(**changed: Any) -> dict[str, Any]:
    """The first vignette as its file has it, some values replaced by their path with dots, None taking one away."""
    file = resources.files("trialsim").joinpath("data", "vignettes", "v1.toml")
    table = tomllib.loads(file.read_text("utf-8"))
    for path, value in changed.items():
        place = table
        *outer, last = path.split("__")
        for key in outer:
            place = place[key]
        if value is None:
            del place[last]
        else:
            place[last] = value
    return table


def test_a_good_file_is_read() -> None:
    """What the others below change can be read as it stands."""
    assert scored(read_vignette(Section(written(), "v.toml"))) == VIGNETTES["V1"]


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"basis": "read"}, "v.toml: basis: got 'read'; allowed: 'assumed'"),
        ({"enzyme": "GGT"}, "v.toml: enzyme: got 'GGT'; allowed: 'CK'"),
        ({"titel": "x"}, "v.toml: got unknown key 'titel'"),
        ({"uln__CK": 0}, "v.toml: uln.CK: got 0"),
        ({"uln__LDH": None}, "v.toml: uln: got nothing for LDH"),
        ({"visits__Baseline": None}, "v.toml: visits: got nothing for Baseline"),
        ({"visits__Baseline__grades__quadriceps": [8, 11]}, "v.toml: visits.Baseline.grades.quadriceps: got 11"),
        ({"visits__Baseline__grades__quadriceps": 8}, "v.toml: visits.Baseline.grades.quadriceps: got 8; allowed: [l"),
        ({"visits__Baseline__grades__neck_flexors": [6, 6]}, "v.toml: visits.Baseline.grades.neck_flexors: got [6, 6]"),
        ({"visits__Baseline__grades__calf": 8}, "v.toml: visits.Baseline.grades: got 'calf'"),
        ({"visits__Baseline__haq__grip": None}, "v.toml: visits.Baseline.haq: got nothing for grip"),
        ({"visits__Baseline__haq__grip": 4}, "v.toml: visits.Baseline.haq.grip: got 4"),
        ({"visits__Baseline__aids": ["bath"]}, "v.toml: visits.Baseline.aids: got 'bath'"),
        ({"visits__Baseline__organs__skin": 1}, "v.toml: visits.Baseline.organs: got 'skin'"),
        ({"visits__Baseline__expert__PHGA": [7, 6]}, "v.toml: visits.Baseline.expert.PHGA: got [7.0, 6.0]"),
        ({"visits__Baseline__expert__PHGA": [62, 74]}, "v.toml: visits.Baseline.expert.PHGA: got [62.0, 74.0]"),
        (
            {"visits__Baseline__expert__PHGA": [6.2, 7.3]},
            "V1 at Baseline: PHGA: got [6.2, 7.3]; allowed: a range whose",
        ),
        ({"visits__Baseline__expert__MMT8": [90, 99]}, "V1 at Baseline: MMT8: got 112; allowed: the expert's 90 to 99"),
    ],
)
def test_a_broken_file_is_refused_with_its_path(changed: dict[str, Any], place: str) -> None:
    """The message says where the mistake stands."""
    with pytest.raises(TrialsimError) as caught:
        scored(read_vignette(Section(written(**changed), "v.toml")))
    assert str(caught.value).startswith(place)
