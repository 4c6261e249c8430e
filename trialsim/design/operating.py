"""What a design does at each true rate: success, size, the estimate it reports, and how often its interval is right."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from trialsim.design.binomial import Floats, Rates, check_rate_list, check_rates
from trialsim.design.intervals import check_level_and_method, interval_limits
from trialsim.design.outcomes import Design, Outcomes, check_design
from trialsim.errors import TrialsimError


def operating_characteristics(
    design: Design, rates: float | Rates, *, level: float = 0.95, method: str = "clopper-pearson"
) -> pd.DataFrame:
    """What to expect of a design at each true response rate; exact, nothing is simulated.

    Parameters
    ----------
    design : SingleStage, TwoStage or any other design of this package
    rates : array of float
        True response rates, from 0 to 1.
    level, method
        The interval that is reported of responders / patients, see `response_interval`. After two stages this is
        the naive analysis; `two_stage_coverage` sets the proper ones beside it.

    Returns
    -------
    pandas.DataFrame
        One row a rate: ``true_rate``, ``probability_of_success``, ``expected_n``, ``expected_estimate`` (of
        responders / patients) and ``coverage`` (chance that the interval contains the true rate).

    Examples
    --------
    >>> from trialsim.design.single_stage import single_stage
    >>> operating_characteristics(single_stage(20, 0.3), [0.3, 0.5]).round(3).iloc[1].to_dict()
    {'true_rate': 0.5, 'probability_of_success': 0.588, 'expected_n': 20.0, 'expected_estimate': 0.5, 'coverage': 0.959}
    """
    check_design(design)
    p = check_rate_list(rates)
    level, method = check_level_and_method(level, method)
    ends = design.outcomes()
    if p.size * ends.responders.size > 20_000_000:
        raise TrialsimError("rates", p.size, f"up to {20_000_000 // ends.responders.size:,} rates for this design")
    chance = ends.probabilities(p)
    low, high = outcome_limits(ends, level, method)
    return pd.DataFrame(
        {
            "true_rate": p,
            "probability_of_success": design.power(p),
            "expected_n": chance @ ends.n_observed,
            "expected_estimate": chance @ (ends.responders / ends.n_observed),
            "coverage": coverage(chance, p, low, high),
        }
    )


def outcome_limits(ends: Outcomes, level: float, method: str) -> tuple[Floats, Floats]:
    """Limits of the naive interval for each way in which a trial may end."""
    low, high = np.empty(ends.responders.shape), np.empty(ends.responders.shape)
    for n in np.unique(ends.n_observed):
        here = ends.n_observed == n
        all_low, all_high = interval_limits(int(n), level, method)
        low[here], high[here] = all_low[ends.responders[here]], all_high[ends.responders[here]]
    return low, high


def coverage(chance: Floats, rates: Floats, low: Floats, high: Floats) -> Floats:
    """Chance that an interval contains the true rate; `chance` has one row a rate and one column an ending."""
    contains = (low <= rates[:, np.newaxis]) & (rates[:, np.newaxis] <= high)
    return np.asarray((chance * contains).sum(axis=1))


def outcome_table(design: Design, rate: float) -> pd.DataFrame:
    """Everything that may happen in a trial of this design at one true rate, and how likely it is.

    Returns
    -------
    pandas.DataFrame
        One row an ending: ``n_observed, responders, success, probability``.

    Examples
    --------
    >>> from trialsim.design.two_stage import TwoStage
    >>> table = outcome_table(TwoStage(n1=2, continue_at=1, n=3, min_responders=2, p0=0.5), 0.5)
    >>> table.to_numpy().tolist()
    [[2, 0, False, 0.25], [3, 1, False, 0.25], [3, 2, True, 0.375], [3, 3, True, 0.125]]
    """
    ends = design.outcomes()
    probability = ends.probabilities(float(check_rates("rate", rate)))
    return pd.DataFrame(
        {
            "n_observed": ends.n_observed,
            "responders": ends.responders,
            "success": ends.success,
            "probability": np.round(probability, 15),
        }
    )


def compare_designs(designs: Mapping[str, Design], rates: float | Rates) -> pd.DataFrame:
    """Operating characteristics of several designs side by side, above all against what was assumed.

    At a rate that is no better than standard care, the probability of success is the chance of a false success,
    whatever p0 the design was made with.

    Parameters
    ----------
    designs : mapping
        Name -> design.
    rates : array of float
        True response rates.

    Returns
    -------
    pandas.DataFrame
        As `operating_characteristics`, with the column ``design`` before.

    Examples
    --------
    >>> from trialsim.design import single_stage
    >>> table = compare_designs({"20": single_stage(20, 0.3), "30": single_stage(30, 0.3)}, [0.4, 0.5])
    >>> table["probability_of_success"].round(2).tolist()
    [0.24, 0.59, 0.29, 0.71]
    """
    if not isinstance(designs, Mapping) or not designs:
        raise TrialsimError("designs", designs, 'names with designs, such as {"one stage": single_stage(20, 0.3)}')
    tables = [operating_characteristics(design, rates).assign(design=name) for name, design in designs.items()]
    table = pd.concat(tables, ignore_index=True)
    return table[["design", *table.columns.drop("design")]]
