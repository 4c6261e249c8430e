"""Power of a design under a scenario, with its standard error, and which assumption it hangs on most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from trialsim.errors import check_one_of
from trialsim.facts.population import load_population
from trialsim.facts.protocol import TrialProtocol
from trialsim.patients.cohort import check_scenario
from trialsim.patients.scenario import Scenario
from trialsim.power.estimate import Estimate
from trialsim.power.expectation import response_probability, smallest_nets

_STEP = 1e-4


def power_of(design: Any, response: Estimate) -> Estimate:
    """The power of a design at an estimated response probability; its standard error by the delta method.

    Examples
    --------
    >>> from trialsim.design import single_stage
    >>> power_of(single_stage(20, 0.30), Estimate(0.5, 0.0002))
    0.5881 (standard error 0.00070)
    """
    low, high = max(response.value - _STEP, 0.0), min(response.value + _STEP, 1.0)
    slope = (design.power(high) - design.power(low)) / (high - low)
    return Estimate(float(design.power(response.value)), abs(float(slope)) * response.standard_error)


def sensitivity(
    protocol: TrialProtocol,
    scenario: Scenario | None,
    design: Any,
    assumptions: Sequence[str] | None = None,
    **options: Any,
) -> pd.DataFrame:
    """How power changes with each assumption: which one matters most.

    Parameters
    ----------
    protocol, scenario, **options
        As in `response_probability`.
    design
        One that knows its power.
    assumptions : sequence of str, optional
        Fields of `Scenario`; all of the blocks phenotype, entry, measurement error, change and missing if not given.

    Returns
    -------
    DataFrame
        One row an assumption, the one that matters most first: name, label, value, low, high (its plausible range),
        basis, slope (change of power for one unit, at the value), power_low, power_high (power at the ends of the
        range), swing (their distance).

    Examples
    --------
    >>> from trialsim.design import single_stage
    >>> from trialsim.facts.protocol import load_protocol
    >>> protocol = load_protocol("NCT04946669")
    >>> table = sensitivity(protocol, None, single_stage(20, 0.30), ["drug_effect", "missing_week12"])
    >>> table["name"].tolist()
    ['drug_effect', 'missing_week12']
    """
    truth = check_scenario(scenario)
    parameters = load_population().parameters
    if assumptions is None:
        blocks = ("phenotype", "entry", "measurement_error", "change", "missing")
        assumptions = [name for name, p in parameters.items() if p.block in blocks]

    def power(name: str, value: float) -> float:
        with smallest_nets():  # it is the differences that count
            chance = response_probability(replace(truth, **{name: value}), protocol, **options)
        return float(design.power(chance.value))

    rows = []
    for name in assumptions:
        parameter = parameters[check_one_of("assumptions", name, list(parameters))]
        value, low, high = getattr(truth, name), parameter.low, parameter.high
        # A tenth of the range on either side, within it: a small step would measure the rounding of the grids.
        step = (high - low) / 10
        left, right = max(value - step, low), min(value + step, high)
        slope = (power(name, right) - power(name, left)) / (right - left) if right > left else np.nan
        ends = power(name, low), power(name, high)
        rows.append([name, parameter.label, value, low, high, parameter.basis, slope, *ends, abs(ends[1] - ends[0])])
    columns = ["name", "label", "value", "low", "high", "basis", "slope", "power_low", "power_high", "swing"]
    return pd.DataFrame(rows, columns=columns).sort_values("swing", ascending=False, ignore_index=True)
