"""Which assumption the power of a design hangs on most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from trialsim.errors import check_list, check_one_of
from trialsim.facts.population import load_population
from trialsim.facts.protocol import TrialProtocol
from trialsim.facts.responses import ResponseDefinition
from trialsim.patients.cohort import check_scenario
from trialsim.patients.scenario import Scenario
from trialsim.power.expectation import expected_response, smallest_nets
from trialsim.power.success import check_one_arm, success_chance
from trialsim.trial.decision import needed_by_analysed
from trialsim.trial.endpoint import Endpoint


def sensitivity(
    protocol: TrialProtocol,
    scenario: Scenario | None,
    design: Any,
    assumptions: Sequence[str] | None = None,
    definition: str | Path | ResponseDefinition | None = None,
    **options: Any,
) -> pd.DataFrame:
    """How power changes with each assumption: which one matters most.

    Parameters
    ----------
    protocol, scenario, definition, **options
        As in `response_probability`.
    design
        One of a single arm, that knows its power; among complete cases also its boundary at every number analysed.
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
    check_one_arm(design)
    endpoint = Endpoint.of(protocol, definition, **options)
    if endpoint.missing_visit == "complete_cases":
        needed_by_analysed(design)  # refused before anything is computed
    parameters = load_population().parameters
    if assumptions is None:
        blocks = ("phenotype", "entry", "measurement_error", "change", "missing")
        assumptions = [name for name, p in parameters.items() if p.block in blocks]

    def power(name: str, value: float) -> float:
        with smallest_nets():  # it is the differences that count
            chance = expected_response(replace(truth, **{name: value}), protocol, endpoint)
        return success_chance(design, chance.value, chance.analysed.value)

    rows = []
    for name in check_list("assumptions", assumptions, "names of assumptions of the model of patients"):
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
