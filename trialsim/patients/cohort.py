"""A cohort: the candidates of one seed, as tidy tables, and the same cohort followed to a week of the trial."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trialsim.errors import TrialsimError, check_whole
from trialsim.patients import adverse_events, cohort_tables, steroid_doses
from trialsim.patients.attendance import attended, leaves_at
from trialsim.patients.candidates import Candidates, generate_candidates
from trialsim.patients.points import Points, Streams, check_seed
from trialsim.patients.readings import ENZYMES, SCALES, Readings
from trialsim.patients.room import PER_CANDIDATE, PER_ROW, check_room
from trialsim.patients.scenario import Scenario
from trialsim.patients.trajectory import read_course
from trialsim.patients.weeks import check_week, visits_until
from trialsim.rules.candidate_arrays import CandidateArrays

MAX_CANDIDATES = 10_000_000


@dataclass(frozen=True, slots=True, eq=False)
class FollowUp:
    """What became of patients: readings at each visit by its week, who left when, steroid doses, adverse events."""

    readings: dict[float, Readings]
    leaves: NDArray[np.float64]
    doses: NDArray[np.float64]
    events: adverse_events.Events

    def rows(self, rows: NDArray[np.intp]) -> FollowUp:
        """What became of some of the patients."""
        readings = {week: reading.rows(rows) for week, reading in self.readings.items()}
        return FollowUp(readings, self.leaves[rows], self.doses[rows], self.events.rows(rows))

    @property
    def weeks(self) -> tuple[float, ...]:
        """The weeks of the visits after baseline."""
        return tuple(self.readings)


@dataclass(frozen=True, eq=False)
class Cohort:
    """Candidates before screening; after `follow`, with the visits that followed.

    The tables are made when they are first asked for. They are copies: changing one changes no other.

    Attributes
    ----------
    seed : int
        The same seed and scenario give the same candidates.
    scenario : Scenario
        The assumed truth they were made from.
    """

    seed: int
    scenario: Scenario
    candidates: Candidates = field(repr=False)
    follow_up: FollowUp | None = field(default=None, repr=False)
    numbers: NDArray[np.int64] | None = field(default=None, repr=False)

    @cached_property
    def ids(self) -> NDArray[Any]:
        """The candidates' identifiers, in order."""
        return cohort_tables.subject_ids(np.arange(1, len(self) + 1) if self.numbers is None else self.numbers)

    def only(self, subjects: Collection[str]) -> Cohort:
        """The same cohort with some of its candidates; they keep their identifiers."""
        if isinstance(subjects, (str, bytes)) or not isinstance(subjects, Collection):
            raise TrialsimError("subjects", subjects, "a list or a set of SUBJIDs")
        (rows,) = np.nonzero(np.isin(self.ids, list(subjects)))
        numbers = rows + 1 if self.numbers is None else self.numbers[rows]
        follow_up = None if self.follow_up is None else self.follow_up.rows(rows)
        return Cohort(self.seed, self.scenario, self.candidates.rows(rows), follow_up, numbers)

    def __len__(self) -> int:
        return len(self.candidates.arrays)

    @property
    def arrays(self) -> CandidateArrays:
        """The candidates as the rules take them."""
        return self.candidates.arrays

    @cached_property
    def subjects(self) -> pd.DataFrame:
        """One row a candidate: SUBJID and every stored fact of `data/candidate.toml`."""
        return cohort_tables.subjects(self.arrays, self.ids)

    @cached_property
    def prior_treatments(self) -> pd.DataFrame:
        """One row a course: SUBJID, drug, kind, dose, unit, current, weeks and what came of it."""
        return cohort_tables.prior_treatments(self.arrays, self.ids)

    @cached_property
    def assessments(self) -> pd.DataFrame:
        """One row a patient, visit and code: SUBJID, AVISIT, AVISITN, PARAMCD, PARAM, AVAL, ANRHI.

        Visits that did not take place have no rows.
        """
        visits = 1 if self.follow_up is None else 1 + len(self.follow_up.weeks)
        rows = len(self) * visits * (len(SCALES) + len(ENZYMES))
        check_room("assessments", rows, PER_ROW, "Take fewer candidates, or .only() some of them.")
        uln = self.candidates.entry.uln
        frames = [cohort_tables.assessments(self.candidates.readings, uln, self.ids, 0)]
        if self.follow_up is not None:
            for week, readings in self.follow_up.readings.items():
                there = attended(self.follow_up.leaves, week)
                frames.append(cohort_tables.assessments(readings, uln, self.ids, week, there))
        return cohort_tables.stacked(frames)

    @cached_property
    def steroid_doses(self) -> pd.DataFrame:
        """One row a patient and visit: SUBJID, AVISIT, AVISITN, dose in mg of prednisone a day."""
        return cohort_tables.steroid_doses(
            self._followed().doses, self._followed().weeks, self._followed().leaves, self.ids
        )

    @cached_property
    def adverse_events(self) -> pd.DataFrame:
        """One row an event: SUBJID, event, serious, week."""
        return cohort_tables.adverse_events(self._followed().events, self.ids)

    @cached_property
    def drop_out(self) -> pd.DataFrame:
        """One row a patient who left before the last visit: SUBJID, week."""
        return cohort_tables.drop_out(self._followed().leaves, self.last_week, self.ids)

    @property
    def last_week(self) -> float:
        """The week of the last visit of a cohort that was followed."""
        return self._followed().weeks[-1]

    def _followed(self) -> FollowUp:
        if self.follow_up is None:
            fix = "Call follow(cohort, scenario, seed=...) first."
            raise TrialsimError("cohort", self, "a cohort that was followed", fix)
        return self.follow_up

    def __repr__(self) -> str:
        followed = "at baseline" if self.follow_up is None else f"followed to week {self.last_week:g}"
        return f"Cohort of {len(self)} candidates, seed {self.seed}, {followed}"

    def _repr_html_(self) -> str:
        head = self.subjects.head(5).to_html(index=False)
        return f"<p>{self!r}. Synthetic: no real patient data. The first rows of <code>.subjects</code>:</p>{head}"


