"""Bayesian designs, widths and pilots against numbers from other software and exact fractions."""

from fractions import Fraction
from math import comb
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from trialsim.design import (
    assurance,
    bayes_monitoring,
    bayes_single_arm,
    find_two_stage,
    interval_precision,
    safety_rule,
    single_stage,
    two_arm_pilot,
)

ORACLES = Path(__file__).parent / "oracles"
BAYES = pd.read_csv(ORACLES / "bayes.csv")
PRECISION = pd.read_csv(ORACLES / "precision.csv")


def test_posterior_and_predictive_probabilities():
    """Posterior probability, mean, interval and predictive probability equal the reference in every row."""
    found = []
    for row in BAYES.itertuples():
        design = bayes_single_arm(row.N, prior=(row.a, row.b), p0=row.p0, cutoff=row.theta)
        belief = design.posterior(row.x, row.n)
        ahead = design.predictive_probability(row.x, row.n)
        found.append((design.posterior_probability(row.x, row.n), belief.mean, *belief.interval(), ahead))
    expected = BAYES[["post_gt_p0", "post_mean", "eq_lo95", "eq_hi95", "pred_prob"]]
    assert len(found) == 432
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-9)


def test_predictive_probability_in_exact_fractions():
    """16 of 23 seen, 40 planned, prior Beta(0.6, 0.4), p0 = 0.6, cutoff 0.9: equal to a sum of exact fractions."""
    design = bayes_single_arm(40, prior=(0.6, 0.4), p0=0.6, cutoff=0.9)
    a, b, left = Fraction(6, 10) + 16, Fraction(4, 10) + 7, 17

    def rising(start, steps):
        product = Fraction(1)
        for i in range(steps):
            product *= start + i
        return product

    chance = [comb(left, y) * rising(a, y) * rising(b, left - y) / rising(a + b, left) for y in range(left + 1)]
    assert sum(chance) == 1
    exact = float(sum(chance[y] for y in range(left + 1) if 16 + y >= design.min_responders))
    assert design.posterior_probability(design.min_responders) > 0.9
    assert design.posterior_probability(design.min_responders - 1) <= 0.9
    assert design.predictive_probability(16, 23) == pytest.approx(exact, abs=1e-12)


def test_a_published_design_with_predictive_probability():
    """36 patients, looks from the tenth on, stop below 0.001: the error rates of the published design."""
    plan = bayes_monitoring(
        bayes_single_arm(36, prior=(0.2, 0.8), p0=0.2, cutoff=0.9), looks=range(10, 36), futility=0.001
    )
    assert round(plan.attained_alpha, 3) == 0.088
    assert round(plan.power(0.4), 3) == 0.906
    assert round(plan.stop_probability(0.2), 3) == 0.857
    assert round(plan.expected_n(0.2), 1) == 27.7


def test_widths():
    """Expected and largest half-width, coverage, and the chances of a narrow or a high interval equal the reference."""
    for row in PRECISION.itertuples():
        keys = {"level": row.level, "method": row.method.replace("_", "-")}
        for width, exceeds in ((20, 20), (22, 30), (25, 30)):
            found = interval_precision(row.n, [row.p], half_width=width / 100, exceeds=exceeds / 100, **keys).iloc[0]
            np.testing.assert_allclose(
                found.to_numpy()[1:],
                [
                    row.coverage,
                    row.E_halfwidth,
                    row.max_halfwidth,
                    getattr(row, f"P_hw_le_{width}"),
                    getattr(row, f"P_lower_gt_{exceeds}"),
                ],
                rtol=0,
                atol=1e-9,
            )


