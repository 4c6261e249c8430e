"""How fast designs are found and drawn, as ratios to plain alternatives measured in the same run."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np
from scipy.special import betainc
from scipy.stats import binom

from tests.independent.plain_two_stage_search import plain_search
from trialsim.design import find_joint_design, find_two_arm, find_two_stage, sample_size_table, single_stage
from trialsim.design.exact_tests import fisher_p_values, rejection_region

PROBLEM = (0.2, 0.4, 0.05, 0.9)


def seconds(call: Callable[[], Any], rounds: int) -> float:
    """Return the median duration of a call."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return median(times)


def test_the_search_is_twenty_times_faster_than_a_plain_one(benchmark: Any) -> None:
    """Simon's design for n_max = 100 takes at most a twentieth of a plain vectorised search, and is the same design."""
    found = benchmark(find_two_stage, *PROBLEM, n_max=100)
    plain = plain_search(*PROBLEM, 100)
    best = min(plain, key=lambda n: plain[n][0])
    assert (found.n, found.n1, found.continue_at, found.min_responders) == (best, *plain[best][1:])
    ours, theirs = benchmark.stats.stats.median, seconds(lambda: plain_search(*PROBLEM, 100), 3)
    print(f"\nn_max 100: {1e3 * ours:.1f} ms, plain search {1e3 * theirs:.0f} ms, {theirs / ours:.0f} times faster")
    assert theirs >= 20 * ours


def test_a_larger_n_max_costs_nothing_once_the_best_is_proved(benchmark: Any) -> None:
    """For n_max = 400 the search takes at most twice what it takes for n_max = 100."""
    benchmark(find_two_stage, *PROBLEM, n_max=400)
    ours, small = benchmark.stats.stats.median, seconds(lambda: find_two_stage(*PROBLEM, n_max=100), 15)
    print(f"\nn_max 400: {1e3 * ours:.1f} ms, {ours / small:.2f} times n_max 100")
    assert ours <= 2 * small


def test_a_power_curve_costs_little_more_than_its_special_function(benchmark: Any) -> None:
    """The power of 1,000 rates takes at most three times the bare incomplete beta function."""
    design, rates = single_stage(20, 0.3), np.linspace(0, 1, 1_000)
    benchmark(design.power, rates)
    ours, bare = benchmark.stats.stats.median, seconds(lambda: betainc(10, 11, rates), 200)
    print(f"\npower of 1,000 rates: {1e6 * ours:.0f} us, bare call {1e6 * bare:.0f} us, {ours / bare:.2f} times")
    assert ours <= 3 * bare


def plain_boschloo(n: int, alpha: float) -> Any:
    """The region of Boschloo's test for two arms of n, by summing every result at every rate of a grid."""
    counts, rates = np.arange(n + 1), np.linspace(0, 1, 401)
    p_values = fisher_p_values(n, n).ravel()
    order = np.argsort(p_values, kind="stable")
    points = np.array([binom.pmf(counts, n, rate) for rate in rates])
    results = (points[:, :, None] * points[:, None, :]).reshape(rates.size, -1)
    error = results[:, order].cumsum(axis=1).max(axis=0)
    last = np.append(np.diff(p_values[order]) > 1e-10 * p_values[order][1:], True)
    region = np.zeros(p_values.size, bool)
    region[order[: np.flatnonzero(last & (error <= alpha))[-1] + 1]] = True
    return region.reshape(n + 1, n + 1)


def test_a_boschloo_region_is_fifty_times_faster_than_plain_enumeration(benchmark: Any) -> None:
    """Arms of 60: a fiftieth of a numpy enumeration over 401 common rates, with the same region."""
    rejection_region(60, 60, 0.05, "boschloo")  # the tables that all tests of this size share
    found = benchmark(rejection_region.__wrapped__, 60, 60, 0.05, "boschloo")
    assert (found == plain_boschloo(60, 0.05)).all()
    ours, theirs = benchmark.stats.stats.median, seconds(lambda: plain_boschloo(60, 0.05), 3)
    print(f"\nBoschloo 60 v 60: {1e3 * ours:.1f} ms, plain {1e3 * theirs:.0f} ms, {theirs / ours:.0f} times faster")
    assert theirs >= 50 * ours


def test_searches_of_a_planner_take_a_few_plain_regions(benchmark: Any) -> None:
    """The smallest arms by Boschloo, a joint design and a table of 400 pairs, each against one plain region of 60."""
    plain = seconds(lambda: plain_boschloo(60, 0.05), 3)
    rates = np.linspace(0.05, 0.60, 20), np.linspace(0.10, 0.90, 20)

    def arms() -> Any:
        rejection_region.cache_clear()
        return find_two_arm(0.3, 0.5, 0.05, 0.8, test="boschloo")

    calls = {
        "two arms": arms,
        "joint design": lambda: find_joint_design(0.3, 0.6, 0.4, 0.1),
        "400 pairs": lambda: sample_size_table(*rates),
    }
    benchmark(calls["joint design"])
    for name, call in calls.items():
        ours = seconds(call, 3)
        print(f"\n{name}: {ours:.2f} s, {ours / plain:.1f} plain regions")
        assert ours <= 5 * plain
