"""What a planner asks, against other software and plain loops: any of five numbers, tables, losses, means by t."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from trialsim.design import (
    compare_means,
    enrolled_for,
    find_mean_comparison,
    find_paired_n,
    find_single_stage,
    find_two_stage,
    paired_change,
    sample_size_table,
    single_stage,
    solve_single_stage,
)
from trialsim.design.means import MeanComparison
from trialsim.errors import TrialsimError

MEANS = pd.read_csv(Path(__file__).parent / "oracles" / "means.csv")


@pytest.mark.parametrize("sides", [1, 2])
def test_each_of_the_five_is_the_best_that_there_is(sides):
    """Power and n are those of the other functions; a p1, p0 or alpha a little better lacks the power."""

    def has_power(n, p0, p1, alpha):
        return single_stage(n, p0, alpha, sides=sides).power(p1) >= 0.8 * (1 - 1e-9)

    for n, p0, p1, alpha in [(20, 0.3, 0.5, 0.05), (39, 0.3, 0.5, 0.05), (25, 0.1, 0.3, 0.1), (60, 0.6, 0.75, 0.025)]:
        given = {"n": n, "p0": p0, "p1": p1, "alpha": alpha, "power": 0.8}

        def solved(unknown, given=given):
            rest = {name: value for name, value in given.items() if name != unknown}
            return solve_single_stage(**rest, sides=sides)

        assert solved("n").n == find_single_stage(p0, p1, alpha, 0.8, sides=sides).n
        assert solved("power").power == single_stage(n, p0, alpha, sides=sides).power(p1)
        found = solved("p1").p1
        assert has_power(n, p0, found + 1e-9, alpha) and not has_power(n, p0, found - 1e-6, alpha)
        found = solved("p0").p0
        assert has_power(n, found - 1e-9, p1, alpha) and not has_power(n, found + 1e-6, p1, alpha)
        found = solved("alpha").alpha
        assert has_power(n, p0, p1, found * (1 + 1e-9)) and not has_power(n, p0, p1, found * (1 - 1e-6))
        assert solved("alpha").design.power(p1) >= 0.8 * (1 - 1e-9)


def test_a_two_sided_n_is_the_one_sided_n_at_half_of_alpha():
    """Both tails are exact with alpha / 2 each; only the attained error counts the lower one too."""
    for p0, p1 in [(0.1, 0.3), (0.3, 0.5), (0.5, 0.7)]:
        two_sided, one_sided = find_single_stage(p0, p1, 0.05, 0.8, sides=2), find_single_stage(p0, p1, 0.025, 0.8)
        assert (two_sided.n, two_sided.min_responders) == (one_sided.n, one_sided.min_responders)
        exact = two_sided.outcomes().probabilities(p0)
        both = exact[: two_sided.worse_at + 1].sum() + exact[two_sided.min_responders :].sum()
        assert two_sided.attained_alpha == pytest.approx(both, abs=1e-12) and both <= 0.05
        assert exact[: two_sided.worse_at + 2].sum() > 0.025
        assert two_sided.p_value(two_sided.min_responders) <= 0.05 < two_sided.p_value(two_sided.min_responders - 1)
        assert two_sided.p_value(two_sided.worse_at + 1) > 0.05
        assert two_sided.worse_at < 0 or two_sided.p_value(two_sided.worse_at) <= 0.05


@pytest.mark.parametrize("design", ["single", "lasting", "optimal", "minimax"])
def test_a_table_holds_what_the_searches_find(design):
    """Each row equals the search of its pair; n is inflated for the loss; a pair without solution says why."""
    table = sample_size_table([0.1, 0.3], [0.3, 0.6], loss=0.15, design=design)
    assert list(table) == ["p0", "p1", "n", "enrolled", "min_responders", "attained_alpha", "power", "reason"]
    for row in table.itertuples():
        if row.p1 <= row.p0:
            assert "p1: got 0.3" in row.reason and pd.isna(row.n) and pd.isna(row.power)
            continue
        if design in ("single", "lasting"):
            found = find_single_stage(row.p0, row.p1, 0.05, 0.8, lasting=design == "lasting")
        else:
            found = find_two_stage(row.p0, row.p1, 0.05, 0.8, criterion=design)
        assert (row.n, row.min_responders, row.power) == (found.n, found.min_responders, found.power(row.p1))
        assert row.enrolled == int(np.ceil(found.n / 0.85)) and row.reason == ""
    close = sample_size_table([0.3], [0.31], n_max=100)
    assert "No n up to 100" in close.reason[0] and "nearest is n = " in close.reason[0]


@pytest.mark.parametrize(("n", "loss", "enrolled"), [(39, 0.1, 44), (18, 0.1, 20), (20, 0, 20), (9, 0.4, 15)])
def test_patients_for_those_who_are_lost(n, loss, enrolled):
    """Rounded up, and not once more where the division comes out even."""
    assert enrolled_for(n, loss) == enrolled


def test_sizes_of_means_against_r():
    """Sizes and powers of paired and two-arm t tests equal those of R and rpact in every row."""
    for row in MEANS.itertuples():
        if row.kind == "paired":
            found = find_paired_n(row.effect, 1, row.alpha, row.wanted, sides=row.sides)
        else:
            keys = {"allocation": row.allocation, "sides": row.sides}
            found = find_mean_comparison(row.effect, 1, row.alpha, row.wanted, **keys)
        assert (found.n_control, found.n_treated) == (row.n_control, row.n_treated)
        assert found.power == pytest.approx(row.power, abs=1e-10)
    assert len(MEANS) == 48


def test_a_power_is_always_a_probability_that_rises():
    """From no difference to absurd ones, few patients and many: never nan, never falling, alpha at none."""
    for n in (2, 3, 20, 10_000):
        for sides in (1, 2):
            effects = np.geomspace(1e-9, 1e4, 60)
            powers = np.array([MeanComparison(0, n, effect, 1.0, 0.05, sides).power for effect in effects])
            assert powers[0] == pytest.approx(0.05, abs=1e-6) and powers[-1] == pytest.approx(1, abs=1e-4)
            assert (np.diff(powers) > -1e-7).all() and (powers <= 1).all()


def test_precision_of_a_change_against_simulated_trials():
    """The average half-width lies within four standard errors of simulated ones."""
    plan, changes = paired_change(12, 8.0, level=0.9), np.random.default_rng(3).normal(-5, 8.0, (40_000, 12))
    t = plan.half_width / 8.0 * np.sqrt(12)
    widths = t * changes.std(axis=1, ddof=1) / np.sqrt(12)
    assert abs(widths.mean() - plan.expected_half_width) < 4 * widths.std() / np.sqrt(40_000)
    assert t == pytest.approx(1.795885, abs=1e-6)


BAD = [
    (lambda: solve_single_stage(n=20, p0=0.3, p1=0.5), "exactly four"),
    (lambda: solve_single_stage(n=20, p0=0.3, p1=0.5, alpha=0.05, power=0.8), "exactly four"),
    (lambda: solve_single_stage(n=2, p0=0.3, alpha=0.05, power=0.8), "n: got 2"),
    (lambda: solve_single_stage(n=1, p1=0.5, alpha=0.05, power=0.8), r"power: got 0\.8; allowed: at most 0\.5"),
    (lambda: solve_single_stage(n=20, p0=0.5, p1=0.3, alpha=0.05), "p1: got 0.3"),
    (lambda: solve_single_stage(n="20", p0=0.3, p1=0.5, alpha=0.05), "n: got '20'"),
    (lambda: solve_single_stage(n=20, p0=0.3, p1=0.5, alpha=0.05, sides=0), "sides: got 0"),
    (lambda: solve_single_stage(p0=0.3, p1=0.5, alpha=float("nan"), power=0.8), "alpha: got nan"),
    (lambda: sample_size_table([0.3], [0.5], loss=1), "loss: got 1"),
    (lambda: sample_size_table([0.3], [0.5], loss=-0.1), "loss: got -0.1"),
    (lambda: sample_size_table([0.3], [0.5], design="simon"), "design: got 'simon'"),
    (lambda: sample_size_table([0.3], [0.5], design="optimal", sides=2), "sides: got 2"),
    (lambda: sample_size_table([], [0.5]), "p0s: got"),
    (lambda: sample_size_table(0.3, [0.5]), "p0s: got 0.3"),
    (lambda: sample_size_table([0.3], "0.5"), "p1s: got '0.5'"),
    (lambda: sample_size_table([0.3], [None]), "p1s: got None"),
    (lambda: sample_size_table(np.linspace(0.1, 0.2, 101), np.linspace(0.3, 0.4, 100)), "10,000 pairs"),
    (lambda: paired_change(1, 8), "n: got 1"),
    (lambda: paired_change(20, 0), "sd: got 0"),
    (lambda: find_paired_n(0, 8, 0.05, 0.8), "difference: got 0"),
    (lambda: find_paired_n(float("nan"), 8, 0.05, 0.8), "difference: got nan"),
    (lambda: find_paired_n(5, float("inf"), 0.05, 0.8), "sd: got inf"),
    (lambda: find_paired_n(5, 8, 0.05, 80), "written 0.8"),
    (lambda: find_mean_comparison(5, 8, 0.05, 0.8, allocation=0), "allocation: got 0"),
    (lambda: compare_means(20, None, 5, 8), "n_treated: got None"),
]


@pytest.mark.parametrize(("call", "message"), BAD, ids=[message for _, message in BAD])
def test_bad_input_is_refused_by_name(call, message):
    """Each bad argument is refused with its name, what came and what is allowed."""
    with pytest.raises(TrialsimError, match=message):
        call()
