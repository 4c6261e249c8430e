"""Quantile functions: the only place where a distribution enters the model."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import scipy
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def normal(u: Floats, mean: float | Floats = 0.0, sd: float | Floats = 1.0) -> Floats:
    """The normal distribution."""
    return np.asarray(mean + sd * scipy.special.ndtri(u))


def truncated_normal(u: Floats, mean: float, sd: float, low: float, high: float) -> Floats:
    """The normal distribution between two limits."""
    if sd == 0:
        return np.full(np.shape(u), np.clip(mean, low, high))
    start, end = scipy.special.ndtr((low - mean) / sd), scipy.special.ndtr((high - mean) / sd)
    return np.clip(mean + sd * scipy.special.ndtri(start + u * (end - start)), low, high)


def lognormal(u: Floats, median: float, spread: float) -> Floats:
    """The lognormal distribution; `spread` is the standard deviation of the logarithm."""
    return np.asarray(median * np.exp(spread * scipy.special.ndtri(u)))


def happens(u: Floats, share: float | Floats) -> NDArray[np.bool_]:
    """A thing that happens to a share of patients."""
    return np.asarray(u < share)


def category(u: Floats, shares: Mapping[str, float]) -> NDArray[np.int64]:
    """Which of several parts, by position."""
    return _reached(u, np.cumsum(list(shares.values()))[:-1])


def _reached(u: Floats, borders: Floats) -> NDArray[np.int64]:
    """How many of a few borders each point reaches: comparing with all of them is quicker than searching."""
    count = np.zeros(u.shape, dtype=np.int8)
    for border in borders:
        count += u >= border
    return count.astype(np.int64)
