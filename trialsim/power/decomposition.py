"""Where responders come from: the same patients, with the pieces of the course switched on one after the other."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from trialsim.facts.protocol import TrialProtocol
from trialsim.facts.responses import ResponseDefinition
from trialsim.patients.cohort import check_scenario
from trialsim.patients.scenario import Scenario
from trialsim.power.estimated_chance import ResponseChance
from trialsim.power.expectation import expected_response, smallest_nets
from trialsim.trial.endpoint import Endpoint

# The pieces in the order in which they are switched on: a name, what it is, and the fields of Scenario that it brings.
PIECES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("noise", "Error of the instruments alone", ()),
    (
        "own",
        "Each measure's own ups and downs",
        ("own_spread", "pcs_own_spread", "enzyme_own_spread", "enzyme_calm_spread"),
    ),
    ("natural", "The disease's ups and downs", ("natural_fluctuation",)),
    ("regression", "Regression from being recruited at a bad moment", ("entry_correlation", "referral_flare")),
    ("background", "Background treatment", ("background",)),
    ("drug", "The drug", ("drug_effect",)),
    ("optimism", "Optimism of an open label, in the two global scores", ("open_label_optimism",)),
)


def decompose(
    scenario: Scenario | None,
    protocol: TrialProtocol,
    definition: str | Path | ResponseDefinition | None = None,
    **options: Any,
) -> pd.DataFrame:
    """The response rate in pieces that add up: noise, ups and downs, regression, background, drug, optimism.

    The pieces depend on their order, which is the order of the rows. Patients, entry and missing visits are those of
    the scenario throughout.

    Parameters
    ----------
    scenario, protocol, definition, **options
        As in `response_probability`.

    Returns
    -------
    DataFrame
        One row a piece: piece, label, added (response rate that it adds), total (with all pieces up to it),
        standard_error (of the total). The last total is the scenario's own response probability; `response_probability`
        may take larger nets for it, and then differs by no more than the standard error leads one to expect.

    Examples
    --------
    >>> from trialsim.facts.protocol import load_protocol
    >>> pieces = decompose(None, load_protocol("NCT04946669"))
    >>> pieces["piece"].tolist()
    ['noise', 'own', 'natural', 'regression', 'background', 'drug', 'optimism']
    >>> bool(abs(pieces["added"].sum() - pieces["total"].iloc[-1]) < 1e-12)
    True
    """
    truth = check_scenario(scenario)
    endpoint = Endpoint.of(protocol, definition, **options)
    still = {field: 0.0 for _, _, brought in PIECES for field in brought}
    rows, before = [], 0.0
    for name, label, brought in PIECES:
        for field in brought:
            del still[field]
        found = _expected(replace(truth, **still), protocol, endpoint)
        rows.append([name, label, found.value - before, found.value, found.standard_error])
        before = found.value
    return pd.DataFrame(rows, columns=["piece", "label", "added", "total", "standard_error"])


@lru_cache(maxsize=64)
def _expected(truth: Scenario, protocol: TrialProtocol, endpoint: Endpoint) -> ResponseChance:
    """The same patients throughout, for it is the differences that count; steps that scenarios share are done once."""
    with smallest_nets():
        return expected_response(truth, protocol, endpoint)
