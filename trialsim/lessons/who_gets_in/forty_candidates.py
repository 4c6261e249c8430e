"""The forty candidates of lesson 01 under one wording of the criteria, and twenty thousand more beside them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, lru_cache
from math import sqrt
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from trialsim.facts.conditions import Condition
from trialsim.facts.core_set import core_set
from trialsim.facts.protocol import TrialProtocol
from trialsim.facts.trial_protocol import Criterion
from trialsim.lessons.who_gets_in.criteria_wording import AS_READ, code, record, worded
from trialsim.patients.cohort import Cohort, generate_cohort
from trialsim.power.estimated_chance import Estimate
from trialsim.rules.candidate_arrays import CandidateArrays
from trialsim.rules.eligibility import Screening, screen, verdict_matrix
from trialsim.rules.truth import FALSE, TRUE, UNKNOWN

Verdict = Literal["in", "out", "open"]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

SIZE = 40
MANY = 20_000
FIRST_SEED = 1351
"""The first forty were chosen so that the clauses that the lesson moves have somebody whom they move."""
_MANY_SEED = 1
_CK, _AST, _ALT = 0, 3, 4  # their places among the enzymes


@lru_cache(maxsize=64)
def forty(draw: int = 1) -> Cohort:
    """The forty candidates of one draw."""
    return generate_cohort(SIZE, seed=FIRST_SEED + draw - 1)


@lru_cache(maxsize=256)
def screened(draw: int = 1, limit: str = "record", reading: str = AS_READ) -> Screening:
    """What one wording makes of the forty."""
    return screen(forty(draw), worded(limit, reading))


def obstacles(screening: Screening) -> tuple[Bools, Bools]:
    """Which criteria stand against whom, and which are not known; each (candidates, criteria)."""
    against = np.array([FALSE if each.category == "inclusion" else TRUE for each in screening.protocol.criteria])
    return np.asarray(screening.matrix == against), np.asarray(screening.matrix == UNKNOWN)


def verdicts(screening: Screening) -> tuple[Verdict, ...]:
    """Who is eligible, who is not, and who cannot be decided: nothing sure stands against, something is unknown."""
    against, unknown = obstacles(screening)
    words: tuple[Verdict, ...] = ("in", "open", "out")
    sure, unsure = against.any(axis=1), unknown.any(axis=1)
    return tuple(words[at] for at in np.where(sure, 2, np.where(unsure, 1, 0)))


def places(screening: Screening) -> tuple[str, ...]:
    """Where each candidate leaves in protocol order, by code, with ? where something is not known; "" for nowhere."""
    against, unknown = obstacles(screening)
    found = []
    for sure, maybe in zip(against, unknown, strict=True):
        leaves = np.flatnonzero(sure | maybe)
        mark = "?" if leaves.size and maybe[leaves[0]] else ""
        found.append(code(screening.protocol.criteria[leaves[0]]) + mark if leaves.size else "")
    return tuple(found)


def ck_multiples(arrays: CandidateArrays) -> Floats:
    """CK of each candidate, in multiples of the upper limit of normal."""
    return np.asarray((arrays.enzymes / arrays.enzyme_uln)[:, _CK])


def liver_multiples(arrays: CandidateArrays) -> Floats:
    """The higher of ALT and AST of each candidate, in multiples of the upper limit of normal."""
    return np.asarray((arrays.enzymes / arrays.enzyme_uln)[:, [_AST, _ALT]].max(axis=1))


def scale(cohort: Cohort, measure: str) -> Floats:
    """One clinical measure of each candidate at baseline, in its public unit."""
    table = cohort.assessments
    return table.loc[table["PARAMCD"] == measure, "AVAL"].to_numpy(float)


def muscle_is_well(cohort: Cohort) -> Bools:
    """Who shows no muscle disease: full strength, a HAQ-DI of 0, none of the five enzymes above its upper limit."""
    full = float(dict(zip(core_set()["code"], core_set()["high"], strict=True))["MMT8"])
    normal = (cohort.arrays.enzymes <= cohort.arrays.enzyme_uln).all(axis=1)
    return np.asarray((scale(cohort, "MMT8") == full) & (scale(cohort, "HAQDI") == 0) & normal)


def out_by_limit_alone(draw: int = 1, limit: str = "record", reading: str = AS_READ) -> Bools:
    """Who of the forty would enter if there were no limit for ALT and AST, and does not with this one."""
    now, without = (verdicts(screened(draw, each, reading)) for each in (limit, "none"))
    return np.array([a != "in" and b == "in" for a, b in zip(now, without, strict=True)])


# ---- twenty thousand ------------------------------------------------------------------------------------------------
@cache
def many() -> Cohort:
    """Twenty thousand candidates of the same model, for what forty are too few to show."""
    return generate_cohort(MANY, seed=_MANY_SEED)


@lru_cache(maxsize=64)
def _passed(criterion: Criterion, condition: Condition) -> Bools:
    alone: TrialProtocol = replace(record(), criteria=(replace(criterion, when=condition),))
    wanted = TRUE if criterion.category == "inclusion" else FALSE
    return np.asarray(verdict_matrix(many().arrays, alone)[:, 0] == wanted)


@lru_cache(maxsize=64)
def many_eligible(limit: str = "record", reading: str = AS_READ) -> Bools:
    """Who of the twenty thousand is eligible; a criterion that is worded as before is not judged again."""
    protocol, mask = worded(limit, reading), np.ones(MANY, bool)
    for criterion in protocol.criteria:
        mask &= _passed(record().criterion(criterion.id), protocol.condition(criterion))
    return mask


def share(mask: Bools) -> Estimate:
    """A share of simulated candidates, with its standard error."""
    value = float(mask.mean())
    return Estimate(value, sqrt(value * (1 - value) / len(mask)))


@lru_cache(maxsize=64)
def many_ck(limit: str = "record") -> tuple[Estimate, Estimate | None]:
    """Median CK of the eligible, and of those whom the limit of ALT and AST alone keeps out (None: nobody)."""
    enters, ck = many_eligible(limit), ck_multiples(many().arrays)
    kept_out = many_eligible("none") & ~enters
    return median(ck[enters]), median(ck[kept_out]) if kept_out.any() else None


def median(values: Floats) -> Estimate:
    """The median, with its standard error.

    The number of values below the true median is binomial with standard deviation half the root of n; so the values
    that many places below and above the middle are two standard errors apart.

    Examples
    --------
    >>> found = median(np.arange(101.0))
    >>> found.value, found.standard_error
    (50.0, 5.0)
    """
    ordered, n = np.sort(values), len(values)
    half = sqrt(n) / 2
    low, high = (int(np.clip(round((n - 1) / 2 + step), 0, n - 1)) for step in (-half, half))
    return Estimate(float(np.median(ordered)), float(ordered[high] - ordered[low]) / 2)
