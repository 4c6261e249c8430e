"""Where a prior comes from: an expected rate, a published arm, a sceptic; and whether data contradict it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy

from trialsim.design.binomial import check_chance, check_two_rates, log_choose
from trialsim.design.priors import (
    MAX_BAYES,
    MAX_PARAMETER,
    MIN_PARAMETER,
    Beta,
    BetaMixture,
    Prior,
    check_arm,
    check_beta,
    check_prior,
    log_predictive,
)
from trialsim.errors import TrialsimError, check_number, check_whole


def prior_from_mean(mean: float, effective_n: float) -> Beta:
    """The prior with an expected rate and the weight of a number of patients.

    Examples
    --------
    >>> tuple(prior_from_mean(0.3, effective_n=10))
    (3.0, 7.0)
    """
    mean = check_number("mean", mean, 0, 1, open_low=True, open_high=True)
    effective_n = check_number("effective_n", effective_n, MIN_PARAMETER, MAX_PARAMETER)
    return Beta(mean * effective_n, (1 - mean) * effective_n)


def prior_from_arm(responders: int, n: int, *, weight: float, initial: Any = (1, 1)) -> Beta:
    """A power prior: a published arm counts, but each of its patients only for a part of one of ours.

    Parameters
    ----------
    responders, n : int
        The published arm.
    weight : float
        What one of its patients counts, from 0 (ignored) to 1 (as if they were ours).
    initial : pair of float
        The prior before that arm.

    Examples
    --------
    >>> tuple(prior_from_arm(12, 40, weight=0.25))
    (4.0, 8.0)
    """
    start = check_beta("initial", initial)
    x, n = check_arm(responders, n)
    weight = check_number("weight", weight, 0, 1)
    return Beta(start.a + weight * x, start.b + weight * (n - x))


def robust_prior(informative: Any, *, vague_weight: float, vague: Any = (1, 1)) -> BetaMixture:
    """A mixture of what is believed and of hardly any belief, in case the data contradict what was believed.

    Parameters
    ----------
    informative : pair of float, or Beta
        What published patients or experts say.
    vague_weight : float
        How likely it is that they do not apply, from 0 to 1.
    vague : pair of float, or Beta
        What is believed then.

    Notes
    -----
    Schmidli and others (2014), Biometrics.

    Examples
    --------
    >>> round(robust_prior((12, 28), vague_weight=0.2).mean, 2)
    0.34
    """
    weight = check_number("vague_weight", vague_weight, 0, 1)
    parts = check_beta("informative", informative), check_beta("vague", vague)
    return BetaMixture(parts, (1 - weight, weight))


def sceptical_prior(p0: float, p1: float, *, chance: float = 0.05) -> Beta:
    """The belief of a sceptic: on average p0, and a rate above p1 only with a small chance.

    Notes
    -----
    Spiegelhalter, Freedman and Parmar (1994), Journal of the Royal Statistical Society A.

    Examples
    --------
    >>> sceptic = sceptical_prior(0.3, 0.5)
    >>> round(sceptic.mean, 3), round(sceptic.chance_above(0.5), 3), round(sceptic.effective_n)
    (0.3, 0.05, 16)
    """
    p0, p1 = check_two_rates(p0, p1)
    chance = check_chance("chance", chance)
    sizes = np.geomspace(0.01, 1e6, 4_000)
    exceeded = scipy.special.betaincc(p0 * sizes, (1 - p0) * sizes, p1) > chance
    if not exceeded.any():
        fix = "No belief with the mean p0 gives a rate above p1 so large a chance."
        raise TrialsimError("chance", chance, f"a chance well below p0 = {p0:g}", fix)
    last = int(np.flatnonzero(exceeded)[-1])
    if last == sizes.size - 1:
        fix = "It would take more than a million believed patients."
        raise TrialsimError("p1", p1, f"a rate further above p0 = {p0:g}", fix)
    low, high = sizes[last], sizes[last + 1]
    for _ in range(60):
        middle = (low + high) / 2
        above = scipy.special.betaincc(p0 * middle, (1 - p0) * middle, p1) > chance
        low, high = (middle, high) if above else (low, middle)
    return Beta(p0 * high, (1 - p0) * high)


def hopeful_prior(p0: float, p1: float, *, chance: float = 0.05) -> Beta:
    """The belief of an enthusiast: on average p1, and a rate below p0 only with a small chance.

    Examples
    --------
    >>> hopeful = hopeful_prior(0.3, 0.5)
    >>> round(hopeful.mean, 3), round(1 - hopeful.chance_above(0.3), 3)
    (0.5, 0.05)
    """
    p0, p1 = check_two_rates(p0, p1)
    mirrored = sceptical_prior(1 - p1, 1 - p0, chance=chance)
    return Beta(mirrored.b, mirrored.a)


@dataclass(frozen=True, slots=True, repr=False)
class PriorConflict:
    """How surprising data are to somebody who held a belief before.

    Attributes
    ----------
    responders, n : int
        What was seen.
    prior
        What was believed.
    expected : float
        The responders that the belief foresaw, on average.
    as_low_or_lower, as_high_or_higher : float
        The chance that the belief gave to so few, or to so many, responders.
    """

    responders: int
    n: int
    prior: Prior
    expected: float
    as_low_or_lower: float
    as_high_or_higher: float

    @property
    def p_value(self) -> float:
        """Twice the smaller tail, at most one: small when belief and data contradict each other."""
        return min(1.0, 2 * min(self.as_low_or_lower, self.as_high_or_higher))

    def __repr__(self) -> str:
        few = self.as_low_or_lower <= self.as_high_or_higher
        tail, than = (self.as_low_or_lower, "or fewer") if few else (self.as_high_or_higher, "or more")
        return (
            f"{self.responders} responders of {self.n}, where the prior expected {self.expected:.1f}: it gave "
            f"{self.responders} {than} a chance of {tail:.4f}."
        )


def prior_conflict(prior: Any, responders: int, n: int) -> PriorConflict:
    """The prior predictive tails of what was seen: do prior and data agree?

    Parameters
    ----------
    prior : pair of float, Beta or BetaMixture
    responders, n : int
        What was seen, n at most 2,000.

    Notes
    -----
    After Box (1980), Journal of the Royal Statistical Society A.

    Examples
    --------
    >>> prior_conflict((12, 28), 12, 20)
    12 responders of 20, where the prior expected 6.0: it gave 12 or more a chance of 0.0187.
    """
    belief = check_prior(prior)
    n = check_whole("n", n, 1, MAX_BAYES)
    x = check_whole("responders", responders, 0, n, "There cannot be more responders than patients.")
    chance = np.exp(log_predictive(belief, np.array([0]), 0, n)[0] + log_choose(n, np.arange(n + 1)))
    low, high = float(chance[: x + 1].sum()), float(chance[x:].sum())
    return PriorConflict(x, n, belief, n * belief.mean, min(1.0, low), min(1.0, high))
