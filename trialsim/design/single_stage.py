"""The single-stage design: treat n patients, count responders, succeed when there are enough of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import overload

import numpy as np
import scipy
from numpy.typing import NDArray

from trialsim.design.binomial import (
    LARGEST_N,
    TIE,
    Floats,
    Rates,
    Whole,
    as_given,
    check_chance,
    check_rate_inside,
    check_rates,
    check_two_rates,
    critical_value,
    upper_tail,
)
from trialsim.design.outcomes import Outcomes, endings_of_one_count
from trialsim.errors import TrialsimError, check_whole

LARGEST_SEARCH = 10_000
"""The largest n_max of a search."""


@dataclass(frozen=True, slots=True, repr=False)
class SingleStage:
    """An exact one-sided test of n patients against the rate p0.

    Parameters
    ----------
    n : int
        Patients analysed.
    p0 : float
        The response rate that would not be worth pursuing.
    alpha : float
        The chance of a false success that was allowed, at p0.
    min_responders : int
        The trial succeeds with this many responders or more. ``n + 1`` means that it never can.

    Examples
    --------
    >>> SingleStage(n=20, p0=0.30, alpha=0.05, min_responders=10)
    Single stage: 20 patients; success with 10 or more responders. If the true rate is p0 = 0.3, \
the chance of a false success is 0.0480 (allowed: 0.05).
    """

    n: int
    p0: float
    alpha: float
    min_responders: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "n", check_whole("n", self.n, 1, LARGEST_N))
        object.__setattr__(self, "p0", check_rate_inside("p0", self.p0))
        object.__setattr__(self, "alpha", check_chance("alpha", self.alpha))
        fix = "It is a count that must be reached, not one that must be exceeded."
        wanted = check_whole("min_responders", self.min_responders, 1, self.n + 1, fix)
        object.__setattr__(self, "min_responders", wanted)

    @property
    def attained_alpha(self) -> float:
        """The exact chance of success when the true rate is p0."""
        attained = float(upper_tail(self.min_responders, self.n, self.p0))
        tie = self.alpha < attained <= self.alpha * (1 + TIE)
        return self.alpha if tie else attained

    @overload
    def power(self, p1: float) -> float: ...
    @overload
    def power(self, p1: Rates) -> Floats: ...
    def power(self, p1: float | Rates) -> float | Floats:
        """The exact chance of success at one true rate or at an array of them (each from 0 to 1).

        Examples
        --------
        >>> round(single_stage(20, p0=0.30).power(0.50), 3)
        0.588
        """
        return as_given(upper_tail(self.min_responders, self.n, check_rates("p1", p1)))

    def p_value(self, responders: int) -> float:
        """The chance of as many responders or more when the true rate is p0."""
        x = check_whole("responders", responders, 0, self.n)
        return float(upper_tail(x, self.n, self.p0))

    def outcomes(self) -> Outcomes:
        """All ways in which the trial may end, with 0 to n responders."""
        return endings_of_one_count(self.n, self.min_responders)

    def __repr__(self) -> str:
        text = f"Single stage: {self.n} patients; "
        if self.min_responders > self.n:
            return (
                f"{text}it can never succeed: even {self.n} responders of {self.n} would be too likely "
                f"at p0 = {self.p0:g} for an allowed error of {self.alpha:g}."
            )
        return (
            f"{text}success with {self.min_responders} or more responders. If the true rate is p0 = {self.p0:g}, "
            f"the chance of a false success is {self.attained_alpha:.4f} (allowed: {self.alpha:g})."
        )


def single_stage(n: int, p0: float, alpha: float = 0.05) -> SingleStage:
    """The exact one-sided test with `n` patients: the fewest responders that are rare enough under `p0`.

    Parameters
    ----------
    n : int
        Patients analysed, 1 to 100,000.
    p0 : float
        The response rate that would not be worth pursuing, between 0 and 1.
    alpha : float
        The chance of a false success that is allowed, between 0 and 1.

    Returns
    -------
    SingleStage
        Where not even n responders of n are rare enough, ``min_responders`` is n + 1 and the design never succeeds.

    Raises
    ------
    TrialsimError
        For an n that is not a whole number, a rate of 0 or 1, an alpha outside (0, 1).

    Examples
    --------
    >>> design = single_stage(20, p0=0.20)
    >>> design.min_responders, round(design.attained_alpha, 3), round(design.power(0.50), 3)
    (8, 0.032, 0.868)
    """
    n = check_whole("n", n, 1, LARGEST_N)
    p0, alpha = check_rate_inside("p0", p0), check_chance("alpha", alpha)
    return SingleStage(n, p0, alpha, int(critical_value(n, p0, alpha)))


def find_single_stage(
    p0: float, p1: float, alpha: float, power: float, *, lasting: bool = False, n_max: int = 500
) -> SingleStage:
    """The smallest exact single-stage design with the wanted power.

    Power does not rise steadily with n: where one more patient raises the number of responders needed, it falls.

    Parameters
    ----------
    p0, p1 : float
        The rate not worth pursuing and the rate worth finding, 0 < p0 < p1 < 1.
    alpha, power : float
        The allowed chance of success at p0 and the wanted chance of success at p1, between 0 and 1.
    lasting : bool
        Ask for the smallest n from which every larger n has the power too, however large, also beyond `n_max`.
    n_max : int
        The largest n that would be accepted, at most 10,000.

    Raises
    ------
    TrialsimError
        Among others when no n up to `n_max` has the power; it then names the n that would.

    Examples
    --------
    >>> find_single_stage(0.2, 0.4, alpha=0.05, power=0.8).n
    35
    >>> find_single_stage(0.2, 0.4, alpha=0.05, power=0.8, lasting=True).n
    38
    """
    p0, p1 = check_two_rates(p0, p1)
    alpha, power = check_chance("alpha", alpha), check_chance("power", power)
    n_max = check_whole("n_max", n_max, 1, LARGEST_SEARCH)
    if not isinstance(lasting, (bool, np.bool_)):
        raise TrialsimError("lasting", lasting, "True or False")
    horizon = _always_enough_from(p0, p1, alpha, power)
    if lasting and horizon > LARGEST_N:
        fix = "The two rates are too close for a trial of a size that anyone could run: move them apart."
        raise TrialsimError("p1", p1, f"a rate further above p0 = {p0:g}", fix)
    n = np.arange(1, (max(n_max, int(horizon)) if lasting else n_max) + 1)
    min_responders, enough = _has_power(n, p0, p1, alpha, power)
    first = _first(n, enough, lasting)
    if lasting and first is not None and first > n_max:
        fix = f"Power {power:g} lasts from n = {first:,} on. Raise n_max, or accept an n that does not last."
        raise TrialsimError("n_max", n_max, f"at least {first:,}", fix)
    if first is None:
        raise _none_found(p0, p1, alpha, power, horizon, n_max)
    return SingleStage(first, p0, alpha, int(min_responders[first - 1]))


def _has_power(n: Whole, p0: float, p1: float, alpha: float, power: float) -> tuple[Whole, NDArray[np.bool_]]:
    min_responders = critical_value(n, p0, alpha)
    return min_responders, upper_tail(min_responders, n, p1) >= power * (1 - TIE)


def _first(n: Whole, enough: NDArray[np.bool_], lasting: bool) -> int | None:
    if lasting:
        failing = n[~enough]
        return int(failing[-1]) + 1 if failing.size else int(n[0])
    return int(n[enough][0]) if enough.any() else None


def _always_enough_from(p0: float, p1: float, alpha: float, power: float) -> float:
    """An n from which every n has the power, by Chernoff's bound: beyond it a search has nothing to look for.

    A success from c * n responders on, with p0 < c < p1, has a false chance of at most exp(-n KL(c, p0)) and is
    missed with a chance of at most exp(-n KL(c, p1)); the exact test of that n needs no more responders than this.
    """
    c = p0 + (p1 - p0) * np.arange(1, 1000) / 1000
    false = np.log(1 / alpha) / (scipy.special.rel_entr(c, p0) + scipy.special.rel_entr(1 - c, 1 - p0))
    missed = np.log(1 / (1 - power)) / (scipy.special.rel_entr(c, p1) + scipy.special.rel_entr(1 - c, 1 - p1))
    return float(np.ceil(np.maximum(false, missed).min()))


def _none_found(p0: float, p1: float, alpha: float, power: float, horizon: float, n_max: int) -> TrialsimError:
    """The refusal when n_max is too small, with the n that would do and the best that n_max allows."""
    first = None
    if horizon <= LARGEST_N:
        n = np.arange(n_max + 1, int(horizon) + 1)
        first = _first(n, _has_power(n, p0, p1, alpha, power)[1], lasting=False)
    n = np.arange(1, n_max + 1)
    achieved = upper_tail(critical_value(n, p0, alpha), n, p1)
    best = int(achieved.argmax())
    allowed = f"at least {first:,}" if first else f"more than {LARGEST_N:,}, which is beyond what is computed"
    fix = (
        f"No n up to {n_max:,} has power {power:g} for p0 = {p0:g} against p1 = {p1:g}; "
        f"the nearest is n = {best + 1:,} with power {achieved[best]:.3f}. "
        "Raise n_max, accept less power, or look for a larger difference."
    )
    return TrialsimError("n_max", n_max, allowed, fix)
