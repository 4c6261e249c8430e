"""Makes `CandidateArrays` from tidy tables, and refuses what cannot be a patient with patient and column."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trialsim.errors import TrialsimError, check_one_of
from trialsim.facts.candidate_schema import GRID_TOLERANCE, Fact, candidate_schema, check_value
from trialsim.facts.core_set import measure
from trialsim.facts.drugs import drugs
from trialsim.facts.reading import Words
from trialsim.rules.candidate_arrays import CandidateArrays, Treatments
from trialsim.rules.grid import grid_value
from trialsim.rules.values import FactColumn

BASELINE = "Baseline"
NOT_KNOWN = -1


def from_tables(
    subjects: pd.DataFrame,
    prior_treatments: pd.DataFrame,
    assessments: pd.DataFrame,
    *,
    facts: Collection[str] | None = None,
) -> CandidateArrays:
    """Candidates from the three tables a learner sees.

    Parameters
    ----------
    subjects : DataFrame
        One row a candidate: SUBJID and the stored facts of ``data/candidate.toml``, in their public units.
    prior_treatments : DataFrame
        One row a course: SUBJID, drug, kind, dose, unit, current, weeks, stable_weeks, weeks_since_last, n_improved,
        n_worsened, intolerance.
    assessments : DataFrame
        SUBJID, AVISIT, PARAMCD, AVAL, ANRHI; at Baseline the enzymes are used, in U/L, and the measures
        that are needed.
    facts : collection of str, optional
        The facts that are needed; all stored facts unless given. A value that is missing is not known; neither is any
        value of an optional fact whose column is missing.

    Returns
    -------
    CandidateArrays
        In the order of `subjects`.

    Raises
    ------
    TrialsimError
        Naming patient and column: a missing column, a patient twice, a category or drug that does not exist, an age of
        12.5, an enzyme without its upper limit, a treatment of somebody who is not a candidate.

    Examples
    --------
    >>> subjects = pd.DataFrame({"SUBJID": ["1"], "AGE": [44]})
    >>> none = pd.DataFrame(columns=["SUBJID", "drug", "kind", "dose", "unit", "current", "weeks", "stable_weeks",
    ...                              "weeks_since_last", "n_improved", "n_worsened", "intolerance"])
    >>> labs = pd.DataFrame(columns=["SUBJID", "AVISIT", "PARAMCD", "AVAL", "ANRHI"])
    >>> from_tables(subjects, none, labs, facts=["AGE"]).facts["AGE"].values
    array([44], dtype=int32)
    """
    schema = candidate_schema()
    stored = {fact.name: fact for fact in schema.stored()}
    assessed = [fact.name for fact in schema.assessed()]
    wanted = [*stored, *assessed] if facts is None else [check_one_of("facts", x, [*stored, *assessed]) for x in facts]
    measured = [name for name in wanted if name in assessed]
    wanted = [name for name in wanted if name in stored and (name in subjects.columns or not stored[name].optional)]
    _check_columns("subjects", subjects, ["SUBJID", *wanted])
    ids = _subject_ids(subjects)
    columns = {name: _fact_column(stored[name], subjects[name], ids) for name in wanted}
    place = {subject: i for i, subject in enumerate(ids)}
    enzymes, limits = _enzymes(assessments, place)
    columns |= {code: _measure(code, assessments, place) for code in measured}
    return CandidateArrays(columns, _treatments(prior_treatments, place), enzymes, limits)


def _check_columns(table: str, frame: pd.DataFrame, needed: list[str]) -> None:
    for name in needed:
        if name not in frame.columns:
            raise TrialsimError(f"{table}", Words(f"no column {name!r}"), "the columns " + ", ".join(needed))


def _subject_ids(subjects: pd.DataFrame) -> list[str]:
    column = subjects["SUBJID"]
    if column.isna().any():
        raise TrialsimError(f"subjects, row {int(np.argmax(column.isna()))}", Words("no SUBJID"), "an id for every row")
    ids = [str(cell) for cell in column]
    if len(set(ids)) < len(ids):
        twice = column.astype(str)[column.astype(str).duplicated()].iloc[0]
        raise TrialsimError("subjects.SUBJID", twice, "every id once")
    return ids


def _fact_column(fact: Fact, column: pd.Series[Any], ids: list[str]) -> FactColumn:
    steps, known = _steps(fact, column, ids)
    everywhere = None if known.all() else known
    if fact.kind == "boolean":
        return FactColumn(steps == 1, everywhere)
    return FactColumn(steps.astype(np.int32), everywhere, fact.per)


def _steps(fact: Fact, column: pd.Series[Any], ids: list[str]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Whole grid steps, and where they are known: at once for clean columns, value by value to find what is wrong."""
    known = column.notna().to_numpy(bool)
    whole = _clean_steps(fact, column, known)
    if whole is None:
        whole = np.zeros(len(column), np.int64)
        for i in np.flatnonzero(known):
            value = column.iloc[i]
            whole[i] = check_value(f"{fact.name} of patient {ids[i]}", fact, value)
    return whole, known


