"""Screening candidates: what the rules of eligibility are evaluated on.

The rules ask a `FactSource` for one fact after the other, of those candidates whom the answer can still matter to. A
learner's tidy tables become a `CandidateArrays`, which holds every answer; the model of patients is a source that works
an answer out when it is asked for. All values are whole numbers on their grid, so that a comparison with a threshold is
exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from trialsim.errors import TrialsimError
from trialsim.facts.candidate_schema import candidate_schema
from trialsim.facts.drugs import drugs
from trialsim.facts.reading import Words
from trialsim.rules.values import Bools, FactColumn, Values


class FactSource(Protocol):
    """Whoever can tell the facts of some candidates, one fact at a time."""

    def __len__(self) -> int: ...

    @property
    def slots(self) -> int:
        """How many courses of treatment a candidate has room for."""

    def fact(self, name: str) -> Values:
        """A stored fact of `data/candidate.toml`."""

    def occupied(self, slot: int) -> Bools:
        """Who has a course of treatment in this slot."""

    def course(self, name: str, slot: int) -> Values:
        """A stored fact of the course in a slot; where there is none it does not matter."""

    def enzyme(self, place: int) -> tuple[NDArray[Any], NDArray[Any]]:
        """Readings of an enzyme, -1 where there is none, and its upper limits of normal, in 0.1 U/L."""

    def some(self, rows: NDArray[np.intp]) -> FactSource:
        """The same of some of the candidates."""


@dataclass(frozen=True, slots=True, eq=False)
class Treatments:
    """The courses of prior treatment of all candidates, each array shaped (candidates, slots).

    Attributes
    ----------
    drug : array of int
        Place in `facts.drugs.drugs()`; -1 is an empty slot, and then nothing else in the slot matters.
    dose : array of int
        In hundredths of the drug's unit; a glucocorticoid in mg/day. In all that follows -1 is not known.
    current, intolerance : array of int or bool
        1 or True, 0 or False, -1 not known.
    weeks, stable_weeks, weeks_since_last : array of int
        Whole weeks: length of the course, time at a stable dose, time since the last dose (0 when taken now).
    n_improved, n_worsened : array of int
        Core set measures of six that improved by 20 % or more, and that worsened by more than 25 %, under the course.
    """

    drug: NDArray[Any]
    dose: NDArray[Any]
    current: NDArray[Any]
    weeks: NDArray[Any]
    stable_weeks: NDArray[Any]
    weeks_since_last: NDArray[Any]
    n_improved: NDArray[Any]
    n_worsened: NDArray[Any]
    intolerance: NDArray[Any]

    def __post_init__(self) -> None:
        for field in fields(self):
            _check_shape(f"Treatments.{field.name}", getattr(self, field.name), self.drug.shape, ndim=2)

    def rows(self, rows: slice | NDArray[np.intp]) -> Treatments:
        """The courses of some candidates."""
        return Treatments(*(getattr(self, field.name)[rows] for field in fields(self)))


@dataclass(frozen=True, slots=True, eq=False)
class CandidateArrays:
    """All that the rules may ask of n candidates.

    Attributes
    ----------
    facts : mapping of str to FactColumn
        The stored facts of `data/candidate.toml` by name, each with n values.
    treatments : Treatments
    enzymes : array of int, (n, 5)
        CK, aldolase, LDH, AST, ALT at baseline in 0.1 U/L; -1 not measured.
    enzyme_uln : array of int, (n, 5) or (5,)
        Their upper limits of normal in 0.1 U/L, above 0 wherever the enzyme is measured.
    """

    facts: Mapping[str, FactColumn]
    treatments: Treatments
    enzymes: NDArray[Any]
    enzyme_uln: NDArray[Any]

    def __post_init__(self) -> None:
        n, k = len(self), len(candidate_schema().enzymes)
        _check_shape("CandidateArrays.enzymes", self.enzymes, (n, k), ndim=2)
        if self.enzyme_uln.shape != (k,):
            _check_shape("CandidateArrays.enzyme_uln", self.enzyme_uln, (n, k), ndim=2)
        for name, column in self.facts.items():
            _check_shape(f"CandidateArrays.facts[{name!r}]", column.values, (n,), ndim=1)

    def __len__(self) -> int:
        return len(self.treatments.drug)

    @property
    def slots(self) -> int:
        """How many courses of treatment a candidate has room for."""
        return int(self.treatments.drug.shape[1])

    def fact(self, name: str) -> FactColumn:
        """A stored fact of the candidates; not known of anybody if it is optional and they lack it, else raise."""
        if name not in self.facts and candidate_schema().facts[name].optional:
            return not_on_file(name, len(self))
        if name not in self.facts:
            known = ", ".join(self.facts) or "none"
            raise TrialsimError("candidates", name, f"facts that the candidates have: {known}", "Add this fact.")
        return self.facts[name]

    def occupied(self, slot: int) -> Bools:
        """Who has a course of treatment in this slot."""
        return np.asarray(self.treatments.drug[:, slot] >= 0)

    def course(self, name: str, slot: int) -> FactColumn:
        """A stored fact of the course in a slot."""
        if name == "kind":
            return FactColumn(kind_codes()[self.treatments.drug[:, slot]])
        values: NDArray[Any] = getattr(self.treatments, name)[:, slot]
        fact = candidate_schema().course[name]
        if name == "drug":
            return FactColumn(values)
        if fact.kind == "boolean":
            return FactColumn(values == 1, None if values.dtype == bool else values >= 0)
        return FactColumn(values, values >= 0, fact.per)

    def enzyme(self, place: int) -> tuple[NDArray[Any], NDArray[Any]]:
        """Readings of an enzyme and its upper limits of normal."""
        values = self.enzymes[:, place]
        return values, np.broadcast_to(self.enzyme_uln[..., place], values.shape)

    def some(self, rows: NDArray[np.intp]) -> FactSource:
        """Some of the candidates; a fact is taken from the arrays when it is asked for."""
        return _SomeOfArrays(self, rows)

    def rows(self, rows: slice | NDArray[np.intp]) -> CandidateArrays:
        """Some of the candidates; a slice copies nothing."""
        return CandidateArrays(
            {name: column.rows(rows) for name, column in self.facts.items()},
            self.treatments.rows(rows),
            self.enzymes[rows],
            self.enzyme_uln if self.enzyme_uln.ndim == 1 else self.enzyme_uln[rows],
        )


@dataclass(frozen=True, slots=True, eq=False)
class _SomeOfArrays:
    arrays: CandidateArrays
    chosen: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.chosen)

    @property
    def slots(self) -> int:
        return self.arrays.slots

    def fact(self, name: str) -> FactColumn:
        return self.arrays.fact(name).rows(self.chosen)

    def occupied(self, slot: int) -> Bools:
        return self.arrays.occupied(slot)[self.chosen]

    def course(self, name: str, slot: int) -> FactColumn:
        return self.arrays.course(name, slot).rows(self.chosen)

    def enzyme(self, place: int) -> tuple[NDArray[Any], NDArray[Any]]:
        values, limits = self.arrays.enzyme(place)
        return values[self.chosen], limits[self.chosen]

    def some(self, rows: NDArray[np.intp]) -> FactSource:
        return _SomeOfArrays(self.arrays, self.chosen[rows])


def not_on_file(name: str, n: int) -> FactColumn:
    """A stored fact that is not known of any of n candidates."""
    fact = candidate_schema().facts[name]
    return FactColumn(np.zeros(n, bool if fact.kind == "boolean" else np.int32), np.zeros(n, bool), fact.per)


@cache
def kind_codes() -> NDArray[np.int8]:
    """What kind each drug is, by its code; not to be written to."""
    kind = candidate_schema().course["kind"]
    codes = np.array([kind.code(drug.kind) for drug in drugs()], dtype=np.int8)
    codes.flags.writeable = False
    return codes


def _check_shape(where: str, array: NDArray[Any], shape: tuple[int, ...], *, ndim: int) -> None:
    if array.ndim != ndim or array.shape != shape:
        raise TrialsimError(where, Words(f"shape {array.shape}"), f"shape {shape}")
    if array.dtype.kind not in "biu":
        raise TrialsimError(where, Words(f"values of type {array.dtype}"), "whole numbers or booleans")
