"""How a design says itself in a protocol: what every design can be asked, and its rates and intervals in words."""

from __future__ import annotations

from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from trialsim.design.binomial import AnyRate, Floats, at_rates, upper_tail
from trialsim.design.intervals import Interval, response_interval
from trialsim.design.outcomes import Outcomes, endings_of_one_count

Ending = tuple[int, str, float, float]
"""Responders; "succeed", "fail", "stop" or "read"; the chance to end so at p0 and at p1."""


class Described(Protocol):
    """A design that says what is done, when it succeeds, and what it finds."""

    controlled: ClassVar[bool]
    """Whether a control group of its own measures standard care."""
    tested: ClassVar[bool]
    """Whether it has a success: an interval by itself has none."""
    references: ClassVar[tuple[str, ...]]
    """Keys of the sources of its methods."""

    @property
    def n(self) -> int:
        """Patients in all."""
        ...

    @property
    def rule(self) -> str:
        """When it succeeds, in a few words."""
        ...

    @property
    def pauses_after(self) -> int:
        """Patients after whom enrolment waits for the last assessment; 0: it never does."""
        ...

    def sentences(self, alpha: float) -> tuple[str, ...]:
        """What is done, when the hypothesis is rejected, and how the rate is reported."""
        ...

    def success(self, rate: float, standard_care: float) -> float:
        """The exact chance of success when these are the true rates."""
        ...

    def play(self, luck: Floats, rate: float, standard_care: float) -> NDArray[np.bool_]:
        """Whether each trial succeeds; `luck` holds a uniform number for each trial (rows) and patient."""
        ...

    def endings(self, p0: float, p1: float) -> list[Ending]:
        """All ways in which its trial may end."""
        ...


class _Counts(Protocol):
    """What `OneArm` asks of a design."""

    @property
    def n(self) -> int: ...
    @property
    def min_responders(self) -> int: ...
    @property
    def p0(self) -> float: ...
    def power(self, p1: Any) -> Any: ...
    def outcomes(self) -> Outcomes: ...


class OneArm:
    """What designs without a control group have in common; of their stages, that there is one."""

    __slots__ = ()

    controlled: ClassVar[bool] = False
    tested: ClassVar[bool] = True

    @property
    def rule(self: _Counts) -> str:
        """When it succeeds, in a few words."""
        return f"{self.min_responders} or more of {self.n}"

    @property
    def pauses_after(self) -> int:
        """Enrolment never waits."""
        return 0

    @property
    def attained_alpha(self: _Counts) -> float:
        """The exact chance of success when the true rate is p0."""
        return float(self.power(self.p0))

    def power(self: _Counts, p1: AnyRate) -> AnyRate:
        """The exact chance of success, a rate above p0, at one true rate or at an array of them (each from 0 to 1).

        Examples
        --------
        >>> from trialsim.design.single_stage import single_stage
        >>> round(single_stage(20, p0=0.30).power(0.50), 3)
        0.588
        """
        return at_rates("p1", p1, lambda p: upper_tail(self.min_responders, self.n, p))

    def outcomes(self: _Counts) -> Outcomes:
        """All ways in which the trial may end, with 0 to n responders."""
        return endings_of_one_count(self.n, self.min_responders)

    def success(self: _Counts, rate: float, standard_care: float) -> float:
        """The exact chance of success; a single arm does not see what standard care gives."""
        return float(self.power(rate))

    def play(self: _Counts, luck: Floats, rate: float, standard_care: float) -> NDArray[np.bool_]:
        """Whether each trial succeeds when its patients respond by `luck`, shape (trials, n)."""
        return np.asarray((luck < rate).sum(axis=1) >= self.min_responders)

    def endings(self: _Counts, p0: float, p1: float) -> list[Ending]:
        """All ways in which its trial may end, with their chances at two rates."""
        return self.outcomes().endings(p0, p1)


def percent(rate: float, decimals: int = 0) -> str:
    """A rate in percent; without a needless zero behind the point.

    Examples
    --------
    >>> percent(0.3), percent(0.288, 1), percent(0.295)
    ('30 %', '28.8 %', '29.5 %')
    """
    value = 100 * rate
    if decimals:
        return f"{value:.{decimals}f} %"
    return f"{value:g} %" if round(value, 6) == round(value, 1) else f"{value:.1f} %"


def matching_level(alpha: float) -> float:
    """The level of the two-sided interval whose lower limit says the same as a one-sided test at alpha.

    Examples
    --------
    >>> matching_level(0.05), matching_level(0.025)
    (0.9, 0.95)
    """
    return round(1 - 2 * alpha, 12)


def span(interval: Interval) -> str:
    """Both limits in percent."""
    return f"{percent(interval.low, 1)} to {percent(interval.high, 1)}"


def tested_interval(responders: int, n: int, p0: float, alpha: float) -> str:
    """Which interval of a rate agrees with the test, and which need not: with what both are at the boundary."""
    level, usual = matching_level(alpha), 0.95
    if level <= 0:
        return f"The response rate is reported with its exact {percent(usual)} interval (Clopper-Pearson)."
    found = response_interval(responders, n, level=level)
    text = (
        f"The response rate is reported with its exact two-sided {percent(level)} interval (Clopper-Pearson), whose "
        f"lower limit is at least {percent(p0)} exactly when the test rejects ({responders} of {n}: {span(found)})"
    )
    if level == usual:
        return f"{text}."
    other = response_interval(responders, n, level=usual)
    verdict = "contains" if p0 in other else "excludes"
    return (
        f"{text}. Its {percent(usual)} interval is given beside it and belongs to another test: at the same result "
        f"({span(other)}) it {verdict} {percent(p0)}."
    )
