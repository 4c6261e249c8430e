"""Many virtual trials, a chunk at a time."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from trialsim.ahead import cores
from trialsim.errors import check_executor, check_whole
from trialsim.facts.protocol import TrialProtocol
from trialsim.facts.responses import ResponseDefinition
from trialsim.patients.cohort import check_scenario
from trialsim.patients.points import check_seed
from trialsim.patients.scenario import Scenario
from trialsim.trial.decision import CountingDesign, check_counting_design, decide
from trialsim.trial.endpoint import Endpoint, counts, responses
from trialsim.trial.enrolment import AT_ONCE, enrol_passing

MAX_TRIALS = 10_000_000
# Trials that one worker takes at a time: so many that the few that need a second batch are many enough together.
_CHUNK = 2_000
# Into how many chunks a few trials are divided for an executor, of which we do not know how many workers it has.
_MAX_CHUNKS_OF_FEW = 16
_MAX_THREADS = 4


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
    """Simulate many trials: screening until enough are enrolled, the weeks of the protocol, analysis, decision.

    Parameters
    ----------
    protocol : TrialProtocol
        Who is eligible, and how many patients unless `design` says otherwise.
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
        Where chunks of trials are worked on; here, by as many threads as there are cores, if it is not given.
    **options
        As in `response_probability`: enzyme, zero_baseline, normal_enzyme, missing_visit, week.

    Returns
    -------
    DataFrame
        One row a trial: replicate, screened, enrolled, analysed, missing, responders, response_rate; where there is a
        design, success and treated. `responders` counts enrolled patients; one without the visit is none. A trial that
        stopped after its first stage consists of those it treated by then: over many such trials the mean of
        response_rate is below the true rate.

    Examples
    --------
    >>> from trialsim.facts.protocol import load_protocol
    >>> trials = simulate_trials(load_protocol("NCT04946669"), Scenario(), 5, seed=1)
    >>> trials["enrolled"].tolist()
    [20, 20, 20, 20, 20]
    """
    truth = check_scenario(scenario)
    count = check_whole("n_trials", n_trials, 1, MAX_TRIALS)
    key = check_seed(seed)
    endpoint = Endpoint.of(protocol, definition, **options)
    if design is not None:
        check_counting_design(design)
    check_executor(executor)
    size = _chunk_size(count, executor)
    starts = range(0, count, size)
    jobs = [(protocol, truth, key, design, endpoint, start, min(size, count - start)) for start in starts]
    table = {"replicate": np.arange(count, dtype=np.int64)}
    for start, columns in zip(starts, _work(jobs, executor), strict=True):
        for name, values in columns.items():
            if name not in table:
                table[name] = np.empty(count, values.dtype)
            table[name][start : start + len(values)] = values
    return pd.DataFrame(table)


def _cores() -> int:
    """How many threads to work with; one in a worker process, whose siblings have the other cores."""
    return 1 if multiprocessing.parent_process() else min(_MAX_THREADS, cores())


def _chunk_size(count: int, executor: Executor | None) -> int:
    """Trials in a chunk: so few that every worker has something to do, if there are enough for that."""
    share = -(-count // (_cores() if executor is None else _MAX_CHUNKS_OF_FEW))
    return min(_CHUNK, max(AT_ONCE, share))


def _work(jobs: list[_Job], executor: Executor | None) -> Iterator[dict[str, Any]]:
    """The chunks in order, made by the executor, or here by as many threads as there are cores."""
    if executor is not None:
        yield from executor.map(_chunk, jobs)
    elif len(jobs) == 1 or _cores() == 1:
        yield from map(_chunk, jobs)
    else:
        with ThreadPoolExecutor(_cores()) as threads:
            yield from threads.map(_chunk, jobs)


_Job = tuple[TrialProtocol, Scenario, int, CountingDesign | None, Endpoint, int, int]


def _chunk(job: _Job) -> dict[str, Any]:
    """The rows of a chunk of trials, column by column."""
    protocol, scenario, seed, design, endpoint, first, count = job
    n = protocol.n if design is None else design.n
    enrolment = enrol_passing(protocol, scenario, n, seed=seed, first=first, count=count)
    found = responses(enrolment, scenario, endpoint)
    success, treated = None, np.full(count, n)
    if design is not None:
        success, treated = decide(design, found, endpoint.missing_visit)
    told = counts(found, treated, endpoint.missing_visit)
    with np.errstate(invalid="ignore"):
        rate = told.responders / told.analysed
    columns: dict[str, Any] = {
        "screened": told.screened.astype(np.int32),
        "enrolled": told.enrolled.astype(np.int32),
        "analysed": told.analysed.astype(np.int32),
        "missing": told.missing.astype(np.int32),
        "responders": told.responders.astype(np.int32),
        "response_rate": rate,
    }
    if success is not None:
        columns["success"], columns["treated"] = success, treated.astype(np.int32)
    return columns
