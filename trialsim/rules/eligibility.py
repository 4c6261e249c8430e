"""Who is eligible: the criteria of a protocol, candidate by candidate, and how many each removes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trialsim.errors import TrialsimError
from trialsim.facts.candidate_schema import candidate_schema
from trialsim.facts.conditions import AllOf, AnyCourse, AnyOf, Compare, Condition, NoneOf, ReadingOf, facts_of
from trialsim.facts.protocol import TrialProtocol, check_protocol
from trialsim.rules.candidate_arrays import CandidateArrays, FactSource
from trialsim.rules.candidate_tables import from_tables
from trialsim.rules.conditions import arranged, effort, evaluate
from trialsim.rules.derived import CandidateFacts, stored_needs
from trialsim.rules.reasons import reasons
from trialsim.rules.truth import FALSE, TRUE, UNKNOWN

ROWS_AT_ONCE = 1 << 15  # so that what is worked on stays in the processor's cache
MAX_REASONS = 3
# Picking out who is still in costs something; it pays before a condition of some effort, if not nearly all are.
_MOST, _A_LOOK = 0.8, 3


class Candidates(Protocol):
    """What `screen` asks of a cohort."""

    @property
    def subjects(self) -> pd.DataFrame:
        """One row a candidate."""

    @property
    def prior_treatments(self) -> pd.DataFrame:
        """One row a course."""

    @property
    def assessments(self) -> pd.DataFrame:
        """One row a patient, visit and code."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Screening:
    """What the criteria of a protocol made of some candidates.

    Attributes
    ----------
    subjids : tuple of str
    protocol : TrialProtocol
    matrix : array of int8, (n, criteria)
        0 the wording is false of the candidate, 1 unknown, 2 true.
    verdicts : DataFrame
        One row per candidate and criterion: SUBJID, IETESTCD, IECAT, met (nullable boolean), reason.
    attrition : DataFrame
        In protocol order, each candidate leaving at the first criterion that is not satisfied: IETESTCD, IECAT,
        criterion, n_before, n_failed (inclusion not met, or exclusion met), n_unknown, n_after.
    eligible : tuple of str
        SUBJID of those with every inclusion criterion true and every exclusion criterion false.
    """

    subjids: tuple[str, ...]
    protocol: TrialProtocol
    matrix: NDArray[np.int8]
    arrays: CandidateArrays
    _made: dict[str, pd.DataFrame] = field(default_factory=dict)

    @property
    def eligible(self) -> tuple[str, ...]:
        """SUBJID of the eligible."""
        passed = _passed(self.matrix, self.protocol).all(axis=1)
        return tuple(self.subjids[i] for i in np.flatnonzero(passed))

    @property
    def attrition(self) -> pd.DataFrame:
        """How many each criterion removes, in protocol order."""
        passed = _passed(self.matrix, self.protocol)
        still_in = np.ones(len(self.subjids), bool)
        rows = []
        for j, each in enumerate(self.protocol.criteria):
            before = int(still_in.sum())
            unknown = int((still_in & (self.matrix[:, j] == UNKNOWN)).sum())
            still_in = still_in & passed[:, j]
            after = int(still_in.sum())
            rows.append((each.id, each.category.upper(), each.label, before, before - after - unknown, unknown, after))
        columns = ["IETESTCD", "IECAT", "criterion", "n_before", "n_failed", "n_unknown", "n_after"]
        return pd.DataFrame(rows, columns=columns)

    @property
    def verdicts(self) -> pd.DataFrame:
        """Every verdict with its reason; worked out when first asked for."""
        if "verdicts" not in self._made:
            self._made["verdicts"] = _verdicts(self)
        return self._made["verdicts"].copy()

    def __repr__(self) -> str:
        counts = f"{len(self.subjids)} screened, {len(self.eligible)} eligible"
        return f"Screening({self.protocol.id}: {counts})\n{self.attrition.to_string(index=False)}"

    def _repr_html_(self) -> str:
        head = f"<p>{len(self.subjids)} screened for {self.protocol.id}, {len(self.eligible)} eligible.</p>"
        return head + str(self.attrition.to_html(index=False))


