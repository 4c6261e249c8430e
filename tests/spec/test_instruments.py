"""MMT-8, HAQ-DI, the most abnormal enzyme, units and the dose by weight, case by case."""

from __future__ import annotations

from typing import Any

import pytest

from trialsim.errors import TrialsimError
from trialsim.rules.enzymes import most_abnormal_enzyme
from trialsim.rules.instruments import abatacept_iv_dose, abatacept_iv_weeks, haq_di, mmt8, ukat_to_units

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


@pytest.mark.parametrize(
    ("grades", "sides", "score"),
    [
        (graded(10, (10, 10)), "both", 150),
        (graded(10, 10), "both", 150),
        (graded(10, 10), "one", 80),
        (graded(6, (8, 8)), "both", 118),
        (graded(6, 8), "one", 62),
        (graded(6, (7, 8)), "right", 62),
        (graded(6, (7, 8)), "left", 55),
        (graded(6, (7, 8)), "both", 111),
        (graded(0, (0, 0)), "both", 0),
        (graded(10, (10, 10), quadriceps=(4, 9)), "both", 143),
    ],
)
def test_mmt8(grades: dict[str, Any], sides: str, score: int) -> None:
    """The neck counts once, every other muscle on each side that is scored."""
    assert mmt8(grades, sides=sides) == score


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


@pytest.mark.parametrize(
    ("scores", "aids", "needs_help", "index", "alternative"),
    [
        ([2, 1, 1, 3, 0, 2, 1, 1], ("walking",), ("hygiene",), 13 / 8, 11 / 8),
        ([1, 1, 1, 2, None, 2, 1, None], (), (), 8 / 6, 8 / 6),
        ([1, 1, 1, 2, None, 2, 1, 0], (), (), 8 / 7, 8 / 7),
        ([0] * 8, NAMES, (), 2.0, 0.0),
        ([3] * 8, NAMES, NAMES, 3.0, 3.0),
        ([1, 1, 1, 2, None, 2, 1, None], ("hygiene",), (), 8 / 6, 8 / 6),
        ([0] * 8, ("grip",), ("grip",), 0.25, 0.0),
    ],
)
def test_haq_di(
    scores: list[int | None], aids: tuple[str, ...], needs_help: tuple[str, ...], index: float, alternative: float
) -> None:
    """An aid or help raises a category to 2; the index is the mean of the categories answered."""
    answers = dict(zip(NAMES, scores, strict=True))
    assert haq_di(answers, aids=aids, needs_help=needs_help) == index
    assert haq_di(answers, aids=aids, needs_help=needs_help, use_aids=False) == alternative


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


@pytest.mark.parametrize(
    ("values", "options", "code"),
    [
        ({"CK": 800, "LDH": 625, "AST": 60}, {}, "CK"),
        ({"CK": 800, "LDH": 625, "AST": 60}, {"by": "range"}, "LDH"),
        ({"CK": 500, "LDH": 625}, {"tie": ("CK", "LDH")}, "CK"),
        ({"CK": 500, "LDH": 625}, {"tie": ("LDH", "CK")}, "LDH"),
        ({"CK": 500.1, "LDH": 625}, {}, "CK"),
        ({"CK": None, "LDH": 100}, {}, "LDH"),
        ({"CK": float("nan"), "ALDOLASE": 0}, {}, "ALDOLASE"),
    ],
)
def test_most_abnormal_enzyme(values: dict[str, Any], options: dict[str, Any], code: str) -> None:
    """The largest multiple of the limit, or share of the range; a tie as declared."""
    assert most_abnormal_enzyme(values, ULN, **options) == code


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


@pytest.mark.parametrize(("kg", "mg"), [(35, 500), (59.9, 500), (60, 750), (100, 750), (100.1, 1000), (180, 1000)])
def test_abatacept_dose(kg: float, mg: int) -> None:
    """Below 60 kg, 60 to 100 kg inclusive, above 100 kg."""
    assert abatacept_iv_dose(kg) == mg


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


def test_enzyme_units() -> None:
    """One microkatal is sixty units; activities below 0 are refused."""
    assert [ukat_to_units(one) for one in (1, 1.8, 3.3, 4.13)] == [60, 108, 198, 247.8]
    with pytest.raises(TrialsimError, match="ukat: got -1"):
        ukat_to_units(-1)
