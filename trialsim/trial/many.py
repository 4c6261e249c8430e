"""Many virtual trials, a chunk at a time."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from trialsim.errors import check_executor, check_whole
from trialsim.facts.protocol import TrialProtocol
from trialsim.facts.responses import ResponseDefinition
from trialsim.patients.cohort import check_scenario
from trialsim.patients.points import check_seed
from trialsim.patients.scenario import Scenario
from trialsim.trial.decision import CountingDesign, check_design, decide
from trialsim.trial.enrolment import enrol_passing
from trialsim.trial.outcomes import Endpoint, responses

MOST_TRIALS = 10_000_000
# Trials worked on at a time: few enough that their candidates stay in the processor's cache.
_CHUNK = 200


def simulate_trials(
    protocol: TrialProtocol,
    scenario: Scenario | None,
    n_trials: int,
    *,
    seed: int,
    design: CountingDesign | None = None,
    definition: str | Path | ResponseDefinition | None = None,
    executor: Executor | None = None,
    **options: Any,
) -> pd.DataFrame:
    """Simulate many trials: screening until enough are enrolled, twelve weeks, analysis, decision.

    Parameters
    ----------
    protocol : TrialProtocol
        Who may enter, and how many patients unless `design` says otherwise.
    scenario : Scenario
        The assumed truth.
    n_trials : int
        How many trials.
    seed : int
        The same seed gives the same trials, however they are divided among workers.
    design : optional
        Decides success; without one there is no decision, because the record names none.
    definition : optional
        What counts as response; the protocol's primary outcome unless given.
    executor : concurrent.futures.Executor, optional
        Where chunks of trials are worked on.
    **options
        As in `assess_response`: enzyme, zero_baseline, normal_enzyme, missing, missing_visit.

    Returns
    -------
    DataFrame
        One row a trial: replicate, screened, enrolled, analysed, missing, responders, response_rate, and success where
        there is a design. `responders` counts enrolled patients; one without week 12 is none.

    Examples
    --------
    >>> from trialsim.facts.protocol import load_protocol
    >>> trials = simulate_trials(load_protocol("NCT04946669"), Scenario(), 5, seed=1)
    >>> trials["enrolled"].tolist()
    [20, 20, 20, 20, 20]
    """
    truth = check_scenario(scenario)
    count = check_whole("n_trials", n_trials, 1, MOST_TRIALS)
    key = check_seed(seed)
    endpoint = Endpoint.of(protocol, definition, **options)
    if design is not None:
        check_design(design)
    check_executor(executor)
    jobs = [(protocol, truth, key, design, endpoint, start, min(_CHUNK, count - start)) for start in _starts(count)]
    work = map(_chunk, jobs) if executor is None else executor.map(_chunk, jobs)
    columns = list(work)
    table = {name: np.concatenate([one[name] for one in columns]) for name in columns[0]}
    return pd.DataFrame({"replicate": np.arange(count, dtype=np.int64), **table})


def _starts(count: int) -> Iterator[int]:
    return iter(range(0, count, _CHUNK))


_Job = tuple[TrialProtocol, Scenario, int, CountingDesign | None, Endpoint, int, int]


def _chunk(job: _Job) -> dict[str, Any]:
    """The rows of a chunk of trials, column by column."""
    protocol, scenario, seed, design, endpoint, first, count = job
    n = protocol.n if design is None else design.n
    enrolment = enrol_passing(protocol, scenario, n, seed=seed, first=first, count=count)
    found = responses(enrolment, scenario, endpoint)
    responders = found.responded.sum(axis=1)
    analysed = found.came.sum(axis=1) if endpoint.missing_visit == "complete_cases" else np.full(count, n)
    with np.errstate(invalid="ignore"):
        rate = responders / analysed
    columns: dict[str, Any] = {
        "screened": enrolment.screened.astype(np.int32),
        "enrolled": np.full(count, n, dtype=np.int32),
        "analysed": analysed.astype(np.int32),
        "missing": found.n_missing.astype(np.int32),
        "responders": responders.astype(np.int32),
        "response_rate": rate,
    }
    if design is not None:
        columns["success"], treated = decide(design, found, endpoint.missing_visit)
        columns["treated"] = treated.astype(np.int32)
    return columns