def screen(cohort: Candidates, protocol: TrialProtocol) -> Screening:
    """Judge every candidate by every criterion of a protocol.

    Parameters
    ----------
    cohort : Cohort
        Anything with the tables `.subjects`, `.prior_treatments` and `.assessments`; its `.arrays`, if it has them,
        are used instead.
    protocol : TrialProtocol

    Returns
    -------
    Screening

    Raises
    ------
    TrialsimError
        If a table holds what cannot be a patient, naming patient and column.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from trialsim.facts.protocol import load_protocol
    >>> from trialsim.rules.examples import example_facts
    >>> protocol = load_protocol("NCT04946669")
    >>> young = example_facts(protocol.criteria[0].examples[1]).source
    >>> screened = screen(SimpleNamespace(subjects=pd.DataFrame({"SUBJID": ["1"]}), arrays=young), protocol)
    >>> screened.verdicts.reason[0]
    'age 17 years, not at least 18'
    """
    check_protocol(protocol)
    if not hasattr(cohort, "subjects"):
        raise TrialsimError("cohort", cohort, "a cohort, as generate_cohort gives it, or anything with the same tables")
    arrays: CandidateArrays | None = getattr(cohort, "arrays", None)
    if arrays is None:
        arrays = from_tables(
            cohort.subjects, cohort.prior_treatments, cohort.assessments, facts=sorted(needed_facts(protocol))
        )
    subjids = tuple(str(subject) for subject in cohort.subjects["SUBJID"])
    return Screening(subjids, protocol, verdict_matrix(arrays, protocol), arrays)


def needed_facts(protocol: TrialProtocol) -> frozenset[str]:
    """The stored facts of a candidate that the criteria of a protocol take."""
    asked = frozenset().union(*(facts_of(protocol.condition(criterion)) for criterion in protocol.criteria))
    return stored_needs(asked)


def verdict_matrix(arrays: CandidateArrays, protocol: TrialProtocol) -> NDArray[np.int8]:
    """Truth of every criterion's wording, (n, criteria): 0 false, 1 unknown, 2 true."""
    conditions = [protocol.condition(criterion) for criterion in protocol.criteria]
    matrix = np.empty((len(arrays), len(conditions)), np.int8)
    for rows in _blocks(len(arrays)):
        facts = CandidateFacts(arrays.rows(rows))
        for j, condition in enumerate(conditions):
            matrix[rows, j] = evaluate(condition, facts)
    return matrix


def eligible_mask(arrays: CandidateArrays, protocol: TrialProtocol) -> NDArray[np.bool_]:
    """Who is eligible, n booleans: every inclusion criterion true, every exclusion criterion false."""
    mask = np.zeros(len(arrays), bool)
    for rows in _blocks(len(arrays)):
        mask[rows.start + eligible(arrays.rows(rows), protocol)[0]] = True
    return mask


def eligible(source: FactSource, protocol: TrialProtocol) -> tuple[NDArray[np.intp], FactSource]:
    """Who is eligible: their places, in order, and the same source of their facts alone.

    Nobody is asked more once a criterion shuts them out.
    """
    left, still_in = np.arange(len(source)), np.ones(len(source), bool)
    for condition, wanted, hard in _demands(protocol):
        if hard and np.count_nonzero(still_in) < _MOST * len(source):
            chosen = np.flatnonzero(still_in)
            left, source, still_in = left[chosen], source.some(chosen), np.ones(len(chosen), bool)
        if not len(left):
            break
        still_in &= evaluate(condition, CandidateFacts(source)) == wanted
    chosen = np.flatnonzero(still_in)
    return left[chosen], source.some(chosen)


