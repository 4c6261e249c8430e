"""The forty candidates of lesson 01 under one wording of the criteria, and twenty thousand more beside them.

A wording is the record's, with another limit for ALT and AST or with one ambiguous clause read in another way.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache, lru_cache
from math import sqrt
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from trialsim.errors import TrialsimError
from trialsim.facts.conditions import plain
from trialsim.facts.protocol import Criterion, TrialProtocol, load_protocol
from trialsim.facts.variation import limits_of, with_limit
from trialsim.patients.cohort import Cohort, generate_cohort
from trialsim.power.estimate import Estimate
from trialsim.rules.candidate import CandidateArrays
from trialsim.rules.eligibility import Screening, screen, verdict_matrix
from trialsim.rules.truth import FALSE, TRUE, UNKNOWN

Verdict = Literal["in", "out", "open"]
Bools = NDArray[np.bool_]

SIZE = 40
MANY = 20_000
_FIRST_SEED = 337
"""The first forty were chosen so that every clause that can be moved has somebody whom it moves."""
_MANY_SEED = 1

LIVER_CRITERION = "EXCL03"
LIVER = ("ALT_xuln", "AST_xuln")
LIMITS: dict[str, float | None] = {"record": None, "3": 3, "5": 5, "none": None}
AS_READ = "as read"
_CK = 0  # its place among the enzymes
_ALT_AST = slice(3, 5)


@cache
def record() -> TrialProtocol:
    """The protocol of the record, read as this workbook reads it."""
    return load_protocol("NCT04946669")


def recorded_limit() -> str:
    """The record's own limit of ALT and AST, in multiples of the upper limit of normal."""
    found = {plain(limits_of(record(), LIVER_CRITERION)[name]) for name in LIVER}
    if len(found) != 1:
        raise TrialsimError("limit", sorted(found), "one limit for ALT and AST")
    return found.pop()


def limit_words(limit: str) -> str:
    """A limit as the controls and the sentences name it."""
    if limit == "none":
        return "none"
    return f"{recorded_limit() if limit == 'record' else limit} x ULN"


@cache
def readings() -> dict[str, str]:
    """Every other reading of one clause, by ``name=option``, in words; the first is no change."""
    other = {
        f"{one.name}={option.name}": f"{_short(one.name)}: {option.name}"
        for one in record().readings
        for option in one.options
        if option.name != one.chosen
    }
    return {AS_READ: "none: read as in this workbook", **other}


def _short(name: str) -> str:
    words = {
        "bohan_peter_level": "Bohan-Peter level",
        "amyopathic": "Amyopathic label after early treatment",
        "failure": "Treatment failure",
        "steroid_equivalence": "Steroid dose",
        "washout": "Washout of biologics",
        "hepatitis": "Hepatitis B and C tests",
        "tuberculosis": "Tuberculosis tests",
        "several_allergies": "Several allergies",
    }
    return words[name]


@cache
def worded(limit: str = "record", reading: str = AS_READ) -> TrialProtocol:
    """The protocol with that limit and that reading."""
    protocol = record()
    if reading != AS_READ:
        name, _, choice = reading.partition("=")
        protocol = protocol.with_reading(name, choice)
    if limit == "record":
        return protocol
    return with_limit(protocol, LIVER_CRITERION, LIVER, LIMITS[limit])


@lru_cache(maxsize=64)
def forty(draw: int = 1) -> Cohort:
    """The forty candidates of one draw."""
    return generate_cohort(SIZE, seed=_FIRST_SEED + draw - 1)


@lru_cache(maxsize=256)
def screened(draw: int = 1, limit: str = "record", reading: str = AS_READ) -> Screening:
    """What one wording makes of the forty."""
    return screen(forty(draw), worded(limit, reading))


def obstacles(screening: Screening) -> tuple[Bools, Bools]:
    """Which criteria stand against whom, and which may once they are known; each (candidates, criteria)."""
    return _obstacles(screening.matrix, screening.protocol)


def _obstacles(matrix: NDArray[np.int8], protocol: TrialProtocol) -> tuple[Bools, Bools]:
    against = np.array([FALSE if one.category == "inclusion" else TRUE for one in protocol.criteria])
    return matrix == against, matrix == UNKNOWN


