"""Exact one-sided tests of two rates: which results succeed, and the error over every common rate."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from trialsim.design.binomial import Floats, frozen, log_choose, point_probability

TESTS = ("fisher", "barnard", "boschloo")

_MISSED = 5e-4
"""More than the grid of common rates can miss of a maximum: a sixteenth of a binomial's spread from point to point."""

_SAME = 1e-10
"""Relative difference below which two p-values or statistics are the same result written twice."""


@lru_cache(maxsize=256)
def rejection_region(n_control: int, n_treated: int, alpha: float, test: str) -> NDArray[np.bool_]:
    """The results that succeed, one row a number of control responders; arguments as checked, the array is shared."""
    order = barnard_statistic(n_control, n_treated) if test == "barnard" else fisher_p_values(n_control, n_treated)
    if test == "fisher":
        return frozen(order <= alpha * (1 + _SAME))
    values = np.unique(order)
    distinct = values[np.append(np.diff(values) > _SAME * np.abs(values[1:]), True)]  # the last of each tie
    low, high = 0, distinct.size  # how many of the distinct values may be called a success: more of them, more error
    while low < high:
        middle = (low + high + 1) // 2
        region = order <= distinct[middle - 1] + _SAME * abs(distinct[middle - 1])
        keeps = largest_error(region, above=alpha)[0] <= alpha * (1 + _SAME)
        low, high = (middle, high) if keeps else (low, middle - 1)
    region = order <= distinct[low - 1] + _SAME * abs(distinct[low - 1]) if low else np.zeros(order.shape, bool)
    return frozen(region)


@lru_cache(maxsize=256)
def fisher_p_values(n_control: int, n_treated: int) -> Floats:
    """One-sided p of Fisher's exact test, one row a number of control responders, one column of treated ones."""
    control, treated = np.arange(n_control + 1)[:, np.newaxis], np.arange(n_treated + 1)
    log_ways = log_choose(n_control, control) + log_choose(n_treated, treated)
    tail = np.exp(log_ways - log_choose(n_control + n_treated, control + treated))
    for row in range(1, n_control + 1):  # one responder more among the treated is one fewer among the controls
        tail[row, :-1] += tail[row - 1, 1:]
    return frozen(tail)


@lru_cache(maxsize=256)
def barnard_statistic(n_control: int, n_treated: int) -> Floats:
    """Minus the difference of the rates in units of its pooled standard error: the lower, the better the treated."""
    control, treated = np.arange(n_control + 1)[:, np.newaxis], np.arange(n_treated + 1)
    n, difference = n_control + n_treated, control / n_control - treated / n_treated
    pooled = (control + treated) * (n - control - treated) / (n * n)
    error = np.sqrt(pooled * (1 / n_control + 1 / n_treated))
    return frozen(np.divide(difference, error, out=np.zeros(difference.shape), where=error > 0))


def largest_error(region: NDArray[np.bool_], *, above: float = 0.0) -> tuple[float, float]:
    """The largest chance of a region over all common rates, and the rate where it is reached.

    Given the number k of all responders, the chance does not depend on the rate; over k it is a binomial average, so
    nothing in it is narrower than a binomial's spread, and the grid has sixteen points to that. Around the highest
    points the search is refined, unless the grid is enough to say on which side of `above` the error lies.
    """
    n = sum(region.shape) - 2
    totals, shares = _given_totals(*region.shape)
    given_total = np.bincount(totals[region.ravel()], weights=shares[region.ravel()], minlength=n + 1)
    angles, chances = _grid(n)
    error = chances @ given_total
    top = int(error.argmax())
    if above and not above - _MISSED <= error[top] <= above * (1 + _SAME):
        return float(error[top]), float(np.sin(angles[top]) ** 2)
    around = np.pad(error, 1, constant_values=-1.0)
    peaks = np.flatnonzero((error >= around[:-2]) & (error >= around[2:]) & (error >= error[top] - _MISSED))
    step = angles[1]
    best, where = float(error[top]), float(angles[top])
    for start in angles[peaks]:
        centre, width = float(start), step
        for _ in range(4):  # each round narrows the bracket sixteen times
            near = np.clip(centre + width * np.linspace(-1, 1, 33), 0, np.pi / 2)
            found = point_probability(np.arange(n + 1), n, np.sin(near[:, np.newaxis]) ** 2) @ given_total
            centre, width = float(near[found.argmax()]), width / 16
            if found.max() > best:
                best, where = float(found.max()), centre
    return best, float(np.sin(where) ** 2)


@lru_cache(maxsize=32)
def _given_totals(rows: int, columns: int) -> tuple[NDArray[np.int64], Floats]:
    """Of each result: all responders, and the chance of it given their number."""
    control, treated = np.arange(rows), np.arange(columns)
    totals = np.add.outer(control, treated)
    ways = log_choose(rows - 1, control)[:, np.newaxis] + log_choose(columns - 1, treated)
    return frozen(totals.ravel()), frozen(np.exp(ways - log_choose(rows + columns - 2, totals)).ravel())


@lru_cache(maxsize=32)
def _grid(n: int) -> tuple[Floats, Floats]:
    """Angles whose squared sines are the common rates, evenly spread, and the binomial chances of `n` at each."""
    angles = np.linspace(0, np.pi / 2, int(16 * np.pi * np.sqrt(n)) + 2)
    rates = np.sin(angles[:, np.newaxis]) ** 2
    rates[-1] = 1.0
    return frozen(angles), frozen(point_probability(np.arange(n + 1), n, rates))
