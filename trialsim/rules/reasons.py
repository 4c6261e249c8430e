"""Says in words why a condition is true, false or unknown: what decided it, with the patient's values."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import numpy as np

from trialsim.facts.conditions import AllOf, AnyCourse, Compare, Condition, NoneOf, ReadingOf, plain
from trialsim.facts.drugs import drug_names
from trialsim.rules import truth
from trialsim.rules.conditions import compare, evaluate
from trialsim.rules.derived import CandidateFacts, CourseFacts, Facts
from trialsim.rules.truth import FALSE, TRUE, UNKNOWN, Truth
from trialsim.rules.values import CategorySet, Column

Leaves = tuple[str, ...]
MAX_NAMED = 3  # a longer list of categories is not repeated for every patient


def explain(condition: Condition, facts: CandidateFacts, i: int) -> Leaves:
    """The comparisons that decided a condition for candidate `i`, in words.

    Examples
    --------
    >>> from trialsim.facts.protocol import load_protocol
    >>> from trialsim.rules.examples import example_facts
    >>> protocol = load_protocol("NCT04946669")
    >>> criterion = protocol.criterion("EXCL03")
    >>> explain(protocol.condition(criterion), example_facts(criterion.examples[2]), 0)
    ('AST 2.6 x ULN is above 2',)
    """
    return reasons(condition, facts.rows(np.array([i])))[1][0]


def reasons(condition: Condition, facts: Facts) -> tuple[Truth, list[Leaves]]:
    """Truth of a resolved condition, and for each candidate, or course, the comparisons that decided it."""
    if isinstance(condition, Compare):
        column = facts.column(condition.fact.name)
        result = compare(condition, column)
        return result, [(text,) for text in _leaves(condition, column, result)]
    if isinstance(condition, AnyCourse):
        assert isinstance(facts, CandidateFacts)
        return _course_reasons(condition.part, facts)
    if isinstance(condition, ReadingOf):
        raise ValueError(f"the reading {condition.name!r} must be resolved by its protocol before it is explained")
    result = evaluate(condition, facts)
    decisive = (truth.negate(result) if isinstance(condition, NoneOf) else result).ravel().tolist()
    parts = [reasons(part, facts) for part in condition.parts]
    rows: list[list[Leaves]] = [[] for _ in decisive]
    for of_part, leaves in parts:
        # a part that is as true, false or unknown as the whole made it so
        for row, wanted, found, told in zip(rows, decisive, of_part.ravel().tolist(), leaves, strict=True):
            if found == wanted:
                row.append(told)
    return result, [tuple(dict.fromkeys(leaf for told in row for leaf in told)) for row in rows]


def _course_reasons(part: Condition, facts: CandidateFacts) -> tuple[Truth, list[Leaves]]:
    courses = facts.courses
    found = [reasons(part, course) for course in courses]
    relevant = [course.occupied & (_first_part(part, course) != FALSE) for course in courses]
    drugs = [course.stored("drug").values for course in courses]
    result, names = evaluate(AnyCourse(part), facts), drug_names()
    texts: list[Leaves] = []
    for i, wanted in enumerate(result):
        slots = [s for s, (of_courses, _) in enumerate(found) if relevant[s][i] and of_courses[i] == wanted]
        if wanted != FALSE:
            slots = slots[:1]
        told = tuple(f"{names[drugs[s][i]]}: {_told(part, found[s][1][i])}" for s in slots)
        texts.append(told or (_nothing_like(part),))
    return result, texts


def _first_part(part: Condition, course: CourseFacts) -> Truth:
    """Which courses are of the sort the condition is about: those that fit its first part."""
    return evaluate(part.parts[0] if isinstance(part, AllOf) else part, course)


def _told(part: Condition, leaves: Leaves) -> str:
    """The leaves of one course, without the sort of drug that its name tells already."""
    first = part.parts[0] if isinstance(part, AllOf) else part
    known = f"{first.fact.label}: " if isinstance(first, Compare) and first.fact.kind == "category" else None
    rest = [leaf for leaf in leaves if known is None or not leaf.startswith(known)]
    return ", ".join(rest or leaves)


def _nothing_like(part: Condition) -> str:
    first = part.parts[0] if isinstance(part, AllOf) else part
    if isinstance(first, Compare) and first.fact.kind == "category":
        return f"no {first.asked()} among the prior treatments"
    return f"no prior treatment with {first.describe()}"


def _leaves(condition: Compare, column: Column, result: Truth) -> list[str]:
    """One comparison in words, for every value; each different value is put into words once."""
    flat = result.ravel().tolist()
    if isinstance(column, CategorySet):
        say = cache(lambda bits, _, t: _category_text(condition, bits, t))
        return [say(bits, 1, t) for bits, t in zip(column.possible.ravel().tolist(), flat, strict=True)]
    known = np.broadcast_to(np.asarray(True if column.known is None else column.known), result.shape)
    per = np.broadcast_to(np.asarray(column.per), result.shape)
    if condition.fact.kind == "boolean":
        say = cache(lambda value, _, t: condition.fact.label if value else condition.fact.absent)
    elif condition.fact.kind == "category":
        say = cache(lambda value, _, t: _category_text(condition, 1 << value, t))
    else:
        say = cache(lambda value, steps, t: _number_text(condition, Fraction(value, steps), t))
    values = np.where(known, column.values, -1).astype(np.int64)
    rows = zip(values.ravel().tolist(), per.ravel().tolist(), known.ravel().tolist(), flat, strict=True)
    not_known = f"{condition.fact.label}: not known"
    return [say(value, steps, t) if is_known else not_known for value, steps, is_known, t in rows]


def _category_text(condition: Compare, bits: int, result: int) -> str:
    fact = condition.fact
    left = [category for place, category in enumerate(fact.categories) if bits >> place & 1]
    if len(left) == len(fact.categories) or result == UNKNOWN:
        return f"{fact.label}: may be {', '.join(left)}"
    asked = f", not {condition.asked()}" if result == FALSE and len(condition.values) <= MAX_NAMED else ""
    return f"{fact.label}: {' or '.join(left)}{asked}"


def _number_text(condition: Compare, value: Fraction, result: int) -> str:
    verb = " is" if result == TRUE else ", not"
    fact = condition.fact
    asked = condition.asked().removesuffix(fact.unit).rstrip()
    label, unit = (fact.label, f" {fact.unit}") if fact.unit else (f"{fact.label}:", "")
    return f"{label} {_shown(condition, value)}{unit}{verb} {asked}"


def _shown(condition: Compare, value: Fraction) -> str:
    """The value in as few decimals (one at least) as still stand on the same side of every threshold."""
    if value.denominator == 1:
        return plain(value)
    thresholds = [Fraction(each) for each in condition.values]
    for decimals in range(1, 7):
        shown = Fraction(round(value * 10**decimals), 10**decimals)
        if all((shown < each, shown > each) == (value < each, value > each) for each in thresholds):
            return plain(shown)
    return plain(value)
