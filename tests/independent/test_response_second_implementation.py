"""A second implementation of every definition, written from its wording in fractions, against the package's kernel.

It shares nothing with the package: thresholds, points and ranges stand here once more, as their sources print them.
"""

from __future__ import annotations

import itertools
from fractions import Fraction
from functools import cache

import numpy as np
import pandas as pd
import pytest

from trialsim.facts.responses import load_response
from trialsim.rules.assess import assess_patient
from trialsim.rules.assess_table import assess_response
from trialsim.rules.judgement import judge
from trialsim.rules.options import ResponseOptions

CODES = ("PHGA", "PTGA", "MMT8", "HAQDI", "ENZYME", "EMGA")
TENTHS = [Fraction(n, 10) for n in range(101)]
HAQ = sorted({Fraction(n, k) for k in (8, 7, 6) for n in range(3 * k + 1)})
# U/L: within and above the limit of 200, at both sides of many thresholds
UNITS = [Fraction(n) for n in (0, 1, 2, 40, 50, 60, 100, 120, 130, 140, 149, 150, 151, 160, 190, 199, 200, 201, 240)]
UNITS += [Fraction(n) for n in (250, 260, 300, 400, 500, 510, 600, 625, 640, 650, 651, 750, 751, 800, 1000, 1250, 3000)]
UNITS += [Fraction(2001, 10), Fraction(7499, 10), Fraction(7501, 10)]
# An enzyme has no upper end: in place of a missing one also stand values beyond those that are drawn.
STAND_INS = [Fraction(1, 10), *UNITS, Fraction(10**6)]
ULN, ENZYME_RANGE = Fraction(200), Fraction(3000)
GRID = {"PHGA": 10, "PTGA": 10, "MMT8": 1, "HAQDI": 168, "ENZYME": 10, "EMGA": 10}

# definition: (improved if, worse if, how many may be worse, may strength be among them)
COUNTED = {
    "IMACS-2004": (lambda p: p >= 20, lambda p: p <= -25, 2, False),
    "NCT02971683": (lambda p: p >= 20, lambda p: p <= -25, 2, True),
    "NCT04946669": (lambda p: p > 20, lambda p: p < -25, 2, True),
    "INFLIXIMAB-2008": (lambda p: p >= 20, lambda p: p <= -30, 2, True),
    "PRINTO-20": (lambda p: p >= 20, lambda p: p < -30, 1, False),
}
SCORED = {"TIS-MINIMAL": 20, "TIS-MODERATE": 40, "TIS-MAJOR": 60}
TWO_AND_A_HALF = {  # points in halves of five, by the band of improvement
    "PHGA": (0, 3, 6, 7, 8),
    "PTGA": (0, 1, 2, 3, 4),
    "MMT8": (0, 4, 8, 11, 13),
    "HAQDI": (0, 2, 3, 3, 4),
    "ENZYME": (0, 1, 2, 3, 3),
    "EMGA": (0, 3, 5, 6, 8),
}


def values_of(code: str, sides: int) -> list[Fraction]:
    """The values that are drawn of a measure; of all but the enzyme these are all there are."""
    if code == "MMT8":
        return [Fraction(n) for n in range(sides + 1)]
    return {"HAQDI": HAQ, "ENZYME": UNITS}.get(code, TENTHS)


def stand_ins(code: str, value: object, sides: int) -> list:
    """What may stand in place of a value: itself, or anything where it is missing."""
    if value is not None:
        return [value]
    return STAND_INS if code == "ENZYME" else values_of(code, sides)


def range_of(code: str, sides: int) -> Fraction:
    """The instrument's range."""
    return {"MMT8": Fraction(sides), "HAQDI": Fraction(3), "ENZYME": ENZYME_RANGE}.get(code, Fraction(10))


@cache
def change(name: str, code: str, before: Fraction, after: Fraction, sides: int, zero: str, normal: str) -> str:
    """Is one measure better, worse or the same, as the definition words it?"""
    improved_if, worse_if, _, _ = COUNTED[name]
    gain = after - before if code == "MMT8" else before - after
    if before == 0:
        if code == "MMT8":
            return "better" if after > 0 else "same"
        if after == 0 or zero == "ignore":
            return "same"
        percent = -100 * after / range_of(code, sides)
        answer = "worse" if zero == "strict" or worse_if(percent) else "same"
    else:
        percent = 100 * gain / before
        answer = "better" if improved_if(percent) else "worse" if worse_if(percent) else "same"
    if code == "ENZYME" and normal == "never improves":
        if answer == "better" and before <= ULN:
            return "same"
        if answer == "worse" and after <= ULN:
            return "same"
    return answer


