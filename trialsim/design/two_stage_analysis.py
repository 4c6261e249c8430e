"""After a two-stage trial: an estimate, a p-value and intervals that know that the trial could have stopped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from trialsim.design.binomial import Rates, check_chance, check_rate_list, upper_tail
from trialsim.design.intervals import Interval, response_interval
from trialsim.design.operating import coverage, outcome_limits
from trialsim.design.two_stage import TwoStage, check_two_stage, two_stage_limits, two_stage_p_value, two_stage_umvue
from trialsim.errors import TrialsimError, check_whole


@dataclass(frozen=True, slots=True, repr=False)
class TwoStageAnalysis:
    """What a two-stage trial says about the response rate.

    Attributes
    ----------
    responders, n_observed : int
        What was seen; `n_observed` is n1 when the trial stopped early.
    umvue : float
        The estimate without bias and with the least variance (Jung and Kim 2004).
    mle : float
        Responders / patients: on average too low, because bad starts are never made up for.
    p_value : float
        The chance, at p0, of an outcome as high or higher, where any outcome of two stages is higher than a stop.
    interval, interval_conservative : Interval
        Both by that order of outcomes (Koyama and Chen 2008), with one lower limit. The usual upper limit may
        cover less often than `level` says; the conservative one does not.
    naive_p_value, naive_interval
        What an analysis gives that takes the patients for a single stage (Clopper-Pearson), for comparison.
    level : float
        The level of the intervals.
    """

    responders: int
    n_observed: int
    umvue: float
    mle: float
    p_value: float
    interval: Interval
    interval_conservative: Interval
    naive_p_value: float
    naive_interval: Interval
    level: float

    def __repr__(self) -> str:
        return (
            f"{self.responders} responders of {self.n_observed}: rate {self.umvue:.3f} without bias "
            f"(naive {self.mle:.3f}), p = {self.p_value:.4f}; {100 * self.level:g} % interval {self.interval} "
            f"(usual), {self.interval_conservative} (conservative), {self.naive_interval} (naive)."
        )


def two_stage_analysis(design: TwoStage, responders: int, n_observed: int, *, level: float = 0.90) -> TwoStageAnalysis:
    """Analyse a finished two-stage trial.

    Parameters
    ----------
    design : TwoStage
        The design as it was carried out.
    responders : int
        Responders among all patients observed.
    n_observed : int
        ``design.n1`` when the trial stopped after the first stage, ``design.n`` when it went on.
    level : float
        Level of the intervals; the tails are equal.

    Raises
    ------
    TrialsimError
        Among others when the count and the stage contradict the design's rule.

    Notes
    -----
    Jung and Kim (2004) and Koyama and Chen (2008), both in Statistics in Medicine.

    Examples
    --------
    >>> design = TwoStage(n1=19, continue_at=5, n=54, min_responders=16, p0=0.2)
    >>> result = two_stage_analysis(design, responders=16, n_observed=54)
    >>> round(result.mle, 3), round(result.umvue, 3), round(result.p_value, 3)
    (0.296, 0.332, 0.048)
    """
    check_two_stage(design)
    level = check_chance("level", level)
    x, observed = _check_outcome(design, responders, n_observed)
    low, usual, conservative = two_stage_limits(design, level, np.array([x]))
    return TwoStageAnalysis(
        responders=x,
        n_observed=observed,
        umvue=two_stage_umvue(design, x) if observed == design.n else x / observed,
        mle=x / observed,
        p_value=two_stage_p_value(design, x),
        interval=Interval(float(low[0]), float(usual[0])),
        interval_conservative=Interval(float(low[0]), float(conservative[0])),
        naive_p_value=float(upper_tail(x, observed, design.p0)),
        naive_interval=response_interval(x, observed, level=level),
        level=level,
    )


def two_stage_coverage(design: TwoStage, rates: float | Rates, *, level: float = 0.90) -> pd.DataFrame:
    """How often each interval after a two-stage trial contains the true rate; exact.

    Returns
    -------
    pandas.DataFrame
        One row a rate: ``true_rate`` and the coverage of the ``usual``, the ``conservative`` and the ``naive``
        (Clopper-Pearson of all patients) interval, and of the ``lower_limit`` alone, whose level is (1 + level) / 2.

    Examples
    --------
    >>> design = TwoStage(n1=19, continue_at=5, n=54, min_responders=16, p0=0.2)
    >>> two_stage_coverage(design, [0.2]).round(3).iloc[0].to_dict()
    {'true_rate': 0.2, 'usual': 0.869, 'conservative': 0.937, 'naive': 0.959, 'lower_limit': 0.952}
    """
    check_two_stage(design)
    level = check_chance("level", level)
    p = check_rate_list(rates)
    ends = design.outcomes()
    chance = ends.probabilities(p)
    low, usual, conservative = two_stage_limits(design, level, ends.responders)
    naive_low, naive_high = outcome_limits(ends, level, "clopper-pearson")
    return pd.DataFrame(
        {
            "true_rate": p,
            "usual": coverage(chance, p, low, usual),
            "conservative": coverage(chance, p, low, conservative),
            "naive": coverage(chance, p, naive_low, naive_high),
            "lower_limit": coverage(chance, p, low, np.ones_like(low)),
        }
    )


def _check_outcome(design: TwoStage, responders: Any, n_observed: Any) -> tuple[int, int]:
    observed = check_whole("n_observed", n_observed, 1, design.n)
    if observed not in (design.n1, design.n):
        allowed = f"{design.n1} (stopped after the first stage) or {design.n} (went on)"
        fix = "This analysis holds for the planned numbers only; a trial that ended elsewhere needs another one."
        raise TrialsimError("n_observed", observed, allowed, fix)
    x = check_whole("responders", responders, 0, observed, "There cannot be more responders than patients.")
    if observed == design.n1 and x >= design.continue_at:
        fix = f"With {design.continue_at} or more the design goes on to {design.n} patients."
        raise TrialsimError("responders", x, f"0 to {design.continue_at - 1} when the trial stopped early", fix)
    if observed == design.n and x < design.continue_at:
        fix = f"With fewer the design stops after {design.n1} patients."
        raise TrialsimError("responders", x, f"at least {design.continue_at} when the trial went on", fix)
    return x, observed
