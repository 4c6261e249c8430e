"""Two-stage designs and their analysis against numbers from other software and a second search."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.independent.plain_two_stage_search import plain_search
from trialsim.design import TwoStage, find_two_stage, two_stage_analysis, two_stage_coverage, two_stage_frontier

HERE = Path(__file__).parent
SIMON = pd.read_csv(HERE / "oracles" / "simon.csv")
ANALYSES = pd.read_csv(HERE / "oracles" / "twostage_inference.csv")
DESIGNS = [
    TwoStage(r.n1, r.r1 + 1, r.n, r.r + 1, r.p0) for r in ANALYSES.drop_duplicates(["r1", "n1", "r", "n"]).itertuples()
]


@pytest.mark.parametrize("criterion", ["optimal", "minimax"])
def test_designs_of_simon(criterion):
    """Every optimal and minimax design equals the reference, after counts to exceed became counts to reach."""
    rows = SIMON[SIMON.type == criterion]
    assert len(rows) == 48
    for row in rows.itertuples():
        design = find_two_stage(row.p0, row.p1, row.alpha, 1 - row.beta, criterion=criterion)
        found = (design.n1, design.continue_at, design.n, design.min_responders)
        assert found == (row.n1, row.r1 + 1, row.n, row.r + 1)
        assert design.expected_n(row.p0) == pytest.approx(row.EN0, abs=1e-9)
        assert design.stop_probability(row.p0) == pytest.approx(row.PET0, abs=1e-9)
        assert design.attained_alpha == pytest.approx(row.att_alpha, abs=1e-9)
        assert design.power(row.p1) == pytest.approx(row.att_power, abs=1e-9)


def test_analysis_after_every_outcome():
    """Estimates, p-value and all limits equal the reference after every possible outcome of four designs."""
    found = []
    for row in ANALYSES.itertuples():
        design = TwoStage(row.n1, row.r1 + 1, row.n, row.r + 1, row.p0)
        a = two_stage_analysis(design, row.x, row.n1 if row.stage == 1 else row.n)
        assert a.interval.low == a.interval_conservative.low
        found.append((a.mle, a.umvue, a.p_value, *a.interval, a.interval_conservative.high))
    expected = ANALYSES[["mle", "umvue", "p_value", "lcl90", "ucl90", "ucl90_conservative"]]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    "problem",
    [(0.2, 0.4, 0.05, 0.8), (0.3, 0.5, 0.1, 0.8), (0.1, 0.3, 0.05, 0.9), (0.6, 0.85, 0.05, 0.8), (0.05, 0.9, 0.3, 0.5)],
)
def test_against_a_search_that_tries_everything(problem):
    """Optimal, minimax and the frontier equal those of a search that leaves nothing out."""
    p0, n_max = problem[0], 50
    best = plain_search(*problem, n_max)
    for criterion, n in (("optimal", min(best, key=lambda n: best[n][0])), ("minimax", min(best))):
        design = find_two_stage(*problem, criterion=criterion, n_max=n_max)
        assert (design.expected_n(p0), design.n1, design.continue_at, design.min_responders) == (
            pytest.approx(best[n][0], abs=1e-9),
            *best[n][1:],
        )
        assert design.n == n
    frontier = two_stage_frontier(*problem, n_max=n_max)
    for weight in np.linspace(0, 1, 41):
        cost = min(weight * n + (1 - weight) * best[n][0] for n in best)
        listed = (weight * frontier.n + (1 - weight) * frontier.expected_n).min()
        design = find_two_stage(*problem, criterion="admissible", weight=float(weight), n_max=n_max)
        assert listed == pytest.approx(cost, abs=1e-9)
        assert weight * design.n + (1 - weight) * design.expected_n(p0) == pytest.approx(cost, abs=1e-9)


@pytest.mark.parametrize("design", DESIGNS, ids=repr)
def test_what_the_intervals_cover(design):
    """The conservative interval and the lower limit keep their level; the usual interval does not."""
    table = two_stage_coverage(design, np.linspace(0.2, 0.5, 61), level=0.9)
    assert table.conservative.min() >= 0.9
    assert table.lower_limit.min() >= 0.95
    assert table.usual.min() < 0.85
