"""Looking at the data while patients come in: stopping boundaries, and what they do, exactly."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd

from trialsim.design.bayes import BayesSingleArm
from trialsim.design.binomial import AnyRate, check_chance
from trialsim.design.outcomes import Outcomes
from trialsim.errors import TrialsimError, check_number, check_whole


def paths_to_endings(n: int, low: dict[int, int], high: dict[int, int], min_responders: int) -> Outcomes:
    """All endings of a trial with looks, by counting the orders of responders that lead to each.

    One patient after the other: an order of m patients either had a responder last or not. Orders that
    a look ends are taken out.

    Parameters
    ----------
    n : int
        Patients planned.
    low, high : dict
        For each look, after so many patients: stop without success at this count or below; with success at this
        count or above.
    min_responders : int
        Success at the end.
    """
    counts = np.arange(n + 1)
    log_ways = np.where(counts == 0, 0.0, -np.inf)
    parts = []
    for seen in range(1, n + 1):
        log_ways[1:] = np.logaddexp(log_ways[1:], log_ways[:-1])
        below = counts <= (min_responders - 1 if seen == n else low.get(seen, -1))
        above = counts >= (min_responders if seen == n else high.get(seen, n + 1))
        ends = (below | above) & (log_ways > -np.inf)
        parts.append((counts[ends], np.full(ends.sum(), seen), above[ends], log_ways[ends]))
        log_ways[ends] = -np.inf
    responders, observed, success, ways = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Outcomes(responders, observed, success, ways)


class _Looks(Protocol):
    """What `WithLooks` asks of a design."""

    @property
    def n(self) -> int: ...
    @property
    def p0(self) -> float: ...
    @property
    def min_responders(self) -> int: ...
    @property
    def looks(self) -> tuple[int, ...]: ...
    def limits(self) -> tuple[dict[int, int], dict[int, int]]: ...
    def outcomes(self) -> Outcomes: ...
    def power(self, p1: float) -> float: ...


class WithLooks:
    """What designs with looks have in common: all that follows from the counts that end the trial at each look."""

    __slots__ = ()

    def boundaries(self: _Looks) -> pd.DataFrame:
        """The stopping table: one row a look and one for the end.

        Columns: ``n`` patients seen, ``stop_at_or_below`` (futility) and ``stop_at_or_above`` (success), whole
        numbers or missing where no count would stop.
        """
        low, high = self.limits()
        rows = [(m, low.get(m, pd.NA), high.get(m, pd.NA)) for m in self.looks]
        enough = self.min_responders
        rows.append((self.n, enough - 1, enough if enough <= self.n else pd.NA))
        return pd.DataFrame(rows, columns=["n", "stop_at_or_below", "stop_at_or_above"]).astype("Int64")

    def outcomes(self: _Looks) -> Outcomes:
        """All ways in which the trial may end."""
        return paths_to_endings(self.n, *self.limits(), self.min_responders)

    @property
    def attained_alpha(self: _Looks) -> float:
        """The exact chance of success when the true rate is p0, looks included."""
        return self.power(self.p0)

    def power(self: _Looks, p1: AnyRate) -> AnyRate:
        """The exact chance of success at one true rate or at an array of them."""
        ends = self.outcomes()
        return ends.average(ends.success, p1)

    def stop_probability(self: _Looks, p1: AnyRate) -> AnyRate:
        """The chance to end before all n patients are seen, for whatever reason."""
        ends = self.outcomes()
        return ends.average(ends.n_observed < self.n, p1)

    def expected_n(self: _Looks, p1: AnyRate) -> AnyRate:
        """The number of patients that the trial takes on average."""
        ends = self.outcomes()
        return ends.average(ends.n_observed, p1)


@dataclass(frozen=True, slots=True, repr=False)
class BayesMonitored(WithLooks):
    """A Bayesian single arm that is looked at while it runs.

    Attributes
    ----------
    design : BayesSingleArm
        What is planned, and when it succeeds.
    looks : tuple of int
        Patients seen at each look, in order, all below n.
    futility : float
        Stop without success when the predictive probability falls below this.
    efficacy : float or None
        Stop with success when the predictive probability rises above this; None: never.
    """

    design: BayesSingleArm
    looks: tuple[int, ...]
    futility: float
    efficacy: float | None = None

    @property
    def n(self) -> int:
        """Patients planned."""
        return self.design.n

    @property
    def p0(self) -> float:
        """The response rate that would not be worth pursuing."""
        return self.design.p0

    @property
    def min_responders(self) -> int:
        """Responders needed for success at the end."""
        return self.design.min_responders

    def limits(self) -> tuple[dict[int, int], dict[int, int]]:
        """By look: stop without success at this count or below; with success at this count or above."""
        low, high = {}, {}
        for seen in self.looks:
            chance = self.design.predictive_probabilities(seen)  # rises with the responders seen
            if (hopeless := int((chance < self.futility).sum())) > 0:
                low[seen] = hopeless - 1
            if self.efficacy is not None and (convinced := int((chance > self.efficacy).sum())) > 0:
                high[seen] = seen + 1 - convinced
        return low, high

    def __repr__(self) -> str:
        p0, stop = self.p0, f"stop when the predictive probability falls below {self.futility:g}"
        if self.efficacy is not None:
            stop += f" or rises above {self.efficacy:g}"
        after = ", ".join(map(str, self.looks))
        if len(self.looks) > 6:
            after = f"{self.looks[0]} to {self.looks[-1]} ({len(self.looks)} times)"
        return (
            f"{self.design!r} Looks after {after} patients: {stop}. With these looks the chance of a false success "
            f"is {self.attained_alpha:.4f}, the chance to stop early {self.stop_probability(p0):.3f}, and "
            f"{self.expected_n(p0):.1f} patients are expected, all at p0."
        )


def bayes_monitoring(
    design: BayesSingleArm, looks: Iterable[int], *, futility: float = 0.05, efficacy: float | None = None
) -> BayesMonitored:
    """Add looks to a Bayesian single arm: stop when success at the end has become too unlikely (or likely enough).

    Parameters
    ----------
    design : BayesSingleArm
    looks : iterable of int
        Patients seen at each look, each from 1 to n - 1.
    futility : float
        Stop without success below this predictive probability, 0 (never) to below 1.
    efficacy : float, optional
        Stop with success above this predictive probability.

    Notes
    -----
    The predictive probability design of Lee and Liu (2008), Clinical Trials. Its error rates are sums over all
    orders in which responders may come, not simulations.

    Examples
    --------
    >>> from trialsim.design.bayes import bayes_single_arm
    >>> plan = bayes_monitoring(bayes_single_arm(20, p0=0.3, cutoff=0.95), looks=[10], futility=0.05)
    >>> plan.boundaries().iloc[0].tolist(), round(plan.expected_n(0.3), 1)
    ([10, 2, <NA>], 16.2)
    """
    if not isinstance(design, BayesSingleArm):
        raise TrialsimError("design", design, "a Bayesian single arm, as bayes_single_arm() gives it")
    futility = check_number("futility", futility, 0, 1, open_high=True)
    if efficacy is not None:
        efficacy = check_chance("efficacy", efficacy)
        if efficacy <= futility:
            raise TrialsimError("efficacy", efficacy, f"a probability above futility = {futility:g}")
    return BayesMonitored(design, check_looks(looks, design.n), futility, efficacy)


def check_looks(looks: Any, n: int) -> tuple[int, ...]:
    """Return the looks in order, or raise: whole numbers of patients from 1 to n - 1, none twice."""
    try:
        listed = list(looks)
    except TypeError:
        raise TrialsimError("looks", looks, "a list of numbers of patients, such as [5, 10, 15]") from None
    fix = f"The end, after all {n} patients, is not a look."
    checked = sorted(check_whole("looks", look, 1, n - 1, fix) for look in listed) if n > 1 else []
    if not checked or len(set(checked)) < len(listed):
        raise TrialsimError("looks", looks, f"different numbers of patients from 1 to {n - 1}, at least one")
    return tuple(checked)
