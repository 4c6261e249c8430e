"""Solves a scenario for a response rate: which drug effect makes so many patients respond."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from trialsim.errors import TrialsimError, check_number, check_one_of
from trialsim.facts.protocol import TrialProtocol
from trialsim.facts.responses import ResponseDefinition
from trialsim.patients.cohort import check_scenario
from trialsim.patients.scenario import Scenario
from trialsim.power.expectation import expected_response, smallest_nets
from trialsim.trial.endpoint import Endpoint

# What may be solved for, and the range that is searched: from nothing to a complete recovery of the average patient.
RANGES = {"drug_effect": (0.0, 1.0), "background": (-0.5, 1.0)}
TOLERANCE = 0.0005


def calibrate(
    scenario: Scenario | None,
    *,
    response: float,
    definition: str | Path | ResponseDefinition | None = None,
    protocol: TrialProtocol,
    field: str = "drug_effect",
    **options: Any,
) -> Scenario:
    """The scenario whose drug effect gives a response rate.

    Parameters
    ----------
    scenario : Scenario
        Everything but the drug effect.
    response : float
        The wanted chance of response of an enrolled patient, between 0 and 1.
    definition, **options
        As in `response_probability`; both definition and week are the protocol's unless given.
    protocol : TrialProtocol
        Who is eligible.
    field : {"drug_effect", "background"}
        What is solved for.

    Returns
    -------
    Scenario
        With a response probability within 0.0005 of `response`.

    Raises
    ------
    TrialsimError
        If no drug effect from 0 to 1 reaches that rate; the message gives the range that can be reached.

    Examples
    --------
    >>> from trialsim.facts.protocol import load_protocol
    >>> from trialsim.power.expectation import response_probability
    >>> protocol = load_protocol("NCT04946669")
    >>> stronger = calibrate(Scenario(), response=0.60, protocol=protocol)
    >>> abs(response_probability(stronger, protocol).value - 0.60) < 0.001
    True
    """
    from scipy.optimize import brentq  # slow to import, and only calibration needs it

    truth = check_scenario(scenario)
    wanted = check_number("response", response, 0, 1, open_low=True, open_high=True)
    low, high = RANGES[check_one_of("field", field, tuple(RANGES))]
    endpoint = Endpoint.of(protocol, definition, **options)

    def chance(value: float) -> float:
        return expected_response(replace(truth, **{field: value}), protocol, endpoint).value

    with smallest_nets():  # the same points at each step, so that the curve is smooth
        ends = chance(low), chance(high)
        if not ends[0] - TOLERANCE <= wanted <= ends[1] + TOLERANCE:
            reach = f"from {ends[0]:.3f} (without it) to {ends[1]:.3f}"
            allowed = f"a rate that a {field.replace('_', ' ')} from {low:g} to {high:g} can give: {reach}"
            fix = "Change another assumption first, for instance the background improvement."
            raise TrialsimError("response", response, allowed, fix)

    def solve(target: float) -> float:
        with smallest_nets():
            if not ends[0] < target < ends[1]:
                return low if target <= ends[0] else high
            return float(brentq(lambda value: chance(value) - target, low, high, xtol=1e-4, rtol=1e-6))

    # What larger nets change hardly depends on the effect: the search is put right by it once.
    found = solve(wanted)
    with smallest_nets():
        small = chance(found)
    return replace(truth, **{field: round(solve(wanted - (chance(found) - small)), 4)})
