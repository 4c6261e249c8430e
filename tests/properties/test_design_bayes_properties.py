"""What must hold for every Bayesian design, every look, width and pilot, whatever the numbers."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.special import betaincc

from trialsim.design import (
    assurance,
    bayes_monitoring,
    bayes_single_arm,
    chance_of_any_event,
    find_n_for_width,
    interval_precision,
    patients_to_see_one,
    power_by_n,
    prior_from_arm,
    prior_from_mean,
    safety_rule,
    single_stage,
    two_arm_pilot,
)

rates = st.floats(0.02, 0.98)
shapes = st.floats(0.1, 20)


@st.composite
def arms(draw):
    """Any Bayesian single arm of up to 40 patients."""
    n, prior = draw(st.integers(2, 40)), (draw(shapes), draw(shapes))
    p0, cutoff = draw(rates), draw(st.floats(0.5, 0.99))
    assume(betaincc(prior[0], prior[1] + n, p0) < 0.999 * cutoff)  # a prior that the trial can contradict
    return bayes_single_arm(n, prior=prior, p0=p0, cutoff=cutoff)


@settings(deadline=None)
@given(design=arms(), data=st.data())
def test_predictive_probability_is_the_posterior_decision_seen_ahead(design, data):
    """It rises with responders, is sure at the end, and is its own average over the next patient."""
    n = data.draw(st.integers(0, design.n - 1))
    x = data.draw(st.integers(0, n))
    now, belief = design.predictive_probability(x, n), design.posterior(x, n)
    ahead = [design.predictive_probability(x + response, n + 1) for response in (0, 1)]
    assert ahead[0] <= now + 1e-12 and now <= ahead[1] + 1e-12
    assert now == pytest.approx((1 - belief.mean) * ahead[0] + belief.mean * ahead[1], abs=1e-11)
    ends = [design.predictive_probability(y, design.n) for y in range(design.n + 1)]
    assert ends == [float(y >= design.min_responders) for y in range(design.n + 1)]


@settings(deadline=None, max_examples=40)
@given(design=arms(), p=rates, futility=st.floats(0, 0.3))
def test_looks_for_futility_only_take_success_away(design, p, futility):
    """Stopping for futility lowers power and size; endings sum to one; a look that never stops changes nothing."""
    plan = bayes_monitoring(design, range(1, design.n), futility=futility)
    assert plan.outcomes().probabilities(p).sum() == pytest.approx(1, abs=1e-10)
    assert plan.power(p) <= design.power(p) + 1e-12
    assert plan.expected_n(p) <= design.n + 1e-9
    assert bayes_monitoring(design, [1], futility=0).power(p) == pytest.approx(design.power(p), abs=1e-11)


@settings(deadline=None)
@given(n=st.integers(1, 60), p0=rates, p=rates)
def test_assurance_of_a_sure_prior_is_power(n, p0, p):
    """With a prior that weighs as much as a million patients, assurance is the power at its mean."""
    design = single_stage(n, p0)
    assert assurance(design, prior_from_mean(p, 900_000)) == pytest.approx(design.power(p), abs=0.001)


@given(x=st.integers(0, 30), weight=st.floats(0, 1))
def test_a_discounted_arm_weighs_its_share(x, weight):
    """The prior from an arm of 30 weighs two patients plus the discounted 30, and leans to the arm's rate."""
    belief = prior_from_arm(x, 30, weight=weight)
    assert belief.effective_n == pytest.approx(2 + 30 * weight)
    assert min(0.5, x / 30) - 1e-12 <= belief.mean <= max(0.5, x / 30) + 1e-12


@settings(deadline=None)
@given(n=st.integers(2, 40), acceptable=st.floats(0.1, 0.4), p=st.lists(rates, min_size=2, max_size=4))
def test_a_safety_rule_stops_worse_drugs_more_often(n, acceptable, p):
    """The chance to stop rises with the event rate, and the size falls."""
    rule = safety_rule(n, acceptable=acceptable)
    ordered = np.sort(p)
    assert (np.diff(rule.stop_probability(ordered)) >= -1e-12).all()
    assert (np.diff(rule.expected_n(ordered)) <= 1e-9).all()


@given(rate=rates, chance=st.floats(0.1, 0.99))
def test_patients_to_see_one_is_the_smallest(rate, chance):
    """With that many patients the chance of an event reaches what was asked; with one fewer it does not."""
    n = patients_to_see_one(rate, chance)
    assert chance_of_any_event(rate, n) >= chance - 1e-12
    assert n == 1 or chance_of_any_event(rate, n - 1) < chance


@settings(deadline=None, max_examples=20)
@given(rate=rates, half_width=st.floats(0.08, 0.3))
def test_n_for_a_width_is_the_smallest(rate, half_width):
    """The n that is found is narrow enough and the n before is not, for the expected width and for the chance of it."""
    plan = find_n_for_width(rate, half_width)
    expected = [interval_precision(n, [rate]).expected_half_width[0] for n in range(max(1, plan.n - 1), plan.n + 1)]
    assert expected[-1] <= half_width + 1e-12
    assert plan.n == 1 or expected[0] > half_width
    sure = find_n_for_width(rate, half_width, chance=0.95)
    assert interval_precision(sure.n, [rate], half_width=half_width).chance_narrow_enough[0] >= 0.95 - 1e-12


@settings(deadline=None)
@given(n=st.tuples(st.integers(1, 15), st.integers(1, 15)), p=rates, alpha=st.sampled_from([0.025, 0.05, 0.1]))
def test_a_pilot_keeps_alpha_whatever_the_common_rate(n, p, alpha):
    """Without a difference the pilot succeeds at most as often as allowed."""
    assert two_arm_pilot(*n, alpha).power(p, p) <= alpha + 1e-12


@settings(deadline=None)
@given(n=st.integers(1, 100), p0=rates, alpha=st.sampled_from([0.05, 0.1]))
def test_a_two_sided_test_mirrors(n, p0, alpha):
    """It keeps alpha, and swapping responders with non-responders swaps better and worse."""
    design, mirrored = single_stage(n, p0, alpha, sides=2), single_stage(n, 1 - p0, alpha, sides=2)
    assert design.attained_alpha <= alpha + 1e-12
    assert (design.worse_at, design.min_responders) == (n - mirrored.min_responders, n - mirrored.worse_at)


def test_power_by_n_is_a_sawtooth_round_the_normal_curve():
    """The exact power falls at some n; the normal approximation never does."""
    table = power_by_n(0.2, 0.4, 0.05, range(10, 60))
    assert (np.diff(table.power) < 0).any()
    assert (np.diff(table.normal_power) > 0).all()
    assert table.power.tolist() == [single_stage(n, 0.2).power(0.4) for n in range(10, 60)]