def generate_cohort(n: int, *, seed: int, scenario: Scenario | None = None) -> Cohort:
    """Generate candidates for screening.

    Parameters
    ----------
    n : int
        How many candidates, from 1 to ten million.
    seed : int
        The same seed gives the same candidates, in any process and on any platform. Candidate k does not depend on n.
    scenario : Scenario, optional
        The assumed truth; the base case if not given.

    Returns
    -------
    Cohort
        Tables `.subjects`, `.prior_treatments` and `.assessments` (baseline).

    Raises
    ------
    TrialsimError
        If `n` is not a whole number from 1 to ten million or `seed` not a whole number.

    Examples
    --------
    >>> cohort = generate_cohort(40, seed=1)
    >>> cohort
    Cohort of 40 candidates, seed 1, at baseline
    >>> cohort.subjects["SUBJID"].tolist()[:2]
    ['P00001', 'P00002']
    """
    count = check_whole("n", n, 1, MAX_CANDIDATES, fix="A trial of 20 screens about 50 candidates.")
    truth = check_scenario(scenario)
    points = Streams(check_seed(seed), count)
    check_room("n", count, PER_CANDIDATE, "Take fewer, or let simulate_trials work through them a chunk at a time.")
    return Cohort(points.seed, truth, generate_candidates(points, truth))


def follow(cohort: Cohort, scenario: Scenario, *, seed: int, week: float = 12) -> Cohort:
    """Follow a cohort under a scenario, to week 12 or another.

    Parameters
    ----------
    cohort : Cohort
        As `generate_cohort` gives it.
    scenario : Scenario
        What the weeks do (drug effect, background, missing visits, ...).
    seed : int
        Decides the course; the same seed under another scenario changes only what that scenario changes.
    week : float
        The last visit, from 4 to 52. Before it the visits of weeks 4, 8, 12 and 24 take place; what they show does not
        depend on how long the cohort is followed.

    Returns
    -------
    Cohort
        The cohort with its visits in `.assessments`, and `.steroid_doses`, `.adverse_events`, `.drop_out`.

    Raises
    ------
    TrialsimError
        For a week before 4 or after 52, of which the model says nothing.

    Examples
    --------
    >>> followed = follow(generate_cohort(40, seed=1), Scenario(), seed=1)
    >>> sorted(followed.assessments["AVISITN"].unique().tolist())
    [0, 4, 8, 12]
    >>> longer = follow(generate_cohort(40, seed=1), Scenario(), seed=1, week=24)
    >>> sorted(longer.assessments["AVISITN"].unique().tolist())
    [0, 4, 8, 12, 24]
    """
    if not isinstance(cohort, Cohort):
        raise TrialsimError("cohort", cohort, "a cohort made by generate_cohort")
    truth = check_scenario(scenario)
    points = Streams(check_seed(seed), len(cohort))
    return replace(
        cohort, scenario=truth, follow_up=followed(points, cohort.candidates, truth, check_week("week", week))
    )


def followed(points: Points, candidates: Candidates, scenario: Scenario, week: float = 12) -> FollowUp:
    """The visits of candidates at points of the unit cube, until a week."""
    entry, weeks = candidates.entry, visits_until(week)
    return FollowUp(
        readings={visit: read_course(points, entry, scenario, visit) for visit in weeks},
        leaves=leaves_at(points, entry, scenario),
        doses=steroid_doses.doses(points, candidates, scenario, weeks),
        events=adverse_events.adverse_events(points, scenario, week),
    )


def check_scenario(scenario: Any) -> Scenario:
    """Return `scenario`, the base case for None, or raise."""
    if scenario is None:
        return Scenario()
    if not isinstance(scenario, Scenario):
        raise TrialsimError("scenario", scenario, "a Scenario", "Change one by dataclasses.replace(Scenario(), ...).")
    return scenario
