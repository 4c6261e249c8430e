"""Works out for which candidates a condition is true, false or unknown."""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from trialsim.facts.conditions import AllOf, AnyCourse, AnyOf, Compare, Condition, KOf, NoneOf, ReadingOf, Scope
from trialsim.rules import truth
from trialsim.rules.candidate import CategorySet, FactColumn
from trialsim.rules.derived import CandidateFacts
from trialsim.rules.truth import Truth


def evaluate(condition: Condition, facts: CandidateFacts, scope: Scope = "candidate") -> Truth:
    """Truth of a condition for all candidates.

    Parameters
    ----------
    condition : Condition
        With its readings resolved (`TrialProtocol.condition`).
    facts : CandidateFacts
    scope : {"candidate", "course"}
        Inside `any_course` the same is worked out for every course, (n, slots).

    Returns
    -------
    array of int8
        0 false, 1 unknown, 2 true.
    """
    match condition:
        case Compare():
            return compare(condition, facts, scope)
        case AllOf(parts):
            return truth.all_of([evaluate(part, facts, scope) for part in parts])
        case AnyOf(parts):
            return truth.any_of([evaluate(part, facts, scope) for part in parts])
        case NoneOf(parts):
            return truth.negate(truth.any_of([evaluate(part, facts, scope) for part in parts]))
        case KOf(k, parts):
            return truth.k_of(k, [evaluate(part, facts, scope) for part in parts])
        case AnyCourse(part):
            return any_course(evaluate(part, facts, "course"), facts)
        case ReadingOf(name):
            raise ValueError(f"the reading {name!r} must be resolved by its protocol before it is evaluated")


def any_course(of_courses: Truth, facts: CandidateFacts) -> Truth:
    """The strongest truth among a candidate's courses; false where there is none."""
    return np.asarray(np.where(facts.occupied, of_courses, truth.FALSE).max(axis=1, initial=truth.FALSE))


def compare(condition: Compare, facts: CandidateFacts, scope: Scope = "candidate") -> Truth:
    """Truth of one comparison, in whole numbers."""
    name = condition.fact.name
    column = facts.column(name) if scope == "candidate" else facts.course(name)
    if isinstance(column, CategorySet):
        return _compare_set(condition, column)
    return truth.from_bool(_holds(condition, column), column.known)


def _compare_set(condition: Compare, column: CategorySet) -> Truth:
    wanted = np.uint8(sum(1 << condition.fact.code(str(value)) for value in condition.values))
    some, only = (column.possible & wanted) != 0, (column.possible & ~wanted) == 0
    return truth.from_bool(some, some == only)


def _holds(condition: Compare, column: FactColumn) -> NDArray[np.bool_]:
    values = condition.values
    if condition.fact.kind == "boolean":
        held = np.asarray(column.values, bool)
        return held if values[0] else ~held
    if condition.fact.kind == "category":
        wanted = [condition.fact.code(str(value)) for value in values]
        return reduce(np.logical_or, [column.values == code for code in wanted])
    first, last = Fraction(values[0]), Fraction(values[-1])
    match condition.test:
        case "above":
            return ~_at_most(column, first)
        case "at_least":
            return ~_below(column, first)
        case "below":
            return _below(column, first)
        case "at_most":
            return _at_most(column, first)
        case "between":
            return ~_below(column, first) & _at_most(column, last)
        case "equals" | "one_of":
            exact = [Fraction(value) for value in values]
            return reduce(np.logical_or, [_at_most(column, one) & ~_below(column, one) for one in exact])


def _below(column: FactColumn, threshold: Fraction) -> NDArray[np.bool_]:
    if isinstance(column.per, np.ndarray):
        return np.asarray(column.values * np.int64(threshold.denominator) < column.per * threshold.numerator)
    return np.asarray(column.values < ceil(threshold * column.per))


def _at_most(column: FactColumn, threshold: Fraction) -> NDArray[np.bool_]:
    if isinstance(column.per, np.ndarray):
        return np.asarray(column.values * np.int64(threshold.denominator) <= column.per * threshold.numerator)
    return np.asarray(column.values <= floor(threshold * column.per))
