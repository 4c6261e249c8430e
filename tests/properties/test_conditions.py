"""Conditions: each comparison is exact, and each has a description and a reason."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialsim.errors import TrialsimError
from trialsim.facts.conditions import ReadingOf, facts_of, parse_condition
from trialsim.facts.reading import Section
from trialsim.rules.candidate_arrays import CandidateArrays, FactColumn, Treatments
from trialsim.rules.conditions import evaluate
from trialsim.rules.derived import CandidateFacts
from trialsim.rules.reasons import explain
from trialsim.rules.truth import to_optional

TENTHS = st.integers(200, 3000)


def one_patient(enzymes: tuple[int, int] = (-1, 1), **facts: Any) -> CandidateFacts:
    """A candidate of whom these facts are known (None: not), with AST and its limit in 0.1 U/L."""
    empty = np.full((1, 1), -1)
    columns = {}
    for name, value in facts.items():
        column = FactColumn.of(name, [0 if value is None else value])
        columns[name] = FactColumn(column.values, np.array([value is not None]), column.per)
    labs, limits = np.full((1, 5), -1), np.ones((1, 5), int)
    labs[0, 3], limits[0, 3] = enzymes
    return CandidateFacts(CandidateArrays(columns, Treatments(*[empty] * 9), labs, limits))


def holds(condition: dict[str, Any], facts: CandidateFacts) -> bool | None:
    """Truth of a condition as it would stand in a file."""
    return to_optional(evaluate(parse_condition(Section(condition, "own.toml: when"), {}), facts)[0])


@given(TENTHS, TENTHS, TENTHS)
def test_every_comparison_is_exact(weight: int, first: int, second: int) -> None:
    """A weight in 0.1 kg against thresholds in 0.1 kg compares as the fractions do."""
    low, high = sorted((first, second))
    value, a, b = Fraction(weight, 10), Fraction(low, 10), Fraction(high, 10)
    facts = one_patient(weight_kg=weight / 10)
    expected = {
        "above": value > a,
        "at_least": value >= a,
        "below": value < a,
        "at_most": value <= a,
        "equals": value == a,
    }
    for test, wanted in expected.items():
        assert holds({"fact": "weight_kg", test: low / 10}, facts) is wanted
    assert holds({"fact": "weight_kg", "between": [low / 10, high / 10]}, facts) is (a <= value <= b)
    assert holds({"fact": "weight_kg", "one_of": [low / 10, high / 10]}, facts) is (value in (a, b))


@given(st.integers(0, 100_000), st.integers(1, 2000), st.integers(1, 50))
def test_ratios_are_exact(value: int, limit: int, tenths: int) -> None:
    """A multiple of the upper limit compares as the fraction it is, never as a rounded quotient."""
    facts = one_patient(enzymes=(value, limit))
    threshold = Fraction(tenths, 10)
    assert holds({"fact": "AST_xuln", "above": tenths / 10}, facts) is (Fraction(value, limit) > threshold)
    assert holds({"fact": "AST_xuln", "at_least": tenths / 10}, facts) is (Fraction(value, limit) >= threshold)


@given(st.integers(1, 400).map(lambda n: n * 10), st.integers(1, 50))
def test_a_ratio_on_its_threshold_is_on_it(limit: int, tenths: int) -> None:
    """Exactly so many times the upper limit is not above, and one step of 0.1 U/L more is."""
    value = limit * tenths // 10
    condition = {"fact": "AST_xuln", "above": tenths / 10}
    assert holds(condition, one_patient(enzymes=(value, limit))) is False
    assert holds(condition, one_patient(enzymes=(value + 1, limit))) is True


def test_combinations() -> None:
    """The parts of a condition combine as their names say, and unknown parts leave open only what they could decide."""
    facts = one_patient(rash=True, tumour=False, weakness=None)
    rash, tumour, weakness = ({"fact": name, "equals": True} for name in ("rash", "tumour", "weakness"))
    assert holds({"all_of": [rash, tumour, weakness]}, facts) is False
    assert holds({"any_of": [rash, tumour, weakness]}, facts) is True
    assert holds({"none_of": [tumour]}, facts) is True
    assert holds({"none_of": [tumour, weakness]}, facts) is None
    assert holds({"k_of": [rash, tumour, weakness], "k": 1}, facts) is True
    assert holds({"k_of": [rash, tumour, weakness], "k": 2}, facts) is None
    assert holds({"k_of": [rash, tumour, weakness], "k": 3}, facts) is False
    assert holds({"any_course": {"fact": "kind", "equals": "biologic"}}, facts) is False


@pytest.mark.parametrize(
    ("condition", "description", "reason"),
    [
        ({"fact": "AGE", "between": [18, 65]}, "age from 18 to 65 years", ("age 44 years is from 18 to 65",)),
        ({"fact": "AGE", "one_of": [18, 65]}, "age 18 or 65 years", ("age 44 years, not 18 or 65",)),
        ({"fact": "weight_kg", "above": 59.9}, "weight above 59.9 kg", ("weight 59.9 kg, not above 59.9",)),
        ({"fact": "SEX", "equals": "M"}, "sex: M", ("sex: F, not M",)),
        (
            {"fact": "rash", "equals": False},
            "no dermatomyositis rash (heliotrope or Gottron)",
            ("dermatomyositis rash (heliotrope or Gottron)",),
        ),
        ({"none_of": [{"fact": "AGE", "above": 65}]}, "not: age above 65 years", ("age 44 years, not above 65",)),
        (
            {"k_of": [{"fact": "AGE", "above": 40}, {"fact": "tumour", "equals": True}], "k": 2},
            "at least 2 of: age above 40 years, tumour",
            ("tumour: not known",),
        ),
        (
            {"any_course": {"fact": "weeks", "at_least": 13}},
            "at least one course of treatment with duration at least 13 weeks",
            ("no prior treatment with duration at least 13 weeks",),
        ),
    ],
)
def test_described_and_explained(condition: dict[str, Any], description: str, reason: tuple[str, ...]) -> None:
    """A condition reads as prose, and its verdict on a patient names what decided it."""
    parsed = parse_condition(Section(condition, "own.toml: when"), {})
    assert parsed.describe() == description
    facts = one_patient(AGE=44, weight_kg=59.9, SEX=0, rash=True, tumour=None)
    assert explain(parsed, facts, 0) == reason


def test_what_is_asked_for_is_known_beforehand() -> None:
    """A condition tells which facts of a candidate it takes; a reading must be resolved first."""
    parsed = parse_condition(
        Section({"any_of": [{"fact": "AGE", "above": 1}, {"any_course": {"fact": "weeks", "above": 1}}]}, "own.toml"),
        {},
    )
    assert facts_of(parsed) == {"AGE"}
    with pytest.raises(ValueError, match="must be resolved"):
        evaluate(ReadingOf("failure"), one_patient())


def test_a_fact_the_candidates_lack_is_named() -> None:
    """Asking for a fact that the arrays do not hold names it and those they hold."""
    with pytest.raises(TrialsimError, match="candidates: got 'AGE'; allowed: facts that the candidates have: rash"):
        holds({"fact": "AGE", "above": 1}, one_patient(rash=True))


@pytest.mark.parametrize("threshold", [2.00001, 10_001, -10_001, float("inf"), 1e300])
@pytest.mark.parametrize("test", ["above", "one_of"])
def test_thresholds_beyond_whole_numbers_are_refused(threshold: float, test: str) -> None:
    """A threshold too fine or too large for exact comparison is refused."""
    with pytest.raises(TrialsimError, match="at most four decimals from -10000 to 10000 x ULN"):
        holds({"fact": "AST_xuln", test: [threshold] if test == "one_of" else threshold}, one_patient())


def test_not_a_number_is_no_threshold() -> None:
    """Not-a-number in a list of values is refused like any other number that cannot be compared."""
    with pytest.raises(TrialsimError, match="at most four decimals"):
        holds({"fact": "AST_xuln", "one_of": [2, float("nan")]}, one_patient())


@given(st.integers(2**31 - 1000, 2**31 - 1), st.integers(2**31 - 1000, 2**31 - 1))
def test_the_largest_ratios_do_not_overflow(value: int, limit: int) -> None:
    """The largest values and limits that can be stored still compare exactly with the largest threshold."""
    facts = one_patient(enzymes=(value, limit))
    assert holds({"fact": "AST_xuln", "below": 9999.9999}, facts) is True
    assert holds({"fact": "AST_xuln", "above": 1}, facts) is (value > limit)
