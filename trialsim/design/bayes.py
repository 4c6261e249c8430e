"""A single arm judged by what is to be believed at its end: Pr(true rate > p0) against a cutoff."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, overload

import numpy as np
import scipy

from trialsim.design.binomial import (
    TIE,
    Floats,
    Rates,
    Whole,
    as_given,
    check_chance,
    check_rate_inside,
    check_rates,
    log_choose,
    upper_tail,
)
from trialsim.design.outcomes import Design, Outcomes, endings_of_one_count
from trialsim.design.priors import Beta, check_prior
from trialsim.errors import TrialsimError, check_whole

LARGEST_BAYES = 2_000
"""The most patients of a Bayesian design."""


@dataclass(frozen=True, slots=True, repr=False)
class BayesSingleArm:
    """n patients; success when, at the end, Pr(true rate > p0) exceeds the cutoff.

    Attributes
    ----------
    n : int
        Patients planned.
    prior : Beta
        What is believed of the rate before the trial.
    p0 : float
        The response rate that would not be worth pursuing.
    cutoff : float
        The probability that has to be exceeded.
    """

    n: int
    prior: Beta
    p0: float
    cutoff: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "n", check_whole("n", self.n, 1, LARGEST_BAYES))
        object.__setattr__(self, "prior", check_prior("prior", self.prior))
        object.__setattr__(self, "p0", check_rate_inside("p0", self.p0))
        object.__setattr__(self, "cutoff", check_chance("cutoff", self.cutoff))

    @property
    def min_responders(self) -> int:
        """The trial succeeds with this many responders or more; n + 1 means never."""
        x = np.arange(self.n + 1)
        convinced = scipy.special.betaincc(self.prior.a + x, self.prior.b + self.n - x, self.p0) > self.cutoff * (
            1 + TIE
        )
        return int(convinced.argmax()) if convinced.any() else self.n + 1

    @property
    def attained_alpha(self) -> float:
        """The exact chance of success when the true rate is p0, which this design does not bound by itself."""
        return self.power(self.p0)

    @overload
    def power(self, p1: float) -> float: ...
    @overload
    def power(self, p1: Rates) -> Floats: ...
    def power(self, p1: float | Rates) -> float | Floats:
        """The exact chance of success at one true rate or at an array of them."""
        return as_given(upper_tail(self.min_responders, self.n, check_rates("p1", p1)))

    def posterior(self, responders: int, n: int | None = None) -> Beta:
        """What is to be believed of the rate after `responders` of `n` patients (of all, unless given)."""
        seen = self.n if n is None else check_whole("n", n, 0, self.n, "No more patients than were planned.")
        return self.prior.updated(responders, seen)

    def posterior_probability(self, responders: int, n: int | None = None) -> float:
        """Pr(true rate > p0) after `responders` of `n` patients (of all, unless given)."""
        return self.posterior(responders, n).chance_above(self.p0)

    def predictive_probability(self, responders: int, n: int) -> float:
        """The chance, after `responders` of the first `n` patients, that the trial will succeed in the end.

        Examples
        --------
        >>> design = bayes_single_arm(40, prior=(0.6, 0.4), p0=0.6, cutoff=0.9)
        >>> round(design.predictive_probability(16, 23), 4)
        0.5656
        """
        seen = check_whole("n", n, 0, self.n, "No more patients than were planned.")
        x = check_whole("responders", responders, 0, seen, "There cannot be more responders than patients.")
        return float(self._predictive(np.array([x]), seen)[0])

    def predictive_probabilities(self, n: int) -> Floats:
        """The same for 0, 1, ..., n responders of the first `n` patients."""
        seen = check_whole("n", n, 0, self.n, "No more patients than were planned.")
        return self._predictive(np.arange(seen + 1), seen)

    def _predictive(self, responders: Whole, seen: int) -> Floats:
        """Chance that enough of the patients still to come respond, their rate drawn from what is believed now."""
        x, left = responders[:, np.newaxis], self.n - seen
        y = np.arange(left + 1)
        a, b = self.prior.a + x, self.prior.b + seen - x
        chance = np.exp(log_choose(left, y) + scipy.special.betaln(a + y, b + left - y) - scipy.special.betaln(a, b))
        enough = x + y >= self.min_responders
        certain = enough.all(axis=1)  # not left to a sum that is one up to its rounding
        return np.where(certain, 1.0, (chance * enough).sum(axis=1))

    def outcomes(self) -> Outcomes:
        """All ways in which the trial may end, with 0 to n responders."""
        return endings_of_one_count(self.n, self.min_responders)

    def __repr__(self) -> str:
        start = f"Bayesian single arm: {self.n} patients, prior Beta({self.prior.a:g}, {self.prior.b:g}); "
        rule = f"Pr(rate > {self.p0:g}) > {self.cutoff:g}"
        if self.min_responders > self.n:
            return f"{start}it can never succeed: not even {self.n} responders of {self.n} make {rule}."
        return (
            f"{start}success when {rule}, which is with {self.min_responders} or more responders. "
            f"If the true rate is p0 = {self.p0:g}, the chance of a false success is {self.attained_alpha:.4f}."
        )


def bayes_single_arm(n: int, *, prior: Any = (1, 1), p0: float, cutoff: float) -> BayesSingleArm:
    """A single arm that succeeds when, at its end, Pr(true rate > p0) exceeds `cutoff`.

    Parameters
    ----------
    n : int
        Patients planned, 1 to 2,000.
    prior : pair of float, or Beta
        What is believed of the rate before the trial; see `prior_from_mean` and `prior_from_arm`.
    p0, cutoff : float
        Both between 0 and 1.

    Examples
    --------
    >>> design = bayes_single_arm(20, p0=0.3, cutoff=0.95)
    >>> design.min_responders, round(design.attained_alpha, 3), round(design.posterior_probability(10), 3)
    (10, 0.048, 0.974)
    """
    return BayesSingleArm(n, check_prior("prior", prior), p0, cutoff)


def assurance(design: Design, prior: Any) -> float:
    """The chance of success when the true rate is not known but believed: power, averaged over `prior`, exactly.

    Parameters
    ----------
    design : SingleStage, TwoStage or any other design of this package
    prior : pair of float, or Beta
        What is believed of the true rate.

    Examples
    --------
    >>> from trialsim.design.single_stage import single_stage
    >>> design = single_stage(20, 0.3)
    >>> round(design.power(0.5), 3), round(assurance(design, prior=(5, 5)), 3)
    (0.588, 0.55)
    """
    if not callable(getattr(design, "outcomes", None)):
        raise TrialsimError("design", design, "a design, as single_stage() or find_two_stage() give it")
    belief, ends = check_prior("prior", prior), design.outcomes()
    return float(ends.probabilities_under(belief.a, belief.b)[ends.success].sum())
