"""What must hold for every single-stage design and every interval, whatever the numbers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialsim.design import find_single_stage, operating_characteristics, response_interval, single_stage
from trialsim.design.binomial import upper_tail

rates = st.floats(0.01, 0.99)
sizes = st.integers(1, 200)
alphas = st.sampled_from([0.01, 0.025, 0.05, 0.1, 0.2])
METHODS = ["clopper-pearson", "wilson", "wilson-corrected", "jeffreys", "mid-p", "agresti-coull", "wald"]


@settings(deadline=None)
@given(n=sizes, p0=rates, alpha=alphas)
def test_the_threshold_is_the_lowest_allowed(n, p0, alpha):
    """The attained error keeps to alpha, and one responder fewer would break it."""
    design = single_stage(n, p0, alpha)
    assert design.attained_alpha <= alpha
    assert upper_tail(design.min_responders - 1, n, p0) > alpha


@settings(deadline=None)
@given(n=sizes, p0=rates, p1=st.lists(rates, min_size=2, max_size=5))
def test_power_rises_with_the_true_rate(n, p0, p1):
    """A better drug never has a smaller chance of success."""
    assert (np.diff(single_stage(n, p0).power(np.sort(p1))) >= 0).all()


@settings(deadline=None)
@given(n=sizes, p0=rates, p1=rates)
def test_power_is_the_chance_of_the_successful_endings(n, p0, p1):
    """Power equals the summed chances of the successful endings, and all endings sum to one."""
    design = single_stage(n, p0)
    ends = design.outcomes()
    chance = ends.probabilities(p1)
    assert chance.sum() == pytest.approx(1, abs=1e-11)
    assert chance[ends.success].sum() == pytest.approx(design.power(p1), abs=1e-11)


@settings(max_examples=12, deadline=None)
@given(p0=st.floats(0.05, 0.5), more=st.floats(0.15, 0.4), alpha=alphas, power=st.floats(0.5, 0.95))
def test_smallest_and_lasting_n(p0, more, alpha, power):
    """No smaller n has the power; from the lasting n on every n has it, and the n just before does not."""
    p1 = p0 + more
    first = find_single_stage(p0, p1, alpha, power)
    lasting = find_single_stage(p0, p1, alpha, power, lasting=True)
    reached = np.array([single_stage(n, p0, alpha).power(p1) >= power * (1 - 1e-12) for n in range(1, 501)])
    assert first.n == np.flatnonzero(reached)[0] + 1
    assert lasting.n >= first.n
    assert reached[lasting.n - 1 :].all()
    assert lasting.n == 1 or not reached[lasting.n - 2]


@pytest.mark.parametrize("method", METHODS)
@settings(deadline=None)
@given(n=st.integers(1, 300), share=st.floats(0, 1), level=st.floats(0.5, 0.99))
def test_intervals_are_sane(method, n, share, level):
    """An interval holds the observed rate, mirrors when successes and failures swap, grows with its level."""
    x = round(share * n)
    interval = response_interval(x, n, level=level, method=method)
    mirrored = response_interval(n - x, n, level=level, method=method)
    wider = response_interval(x, n, level=(1 + level) / 2, method=method)
    assert interval.low <= x / n + 1e-12 and x / n <= interval.high + 1e-12
    assert interval.low == pytest.approx(1 - mirrored.high, abs=1e-9)
    # Agresti-Coull limits that lie outside 0 to 1 need not be nested there: no rate is.
    assert max(wider.low, 0) <= max(interval.low, 0) + 1e-12
    assert min(interval.high, 1) <= min(wider.high, 1) + 1e-12


@given(n=st.integers(1, 60), p=rates)
@settings(max_examples=50, deadline=None)
def test_clopper_pearson_never_covers_too_little(n, p):
    """The exact interval contains the true rate at least as often as it says."""
    row = operating_characteristics(single_stage(n, 0.3), [p]).iloc[0]
    assert row.coverage >= 0.95 - 1e-9
    assert row.expected_estimate == pytest.approx(p, abs=1e-9)
    assert row.expected_n == pytest.approx(n)


def test_exact_power_agrees_with_simulated_trials():
    """Exact power lies within four standard errors of the share of simulated trials that succeed."""
    design, trials = single_stage(20, 0.3), 200_000
    responders = np.random.default_rng(20).binomial(20, 0.5, trials)
    share = (responders >= design.min_responders).mean()
    exact = design.power(0.5)
    assert abs(share - exact) < 4 * np.sqrt(exact * (1 - exact) / trials)
