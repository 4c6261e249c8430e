"""What is believed of a response rate: a Beta distribution or a mixture of some, and ways to say it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy

from trialsim.design.binomial import Floats, Whole, check_chance, check_two_rates, log_choose
from trialsim.design.intervals import Interval
from trialsim.errors import TrialsimError, check_number, check_whole

MAX_PARAMETER = 1e7
"""The most patients, real or believed, that one side of a belief may weigh."""

MIN_PARAMETER = 1e-6
"""The least: below it all belief sits on rates of exactly 0 and 1, and floats run out."""

MAX_BAYES = 2_000
"""The most patients of a Bayesian design."""

MAX_ARM = 1_000_000
"""The most patients of a published arm, or of data that a belief is updated with."""


@dataclass(frozen=True, slots=True, repr=False)
class Beta:
    """A Beta distribution of a response rate: as if `a` responders and `b` non-responders had been seen.

    Unpacks like the pair (a, b), and may be given wherever such a pair is asked for.

    Examples
    --------
    >>> Beta(2, 3)
    Beta(2, 3): mean 0.400, worth 5 patients; 95 % between 0.06759 to 0.8059
    """

    a: float
    b: float

    def __post_init__(self) -> None:
        fix = "It counts responders (a) or non-responders (b), real or believed; 1 and 1 is the flat prior."
        for name in ("a", "b"):
            value = check_number(f"prior {name}", getattr(self, name), MIN_PARAMETER, MAX_PARAMETER, fix=fix)
            object.__setattr__(self, name, value)

    @property
    def mean(self) -> float:
        """The expected rate."""
        return self.a / (self.a + self.b)

    @property
    def effective_n(self) -> float:
        """How many patients this belief weighs."""
        return self.a + self.b

    def chance_above(self, rate: float) -> float:
        """The probability that the true rate exceeds `rate`."""
        return float(scipy.special.betaincc(self.a, self.b, check_number("rate", rate, 0, 1)))

    def interval(self, level: float = 0.95) -> Interval:
        """The interval that leaves equal probabilities on both sides."""
        tail = (1 - check_chance("level", level)) / 2
        return Interval(
            float(scipy.special.betaincinv(self.a, self.b, tail)),
            float(scipy.special.betaincinv(self.a, self.b, 1 - tail)),
        )

    def updated(self, responders: int, n: int) -> Beta:
        """The belief after `responders` of `n` patients."""
        x, n = check_arm(responders, n)
        return Beta(self.a + x, self.b + n - x)

    @property
    def parts(self) -> tuple[Beta, ...]:
        """Itself: the one part of this belief."""
        return (self,)

    @property
    def weights(self) -> tuple[float, ...]:
        """The weight of its one part."""
        return (1.0,)

    def __iter__(self) -> Iterator[float]:
        return iter((self.a, self.b))

    def __repr__(self) -> str:
        return (
            f"Beta({self.a:g}, {self.b:g}): mean {self.mean:.3f}, worth {self.effective_n:g} patients; "
            f"95 % between {self.interval()}"
        )


@dataclass(frozen=True, slots=True, repr=False)
class BetaMixture:
    """A belief made of several, each with a weight: if one of them turns out wrong, the data shift weight to another.

    Attributes
    ----------
    parts : tuple of Beta
    weights : tuple of float
        How much each part is believed; they sum to one.

    Examples
    --------
    >>> robust_prior((12, 28), vague_weight=0.5)
    0.5 x Beta(12, 28) + 0.5 x Beta(1, 1): mean 0.400
    >>> robust_prior((12, 28), vague_weight=0.5).updated(18, 20)
    0.0001 x Beta(30, 30) + 0.9999 x Beta(19, 3): mean 0.864
    """

    parts: tuple[Beta, ...]
    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        try:
            parts, weights = tuple(self.parts), tuple(self.weights)
        except TypeError:
            raise TrialsimError("parts", self.parts, "several beliefs, with as many weights") from None
        if not parts or len(parts) != len(weights):
            raise TrialsimError("weights", self.weights, f"{len(parts)} weights, one for each part")
        parts = tuple(_check_beta("parts", part) for part in parts)
        weights = tuple(check_number("weights", weight, 0, 1) for weight in weights)
        if abs(sum(weights) - 1) > 1e-9:
            raise TrialsimError("weights", weights, "weights that sum to 1")
        object.__setattr__(self, "parts", parts)
        object.__setattr__(self, "weights", weights)

    @property
    def mean(self) -> float:
        """The expected rate."""
        return sum(weight * part.mean for weight, part in zip(self.weights, self.parts, strict=True))

    def chance_above(self, rate: float) -> float:
        """The probability that the true rate exceeds `rate`."""
        return float(chance_above(self, check_number("rate", rate, 0, 1)))

    def updated(self, responders: int, n: int) -> BetaMixture:
        """The belief after `responders` of `n` patients; parts that foresaw them gain weight."""
        x, n = check_arm(responders, n)
        parts = tuple(part.updated(x, n) for part in self.parts)
        return BetaMixture(parts, tuple(float(weight) for weight in weights_after(self, x, n)))

    def __repr__(self) -> str:
        parts = (f"{w:.3g} x Beta({p.a:g}, {p.b:g})" for w, p in zip(self.weights, self.parts, strict=True))
        if min(self.weights) < 0.001:
            parts = (f"{w:.4f} x Beta({p.a:g}, {p.b:g})" for w, p in zip(self.weights, self.parts, strict=True))
        return f"{' + '.join(parts)}: mean {self.mean:.3f}"


Prior = Beta | BetaMixture


def weights_after(prior: Prior, responders: Any, n: Any) -> Floats:
    """Weights of the parts of a belief after `responders` of `n` (arrays broadcast); the last axis is the part."""
    x, failures = np.asarray(responders, float), np.asarray(n, float) - np.asarray(responders, float)
    with np.errstate(divide="ignore"):  # a part without weight never gains any
        log_weights = [
            np.log(weight) + scipy.special.betaln(part.a + x, part.b + failures) - scipy.special.betaln(part.a, part.b)
            for weight, part in zip(prior.weights, prior.parts, strict=True)
        ]
    return np.asarray(scipy.special.softmax(np.stack(np.broadcast_arrays(*log_weights), axis=-1), axis=-1))


def chance_above(prior: Prior, rate: float, responders: Any = 0, n: Any = 0) -> Floats:
    """Pr(true rate > `rate`) after `responders` of `n` (arrays broadcast); it rises with the responders."""
    x, failures = np.asarray(responders), np.asarray(n) - np.asarray(responders)
    each = [scipy.special.betaincc(part.a + x, part.b + failures, rate) for part in prior.parts]
    if len(each) == 1:
        return np.asarray(each[0])
    return np.asarray(
        (weights_after(prior, responders, n) * np.stack(np.broadcast_arrays(*each), axis=-1)).sum(axis=-1)
    )


def log_predictive(prior: Prior, responders: Whole, n: int, more: int) -> Floats:
    """Logarithm of the chance of 0 ... `more` responders among `more` further patients, after `responders` of `n`.

    The rate is drawn from what is believed by then. One row a number of `responders`, the orders not counted.
    """
    x, y = np.asarray(responders)[:, np.newaxis], np.arange(more + 1)
    terms = []
    for index, part in enumerate(prior.parts):
        a, b = part.a + x, part.b + n - x
        terms.append(scipy.special.betaln(a + y, b + more - y) - scipy.special.betaln(a, b))
        if len(prior.parts) > 1:
            with np.errstate(divide="ignore"):
                terms[-1] = terms[-1] + np.log(weights_after(prior, x, n)[..., index])
    return np.asarray(scipy.special.logsumexp(np.stack(terms), axis=0))


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
    start = _check_beta("initial", initial)
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
    parts = _check_beta("informative", informative), _check_beta("vague", vague)
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
    belief = check_prior("prior", prior)
    n = check_whole("n", n, 1, MAX_BAYES)
    x = check_whole("responders", responders, 0, n, "There cannot be more responders than patients.")
    chance = np.exp(log_predictive(belief, np.array([0]), 0, n)[0] + log_choose(n, np.arange(n + 1)))
    low, high = float(chance[: x + 1].sum()), float(chance[x:].sum())
    return PriorConflict(x, n, belief, n * belief.mean, min(1.0, low), min(1.0, high))


def check_arm(responders: Any, n: Any) -> tuple[int, int]:
    """Return responders and patients, or raise."""
    n = check_whole("n", n, 0, MAX_ARM)
    return check_whole("responders", responders, 0, n, "There cannot be more responders than patients."), n


def check_prior(where: str, prior: Any) -> Prior:
    """Return a prior that was given as Beta, as a mixture or as a pair of numbers, or raise."""
    return prior if isinstance(prior, BetaMixture) else _check_beta(where, prior)


def _check_beta(where: str, prior: Any) -> Beta:
    if isinstance(prior, Beta):
        return prior
    try:
        a, b = prior
    except (TypeError, ValueError, OverflowError):
        fix = "prior_from_mean() and prior_from_arm() make one from what is known."
        raise TrialsimError(where, prior, "a pair (a, b) of positive numbers", fix) from None
    return Beta(a, b)