def baseline_allows(source: FactSource, protocol: TrialProtocol) -> NDArray[np.bool_]:
    """Whom nothing shuts out that hangs on the readings at baseline alone, n booleans; the source need know no more."""
    allowed, facts = np.ones(len(source), bool), CandidateFacts(source)
    for condition, wanted, _ in _demands(protocol):
        if of_baseline(condition):
            allowed &= evaluate(condition, facts) == wanted
    return allowed


def of_baseline(condition: Condition) -> bool:
    """Whether a condition takes nothing but what was read at baseline: measures of activity, enzymes."""
    if isinstance(condition, Compare):
        return stored_needs(frozenset([condition.fact.name])) <= {fact.name for fact in candidate_schema().assessed()}
    return not isinstance(condition, (AnyCourse, ReadingOf)) and all(map(of_baseline, condition.parts))


@lru_cache(maxsize=64)
def _demands(protocol: TrialProtocol) -> tuple[tuple[Condition, np.int8, bool], ...]:
    """What all must hold of an eligible candidate, taken apart as far as it goes, the least effort first.

    A condition, the truth it must have, and whether it takes more than a look at each candidate.
    """
    found: list[tuple[Condition, np.int8]] = []
    for criterion in protocol.criteria:
        found += _parts(arranged(protocol.condition(criterion)), _wanted(criterion.category))
    ordered = sorted(found, key=lambda demand: effort(demand[0]))
    return tuple((condition, wanted, effort(condition) > _A_LOOK) for condition, wanted in ordered)


def _parts(condition: Condition, wanted: np.int8) -> Iterator[tuple[Condition, np.int8]]:
    """The conditions that must all be as wanted for this one to be so."""
    match condition:
        case NoneOf(parts):
            yield from _parts(AnyOf(parts), TRUE - wanted)
        case AllOf(parts) if wanted == TRUE:
            for part in parts:
                yield from _parts(part, wanted)
        case AnyOf(parts) if wanted == FALSE:
            for part in parts:
                yield from _parts(part, wanted)
        case _:
            yield condition, wanted


def _wanted(category: str) -> np.int8:
    return TRUE if category == "inclusion" else FALSE


def _passed(matrix: NDArray[np.int8], protocol: TrialProtocol) -> NDArray[np.bool_]:
    return np.asarray(matrix == np.array([_wanted(criterion.category) for criterion in protocol.criteria]))


def _blocks(n: int) -> list[slice]:
    return [slice(start, min(start + ROWS_AT_ONCE, n)) for start in range(0, n, ROWS_AT_ONCE)]


def _verdicts(screening: Screening) -> pd.DataFrame:
    facts = CandidateFacts(screening.arrays)
    columns: dict[str, list[Any]] = {"SUBJID": [], "IETESTCD": [], "IECAT": [], "reason": []}
    for criterion in screening.protocol.criteria:
        _, leaves = reasons(screening.protocol.condition(criterion), facts)
        columns["SUBJID"] += screening.subjids
        columns["IETESTCD"] += [criterion.id] * len(leaves)
        columns["IECAT"] += [criterion.category.upper()] * len(leaves)
        columns["reason"] += [_sentence(parts) for parts in leaves]
    met = screening.matrix.T.ravel()
    frame = pd.DataFrame(columns)
    frame.insert(3, "met", pd.Series(pd.arrays.BooleanArray(met == TRUE, met == UNKNOWN)))
    n, k = screening.matrix.shape
    by_candidate = np.arange(n * k).reshape(k, n).T.ravel()
    return frame.iloc[by_candidate].reset_index(drop=True)


def _sentence(parts: tuple[str, ...]) -> str:
    # two comparisons of one fact may say the same of it, one of them more: "none", and "none, not steroid myopathy"
    parts = tuple(part for part in parts if not any(part.startswith(f"{said},") for said in parts))
    more = len(parts) - MAX_REASONS
    return "; ".join(parts[:MAX_REASONS]) + (f"; and {more} more" if more > 0 else "")
