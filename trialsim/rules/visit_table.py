"""A tidy table of assessments, checked, as grid values by patient and code at baseline and at one later visit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from trialsim.errors import TrialsimError, check_number, check_one_of
from trialsim.facts.core_set import enzyme_codes, item_codes
from trialsim.facts.reading import Words
from trialsim.rules.grid import MISSING, Ints, to_grid
from trialsim.rules.response import Bools

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("SUBJID", "AVISITN", "PARAMCD", "AVAL")


@dataclass(frozen=True, slots=True, eq=False)
class VisitTable:
    """Grid values by patient: columns of `baseline`, `followup` and `limits` are `codes`.

    Attributes
    ----------
    subjects : ndarray of object, shape (n,)
        SUBJID in the order of first appearance.
    codes : tuple of str
        Every code that may be stored.
    baseline, followup : ndarray of int64, shape (n, codes)
        `MISSING` where there is no value.
    limits : ndarray of int64, shape (n, codes)
        Upper limits of normal at baseline, `MISSING` where there is none.
    attended : ndarray of bool, shape (n,)
        Whether the later visit took place: it has at least one value.
    week : float
        Of the later visit.
    """

    subjects: npt.NDArray[np.object_]
    codes: tuple[str, ...]
    baseline: Ints
    followup: Ints
    limits: Ints
    attended: Bools
    week: float

    def column(self, visit: Ints, code: str) -> Ints:
        """One code's column of `baseline`, `followup` or `limits`."""
        found: Ints = visit[:, self.codes.index(code)]
        return found


def read_visits(assessments: pd.DataFrame, *, mmt8_max: int, week: float = 12) -> VisitTable:
    """Check a tidy table and take baseline and one later visit from it.

    Raises
    ------
    TrialsimError
        A column is missing, a code unknown, a value wrong, a measure given twice at a visit, or a patient has no
        baseline; the message names patient, visit and code.
    """
    import pandas as pd

    if not isinstance(assessments, pd.DataFrame):
        raise TrialsimError("assessments", assessments, "a table (pandas DataFrame) with one row a measurement")
    for column in COLUMNS:
        if column not in assessments.columns:
            raise TrialsimError("assessments", list(assessments.columns), f"columns {', '.join(COLUMNS)} and ANRHI")
    if not len(assessments):
        raise TrialsimError("assessments", Words("a table without rows"), "at least one patient")
    week = check_number("week", week, 0, 10_000, open_low=True)
    patient, subjects = pd.factorize(assessments["SUBJID"])
    if (patient < 0).any():
        raise TrialsimError("assessments: SUBJID", Words(f"nothing in row {int(patient.argmin())}"), "a patient's id")
    names = np.asarray(subjects, dtype=object)
    codes = tuple(code for code in item_codes() if code != "ENZYME")
    code = _code_places(assessments["PARAMCD"], codes)
    weeks = _weeks(assessments["AVISITN"])
    _refuse_twice(patient, names, code, codes, weeks)

    laboratory = enzyme_codes()

    def visit(at: float, column: str, label: str, wanted: Sequence[str] = codes) -> Ints:
        """Grid values of one column at one visit, shape (patients, codes)."""
        grid = np.full((len(names), len(codes)), MISSING, dtype=np.int64)
        there = np.flatnonzero(weeks == at)
        cells = assessments[column].to_numpy()[there]
        for own in wanted:
            k = codes.index(own)
            rows = np.flatnonzero(code[there] == k)
            if len(rows):
                name = _namer(own, names, patient[there][rows], label)
                grid[patient[there][rows], k] = to_grid(own, cells[rows], mmt8_max=mmt8_max, name=name)
        return grid

    baseline, followup = visit(0, "AVAL", "at baseline"), visit(week, "AVAL", f"at week {week:g}")
    measured = (baseline != MISSING).any(axis=1)
    if not measured.all():
        first = names[int(np.argmin(measured))]
        raise TrialsimError(
            f"patient {first}", Words("no value at baseline (AVISITN 0)"), "a baseline visit for every patient"
        )
    has_limits = "ANRHI" in assessments.columns
    limits = visit(0, "ANRHI", "at baseline: ANRHI", laboratory) if has_limits else np.full_like(baseline, MISSING)
    if (limits == 0).any():
        i, k = (int(each) for each in np.argwhere(limits == 0)[0])
        raise TrialsimError(f"{codes[k]} of patient {names[i]}: ANRHI", 0, "U/L above 0")
    return VisitTable(names, codes, baseline, followup, limits, (followup != MISSING).any(axis=1), week)


def _namer(code: str, names: npt.NDArray[np.object_], patient: Ints, label: str) -> Callable[[int], str]:
    return lambda i: f"{code} of patient {names[patient[i]]} {label}"


def _code_places(column: pd.Series[Any], codes: tuple[str, ...]) -> Ints:
    import pandas as pd

    place, found = pd.factorize(column)
    if (place < 0).any():
        raise TrialsimError("assessments: PARAMCD", Words(f"nothing in row {int(place.argmin())}"), ", ".join(codes))
    for each in found:
        if each == "ENZYME":
            raise TrialsimError(
                "assessments: PARAMCD", each, "the enzymes by their own codes", "Which of them counts is derived."
            )
        check_one_of("assessments: PARAMCD", each, codes)
    return np.array([codes.index(each) for each in found], dtype=np.int64)[place]


def _weeks(column: pd.Series[Any]) -> npt.NDArray[np.float64]:
    import pandas as pd

    if not pd.api.types.is_numeric_dtype(column) or column.isna().any():
        wrong = [cell for cell in column if isinstance(cell, str) or cell is None or cell != cell or cell is pd.NA]
        shown = wrong[0] if wrong else str(column.dtype)
        raise TrialsimError("assessments: AVISITN", shown, "weeks as numbers: 0 is the baseline")
    return column.to_numpy(dtype=np.float64)


def _refuse_twice(
    patient: Ints, names: npt.NDArray[np.object_], code: Ints, codes: tuple[str, ...], weeks: npt.NDArray[np.float64]
) -> None:
    import pandas as pd

    visit, visits = pd.factorize(weeks)  # a hash: sorting millions of rows would take longer than judging them
    key = (patient * len(codes) + code) * len(visits) + visit
    counts = np.bincount(key.astype(np.intp, copy=False))
    if counts.max() > 1:
        rest, v = divmod(int(counts.argmax()), len(visits))
        i, k = divmod(rest, len(codes))
        when = "baseline" if visits[v] == 0 else f"week {visits[v]:g}"
        raise TrialsimError(
            f"{codes[k]} of patient {names[i]} at {when}", Words(f"{counts.max()} rows"), "one row a visit and code"
        )
