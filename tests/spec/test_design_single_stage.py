"""Single-stage designs and intervals: conventions, borderline cases and refusals."""

import numpy as np
import pytest

from trialsim.design import (
    SingleStage,
    find_single_stage,
    operating_characteristics,
    response_interval,
    single_stage,
    zero_events_bound,
)
from trialsim.errors import TrialsimError


def test_the_threshold_is_reached_not_exceeded():
    """With exactly min_responders the trial succeeds: power counts that outcome, one more would leave it out."""
    design = single_stage(20, 0.3)
    by_hand = sum(design.outcomes().probabilities(0.5)[10:])
    assert design.min_responders == 10
    assert design.power(0.5) == pytest.approx(by_hand, abs=1e-12)
    exceeding = SingleStage(n=20, p0=0.3, alpha=0.05, min_responders=11)
    assert exceeding.power(0.5) == pytest.approx(by_hand - design.outcomes().probabilities(0.5)[10], abs=1e-12)


@pytest.mark.parametrize(
    ("n", "p0", "alpha", "threshold"), [(1, 0.05, 0.05, 1), (5, 0.5, 0.03125, 5), (2, 0.1, 0.19, 1)]
)
def test_an_error_equal_to_alpha_is_allowed(n, p0, alpha, threshold):
    """Where the attained error equals alpha exactly, the last digit of a float does not decide."""
    design = single_stage(n, p0, alpha)
    assert design.min_responders == threshold
    assert design.attained_alpha == pytest.approx(alpha, rel=1e-12)
    assert design.attained_alpha <= alpha


def test_a_design_that_can_never_succeed_says_so():
    """Three patients against 0.5 cannot succeed at 0.05: threshold four, no error, no power, and a sentence."""
    design = single_stage(3, 0.5)
    assert (design.min_responders, design.attained_alpha, design.power(0.99)) == (4, 0.0, 0.0)
    assert "never succeed" in repr(design)


def test_one_rate_gives_a_float_and_several_an_array():
    """Power of one rate is a plain number, of a list an array of the same length."""
    design = single_stage(20, 0.3)
    assert type(design.power(0.5)) is float
    assert design.power([0.0, 0.5, 1.0]).tolist() == [0.0, design.power(0.5), 1.0]


def test_two_errors_beyond_n_max_are_counted_for_a_lasting_design():
    """An n that only seems to last because the search ends is not accepted as lasting."""
    with pytest.raises(TrialsimError, match="at least 38"):
        find_single_stage(0.2, 0.4, 0.05, 0.8, lasting=True, n_max=36)


def test_a_search_without_solution_names_the_nearest_and_the_cure():
    """The refusal names the best n within reach, its power, and the n that would do."""
    with pytest.raises(
        TrialsimError, match=r"n_max: got 30; allowed: at least 35\. .*n = 29 with power 0\.785.*Raise n_max"
    ):
        find_single_stage(0.2, 0.4, 0.05, 0.8, n_max=30)


@pytest.mark.parametrize("n", [1, 2, 7, 20])
@pytest.mark.parametrize("method", ["clopper-pearson", "wilson", "wilson-corrected", "jeffreys", "mid-p"])
def test_ends_are_closed(n, method):
    """No responder leaves a rate of 0 possible and n of n leaves 1 possible."""
    assert response_interval(0, n, method=method).low == 0
    assert response_interval(n, n, method=method).high == 1
    assert 0 < response_interval(0, n, method=method).high < 1


def test_table_has_one_row_a_rate():
    """The table of operating characteristics has the declared columns, and one row for each rate as given."""
    table = operating_characteristics(single_stage(20, 0.3), [0.5, 0.2])
    assert list(table) == ["true_rate", "probability_of_success", "expected_n", "expected_estimate", "coverage"]
    assert table.true_rate.tolist() == [0.5, 0.2]
    assert np.isfinite(table.to_numpy()).all()


BAD = [
    (lambda: single_stage(0, 0.3), "n: got 0"),
    (lambda: single_stage(1.5, 0.3), "n: got 1.5"),
    (lambda: single_stage(20, 0.0), "p0: got 0"),
    (lambda: single_stage(20, 1), "p0: got 1"),
    (lambda: single_stage(20, 30), "written 0.3"),
    (lambda: single_stage(20, float("nan")), "p0: got nan"),
    (lambda: single_stage(20, 0.3, 0), "alpha: got 0"),
    (lambda: single_stage(20, 0.3, 1), "alpha: got 1"),
    (lambda: single_stage(20, 0.3, alpha=5), "written 0.05"),
    (lambda: single_stage(20, 0.3).power(1.2), "p1: got 1.2"),
    (lambda: single_stage(20, 0.3).power([0.2, float("nan")]), "p1: got nan"),
    (lambda: single_stage(20, 0.3).power("half"), "p1: got 'half'"),
    (lambda: single_stage(20, 0.3).p_value(21), "responders: got 21"),
    (lambda: SingleStage(20, 0.3, 0.05, 0), "min_responders: got 0"),
    (lambda: SingleStage(20, 0.3, 0.05, 22), "min_responders: got 22"),
    (lambda: find_single_stage(0.4, 0.2, 0.05, 0.8), r"p1: got 0\.2; allowed: a rate above p0 = 0\.4"),
    (lambda: find_single_stage(0.4, 0.4, 0.05, 0.8), r"p1: got 0\.4"),
    (lambda: find_single_stage(0.2, 1, 0.05, 0.8), "p1: got 1"),
    (lambda: find_single_stage(0.2, 0.4, 0.05, 1), "power: got 1"),
    (lambda: find_single_stage(0.2, 0.4, 0.05, 80), "written 0.8"),
    (lambda: find_single_stage(0.2, 0.4, 0.05, 0.8, n_max=1_000_000), "n_max: got 1000000"),
    (lambda: find_single_stage(0.2, 0.4, 0.05, 0.8, lasting="yes"), "lasting: got 'yes'"),
    (lambda: find_single_stage(0.2, 0.2001, 0.05, 0.8), "more than 100,000"),
    (lambda: find_single_stage(0.2, 0.2001, 0.05, 0.8, lasting=True), "further above"),
    (lambda: response_interval(21, 20), "responders: got 21"),
    (lambda: response_interval(-1, 20), "responders: got -1"),
    (lambda: response_interval(0, 0), "n: got 0"),
    (lambda: response_interval(10, 20, level=95), "written 0.95"),
    (lambda: response_interval(10, 20, method="wilsson"), "Did you mean 'wilson'"),
    (lambda: zero_events_bound(0), "n: got 0"),
    (lambda: operating_characteristics("single", [0.3]), "design: got 'single'"),
    (lambda: operating_characteristics(single_stage(20, 0.3), []), "rates: got"),
    (lambda: operating_characteristics(single_stage(20, 0.3), [0.3, 30]), "rates: got 30"),
]


@pytest.mark.parametrize(("call", "message"), BAD, ids=[message for _, message in BAD])
def test_bad_input_is_refused_by_name(call, message):
    """Each bad argument is refused with its name, what came and what is allowed."""
    with pytest.raises(TrialsimError, match=message):
        call()
