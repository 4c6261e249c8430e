"""The single-stage design: treat n patients, count responders, succeed when there are enough of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np
import scipy
from numpy.typing import NDArray

from trialsim.design.binomial import (
    MAX_N,
    TIE,
    Floats,
    Whole,
    check_chance,
    check_errors,
    check_rate_inside,
    critical_value,
    frozen,
    lower_tail,
    settle,
    upper_tail,
)
from trialsim.design.wording import OneArm, percent, tested_interval
from trialsim.errors import TrialsimError, check_whole

MAX_SEARCH = 10_000
"""The largest n_max of a search."""


@dataclass(frozen=True, slots=True, repr=False)
class SingleStage(OneArm):
    """An exact test of n patients against the rate p0.

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
    sides : int
        1: only a rate above p0 can be shown. 2: half of alpha on each side; success is still a rate above p0.
    worse_at : int
        Two-sided only: with this many responders or fewer the rate is called lower than p0; -1 means never.

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
    sides: int = 1
    worse_at: int = -1

    references: ClassVar[tuple[str, ...]] = ("CP34",)

    def __post_init__(self) -> None:
        n, p0, alpha = (
            check_whole("n", self.n, 1, MAX_N),
            check_rate_inside("p0", self.p0),
            check_chance("alpha", self.alpha),
        )
        fix = "It is a count that must be reached, not one that must be exceeded."
        wanted, sides = (
            check_whole("min_responders", self.min_responders, 1, n + 1, fix),
            check_whole("sides", self.sides, 1, 2),
        )
        worse_at = check_whole("worse_at", self.worse_at, -1, wanted - 1 if sides == 2 else -1)
        settle(self, n=n, p0=p0, alpha=alpha, min_responders=wanted, sides=sides, worse_at=worse_at)

    @property
    def attained_alpha(self) -> float:
        """The exact chance, at p0, to call the rate higher (two-sided: higher or lower)."""
        attained = float(upper_tail(self.min_responders, self.n, self.p0) + lower_tail(self.worse_at, self.n, self.p0))
        tie = self.alpha < attained <= self.alpha * (1 + TIE)
        return self.alpha if tie else attained

    def needed_by_analysed(self) -> Whole:
        """Responders needed where only 0, 1, ..., n of the patients are analysed, shape (n + 1,): the same test of each
        number; one more than the number means never.

        Examples
        --------
        >>> single_stage(20, p0=0.30).needed_by_analysed()[-4:].tolist()
        [9, 10, 10, 10]
        """
        needed = np.append(1, single_stage_boundaries(self.p0, self.alpha / self.sides, self.n))
        if needed[-1] != self.min_responders:
            fix = f"Of {self.n} that test asks {needed[-1]}; nothing says what this rule asks of fewer than {self.n}."
            raise TrialsimError("design", self, f"the exact test at alpha = {self.alpha:g}", fix)
        return np.asarray(needed)

    def p_value(self, responders: int) -> float:
        """The chance, at p0, of as many responders or more (two-sided: twice the smaller tail, at most one)."""
        x = check_whole("responders", responders, 0, self.n)
        high = float(upper_tail(x, self.n, self.p0))
        return high if self.sides == 1 else min(1.0, 2 * min(high, float(lower_tail(x, self.n, self.p0))))

    def sentences(self, alpha: float) -> tuple[str, ...]:
        """What is done, when the hypothesis is rejected, and how the rate is reported."""
        tested = (
            f"is at most {percent(self.p0)} is rejected if {self.min_responders} or more respond (exact one-sided "
            f"binomial test). A rejection says that the rate exceeds {percent(self.p0)}, not what caused it."
        )
        if self.sides == 2:
            lower = f", and of a lower one if {self.worse_at} or fewer do" if self.worse_at >= 0 else ""
            tested = (
                f"is {percent(self.p0)} is rejected in favour of a higher rate if {self.min_responders} or more "
                f"respond{lower} (exact two-sided binomial test, half of the error on each side). A higher rate is the "
                f"success; a rejection says that the rate differs from {percent(self.p0)}, not what caused it."
            )
        interval = tested_interval(self.min_responders, self.n, self.p0, alpha / self.sides)
        return (
            f"{self.n} patients are enrolled in one stage. The null hypothesis that the response rate of the treated "
            f"{tested}",
            interval if self.sides == 1 else interval.replace("the test rejects", "the test calls the rate higher"),
        )

    def __repr__(self) -> str:
        text = f"Single stage{', two-sided' * (self.sides - 1)}: {self.n} patients; "
        if self.min_responders > self.n:
            return (
                f"{text}it can never succeed: even {self.n} responders of {self.n} would be too likely "
                f"at p0 = {self.p0:g} for an allowed error of {self.alpha:g}."
            )
        false = "of a false success" if self.sides == 1 else "to call it different"
        lower = f", a lower rate with {self.worse_at} or fewer" if self.worse_at >= 0 else ""
        return (
            f"{text}success with {self.min_responders} or more responders{lower}. If the true rate is p0 = "
            f"{self.p0:g}, the chance {false} is {self.attained_alpha:.4f} (allowed: {self.alpha:g})."
        )


