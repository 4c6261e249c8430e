"""The tidy face of a cohort: arrays become the tables a learner reads."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trialsim.facts.candidate_schema import candidate_schema
from trialsim.facts.core_set import measure
from trialsim.facts.drugs import drugs
from trialsim.facts.population import load_population
from trialsim.patients.adverse_events import KINDS, Events
from trialsim.patients.attendance import attended
from trialsim.patients.readings import ENZYME_PER_UNIT, ENZYMES, PER_UNIT, SCALES, Ints, Readings
from trialsim.patients.weeks import visit_name
from trialsim.rules.candidate_arrays import CandidateArrays
from trialsim.rules.values import FactColumn

# Narrow enough to read, wide enough that the first identifiers do not depend on how many follow.
_DIGITS = 5


def _text(values: Any) -> pd.Series:
    """A column of text, also where it is empty."""
    return pd.Series(values, dtype="str")


def subject_ids(numbers: NDArray[np.int64]) -> NDArray[Any]:
    """Identifiers of candidates by their number, the first being 1."""
    return np.array([f"P{k:0{_DIGITS}d}" for k in numbers], dtype=object)


def subjects(arrays: CandidateArrays, ids: NDArray[Any]) -> pd.DataFrame:
    """One row a candidate, a column for every stored fact they have."""
    columns: dict[str, Any] = {"SUBJID": _text(ids)}
    for fact in candidate_schema().stored():
        if fact.name not in arrays.facts:
            continue  # optional
        columns[fact.name] = _column(arrays.facts[fact.name], fact.kind, fact.categories)
    return pd.DataFrame(columns)


def _column(column: FactColumn, kind: str, categories: tuple[str, ...]) -> Any:
    missing = None if column.known is None else ~column.known
    if kind == "boolean":
        mask = np.zeros(len(column.values), dtype=bool) if missing is None else missing
        return pd.arrays.BooleanArray(column.values.astype(bool), mask)
    if kind == "category":
        words = np.array(categories, dtype=object)[column.values]
        return _text(words if missing is None else np.where(missing, None, words))
    if kind == "whole":
        return (column.values // column.per).astype(np.int64)
    return column.values / column.per


def prior_treatments(arrays: CandidateArrays, ids: NDArray[Any]) -> pd.DataFrame:
    """One row a course of an earlier or present treatment."""
    t = arrays.treatments
    row, slot = np.nonzero(t.drug >= 0)
    code = t.drug[row, slot]
    names: NDArray[Any] = np.array([drug.name for drug in drugs()], dtype=object)[code]
    kinds: NDArray[Any] = np.array([drug.kind for drug in drugs()], dtype=object)[code]
    doses = load_population().doses
    units = np.array([doses[d.name].unit if d.name in doses else "mg/day" for d in drugs()], dtype=object)[code]
    # The usual dose of a biologic is not part of the model, so its record says nothing of it.
    dose = np.where(kinds == "biologic", np.nan, t.dose[row, slot] / 100)
    frame = {
        "SUBJID": _text(ids[row]),
        "drug": _text(names),
        "kind": _text(kinds),
        "dose": dose,
        "unit": _text(np.where(kinds == "biologic", None, units)),
        "current": t.current[row, slot].astype(bool),
    }
    for name in ("weeks", "stable_weeks", "weeks_since_last", "n_improved", "n_worsened"):
        frame[name] = getattr(t, name)[row, slot].astype(np.int64)
    return pd.DataFrame(frame | {"intolerance": t.intolerance[row, slot].astype(bool)})


def assessments(
    readings: Readings, uln: Ints, ids: NDArray[Any], week: float, there: NDArray[np.bool_] | None = None
) -> pd.DataFrame:
    """One row a patient and code, of one visit; only of patients who were `there`."""
    n = len(readings.scales)
    who = np.arange(n) if there is None else np.flatnonzero(there)
    codes = (*SCALES, *ENZYMES)
    values = np.hstack([readings.scales[who] / PER_UNIT, readings.enzymes[who] / ENZYME_PER_UNIT])
    limits = np.hstack([np.full((len(who), len(SCALES)), np.nan), uln[who] / ENZYME_PER_UNIT])
    return pd.DataFrame(
        {
            "SUBJID": _text(np.repeat(ids[who], len(codes))),
            "AVISIT": _text(np.full(len(who) * len(codes), visit_name(week), dtype=object)),
            "AVISITN": np.full(len(who) * len(codes), week, dtype=type(week)),
            "PARAMCD": _text(np.tile(np.array(codes, dtype=object), len(who))),
            "PARAM": _text(np.tile(np.array([measure(code).label for code in codes], dtype=object), len(who))),
            "AVAL": values.ravel(),
            "ANRHI": limits.ravel(),
        }
    )


def stacked(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Visits one under the other, ordered by patient, then visit, then code."""
    both = pd.concat(frames, ignore_index=True)
    return both.sort_values(["SUBJID", "AVISITN"], kind="stable", ignore_index=True)


def steroid_doses(
    doses: NDArray[np.float64], after: tuple[float, ...], leaves: NDArray[np.float64], ids: NDArray[Any]
) -> pd.DataFrame:
    """One row a patient and visit that took place, of baseline and the weeks after it."""
    weeks = np.array([0, *after])
    visits = [visit_name(week) for week in weeks]
    row, visit = np.nonzero(np.column_stack([attended(leaves, week) for week in weeks]))
    return pd.DataFrame(
        {
            "SUBJID": _text(ids[row]),
            "AVISIT": _text(np.array(visits, dtype=object)[visit]),
            "AVISITN": weeks[visit],
            "dose": doses[row, visit],
        }
    )


def adverse_events(events: Events, ids: NDArray[Any]) -> pd.DataFrame:
    """One row an event."""
    row, kind = np.nonzero(events.happened)
    return pd.DataFrame(
        {
            "SUBJID": _text(ids[row]),
            "event": _text(np.array(KINDS, dtype=object)[kind]),
            "serious": events.serious[row, kind],
            "week": events.week[row, kind],
        }
    )


def drop_out(leaves: NDArray[np.float64], last: float, ids: NDArray[Any]) -> pd.DataFrame:
    """One row a patient who left before the last visit."""
    (row,) = np.nonzero(~attended(leaves, last))
    return pd.DataFrame({"SUBJID": _text(ids[row]), "week": np.floor(leaves[row]).astype(np.int64)})
