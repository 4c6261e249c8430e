"""Results of a sweep on disk: a CSV that a later sweep goes on from."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from trialsim.errors import TrialsimError
from trialsim.facts.reading import Words
from trialsim.files import check_path, read_local_file, write_whole
from trialsim.patients.scenario import Scenario
from trialsim.power.sweep import RESULTS
from trialsim.safe_csv import as_csv, unguard

MAX_SWEEP_BYTES = 64_000_000
_TEXTS = ("definition", "design")
_ENDS = [*_TEXTS, *RESULTS]
_MAX_COLUMNS = len(fields(Scenario)) + len(_ENDS)
_MAX_SHOWN_COLUMNS = 12
_FIX = "Use what sweep() returned."


def save_sweep(frame: pd.DataFrame, path: str | Path) -> Path:
    """Write the rows of a sweep to a CSV; every number comes back to the last digit.

    The file is written beside its name first and then put in its place, so a full disk leaves the old one whole. The
    name of a design that a spreadsheet would evaluate gets an apostrophe, which `load_sweep` takes away again.

    Raises
    ------
    TrialsimError
        If it is no table of a sweep, or the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> frame = pd.DataFrame([[0.1, "IMACS-2004", "n = 20", 0.4, 0.0002, 0.25, 0.001]], columns=["drug_effect", *_ENDS])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     load_sweep(save_sweep(frame, folder + "/sweep.csv")).equals(frame)
    True
    """
    file = check_path(path)
    if not isinstance(frame, pd.DataFrame):
        raise TrialsimError("frame", frame, "a table of results", _FIX)
    _check("frame", list(frame.columns), [frame.iloc[:, at].tolist() for at in range(frame.shape[1])])
    text = as_csv(frame)
    _read(text, "frame")  # what could not be read again is not written
    return write_whole(file, text)


def load_sweep(path: str | Path) -> pd.DataFrame:
    """Read the rows of a sweep from a CSV on this machine, for `sweep(..., done=...)`.

    Raises
    ------
    TrialsimError
        If the file cannot be read, is larger than 64 MB or is none that `save_sweep` wrote; the message names row and
        column.

    Examples
    --------
    >>> load_sweep("no-such-file.csv")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    trialsim.errors.TrialsimError: path: got 'no-such-file.csv'; allowed: a sweep that can be read. There is no such ...
    """
    content = read_local_file(path, MAX_SWEEP_BYTES, "sweep")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        fix = "It is no text: packed, or written by another program."
        raise TrialsimError("path", str(path), "a CSV that save_sweep wrote", fix) from None
    if not text.strip():
        raise TrialsimError("path", str(path), "a CSV that save_sweep wrote", "It is empty.")
    return _read(text, Path(path).name)


def _read(text: str, name: str) -> pd.DataFrame:
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    allowed = "a CSV that save_sweep wrote"
    try:
        header = [unguard(cell) for cell in next(rows, [])]
        _check_columns(name, header)
        columns: list[list[str]] = [[] for _ in header]
        for row in rows:
            if len(row) != len(header):
                raise TrialsimError(f"{name} row {rows.line_num}", Words(f"{len(row)} cells"), f"{len(header)} cells")
            for column, cell in zip(columns, row, strict=True):
                column.append(cell)
    except csv.Error as problem:
        raise TrialsimError(f"{name} row {rows.line_num}", Words("no CSV"), allowed, f"{problem}.") from None
    values = [
        [unguard(cell) for cell in column] if head in _TEXTS else column
        for head, column in zip(header, columns, strict=True)
    ]
    return pd.DataFrame(dict(zip(header, _check(name, header, values), strict=True)))


def _check_columns(where: str, names: Sequence[Any]) -> None:
    shown = [*names[:_MAX_SHOWN_COLUMNS], *(["..."] if len(names) > _MAX_SHOWN_COLUMNS else [])]
    if list(names[-len(_ENDS) :]) != _ENDS:
        raise TrialsimError(where, shown, f"varied fields, then {', '.join(_ENDS)}", _FIX)
    if len(names) > _MAX_COLUMNS or len(set(names)) < len(names) or not all(isinstance(name, str) for name in names):
        raise TrialsimError(where, shown, f"at most {_MAX_COLUMNS} columns, each named once", _FIX)


def _check(where: str, names: Sequence[str], columns: Sequence[Sequence[Any]]) -> list[Any]:
    """The columns with numbers as such; raise where one is none, or is a chance that cannot be."""
    _check_columns(where, names)
    checked: list[Any] = []
    for name, values in zip(names, columns, strict=True):
        if name in _TEXTS:
            wrong = next((at for at, value in enumerate(values) if not isinstance(value, str)), None)
            checked.append(pd.Series(list(values), dtype="str") if wrong is None else values)
            allowed = "text"
        else:
            numbers = np.array([_number(value) for value in values], dtype=np.float64)
            low, high = (0.0, 1.0) if name in RESULTS else (-np.inf, np.inf)
            fits = np.isfinite(numbers) & (numbers >= low) & (numbers <= high)
            wrong = None if fits.all() else int(np.argmin(fits))
            checked.append(numbers)
            allowed = "a number from 0 to 1" if name in RESULTS else "a number"
        if wrong is not None:
            raise TrialsimError(f"{where} row {wrong + 2}, column {name}", values[wrong], allowed)
    return checked


def _number(value: Any) -> float:
    """The number, to the last digit because it names its cell; what is none becomes not-a-number."""
    if isinstance(value, bool) or (isinstance(value, str) and ("_" in value or len(value) > 40)):
        return np.nan
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return np.nan
