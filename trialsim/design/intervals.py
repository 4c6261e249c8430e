"""Intervals for a response rate: seven methods, on one trial or on all outcomes at once."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy

from trialsim.design.binomial import MAX_N, Floats, Whole, bisect, check_chance, point_probability, upper_tail
from trialsim.errors import check_number, check_one_of, check_whole


@dataclass(frozen=True, slots=True, repr=False)
class Interval:
    """A lower and an upper limit; unpacks like a pair.

    Examples
    --------
    >>> low, high = Interval(0.27, 0.73)
    >>> 0.5 in Interval(low, high), round(Interval(low, high).width, 2)
    (True, 0.46)
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        check_number("low", self.low, -math.inf, math.inf)
        check_number("high", self.high, self.low, math.inf)

    @property
    def width(self) -> float:
        """Upper minus lower limit."""
        return self.high - self.low

    def __iter__(self) -> Iterator[float]:
        return iter((self.low, self.high))

    def __contains__(self, rate: float) -> bool:
        return self.low <= rate <= self.high

    def __repr__(self) -> str:
        return f"{self.low:.4g} to {self.high:.4g}"


Limits = tuple[Floats, Floats]


def _clopper_pearson(x: Whole, n: int, tail: float) -> Limits:
    low = scipy.special.betaincinv(np.maximum(x, 1), n - np.maximum(x, 1) + 1, tail)
    high = scipy.special.betaincinv(np.minimum(x, n - 1) + 1, n - np.minimum(x, n - 1), 1 - tail)
    return _closed_ends(x, n, low, high)


def _jeffreys(x: Whole, n: int, tail: float) -> Limits:
    # Left alone, the interval would exclude a rate of 0 after 0 of n: a rate that the data cannot contradict.
    low, high = (
        scipy.special.betaincinv(x + 0.5, n - x + 0.5, tail),
        scipy.special.betaincinv(x + 0.5, n - x + 0.5, 1 - tail),
    )
    return _closed_ends(x, n, low, high)


def _wilson(x: Whole, n: int, tail: float) -> Limits:
    z = -scipy.special.ndtri(tail)
    centre, spread = 2 * x + z * z, z * np.sqrt(z * z + 4 * x * (n - x) / n)
    scale = 2 * (n + z * z)
    return _closed_ends(x, n, (centre - spread) / scale, (centre + spread) / scale)


def _wilson_corrected(x: Whole, n: int, tail: float) -> Limits:
    z, rate = -scipy.special.ndtri(tail), x / n
    centre, scale = 2 * x + z * z, 2 * (n + z * z)
    # At the closed ends a square root could fall below zero; its value is not used there.
    below = np.sqrt(np.maximum(z * z - 2 - 1 / n + 4 * rate * (n - x + 1), 0))
    above = np.sqrt(np.maximum(z * z + 2 - 1 / n + 4 * rate * (n - x - 1), 0))
    low, high = (centre - 1 - z * below) / scale, (centre + 1 + z * above) / scale
    return _closed_ends(x, n, np.maximum(low, 0), np.minimum(high, 1))


def _mid_p(x: Whole, n: int, tail: float) -> Limits:
    def as_high_or_higher(rates: Floats) -> Floats:
        return upper_tail(x, n, rates) - point_probability(x, n, rates) / 2

    # Counting half of the observed outcome always gives limits inside the Clopper-Pearson ones.
    low, high = _clopper_pearson(x, n, tail)
    lower, upper = (bisect(as_high_or_higher, target, low, high) for target in (tail, 1 - tail))
    return _closed_ends(x, n, lower, upper)


def _agresti_coull(x: Whole, n: int, tail: float) -> Limits:
    z = -scipy.special.ndtri(tail)
    weight = n + z * z
    centre = (x + z * z / 2) / weight
    half = z * np.sqrt(centre * (1 - centre) / weight)
    return centre - half, centre + half


