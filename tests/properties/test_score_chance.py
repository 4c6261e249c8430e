"""The score and its chances: every pair on the grid, every sum, every completion."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialsim.errors import TrialsimError
from trialsim.facts.points_table import load_points
from trialsim.facts.responses import load_response
from trialsim.rules.score_chance import score_distribution_given, score_probability_given
from trialsim.rules.score_points import points_of, score_verdicts

TABLE = load_points("acr_eular_2016")
LEVELS = [("TIS-MINIMAL", 20), ("TIS-MODERATE", 40), ("TIS-MAJOR", 60)]
VAS = list(range(101))
HAQ = sorted({n * part for part in (21, 24, 28) for n in range(504 // part + 1)})


def exact_points(code: str, gain: int, full: int) -> Fraction:
    """The table's points for a gain, in fractions."""
    row = TABLE.items.index(code)
    percent = Fraction(100 * gain, full)
    return max(
        (p for a, p in zip(TABLE.above[row], TABLE.points[row], strict=True) if percent > a), default=Fraction(0)
    )


@pytest.mark.parametrize(
    ("code", "values", "full", "sides"),
    [
        ("PHGA", VAS, 100, 150),
        ("PTGA", VAS, 100, 150),
        ("EMGA", VAS, 100, 150),
        ("HAQDI", HAQ, 504, 150),
        ("MMT8", list(range(151)), 150, 150),
        ("MMT8", list(range(81)), 80, 80),
        ("ENZYME", [0, 10, 150, 151, 450, 451, 749, 750, 751, 1199, 1200, 1201, 2999, 3000, 9000], 3000, 150),
    ],
)
def test_every_pair_on_the_grid_earns_what_fractions_say(code: str, values: list[int], full: int, sides: int) -> None:
    """For every pair of values the points are those of exact arithmetic, with bands closed on the right."""
    place = TABLE.items.index(code)
    pairs = list(itertools.product(values, values))
    baseline, followup = (np.full((len(pairs), 6), 30) for _ in range(2))
    baseline[:, place], followup[:, place] = np.array(pairs).T
    found = points_of(baseline, followup, TABLE, mmt8_max=sides, uln=200, enzyme_multiple=15)
    sign = 1 if code == "MMT8" else -1
    expected = [int(exact_points(code, sign * (f - b), full) / TABLE.unit) for b, f in pairs]
    assert found.earned[:, place].tolist() == expected


def test_pairs_that_floats_misjudge_stay_in_their_band() -> None:
    """In floats 1.1 to 0.6 cm is 5.000000000000001 % and earns points; on the grid it is 5 % and earns none."""
    assert (1.1 - 0.6) / 10 * 100 > 5
    misjudged = [
        (b, f)
        for b, f in itertools.product(VAS, VAS)
        for edge in (5, 15, 25, 40)
        if b - f == edge and (b / 10 - f / 10) / 10 * 100 > edge
    ]
    assert len(misjudged) >= 26
    baseline, followup = (np.array([[b] * 6 for b in numbers]) for numbers in zip(*misjudged, strict=True))
    found = points_of(baseline, followup, TABLE, uln=200, enzyme_multiple=15).earned[:, 0]
    steps = {5: 0, 15: 3, 25: 6, 40: 7}
    assert found.tolist() == [steps[b - f] for b, f in misjudged]


CHANCES = st.lists(st.lists(st.integers(0, 8), min_size=5, max_size=5).filter(any), min_size=6, max_size=6)


