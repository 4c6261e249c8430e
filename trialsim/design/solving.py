"""The exact single stage solved for an unknown: the rate it can find or exclude, the error it takes."""

from __future__ import annotations

from trialsim.design.binomial import MAX_N, check_chance, check_rate_inside, check_two_rates, upper_tail
from trialsim.design.single_stage import single_stage
from trialsim.errors import check_whole

_STEPS = 60
"""Halvings of an interval of rates: far below what is shown."""


def rate_found(n: int, p0: float, alpha: float, power: float, *, sides: int = 1) -> float:
    """The smallest true rate that n patients find with the wanted power; 1.0 where not even that is found.

    Examples
    --------
    >>> round(rate_found(20, 0.30, 0.05, 0.80), 3)
    0.568
    """
    power, design = check_chance("power", power), single_stage(n, p0, alpha, sides=sides)
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if design.power(middle) >= power else (middle, high)
    return high


def rate_excluded(n: int, p1: float, alpha: float, power: float, *, sides: int = 1) -> float:
    """The largest p0 that n patients exclude with the wanted power where p1 is true; 0.0 where none is.

    Examples
    --------
    >>> round(rate_excluded(20, 0.50, 0.05, 0.80), 3)
    0.217
    """
    p1, power = check_rate_inside("p1", p1), check_chance("power", power)
    low, high = 0.0, p1
    for _ in range(_STEPS):
        middle = (low + high) / 2
        enough = middle > 0 and single_stage(n, middle, alpha, sides=sides).power(p1) >= power
        low, high = (middle, high) if enough else (low, middle)
    return low


def alpha_needed(n: int, p0: float, p1: float, power: float) -> float:
    """The smallest one-sided error at p0 at which n patients have the wanted power at p1.

    Examples
    --------
    >>> round(alpha_needed(20, 0.30, 0.50, 0.80), 3)
    0.228
    """
    n = check_whole("n", n, 1, MAX_N)
    p0, p1 = check_two_rates(p0, p1)
    power = check_chance("power", power)
    needed = max(x for x in range(n + 1) if upper_tail(x, n, p1) >= power)
    return float(upper_tail(needed, n, p0))
