"""What two arms cost: the patients that Fisher's test takes for a power, and what a less cautious test reaches."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from trialsim.design import TwoArmPilot, two_arm_pilot
from trialsim.design.binomial import point_probability
from trialsim.power.bench import MAX_PATIENTS

__all__ = ["Boschloo", "boschloo", "two_arm_size"]

_GRID = np.linspace(0, 1, 401)
"""Common rates at which the chance of a false success is looked at."""


class Boschloo:
    """The test of Boschloo for two arms: Fisher's p is the order of the results, and its bound is worked out exactly.

    Fisher's test keeps its error among trials with the same number of responders, and so is well below it among all;
    Boschloo's takes the largest bound on Fisher's p that keeps the error whatever the common rate.

    Parameters
    ----------
    n_control, n_treated : int
    alpha : float
        One-sided.
    """

    def __init__(self, n_control: int, n_treated: int, alpha: float) -> None:
        p_values = two_arm_pilot(n_control, n_treated, alpha)._p_values()
        self._sizes = n_control, n_treated
        order = np.argsort(p_values, axis=None, kind="stable")
        sorted_p = p_values.ravel()[order]
        control, treated = np.divmod(order, n_treated + 1)
        at = [point_probability(np.arange(size + 1)[:, np.newaxis], size, _GRID) for size in self._sizes]
        error = np.cumsum(at[0][control] * at[1][treated], axis=0).max(axis=1)
        last_of_its_p = np.append(sorted_p[1:] > sorted_p[:-1] * (1 + 1e-10), True)
        allowed = last_of_its_p & (error <= alpha * (1 + 1e-10))
        succeeds = np.zeros(p_values.size, dtype=bool)
        if allowed.any():
            succeeds[order[: int(np.flatnonzero(allowed)[-1]) + 1]] = True
        self.succeeds: NDArray[np.bool_] = succeeds.reshape(p_values.shape)
        """One row a number of control responders, one column a number of treated responders."""

    def power(self, p_control: float, p_treated: float) -> float:
        """The exact chance of success at two true rates."""
        chances = [
            point_probability(np.arange(size + 1), size, np.float64(rate))
            for size, rate in zip(self._sizes, (p_control, p_treated), strict=True)
        ]
        return float(chances[0] @ self.succeeds.astype(float) @ chances[1])


@lru_cache(maxsize=128)
def boschloo(n_control: int, n_treated: int, alpha: float = 0.05) -> Boschloo:
    """The test of Boschloo for two arms, made once for each size.

    Examples
    --------
    >>> round(boschloo(10, 10).power(0.30, 0.50), 2)
    0.21
    """
    return Boschloo(n_control, n_treated, alpha)


@lru_cache(maxsize=256)
def two_arm_size(p_control: float, p_treated: float, alpha: float, power: float) -> TwoArmPilot | None:
    """The smallest two equal arms with the wanted power by Fisher's test; None where the bench searches no further.

    Power rises in a saw: a larger trial may have less of it.

    Examples
    --------
    >>> one = two_arm_size(0.30, 0.70, 0.05, 0.80)
    >>> one.n_control == one.n_treated, one.power(0.30, 0.70) >= 0.80
    (True, True)
    """
    for each in range(1, MAX_PATIENTS // 2 + 1):
        found = two_arm_pilot(each, each, alpha)
        if found.power(p_control, p_treated) >= power:
            return found
    return None
