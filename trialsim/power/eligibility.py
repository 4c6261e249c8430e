"""How likely a candidate with a given disease is to be enrolled: what is independent of the disease multiplies in.

Of the disease a protocol sees the phenotype, by what was found at diagnosis, and the enzymes. What they say to its
comparisons is a pattern, and there are few; candidates of one pattern all have the same chance that the rest lets them
in. So the rest is drawn a few thousand times for each pattern, not for every candidate.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from trialsim.facts.conditions import AllOf, AnyCourse, AnyOf, Compare, Condition, KOf, NoneOf, ReadingOf
from trialsim.facts.protocol import TrialProtocol
from trialsim.patients.candidates import findings, generate_candidates
from trialsim.patients.disease import AMYOPATHIC, CLASSIC, ENZYMES, HYPOMYOPATHIC, Entry, Readings
from trialsim.patients.points import Streams
from trialsim.patients.recruitment import recruited
from trialsim.patients.scenario import Scenario
from trialsim.rules.candidate import CandidateArrays
from trialsim.rules.conditions import evaluate
from trialsim.rules.derived import CandidateFacts, stored_needs
from trialsim.rules.eligibility import eligible_mask

_DRAWN = 1 << 12
# The comparisons that hang on the enzymes alone, by the stored facts they take: none.
_NO_STORED_FACT: frozenset[str] = frozenset()


def enrolment_weights(
    entry: Entry, baseline: Readings, protocol: TrialProtocol, scenario: Scenario, replicate: int
) -> NDArray[np.float64]:
    """The chance of each candidate to be enrolled, given the disease; shape (n,).

    Parameters
    ----------
    entry, baseline
        The disease and what was read of it.
    protocol, scenario
        Who may enter, and how common everything else is.
    replicate : int
        Which independent draw of everything else.
    """
    rest = _rest(_without_disease(scenario), replicate)
    answers = np.column_stack([entry.phenotype, _enzyme_answers(baseline, entry, rest, protocol)])
    _, first, which = np.unique(answers, axis=0, return_index=True, return_inverse=True)
    chances = np.array(
        [_chance(int(entry.phenotype[at]), baseline.enzymes[at], entry.uln[at], rest, protocol) for at in first]
    )
    return np.asarray(chances[which.reshape(-1)] * recruited(baseline, scenario), dtype=np.float64)


def _without_disease(scenario: Scenario) -> Scenario:
    return scenario.only("demographics", "phenotype", "steroids", "screening")


@lru_cache(maxsize=32)
def _rest(scenario: Scenario, replicate: int) -> dict[int, CandidateArrays]:
    """Candidates that differ in everything but the disease, once for each phenotype."""
    points = Streams(replicate, _DRAWN)
    drawn = generate_candidates(points, scenario).arrays
    return {
        phenotype: CandidateArrays(
            {**drawn.facts, **findings(points, scenario, np.full(_DRAWN, phenotype))},
            drawn.treatments,
            drawn.enzymes,
            drawn.enzyme_uln,
        )
        for phenotype in (CLASSIC, HYPOMYOPATHIC, AMYOPATHIC)
    }


def _leaves(condition: Condition) -> Iterator[Compare]:
    match condition:
        case Compare():
            yield condition
        case AllOf(parts) | AnyOf(parts) | NoneOf(parts) | KOf(_, parts):
            for part in parts:
                yield from _leaves(part)
        case AnyCourse() | ReadingOf():
            return  # courses of treatment are independent of the disease


def _enzyme_answers(
    baseline: Readings, entry: Entry, rest: dict[int, CandidateArrays], protocol: TrialProtocol
) -> NDArray[np.int8]:
    """What the enzymes say to each comparison that takes nothing else, shape (n, comparisons)."""
    n, some = len(entry.uln), rest[CLASSIC].rows(slice(0, 1))
    arrays = CandidateArrays({}, some.treatments.rows(np.zeros(n, dtype=np.intp)), baseline.enzymes, entry.uln)
    facts = CandidateFacts(arrays)
    answers = [
        evaluate(leaf, facts)
        for criterion in protocol.criteria
        for leaf in _leaves(protocol.condition(criterion))
        if stored_needs(frozenset([leaf.fact.name])) == _NO_STORED_FACT
    ]
    return np.stack(answers, axis=-1) if answers else np.zeros((n, 0), dtype=np.int8)


def enzyme_caps(scenario: Scenario, protocol: TrialProtocol) -> dict[str, Fraction]:
    """Multiples of the upper limit above which nobody is enrolled, by enzyme; not for CK, which the others follow."""
    rest = _rest(_without_disease(scenario), 0)
    uln = rest[CLASSIC].enzyme_uln[0]
    caps: dict[str, Fraction] = {}
    for criterion in protocol.criteria:
        for leaf in _leaves(protocol.condition(criterion)):
            code = leaf.fact.name.removesuffix("_xuln")
            if code not in ENZYMES[1:] or leaf.test not in ("above", "at_most"):
                continue
            cap = Fraction(leaf.values[0])
            k = ENZYMES.index(code)
            beyond = uln[k] * cap.numerator // cap.denominator + 1
            if not any(
                _chance(phenotype, _beyond(uln, k, beyond, ck), uln, rest, protocol)
                for phenotype in rest
                for ck in (uln[0] // 2, uln[0] * beyond)  # a clause may ask whether CK is raised more
            ):
                caps[code] = min(cap, caps.get(code, cap))
    return caps


def _beyond(uln: NDArray[np.int64], k: int, value: int, ck: int) -> NDArray[np.int64]:
    """Enzymes within normal limits, but for CK and for one that has this value."""
    enzymes = uln // 2
    enzymes[[0, k]] = ck, value
    return enzymes


def _chance(
    phenotype: int,
    enzymes: NDArray[np.int64],
    uln: NDArray[np.int64],
    rest: dict[int, CandidateArrays],
    protocol: TrialProtocol,
) -> float:
    """The share of the rest that is eligible with this phenotype and these enzymes."""
    others = rest[phenotype]
    shape = (_DRAWN, len(enzymes))
    mixed = CandidateArrays(
        others.facts, others.treatments, np.broadcast_to(enzymes, shape), np.broadcast_to(uln, shape)
    )
    return float(eligible_mask(mixed, protocol).mean())
