"""MMT-8, HAQ-DI, the most abnormal enzyme, units and the dose by weight, case by case."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from tests.spec.tables import named, rows
from trialsim.errors import TrialsimError
from trialsim.facts.instruments import mdaat_form
from trialsim.rules.enzymes import most_abnormal_enzyme
from trialsim.rules.instruments import abatacept_iv_dose, abatacept_iv_weeks, haq_di, mmt8, myoact, ukat_to_units

MUSCLES = (
    "middle_deltoid",
    "biceps_brachii",
    "gluteus_maximus",
    "gluteus_medius",
    "quadriceps",
    "wrist_extensors",
    "ankle_dorsiflexors",
)


def graded(neck: object, other: object, **changed: object) -> dict[str, Any]:
    """Grades: one for the neck, one for every other muscle, but for those changed."""
    return {"neck_flexors": neck, **dict.fromkeys(MUSCLES, other), **changed}


def one_or_two(text: str) -> int | tuple[int, ...]:
    """A grade, or those of both sides."""
    grades = tuple(int(grade) for grade in text.split("/"))
    return grades if len(grades) > 1 else grades[0]


@pytest.mark.parametrize("row", rows("mmt8_patients.csv"), ids=named)
def test_mmt8(row: dict[str, str]) -> None:
    """The neck counts once, every other muscle on each side that is scored."""
    grades = graded(int(row["neck"]), one_or_two(row["others"]))
    if row["except"]:
        muscle, grade = row["except"].split()
        grades[muscle] = one_or_two(grade)
    assert mmt8(grades, sides=row["sides"]) == int(row["score"])


@pytest.mark.parametrize(
    ("grades", "sides", "message"),
    [
        (graded(10, 11), "both", "grades: middle_deltoid: got 11; allowed: a whole number from 0 to 10"),
        (graded(10, 10, quadriceps=-1), "both", "grades: quadriceps: got -1"),
        (graded(10, 10, quadriceps=8.5), "both", "grades: quadriceps: got 8.5"),
        (graded("T", 10), "both", "neck_flexors: got 'T'"),
        (graded((10, 10), 10), "both", "The neck has no sides"),
        (graded(10, (10, 10, 10)), "both", "a pair"),
        (graded(10, (10, 10)), "one", "sides='right'"),
        (graded(10, 10, calf=10), "both", "grades: got 'calf'"),
        ({"neck_flexors": 10}, "both", "All eight are needed"),
        (graded(10, 10), "dominant", "sides: got 'dominant'"),
        ([10] * 8, "both", "a mapping from names"),
    ],
)
def test_mmt8_refused(grades: Any, sides: str, message: str) -> None:
    """Grades outside 0 to 10, unknown and missing muscles are refused by name."""
    with pytest.raises(TrialsimError, match=message):
        mmt8(grades, sides=sides)


NAMES = ("dressing", "arising", "eating", "walking", "hygiene", "reach", "grip", "activities")


@pytest.mark.parametrize("row", rows("haq_patients.csv"), ids=named)
def test_haq_di(row: dict[str, str]) -> None:
    """An aid or help raises a category to 2; the index is the mean of the categories answered, six or more."""
    answers = {name: int(row[name]) if row[name] else None for name in NAMES}
    for used, expected in ((True, row["index"]), (False, row["alternative"])):
        given: dict[str, Any] = {"aids": row["aids"].split(), "needs_help": row["help"].split(), "use_aids": used}
        if expected == "missing":
            with pytest.raises(TrialsimError, match="of 8 answered"):
                haq_di(answers, **given)
        else:
            assert haq_di(answers, **given) == float(Fraction(expected))


@pytest.mark.parametrize(
    ("scores", "options", "message"),
    [
        ([1, 1, 1, 2, None, 2, None, None], {}, "5 of 8 answered"),
        ([4, 0, 0, 0, 0, 0, 0, 0], {}, "dressing: got 4; allowed: a whole number from 0 to 3"),
        ([0.5, 0, 0, 0, 0, 0, 0, 0], {}, "dressing: got 0.5"),
        ([0] * 8, {"aids": ("cane",)}, "aids: got 'cane'"),
        ([0] * 8, {"needs_help": "walking"}, "a tuple of names"),
        ([0] * 8, {"use_aids": "no"}, "use_aids"),
    ],
)
def test_haq_di_refused(scores: list[Any], options: dict[str, Any], message: str) -> None:
    """Fewer than six categories, scores that are none and unknown names are refused."""
    with pytest.raises(TrialsimError, match=message):
        haq_di(dict(zip(NAMES, scores, strict=True)), **options)


ULN = {"CK": 200, "LDH": 250, "AST": 40, "ALDOLASE": 7.5, "ALT": 40}


@pytest.mark.parametrize("row", rows("enzyme_patients.csv"), ids=named)
def test_most_abnormal_enzyme(row: dict[str, str]) -> None:
    """The largest multiple of the limit, or share of the range; a tie as declared, or refused."""
    values = {value.split()[0]: float(value.split()[1]) for value in row["values"].split("; ")}
    options: dict[str, Any] = {"by": row["by"], "tie": row["tie"].split() or None}
    if row["chosen"] == "refused":
        with pytest.raises(TrialsimError, match="They are equally abnormal"):
            most_abnormal_enzyme(values, ULN, **options)
    else:
        assert most_abnormal_enzyme(values, ULN, **options) == row["chosen"]


def test_enzymes_not_measured() -> None:
    """None and NaN are not measured."""
    assert most_abnormal_enzyme({"CK": None, "LDH": 100}, ULN) == "LDH"
    assert most_abnormal_enzyme({"CK": float("nan"), "ALDOLASE": 0}, ULN) == "ALDOLASE"


@pytest.mark.parametrize(
    ("values", "uln", "options", "message"),
    [
        ({"CK": 500, "LDH": 625}, ULN, {}, "an order of CK, LDH"),
        ({"CK": 500, "LDH": 625}, ULN, {"tie": ("CK",)}, "an order of CK, LDH"),
        ({"CK": 500, "LDH": 625}, ULN, {"tie": "CK"}, "a sequence of enzyme codes"),
        ({"CK": 500}, {}, {}, "uln: CK: got None"),
        ({"CK": 500}, {"CK": 0}, {}, "uln: CK: got 0; allowed: U/L above 0"),
        ({"CK": -500}, ULN, {}, "values: CK: got -500"),
        ({"CPK": 500}, ULN, {}, "values: got 'CPK'"),
        ({}, ULN, {}, "at least one of CK"),
        ({"CK": 500}, ULN, {"by": "raw"}, "by: got 'raw'"),
        (500, ULN, {}, "a mapping from enzyme codes"),
    ],
)
def test_most_abnormal_enzyme_refused(values: Any, uln: Any, options: dict[str, Any], message: str) -> None:
    """A tie that is not declared, a missing limit and unknown codes are refused."""
    with pytest.raises(TrialsimError, match=message):
        most_abnormal_enzyme(values, uln, **options)


@pytest.mark.parametrize("row", rows("abatacept_patients.csv"), ids=named)
def test_abatacept_dose(row: dict[str, str]) -> None:
    """Below 60 kg, 60 to 100 kg inclusive, above 100 kg: milligrams, and per kilogram to one decimal."""
    kg, mg = float(row["kg"]), int(row["mg"])
    assert abatacept_iv_dose(kg) == mg
    assert round(mg / kg, 1) == float(row["mg_per_kg"])


@pytest.mark.parametrize("kg", [0, -60, float("nan"), float("inf"), "60", True, 501])
def test_abatacept_dose_refused(kg: Any) -> None:
    """A weight that is none is refused."""
    with pytest.raises(TrialsimError, match="kg: got"):
        abatacept_iv_dose(kg)


def test_abatacept_weeks() -> None:
    """Four infusions come before a visit at week 12; none before the first."""
    assert abatacept_iv_weeks(12) == (0, 2, 4, 8)
    assert abatacept_iv_weeks(13) == (0, 2, 4, 8, 12)
    assert (abatacept_iv_weeks(0), abatacept_iv_weeks(3)) == ((), (0, 2))


@pytest.mark.parametrize("row", rows("enzyme_units.csv"), ids=named)
def test_enzyme_units(row: dict[str, str]) -> None:
    """One microkatal is sixty units."""
    assert ukat_to_units(float(row["ukat_per_litre"])) == float(row["units_per_litre"])


def test_enzyme_units_refused() -> None:
    """Activities below 0 are refused."""
    with pytest.raises(TrialsimError, match="ukat: got -1"):
        ukat_to_units(-1)


def organ_scales(text: str) -> dict[str, float]:
    """Organs with their scales."""
    return {value.split()[0]: float(value.split()[1]) for value in text.split("; ")}


@pytest.mark.parametrize("row", rows("myoact_patients.csv"), ids=named)
def test_myoact(row: dict[str, str]) -> None:
    """Organ scales add up, over the most that the organs assessed could give."""
    found = myoact(organ_scales(row["scales"]))
    assert (found.total, found.possible) == (float(row["total"]), float(row["possible"]))
    assert found.share == found.total / found.possible


@pytest.mark.parametrize(
    ("scales", "message"),
    [
        ({"muscle": 3}, "scales: got 'muscle'"),
        ({"cutaneous": 60}, "looks like millimetres"),
        ({"cutaneous": None}, "at least one organ"),
        ({}, "at least one organ"),
        ([1, 2], "a mapping from names"),
    ],
)
def test_myoact_refused(scales: Any, message: str) -> None:
    """Unknown organs, values off the scale and no organ at all are refused."""
    with pytest.raises(TrialsimError, match=message):
        myoact(scales)


def test_which_number_of_mdaat_is_the_core_set_measure() -> None:
    """Of the form's numbers one is in the core set, and it is not the sum; what is recalled is called unverified."""
    form = mdaat_form()
    assert [number.name for number in form.numbers if number.core_set] == ["extramuscular global"]
    assert form.core_set_number.core_set == "EMGA"
    assert form.organ_high * len(form.organs) == form.numbers[1].high
    text = form.describe()
    assert "MYOACT" in text and "not a core set measure" in text
    assert "recalled, unverified" in form.numbers[2].describe()