def _clean_steps(fact: Fact, column: pd.Series[Any], known: NDArray[np.bool_]) -> NDArray[np.int64] | None:
    if fact.kind == "category":
        codes = column.map({category: code for code, category in enumerate(fact.categories)})
        return np.asarray(codes.fillna(0), np.int64) if (codes.notna().to_numpy() == known).all() else None
    is_bool = pd.api.types.is_bool_dtype(column.dtype)
    if fact.kind == "boolean":
        return column.fillna(False).to_numpy(bool).astype(np.int64) if is_bool else None
    if is_bool or not pd.api.types.is_numeric_dtype(column.dtype):
        return None
    values = column.fillna(fact.low).to_numpy(float)
    if not np.isfinite(values).all():
        return None
    steps = np.rint(values * fact.per)
    clean = (np.abs(values * fact.per - steps) <= GRID_TOLERANCE) & (values >= fact.low) & (values <= fact.high)
    return steps.astype(np.int64) if clean.all() else None


def _treatments(frame: pd.DataFrame, place: dict[str, int]) -> Treatments:
    schema = candidate_schema()
    names = ("drug", "dose", "current", "weeks", "stable_weeks", "weeks_since_last", "n_improved", "n_worsened")
    order = (*names, "intolerance")
    _check_columns("prior_treatments", frame, ["SUBJID", "kind", "unit", *order])
    rows, ids = _rows_of("prior_treatments", frame, place)
    slot = pd.Series(rows).groupby(rows).cumcount().to_numpy() if len(rows) else rows
    arrays = {}
    for name in order:
        steps, known = _steps(schema.course[name], frame[name], ids)
        if name == "drug" and not known.all():
            raise TrialsimError(f"drug of patient {ids[int(np.argmin(known))]}", Words("nothing"), "a drug by its name")
        array = np.full((len(place), int(slot.max(initial=0)) + 1), NOT_KNOWN, np.int32)
        array[rows, slot] = np.where(known, steps, NOT_KNOWN)
        arrays[name] = array
    _check_kind_and_unit(frame, ids)
    return Treatments(**arrays)


def _rows_of(table: str, frame: pd.DataFrame, place: dict[str, int]) -> tuple[NDArray[np.int64], list[str]]:
    ids = [str(subject) for subject in frame["SUBJID"]]
    rows = np.array([place.get(subject, NOT_KNOWN) for subject in ids], np.int64)
    if (rows < 0).any():
        stranger = ids[int(np.argmin(rows))]
        raise TrialsimError(f"{table}.SUBJID", stranger, "the SUBJID of a candidate in the table of subjects")
    return rows, ids


