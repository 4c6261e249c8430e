"""Works out for which candidates a condition is true, false or unknown."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import reduce
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from trialsim.facts.conditions import AllOf, AnyCourse, AnyOf, Compare, Condition, KOf, NoneOf, ReadingOf
from trialsim.rules import truth
from trialsim.rules.derived import DERIVED, DERIVED_OF_COURSE, CandidateFacts, Facts
from trialsim.rules.truth import FALSE, TRUE, Truth
from trialsim.rules.values import CategorySet, Column, Values

# Where more than this share is still open, looking at everybody costs less than picking out who is.
_MANY = 0.7


def evaluate(condition: Condition, facts: Facts) -> Truth:
    """Truth of a condition for all candidates, or for the courses in one slot.

    What is combined is worked out part by part, and each part only for those whom the parts before it have left open:
    a fact is asked of no more candidates than it matters to.

    Parameters
    ----------
    condition : Condition
        With its readings resolved (`TrialProtocol.condition`).
    facts : CandidateFacts or CourseFacts

    Returns
    -------
    array of int8
        0 false, 1 unknown, 2 true.
    """
    match condition:
        case Compare():
            return compare(condition, facts.column(condition.fact.name))
        case AllOf(parts):
            return _fold(parts, facts, np.minimum, FALSE)
        case AnyOf(parts):
            return _fold(parts, facts, np.maximum, TRUE)
        case NoneOf(parts):
            return truth.negate(_fold(parts, facts, np.maximum, TRUE))
        case KOf(k, parts):
            return truth.k_of(k, [evaluate(part, facts) for part in parts])
        case AnyCourse(part):
            assert isinstance(facts, CandidateFacts)
            return _any_course(part, facts)
        case ReadingOf(name):
            raise ValueError(f"the reading {name!r} must be resolved by its protocol before it is evaluated")


_Join = Callable[[Truth, Truth], Truth]


def _fold(parts: tuple[Condition, ...], facts: Facts, join: _Join, settled: np.int8) -> Truth:
    result = evaluate(parts[0], facts)
    for part in parts[1:]:
        result = _joined(result, result != settled, join, part, facts)
    return result


def _any_course(part: Condition, facts: CandidateFacts) -> Truth:
    """The strongest truth among a candidate's courses; false where there is none."""
    result = np.full(len(facts), FALSE)
    for course in facts.courses:
        result = _joined(result, course.occupied & (result != TRUE), np.maximum, part, course)
    return result


def _joined(result: Truth, open_: NDArray[np.bool_], join: _Join, part: Condition, facts: Facts) -> Truth:
    """The result, joined where it is open with the truth of one more part."""
    many = np.count_nonzero(open_)
    if many == 0:
        return result
    if many > _MANY * len(result):
        return np.where(open_, join(result, evaluate(part, facts)), result)
    rows = np.flatnonzero(open_)
    result[rows] = join(result[rows], evaluate(part, facts.rows(rows)))
    return result


def arranged(condition: Condition) -> Condition:
    """The same condition with the parts that take the least effort first, which changes no truth."""
    match condition:
        case Compare() | ReadingOf():
            return condition
        case AnyCourse(part):
            return AnyCourse(arranged(part))
        case KOf(k, parts):
            return KOf(k, tuple(arranged(part) for part in parts))
        case _:
            return type(condition)(tuple(sorted(map(arranged, condition.parts), key=effort)))


def effort(condition: Condition) -> int:
    """How many facts a condition takes, roughly; those worked out from others, and those of courses, count more."""
    match condition:
        case Compare(fact):
            return _DERIVED_EFFORT if fact.name in DERIVED or fact.name in DERIVED_OF_COURSE else 1
        case AnyCourse(part):
            return _COURSES * effort(part)
        case ReadingOf():
            return 1
        case _:
            return sum(effort(part) for part in condition.parts)


_DERIVED_EFFORT, _COURSES = 10, 4


def compare(condition: Compare, column: Column) -> Truth:
    """Truth of one comparison, in whole numbers."""
    if isinstance(column, CategorySet):
        return _compare_set(condition, column)
    return truth.from_bool(_holds(condition, column), column.known)


def _compare_set(condition: Compare, column: CategorySet) -> Truth:
    wanted = np.uint8(sum(1 << condition.fact.code(str(value)) for value in condition.values))
    some, only = (column.possible & wanted) != 0, (column.possible & ~wanted) == 0
    return truth.from_bool(some, some == only)


def _holds(condition: Compare, column: Values) -> NDArray[np.bool_]:
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
            return reduce(np.logical_or, [_at_most(column, each) & ~_below(column, each) for each in exact])


def _below(column: Values, threshold: Fraction) -> NDArray[np.bool_]:
    if isinstance(column.per, np.ndarray):
        return np.asarray(column.values * np.int64(threshold.denominator) < column.per * threshold.numerator)
    return column.under(ceil(threshold * column.per))


def _at_most(column: Values, threshold: Fraction) -> NDArray[np.bool_]:
    if isinstance(column.per, np.ndarray):
        return np.asarray(column.values * np.int64(threshold.denominator) <= column.per * threshold.numerator)
    return column.under(floor(threshold * column.per) + 1)
