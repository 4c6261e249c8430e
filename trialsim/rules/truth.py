"""Truth with three values, on arrays: true, false, and unknown where a fact is missing.

The policy for unknown, stated here once: a condition is unknown only if what is missing could decide it (Kleene's
logic: the weaker of two, the stronger of two). An unknown criterion is not fulfilled and excludes nobody by itself; but
a candidate is eligible only when every inclusion criterion is true and every exclusion criterion is false, so whoever
has an unknown criterion is not eligible, and is counted apart from those who failed one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Truth = NDArray[np.int8]

FALSE, UNKNOWN, TRUE = np.int8(0), np.int8(1), np.int8(2)


def from_bool(values: ArrayLike, known: ArrayLike | None = None) -> Truth:
    """Truth from booleans; unknown where `known` is false."""
    truth = np.multiply(values, TRUE, dtype=np.int8, casting="unsafe")
    if known is not None:
        truth = np.where(known, truth, UNKNOWN)
    return truth


def from_optional(value: bool | None) -> np.int8:
    """Truth of one Python value: True, False or None."""
    return UNKNOWN if value is None else TRUE if value else FALSE


def to_optional(truth: np.int8) -> bool | None:
    """One truth value as Python's True, False or None."""
    return None if truth == UNKNOWN else bool(truth == TRUE)


def negate(truth: Truth) -> Truth:
    """True where false, false where true."""
    return np.subtract(TRUE, truth, dtype=np.int8)


def k_of(k: int, parts: Sequence[Truth]) -> Truth:
    """True where at least `k` parts are true; false where so many are false that `k` cannot be reached."""
    stacked = np.stack(parts)
    sure = (stacked == TRUE).sum(axis=0)
    possible = (stacked != FALSE).sum(axis=0)
    return from_bool(sure >= k, (sure >= k) | (possible < k))
