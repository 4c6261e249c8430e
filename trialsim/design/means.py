"""Changes and scores instead of responders: how precise a mean will be, and the patients that Student's t takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy

from trialsim.design.binomial import TIE, check_chance
from trialsim.errors import TrialsimError, check_number, check_whole

MAX_MEAN_N = 10_000
"""The most patients of one group whose mean is planned for."""

_MAX_VALUE = 1e9


@dataclass(frozen=True, slots=True, repr=False)
class PairedPrecision:
    """How precisely n patients measure a mean change.

    Attributes
    ----------
    n : int
        Patients with both measurements.
    sd : float
        Standard deviation of the change, in its unit.
    level : float
        Level of the interval.
    half_width : float
        What the t interval reaches to either side when the observed standard deviation is `sd`.
    expected_half_width : float
        What it reaches on average, for changes from a normal distribution.
    """

    n: int
    sd: float
    level: float
    half_width: float
    expected_half_width: float

    def __repr__(self) -> str:
        return (
            f"{self.n} patients, standard deviation of the change {self.sd:g}: the {100 * self.level:g} % interval of "
            f"the mean change reaches {self.half_width:.4g} to either side ({self.expected_half_width:.4g} on average)."
        )


def paired_change(n: int, sd: float, *, level: float = 0.95) -> PairedPrecision:
    """How precisely `n` patients, each measured before and after, measure a mean change.

    Parameters
    ----------
    n : int
        Patients with both measurements, 2 to 10,000.
    sd : float
        Standard deviation of the *change* (not of the values), in its unit.
    level : float
        Level of the two-sided t interval.

    Examples
    --------
    >>> round(paired_change(20, 8.0).half_width, 2)
    3.74
    """
    n = check_whole("n", n, 2, MAX_MEAN_N, "One change has no spread.")
    sd, level = _positive("sd", sd), check_chance("level", level)
    half = float(scipy.special.stdtrit(n - 1, (1 + level) / 2) * sd / np.sqrt(n))
    shorter = np.exp(scipy.special.gammaln(n / 2) - scipy.special.gammaln((n - 1) / 2)) * np.sqrt(2 / (n - 1))
    return PairedPrecision(n, sd, level, half, float(half * shorter))


@dataclass(frozen=True, slots=True, repr=False)
class MeanComparison:
    """A comparison of means by Student's t: a change with nothing, or treated with controls.

    Attributes
    ----------
    n_control, n_treated : int
        Patients analysed; no controls where a change is compared with zero.
    difference, sd : float
        The true difference that is to be found, and the standard deviation (of the change, or within each arm).
    alpha : float
    sides : int
    """

    n_control: int
    n_treated: int
    difference: float
    sd: float
    alpha: float
    sides: int

    @property
    def n(self) -> int:
        """All patients."""
        return self.n_control + self.n_treated

    @property
    def power(self) -> float:
        """The exact chance to find the difference (two-sided: in either direction), for normal values."""
        return _power(self.n_control, self.n_treated, abs(self.difference) / self.sd, self.alpha, self.sides)

    def __repr__(self) -> str:
        who = f"{self.n_control} control and {self.n_treated} treated patients" if self.n_control else f"{self.n} pairs"
        kind = "two-sided" if self.sides == 2 else "one-sided"
        return (
            f"Comparison of means: {who}; a true difference of {self.difference:g} (standard deviation {self.sd:g}) is "
            f"found with a power of {self.power:.4f} by the {kind} t test at {self.alpha:g}."
        )


def find_paired_n(difference: float, sd: float, alpha: float, power: float, *, sides: int = 2) -> MeanComparison:
    """The fewest patients, each measured before and after, that find a mean change.

    Parameters
    ----------
    difference : float
        The true mean change that is to be found, not zero.
    sd : float
        Standard deviation of the change, in its unit.
    alpha, power : float
        Of the paired t test.
    sides : int
        2, or 1 for a change in the expected direction only.

    Notes
    -----
    Exact for normal changes, by the noncentral t distribution.

    Examples
    --------
    >>> design = find_paired_n(5, 8, 0.05, 0.80)
    >>> design.n, round(design.power, 4)
    (23, 0.8171)
    """
    return _find(0.0, difference, sd, alpha, power, sides)


def compare_means(
    n_control: int, n_treated: int, difference: float, sd: float, *, alpha: float = 0.05, sides: int = 2
) -> MeanComparison:
    """Two randomised arms compared by the t test on a score, such as the mean improvement score.

    Parameters
    ----------
    n_control, n_treated : int
        Patients analysed in each arm, 2 to 10,000.
    difference, sd : float
        The true difference of the means, and the standard deviation within each arm, in the score's unit.
    alpha : float
    sides : int

    Examples
    --------
    >>> round(compare_means(20, 20, 15, 20).power, 3)
    0.637
    """
    control, treated = (
        check_whole(name, n, 2, MAX_MEAN_N) for name, n in (("n_control", n_control), ("n_treated", n_treated))
    )
    difference, sd = check_number("difference", difference, -_MAX_VALUE, _MAX_VALUE), _positive("sd", sd)
    return MeanComparison(
        control, treated, difference, sd, check_chance("alpha", alpha), check_whole("sides", sides, 1, 2)
    )


def find_mean_comparison(
    difference: float, sd: float, alpha: float, power: float, *, allocation: float = 1.0, sides: int = 2
) -> MeanComparison:
    """The smallest two arms that find a difference of means by the t test.

    Parameters
    ----------
    difference, sd, alpha, power, sides
        As in `compare_means` and `find_paired_n`.
    allocation : float
        Treated patients for each control, from 0.1 to 10; the larger arm is rounded up.

    Examples
    --------
    >>> design = find_mean_comparison(15, 20, 0.05, 0.80)
    >>> design.n_control, design.n_treated, round(design.power, 3)
    (29, 29, 0.801)
    """
    fix = "It is the number of treated patients for each control."
    return _find(check_number("allocation", allocation, 0.1, 10, fix=fix), difference, sd, alpha, power, sides)


def _find(ratio: float, difference: Any, sd: Any, alpha: Any, power: Any, sides: Any) -> MeanComparison:
    """The smallest size with the power; a ratio of 0 is a change without controls."""
    difference, sd = check_number("difference", difference, -_MAX_VALUE, _MAX_VALUE), _positive("sd", sd)
    alpha, power, sides = check_chance("alpha", alpha), check_chance("power", power), check_whole("sides", sides, 1, 2)

    def sized(smaller: int) -> MeanComparison:
        larger = int(np.ceil(smaller * max(ratio, 1 / ratio) * (1 - TIE))) if ratio else smaller
        control, treated = (smaller, larger) if ratio >= 1 else (larger, smaller)
        return MeanComparison(control if ratio else 0, treated, difference, sd, alpha, sides)

    low, high = 2, int(MAX_MEAN_N / max(ratio, 1 / ratio)) if ratio else MAX_MEAN_N
    most = sized(high).power
    if most < power:
        fix = f"{sized(high).n:,} patients have power {most:.3f}: look for a larger difference, or accept less power."
        raise TrialsimError("difference", difference, f"a larger difference for a spread of {sd:g}", fix)
    while low < high:  # the power rises with the patients
        middle = (low + high) // 2
        low, high = (low, middle) if sized(middle).power >= power * (1 - TIE) else (middle + 1, high)
    return sized(low)


def _power(n_control: int, n_treated: int, effect: float, alpha: float, sides: int) -> float:
    if n_control:
        freedom, shift = n_control + n_treated - 2, effect / np.sqrt(1 / n_control + 1 / n_treated)
    else:
        freedom, shift = n_treated - 1, effect * np.sqrt(n_treated)
    limit = float(-scipy.special.stdtrit(freedom, alpha / sides))
    # Beyond a shift of 8 the other side has a chance below 1e-15.
    other = float(scipy.special.nctdtr(freedom, shift, -limit)) if sides == 2 and shift < 8 else 0.0
    return min(1.0, _beyond(freedom, float(shift), limit) + other)


def _beyond(freedom: int, shift: float, limit: float) -> float:
    """The chance that a noncentral t exceeds `limit`."""
    if shift <= 20:
        return float(1 - scipy.special.nctdtr(freedom, shift, limit))
    if limit <= 0:
        return 1.0
    z = np.linspace(-9, 9, 721)  # so far out the library's function fails; the average over the normal part does not
    weight = np.exp(-z * z / 2)
    below = scipy.special.chdtr(freedom, freedom * ((z + shift) / limit) ** 2)
    return float(weight @ below / weight.sum())


def _positive(where: str, value: Any) -> float:
    return check_number(where, value, 0, _MAX_VALUE, open_low=True)
