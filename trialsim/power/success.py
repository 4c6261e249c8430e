"""The chance that a design succeeds, given the chance to respond and the chance to be analysed."""

from __future__ import annotations

from typing import Any

import numpy as np

from trialsim.design.binomial import point_probability, upper_tail
from trialsim.errors import TrialsimError, check_kind, check_number
from trialsim.power.estimated_chance import Estimate, ResponseChance
from trialsim.trial.decision import needed_by_analysed

_STEP = 1e-4


def success_chance(design: Any, response: float, analysed: float = 1.0) -> float:
    """The power of a design where each enrolled patient is analysed with a chance, and then responds with another.

    Where not everybody is analysed the number who are is binomial, and each number has the boundary that the analysis
    would use there. Nobody analysed is no success.

    Parameters
    ----------
    design
        One of a single arm, that knows its `power`; and its boundary at every number analysed where `analysed` is
        below 1.
    response, analysed : float
        The chance of response of an analysed patient, and of an enrolled patient to be analysed, 0 to 1.

    Raises
    ------
    TrialsimError
        For a design that has no rule for fewer patients than were enrolled.

    Examples
    --------
    >>> from trialsim.design import single_stage
    >>> [round(success_chance(single_stage(20, 0.30), 0.60, analysed), 3) for analysed in (1.0, 0.9, 0.7)]
    [0.872, 0.78, 0.652]
    """
    if analysed >= 1:
        return float(design.power(response))
    needed = needed_by_analysed(design)
    sizes = np.arange(len(needed))
    return float(point_probability(sizes, len(needed) - 1, analysed) @ upper_tail(needed, sizes, response))


def power_of(design: Any, response: Estimate) -> Estimate:
    """The power of a design at an estimated response probability; its standard error by the delta method.

    Parameters
    ----------
    design
        One of a single arm, that knows its power.
    response : Estimate
        As `response_probability` gives it. Among complete cases it brings the chance to be analysed with it, and power
        is the mean over the number analysed, each with the boundary that the analysis would use there.

    Examples
    --------
    >>> from trialsim.design import single_stage
    >>> power_of(single_stage(20, 0.30), Estimate(0.5, 0.0002))
    0.5881 (standard error 0.00070)
    """
    check_one_arm(design)
    check_kind("response", response, Estimate, "an Estimate", "Use response_probability, or Estimate(0.5, 0).")
    check_number("response", response.value, 0, 1)
    analysed = response.analysed if isinstance(response, ResponseChance) else Estimate(1.0, 0.0)

    def slope(at: Estimate, power: Any) -> float:
        low, high = max(at.value - _STEP, 0.0), min(at.value + _STEP, 1.0)
        return (float(power(high)) - float(power(low))) / (high - low)

    by_response = slope(response, lambda rate: success_chance(design, rate, analysed.value))
    error = abs(by_response) * response.standard_error
    if analysed.value < 1:
        by_analysed = slope(analysed, lambda share: success_chance(design, response.value, share))
        error = float(np.hypot(error, by_analysed * analysed.standard_error))
    return Estimate(success_chance(design, response.value, analysed.value), error)


def check_one_arm(design: Any, where: str = "design") -> None:
    """Raise unless a design's power hangs on one response rate."""
    try:
        design.power(0.5)
    except (AttributeError, TypeError):
        allowed = "a design of a single arm that knows its power, as single_stage or find_two_stage gives it"
        raise TrialsimError(where, design, allowed) from None
