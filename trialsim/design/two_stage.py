"""Simon's two-stage design: look after the first patients, and stop when too few of them responded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, overload

import numpy as np
import scipy
from numpy.typing import NDArray

from trialsim.design.binomial import (
    Floats,
    Rates,
    as_given,
    check_rate_inside,
    check_rates,
    log_choose,
    lower_tail,
    point_probability,
    upper_tail,
)
from trialsim.design.intervals import Interval
from trialsim.design.outcomes import Outcomes
from trialsim.design.wording import OneArm, matching_level, percent, span
from trialsim.errors import check_whole

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
        checked = (n1, continue_at, n, min_responders, check_rate_inside("p0", self.p0))
        for name, value in zip(("n1", "continue_at", "n", "min_responders", "p0"), checked, strict=True):
            object.__setattr__(self, name, value)

    @property
    def attained_alpha(self) -> float:
        """The exact chance of success when the true rate is p0."""
        return self.power(self.p0)

    @overload
    def power(self, p1: float) -> float: ...
    @overload
    def power(self, p1: Rates) -> Floats: ...
    def power(self, p1: float | Rates) -> float | Floats:
        """The exact chance of success at one true rate or at an array of them."""
        p = check_rates("p1", p1)[..., np.newaxis]
        first = np.arange(self.continue_at, self.n1 + 1)
        then = upper_tail(self.min_responders - first, self.n - self.n1, p)
        return as_given((point_probability(first, self.n1, p) * then).sum(axis=-1))

    @overload
    def stop_probability(self, p1: float) -> float: ...
    @overload
    def stop_probability(self, p1: Rates) -> Floats: ...
    def stop_probability(self, p1: float | Rates) -> float | Floats:
        """The chance to stop after the first stage."""
        return as_given(lower_tail(self.continue_at - 1, self.n1, check_rates("p1", p1)))

    @overload
    def expected_n(self, p1: float) -> float: ...
    @overload
    def expected_n(self, p1: Rates) -> Floats: ...
    def expected_n(self, p1: float | Rates) -> float | Floats:
        """The number of patients that the trial takes on average."""
        goes_on = upper_tail(self.continue_at, self.n1, check_rates("p1", p1))
        return as_given(self.n1 + goes_on * (self.n - self.n1))

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
        from trialsim.design.two_stage_analysis import two_stage_analysis, two_stage_limits, two_stage_p_value

        p0, x, level = percent(self.p0), self.min_responders, matching_level(alpha)
        if (x > self.continue_at and two_stage_p_value(self, x - 1) <= alpha) or level <= 0:
            level = matching_level(self.attained_alpha)  # the design asks for more responders than alpha alone does
        found = two_stage_analysis(self, x, self.n, level=level)
        never = float(upper_tail(x, self.n, self.p0))
        low, _, high = (float(limit[0]) for limit in two_stage_limits(self, 0.95, np.array([x])))
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
            f"{x} of {self.n}: estimate {found.umvue:.3f}, plain {found.mle:.3f}, p = {found.p_value:.4f}, "
            f"{_level(level)} interval {span(found.interval_conservative)}, 95 % interval {span(Interval(low, high))}.",
        )

    def __repr__(self) -> str:
        text = (
            f"Two stages: {self.n1} patients first, going on with {self.continue_at} or more responders; "
            f"{self.n} in all, success with {self.min_responders} or more responders. If the true rate is "
            f"p0 = {self.p0:g}, the chance of a false success is {self.attained_alpha:.4f}, the chance to stop early "
            f"{self.stop_probability(self.p0):.3f}, and {self.expected_n(self.p0):.1f} patients are expected."
        )
        return f"{text} {self.note}".rstrip()