@cache
def possible(name: str, code: str, before: object, after: object, sides: int, zero: str, normal: str) -> frozenset[str]:
    """What a measure could be, with every value of its grid in place of what is missing."""
    befores, afters = stand_ins(code, before, sides), stand_ins(code, after, sides)
    return frozenset(change(name, code, b, f, sides, zero, normal) for b in befores for f in afters)


@cache
def counted(name: str, states: tuple[str, ...]) -> bool:
    """The definition's wording on six measures."""
    _, _, most_worse, strength_may = COUNTED[name]
    if states.count("better") < 3 or states.count("worse") > most_worse:
        return False
    return strength_may or states[CODES.index("MMT8")] != "worse"


@cache
def points(code: str, before: Fraction, after: Fraction, sides: int) -> Fraction:
    """The points of 2016 for one measure."""
    gain = after - before if code == "MMT8" else before - after
    percent = 100 * gain / range_of(code, sides)
    cuts = (2, 10, 20, 30) if code == "MMT8" else (5, 15, 25, 40)
    return Fraction(5, 2) * TWO_AND_A_HALF[code][sum(percent > cut for cut in cuts)]


@cache
def span(code: str, before: object, after: object, sides: int) -> tuple[Fraction, Fraction]:
    """The least and the most that a measure could earn."""
    befores, afters = stand_ins(code, before, sides), stand_ins(code, after, sides)
    found = [points(code, b, f, sides) for b in befores for f in afters]
    return min(found), max(found)


def second_opinion(name: str, before: tuple, after: tuple, sides: int, zero: str, normal: str, missing: str) -> int:
    """The verdict: 1, 0, or -1 where it cannot be decided."""
    pairs = list(zip(CODES, before, after, strict=True))
    gaps = [b is None or f is None for _, b, f in pairs]
    if any(gaps) and missing == "non_responder":
        return 0
    if name in SCORED:
        none = (Fraction(0), Fraction(0))
        spans = [
            none if gap and missing == "not_counted" else span(code, b, f, sides)
            for gap, (code, b, f) in zip(gaps, pairs, strict=True)
        ]
        verdicts = {sum(reach[k] for reach in spans) >= SCORED[name] for k in (0, 1)}
    else:
        states = [
            frozenset({"same"}) if gap and missing == "not_counted" else possible(name, code, b, f, sides, zero, normal)
            for gap, (code, b, f) in zip(gaps, pairs, strict=True)
        ]
        verdicts = {counted(name, combined) for combined in itertools.product(*states)}
    return -1 if len(verdicts) > 1 else int(verdicts.pop())


def draw(
    n: int, sides: int, seed: int, gaps: float, twice: bool = False
) -> tuple[np.ndarray, np.ndarray, dict[str, list]]:
    """Random patients on the grid, as places in the lists of values (-1 missing); many near a threshold."""
    rng = np.random.default_rng(seed)
    lists = {code: values_of(code, sides) for code in CODES}
    before, after = np.empty((n, 6), dtype=np.int64), np.empty((n, 6), dtype=np.int64)
    for j, code in enumerate(CODES):
        numbers = np.array([float(value) for value in lists[code]])
        before[:, j] = rng.integers(len(numbers), size=n)
        share = rng.choice([-0.5, -0.31, -0.3, -0.26, -0.25, -0.24, 0, 0.19, 0.2, 0.21, 0.5, 1], size=n)
        sign = 1 if code == "MMT8" else -1
        wanted = numbers[before[:, j]] * (1 + sign * share)
        near = np.clip(np.searchsorted(numbers, wanted - 1e-9), 0, len(numbers) - 1)
        after[:, j] = np.where(rng.random(n) < 0.75, near, rng.integers(len(numbers), size=n))
    for visit in (before, after):
        visit[rng.random((n, 6)) < gaps] = -1
    if not twice:  # a measure missing at both visits has tens of thousands of completions
        after = np.where((before < 0) & (after < 0), 0, after)
    return before, after, lists


