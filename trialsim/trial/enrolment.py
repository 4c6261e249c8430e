"""Screening until enough are enrolled: many replicates of a trial at a time, each a place in every random stream."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trialsim.errors import TrialsimError
from trialsim.facts.protocol import TrialProtocol
from trialsim.patients.candidates import Candidates, generate_candidates
from trialsim.patients.points import BATCH, Points, Replicates, Rows, SomeReplicates
from trialsim.patients.recruitment import recruited
from trialsim.patients.scenario import Scenario
from trialsim.rules.eligibility import eligible_mask, verdict_matrix
from trialsim.rules.truth import FALSE

# After so many batches without filling a trial, something shuts everybody out.
MOST_BATCHES = 200


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Enrolled patients of one batch, with the points they are made of and the trial each belongs to (from 0)."""

    points: Points
    candidates: Candidates
    trial: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Enrolment:
    """The enrolled of several replicates, and how many candidates each had to screen, shape (count,)."""

    parts: tuple[Part, ...]
    screened: NDArray[np.int64]


def enrol(protocol: TrialProtocol, scenario: Scenario, n: int, *, seed: int, first: int, count: int) -> Enrolment:
    """Screen candidates of `count` replicates in order until `n` of each are enrolled.

    Raises
    ------
    TrialsimError
        If a replicate is not full after `MOST_BATCHES` batches; the message names the criterion that most fail.
    """
    enrolled = np.zeros(count, dtype=np.int64)
    screened = np.zeros(count, dtype=np.int64)
    parts: list[Part] = []
    for batch in range(MOST_BATCHES):
        (open_,) = np.nonzero(enrolled < n)
        if not len(open_):
            return Enrolment(tuple(parts), screened)
        points = _batch(seed, first, count, batch, open_)
        candidates = generate_candidates(points, scenario)
        good = eligible_mask(candidates.arrays, protocol) & recruited(candidates.readings, scenario)
        table = good.reshape(len(open_), BATCH)
        so_far = enrolled[open_, None] + np.cumsum(table, axis=1)
        taken = table & (so_far <= n)
        full = so_far[:, -1] >= n
        # The trial that fills up stops at the candidate who filled it.
        screened[open_] += np.where(full, np.argmax(so_far >= n, axis=1) + 1, BATCH)
        enrolled[open_] += taken.sum(axis=1)
        (rows,) = np.nonzero(taken.ravel())
        parts.append(Part(Rows(points, rows), candidates.rows(rows), open_[rows // BATCH]))
    raise _nobody(protocol, scenario, candidates, int(screened.max()))


def _batch(seed: int, first: int, count: int, batch: int, open_: NDArray[np.intp]) -> Points:
    if len(open_) == count:
        return Replicates(seed, first, count, batch)
    return SomeReplicates(seed, first + open_, batch)


def _nobody(protocol: TrialProtocol, scenario: Scenario, candidates: Candidates, screened: int) -> TrialsimError:
    matrix = verdict_matrix(candidates.arrays, protocol)
    passed = [
        (matrix[:, j] != FALSE if one.category == "inclusion" else matrix[:, j] == FALSE).mean()
        for j, one in enumerate(protocol.criteria)
    ]
    worst = protocol.criteria[int(np.argmin(passed))]
    threshold = recruited(candidates.readings, scenario).mean()
    if threshold < min(passed):
        reason = f"Few reach the scenario's physician global of {scenario.entry_phga_min:g} cm ({threshold:.0%})"
    else:
        reason = f"Most fail at {worst.id}, {worst.label} ({1 - min(passed):.0%} of the last candidates)"
    return TrialsimError(
        "scenario",
        scenario,
        "one in which a trial fills up",
        f"After {screened:,} candidates it was not full. {reason}.",
    )
