"""Rules and numbers for serious events: when to stop, and what a small trial can see at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from trialsim.design.binomial import MAX_N, TIE, AnyRate, at_rates, check_chance, check_rate_inside
from trialsim.design.monitoring import check_looks, paths_to_endings
from trialsim.design.outcomes import Outcomes
from trialsim.design.priors import MAX_BAYES, Prior, chance_above, check_prior
from trialsim.errors import TrialsimError, check_whole


@dataclass(frozen=True, slots=True, repr=False)
class SafetyRule:
    """Stop as soon as a look shows too many patients with a serious event.

    Attributes
    ----------
    n : int
        Patients planned.
    looks : tuple of int
        Patients followed up at each look; n itself is the last.
    stop_at : tuple of int
        For each look, stop with this many patients with an event or more; a number above the look: never.
    acceptable : float
        The event rate that is still acceptable.
    prior : Beta or BetaMixture
        What is believed of the event rate before the trial.
    cutoff : float
        Stop when Pr(event rate > acceptable) exceeds this.
    """

    n: int
    looks: tuple[int, ...]
    stop_at: tuple[int, ...]
    acceptable: float
    prior: Prior
    cutoff: float

    def boundaries(self) -> pd.DataFrame:
        """One row a look: ``n`` patients followed, ``stop_at_or_above`` (missing where no number would stop)."""
        stop = [k if k <= m else pd.NA for m, k in zip(self.looks, self.stop_at, strict=True)]
        return pd.DataFrame({"n": self.looks, "stop_at_or_above": stop}).astype("Int64")

    def outcomes(self) -> Outcomes:
        """All ways in which the trial may end; ``success`` means here that the rule stopped it."""
        high = dict(zip(self.looks, self.stop_at, strict=True))
        return paths_to_endings(self.n, {}, high, high[self.n])

    def stop_probability(self, rates: AnyRate) -> AnyRate:
        """The exact chance that the rule stops the trial, at one true event rate or at an array of them."""
        ends = self.outcomes()
        return ends.average(ends.success, rates, "rates")

    def expected_n(self, rates: AnyRate) -> AnyRate:
        """The number of patients treated on average."""
        ends = self.outcomes()
        return ends.average(ends.n_observed, rates, "rates")

    def __repr__(self) -> str:
        start = (
            f"Safety rule for {self.n} patients: stop when Pr(event rate > {self.acceptable:g}) > {self.cutoff:g}, "
            f"prior {self.prior.name}; "
        )
        reach = {k: [m for m, j in zip(self.looks, self.stop_at, strict=True) if j == k <= m] for k in self.stop_at}
        stops = [f"{k} of the first {max(at)}" for k, at in reach.items() if at]
        if not stops:
            return f"{start}it never stops the trial: no number of events is convincing enough."
        return (
            f"{start}that is, at a look, with events in {', '.join(stops)}. If the true rate is just acceptable, "
            f"the rule stops the trial with a chance of {self.stop_probability(self.acceptable):.3f}."
        )


def safety_rule(
    n: int, *, acceptable: float, prior: Any = (1, 1), cutoff: float = 0.95, looks: Iterable[int] | None = None
) -> SafetyRule:
    """A Bayesian stopping rule for serious events.

    Parameters
    ----------
    n : int
        Patients planned.
    acceptable : float
        The event rate that is still acceptable, between 0 and 1.
    prior : pair of float, or Beta
        What is believed of the event rate before the trial.
    cutoff : float
        Stop when Pr(event rate > acceptable) exceeds this.
    looks : iterable of int, optional
        Patients followed up at each look before the end; after every patient unless given.

    Examples
    --------
    >>> rule = safety_rule(20, acceptable=0.10, prior=(0.1, 0.9), cutoff=0.95, looks=[5, 10, 15])
    >>> rule.stop_at, round(rule.stop_probability(0.10), 3)
    ((3, 4, 4, 5), 0.071)
    """
    n = check_whole("n", n, 1, MAX_BAYES)
    acceptable, cutoff = check_rate_inside("acceptable", acceptable), check_chance("cutoff", cutoff)
    belief = check_prior(prior)
    all_looks = (*range(1, n), n) if looks is None else (*check_looks(looks, n), n)
    stop_at = []
    for seen in all_looks:
        alarming = chance_above(belief, acceptable, np.arange(seen + 1), seen) > cutoff * (1 + TIE)
        stop_at.append(int(alarming.argmax()) if alarming.any() else seen + 1)
    if stop_at[0] == 0:
        fix = (
            "The prior alone, or with patients who had no event, already exceeds the cutoff: the trial could not start."
        )
        raise TrialsimError("prior", belief, "a prior that lets the trial go on while there are no events", fix)
    return SafetyRule(n, all_looks, tuple(stop_at), acceptable, belief, cutoff)


MAX_TO_SEE_ONE = 10**12
"""Patients; far more than there are."""


def chance_of_any_event(rate: AnyRate, n: int) -> AnyRate:
    """The chance that at least one of `n` patients has an event that comes at the given rate.

    Examples
    --------
    >>> round(chance_of_any_event(0.05, 20), 3)
    0.642
    """
    n = check_whole("n", n, 1, MAX_N)
    with np.errstate(divide="ignore"):  # a rate of 1: minus infinity, and so a chance of 1
        return at_rates("rate", rate, lambda p: -np.expm1(n * np.log1p(-p)))


def patients_to_see_one(rate: float, chance: float = 0.95) -> int:
    """The patients needed to see at least one event of the given rate with the given chance.

    Examples
    --------
    >>> patients_to_see_one(0.05)
    59
    """
    rate, chance = check_rate_inside("rate", rate), check_chance("chance", chance)
    with np.errstate(over="ignore"):  # of the smallest rates there is no such number
        exact = np.log1p(-chance) / np.log1p(-rate)
    if not exact <= MAX_TO_SEE_ONE:
        raise TrialsimError("rate", rate, "a rate that so many patients can show", f"Here {exact:.1g} are needed.")
    return max(1, int(np.ceil(exact * (1 - TIE))))
