"""How likely a candidate with a given disease is to be enrolled: what is independent of the disease multiplies in.

Of the disease a protocol sees the phenotype, by what was found at diagnosis, the lung, the time since diagnosis, and
what was read at baseline: the measures of activity and the enzymes. What they say to its comparisons is a pattern, and
there are few; candidates of one pattern all have nearly the same chance that the rest lets them in. So the rest is
drawn a few thousand times for each pattern, not for every candidate.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from fractions import Fraction
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from trialsim.facts.conditions import AnyCourse, Compare, Condition, KOf, ReadingOf, leaves
from trialsim.facts.protocol import TrialProtocol
from trialsim.patients import onset, organs
from trialsim.patients.candidates import ASSESSED, Candidates, read_at_baseline
from trialsim.patients.capped import Replaced
from trialsim.patients.columns import Columns
from trialsim.patients.disease import AMYOPATHIC, CLASSIC, DURATIONS, HYPOMYOPATHIC, Entry
from trialsim.patients.points import Streams, some_of
from trialsim.patients.readings import ENZYMES, SCALES, Readings, upper_limits
from trialsim.patients.recruitment import recruited
from trialsim.patients.scenario import Scenario
from trialsim.rules.candidate_arrays import CandidateArrays, Treatments
from trialsim.rules.conditions import evaluate
from trialsim.rules.derived import CandidateFacts
from trialsim.rules.eligibility import baseline_allows, eligible, needed_facts, of_baseline
from trialsim.rules.values import Bools, Values

# Patterns are many in classic disease and few where muscle is spared.
_DRAWN, _DRAWN_SPARED = 1 << 9, 1 << 11
# The people of all patterns are taken from so many.
_POOL = 1 << 15
_CK = ENZYMES.index("CK")


@dataclass(frozen=True, slots=True, eq=False)
class _Rest:
    """Candidates whose phenotype, lung and readings at baseline are given; they differ in everything else.

    They are a `rules.candidate.FactSource`.
    """

    others: Candidates
    baseline: Readings
    uln: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.others)

    @property
    def slots(self) -> int:
        return self.others.slots

    def fact(self, name: str) -> Values:
        if name in ASSESSED:
            return read_at_baseline(name, self.baseline.of(name))
        if name != "other_myopathy":
            return self.others.fact(name)
        return organs.other_myopathy(self.others, self.baseline.enzymes[:, _CK] <= self.uln[:, _CK])

    def occupied(self, slot: int) -> Bools:
        return self.others.occupied(slot)

    def course(self, name: str, slot: int) -> Values:
        return self.others.course(name, slot)

    def enzyme(self, place: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        return self.baseline.enzymes[:, place], self.uln[:, place]

    def some(self, rows: NDArray[np.intp]) -> _Rest:
        return _Rest(self.others.some(rows), self.baseline.rows(rows), self.uln[rows])


def enrolment_weights(
    entry: Entry, baseline: Readings, protocol: TrialProtocol, scenario: Scenario, replicate: int
) -> NDArray[np.float64]:
    """The chance of each candidate to be enrolled, given the disease; shape (n,).

    Parameters
    ----------
    entry, baseline
        The disease and what was read of it.
    protocol, scenario
        Who is eligible, and how common everything else is.
    replicate : int
        Which independent draw of everything else.
    """
    classic = entry.phenotype == CLASSIC
    calm = baseline.enzymes[:, _CK] <= entry.uln[:, _CK]
    # Only in classic disease does damage hang on how long it has lasted, and a rule on whether CK is calm.
    disease = [entry.phenotype, entry.lung, np.where(classic, entry.duration, -1), classic & calm]
    answers = np.column_stack([*disease, _answers(baseline, entry, protocol)]).astype(np.int8)
    _, first, which = np.unique(_keys(answers), return_index=True, return_inverse=True)
    patterns = answers[first]
    known = _known(_without_disease(scenario), replicate, protocol)
    new = [k for k, pattern in enumerate(patterns) if pattern.tobytes() not in known]
    if new:
        at = first[new]
        chances = _chances(patterns[new], baseline.rows(at), entry.uln[at], protocol, scenario, replicate)
        known.update(zip((patterns[k].tobytes() for k in new), chances.tolist(), strict=True))
    chances = np.array([known[pattern.tobytes()] for pattern in patterns])
    return np.asarray(chances[which.reshape(-1)] * recruited(baseline, scenario), dtype=np.float64)


def _keys(answers: NDArray[np.int8]) -> NDArray[np.int64]:
    """A whole number for each row, the same where all its entries are: sorting these is quicker than sorting rows."""
    keys = np.zeros(len(answers), dtype=np.int64)
    for column in answers.T:
        _, rank = np.unique(column, return_inverse=True)
        keys = keys * (rank.max() + 1) + rank
        if keys.max() > 1 << 50:
            keys = np.unique(keys, return_inverse=True)[1]
    return keys


@lru_cache(maxsize=64)
def _without_disease(scenario: Scenario) -> Scenario:
    return scenario.only("demographics", "phenotype", "history", "organs", "screening")


@lru_cache(maxsize=64)
def _known(scenario: Scenario, replicate: int, protocol: TrialProtocol) -> dict[bytes, float]:
    """Chances that were worked out before, by pattern: filled in as patterns turn up."""
    return {}


def _chances(
    patterns: NDArray[np.int8],
    baseline: Readings,
    uln: NDArray[np.int64],
    protocol: TrialProtocol,
    scenario: Scenario,
    replicate: int,
) -> NDArray[np.float64]:
    """The share of the rest that is eligible, for each pattern with its readings at baseline."""
    allowed = baseline_allows(_of_baseline_alone(baseline, uln), protocol)
    found = np.zeros(len(patterns))
    if allowed.any():
        others, which = _drawn(patterns[allowed], scenario, replicate)
        rest = _Rest(others, baseline.rows(np.flatnonzero(allowed)[which]), uln[allowed][which])
        enter = which[eligible(rest, protocol)[0]]
        found[allowed] = np.bincount(enter, minlength=allowed.sum()) / np.bincount(which)
    return found


def _drawn(patterns: NDArray[np.int8], scenario: Scenario, replicate: int) -> tuple[Candidates, NDArray[np.intp]]:
    """The rest of many candidates, and the pattern that each of them has."""
    edges = np.array([*DURATIONS, 0.0])
    # A class of -1 is any: the last edge stands before the first.
    low, high = edges[patterns[:, 2]], np.where(patterns[:, 2] < 0, 1.0, edges[patterns[:, 2] + 1])
    many = np.where(patterns[:, 0] == CLASSIC, _DRAWN, _DRAWN_SPARED)
    which = np.repeat(np.arange(len(patterns)), many)
    # Where a pattern's people stand in the streams hangs on the pattern alone: its chance is the same whatever other
    # patterns were met before it, or with it.
    starts = np.array([crc32(pattern.tobytes()) % _POOL for pattern in patterns])
    rows = (np.arange(len(which)) + np.repeat(starts - (np.cumsum(many) - many), many)) % _POOL
    points = some_of(Streams(replicate, _POOL), rows)
    columns = Columns()
    columns("phenotype", lambda: patterns[which, 0].astype(np.int64))
    columns("lung", lambda: patterns[which, 1].astype(np.int64))
    since = low[which] + (high - low)[which] * points("diagnosis")
    return Candidates(Replaced(points, {"diagnosis": since}), _without_disease(scenario), columns), which


def _questions(condition: Condition) -> Iterator[Condition]:
    """What a condition asks of the readings at baseline alone; a count of them is one question: patterns stay few."""
    if isinstance(condition, (Compare, KOf)) and of_baseline(condition):
        yield condition
    elif not isinstance(condition, (Compare, AnyCourse, ReadingOf)):
        for part in condition.parts:
            yield from _questions(part)


def _answers(baseline: Readings, entry: Entry, protocol: TrialProtocol) -> NDArray[np.int8]:
    """What the readings at baseline say to each question that takes nothing else, shape (n, questions)."""
    n, facts = len(entry.uln), CandidateFacts(_of_baseline_alone(baseline, entry.uln))
    answers = [
        evaluate(question, facts)
        for criterion in protocol.criteria
        for question in _questions(protocol.condition(criterion))
    ]
    return np.stack(answers, axis=-1) if answers else np.zeros((n, 0), dtype=np.int8)


def _of_baseline_alone(baseline: Readings, uln: NDArray[np.int64]) -> CandidateArrays:
    """Candidates of whom nothing is known but what was read at baseline."""
    untreated = Treatments(*[np.full((len(uln), 0), -1)] * len(fields(Treatments)))
    measures = {name: read_at_baseline(name, baseline.of(name)) for name in ASSESSED}
    return CandidateArrays(measures, untreated, baseline.enzymes, uln)


def enzyme_caps(scenario: Scenario, protocol: TrialProtocol) -> dict[str, Fraction]:
    """Multiples of the upper limit above which nobody is enrolled, by enzyme; not for CK, which the others follow.

    None for a protocol that asks for other readings too: whether anybody is left beyond a limit hangs on these then.
    """
    if needed_facts(protocol) & set(ASSESSED):
        return {}
    # With a calm CK and with a raised one, for a clause may ask whether CK is raised more.
    phenotypes = np.array(
        [[phenotype, onset.CLEAR, -1] for phenotype in (CLASSIC, HYPOMYOPATHIC, AMYOPATHIC) * 2], dtype=np.int8
    )
    uln = upper_limits(scenario, np.ones(len(phenotypes), dtype=bool))
    no_scales = np.zeros((len(phenotypes), len(SCALES)), dtype=np.int64)
    caps: dict[str, Fraction] = {}
    for criterion in protocol.criteria:
        compared = (leaf for leaf in leaves(protocol.condition(criterion)) if isinstance(leaf, Compare))
        for leaf in compared:
            code = leaf.fact.name.removesuffix("_xuln")
            if code not in ENZYMES[1:] or leaf.test not in ("above", "at_most"):
                continue
            cap = Fraction(leaf.values[0])
            beyond = uln // 2
            k = ENZYMES.index(code)
            beyond[:, k] = uln[:, k] * cap.numerator // cap.denominator + 1
            beyond[len(phenotypes) // 2 :, _CK] = (uln[:, _CK] * beyond[:, k])[len(phenotypes) // 2 :]
            if not _chances(phenotypes, Readings(no_scales, beyond), uln, protocol, scenario, 0).any():
                caps[code] = min(cap, caps.get(code, cap))
    return caps
