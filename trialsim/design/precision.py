"""How wide an interval will be, how often it will be right, and how many patients make it narrow enough."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trialsim.design.binomial import (
    TIE,
    Floats,
    Rates,
    check_chance,
    check_rate_inside,
    check_rate_list,
    point_probability,
)
from trialsim.design.intervals import check_level_and_method, interval_limits
from trialsim.design.operating import coverage
from trialsim.design.wording import Ending, percent
from trialsim.errors import TrialsimError, check_number, check_whole

MAX_PRECISION_N = 2_000
"""The most patients for which widths are planned."""


def interval_precision(
    n: int,
    rates: float | Rates,
    *,
    level: float = 0.95,
    method: str = "clopper-pearson",
    half_width: float | None = None,
    exceeds: float | None = None,
) -> pd.DataFrame:
    """What to expect of an interval at each true rate; exact.

    Parameters
    ----------
    n : int
        Patients analysed, 1 to 2,000.
    rates : array of float
        True response rates.
    level, method
        The interval, see `response_interval`.
    half_width : float, optional
        What would be narrow enough: half of the distance between the limits.
    exceeds : float, optional
        A rate that the lower limit should exceed.

    Returns
    -------
    pandas.DataFrame
        One row a rate: ``true_rate, coverage, expected_half_width, largest_half_width``, and where asked for
        ``chance_narrow_enough`` and ``chance_lower_limit_exceeds``.

    Examples
    --------
    >>> interval_precision(20, [0.5]).round(3).iloc[0].to_dict()["expected_half_width"]
    0.223
    """
    n = check_whole("n", n, 1, MAX_PRECISION_N)
    p = check_rate_list(rates)
    level, method = check_level_and_method(level, method)
    low, high = interval_limits(n, level, method)
    half = (high - low) / 2
    chance = point_probability(np.arange(n + 1), n, p[:, np.newaxis])
    table = pd.DataFrame(
        {
            "true_rate": p,
            "coverage": coverage(chance, p, low, high),
            "expected_half_width": chance @ half,
            "largest_half_width": half.max(),
        }
    )
    if half_width is not None:
        wanted = check_number("half_width", half_width, 0, 1, open_low=True)
        table["chance_narrow_enough"] = chance @ _narrow(half, wanted)
    if exceeds is not None:
        table["chance_lower_limit_exceeds"] = chance @ (low > check_number("exceeds", exceeds, 0, 1)).astype(float)
    return table


@dataclass(frozen=True, slots=True, repr=False)
class PrecisionPlan:
    """The patients that make an interval narrow enough.

    Attributes
    ----------
    n : int
        Patients to analyse.
    rate : float
        The true rate that was assumed.
    half_width : float
        What was asked for.
    expected_half_width, chance_narrow_enough : float
        What to expect with n patients.
    level, method
        The interval.
    """

    n: int
    rate: float
    half_width: float
    expected_half_width: float
    chance_narrow_enough: float
    level: float
    method: str

    controlled: ClassVar[bool] = False
    tested: ClassVar[bool] = False
    references: ClassVar[tuple[str, ...]] = ("CP34",)

    @property
    def rule(self) -> str:
        """That it has no success."""
        return f"no test: the rate with its {percent(self.level)} interval"

    @property
    def pauses_after(self) -> int:
        """Enrolment never waits."""
        return 0

    def sentences(self, alpha: float) -> tuple[str, ...]:
        """What is done and reported; there is no hypothesis, so `alpha` is not used."""
        return (
            f"{self.n} patients are enrolled and the response rate is reported with its exact two-sided "
            f"{percent(self.level)} interval (Clopper-Pearson); no hypothesis is tested.",
            self.promise,
        )

    @property
    def promise(self) -> str:
        """How wide the interval will be."""
        return (
            f"At a true rate of {percent(self.rate)} the exact {percent(self.level)} interval is expected to reach "
            f"{100 * self.expected_half_width:.1f} points to either side, and at most {100 * self.half_width:g} with a "
            f"chance of {self.chance_narrow_enough:.2f}."
        )

    def success(self, rate: float, standard_care: float) -> float:
        """There is none: an interval alone has no success."""
        raise TrialsimError("design", self, "a design with a test", "An interval alone has no success.")

    def play(self, luck: Floats, rate: float, standard_care: float) -> NDArray[np.bool_]:
        """There is nothing to play: an interval alone has no success."""
        raise TrialsimError("design", self, "a design with a test", "An interval alone has no success.")

    def endings(self, p0: float, p1: float) -> list[Ending]:
        """Each number of responders, with its chances at two rates."""
        x = np.arange(self.n + 1)
        at = [point_probability(x, self.n, np.float64(rate)) for rate in (p0, p1)]
        return [(int(k), "read", float(at[0][k]), float(at[1][k])) for k in x]

    def __repr__(self) -> str:
        return (
            f"{self.n} patients: at a true rate of {self.rate:g} the {100 * self.level:g} % interval ({self.method}) "
            f"is expected to reach {self.expected_half_width:.3f} to either side, and at most {self.half_width:g} "
            f"with a chance of {self.chance_narrow_enough:.3f}."
        )


def find_n_for_width(
    rate: float,
    half_width: float,
    *,
    chance: float | None = None,
    level: float = 0.95,
    method: str = "clopper-pearson",
    n_max: int = 500,
) -> PrecisionPlan:
    """The smallest n that makes an interval narrow enough.

    Parameters
    ----------
    rate : float
        The true rate that is assumed; 0.5 is the most demanding.
    half_width : float
        Half of the distance between the limits that is asked for.
    chance : float, optional
        Ask for this chance that the interval is so narrow. Without it only the *expected* width is asked for, and
        whether the interval of the trial will be so narrow is then close to a coin flip.
    level, method
        The interval, see `response_interval`.
    n_max : int
        The largest n that would be accepted, at most 2,000.

    Examples
    --------
    >>> find_n_for_width(0.3, 0.15).n, find_n_for_width(0.3, 0.15, chance=0.9).n
    (39, 45)
    """
    rate = check_rate_inside("rate", rate)
    half_width = check_number("half_width", half_width, 0, 0.5, open_low=True, open_high=True)
    chance = None if chance is None else check_chance("chance", chance)
    level, method = check_level_and_method(level, method)
    n_max = check_whole("n_max", n_max, 1, MAX_PRECISION_N)
    plan = None
    for n in range(1, n_max + 1):
        low, high = interval_limits(n, level, method)
        half, weights = (high - low) / 2, point_probability(np.arange(n + 1), n, rate)
        plan = PrecisionPlan(
            n, rate, half_width, float(weights @ half), float(weights @ _narrow(half, half_width)), level, method
        )
        if chance is None and plan.expected_half_width <= half_width * (1 + TIE):
            return plan
        if chance is not None and plan.chance_narrow_enough >= chance * (1 - TIE):
            return plan
    fix = f"With n_max: {plan!r} Raise n_max or accept a wider interval."
    raise TrialsimError("n_max", n_max, "an n_max within which the interval becomes narrow enough", fix)


def _narrow(half: Floats, wanted: float) -> Floats:
    return (half <= wanted * (1 + TIE)).astype(float)
