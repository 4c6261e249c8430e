"""What two arms cost: the patients that Fisher's test takes for a power, and what a less cautious test reaches."""

from __future__ import annotations

from functools import lru_cache

from trialsim.design import TwoArmPilot, find_two_arm, two_arm, two_arm_pilot
from trialsim.errors import TrialsimError
from trialsim.power.bench import MAX_PATIENTS

__all__ = ["Boschloo", "boschloo", "two_arm_size"]


class Boschloo:
    """The test of Boschloo for two arms, see `two_arm`.

    Parameters
    ----------
    n_control, n_treated : int
    alpha : float
        One-sided.
    """

    def __init__(self, n_control: int, n_treated: int, alpha: float) -> None:
        self._arms = two_arm(n_control, n_treated, 0.5, 0.5, alpha=alpha, test="boschloo")
        self.succeeds = self._arms.succeeds()
        """One row a number of control responders, one column a number of treated responders."""

    def power(self, p_control: float, p_treated: float) -> float:
        """The exact chance of success at two true rates."""
        return self._arms.success_probability(p_control, p_treated)


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
    try:
        found = find_two_arm(p_control, p_treated, alpha, power, n_max=MAX_PATIENTS // 2)
    except TrialsimError:
        return None
    return two_arm_pilot(found.n_control, found.n_treated, alpha)
