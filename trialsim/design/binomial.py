"""Exact binomial arithmetic on arrays: the ground that every design stands on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

import numpy as np
import scipy
from numpy.typing import NDArray

from trialsim.errors import TrialsimError, check_number

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Rates = Sequence[float] | Floats
AnyRate = TypeVar("AnyRate", float, Floats)
"""One true rate, or an array of them: the answer has the same shape."""

MAX_N = 100_000
"""The most patients for which the tails are computed; beyond it exact arithmetic answers no question of a trial."""

TIE = 1e-12
"""Relative difference below which two probabilities are the same number written twice.

An attained error may equal the allowed one exactly (one patient, p0 = alpha = 0.05), and the last digit of a
float must not decide whether such a design exists.
"""


def upper_tail(k: Any, n: Any, p: Any) -> Floats:
    """P(X >= k) for X binomial(n, p); arguments broadcast, `k` may lie outside 0..n.

    Examples
    --------
    >>> upper_tail([0, 10, 21], 20, 0.3).round(6).tolist()
    [1.0, 0.047962, 0.0]
    """
    k, n = np.asarray(k), np.asarray(n)
    inside = scipy.special.betainc(np.maximum(k, 1), np.maximum(n - k + 1, 1), p)
    if k.ndim == 0 and n.ndim == 0 and 1 <= k <= n:
        return np.asarray(inside)
    return np.asarray(np.where(k <= 0, 1.0, np.where(k > n, 0.0, inside)))


def lower_tail(k: Any, n: Any, p: Any) -> Floats:
    """P(X <= k) for X binomial(n, p), computed as such and not as one minus the other tail."""
    k, n = np.asarray(k), np.asarray(n)
    inside = scipy.special.betaincc(np.maximum(k + 1, 1), np.maximum(n - k, 1), p)
    return np.asarray(np.where(k < 0, 0.0, np.where(k >= n, 1.0, inside)))


def log_choose(n: Any, k: Any) -> Floats:
    """Logarithm of the number of ways to choose `k` of `n`; 0 <= k <= n."""
    n, k = np.asarray(n, float), np.asarray(k, float)
    return np.asarray(scipy.special.gammaln(n + 1) - scipy.special.gammaln(k + 1) - scipy.special.gammaln(n - k + 1))


def point_probability(k: Any, n: Any, p: Any) -> Floats:
    """P(X = k) for X binomial(n, p), with 0 <= k <= n."""
    k, n = np.asarray(k), np.asarray(n)
    return np.asarray(
        np.exp(log_choose(n, k) + scipy.special.xlogy(k, p) + scipy.special.xlog1py(n - k, -np.asarray(p, float)))
    )


def critical_value(n: Any, p0: float, alpha: float | Floats) -> Whole:
    """The smallest k > 0 with P(X >= k | p0) <= alpha for each n; n + 1 where even n of n is not rare enough.

    Examples
    --------
    >>> critical_value([3, 20, 21], 0.3, 0.05).tolist()
    [3, 10, 11]
    """
    n = np.asarray(n, np.int64)
    too_low, enough = np.zeros_like(n), n + 1
    while np.any(enough - too_low > 1):
        middle = (too_low + enough) // 2
        rare = upper_tail(middle, n, p0) <= alpha * (1 + TIE)
        too_low, enough = np.where(rare, too_low, middle), np.where(rare, middle, enough)
    return np.asarray(enough)


def bisect(rises: Any, target: float, low: Floats, high: Floats) -> Floats:
    """Where functions of a rate that rise with it reach `target`, all of them at once, to the last bit of a float.

    Parameters
    ----------
    rises : callable
        Takes an array of rates, one for each function, and gives their values.
    low, high : ndarray
        Rates between which each answer lies.
    """
    low, high = low.copy(), high.copy()
    for _ in range(64):
        middle = (low + high) / 2
        below = rises(middle) < target
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return (low + high) / 2


def check_rates(where: str, rates: float | Rates) -> Floats:
    """Return true response rates as an array, or raise: each must be a number from 0 to 1.

    Examples
    --------
    >>> check_rates("p1", [0.3, 50])
    Traceback (most recent call last):
    trialsim.errors.TrialsimError: p1: got 50.0; allowed: rates from 0 to 1. A rate of 50 % is written 0.5.
    """
    allowed = "rates from 0 to 1"
    if isinstance(rates, (bool, str, bytes)):
        raise TrialsimError(where, rates, allowed)
    try:
        array = np.asarray(rates, dtype=float)
    except (TypeError, ValueError, OverflowError):
        raise TrialsimError(where, rates, allowed) from None
    fits = (array >= 0) & (array <= 1)
    if not fits.all():
        wrong = float(array[~fits].flat[0])
        fix = f"A rate of {wrong:g} % is written {wrong / 100:g}." if 1 < wrong <= 100 else ""
        raise TrialsimError(where, wrong, allowed, fix)
    return array


def check_rate_list(rates: float | Rates) -> Floats:
    """Return one true rate, or a plain list of them, as a list, or raise."""
    found = np.atleast_1d(check_rates("rates", rates))
    if found.ndim != 1 or not found.size:
        raise TrialsimError("rates", rates, "one rate or a plain list of rates")
    return found


def check_rate_inside(where: str, rate: Any) -> float:
    """Return an assumed rate, or raise: it must lie strictly between 0 and 1."""
    fix = "With a rate of exactly 0 or 1 the number of responders is known before the trial."
    if isinstance(rate, (int, float)) and 1 < rate <= 100:
        fix = f"A rate of {rate:g} % is written {rate / 100:g}."
    return check_number(where, rate, 0, 1, open_low=True, open_high=True, fix=fix)


def check_two_rates(p0: Any, p1: Any) -> tuple[float, float]:
    """Return the rate not worth pursuing and the rate worth finding, or raise: p1 must exceed p0."""
    p0, p1 = check_rate_inside("p0", p0), check_rate_inside("p1", p1)
    if p1 <= p0:
        fix = "p0 is the rate not worth pursuing, p1 the rate worth finding: raise p1 or lower p0."
        raise TrialsimError("p1", p1, f"a rate above p0 = {p0:g} and below 1", fix)
    return p0, p1


def check_chance(where: str, value: Any) -> float:
    """Return alpha, power or a level, or raise: it must lie strictly between 0 and 1."""
    fix = ""
    if isinstance(value, (int, float)) and 1 < value <= 100:
        fix = f"{value:g} % is written {value / 100:g}."
    return check_number(where, value, 0, 1, open_low=True, open_high=True, fix=fix)


def at_rates(where: str, rates: AnyRate, compute: Callable[[Floats], Any]) -> AnyRate:
    """What `compute` gives at a true rate from 0 to 1, as a plain float, or at an array of them; or raise."""
    values = np.asarray(compute(check_rates(where, rates)))
    return cast("AnyRate", float(values) if values.ndim == 0 else values)


def check_errors(p0: Any, p1: Any, alpha: Any, power: Any) -> tuple[float, float, float, float]:
    """Return what a search is asked, or raise: two rates, the allowed error at p0 and the wanted power at p1."""
    return *check_two_rates(p0, p1), check_chance("alpha", alpha), check_chance("power", power)


def settle(record: object, **checked: object) -> None:
    """Put checked values in place of those that a frozen record was made with."""
    for name, value in checked.items():
        object.__setattr__(record, name, value)


_Array = TypeVar("_Array", bound=NDArray[Any])


def frozen(array: _Array) -> _Array:
    """The array, made unwritable: whoever caches it may give it to everybody."""
    array.setflags(write=False)
    return array