def _wald(x: Whole, n: int, tail: float) -> Limits:
    rate = x / n
    half = -scipy.special.ndtri(tail) * np.sqrt(rate * (1 - rate) / n)
    return rate - half, rate + half


def _closed_ends(x: Whole, n: int, low: Any, high: Any) -> Limits:
    return np.where(x == 0, 0.0, low), np.where(x == n, 1.0, high)


METHODS: dict[str, Callable[[Whole, int, float], Limits]] = {
    "clopper-pearson": _clopper_pearson,
    "wilson": _wilson,
    "wilson-corrected": _wilson_corrected,
    "jeffreys": _jeffreys,
    "mid-p": _mid_p,
    "agresti-coull": _agresti_coull,
    "wald": _wald,
}


def interval_limits(n: int, level: float, method: str) -> Limits:
    """Lower and upper limits for every outcome 0..n, two arrays of n + 1; arguments are taken as checked."""
    return METHODS[method](np.arange(n + 1), n, (1 - level) / 2)


def check_level_and_method(level: Any, method: Any) -> tuple[float, str]:
    """Return a confidence level and the name of an interval method, or raise."""
    return check_chance("level", level), check_one_of("method", method, METHODS)


def response_interval(responders: int, n: int, *, level: float = 0.95, method: str = "clopper-pearson") -> Interval:
    """A two-sided interval for the response rate after `responders` of `n`.

    Parameters
    ----------
    responders, n : int
        Responders among the patients analysed.
    level : float
        Confidence level, between 0 and 1.
    method : str
        ``"clopper-pearson"`` (never covers less than its level), ``"wilson"``, ``"wilson-corrected"`` (with
        continuity correction), ``"jeffreys"`` (closed at 0 and at n responders), ``"mid-p"``,
        ``"agresti-coull"`` or ``"wald"``. The last two are given as their formulas give them: they may
        reach below 0 or above 1, which is one reason not to use them in a small trial.

    Notes
    -----
    Wilson with correction is method 4 of Newcombe (1998), Statistics in Medicine.

    Examples
    --------
    >>> response_interval(10, 20)
    0.272 to 0.728
    """
    n = check_whole("n", n, 1, MAX_N)
    x = check_whole("responders", responders, 0, n, "There cannot be more responders than patients.")
    level, method = check_level_and_method(level, method)
    low, high = METHODS[method](np.asarray(x), n, (1 - level) / 2)
    return Interval(float(low), float(high))


def difference_interval(
    treated_responders: int, n_treated: int, control_responders: int, n_control: int, *, level: float = 0.95
) -> Interval:
    """A two-sided interval for the difference of two response rates, treated minus control.

    Parameters
    ----------
    treated_responders, n_treated, control_responders, n_control : int
        Responders among the patients of each arm.
    level : float
        Confidence level, between 0 and 1. It is kept on average over true rates, not for each of them.

    Notes
    -----
    Method 10 of Newcombe (1998), Statistics in Medicine 17:873: from Wilson's limits of both rates, no correction.

    Examples
    --------
    >>> difference_interval(56, 70, 48, 80)
    0.05243 to 0.3339
    """
    limits = [
        (response_interval(x, n, level=level, method="wilson"), x / n)
        for x, n in ((treated_responders, n_treated), (control_responders, n_control))
    ]
    (treated, rate), (control, other) = limits
    low = np.hypot(rate - treated.low, control.high - other)
    high = np.hypot(treated.high - rate, other - control.low)
    return Interval(float(rate - other - low), float(rate - other + high))


def zero_events_bound(n: int, level: float = 0.95) -> float:
    """The highest rate that zero events among `n` patients leave plausible: an exact one-sided upper bound.

    At this rate, seeing none at all would happen with probability ``1 - level``.

    Examples
    --------
    >>> round(zero_events_bound(20), 3)
    0.139
    """
    n, level = check_whole("n", n, 1, MAX_N), check_chance("level", level)
    return float(-np.expm1(np.log1p(-level) / n))
