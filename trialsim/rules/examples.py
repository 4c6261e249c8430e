"""Runs the worked examples that stand in a protocol file."""

from __future__ import annotations

import numpy as np

from trialsim.facts.candidate_schema import candidate_schema, check_value
from trialsim.facts.protocol import TrialProtocol
from trialsim.facts.trial_protocol import Criterion, Example
from trialsim.rules.candidate_arrays import CandidateArrays, Treatments
from trialsim.rules.conditions import evaluate
from trialsim.rules.derived import CandidateFacts
from trialsim.rules.reasons import explain
from trialsim.rules.truth import to_optional
from trialsim.rules.values import FactColumn


def example_facts(example: Example) -> CandidateFacts:
    """The one patient of an example: what the example does not say is not known."""
    schema = candidate_schema()
    given = dict(example.facts)
    columns = {}
    for fact in (*schema.stored(), *schema.assessed()):
        known = fact.name in given
        steps = check_value(fact.name, fact, given[fact.name]) if known else 0
        values = np.array([bool(steps) if fact.kind == "boolean" else steps])
        columns[fact.name] = FactColumn(values, np.array([known]), fact.per)
    enzymes = np.full((1, len(schema.enzymes)), -1, np.int32)
    limits = np.ones_like(enzymes)
    for code, value, limit in example.enzymes:
        place = schema.enzymes.index(code)
        enzymes[0, place], limits[0, place] = round(value * schema.enzyme_per), round(limit * schema.enzyme_per)
    return CandidateFacts(CandidateArrays(columns, _courses(example), enzymes, limits))


def judge(protocol: TrialProtocol, criterion: Criterion, example: Example) -> tuple[bool | None, tuple[str, ...]]:
    """Whether the criterion is met by the example's patient, and why; with the readings that the example names.

    Examples
    --------
    >>> from trialsim.facts.protocol import load_protocol
    >>> protocol = load_protocol("NCT04946669")
    >>> criterion = protocol.criterion("EXCL06")
    >>> judge(protocol, criterion, criterion.examples[0])
    (False, ('drugs with a past allergy: 1, not at least 2',))
    """
    for name, choice in example.readings:
        protocol = protocol.with_reading(name, choice)
    condition = protocol.condition(criterion)
    facts = example_facts(example)
    return to_optional(evaluate(condition, facts)[0]), explain(condition, facts, 0)


def _courses(example: Example) -> Treatments:
    course = {name: fact for name, fact in candidate_schema().course.items() if fact.origin == "stored"}
    slots = max(1, len(example.courses))
    arrays = {name: np.full((1, slots), -1, np.int32) for name in course if name != "kind"}
    for slot, given in enumerate(example.courses):
        for name, value in given:
            if name != "kind":  # the drug tells its kind
                arrays[name][0, slot] = check_value(name, course[name], value)
    return Treatments(**arrays)
