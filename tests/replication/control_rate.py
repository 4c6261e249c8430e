"""The response rate under standard care that published control groups support, together and without each of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.optimize import brentq, minimize_scalar
from scipy.stats import chi2

from trialsim.design import Interval
from trialsim.errors import check_whole
from trialsim.facts.pooling import CLOSEST_GROUP, PublishedArm, find_arms

_MAX_WEEK = 520
_CLOSE = 1e-9
_PERCENT = ("percent", "projected", "pooled", "low", "high")


def control_rates(definition: str = "IMACS-2004", week: int = 12) -> pd.DataFrame:
    """Published control groups, each carried to one week, and what they say together and without each.

    Parameters
    ----------
    definition : str
        Id of a definition of response; groups counted by a rule of its kind are taken, one a study: of dermatomyositis
        where there is one, at the week nearest to `week`.
    week : int
        The week for which the rate is asked.

    Returns
    -------
    DataFrame
        One row a study, after a first row for all of them: study, arm, population, responders, n, at_week, percent,
        projected (percent at `week` by that group alone), pooled, low, high (percent at `week` by all the others, with
        its 95 % interval; in the first row by all). Missing where nothing is left.

    Notes
    -----
    A constant hazard carries a rate from one week to another (assumed), and the groups are taken to share it: what is
    pooled are responders among patients, each at its own week. The interval is that of the likelihood ratio; it leaves
    out how the groups differ in patients, rule and background treatment.

    Examples
    --------
    >>> control_rates()[["study", "projected", "pooled"]].round(1).values.tolist()[1]
    ['RIM', 29.2, 27.2]
    """
    check_whole("week", week, 1, _MAX_WEEK)
    arms = _one_a_study([arm for arm in find_arms(definition) if arm.control], week)
    responders, n = sum(arm.responders for arm in arms), sum(arm.n for arm in arms)
    rows: list[list[object]] = [["all", "", "", responders, n, pd.NA, None, None, *_told(arms, week)]]
    for arm in arms:
        others = [other for other in arms if other is not arm]
        projected = 100 * (1 - (1 - arm.rate) ** (week / arm.week))
        who = [arm.study, arm.arm, arm.population, arm.responders, arm.n, arm.week]
        rows.append([*who, 100 * arm.rate, projected, *_told(others, week)])
    columns = ["study", "arm", "population", "responders", "n", "at_week", *_PERCENT]
    return pd.DataFrame(rows, columns=columns).astype({"at_week": "Int64", **dict.fromkeys(_PERCENT, "float64")})


def pooled_rate(arms: Sequence[PublishedArm], week: int) -> tuple[float, Interval]:
    """The rate at one week that groups at several weeks share by a constant hazard, with its 95 % interval.

    Examples
    --------
    >>> groups = [arm for arm in find_arms("IMACS-2004", week=24, group="dermatomyositis") if arm.control]
    >>> rate, interval = pooled_rate(groups, 12)
    >>> round(rate, 3), interval
    (0.293, 0.1951 to 0.4066)
    """
    responders, n = np.array([arm.responders for arm in arms]), np.array([arm.n for arm in arms])
    times = np.array([arm.week for arm in arms]) / week

    def lacking(rate: float) -> float:
        """Minus the logarithm of the likelihood."""
        stays = times * np.log1p(-rate)  # the logarithm of the chance not to have responded by the group's own week
        return float(-(responders * np.log(-np.expm1(stays)) + (n - responders) * stays).sum())

    best = float(minimize_scalar(lacking, bounds=(_CLOSE, 1 - _CLOSE), method="bounded", options={"xatol": _CLOSE}).x)
    allowed = lacking(best) + float(chi2.ppf(0.95, 1)) / 2

    def beyond(rate: float) -> float:
        return lacking(rate) - allowed

    low = 0.0 if beyond(_CLOSE) < 0 else float(brentq(beyond, _CLOSE, best))
    high = 1.0 if beyond(1 - _CLOSE) < 0 else float(brentq(beyond, best, 1 - _CLOSE))
    return best, Interval(low, high)


def _told(arms: Sequence[PublishedArm], week: int) -> tuple[float | None, float | None, float | None]:
    if not arms:
        return None, None, None
    rate, interval = pooled_rate(arms, week)
    return 100 * rate, 100 * interval.low, 100 * interval.high


def _one_a_study(arms: Sequence[PublishedArm], week: int) -> list[PublishedArm]:
    """Of each study the group that is nearest: in patients first, then in weeks, then the larger one."""
    ordered = sorted(arms, key=lambda arm: (arm.group != CLOSEST_GROUP, abs(arm.week - week), -arm.n))
    chosen = {arm.study: arm for arm in reversed(ordered)}
    return [arm for arm in arms if chosen[arm.study] is arm]
