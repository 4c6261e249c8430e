"""The EULAR/ACR 2017 classification of idiopathic inflammatory myopathies, in tenths of a point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trialsim.errors import TrialsimError, check_number, check_one_of
from trialsim.facts.classification import TENTHS, eular_acr_table

OLDEST = 120


@dataclass(frozen=True, slots=True)
class EularAcr:
    """A classification by EULAR/ACR 2017.

    Attributes
    ----------
    score : float
        Sum of points, exact in tenths.
    probability : float
        From the score; the formula is unverified.
    level : str
        "definite", "probable", "possible" or "none", by the rule asked for.
    subgroup : str or None
        None below "probable", which the paper asks for. The tree is unverified.
    points : tuple of (str, float)
        What each item contributed, the age at onset first.
    reason : str
    """

    score: float
    probability: float
    level: str
    subgroup: str | None
    points: tuple[tuple[str, float], ...]
    reason: str


def score_tenths(onset_age: ArrayLike, present: ArrayLike, biopsy: bool) -> NDArray[np.int64]:
    """Scores in tenths of a point.

    Parameters
    ----------
    onset_age : array_like
        Years at onset, any shape.
    present : array_like of bool, (..., 14)
        Items in the order of the published table.
    biopsy : bool
        Which column of points to use.

    Examples
    --------
    >>> sign_and_papules = [name in ("gottron_sign", "gottron_papules") for name in eular_acr_table().items]
    >>> int(score_tenths(45, sign_and_papules, biopsy=False))
    75
    """
    table, column = eular_acr_table(), int(biopsy)
    points = np.array([item.tenths[column] for item in table.items.values()])
    borders = [age.years for age in table.ages]
    by_age = np.array([0, *(age.tenths[column] for age in table.ages)])
    age_points = by_age[np.searchsorted(borders, np.asarray(onset_age), side="right")]
    return np.asarray(age_points + (np.asarray(present, np.int64) * points).sum(axis=-1))


def eular_acr_2017(*, onset_age: float, biopsy: bool = False, rule: str = "score", **items: bool | None) -> EularAcr:
    """Classify one patient by EULAR/ACR 2017.

    Parameters
    ----------
    onset_age : float
        Age in years at the first symptom assumed to be of the disease.
    biopsy : bool
        Whether a muscle biopsy is used; it has points of its own for every item.
    rule : {"score", "probability"}
        The score rule compares the printed scores, the probability rule the printed probabilities; they clash at the
        edges (a score of 7.5 is definite, its probability of 0.8975 only probable).
    **items : bool or None
        ``proximal_arms proximal_legs neck_flexors legs_proximal heliotrope gottron_papules gottron_sign dysphagia jo1
        enzymes``, with biopsy also ``endomysial perimysial perifascicular vacuoles``. An item that is None or not
        given scores nothing. `enzymes`: CK, LDH, AST or ALT above the upper limit; aldolase does not count.

    Raises
    ------
    TrialsimError
        For an unknown item, a value that is not True, False or None, or a biopsy finding without a biopsy.

    Notes
    -----
    Only when no better explanation exists. Source of the points: Lundberg et al. 2017. The formula of the probability
    and the tree of subgroups are unverified, see ``data/classification/eular_acr_2017.toml``. Finger flexor weakness,
    which the tree asks for in inclusion body myositis, is not among the items: without a rash and without vacuoles the
    subgroup is polymyositis.

    Examples
    --------
    >>> found = eular_acr_2017(onset_age=45, gottron_sign=True, gottron_papules=True)
    >>> found.score, found.level, found.subgroup
    (7.5, 'definite', 'amyopathic dermatomyositis')
    >>> eular_acr_2017(onset_age=45, gottron_sign=True, gottron_papules=True, rule="probability").level
    'probable'
    """
    table = eular_acr_table()
    check_one_of("rule", rule, ("score", "probability"))
    age = check_number("onset_age", onset_age, 0, OLDEST)
    _check_flag("biopsy", biopsy)
    for name, value in items.items():
        check_one_of("item", name, table.items)
        if value is not None:
            _check_flag(name, value)
    if not biopsy and (found := [name for name in table.named("biopsy") if items.get(name)]):
        raise TrialsimError(found[0], True, "biopsy findings only with biopsy=True", "Say that a biopsy was taken.")
    present = [bool(items.get(name)) for name in table.items]
    tenths = int(score_tenths(age, present, biopsy))
    probability = 1 / (1 + exp(table.probability.offset[biopsy] - tenths / TENTHS))
    level = _level(tenths, probability, biopsy, rule)
    subgroup = _subgroup(age, items) if level in ("definite", "probable") else None
    points = _points(age, items, biopsy)
    counted = ", ".join(f"{name} {value:g}" for name, value in points if value) or "nothing counts"
    reason = (
        f"{counted}; score {tenths / TENTHS:g}, probability {probability:.4f} (unverified); {level} by the {rule} rule"
    )
    if subgroup:
        reason += f"; {subgroup} (tree unverified)"
    return EularAcr(tenths / TENTHS, probability, level, subgroup, points, reason)


def _level(tenths: int, probability: float, biopsy: bool, rule: str) -> str:
    for level in eular_acr_table().levels:
        if tenths >= level.tenths[biopsy] if rule == "score" else probability >= level.probability:
            return level.name
    return "none"


def _points(age: float, items: Mapping[str, bool | None], biopsy: bool) -> tuple[tuple[str, float], ...]:
    table = eular_acr_table()
    nothing = [False] * len(table.items)
    of_age = ("onset_age", int(score_tenths(age, nothing, biopsy)) / TENTHS)
    of_items = ((item.name, item.tenths[biopsy] / TENTHS) for item in table.items.values() if items.get(item.name))
    return (of_age, *of_items)


def _subgroup(age: float, items: Mapping[str, bool | None]) -> str:
    table = eular_acr_table()
    rash = any(items.get(name) for name in table.named("skin"))
    if age < table.subgroups.adult_from:
        return "juvenile dermatomyositis" if rash else "other juvenile myositis"
    if rash:
        weak = any(items.get(name) for name in table.named("weakness"))
        return "dermatomyositis" if weak else "amyopathic dermatomyositis"
    return "inclusion body myositis" if items.get("vacuoles") else "polymyositis"


def _check_flag(name: str, value: Any) -> None:
    if not isinstance(value, (bool, np.bool_)):
        raise TrialsimError(name, value, "True or False" + ("" if name == "biopsy" else ", or None (not known)"))
