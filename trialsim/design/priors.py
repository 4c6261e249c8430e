"""What is believed of a response rate, as a Beta distribution; three ways to say it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import scipy

from trialsim.design.binomial import check_chance
from trialsim.design.intervals import Interval
from trialsim.errors import TrialsimError, check_number, check_whole

LARGEST_PARAMETER = 1e6


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
            value = check_number(f"prior {name}", getattr(self, name), 0, LARGEST_PARAMETER, open_low=True, fix=fix)
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
        n = check_whole("n", n, 0, int(LARGEST_PARAMETER) // 2)
        x = check_whole("responders", responders, 0, n, "There cannot be more responders than patients.")
        return Beta(self.a + x, self.b + n - x)

    def __iter__(self) -> Iterator[float]:
        return iter((self.a, self.b))

    def __repr__(self) -> str:
        return (
            f"Beta({self.a:g}, {self.b:g}): mean {self.mean:.3f}, worth {self.effective_n:g} patients; "
            f"95 % between {self.interval()}"
        )


def prior_from_mean(mean: float, effective_n: float) -> Beta:
    """The prior with an expected rate and the weight of a number of patients.

    Examples
    --------
    >>> tuple(prior_from_mean(0.3, effective_n=10))
    (3.0, 7.0)
    """
    mean = check_number("mean", mean, 0, 1, open_low=True, open_high=True)
    effective_n = check_number("effective_n", effective_n, 0, LARGEST_PARAMETER, open_low=True)
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
    start = check_prior("initial", initial)
    n = check_whole("n", n, 1, int(LARGEST_PARAMETER) // 2)
    x = check_whole("responders", responders, 0, n, "There cannot be more responders than patients.")
    weight = check_number("weight", weight, 0, 1)
    return Beta(start.a + weight * x, start.b + weight * (n - x))


def check_prior(where: str, prior: Any) -> Beta:
    """Return a prior that was given as Beta or as a pair of numbers, or raise."""
    if isinstance(prior, Beta):
        return prior
    try:
        a, b = prior
    except (TypeError, ValueError):
        fix = "prior_from_mean() and prior_from_arm() make one from what is known."
        raise TrialsimError(where, prior, "a pair (a, b) of positive numbers", fix) from None
    return Beta(a, b)