def _check_kind_and_unit(frame: pd.DataFrame, ids: list[str]) -> None:
    kinds = {drug.name: drug.kind for drug in drugs()}
    expected = frame["drug"].map(kinds)
    wrong = (frame["kind"] != expected).to_numpy(bool)
    if wrong.any():
        i = int(np.argmax(wrong))
        raise TrialsimError(
            f"kind of {frame['drug'].iloc[i]} of patient {ids[i]}", frame["kind"].iloc[i], expected.iloc[i]
        )
    dosed = frame["dose"].notna()
    units = candidate_schema().dose_units
    daily = (expected == "glucocorticoid") & (frame["unit"] != "mg/day")
    for unfit, allowed in ((~frame["unit"].isin(units), ", ".join(units)), (daily, "mg/day for a glucocorticoid")):
        bad = (dosed & unfit).to_numpy(bool)
        if bad.any():
            i = int(np.argmax(bad))
            where = f"unit of {frame['drug'].iloc[i]} of patient {ids[i]}"
            raise TrialsimError(where, frame["unit"].iloc[i], allowed)


def _at_baseline(
    frame: pd.DataFrame, codes: Collection[str], place: dict[str, int]
) -> tuple[pd.DataFrame, NDArray[np.int64], list[str]]:
    """The rows of these codes at Baseline that hold a value, whose they are, and the names of these."""
    taken = frame[(frame["AVISIT"] == BASELINE) & frame["PARAMCD"].isin(codes) & frame["AVAL"].notna()]
    twice = taken.duplicated(["SUBJID", "PARAMCD"]).to_numpy(bool)
    rows, ids = _rows_of("assessments", taken, place)
    if twice.any():
        i = int(np.argmax(twice))
        raise TrialsimError(f"{taken['PARAMCD'].iloc[i]} of patient {ids[i]}", Words("two baselines"), "one")
    return taken, rows, ids


def _measure(code: str, frame: pd.DataFrame, place: dict[str, int]) -> FactColumn:
    taken, rows, ids = _at_baseline(frame, [code], place)
    values, known = np.zeros(len(place), np.int64), np.zeros(len(place), bool)
    for row, id, value in zip(rows, ids, taken["AVAL"], strict=True):
        values[row], known[row] = grid_value(code, value, where=f"{code} of patient {id}"), True
    return FactColumn(values, known, measure(code).grid)


def _finite(value: object) -> float:
    """A number, or -1 for what is none: below everything that is allowed."""
    is_number = isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)
    return float(value) if is_number and abs(value) < np.inf else float(NOT_KNOWN)  # type: ignore[arg-type]


def _enzymes(frame: pd.DataFrame, place: dict[str, int]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    schema = candidate_schema()
    _check_columns("assessments", frame, ["SUBJID", "AVISIT", "PARAMCD", "AVAL", "ANRHI"])
    enzymes = np.full((len(place), len(schema.enzymes)), NOT_KNOWN, np.int32)
    limits = np.ones_like(enzymes)
    taken, rows, ids = _at_baseline(frame, schema.enzymes, place)
    if taken.empty:
        return enzymes, limits
    columns = taken["PARAMCD"].map({code: i for i, code in enumerate(schema.enzymes)}).to_numpy(np.int64)
    for name, target, least in (("AVAL", enzymes, 0), ("ANRHI", limits, 1)):
        values = np.array([_finite(value) for value in taken[name]])
        steps = np.rint(values * schema.enzyme_per)
        good = (np.abs(values * schema.enzyme_per - steps) <= GRID_TOLERANCE) & (steps >= least) & (steps < 2**31)
        if not good.all():
            i = int(np.argmin(good))
            where = f"{name} of {taken['PARAMCD'].iloc[i]} of patient {ids[i]}"
            allowed = f"U/L in steps of {1 / schema.enzyme_per:g}, " + ("0 or more" if least == 0 else "above 0")
            raise TrialsimError(where, taken[name].iloc[i], allowed)
        target[rows, columns] = steps
    return enzymes, limits
