"""What is believed of a response rate: a Beta distribution, or a mixture of some."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy

from trialsim.design.binomial import Floats, Whole, check_chance, settle
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
            settle(self, **{name: value})

    @property
    def name(self) -> str:
        """What it is called: its two numbers, short."""
        return f"Beta({self.a:g}, {self.b:g})"

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
        return f"{self.name}: mean {self.mean:.3f}, worth {self.effective_n:g} patients; 95 % between {self.interval()}"


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
    >>> mixed = BetaMixture((Beta(12, 28), Beta(1, 1)), (0.5, 0.5))
    >>> mixed
    0.5 x Beta(12, 28) + 0.5 x Beta(1, 1): mean 0.400
    >>> mixed.updated(18, 20)
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
        parts = tuple(check_beta("parts", part) for part in parts)
        weights = tuple(check_number("weights", weight, 0, 1) for weight in weights)
        if abs(sum(weights) - 1) > 1e-9:
            raise TrialsimError("weights", weights, "weights that sum to 1")
        settle(self, parts=parts, weights=weights)

    @property
    def name(self) -> str:
        """What it is called: its parts, each with its weight."""
        digits = ".4f" if min(self.weights) < 0.001 else ".3g"
        return " + ".join(f"{w:{digits}} x {part.name}" for w, part in zip(self.weights, self.parts, strict=True))

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
        return f"{self.name}: mean {self.mean:.3f}"


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


def check_arm(responders: Any, n: Any) -> tuple[int, int]:
    """Return responders and patients, or raise."""
    n = check_whole("n", n, 0, MAX_ARM)
    return check_whole("responders", responders, 0, n, "There cannot be more responders than patients."), n


def check_prior(prior: Any) -> Prior:
    """Return a prior that was given as Beta, as a mixture or as a pair of numbers, or raise."""
    return prior if isinstance(prior, BetaMixture) else check_beta("prior", prior)


def check_beta(where: str, prior: Any) -> Beta:
    """Return a prior that was given as Beta or as a pair of numbers, or raise."""
    if isinstance(prior, Beta):
        return prior
    try:
        a, b = prior
    except (TypeError, ValueError, OverflowError):
        fix = "prior_from_mean() and prior_from_arm() make one from what is known."
        raise TrialsimError(where, prior, "a pair (a, b) of positive numbers", fix) from None
    return Beta(a, b)