def compare(
    name: str, n: int, *, sides: int, zero: str, normal: str, missing: str, gaps: float, seed: int, twice: bool = False
) -> None:
    """Both implementations on `n` random patients."""
    before, after, lists = draw(n, sides, seed, gaps, twice)
    public = [[*lists[code], None] for code in CODES]
    units = [np.array([int(value * GRID[code]) for value in lists[code]] + [-1]) for code in CODES]
    visits = [np.stack([units[j][visit[:, j]] for j in range(6)], axis=1) for visit in (before, after)]
    options = ResponseOptions(sides, zero, normal, missing)
    found = judge(*visits, load_response(name), options, uln=2000, enzyme_multiple=15).response
    rows = [
        (tuple(public[j][i] for j, i in enumerate(b)), tuple(public[j][i] for j, i in enumerate(f)))
        for b, f in zip(before.tolist(), after.tolist(), strict=True)
    ]
    expected = [second_opinion(name, b, f, sides, zero, normal, missing) for b, f in rows]
    wrong = np.flatnonzero(found != np.array(expected))
    assert not len(wrong), (rows[wrong[0]], int(found[wrong[0]]), expected[wrong[0]])
    # the sample must be one that can tell the definitions apart
    assert 0.01 < (found == 1).mean() < 0.99


SETTINGS = [
    (150, "strict", "counts", "undecided", 0.0),
    (80, "ignore", "counts", "undecided", 0.05),
    (150, "absolute", "never improves", "undecided", 0.05),
    (150, "strict", "never improves", "not_counted", 0.05),
    (80, "absolute", "counts", "non_responder", 0.02),
]


@pytest.mark.parametrize("name", [*COUNTED, *SCORED])
@pytest.mark.parametrize(("sides", "zero", "normal", "missing", "gaps"), SETTINGS)
def test_both_implementations_agree(name: str, sides: int, zero: str, normal: str, missing: str, gaps: float) -> None:
    """600 random patients get the same verdict from both, under every definition and several sets of choices."""
    compare(name, 600, sides=sides, zero=zero, normal=normal, missing=missing, gaps=gaps, seed=2026)


@pytest.mark.slow
@pytest.mark.parametrize("name", [*COUNTED, *SCORED])
def test_both_implementations_agree_on_a_million_patients(name: str) -> None:
    """A million random patients get the same verdict from both, in blocks that go through the sets of choices."""
    for block in range(20):
        sides, zero, normal, missing, gaps = SETTINGS[block % len(SETTINGS)]
        compare(name, 50_000, sides=sides, zero=zero, normal=normal, missing=missing, gaps=gaps, seed=block, twice=True)


@pytest.mark.parametrize("name", ["IMACS-2004", "NCT04946669", "TIS-MODERATE"])
def test_both_faces_agree_with_the_second_implementation(name: str) -> None:
    """Through public values, one at a time and as a table, the verdicts are those of the second implementation."""
    before, after, lists = draw(60, 150, 7, 0.04)
    records, expected = [], []
    for i, (b, f) in enumerate(zip(before.tolist(), after.tolist(), strict=True)):
        visits = []
        for places in (b, f):
            visits.append(tuple(None if k < 0 else lists[code][k] for code, k in zip(CODES, places, strict=True)))
        if all(value is None for value in visits[0]) or all(value is None for value in visits[1]):
            continue
        answer = second_opinion(name, *visits, 150, "strict", "counts", "undecided")
        expected.append(answer)
        start, end = (
            {code: None if value is None else float(value) for code, value in zip(CODES, visit, strict=True)}
            for visit in visits
        )
        alone = assess_patient(start, end, name, enzyme_uln=200)
        assert (-1 if alone.responded is None else int(alone.responded)) == answer
        records += [
            (f"P{i}", week, "CK" if code == "ENZYME" else code, value, 200.0)
            for week, visit in ((0, start), (12, end))
            for code, value in visit.items()
        ]
    table = pd.DataFrame(records, columns=["SUBJID", "AVISITN", "PARAMCD", "AVAL", "ANRHI"])
    found = assess_response(table, name, enzyme="CK")["response"]
    assert [-1 if verdict is pd.NA else int(verdict) for verdict in found] == expected
