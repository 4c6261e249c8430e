"""Tables that others open in a spreadsheet: no cell is evaluated there, and no older file is left half written."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pandas as pd

from trialsim.errors import TrialsimError
from trialsim.files import write_whole

# A spreadsheet evaluates a cell that begins with one of these; full-width forms count in some of them.
FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet would evaluate this text.

    Examples
    --------
    >>> looks_like_formula("=1+1"), looks_like_formula("S-001")
    (True, False)
    """
    return text.lstrip(" \u00a0").startswith(FORMULA_MARKS)


def guard(text: str) -> str:
    """The text of a cell as a spreadsheet shows it and never evaluates it: an apostrophe stands before a formula.

    Examples
    --------
    >>> guard("=1+1"), guard("S-001"), unguard(guard("=1+1"))
    ("'=1+1", 'S-001', '=1+1')
    """
    return "'" + text if looks_like_formula(text.lstrip("'")) else text


def unguard(text: str) -> str:
    """The text that `guard` was given."""
    return text[1:] if text.startswith("'") and looks_like_formula(text.lstrip("'")) else text


def save_patients(table: pd.DataFrame, path: str | Path) -> Path:
    """Write a table as a CSV that a spreadsheet can open safely.

    Text that a spreadsheet would evaluate gets an apostrophe before it, which :func:`load_patients` takes away again.
    The file is written beside its name first and then put in its place, so a full disk leaves an older one whole.

    Parameters
    ----------
    table : DataFrame
        Assessments, rows that were set aside, a list of problems, verdicts: any table.
    path : str or Path
        Where to; a file of that name is replaced.

    Returns
    -------
    Path

    Raises
    ------
    TrialsimError
        It is no table, or the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = save_patients(pd.DataFrame({"SUBJID": ["=1+1"], "AVAL": [-0.5]}), folder + "/mine.csv")
    ...     print(file.read_text(encoding="utf-8"))
    SUBJID,AVAL
    '=1+1,-0.5
    <BLANKLINE>
    """
    if not isinstance(table, pd.DataFrame):
        raise TrialsimError("table", table, "a table (pandas DataFrame)")
    return write_whole(path, _as_csv(table))


def _as_csv(table: pd.DataFrame) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([guard(str(name)) for name in table.columns])
    columns = [table[name].astype(object).where(table[name].notna(), None) for name in table.columns]
    for row in zip(*columns, strict=True):
        writer.writerow([_cell(value) for value in row])
    return text.getvalue()


def _cell(value: Any) -> Any:
    return guard(value) if isinstance(value, str) else value
