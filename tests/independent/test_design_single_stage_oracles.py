"""Single-stage designs and intervals against numbers from other software."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from trialsim.design import find_single_stage, response_interval, single_stage, zero_events_bound
from trialsim.design.binomial import lower_tail, point_probability, upper_tail

ORACLES = Path(__file__).parent / "oracles"
SINGLE = pd.read_csv(ORACLES / "single.csv")
TWENTY = pd.read_csv(ORACLES / "n20.csv")
INTERVALS = pd.read_csv(ORACLES / "ci.csv")
METHOD_NAMES = {"wilson_cc": "wilson-corrected"}


@pytest.mark.parametrize(
    "row", list(SINGLE.itertuples(index=False)), ids=lambda row: f"{row.p0}-{row.p1}-{row.alpha}-{row.beta}"
)
def test_smallest_and_lasting_designs(row):
    """The smallest and the smallest lasting design, their errors and power, equal the reference in every row."""
    for lasting, n, r, alpha, power in (
        (False, row.n_min, row.r_reject, row.att_alpha, row.att_power),
        (True, row.n_sawtooth, row.r_saw, row.att_alpha_saw, row.att_power_saw),
    ):
        design = find_single_stage(row.p0, row.p1, row.alpha, 1 - row.beta, lasting=lasting)
        assert (design.n, design.min_responders) == (n, r)
        assert design.attained_alpha == pytest.approx(alpha, abs=1e-9)
        assert design.power(row.p1) == pytest.approx(power, abs=1e-9)


def test_power_of_twenty():
    """Threshold, attained error and power with 20 patients equal the reference in every row."""
    for (p0, alpha), rows in TWENTY.groupby(["p0", "alpha"]):
        design = single_stage(20, p0, alpha)
        assert set(rows.r_reject) == {design.min_responders}
        np.testing.assert_allclose(rows.att_alpha, design.attained_alpha, rtol=0, atol=1e-9)
        np.testing.assert_allclose(design.power(rows.p1.to_numpy()), rows.power, rtol=0, atol=1e-9)


@pytest.mark.parametrize("method", sorted(set(INTERVALS.method) - {"jeffreys_raw"}))
def test_intervals(method):
    """Both limits of every method equal the reference in every row."""
    rows = INTERVALS[INTERVALS.method == method]
    name = METHOD_NAMES.get(method, method.replace("_", "-"))
    found = np.array(
        [
            tuple(response_interval(x, n, level=level, method=name))
            for x, n, level in zip(rows.x, rows.n, rows.level, strict=True)
        ]
    )
    assert len(rows) == 4 * (21 + 11)
    np.testing.assert_allclose(found, rows[["lower", "upper"]], rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    ("p0", "threshold", "alpha", "powers"),
    [(0.20, 8, 0.032, {0.40: 0.584, 0.50: 0.868}), (0.30, 10, 0.048, {0.50: 0.588, 0.60: 0.872})],
)
def test_the_numbers_of_the_lesson(p0, threshold, alpha, powers):
    """Twenty patients against 0.20 and 0.30: the numbers that the fourth lesson is built on."""
    design = single_stage(20, p0)
    assert (design.min_responders, round(design.attained_alpha, 3)) == (threshold, alpha)
    assert {p1: round(design.power(p1), 3) for p1 in powers} == powers


def test_one_more_patient_can_be_worse():
    """At p0 = 0.30 and p1 = 0.50 twenty-one patients have less power than twenty."""
    assert round(single_stage(20, 0.3).power(0.5), 3) == 0.588
    assert round(single_stage(21, 0.3).power(0.5), 3) == 0.500


@pytest.mark.parametrize(("power", "first", "lasting"), [(0.8, (35, 12), (38, 13)), (0.9, (47, None), (50, None))])
def test_first_and_lasting_for_a_known_problem(power, first, lasting):
    """0.2 against 0.4 at alpha 0.05: the first n with the power and the n from which it lasts."""
    for wanted, (n, threshold) in ((False, first), (True, lasting)):
        design = find_single_stage(0.2, 0.4, 0.05, power, lasting=wanted)
        assert design.n == n
        assert threshold in (None, design.min_responders)


def test_zero_events_of_twenty():
    """Zero serious events among 20 still allow a rate of 14 in 100."""
    assert zero_events_bound(20) == pytest.approx(1 - 0.05 ** (1 / 20), abs=1e-15)
    assert round(zero_events_bound(20), 2) == 0.14


def test_tails_against_whole_number_arithmetic():
    """Tails and point probabilities equal sums of exact fractions to 1e-12, also for rare events in many patients."""
    from fractions import Fraction
    from math import comb

    for n, rate in ((20, Fraction(3, 10)), (117, Fraction(1, 20)), (400, Fraction(1, 2))):
        points = [comb(n, k) * rate**k * (1 - rate) ** (n - k) for k in range(n + 1)]
        k = np.arange(n + 1)
        above = np.array([float(sum(points[i:])) for i in k])
        below = np.array([float(sum(points[: i + 1])) for i in k])
        np.testing.assert_allclose(upper_tail(k, n, float(rate)), above, rtol=1e-11, atol=0)
        np.testing.assert_allclose(lower_tail(k, n, float(rate)), below, rtol=1e-11, atol=0)
        np.testing.assert_allclose(point_probability(k, n, float(rate)), [float(p) for p in points], rtol=1e-11, atol=0)
