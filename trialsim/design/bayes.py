"""A single arm judged by what is to be believed at its end: Pr(true rate > p0) against a cutoff."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np

from trialsim.design.binomial import TIE, Floats, Whole, check_chance, check_rate_inside, frozen, log_choose, settle
from trialsim.design.intervals import response_interval
from trialsim.design.outcomes import Design, check_design
from trialsim.design.priors import MAX_BAYES, Beta, Prior, chance_above, check_prior, log_predictive
from trialsim.design.wording import OneArm, matching_level, percent, span
from trialsim.errors import TrialsimError, check_whole


@dataclass(frozen=True, slots=True, repr=False)
class BayesSingleArm(OneArm):
    """n patients; success when, at the end, Pr(true rate > p0) exceeds the cutoff.

    It does not bound by itself the chance of success at p0, `attained_alpha`.

    Attributes
    ----------
    n : int
        Patients planned.
    prior : Beta or BetaMixture
        What is believed of the rate before the trial.
    p0 : float
        The response rate that would not be worth pursuing.
    cutoff : float
        The probability that has to be exceeded.
    """

    n: int
    prior: Prior
    p0: float
    cutoff: float

    references: ClassVar[tuple[str, ...]] = ("CP34",)

    def __post_init__(self) -> None:
        settle(self, n=check_whole("n", self.n, 1, MAX_BAYES), prior=check_prior(self.prior))
        settle(self, p0=check_rate_inside("p0", self.p0), cutoff=check_chance("cutoff", self.cutoff))
        if self.min_responders == 0:
            sure = float(chance_above(self.prior, self.p0, 0, self.n))
            fix = (
                f"With this prior the trial would succeed with no responder among {self.n}: Pr(rate > {self.p0:g}) "
                f"would still be {sure:.3f}. Give the prior less weight, or raise the cut-off."
            )
            raise TrialsimError("prior", self.prior, "a prior that the trial could contradict", fix)

    @property
    def min_responders(self) -> int:
        """The trial succeeds with this many responders or more; n + 1 means never."""
        convinced = chance_above(self.prior, self.p0, np.arange(self.n + 1), self.n) > self.cutoff * (1 + TIE)
        return int(convinced.argmax()) if convinced.any() else self.n + 1

    def needed_by_analysed(self) -> Whole:
        """Responders needed where only 0, 1, ..., n of the patients are analysed, shape (n + 1,): the same cut-off
        after each number; one more than the number means never, and no responder is no success."""
        return np.asarray(np.maximum(1, np.append(1, bayes_boundaries(self.prior, self.p0, self.cutoff, self.n))))

    def posterior(self, responders: int, n: int | None = None) -> Prior:
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
        left = self.n - seen
        y = np.arange(left + 1)
        chance = np.exp(log_choose(left, y) + log_predictive(self.prior, responders, seen, left))
        enough = responders[:, np.newaxis] + y >= self.min_responders
        certain = enough.all(axis=1)  # not left to a sum that is one up to its rounding
        return np.where(certain, 1.0, (chance * enough).sum(axis=1))

    def sentences(self, alpha: float) -> tuple[str, ...]:
        """What is done, when it succeeds, and how the rate is reported."""
        x, level = self.min_responders, matching_level(1 - self.cutoff)
        levels = sorted({level for level in (matching_level(alpha), 0.95) if level > 0})
        limits = ((level, response_interval(x, self.n, level=level)) for level in levels)
        classical = ", ".join(f"{percent(level)} {span(interval)}" for level, interval in limits)
        after = self.posterior(x)  # of a mixture the limits are left to the analysis
        credible = f" ({x} of {self.n}: {span(after.interval(level))})" if isinstance(after, Beta) and level > 0 else ""
        return (
            f"{self.n} patients are enrolled in one stage. The prior for the response rate of the treated is "
            f"{self.prior.name}. The trial succeeds if the posterior probability of a rate "
            f"above {percent(self.p0)} exceeds {self.cutoff:.12g}, which takes {x} or more responders: the probability "
            f"is then {self.posterior_probability(x):.3f}, and {self.posterior_probability(x - 1):.3f} with one fewer.",
            f"The response rate is reported with its posterior distribution and its credible interval (equal tails) of "
            f"{percent(level)}, whose lower limit exceeds {percent(self.p0)} exactly when the trial "
            f"succeeds{credible}. Beside it, as another thing, stand confidence intervals that assume no prior "
            f"(Clopper-Pearson): {classical}.",
        )

    def __repr__(self) -> str:
        start = f"Bayesian single arm: {self.n} patients, prior {self.prior.name}; "
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
    prior : pair of float, Beta or BetaMixture
        What is believed of the rate before the trial; see `prior_from_mean`, `prior_from_arm` and `robust_prior`.
    p0, cutoff : float
        Both between 0 and 1. The cut-off bounds a belief, not the chance of a false success: `find_bayes_cutoff`
        finds the one that keeps it.

    Raises
    ------
    TrialsimError
        Among others for a prior so convinced that the trial would succeed without a single responder.

    Examples
    --------
    >>> design = bayes_single_arm(20, p0=0.3, cutoff=0.95)
    >>> design.min_responders, round(design.attained_alpha, 3), round(design.posterior_probability(10), 3)
    (10, 0.048, 0.974)
    """
    return BayesSingleArm(n, check_prior(prior), p0, cutoff)


@lru_cache(maxsize=256)
def bayes_boundaries(prior: Prior, p0: float, cutoff: float, n_max: int) -> Whole:
    """For 1, 2, ..., `n_max` patients: the fewest responders with Pr(rate > p0) above the cut-off; n + 1: never.

    Arguments are taken as checked; the array is shared and cannot be written to.

    Examples
    --------
    >>> from trialsim.design.priors import Beta
    >>> bayes_boundaries(Beta(1, 1), 0.3, 0.95, 20)[-2:].tolist()
    [9, 10]
    """
    n = np.arange(1, n_max + 1)
    low, high = np.zeros_like(n), n + 1  # the boundary lies from low to high; belief rises with the responders
    while (low < high).any():
        x = (low + high) // 2
        sure = (x > n) | (chance_above(prior, p0, np.minimum(x, n), n) > cutoff * (1 + TIE))
        low, high = np.where(sure, low, x + 1), np.where(sure, x, high)
    return frozen(low)


def assurance(design: Design, prior: Any) -> float:
    """The chance of success when the true rate is not known but believed: power, averaged over `prior`, exactly.

    Parameters
    ----------
    design : SingleStage, TwoStage or any other design of this package
    prior : pair of float, Beta or BetaMixture
        What is believed of the true rate.

    Examples
    --------
    >>> from trialsim.design.single_stage import single_stage
    >>> design = single_stage(20, 0.3)
    >>> round(design.power(0.5), 3), round(assurance(design, prior=(5, 5)), 3)
    (0.588, 0.55)
    """
    ends, belief = check_design(design).outcomes(), check_prior(prior)
    each = [ends.probabilities_under(part.a, part.b)[ends.success].sum() for part in belief.parts]
    return float(min(1.0, np.dot(belief.weights, each)))
