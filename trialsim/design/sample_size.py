"""Power against the number of patients: the exact sawtooth, the smooth normal approximation, and two-sided tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
import pandas as pd
import scipy

from trialsim.design.binomial import (
    LARGEST_N,
    Floats,
    Rates,
    Whole,
    as_given,
    check_chance,
    check_rate_inside,
    check_rates,
    check_two_rates,
    critical_value,
    lower_tail,
    upper_tail,
)
from trialsim.design.outcomes import Outcomes, endings_of_one_count
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
    sizes = np.array([check_whole("n", size, 1, LARGEST_N) for size in listed], np.int64)
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
    p0, p1 = check_two_rates(p0, p1)
    alpha, power = check_chance("alpha", alpha), check_chance("power", power)
    spread = -scipy.special.ndtri(alpha) * np.sqrt(p0 * (1 - p0)) + scipy.special.ndtri(power) * np.sqrt(p1 * (1 - p1))
    n = max(1.0, float(np.ceil((spread / (p1 - p0)) ** 2))) if spread > 0 else 1.0
    if n > LARGEST_N:
        fix = "The two rates are too close for a trial of a size that anyone could run: move them apart."
        raise TrialsimError("p1", p1, f"a rate further above p0 = {p0:g}", fix)
    return NormalApproximation(int(n), p1, power, single_stage(int(n), p0, alpha))


@dataclass(frozen=True, slots=True, repr=False)
class TwoSidedSingleStage:
    """An exact two-sided test of n patients against the rate p0, with half of alpha on each side.

    Attributes
    ----------
    n, p0, alpha
        As in `SingleStage`.
    worse_at : int
        With this many responders or fewer the rate is called lower than p0; -1 means never.
    better_at : int
        With this many responders or more it is called higher; n + 1 means never.
    """

    n: int
    p0: float
    alpha: float
    worse_at: int
    better_at: int

    @property
    def attained_alpha(self) -> float:
        """The exact chance to call a rate of p0 different."""
        return float(self.power(self.p0) + lower_tail(self.worse_at, self.n, self.p0))

    @overload
    def power(self, p1: float) -> float: ...
    @overload
    def power(self, p1: Rates) -> Floats: ...
    def power(self, p1: float | Rates) -> float | Floats:
        """The exact chance to call the rate higher than p0, at one true rate or at an array of them."""
        return as_given(upper_tail(self.better_at, self.n, check_rates("p1", p1)))

    def outcomes(self) -> Outcomes:
        """All ways in which the trial may end; success is a rate called higher than p0."""
        return endings_of_one_count(self.n, self.better_at)

    def __repr__(self) -> str:
        return (
            f"Single stage, two-sided: {self.n} patients; better than p0 = {self.p0:g} with {self.better_at} or more "
            f"responders, worse with {self.worse_at} or fewer; chance to call p0 itself different "
            f"{self.attained_alpha:.4f} (allowed: {self.alpha:g})."
        )


def two_sided_single_stage(n: int, p0: float, alpha: float = 0.05) -> TwoSidedSingleStage:
    """The exact two-sided test with `n` patients.

    Examples
    --------
    >>> design = two_sided_single_stage(20, 0.3)
    >>> design.worse_at, design.better_at, round(design.attained_alpha, 3)
    (1, 11, 0.025)
    """
    n = check_whole("n", n, 1, LARGEST_N)
    p0, alpha = check_rate_inside("p0", p0), check_chance("alpha", alpha)
    better = int(critical_value(n, p0, alpha / 2))
    # Few responders at p0 are many non-responders at 1 - p0.
    worse = n - int(critical_value(n, 1 - p0, alpha / 2))
    return TwoSidedSingleStage(n, p0, alpha, worse, better)