@pytest.mark.parametrize(
    ("method", "least", "widest"),
    [
        ("clopper-pearson", 0.958, 0.228),
        ("wilson-corrected", 0.955, None),
        ("mid-p", 0.929, None),
        ("agresti-coull", 0.929, None),
        ("wilson", 0.900, 0.201),
        ("jeffreys", 0.894, None),
        ("wald", 0.182, None),
    ],
)
def test_least_coverage_with_twenty_patients(method, least, widest):
    """With 20 patients at 95 %: the least coverage over true rates from 0.01 to 0.99, and the widest interval."""
    table = interval_precision(20, np.linspace(0.01, 0.99, 981), method=method)
    assert table.coverage.min() == pytest.approx(least, abs=0.001)
    assert widest is None or round(table.largest_half_width[0], 3) == widest


def test_the_pilot_of_the_same_twenty_patients():
    """Ten against ten, one-sided Fisher at 0.05: power 0.126 at 0.30 against 0.50, and p-values in exact fractions."""
    pilot = two_arm_pilot(10, 10)
    assert round(pilot.power(0.30, 0.50), 3) == 0.126
    for control, treated in ((3, 7), (0, 4), (1, 6), (5, 10), (10, 0)):
        together = control + treated
        ways = sum(comb(10, k) * comb(10, together - k) for k in range(treated, min(10, together) + 1))
        assert pilot.p_value(control, treated) == pytest.approx(float(Fraction(ways, comb(20, together))), rel=1e-11)


@pytest.mark.parametrize("prior", [(1, 1), (5, 5), (0.5, 2)])
def test_assurance_is_power_averaged_over_the_prior(prior):
    """The closed form equals numerical integration of power times the prior density, for each kind of design."""
    from scipy.integrate import quad
    from scipy.stats import beta

    bayesian = bayes_single_arm(20, p0=0.3, cutoff=0.95)
    for design in (
        single_stage(20, 0.3),
        find_two_stage(0.2, 0.4, 0.05, 0.8),
        bayesian,
        bayes_monitoring(bayesian, [10, 15], efficacy=0.99),
    ):
        integral = quad(lambda p, d=design: d.power(p) * beta.pdf(p, *prior), 0, 1, epsabs=1e-11, limit=200)[0]
        assert assurance(design, prior=prior) == pytest.approx(integral, abs=1e-7)


def test_looks_against_every_possible_order():
    """Endings of a monitored trial of ten patients equal those found by playing all 1,024 orders of responders."""
    design = bayes_single_arm(10, p0=0.3, cutoff=0.9)
    plan = bayes_monitoring(design, [3, 5, 8], futility=0.2, efficacy=0.95)
    table = plan.boundaries().set_index("n")
    p, success, size = 0.45, 0.0, 0.0
    for order in range(1024):
        responses = [(order >> i) & 1 for i in range(10)]
        chance = p ** sum(responses) * (1 - p) ** (10 - sum(responses))
        for seen in (3, 5, 8, 10):
            x, (low, high) = sum(responses[:seen]), table.loc[seen]
            above = not pd.isna(high) and x >= high
            if above or (not pd.isna(low) and x <= low):
                success, size = success + chance * above, size + chance * seen
                break
    assert plan.power(p) == pytest.approx(success, abs=1e-12)
    assert plan.expected_n(p) == pytest.approx(size, abs=1e-12)


def test_a_safety_rule_agrees_with_simulated_trials():
    """The chance to stop and the patients treated lie within four standard errors of simulated trials."""
    rule, trials = safety_rule(20, acceptable=0.1, looks=[5, 10, 15]), 100_000
    events = (np.random.default_rng(7).random((trials, 20)) < 0.2).cumsum(axis=1)
    over = np.stack([events[:, m - 1] >= k for m, k in zip(rule.looks, rule.stop_at, strict=True)], axis=1)
    stopped, size = over.any(axis=1), np.where(over.any(axis=1), np.array(rule.looks)[over.argmax(axis=1)], 20)
    exact = rule.stop_probability(0.2)
    assert abs(stopped.mean() - exact) < 4 * np.sqrt(exact * (1 - exact) / trials)
    assert abs(size.mean() - rule.expected_n(0.2)) < 4 * size.std() / np.sqrt(trials)
