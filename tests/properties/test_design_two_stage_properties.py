"""What must hold for every two-stage design, whatever the numbers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialsim.design import (
    TwoStage,
    find_single_stage,
    find_two_stage,
    operating_characteristics,
    single_stage,
    two_stage_analysis,
    two_stage_frontier,
)

rates = st.floats(0.01, 0.99)


@st.composite
def designs(draw):
    """Any two-stage design of up to 60 patients."""
    n = draw(st.integers(2, 60))
    n1 = draw(st.integers(1, n - 1))
    continue_at = draw(st.integers(0, n1))
    min_responders = draw(st.integers(max(1, continue_at), n))
    return TwoStage(n1=n1, continue_at=continue_at, n=n, min_responders=min_responders, p0=draw(rates))


@settings(deadline=None)
@given(design=designs(), p=rates)
def test_endings_sum_to_power_and_expected_size(design, p):
    """The chances of all endings sum to one, those of success to the power, their sizes to the expected size."""
    ends = design.outcomes()
    chance = ends.probabilities(p)
    assert chance.sum() == pytest.approx(1, abs=1e-10)
    assert chance[ends.success].sum() == pytest.approx(design.power(p), abs=1e-10)
    assert chance @ ends.n_observed == pytest.approx(design.expected_n(p), abs=1e-9)
    assert chance[ends.n_observed == design.n1].sum() == pytest.approx(design.stop_probability(p), abs=1e-10)


@settings(deadline=None)
@given(design=designs(), p=st.lists(rates, min_size=2, max_size=4))
def test_power_rises_with_the_true_rate(design, p):
    """A better drug never has a smaller chance of success, nor a larger one to stop early."""
    ordered = np.sort(p)
    assert (np.diff(design.power(ordered)) >= -1e-13).all()
    assert (np.diff(design.stop_probability(ordered)) <= 1e-13).all()


@settings(deadline=None)
@given(design=designs(), p=rates)
def test_without_a_look_it_is_a_single_stage(design, p):
    """A design that goes on whatever happens has the power of a single stage; a look can only take power away."""
    open_design = TwoStage(design.n1, 0, design.n, design.min_responders, design.p0)
    ends = single_stage(design.n, design.p0).outcomes()
    alone = ends.probabilities(p)[design.min_responders :].sum()
    assert open_design.power(p) == pytest.approx(alone, abs=1e-10)
    assert design.power(p) <= alone + 1e-10


@settings(max_examples=40, deadline=None)
@given(p0=st.floats(0.05, 0.6), more=st.floats(0.15, 0.35), alpha=st.floats(0.01, 0.2), power=st.floats(0.6, 0.95))
def test_found_designs_keep_their_promises(p0, more, alpha, power):
    """Errors are kept; optimal expects least, minimax needs least, admissible lies between; both beat one stage."""
    problem = (p0, p0 + more, alpha, power)
    optimal = find_two_stage(*problem, n_max=400)
    minimax = find_two_stage(*problem, criterion="minimax", n_max=400)
    between = find_two_stage(*problem, criterion="admissible", weight=0.3, n_max=400)
    for design in (optimal, minimax, between):
        assert design.attained_alpha <= alpha * (1 + 1e-11)
        assert design.power(p0 + more) >= power * (1 - 1e-11)
    assert minimax.n <= between.n <= optimal.n
    assert optimal.expected_n(p0) <= between.expected_n(p0) + 1e-9 <= minimax.expected_n(p0) + 2e-9
    assert minimax.n <= find_single_stage(*problem).n + 1
    assert not optimal.note


@settings(max_examples=25, deadline=None)
@given(p0=st.floats(0.05, 0.6), more=st.floats(0.15, 0.35), power=st.floats(0.6, 0.95))
def test_the_frontier_runs_from_minimax_to_optimal(p0, more, power):
    """Along the frontier n rises, the expected size falls, and the weights cover 0 to 1 without a gap."""
    table = two_stage_frontier(p0, p0 + more, 0.05, power, n_max=400)
    assert table.n.is_monotonic_increasing and table.expected_n.is_monotonic_decreasing
    assert table.weight_to.iloc[0] == 1 and table.weight_from.iloc[-1] == 0
    assert table.weight_from.iloc[:-1].tolist() == table.weight_to.iloc[1:].tolist()
    assert (table.weight_from < table.weight_to).all()


@settings(max_examples=12, deadline=None)
@given(design=designs(), p=rates)
def test_the_estimate_is_without_bias(design, p):
    """The UMVUE averages to the true rate under every design; the naive estimate is never above it on average."""
    ends = design.outcomes()
    chance = ends.probabilities(p)
    results = [
        two_stage_analysis(design, int(x), int(n)) for x, n in zip(ends.responders, ends.n_observed, strict=True)
    ]
    assert chance @ [a.umvue for a in results] == pytest.approx(p, abs=1e-9)
    assert chance @ [a.mle for a in results] <= p + 1e-9
    assert chance @ [a.mle for a in results] == pytest.approx(
        operating_characteristics(design, [p]).expected_estimate[0], abs=1e-12
    )


@settings(max_examples=12, deadline=None)
@given(design=designs())
def test_limits_and_p_values_follow_the_order_of_outcomes(design):
    """A higher outcome has a smaller p-value and higher limits; the conservative interval holds the usual one."""
    ends = design.outcomes()
    results = [
        two_stage_analysis(design, int(x), int(n)) for x, n in zip(ends.responders, ends.n_observed, strict=True)
    ]
    assert (np.diff([a.p_value for a in results]) <= 1e-12).all()
    for limits in ("interval", "interval_conservative"):
        assert (np.diff([getattr(a, limits).low for a in results]) >= -1e-12).all()
        assert (np.diff([getattr(a, limits).high for a in results]) >= -1e-12).all()
    assert all(a.interval.high <= a.interval_conservative.high + 1e-12 for a in results)
    assert all(a.interval.low <= a.interval.high for a in results)


def test_exact_errors_agree_with_simulated_trials():
    """Success, stopping and size lie within four standard errors of 200,000 simulated trials."""
    design, trials, p = TwoStage(n1=19, continue_at=5, n=54, min_responders=16, p0=0.2), 200_000, 0.3
    random = np.random.default_rng(54)
    first, second = random.binomial(19, p, trials), random.binomial(35, p, trials)
    goes_on = first >= 5
    success = goes_on & (first + second >= 16)
    for share, exact in ((success.mean(), design.power(p)), (1 - goes_on.mean(), design.stop_probability(p))):
        assert abs(share - exact) < 4 * np.sqrt(exact * (1 - exact) / trials)
    size = np.where(goes_on, 54, 19)
    assert abs(size.mean() - design.expected_n(p)) < 4 * size.std() / np.sqrt(trials)
