"""Enrolled patients as points of nets: what an expectation is an integral over, part after part.

Whom a scenario lets in is kept at hand, so that moving anything else finds the enrolled ready.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from functools import lru_cache
from itertools import count
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from trialsim.errors import TrialsimError
from trialsim.facts.protocol import TrialProtocol
from trialsim.patients import disease as disease_model
from trialsim.patients import improvement as improvement_model
from trialsim.patients.attendance import missing_by
from trialsim.patients.capped import below_caps
from trialsim.patients.disease import AtEntry, Entry
from trialsim.patients.improvement import at_one_week
from trialsim.patients.points import Net, Points
from trialsim.patients.readings import Floats, Readings
from trialsim.patients.scenario import Scenario
from trialsim.patients.trajectory import Course, expected_course
from trialsim.power.enrolment_weights import enrolment_weights, enzyme_caps

# Coordinates of the nets, those that matter most first: a net is evenest in its first ones. Measured, this order halves
# the standard error against that of the model.
_FIRST = (
    "phenotype",
    "fluctuation.Week 12",
    "fluctuation.entry",
    *(f"severity.{code}" for code in ("PHGA", "EMGA", "PTGA")),
    "drug.strength",
    "drug.touches",
    *(f"severity.{code}" for code in ("HAQDI", "CK", "AST", "ALT", "LDH", "ALDOLASE", "MMT8")),
    *(f"error.{code}.Baseline" for code in ("PHGA", "PTGA", "EMGA", "HAQDI")),
)
_ALL = (*improvement_model.COORDINATES, *disease_model.COORDINATES, "sex")
# What is asked of a patient's point after entry, at the last week.
_AFTER_ENTRY = ("fluctuation.Week 12", "drug.strength", "drug.touches")
COORDINATES = (*_FIRST, *(name for name in _ALL if name not in _FIRST))
REPLICATES, _LOG2_POINTS = 16, 13
# Parts whose patients stay at hand; more are seldom needed, and they are many.
_KEPT_PARTS = 2


@dataclass(frozen=True, slots=True, eq=False)
class Enrolled:
    """Enrolled patients of one net, before the measures are drawn.

    Attributes
    ----------
    weights : array (n,)
        Chance to be enrolled.
    improvement, missing : array (n,)
        Shared improvement at the week, and the chance that the visit does not take place.
    """

    entry: Entry
    baseline: Readings
    weights: Floats
    improvement: Floats
    course: Course
    missing: Floats


def enrolled_patients(scenario: Scenario, protocol: TrialProtocol, week: float) -> Iterator[Enrolled]:
    """Enrolled patients at a week, net after net; the nets are independent replicates of each other."""
    for replicate in range(REPLICATES):
        yield next(growing_net(replicate, scenario, protocol, week))


def growing_net(replicate: int, scenario: Scenario, protocol: TrialProtocol, week: float) -> Iterator[Enrolled]:
    """The enrolled patients of a net, then those of the parts that make it larger, as long as they are asked for."""
    at_entry = _at_entry(scenario)
    for part in count():
        entered = _entered if part < _KEPT_PARTS else _enter
        yield _followed(entered(replicate, part, at_entry, protocol), scenario, week)


@dataclass(slots=True, eq=False)
class _Kept:
    """The points of those who may be enrolled, as far as what follows their entry asks for them; the rest of their net,
    which is large, is made again if it is asked for."""

    replicate: int
    part: int
    places: NDArray[np.intp]
    columns: dict[str, Floats]

    @property
    def n(self) -> int:
        return len(self.places)

    def __call__(self, coordinate: str) -> Floats:
        if coordinate not in self.columns:
            self.columns[coordinate] = _net(self.replicate, self.part)(coordinate).take(self.places)
        return self.columns[coordinate]


# The points of those who may be enrolled, what they enter with, and how likely they are to be enrolled.
_Entered = tuple[Points, Entry, Readings, Floats]


def _net(replicate: int, part: int) -> Net:
    return Net(replicate, _LOG2_POINTS, COORDINATES, part)


def _followed(entered: _Entered, scenario: Scenario, week: float) -> Enrolled:
    points, kept, read, weights = entered
    entry, baseline = _with_integers(kept, _wide), _with_integers(read, _wide)
    improvement, at_usual_week = at_one_week(points, entry, scenario, week)
    missing = missing_by(at_usual_week, scenario, week)
    course = expected_course(entry, improvement, scenario, week)
    return Enrolled(entry, baseline, weights, improvement, course, missing)


# About 1.5 MB each: the entry of one scenario stays at hand, in all parts that are kept.
@lru_cache(maxsize=_KEPT_PARTS * REPLICATES)
def _entered(replicate: int, part: int, scenario: Scenario, protocol: TrialProtocol) -> _Entered:
    points, entry, baseline, weights = _enter(replicate, part, scenario, protocol)
    if not part and not weights.any():
        fix = f"Of {1 << _LOG2_POINTS:,} candidates none is eligible for {protocol.id}."
        raise TrialsimError("scenario", scenario, "one in which some candidates are eligible", fix)
    return points, _with_integers(entry, _narrow), _with_integers(baseline, _narrow), weights


def _enter(replicate: int, part: int, scenario: Scenario, protocol: TrialProtocol) -> _Entered:
    points = _net(replicate, part)
    capped, below = below_caps(points, scenario, _caps(scenario, protocol))
    at_entry = AtEntry(capped, scenario)
    entry, baseline = at_entry.entry(), at_entry.readings()
    weights = below * enrolment_weights(entry, baseline, protocol, scenario, replicate)
    places = np.flatnonzero(weights)
    if not len(places):
        places = np.zeros(1, dtype=np.intp)  # of no weight, but nobody at all would need a path of its own
    columns = {name: points(name).take(places) for name in _AFTER_ENTRY}
    return _Kept(replicate, part, places, columns), entry.rows(places), baseline.rows(places), weights[places]


_Record = TypeVar("_Record", Entry, Readings)


def _with_integers(record: _Record, changed: Callable[[NDArray[Any]], NDArray[Any]]) -> _Record:
    """The same with its columns of whole numbers in another type."""
    columns = {field.name: getattr(record, field.name) for field in fields(record)}
    return replace(record, **{name: changed(values) for name, values in columns.items() if values.dtype.kind in "iu"})


def _narrow(values: NDArray[Any]) -> NDArray[Any]:
    """The same whole numbers in as few bytes as hold the largest of them."""
    return values.astype(np.result_type(np.min_scalar_type(values.min()), np.min_scalar_type(values.max())))


def _wide(values: NDArray[Any]) -> NDArray[Any]:
    return values.astype(np.int64)


def entries_made() -> int:
    """How many parts of nets were worked out anew, so far."""
    return _entered.cache_info().misses


@lru_cache(maxsize=64)
def _caps(scenario: Scenario, protocol: TrialProtocol) -> dict[str, Fraction]:
    return enzyme_caps(scenario, protocol)


@lru_cache(maxsize=64)
def _at_entry(scenario: Scenario) -> Scenario:
    """The scenario as far as it decides who is enrolled, so that moving anything else finds the enrolled ready."""
    blocks = ("demographics", "phenotype", "entry", "entry_correlations", "enzymes", "measurement_error", "selection")
    return scenario.only(*blocks, "history", "organs", "screening")
