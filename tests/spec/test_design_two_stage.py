"""Two-stage designs: conventions, what the search says, and refusals."""

import pytest

from trialsim.design import TwoStage, find_two_stage, single_stage, two_stage_analysis, two_stage_coverage
from trialsim.design import two_stage_frontier as frontier
from trialsim.errors import TrialsimError

DESIGN = TwoStage(n1=19, continue_at=5, n=54, min_responders=16, p0=0.2)


def test_counts_are_reached_not_exceeded():
    """A published r1/n1 = 4/19, r/n = 15/54 is continue_at = 5, min_responders = 16; read as it stands it differs."""
    misread = TwoStage(n1=19, continue_at=4, n=54, min_responders=15, p0=0.2)
    assert find_two_stage(0.2, 0.4, 0.05, 0.9) == DESIGN
    assert DESIGN.attained_alpha < 0.05 < misread.attained_alpha
    assert DESIGN.stop_probability(0.2) > misread.stop_probability(0.2)


def test_exactly_enough_goes_on_and_one_fewer_stops():
    """Five responders of 19 go on, four stop: the table of endings shows it."""
    ends = DESIGN.outcomes()
    stopped = ends.responders[ends.n_observed == 19]
    assert stopped.tolist() == [0, 1, 2, 3, 4]
    assert not ends.success[ends.n_observed == 19].any()
    assert ends.responders[ends.success].min() == 16


def test_the_admissible_weight_moves_from_optimal_to_minimax():
    """Weight 0 is the optimal design, weight 1 the minimax one, one half unless given."""
    problem = (0.2, 0.4, 0.05, 0.9)
    assert find_two_stage(*problem, criterion="admissible", weight=0) == find_two_stage(*problem)
    assert find_two_stage(*problem, criterion="admissible", weight=1) == find_two_stage(*problem, criterion="minimax")
    assert find_two_stage(*problem, criterion="admissible") == find_two_stage(
        *problem, criterion="admissible", weight=0.5
    )
    assert find_two_stage(*problem, criterion="admissible", weight=0.08).n == 49


def test_a_better_design_beyond_n_max_is_told():
    """Where n_max keeps the optimal design out, the design that is given says so, and what it costs."""
    design = find_two_stage(0.2, 0.4, 0.05, 0.9, n_max=50)
    assert (design.n1, design.n) == (20, 49)
    assert "n_max = 50" in design.note and "n = 54" in repr(design)
    assert not find_two_stage(0.2, 0.4, 0.05, 0.9, n_max=54).note
    assert not find_two_stage(0.2, 0.4, 0.05, 0.9, criterion="minimax", n_max=45).note


def test_the_note_is_no_part_of_the_design():
    """Two designs that differ in their note only are the same design."""
    assert TwoStage(19, 5, 54, 16, 0.2, note="found") == DESIGN
    assert hash(TwoStage(19, 5, 54, 16, 0.2, note="found")) == hash(DESIGN)


def test_a_search_without_solution_says_what_would_do():
    """The refusal names an n_max that is enough, and that n_max does have a design."""
    with pytest.raises(
        TrialsimError, match=r"n_max: got 44; allowed: 48 is certainly enough.*n = 44 with power 0\.898"
    ):
        find_two_stage(0.2, 0.4, 0.05, 0.9, n_max=44)
    assert find_two_stage(0.2, 0.4, 0.05, 0.9, n_max=48).n <= 48


def test_the_analysis_says_what_the_naive_one_would():
    """The result carries the naive analysis beside the proper one, and both in its sentence."""
    result = two_stage_analysis(DESIGN, 16, 54)
    assert result.naive_p_value > 0 and result.naive_interval.low < result.mle < result.naive_interval.high
    assert result.umvue > result.mle
    assert "naive" in repr(result)


BAD = [
    (lambda: TwoStage(n1=0, continue_at=0, n=20, min_responders=5, p0=0.2), "n1: got 0"),
    (lambda: TwoStage(n1=20, continue_at=5, n=20, min_responders=5, p0=0.2), "n1: got 20"),
    (lambda: TwoStage(n1=10, continue_at=11, n=20, min_responders=12, p0=0.2), "continue_at: got 11"),
    (lambda: TwoStage(n1=10, continue_at=5, n=20, min_responders=4, p0=0.2), "min_responders: got 4"),
    (lambda: TwoStage(n1=10, continue_at=5, n=20, min_responders=21, p0=0.2), "min_responders: got 21"),
    (lambda: TwoStage(n1=10, continue_at=5.5, n=20, min_responders=8, p0=0.2), "continue_at: got 5.5"),
    (lambda: TwoStage(n1=10, continue_at=5, n=20, min_responders=8, p0=1), "p0: got 1"),
    (lambda: TwoStage(n1=10, continue_at=5, n=5000, min_responders=8, p0=0.2), "n: got 5000"),
    (lambda: DESIGN.power(-0.1), "p1: got -0.1"),
    (lambda: DESIGN.expected_n([0.2, 2]), "p1: got 2"),
    (lambda: find_two_stage(0.4, 0.2, 0.05, 0.8), "p1: got 0.2"),
    (lambda: find_two_stage(0.2, 0.4, 0, 0.8), "alpha: got 0"),
    (lambda: find_two_stage(0.2, 0.4, 0.05, 1.0), "power: got 1"),
    (lambda: find_two_stage(0.2, 0.4, 0.05, 0.8, n_max=5_000), "n_max: got 5000"),
    (lambda: find_two_stage(0.2, 0.4, 0.05, 0.8, criterion="optimum"), "Did you mean 'optimal'"),
    (lambda: find_two_stage(0.2, 0.4, 0.05, 0.8, weight=0.5), "weight: got 0.5"),
    (lambda: find_two_stage(0.2, 0.4, 0.05, 0.8, criterion="admissible", weight=2), "weight: got 2"),
    (lambda: find_two_stage(0.2, 0.21, 0.05, 0.8, n_max=1000), "no n_max up to 1000 is enough"),
    (lambda: frontier(0.2, 0.4, 0.05, 0.9, n_max=20), "n_max: got 20"),
    (lambda: two_stage_analysis(DESIGN, 5, 19), r"responders: got 5; allowed: 0 to 4"),
    (lambda: two_stage_analysis(DESIGN, 4, 54), r"responders: got 4; allowed: at least 5"),
    (lambda: two_stage_analysis(DESIGN, 10, 30), r"n_observed: got 30; allowed: 19 .* or 54"),
    (lambda: two_stage_analysis(DESIGN, 55, 54), "responders: got 55"),
    (lambda: two_stage_analysis(DESIGN, 20, 54, level=90), "written 0.9"),
    (lambda: two_stage_analysis(single_stage(20, 0.3), 10, 20), "design: got Single stage"),
    (lambda: two_stage_coverage(DESIGN, [1.5]), "rates: got 1.5"),
]


@pytest.mark.parametrize(("call", "message"), BAD, ids=[message for _, message in BAD])
def test_bad_input_is_refused_by_name(call, message):
    """Each bad argument is refused with its name, what came and what is allowed."""
    with pytest.raises(TrialsimError, match=message):
        call()
