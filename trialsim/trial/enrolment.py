"""Screening until enough are enrolled: many replicates of a trial at a time, each a place in every random stream."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trialsim.errors import TrialsimError
from trialsim.facts.protocol import TrialProtocol
from trialsim.patients.candidates import Candidates, generate_candidates
from trialsim.patients.points import BATCH, Points, Replicates, SomeReplicates
from trialsim.patients.recruitment import anybody, recruited
from trialsim.patients.scenario import Scenario
from trialsim.rules.eligibility import eligible, verdict_matrix
from trialsim.rules.truth import FALSE

# After so many batches without filling a trial, something shuts everybody out.
MAX_BATCHES = 200
# Trials whose candidates are worked on at a time: few enough that a column of them stays in the processor's cache.
AT_ONCE = 800


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Enrolled patients of one batch, with the points they are made of, the trial each belongs to (from 0), and which
    candidate of that trial each was (from 1)."""

    points: Points
    candidates: Candidates
    trial: NDArray[np.int64]
    number: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Enrolment:
    """The enrolled of several replicates, and how many candidates each had to screen, shape (count,)."""

    parts: Iterable[Part]
    screened: NDArray[np.int64]


def enrol(protocol: TrialProtocol, scenario: Scenario, n: int, *, seed: int, first: int, count: int) -> Enrolment:
    """Screen candidates of `count` replicates in order until `n` of each are enrolled.

    Raises
    ------
    TrialsimError
        If a replicate is not full after `MAX_BATCHES` batches; the message names the criterion that most fail.
    """
    passing = enrol_passing(protocol, scenario, n, seed=seed, first=first, count=count)
    return Enrolment(tuple(passing.parts), passing.screened)


def enrol_passing(
    protocol: TrialProtocol, scenario: Scenario, n: int, *, seed: int, first: int, count: int
) -> Enrolment:
    """The same, for whoever looks at each part once: a part is made when its turn comes, and then forgotten.

    `screened` is filled in on the way.
    """
    screened = np.zeros(count, dtype=np.int64)
    return Enrolment(_parts(protocol, scenario, n, seed, first, screened), screened)


def _parts(
    protocol: TrialProtocol, scenario: Scenario, n: int, seed: int, first: int, screened: NDArray[np.int64]
) -> Iterator[Part]:
    enrolled = np.zeros(len(screened), dtype=np.int64)
    for batch in range(MAX_BATCHES):
        (open_,) = np.nonzero(enrolled < n)
        if not len(open_):
            return
        for start in range(0, len(open_), AT_ONCE):
            trials = open_[start : start + AT_ONCE]
            candidates = generate_candidates(_batch(seed, first, batch, trials), scenario)
            places, good = eligible(candidates, protocol)
            assert isinstance(good, Candidates)
            if not anybody(scenario):
                come = np.flatnonzero(recruited(good.at_entry, scenario))
                places, good = places[come], good.some(come)
            trial = places // BATCH
            found = np.bincount(trial, minlength=len(trials))
            # Which of its patients each would be, if nobody were turned away: a trial stops at the one who fills it.
            number = enrolled[trials][trial] + np.arange(len(places)) - (np.cumsum(found) - found)[trial]
            taken, last = np.flatnonzero(number < n), number == n - 1
            looked_at = np.full(len(trials), BATCH)
            looked_at[trial[last]] = places[last] % BATCH + 1
            screened[trials] += looked_at
            enrolled[trials] = np.minimum(enrolled[trials] + found, n)
            enter = good.some(taken)
            yield Part(enter.points, enter, trials[trial[taken]], batch * BATCH + places[taken] % BATCH + 1)
    raise _nobody(protocol, scenario, candidates, int(screened.max()))


def _batch(seed: int, first: int, batch: int, trials: NDArray[np.intp]) -> Points:
    if trials[-1] - trials[0] == len(trials) - 1:
        return Replicates(seed, first + int(trials[0]), len(trials), batch)
    return SomeReplicates(seed, first + trials, batch)


def _nobody(protocol: TrialProtocol, scenario: Scenario, candidates: Candidates, screened: int) -> TrialsimError:
    matrix = verdict_matrix(candidates.arrays, protocol)
    passed = [
        (matrix[:, j] != FALSE if criterion.category == "inclusion" else matrix[:, j] == FALSE).mean()
        for j, criterion in enumerate(protocol.criteria)
    ]
    worst = protocol.criteria[int(np.argmin(passed))]
    threshold = recruited(candidates.at_entry, scenario).mean()
    if threshold < min(passed):
        reason = f"Few reach the scenario's physician global of {scenario.entry_phga_min:g} cm ({threshold:.0%})"
    else:
        reason = f"Most fail at {worst.id}, {worst.label} ({1 - min(passed):.0%} of the last candidates)"
    fix = f"After {screened:,} candidates it was not full. {reason}."
    return TrialsimError("scenario", scenario, "one in which a trial fills up", fix)
