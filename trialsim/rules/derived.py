"""Facts worked out from stored facts: a table of small functions, each computed only if a condition asks for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trialsim.errors import TrialsimError
from trialsim.facts.candidate import candidate_schema
from trialsim.facts.drugs import drugs
from trialsim.rules.candidate import CandidateArrays, CategorySet, Column, FactColumn
from trialsim.rules.classification import amyopathic_labels, dermatomyositis_levels
from trialsim.rules.steroids import dose_per, equivalence_factors
from trialsim.rules.truth import FALSE, UNKNOWN, Truth, from_bool


class CandidateFacts:
    """The facts of some candidates, stored or derived, each worked out once, when first asked for.

    Parameters
    ----------
    arrays : CandidateArrays
    """

    __slots__ = ("_columns", "_course_columns", "arrays")

    def __init__(self, arrays: CandidateArrays) -> None:
        self.arrays = arrays
        self._columns: dict[str, Column] = {}
        self._course_columns: dict[str, FactColumn] = {}

    def column(self, name: str) -> Column:
        """A fact of the candidates, n values."""
        if name not in self._columns:
            derived = DERIVED.get(name)
            self._columns[name] = derived.function(self) if derived else self._stored(name)
        return self._columns[name]

    def course(self, name: str) -> FactColumn:
        """A fact of their courses of treatment, (n, slots) values."""
        if name not in self._course_columns:
            derived = DERIVED_OF_COURSE.get(name)
            self._course_columns[name] = derived(self) if derived else _stored_course(self, name)
        return self._course_columns[name]

    def truth(self, name: str) -> Truth:
        """A boolean fact as three-valued truth."""
        column = self._stored(name)
        return from_bool(column.values, column.known)

    @property
    def occupied(self) -> NDArray[np.bool_]:
        """Which slots hold a course of treatment, (n, slots)."""
        return np.asarray(self.arrays.treatments.drug >= 0)

    def _stored(self, name: str) -> FactColumn:
        if name not in self.arrays.facts:
            known = ", ".join(self.arrays.facts) or "none"
            raise TrialsimError("candidates", name, f"facts that the candidates have: {known}", "Add this fact.")
        return self.arrays.facts[name]


@dataclass(frozen=True, slots=True)
class DerivedFact:
    """How a fact is worked out, and the stored columns of the subjects that this takes."""

    function: Callable[[CandidateFacts], Column]
    needs: tuple[str, ...]


def stored_needs(names: frozenset[str]) -> frozenset[str]:
    """The stored columns of subjects that these facts take."""
    return frozenset().union(*(DERIVED[name].needs if name in DERIVED else (name,) for name in names))


def _bohan_peter(facts: CandidateFacts) -> Column:
    items = tuple(facts.truth(name) for name in ("weakness", "biopsy_myositis", "enzymes_raised", "emg_myopathic"))
    return CategorySet(dermatomyositis_levels(facts.truth("rash"), items))


def _cadm(facts: CandidateFacts) -> Column:
    months = facts.arrays.facts["skin_months"]
    known = np.ones(len(facts.arrays), bool) if months.known is None else months.known
    tests = tuple(facts.truth(name) for name in ("emg_myopathic", "biopsy_myositis", "mri_myositis"))
    labels = amyopathic_labels(months.values, known, facts.truth("weakness"), facts.truth("enzymes_raised"), tests)
    rash = facts.truth("rash")
    none = np.uint8(1 << candidate_schema().facts["cadm"].code("none"))
    return CategorySet(np.where(rash == FALSE, none, np.where(rash == UNKNOWN, labels | none, labels)))


def _times_upper_limit(enzyme: str) -> Callable[[CandidateFacts], Column]:
    place = candidate_schema().enzymes.index(enzyme)

    def ratio(facts: CandidateFacts) -> Column:
        values = facts.arrays.enzymes[:, place]
        limits = facts.arrays.enzyme_uln[..., place].astype(np.int64)
        return FactColumn(values, values >= 0, np.broadcast_to(limits, values.shape))

    return ratio


def _glucocorticoid(converted: bool) -> Callable[[CandidateFacts], Column]:
    def mg_per_kg(facts: CandidateFacts) -> Column:
        treatments = facts.arrays.treatments
        factors, divisor = equivalence_factors()
        if not converted:
            factors, divisor = (factors > 0).astype(np.int64), 1
        factor = np.where(facts.occupied, factors[treatments.drug], 0)
        taken = (factor > 0) & (treatments.current != 0)
        counted = taken & (treatments.current == 1) & (treatments.dose > 0)
        dose = np.where(counted, treatments.dose * factor, 0).sum(axis=1)
        open_question = (taken & ((treatments.current == -1) | (treatments.dose < 0))).any(axis=1)
        weight = facts._stored("weight_kg")
        assert isinstance(weight.per, int)
        known = ~open_question & ((dose == 0) | (True if weight.known is None else weight.known))
        # (dose / (divisor * dose_per)) / (weight / weight.per), as one ratio of whole numbers
        per = np.where(weight.values > 0, weight.values, 1).astype(np.int64) * (divisor * dose_per())
        return FactColumn(dose * weight.per, known, per)

    return mg_per_kg


def _stored_course(facts: CandidateFacts, name: str) -> FactColumn:
    treatments = facts.arrays.treatments
    if name == "kind":
        return FactColumn(_kind_codes()[treatments.drug])
    values: NDArray[Any] = getattr(treatments, name)
    per = candidate_schema().course[name].per
    if name == "drug":
        return FactColumn(values)
    if candidate_schema().course[name].kind == "boolean":
        return FactColumn(values == 1, None if values.dtype == bool else values >= 0)
    return FactColumn(values, values >= 0, per)


def _weeks_with_glucocorticoid(facts: CandidateFacts) -> FactColumn:
    weeks = facts.arrays.treatments.weeks
    glucocorticoid = facts.occupied & (facts.course("kind").values == _kind("glucocorticoid"))
    longest = np.where(glucocorticoid, weeks, 0).max(axis=1, initial=0)[:, None]
    longest_known = ~(glucocorticoid & (weeks < 0)).any(axis=1)[:, None]
    together = np.where(glucocorticoid, 0, np.minimum(weeks, longest))
    never = longest_known & (longest == 0)
    return FactColumn(together, glucocorticoid | never | (longest_known & (weeks >= 0)))


def _washed_out(which: str) -> Callable[[CandidateFacts], FactColumn]:
    def washed_out(facts: CandidateFacts) -> FactColumn:
        treatments = facts.arrays.treatments
        needed = _washouts(which)[treatments.drug]
        since = treatments.weeks_since_last
        taken_now = treatments.current == 1
        return FactColumn((needed == 0) | (~taken_now & (since >= needed)), (needed == 0) | taken_now | (since >= 0))

    return washed_out


DERIVED: dict[str, DerivedFact] = {
    "bohan_peter": DerivedFact(
        _bohan_peter, ("rash", "weakness", "biopsy_myositis", "enzymes_raised", "emg_myopathic")
    ),
    "cadm": DerivedFact(
        _cadm,
        ("rash", "skin_months", "weakness", "enzymes_raised", "emg_myopathic", "biopsy_myositis", "mri_myositis"),
    ),
    "ALT_xuln": DerivedFact(_times_upper_limit("ALT"), ()),
    "AST_xuln": DerivedFact(_times_upper_limit("AST"), ()),
    "gc_mg_per_kg": DerivedFact(_glucocorticoid(converted=True), ("weight_kg",)),
    "gc_mg_per_kg_as_given": DerivedFact(_glucocorticoid(converted=False), ("weight_kg",)),
}

DERIVED_OF_COURSE: dict[str, Callable[[CandidateFacts], FactColumn]] = {
    "weeks_with_glucocorticoid": _weeks_with_glucocorticoid,
    "washed_out": _washed_out("longest"),
    "washed_out_usual": _washed_out("usual"),
}


def _kind(name: str) -> int:
    return candidate_schema().course["kind"].code(name)


@cache
def _kind_codes() -> NDArray[np.int8]:
    return np.array([_kind(drug.kind) for drug in drugs()], dtype=np.int8)


@cache
def _washouts(which: str) -> NDArray[np.int16]:
    lengths = [drug.washout_longest if which == "longest" else drug.washout_usual for drug in drugs()]
    return np.array([length or 0 for length in lengths], dtype=np.int16)
