"""Two randomised arms compared by an exact test: its error over all common rates, its power, the patients it takes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trialsim.design.binomial import TIE, check_chance, check_errors, check_rates, point_probability
from trialsim.design.exact_tests import TESTS, largest_error, rejection_region
from trialsim.errors import TrialsimError, check_number, check_one_of, check_whole

MAX_ARM = 500
"""The most patients of one arm."""


@dataclass(frozen=True, slots=True, repr=False)
class TwoArm:
    """A control and a treated arm; success when a one-sided exact test finds the treated arm better.

    Attributes
    ----------
    n_control, n_treated : int
        Patients analysed in each arm.
    p0, p1 : float
        The rates of the controls and of the treated for which `power` is given.
    alpha : float
        The allowed chance of a false success, whatever the common rate.
    test : str
        ``"fisher"``, ``"barnard"`` or ``"boschloo"``, see `two_arm`.
    """

    n_control: int
    n_treated: int
    p0: float
    p1: float
    alpha: float
    test: str

    @property
    def n(self) -> int:
        """Patients in both arms."""
        return self.n_control + self.n_treated

    @property
    def power(self) -> float:
        """The exact chance of success at p0 and p1."""
        return self.success_probability(self.p0, self.p1)

    def success_probability(self, p_control: float, p_treated: float) -> float:
        """The exact chance of success at two true rates."""
        rates = [check_rates("p_control", p_control), check_rates("p_treated", p_treated)]
        for name, rate in zip(("p_control", "p_treated"), rates, strict=True):
            if rate.ndim:
                raise TrialsimError(name, rate.tolist(), "one rate from 0 to 1")
        return _chance(self.succeeds(), float(rates[0]), float(rates[1]))

    @property
    def attained_alpha(self) -> float:
        """The largest chance of success over all common rates, to about 1e-9."""
        return largest_error(self.succeeds())[0]

    @property
    def worst_rate(self) -> float:
        """The common rate at which the chance of a false success is largest."""
        return largest_error(self.succeeds())[1]

    def succeeds(self) -> NDArray[np.bool_]:
        """Which results succeed: one row a number of control responders, one column a number of treated responders."""
        return rejection_region(self.n_control, self.n_treated, self.alpha, self.test)

    def min_treated_responders(self) -> list[int]:
        """For 0, 1, ... control responders: treated responders needed for success; n_treated + 1 means never."""
        return [int(row.argmax()) if row.any() else self.n_treated + 1 for row in self.succeeds()]

    def __repr__(self) -> str:
        name, power = self.test.capitalize(), self.power
        return (
            f"Two arms: {self.n_control} control and {self.n_treated} treated patients; success by the one-sided exact "
            f"test of {name} at {self.alpha:g}. Power at {self.p0:g} against {self.p1:g}: {power:.3f}. "
            f"Whatever the common rate, the chance of a false success is at most {self.attained_alpha:.4f} (at "
            f"{self.worst_rate:.3f})."
        )


def two_arm(
    n_control: int, n_treated: int, p0: float, p1: float, *, alpha: float = 0.05, test: str = "fisher"
) -> TwoArm:
    """A randomised comparison of two arms of given size, by an exact one-sided test.

    Parameters
    ----------
    n_control, n_treated : int
        Patients analysed in each arm, 1 to 500.
    p0, p1 : float
        True rates of the controls and of the treated, from 0 to 1, for which the power is given.
    alpha : float
        The allowed chance of a false success, one-sided.
    test : str
        ``"fisher"`` keeps alpha for each total number of responders, and so stays well below it. ``"boschloo"`` takes
        Fisher's p as an order of the results, ``"barnard"`` the statistic of the two rates with pooled variance; both
        call a success as much of that order as keeps alpha whatever the common rate. Boschloo's never has less power
        than Fisher's.

    Notes
    -----
    The largest error over the common rate is searched on a grid that is fine against the width of any feature (a
    binomial average), and refined around its maxima: tolerance about 1e-9. Barnard (1945) by the statistic of Suissa
    and Shuster (1985); Boschloo (1970).

    Examples
    --------
    >>> fisher, boschloo = (two_arm(10, 10, 0.3, 0.5, test=test) for test in ("fisher", "boschloo"))
    >>> round(fisher.power, 3), round(boschloo.power, 3), round(boschloo.attained_alpha, 4)
    (0.126, 0.214, 0.0447)
    """
    return TwoArm(
        check_whole("n_control", n_control, 1, MAX_ARM),
        check_whole("n_treated", n_treated, 1, MAX_ARM),
        check_number("p0", p0, 0, 1),
        check_number("p1", p1, 0, 1),
        check_chance("alpha", alpha),
        check_one_of("test", test, TESTS),
    )


def find_two_arm(
    p0: float,
    p1: float,
    alpha: float,
    power: float,
    *,
    allocation: float = 1.0,
    test: str = "fisher",
    n_max: int = MAX_ARM,
) -> TwoArm:
    """The smallest two arms with the wanted power, by an exact one-sided test.

    Parameters
    ----------
    p0, p1 : float
        Rates of the controls and of the treated, 0 < p0 < p1 < 1.
    alpha, power : float
        The allowed chance of a false success whatever the common rate, and the wanted power. A screening trial takes
        an alpha of 0.10 to 0.20.
    allocation : float
        Treated patients for each control, from 0.1 to 10; the larger arm is rounded to whole patients.
    test : str
        See `two_arm`.
    n_max : int
        The most patients of the larger arm, at most 500.

    Raises
    ------
    TrialsimError
        Among others when no arms up to `n_max` have the power; it names the nearest.

    Notes
    -----
    Sizes at which even the most powerful test of one common rate (Neyman and Pearson) lacks the power are left out:
    none of them can have it. Power rises in a saw, so every size from there on is tried in order.

    Examples
    --------
    >>> design = find_two_arm(0.3, 0.7, 0.05, 0.8)
    >>> design.n_control, design.n_treated, round(design.power, 3)
    (23, 23, 0.809)
    >>> find_two_arm(0.3, 0.7, 0.05, 0.8, allocation=2, test="boschloo").n_treated
    30
    """
    p0, p1, alpha, power = check_errors(p0, p1, alpha, power)
    ratio = check_number(
        "allocation", allocation, 0.1, 10, fix="It is the number of treated patients for each control."
    )
    check_one_of("test", test, TESTS)
    n_max = check_whole("n_max", n_max, 1, MAX_ARM)

    def sizes(smaller: int) -> tuple[int, int]:
        larger = int(smaller * max(ratio, 1 / ratio) + 0.5 + TIE)
        return (smaller, larger) if ratio >= 1 else (larger, smaller)

    largest = max((k for k in range(1, n_max + 1) if max(sizes(k)) <= n_max), default=0)
    if not largest:
        raise TrialsimError("n_max", n_max, f"at least {max(sizes(1))} with an allocation of {ratio:g}")
    common = (p0 + ratio * p1) / (1 + ratio)
    low, high = 1, largest  # the bound rises with the size: more patients never make the best test worse
    while low < high:
        middle = (low + high) // 2
        enough = _best_power(*sizes(middle), p0, p1, alpha, common) >= power * (1 - 1e-9)
        low, high = (low, middle) if enough else (middle + 1, high)
    best = two_arm(*sizes(largest), p0, p1, alpha=alpha, test=test)
    for smaller in range(low, largest + 1):
        tried = two_arm(*sizes(smaller), p0, p1, alpha=alpha, test=test)
        if tried.power >= power * (1 - TIE):
            return tried
    fix = (
        f"No two arms of up to {n_max} patients each have power {power:g} for {p0:g} against {p1:g}; the nearest is "
        f"{best.n_control} and {best.n_treated} with power {best.power:.3f}. Accept less power or a larger alpha, or "
        "look for a larger difference."
    )
    raise TrialsimError("n_max", n_max, "an n_max within which there are two arms with this power", fix)


def _chance(region: NDArray[np.bool_], p_control: float, p_treated: float) -> float:
    chances = [
        point_probability(np.arange(size), size - 1, np.float64(rate))
        for size, rate in zip(region.shape, (p_control, p_treated), strict=True)
    ]
    return float(chances[0] @ region.astype(float) @ chances[1])


def _best_power(n_control: int, n_treated: int, p0: float, p1: float, alpha: float, common: float) -> float:
    """The power that no test of this size exceeds: that of the best test against `common`, drawing lots."""
    control, treated = np.arange(n_control + 1), np.arange(n_treated + 1)
    same, other = (
        np.outer(point_probability(control, n_control, first), point_probability(treated, n_treated, second)).ravel()
        for first, second in ((common, common), (p0, p1))
    )
    gain = np.log(p1 / (1 - p1) * (1 - common) / common) * treated
    loss = np.log(p0 / (1 - p0) * (1 - common) / common) * control
    order = np.argsort(-(loss[:, np.newaxis] + gain).ravel())
    spent, won = np.cumsum(same[order]), np.cumsum(other[order])
    last = int(np.searchsorted(spent, alpha))
    if last >= spent.size:
        return 1.0
    before = (spent[last - 1], won[last - 1]) if last else (0.0, 0.0)
    return float(before[1] + (alpha - before[0]) / same[order[last]] * other[order[last]])
