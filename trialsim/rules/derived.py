"""Facts worked out from stored facts: a table of small functions, each computed only if a condition asks for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from trialsim.facts.candidate_schema import candidate_schema
from trialsim.facts.drugs import drugs
from trialsim.rules.candidate_arrays import FactSource
from trialsim.rules.classification import MONTHS_NEEDED, amyopathic_labels, dermatomyositis_levels
from trialsim.rules.prednisone import dose_per, equivalence_factors
from trialsim.rules.truth import FALSE, UNKNOWN, Truth, from_bool
from trialsim.rules.values import Bools, CategorySet, Column, FactColumn, Values

Rows = NDArray[np.intp]


class CandidateFacts:
    """The facts of some candidates, stored or derived; what is derived is worked out once, when first asked for.

    Parameters
    ----------
    source : FactSource
        Tells the stored facts, for example a `CandidateArrays`.
    """

    __slots__ = ("_derived", "source")

    def __init__(self, source: FactSource) -> None:
        self.source = source
        self._derived: dict[str, Column] = {}

    def __len__(self) -> int:
        return len(self.source)

    def column(self, name: str) -> Column:
        """A fact of the candidates, n values."""
        if name not in DERIVED:
            return self.source.fact(name)
        if name not in self._derived:
            self._derived[name] = DERIVED[name].function(self)
        return self._derived[name]

    @property
    def courses(self) -> tuple[CourseFacts, ...]:
        """The facts of their courses of treatment, slot after slot."""
        return tuple(CourseFacts(self, slot) for slot in range(self.source.slots))

    def of_course(self, name: str, slot: int) -> Column:
        """A derived fact of the courses in a slot."""
        key = f"{name} of course {slot}"
        if key not in self._derived:
            self._derived[key] = DERIVED_OF_COURSE[name](self, slot)
        return self._derived[key]

    def rows(self, rows: Rows) -> CandidateFacts:
        """The facts of some of the candidates."""
        return CandidateFacts(self.source.some(rows))

    def truth(self, name: str) -> Truth:
        """A boolean fact as three-valued truth."""
        column = self.source.fact(name)
        return from_bool(column.values, column.known)


class CourseFacts:
    """The facts of the courses of treatment in one slot, of all or of some of the candidates.

    What is derived from all courses of a candidate is worked out once, for all candidates that were asked about.
    """

    __slots__ = ("_all", "_rows", "slot", "source")

    def __init__(
        self, of_all: CandidateFacts, slot: int, source: FactSource | None = None, rows: Rows | None = None
    ) -> None:
        self.slot, self.source = slot, of_all.source if source is None else source
        self._all, self._rows = of_all, rows

    def __len__(self) -> int:
        return len(self.source)

    @property
    def occupied(self) -> Bools:
        """Who has a course of treatment in this slot."""
        return self.source.occupied(self.slot)

    def stored(self, name: str) -> Values:
        """A stored fact of the courses."""
        return self.source.course(name, self.slot)

    def of_kind(self, kind: str) -> Bools:
        """Which courses are of a drug of this kind; where there is no course it does not matter."""
        return np.asarray(self.stored("kind").values == candidate_schema().course["kind"].code(kind))

    def column(self, name: str) -> Column:
        """A fact of the courses."""
        if name not in DERIVED_OF_COURSE:
            return self.stored(name)
        of_all = self._all.of_course(name, self.slot)
        return of_all if self._rows is None else of_all.rows(self._rows)

    def rows(self, rows: Rows) -> CourseFacts:
        """The facts of the courses of some of these candidates."""
        of_all = rows if self._rows is None else self._rows[rows]
        return CourseFacts(self._all, self.slot, self.source.some(rows), of_all)


Facts = CandidateFacts | CourseFacts


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
    months = facts.source.fact("skin_months")
    tests = tuple(facts.truth(name) for name in ("emg_myopathic", "biopsy_myositis", "mri_myositis"))
    long = from_bool(~months.under(MONTHS_NEEDED), months.known)
    labels = amyopathic_labels(long, facts.truth("weakness"), facts.truth("enzymes_raised"), tests)
    rash = facts.truth("rash")
    none = np.uint8(1 << candidate_schema().facts["cadm"].code("none"))
    return CategorySet(np.where(rash == FALSE, none, np.where(rash == UNKNOWN, labels | none, labels)))


def _times_upper_limit(enzyme: str) -> Callable[[CandidateFacts], Column]:
    place = candidate_schema().enzymes.index(enzyme)

    def ratio(facts: CandidateFacts) -> Column:
        values, limits = facts.source.enzyme(place)
        return FactColumn(values, values >= 0, limits.astype(np.int64, copy=False))

    return ratio


def _over_ck(enzyme: str) -> Callable[[CandidateFacts], Column]:
    place, of_ck = (candidate_schema().enzymes.index(code) for code in (enzyme, "CK"))

    def ratio(facts: CandidateFacts) -> Column:
        (values, limits), (ck, ck_limits) = (facts.source.enzyme(at) for at in (place, of_ck))
        known = (values >= 0) & (ck > 0)
        # (value / limit) / (CK / its limit), as one ratio of whole numbers
        per = np.where(known, limits.astype(np.int64) * ck, 1)
        return FactColumn(values.astype(np.int64) * ck_limits, known, per)

    return ratio


def _glucocorticoid(converted: bool) -> Callable[[CandidateFacts], Column]:
    def mg_per_kg(facts: CandidateFacts) -> Column:
        factors, divisor = equivalence_factors()
        if not converted:
            factors, divisor = (factors > 0).astype(np.int64), 1
        dose, open_question = np.zeros(len(facts), np.int64), np.zeros(len(facts), bool)
        for course in facts.courses:
            if not (of_kind := course.of_kind("glucocorticoid")).any():
                continue
            taken = course.occupied & of_kind
            current, taken_mg = course.stored("current"), course.stored("dose")
            sure = taken & current.values
            unsure = False if current.known is None else taken & ~current.known
            unknown = np.zeros(len(facts), bool) if taken_mg.known is None else ~taken_mg.known
            dose += np.where(sure & ~unknown, taken_mg.values * factors[course.stored("drug").values], 0)
            open_question |= unsure | (sure & unknown)
        weight = facts.source.fact("weight_kg")
        assert isinstance(weight.per, int)
        known = ~open_question & ((dose == 0) | (True if weight.known is None else weight.known))
        # (dose / (divisor * dose_per)) / (weight / weight.per), as one ratio of whole numbers
        per = np.where(weight.values > 0, weight.values, 1).astype(np.int64) * (divisor * dose_per())
        return FactColumn(dose * weight.per, known, per)

    return mg_per_kg


def _weeks_with_glucocorticoid(facts: CandidateFacts, slot: int) -> Column:
    """The overlap of the course with those of glucocorticoids: intervals that end so many weeks before today."""
    course = CourseFacts(facts, slot)
    start, end, known = _interval(course)
    total, sure = np.zeros(len(facts), np.int64), np.ones(len(facts), bool)
    for other in facts.courses:
        given = other.occupied & other.of_kind("glucocorticoid")
        if other.slot == slot or not given.any():
            continue
        begun, over, dated = _interval(other)
        total += np.where(given & known & dated, np.maximum(np.minimum(start, begun) - np.maximum(end, over), 0), 0)
        sure &= ~given | dated
    itself = course.of_kind("glucocorticoid") & course.occupied  # it is not taken with itself
    never = ~np.any([course.occupied & course.of_kind("glucocorticoid") for course in facts.courses], axis=0)
    return FactColumn(np.where(itself, 0, total), itself | never | (known & sure))


def _interval(course: CourseFacts) -> tuple[NDArray[np.int64], NDArray[np.int64], Bools]:
    """Start and end of the courses in weeks before today, and where both are known; what is taken now ends now."""
    weeks, since, current = (course.stored(name) for name in ("weeks", "weeks_since_last", "current"))
    now = current.values if current.known is None else current.values & current.known
    known = np.ones(len(course), bool) if since.known is None else since.known | now
    if weeks.known is not None:
        known = known & weeks.known
    end = np.where(now, 0, since.values).astype(np.int64)
    return end + weeks.values, end, known


def _washed_out(which: str) -> Callable[[CandidateFacts, int], Column]:
    def washed_out(facts: CandidateFacts, slot: int) -> Column:
        course = CourseFacts(facts, slot)
        needed = _washouts(which)[course.stored("drug").values]
        since, current = course.stored("weeks_since_last"), course.stored("current")
        long_ago = ~current.values & (since.values >= needed)
        known = True if since.known is None else since.known
        return FactColumn((needed == 0) | long_ago, (needed == 0) | current.values | known)

    return washed_out


DERIVED: dict[str, DerivedFact] = {
    "bohan_peter": DerivedFact(
        _bohan_peter, ("rash", "weakness", "biopsy_myositis", "enzymes_raised", "emg_myopathic")
    ),
    "cadm": DerivedFact(
        _cadm, ("rash", "skin_months", "weakness", "enzymes_raised", "emg_myopathic", "biopsy_myositis", "mri_myositis")
    ),
    **{f"{code}_xuln": DerivedFact(_times_upper_limit(code), ()) for code in candidate_schema().enzymes},
    "ALT_over_CK": DerivedFact(_over_ck("ALT"), ()),
    "AST_over_CK": DerivedFact(_over_ck("AST"), ()),
    "gc_mg_per_kg": DerivedFact(_glucocorticoid(converted=True), ("weight_kg",)),
    "gc_mg_per_kg_as_given": DerivedFact(_glucocorticoid(converted=False), ("weight_kg",)),
}

DERIVED_OF_COURSE: dict[str, Callable[[CandidateFacts, int], Column]] = {
    "weeks_with_glucocorticoid": _weeks_with_glucocorticoid,
    "washed_out": _washed_out("longest"),
    "washed_out_usual": _washed_out("usual"),
}


@cache
def _washouts(which: str) -> NDArray[np.int16]:
    lengths = [0 if drug.washout is None else getattr(drug.washout, which) for drug in drugs()]
    return np.array(lengths, dtype=np.int16)