def single_stage(n: int, p0: float, alpha: float = 0.05, *, sides: int = 1) -> SingleStage:
    """The exact test with `n` patients: the fewest responders that are rare enough under `p0`.

    Parameters
    ----------
    n : int
        Patients analysed, 1 to 100,000.
    p0 : float
        The response rate that would not be worth pursuing, between 0 and 1.
    alpha : float
        The chance of a false success that is allowed, between 0 and 1.
    sides : int
        1, or 2 for a test with half of alpha in each exact tail.

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
    >>> design = single_stage(20, p0=0.30, sides=2)
    >>> design.worse_at, design.min_responders, round(design.attained_alpha, 3)
    (1, 11, 0.025)
    """
    n = check_whole("n", n, 1, MAX_N)
    p0, alpha = check_rate_inside("p0", p0), check_chance("alpha", alpha)
    sides = check_whole("sides", sides, 1, 2)
    better = int(critical_value(n, p0, alpha / sides))
    # Few responders at p0 are many non-responders at 1 - p0.
    worse = n - int(critical_value(n, 1 - p0, alpha / 2)) if sides == 2 else -1
    return SingleStage(n, p0, alpha, better, sides, worse)


def find_single_stage(
    p0: float, p1: float, alpha: float, power: float, *, lasting: bool = False, n_max: int = 500, sides: int = 1
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
    sides : int
        1, or 2 for a test with half of alpha in each tail; power stays the chance to call the rate higher than p0.

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
    p0, p1, alpha, power = check_errors(p0, p1, alpha, power)
    n_max = check_whole("n_max", n_max, 1, MAX_SEARCH)
    allowed, alpha = alpha, alpha / check_whole("sides", sides, 1, 2)
    if not isinstance(lasting, (bool, np.bool_)):
        raise TrialsimError("lasting", lasting, "True or False")
    horizon = _always_enough_from(p0, p1, alpha, power)
    if lasting and horizon > MAX_N:
        fix = "The two rates are too close for a trial of a size that anyone could run: move them apart."
        raise TrialsimError("p1", p1, f"a rate further above p0 = {p0:g}", fix)
    n = np.arange(1, (max(n_max, int(horizon)) if lasting else n_max) + 1)
    enough = _has_power(n, p0, p1, alpha, power)
    first = _first(n, enough, lasting)
    if lasting and first is not None and first > n_max:
        fix = f"Power {power:g} lasts from n = {first:,} on. Raise n_max, or accept an n that does not last."
        raise TrialsimError("n_max", n_max, f"at least {first:,}", fix)
    if first is None:
        raise _none_found(p0, p1, alpha, power, horizon, n_max)
    return single_stage(first, p0, allowed, sides=sides)


@lru_cache(maxsize=256)
def single_stage_boundaries(p0: float, alpha: float, n_max: int) -> Whole:
    """The fewest responders for success with 1, 2, ..., `n_max` patients, one-sided; n + 1: never.

    Arguments are taken as checked; the array is shared and cannot be written to.
    """
    return frozen(critical_value(np.arange(1, n_max + 1), p0, alpha))


@lru_cache(maxsize=256)
def single_stage_powers(p0: float, p1: float, alpha: float, n_max: int) -> Floats:
    """The power at p1 of the exact one-sided test with 1, 2, ..., `n_max` patients.

    Arguments are taken as checked; the array is shared and cannot be written to.

    Examples
    --------
    >>> single_stage_powers(0.3, 0.5, 0.05, 21)[-2:].round(3).tolist()
    [0.588, 0.5]
    """
    return frozen(upper_tail(single_stage_boundaries(p0, alpha, n_max), np.arange(1, n_max + 1), p1))


def _has_power(n: Whole, p0: float, p1: float, alpha: float, power: float) -> NDArray[np.bool_]:
    return np.asarray(upper_tail(critical_value(n, p0, alpha), n, p1) >= power * (1 - TIE))


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
    if horizon <= MAX_N:
        n = np.arange(n_max + 1, int(horizon) + 1)
        first = _first(n, _has_power(n, p0, p1, alpha, power), lasting=False)
    n = np.arange(1, n_max + 1)
    achieved = upper_tail(critical_value(n, p0, alpha), n, p1)
    best = int(achieved.argmax())
    allowed = f"at least {first:,}" if first else f"more than {MAX_N:,}, which is beyond what is computed"
    fix = (
        f"No n up to {n_max:,} has power {power:g} for p0 = {p0:g} against p1 = {p1:g}; "
        f"the nearest is n = {best + 1:,} with power {achieved[best]:.3f}. "
        "Raise n_max, accept less power, or look for a larger difference."
    )
    return TrialsimError("n_max", n_max, allowed, fix)
