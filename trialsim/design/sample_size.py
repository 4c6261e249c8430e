"""Power against the number of patients: the exact sawtooth, and the smooth normal approximation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy

from trialsim.design.binomial import (
    MAX_N,
    Whole,
    check_chance,
    check_errors,
    check_two_rates,
    critical_value,
    upper_tail,
)
from trialsim.design.single_stage import SingleStage, single_stage
from trialsim.errors import TrialsimError, check_whole


def power_by_n(p0: float, p1: float, alpha: float, n: Sequence[int] | Whole) -> pd.DataFrame:
    """The exact power of the single-stage test for each n, and what the normal approximation would promise.

    Returns
    -------
    pandas.DataFrame
        One row an n: ``n, min_responders, attained_alpha, power, normal_power``.

    Examples
    --------
    >>> power_by_n(0.3, 0.5, 0.05, [20, 21]).round(3)[["n", "min_responders", "power"]].to_numpy().tolist()
    [[20.0, 10.0, 0.588], [21.0, 11.0, 0.5]]
    """
    p0, p1 = check_two_rates(p0, p1)
    alpha = check_chance("alpha", alpha)
    try:
        listed = list(n)
    except TypeError:
        raise TrialsimError("n", n, "a list of numbers of patients") from None
    sizes = np.array([check_whole("n", size, 1, MAX_N) for size in listed], np.int64)
    enough = critical_value(sizes, p0, alpha)
    shift = np.sqrt(sizes) * (p1 - p0) + scipy.special.ndtri(alpha) * np.sqrt(p0 * (1 - p0))
    return pd.DataFrame(
        {
            "n": sizes,
            "min_responders": enough,
            "attained_alpha": np.minimum(upper_tail(enough, sizes, p0), alpha),
            "power": upper_tail(enough, sizes, p1),
            "normal_power": scipy.special.ndtr(shift / np.sqrt(p1 * (1 - p1))),
        }
    )


@dataclass(frozen=True, slots=True, repr=False)
class NormalApproximation:
    """The n of the usual formula, and what it is worth.

    Attributes
    ----------
    n : int
        The number of patients from the formula.
    p1, power : float
        What it was asked for: this power at this rate.
    design : SingleStage
        The exact test with that n.
    """

    n: int
    p1: float
    power: float
    design: SingleStage

    @property
    def exact_power(self) -> float:
        """The power that n patients really have."""
        return self.design.power(self.p1)

    def __repr__(self) -> str:
        short = "less than" if self.exact_power < self.power else "at least"
        return (
            f"Normal approximation: {self.n} patients for a power of {self.power:g}; the exact power is "
            f"{self.exact_power:.3f}, {short} what was asked for. Use the exact search."
        )


def normal_approximation(p0: float, p1: float, alpha: float, power: float) -> NormalApproximation:
    """The sample size of the usual normal formula, shown as a warning beside the exact one.

    Examples
    --------
    >>> approximate = normal_approximation(0.3, 0.5, 0.05, 0.8)
    >>> approximate.n, round(approximate.exact_power, 3)
    (35, 0.75)
    """
    p0, p1, alpha, power = check_errors(p0, p1, alpha, power)
    spread = -scipy.special.ndtri(alpha) * np.sqrt(p0 * (1 - p0)) + scipy.special.ndtri(power) * np.sqrt(p1 * (1 - p1))
    n = max(1.0, float(np.ceil((spread / (p1 - p0)) ** 2))) if spread > 0 else 1.0
    if n > MAX_N:
        fix = "The two rates are too close for a trial of a size that anyone could run: move them apart."
        raise TrialsimError("p1", p1, f"a rate further above p0 = {p0:g}", fix)
    return NormalApproximation(int(n), p1, power, single_stage(int(n), p0, alpha))
