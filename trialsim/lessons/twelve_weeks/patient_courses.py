"""Weeks 0, 4, 8 and 12 of the twenty of lesson 03: what was read, what a perfect instrument would have read, and what
the definition says of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from trialsim.lessons.twelve_weeks.twenty_patients import Bools, endpoint, rule, seated
from trialsim.patients.attendance import attended, leaves_at
from trialsim.patients.disease import AtEntry
from trialsim.patients.items import followed_enzyme, item_limits, item_readings
from trialsim.patients.readings import Readings
from trialsim.patients.scenario import Scenario
from trialsim.patients.trajectory import read_course
from trialsim.power.decomposition import PIECES
from trialsim.rules.judgement import judge
from trialsim.rules.response import YES
from trialsim.trial.enrolment import Part

# The lesson shows twelve weeks, and their visits.
_WEEKS = (4, 8, 12)
_ERRORS = tuple(name for name in Scenario.__dataclass_fields__ if name.endswith("_error"))


@cache
def only_error() -> Scenario:
    """Nobody changes in twelve weeks; only the instruments err."""
    still = {name: 0.0 for _, _, brought in PIECES for name in brought}
    return replace(Scenario(), **still)


@dataclass(frozen=True, slots=True, eq=False)
class Twelve:
    """One way through twelve weeks: what was read and what a perfect instrument would have read, on the grid.

    Attributes
    ----------
    read, true : array of int (20, visits, items)
    here : array of bool (20, visits)
        Which visits took place.
    """

    read: NDArray[np.int64]
    true: NDArray[np.int64]
    here: Bools


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """Twelve weeks of twenty patients, measure by measure, and what the definition says of them.

    Attributes
    ----------
    labels : tuple of int
    weeks : tuple of int
    uln : array of int (20,)
        Upper limit of normal of the enzyme that is followed, on its grid.
    improved, worse : array of bool (20, items)
        As the definition words it; false without week 12.
    responded : array of bool (20,)
    """

    labels: tuple[int, ...]
    weeks: tuple[int, ...]
    twelve: Twelve
    uln: NDArray[np.int64]
    improved: Bools
    worse: Bools
    responded: Bools


@lru_cache(maxsize=128)
def course(draw: int, truth: Scenario) -> Course:
    """Weeks 0, 4, 8 and 12 of the twenty of one draw under a scenario."""
    sat = seated(draw, truth.entry_phga_min)
    parts = [_of_part(part, truth) for part in sat.enrolment.parts]
    read, true, here, uln, improved, worse, responded = (
        np.concatenate(columns)[sat.order] for columns in zip(*parts, strict=True)
    )
    weeks = (0, *_WEEKS)
    return Course(sat.labels, weeks, Twelve(read, true, here), uln, improved, worse, responded)


def _of_part(part: Part, truth: Scenario) -> tuple[NDArray[np.generic], ...]:
    entry, baseline = part.candidates.entry, part.candidates.readings
    perfect = _errorless(truth)
    followed = followed_enzyme(baseline, entry.uln, endpoint().enzyme)
    uln, multiple = item_limits(entry.uln, rule(), followed)
    leaves = leaves_at(part.points, entry, truth)

    def items(first: Readings, later: Callable[[Scenario], Iterator[Readings]], world: Scenario) -> NDArray[np.int64]:
        visits = [first, *later(world)]
        return np.stack([item_readings(visit, rule(), followed) for visit in visits], axis=1)

    def later(world: Scenario) -> Iterator[Readings]:
        return (read_course(part.points, entry, world, week) for week in _WEEKS)

    read = items(baseline, later, truth)
    true = items(AtEntry(part.points, perfect).readings(), later, perfect)
    here = np.stack([np.ones(len(leaves), bool), *(attended(leaves, week) for week in _WEEKS)], axis=1)
    found = judge(read[:, 0], read[:, -1], rule(), endpoint().options, uln=uln, enzyme_multiple=multiple)
    came = here[:, -1]
    enzyme = uln[:, rule().items.index("ENZYME")]
    return (
        read, true, here, enzyme, found.improved & came[:, None], found.worse & came[:, None],
        (found.response == YES) & came,
    )  # fmt: skip


@lru_cache(maxsize=256)
def _errorless(truth: Scenario) -> Scenario:
    return replace(truth, **dict.fromkeys(_ERRORS, 0.0))
