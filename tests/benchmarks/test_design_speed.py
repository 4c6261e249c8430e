"""How fast designs are found and drawn, as ratios to plain alternatives measured in the same run."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np
from scipy.special import betainc

from tests.independent.plain_two_stage_search import plain_search
from trialsim.design import find_two_stage, single_stage

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
