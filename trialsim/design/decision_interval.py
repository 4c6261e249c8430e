"""The interval that says the same as the test: its lower limit reaches p0 exactly when the trial succeeds."""

from __future__ import annotations

from typing import Any

import numpy as np

from trialsim.design.bayes import BayesSingleArm
from trialsim.design.binomial import critical_value
from trialsim.design.intervals import Interval, response_interval
from trialsim.design.single_stage import SingleStage
from trialsim.design.two_stage import TwoStage
from trialsim.design.two_stage_analysis import two_stage_analysis
from trialsim.errors import TrialsimError

CountedDesign = SingleStage | BayesSingleArm | TwoStage


def decision_level(design: CountedDesign) -> float:
    """The level of the two-sided interval that matches the test of a design.

    It is 1 - 2 alpha for a one-sided exact test at alpha (90 % for 0.05) and 1 - alpha for a two-sided one. After two
    stages, and for a boundary that was set otherwise (by a cut-off, by hand), it is 1 - 2 times the *attained* error: a
    searched two-stage design may need one responder more than alpha alone asks for, and the interval of level
    1 - 2 alpha would then exclude p0 without a success (never the other way round).

    Examples
    --------
    >>> from trialsim.design.single_stage import single_stage
    >>> round(decision_level(single_stage(39, 0.3)), 6)
    0.9
    >>> round(decision_level(TwoStage(n1=15, continue_at=6, n=46, min_responders=19, p0=0.3)), 4)
    0.9003
    """
    if not isinstance(design, CountedDesign):
        raise TrialsimError("design", design, "a design with one arm and its success at the end")
    tail = design.attained_alpha
    if isinstance(design, SingleStage):
        allowed = design.alpha / design.sides
        if design.min_responders == critical_value(design.n, design.p0, allowed):
            tail = allowed
    if not 0 < tail < 0.5:
        fix = "A test that succeeds by chance in half of all trials, or never, has no matching interval."
        raise TrialsimError("design", design, "a design with an error above 0 and below 0.5", fix)
    return 1 - 2 * tail


def decision_interval(design: CountedDesign, responders: int, n_observed: int | None = None) -> Interval:
    """The interval of level `decision_level` after a trial: its lower limit is at least p0 if and only if it succeeded.

    A rate equal to the limit counts as excluded: the test rejects it with an error of exactly the allowed one.

    Parameters
    ----------
    design : SingleStage, BayesSingleArm or TwoStage
    responders : int
        Responders among all patients observed.
    n_observed : int, optional
        For two stages: ``design.n1`` when the trial stopped after the first; all patients unless given.

    Notes
    -----
    Clopper-Pearson for one stage; after two stages the order of outcomes of Koyama and Chen (2008), as in
    `two_stage_analysis`.

    Examples
    --------
    >>> from trialsim.design.single_stage import single_stage
    >>> decision_interval(single_stage(39, 0.3), 17), decision_interval(single_stage(39, 0.3), 16)
    (0.3 to 0.5794, 0.2769 to 0.5543)
    """
    level = decision_level(design)
    observed_all = n_observed is None or (isinstance(n_observed, (int, np.integer)) and n_observed == design.n)
    if not observed_all and not isinstance(design, TwoStage):
        raise TrialsimError("n_observed", n_observed, f"{design.n}, or nothing", "This design has one stage.")
    if isinstance(design, TwoStage):
        observed: Any = design.n if n_observed is None else n_observed
        low, high = two_stage_analysis(design, responders, observed, level=level).interval
        success = observed == design.n and responders >= design.min_responders
    else:
        low, high = response_interval(responders, design.n, level=level)
        success = responders >= design.min_responders
    # At the boundary the limit may be p0 itself: the last digit of a float must not contradict the decision.
    low = max(low, design.p0) if success else min(low, float(np.nextafter(design.p0, 0)))
    return Interval(low, high)
