"""The interval beside a test says what the test says, for every design on a grid."""

import numpy as np
import pytest

from trialsim.design import (
    bayes_single_arm,
    decision_interval,
    decision_level,
    find_bayes_cutoff,
    find_single_stage,
    find_two_stage,
    response_interval,
    single_stage,
    two_stage_analysis,
    two_stage_frontier,
)
from trialsim.design.binomial import upper_tail
from trialsim.design.two_stage import TwoStage
from trialsim.errors import TrialsimError

P0S = [0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.85]
ALPHAS = [0.01, 0.025, 0.05, 0.1, 0.2]


@pytest.mark.parametrize("alpha", ALPHAS)
def test_the_interval_of_level_one_minus_two_alpha_excludes_p0_exactly_after_a_success(alpha):
    """Clopper-Pearson as it is printed, over n, p0 and every count: limit above p0 if and only if success."""
    compared = 0
    for n in [*range(1, 41), 60, 97]:
        for p0 in P0S:
            design = single_stage(n, p0, alpha)
            for x in range(n + 1):
                if abs(upper_tail(x, n, p0) / alpha - 1) < 1e-9:
                    continue  # the error is alpha itself: see the ties below
                excluded = response_interval(x, n, level=1 - 2 * alpha).low > p0
                assert excluded == (x >= design.min_responders), (n, p0, alpha, x)
                compared += 1
    assert compared > 7_000


@pytest.mark.parametrize(("n", "p0", "alpha"), [(1, 0.05, 0.05), (5, 0.5, 0.03125), (2, 0.1, 0.19), (20, 0.3, 0.05)])
def test_a_limit_that_is_p0_itself_counts_as_excluded(n, p0, alpha):
    """Where the attained error is alpha exactly, the limit is p0: the interval still says what the test says."""
    design = single_stage(n, p0, alpha)
    for x in range(n + 1):
        assert (decision_interval(design, x).low >= p0) == (x >= design.min_responders)


@pytest.mark.parametrize("sides", [1, 2])
def test_every_design_that_is_found(sides):
    """Over a grid of problems: the interval reaches p0 exactly after a success, at level 1 - 2 alpha / sides."""
    for p0, p1 in [(0.05, 0.25), (0.1, 0.3), (0.2, 0.4), (0.3, 0.5), (0.5, 0.7), (0.8, 0.95)]:
        for alpha in ALPHAS:
            design = find_single_stage(p0, p1, alpha, 0.8, sides=sides)
            assert decision_level(design) == pytest.approx(1 - 2 * alpha / sides, abs=1e-12)
            for x in range(design.n + 1):
                assert (decision_interval(design, x).low >= p0) == (x >= design.min_responders)


def endings(design):
    """The counts with which a two-stage trial may end, and the patients then seen."""
    return [(x, design.n1) for x in range(design.continue_at)] + [
        (x, design.n) for x in range(design.continue_at, design.n + 1)
    ]


@pytest.mark.parametrize(
    ("p0", "p1"),
    [
        pytest.param(0.1, 0.3, marks=pytest.mark.slow),
        (0.2, 0.4),
        pytest.param(0.3, 0.5, marks=pytest.mark.slow),
        (0.6, 0.8),
    ],
)
def test_two_stages_match_at_the_attained_error_and_never_contradict_a_success_at_alpha(p0, p1):
    """Level 1 - 2 attained alpha matches every ending; level 1 - 2 alpha excludes p0 after every success, at least."""
    excluded_without_success = designs = 0
    for alpha in (0.025, 0.05, 0.1):
        for row in two_stage_frontier(p0, p1, alpha, 0.8).itertuples():
            design = TwoStage(row.n1, row.continue_at, row.n, row.min_responders, p0)
            designs += 1
            for x, n in endings(design):
                success = n == design.n and x >= design.min_responders
                assert (decision_interval(design, x, n).low >= p0) == success
                at_alpha = two_stage_analysis(design, x, n, level=1 - 2 * alpha).interval.low >= p0
                assert at_alpha or not success
                excluded_without_success += at_alpha and not success
    assert designs >= 6
    # Not one design on this grid leaves room for a responder fewer: there both levels say the same.
    assert excluded_without_success == 0


def test_a_design_with_a_responder_to_spare_is_told_by_its_two_levels():
    """One responder fewer is no success, and the level of alpha excludes p0 all the same."""
    spare = TwoStage(n1=19, continue_at=5, n=54, min_responders=18, p0=0.2)
    assert two_stage_analysis(spare, 17, 54, level=0.90).interval.low > 0.2 > decision_interval(spare, 17).low


@pytest.mark.parametrize("prior", [(1, 1), (0.5, 0.5), (3, 7), (12, 28)])
def test_a_bayesian_design_has_its_interval_too(prior):
    """After the cut-off that keeps alpha, the matching interval is again Clopper-Pearson at the attained error."""
    for n in (5, 12, 20, 39):
        design = find_bayes_cutoff(n, 0.3, 0.05, prior=prior)
        assert [decision_interval(design, x).low >= 0.3 for x in range(n + 1)] == list(
            np.arange(n + 1) >= design.min_responders
        )


def test_what_has_no_matching_interval_says_so():
    """A design that succeeds by chance in most trials is refused; so is a stage that does not exist."""
    for design in (bayes_single_arm(5, p0=0.3, cutoff=0.2), "single"):
        with pytest.raises(TrialsimError, match="design: got"):
            decision_level(design)
    with pytest.raises(TrialsimError, match="n_observed: got 10"):
        decision_interval(single_stage(20, 0.3), 5, 10)
    with pytest.raises(TrialsimError, match="n_observed: got 30"):
        decision_interval(find_two_stage(0.2, 0.4, 0.05, 0.8), 5, 30)
