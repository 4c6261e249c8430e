"""Simon's two-stage design: look after the first patients, and stop when too few of them responded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import scipy
from numpy.typing import NDArray

from trialsim.design.binomial import (
    AnyRate,
    Floats,
    Whole,
    at_rates,
    bisect,
    check_rate_inside,
    log_choose,
    lower_tail,
    point_probability,
    settle,
    upper_tail,
)
from trialsim.design.intervals import Interval
from trialsim.design.outcomes import Outcomes
from trialsim.design.wording import OneArm, matching_level, percent, span
from trialsim.errors import check_kind, check_whole

MAX_TWO_STAGE_N = 1_000
"""The most patients of a two-stage design."""


def _level(level: float) -> str:
    return f"{100 * level:.4g} %"


@dataclass(frozen=True, slots=True, repr=False)
class TwoStage(OneArm):
    """Treat n1 patients; go on to n only if enough of them responded; succeed if enough of all did.

    Both counts are numbers to be reached. Publications and other software often give numbers to be
    exceeded, r1 and r: then ``continue_at = r1 + 1`` and ``min_responders = r + 1``.

    Parameters
    ----------
    n1 : int
        Patients in the first stage.
    continue_at : int
        Responders among them that are needed to go on, 0 to n1; with fewer the trial stops without success.
    n : int
        Patients in both stages together, more than n1, at most 1,000.
    min_responders : int
        Responders among all n that are needed for success, at least `continue_at`.
    p0 : float
        The response rate that would not be worth pursuing.
    note : str, optional
        What a search has to say about this design; no part of the design.

    Examples
    --------
    >>> design = TwoStage(n1=19, continue_at=5, n=54, min_responders=16, p0=0.2)
    >>> round(design.expected_n(0.2), 2), round(design.stop_probability(0.2), 3)
    (30.43, 0.673)
    """

    n1: int
    continue_at: int
    n: int
    min_responders: int
    p0: float
    note: str = field(default="", compare=False)

    references: ClassVar[tuple[str, ...]] = ("SIMON89", "JUNG04", "JK04", "KC08")

    def __post_init__(self) -> None:
        n = check_whole("n", self.n, 2, MAX_TWO_STAGE_N)
        n1 = check_whole("n1", self.n1, 1, n - 1, "The first stage is a part of all n patients.")
        reached = "It is a count that must be reached; a published r1 or r that must be exceeded is one less."
        continue_at = check_whole("continue_at", self.continue_at, 0, n1, reached)
        min_responders = check_whole("min_responders", self.min_responders, max(1, continue_at), n, reached)
        check_kind("note", self.note, str, "a sentence")
        settle(self, n1=n1, continue_at=continue_at, n=n, min_responders=min_responders)
        settle(self, p0=check_rate_inside("p0", self.p0))

    def power(self, p1: AnyRate) -> AnyRate:
        """The exact chance of success at one true rate or at an array of them."""
        needed = np.full(self.n1 + 1 - self.continue_at, self.min_responders)
        return at_rates("p1", p1, lambda p: success_after(self, needed, self.n, p))

    def stop_probability(self, p1: AnyRate) -> AnyRate:
        """The chance to stop after the first stage."""
        return at_rates("p1", p1, lambda p: lower_tail(self.continue_at - 1, self.n1, p))

    def expected_n(self, p1: AnyRate) -> AnyRate:
        """The number of patients that the trial takes on average."""
        return at_rates("p1", p1, lambda p: self.n1 + upper_tail(self.continue_at, self.n1, p) * (self.n - self.n1))

    def outcomes(self) -> Outcomes:
        """All ways in which the trial may end: x < continue_at after n1 patients, any other x after all n."""
        stopped, finished = np.arange(self.continue_at), np.arange(self.continue_at, self.n + 1)
        return Outcomes(
            responders=np.concatenate([stopped, finished]),
            n_observed=np.repeat([self.n1, self.n], [stopped.size, finished.size]),
            success=np.concatenate([stopped < 0, finished >= self.min_responders]),
            log_paths=np.concatenate(
                [log_choose(self.n1, stopped), scipy.special.logsumexp(self.log_ways(finished), axis=1)]
            ),
        )

    def log_ways(self, responders: np.ndarray, *, first_is_a_response: bool = False) -> Floats:
        """Logarithm of the number of orders in which a finished trial reaches `responders`, by first-stage count.

        One row a total, one column a first-stage count from `continue_at` to n1; minus infinity where impossible.
        With `first_is_a_response` only orders in which the first patient responds are counted.
        """
        fixed = int(first_is_a_response)
        first = np.arange(self.continue_at, self.n1 + 1)
        second, n2 = np.asarray(responders)[:, np.newaxis] - first, self.n - self.n1
        possible = (second >= 0) & (second <= n2) & (first >= fixed)
        ways = log_choose(self.n1 - fixed, np.maximum(first - fixed, 0)) + log_choose(n2, np.clip(second, 0, n2))
        return np.asarray(np.where(possible, ways, -np.inf))

    @property
    def rule(self) -> str:
        """When it succeeds, in a few words."""
        return f"{self.continue_at} or more of {self.n1}, then {self.min_responders} or more of {self.n}"

    @property
    def pauses_after(self) -> int:
        """The first stage is assessed before the second begins."""
        return self.n1

    def play(self, luck: Floats, rate: float, standard_care: float) -> NDArray[np.bool_]:
        """Whether each trial succeeds when its patients respond by `luck`, shape (trials, n)."""
        responders = (luck < rate).cumsum(axis=1)
        goes_on = responders[:, self.n1 - 1] >= self.continue_at
        return np.asarray(goes_on & (responders[:, -1] >= self.min_responders))

    def sentences(self, alpha: float) -> tuple[str, ...]:
        """What is done, when the hypothesis is rejected, and how the rate is reported."""
        p0, x, level = percent(self.p0), self.min_responders, matching_level(alpha)
        if (x > self.continue_at and two_stage_p_value(self, x - 1) <= alpha) or level <= 0:
            level = matching_level(self.attained_alpha)  # the design asks for more responders than alpha alone does
        limits = (two_stage_limits(self, each, np.array([x])) for each in (level, 0.95))
        matching, usual = (span(Interval(float(low[0]), float(high[0]))) for low, _, high in limits)
        never = float(upper_tail(x, self.n, self.p0))
        return (
            f"{self.n1} patients are treated first; if fewer than {self.continue_at} of them respond, the trial stops "
            f"without success. Otherwise it goes on to {self.n} patients. The null hypothesis that the response rate "
            f"of the treated is at most {p0} is rejected if {x} or more of all {self.n} respond. There is no early "
            "success. The rule to stop is binding: a trial that never stopped would "
            f"succeed with a chance of {never:.4f} at {p0}.",
            f"If {p0} respond, the trial stops early with a chance of {self.stop_probability(self.p0):.3f} and takes "
            f"{self.expected_n(self.p0):.1f} patients on average.",
            "A trial that may stop reports a plain proportion that is too low on average; the response rate is "
            "therefore estimated without that bias (Jung and Kim 2004), the plain proportion beside it. The p-value "
            f"and the two-sided {_level(level)} interval count any outcome of two stages as higher than a stop "
            f"(Koyama and Chen 2008); the lower limit is at least {p0} exactly when the hypothesis is rejected. With "
            f"{x} of {self.n}: estimate {two_stage_umvue(self, x):.3f}, plain {x / self.n:.3f}, "
            f"p = {two_stage_p_value(self, x):.4f}, {_level(level)} interval {matching}, 95 % interval {usual}.",
        )

    def __repr__(self) -> str:
        text = (
            f"Two stages: {self.n1} patients first, going on with {self.continue_at} or more responders; "
            f"{self.n} in all, success with {self.min_responders} or more responders. If the true rate is "
            f"p0 = {self.p0:g}, the chance of a false success is {self.attained_alpha:.4f}, the chance to stop early "
            f"{self.stop_probability(self.p0):.3f}, and {self.expected_n(self.p0):.1f} patients are expected."
        )
        return f"{text} {self.note}".rstrip()


def success_after(design: TwoStage, needed: Whole, n: int, rates: Floats) -> Floats:
    """The chance of success at true rates; `needed` responders of all n, by those of a first stage that goes on."""
    first, p = np.arange(design.continue_at, design.n1 + 1), rates[..., np.newaxis]
    then = upper_tail(needed - first, n - design.n1, p)
    return np.asarray((point_probability(first, design.n1, p) * then).sum(axis=-1))


def check_two_stage(design: Any) -> TwoStage:
    """Return a two-stage design, or raise."""
    return check_kind("design", design, TwoStage, "a two-stage design, as find_two_stage() gives it")


def two_stage_limits(design: TwoStage, level: float, responders: Whole) -> tuple[Floats, Floats, Floats]:
    """Lower, usual upper and conservative upper limits after the given numbers of responders.

    The number of responders alone says how the trial ended: below `continue_at` it stopped, otherwise it went on.
    """
    tail = (1 - level) / 2

    def where_chance_is(target: float, x: Whole) -> Floats:
        def chance(rates: Floats) -> Floats:
            return _as_high_or_higher(design, x, rates)

        return bisect(chance, target, np.zeros(x.shape), np.ones(x.shape))

    low = np.where(responders == 0, 0.0, where_chance_is(tail, responders))
    usual = np.where(responders == 0, 0.0, where_chance_is(1 - tail, responders))
    # "As low or lower" has the chance `tail` where "as high as the next outcome" has 1 - tail.
    following = np.minimum(responders + 1, design.n)
    conservative = np.where(responders == design.n, 1.0, where_chance_is(1 - tail, following))
    return low, usual, conservative


def two_stage_p_value(design: TwoStage, responders: int) -> float:
    """The chance, at p0, of an outcome as high or higher; the responders alone say how the trial ended."""
    return float(_as_high_or_higher(design, np.array([responders]), np.array([design.p0]))[0])


def _as_high_or_higher(design: TwoStage, x: Whole, rates: Floats) -> Floats:
    """P(outcome >= x) at each rate, x and rates in pairs; going on to the second stage is higher than any stop."""
    p, total = rates[:, np.newaxis], x[:, np.newaxis]
    first = np.arange(design.continue_at, design.n1 + 1)
    then = upper_tail(total - first, design.n - design.n1, p)
    finished = (point_probability(first, design.n1, p) * then).sum(axis=1)
    return np.where(x < design.continue_at, upper_tail(x, design.n1, rates), finished)


def two_stage_umvue(design: TwoStage, x: int) -> float:
    """The share, among all orders that lead to x responders of n, of those in which the first patient responds."""
    total = np.array([x])
    ways = scipy.special.logsumexp(design.log_ways(total))
    with_response = scipy.special.logsumexp(design.log_ways(total, first_is_a_response=True)) if x else -np.inf
    return float(np.exp(with_response - ways))