@settings(deadline=None, max_examples=25)
@given(CHANCES)
def test_the_chance_is_the_sum_over_all_bands(weights: list[list[int]]) -> None:
    """The convolution equals the sum over all combinations of bands, for every score and every cut-off."""
    chances = np.array([[share / sum(row) for share in row] for row in weights])
    expected = np.zeros(41)
    worth = [[0, *(int(p / TABLE.unit) for p in row)] for row in TABLE.points]
    grid = np.array(list(itertools.product(range(5), repeat=6)))
    totals = sum(np.array(worth[j])[grid[:, j]] for j in range(6))
    weight = np.prod([chances[j][grid[:, j]] for j in range(6)], axis=0)
    np.add.at(expected, totals, weight)
    np.testing.assert_allclose(score_distribution_given(chances, TABLE), expected, rtol=0, atol=1e-14)
    for name, cutoff in LEVELS:
        chance = expected[int(cutoff / 2.5) :].sum()
        assert score_probability_given(chances, name) == pytest.approx(chance, rel=0, abs=1e-14)


VALUES = st.tuples(*[st.sampled_from([*values, *[-1] * 20]) for values in (VAS, VAS, VAS, HAQ, range(6000), VAS)])


@settings(deadline=None, max_examples=60)
@given(VALUES, VALUES, st.sampled_from(LEVELS))
def test_an_open_score_is_one_that_completions_disagree_on(
    baseline: tuple[int, ...], followup: tuple[int, ...], level: tuple[str, int]
) -> None:
    """With measures missing the verdict is open exactly when the worst and the best completion differ."""
    definition = load_response(level[0])
    found = points_of(baseline, followup, TABLE, uln=200, enzyme_multiple=15)
    least, most = Fraction(0), Fraction(0)
    for code, b, f, full in zip(TABLE.items, baseline, followup, (100, 100, 150, 504, 3000, 100), strict=True):
        top = 10**8 if code == "ENZYME" else full
        stand_ins = [0, top]
        gains = [(y - x) if code == "MMT8" else (x - y)
                 for x in ([b] if b >= 0 else stand_ins) for y in ([f] if f >= 0 else stand_ins)]  # fmt: skip
        points = [exact_points(code, gain, full) for gain in gains]
        least, most = least + min(points), most + max(points)
    answers = {least >= level[1], most >= level[1]}
    expected = -1 if len(answers) > 1 else int(answers.pop())
    assert score_verdicts(found, definition).response == expected


@settings(deadline=None)
@given(VALUES.filter(lambda v: -1 not in v), VALUES.filter(lambda v: -1 not in v), st.sampled_from(LEVELS))
def test_the_verdict_is_the_chance_with_certain_bands(
    baseline: tuple[int, ...], followup: tuple[int, ...], level: tuple[str, int]
) -> None:
    """With all chance on the bands that the measures lie in, the chance is the verdict."""
    definition = load_response(level[0])
    bands = np.zeros((6, 5))
    for j, (code, full) in enumerate(zip(TABLE.items, (100, 100, 150, 504, 3000, 100), strict=True)):
        gain = (followup[j] - baseline[j]) * (1 if code == "MMT8" else -1)
        bands[j, sum(Fraction(100 * gain, full) > above for above in TABLE.above[j])] = 1
    found = points_of(baseline, followup, TABLE, uln=200, enzyme_multiple=15)
    assert score_probability_given(bands, definition) == score_verdicts(found, definition).response


@pytest.mark.parametrize(
    ("chances", "definition", "message"),
    [
        ([[0.2] * 5] * 5, "TIS-MAJOR", r"shape \(\.\.\., 6, 5\)"),
        ([[0.3] * 5] * 6, "TIS-MAJOR", "sum to 1"),
        ([[1.2, -0.2, 0, 0, 0]] * 6, "TIS-MAJOR", "chances from 0 to 1"),
        ([[float("nan")] * 5] * 6, "TIS-MAJOR", "chances from 0 to 1"),
        ([["a"] * 5] * 6, "TIS-MAJOR", "chances from 0 to 1"),
        ([[0.2] * 5] * 6, "IMACS-2004", "a definition that scores"),
    ],
)
def test_chances_that_are_none_are_refused(chances: list[list[float]], definition: str, message: str) -> None:
    """Chances that do not fit the table's bands are refused."""
    with pytest.raises(TrialsimError, match=message):
        score_probability_given(chances, definition)