def verdicts(screening: Screening) -> tuple[Verdict, ...]:
    """May enter, may not, or cannot be decided: nothing sure stands against the candidate, but something is not known."""
    against, unknown = obstacles(screening)
    out, unsure = against.any(axis=1).tolist(), unknown.any(axis=1).tolist()
    return tuple("out" if sure else "open" if maybe else "in" for sure, maybe in zip(out, unsure, strict=True))


def places(screening: Screening) -> tuple[str, ...]:
    """Where each candidate leaves in protocol order, as `code` names it, with ? where something is not known."""
    against, unknown = obstacles(screening)
    found = []
    for sure, maybe in zip(against, unknown, strict=True):
        leaves = np.flatnonzero(sure | maybe)
        mark = "?" if leaves.size and maybe[leaves[0]] else ""
        found.append(code(screening.protocol.criteria[leaves[0]]) + mark if leaves.size else "")
    return tuple(found)


def code(criterion: Criterion) -> str:
    """A criterion in two characters: I1 for INCL01, E3 for EXCL03."""
    return f"{criterion.id[0]}{int(criterion.id[4:])}"


def ck_multiples(arrays: CandidateArrays) -> NDArray[np.float64]:
    """CK of each candidate, in multiples of the upper limit of normal."""
    return np.asarray(arrays.enzymes[:, _CK] / arrays.enzyme_uln[:, _CK])


def liver_multiples(arrays: CandidateArrays) -> NDArray[np.float64]:
    """The higher of ALT and AST of each candidate, in multiples of the upper limit of normal."""
    return np.asarray((arrays.enzymes / arrays.enzyme_uln)[:, _ALT_AST].max(axis=1))


def out_by_limit_alone(draw: int = 1, limit: str = "record", reading: str = AS_READ) -> Bools:
    """Who of the forty would enter if there were no limit for ALT and AST, and does not with this one."""
    now, without = (verdicts(screened(draw, one, reading)) for one in (limit, "none"))
    return np.array([a != "in" and b == "in" for a, b in zip(now, without, strict=True)])


# ---- twenty thousand ------------------------------------------------------------------------------------------------
@cache
def many() -> CandidateArrays:
    """Twenty thousand candidates of the same model, for what forty are too few to show."""
    return generate_cohort(MANY, seed=_MANY_SEED).arrays


@lru_cache(maxsize=64)
def _passed(criterion: Criterion, condition: Any) -> Bools:
    one = replace(criterion, when=condition)
    matrix = verdict_matrix(many(), replace(record(), criteria=(one,)))
    return np.asarray(matrix[:, 0] == (TRUE if criterion.category == "inclusion" else FALSE))


@lru_cache(maxsize=64)
def many_eligible(limit: str = "record", reading: str = AS_READ) -> Bools:
    """Who of the twenty thousand may enter."""
    protocol, mask = worded(limit, reading), np.ones(MANY, bool)
    for one in protocol.criteria:
        mask &= _passed(record().criterion(one.id), protocol.condition(one))
    return mask


def share(mask: Bools) -> Estimate:
    """A share of simulated candidates, with its standard error."""
    value = float(mask.mean())
    return Estimate(value, sqrt(value * (1 - value) / len(mask)))


@lru_cache(maxsize=64)
def many_ck(limit: str = "record", reading: str = AS_READ) -> tuple[Estimate, Estimate | None]:
    """Median CK of those who may enter, and of those whom the limit of ALT and AST alone keeps out (None: nobody)."""
    enters, ck = many_eligible(limit, reading), ck_multiples(many())
    kept_out = many_eligible("none", reading) & ~enters
    return median(ck[enters]), median(ck[kept_out]) if kept_out.any() else None


def median(values: NDArray[np.float64]) -> Estimate:
    """The median, with its standard error.

    The number of values below the true median is binomial with standard deviation half the root of n; so the values
    that many places below and above the middle are two standard errors apart.

    Examples
    --------
    >>> median(np.arange(101.0))
    50.0000 (standard error 5)
    """
    ordered, n = np.sort(values), len(values)
    half = sqrt(n) / 2
    low, high = (int(np.clip(round((n - 1) / 2 + step), 0, n - 1)) for step in (-half, half))
    return Estimate(float(np.median(ordered)), float(ordered[high] - ordered[low]) / 2)
