"""The published numbers, one a row: read from the data folder, every cell checked."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from importlib import resources

import pandas as pd

from trialsim.errors import TrialsimError, check_one_of
from trialsim.facts.evidence_columns import COLUMNS, INTERVAL_NOTES, SPREAD_NOTES, Column

_FILE = "evidence.csv"
_Row = Mapping[str, str]


def evidence() -> pd.DataFrame:
    """Return the published numbers that the workbook rests on, one number a row.

    Returns
    -------
    pandas.DataFrame
        Columns in this order: study, year, arm, kind, population, n, responders, measure, definition, week,
        statistic, value, low, high, spread, unit, note, source, status; what each means stands in
        `trialsim.facts.evidence_columns.COLUMNS`. Whole numbers that may be absent (n, responders, week) are
        nullable integers, low, high and spread are NaN where nothing was printed, absent text is empty. The frame
        is yours: changing it changes nothing for the next call.

    Raises
    ------
    TrialsimError
        If the file was damaged: names the row (the header is row 1) and the column.

    Notes
    -----
    Each row names its own source, and whether it was read there, recalled, or derived.

    Examples
    --------
    >>> numbers = evidence()
    >>> rows = numbers[(numbers["kind"] == "arm") & (numbers["week"] == 12) & (numbers["definition"] == "IMACS-2004")]
    >>> rows[["arm", "responders", "n"]].values.tolist()[1]
    ['delayed start (standard care)', 1, 9]
    """
    return _published().copy()


@cache
def _published() -> pd.DataFrame:
    file = resources.files("trialsim").joinpath("data", _FILE)
    return parse_evidence(file.read_bytes(), _FILE)


def parse_evidence(content: bytes, name: str) -> pd.DataFrame:
    """Return the table that `content`, a CSV file in UTF-8, holds, or refuse it with the row and the column.

    Parameters
    ----------
    content : bytes
        The file.
    name : str
        What to call the file in a message.

    Examples
    --------
    >>> parse_evidence(b"study,jear", "mine.csv")
    Traceback (most recent call last):
    trialsim.errors.TrialsimError: mine.csv row 1, column 2: got 'jear'; allowed: 'year'.
    """
    rows = _rows(content, name)
    seen: dict[tuple[str, ...], int] = {}
    for number, row in enumerate(rows, start=2):
        place = f"{name} row {number}"
        for column in COLUMNS.values():
            _check_cell(f"{place}, column {column.name}", row[column.name], column)
        _check_row(place, row)
        identity = tuple(row[key] for key in ("study", "arm", "population", "n", "measure", "week", "statistic"))
        if identity in seen:
            fix = f"Row {seen[identity]} has the same study, arm, population, n, measure, week and statistic."
            raise TrialsimError(f"{place}, column measure", row["measure"], "each number once", fix)
        seen[identity] = number
    return pd.DataFrame({name: _series([row[name] for row in rows], column) for name, column in COLUMNS.items()})


def _rows(content: bytes, name: str) -> list[dict[str, str]]:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise TrialsimError(f"{name} byte {problem.start + 1}", content[problem.start : problem.end], "UTF-8") from None
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as problem:
        raise TrialsimError(name, str(problem), "comma-separated text, quotation marks in pairs") from None
    names = list(COLUMNS)
    header = lines[0] if lines else []
    for position, (got, wanted) in enumerate(zip(header, names, strict=False), start=1):
        if got != wanted:
            raise TrialsimError(f"{name} row 1, column {position}", got, repr(wanted))
    for number, line in enumerate(lines or [[]], start=1):
        if len(line) != len(names):
            raise TrialsimError(f"{name} row {number}", f"{len(line)} cells", f"{len(names)} cells, one a column")
    return [dict(zip(names, line, strict=True)) for line in lines[1:]]


def _check_cell(place: str, cell: str, column: Column) -> None:
    if cell != cell.strip() or not cell.isprintable():
        raise TrialsimError(place, cell, "one line without blanks at its ends")
    if not cell:
        if column.required:
            allowed = "one of " + ", ".join(column.vocabulary) if column.vocabulary else column.meaning
            raise TrialsimError(place, cell, allowed, "This cell may not be empty.")
    elif column.vocabulary is not None:
        check_one_of(place, cell, [word for word in column.vocabulary if word])
    elif column.holds != "text":
        allowed = "a whole number" if column.holds == "whole" else "a number"
        limits = (f"at least {column.low:,g}", column.low), (f"at most {column.high:,g}", column.high)
        allowed = " ".join([allowed, " and ".join(words for words, limit in limits if math.isfinite(limit))]).strip()
        plain = cell.removeprefix("-").replace(".", "", 1) if column.holds == "number" else cell
        if not (plain.isascii() and plain.isdigit() and column.low <= float(cell) <= column.high):
            raise TrialsimError(place, cell, allowed)


def _check_row(place: str, row: _Row) -> None:
    """Refuse cells that are sound one by one and contradict each other."""

    def wrong(column: str, allowed: str, fix: str = "") -> TrialsimError:
        return TrialsimError(f"{place}, column {column}", row[column], allowed, fix)

    number = {key: Fraction(row[key]) for key in ("n", "responders", "value", "low", "high") if row[key]}
    value = number["value"]
    if number.get("low", value) > value:
        raise wrong("low", f"at most the value, {row['value']}")
    if number.get("high", value) < value:
        raise wrong("high", f"at least the value, {row['value']}")
    for columns, names in ((("low", "high"), INTERVAL_NOTES), (("spread",), SPREAD_NOTES)):
        given = [column for column in columns if row[column]]
        named = [part for part in row["note"].split("; ") if part in names]
        if given and len(named) != 1:
            raise wrong("note", f"one of {', '.join(map(repr, names))}, because column {given[0]} is filled")
        if named and len(given) < len(columns):
            absent = next(column for column in columns if not row[column])
            raise wrong(absent, "a number", f"The note says {named[0]!r}.")
    if "responders" not in number:
        return
    if "n" not in number:
        raise wrong("n", "a number of patients, because responders are given")
    count, n = number["responders"], number["n"]
    if count > n:
        raise wrong("responders", f"at most n, {row['n']}")
    if row["statistic"] == "percent":
        decimals = len(row["value"].partition(".")[2])
        if abs(100 * count / n - value) > Fraction(1, 2 * 10**decimals):
            fix = f"{row['responders']} of {row['n']} is {float(100 * count / n):.{decimals + 1}f} %."
            raise wrong("responders", f"a count that is {row['value']} % of {row['n']}", fix)
    elif row["unit"] == "patients" and count != value:
        raise wrong("responders", f"the value, {row['value']}")


def _series(cells: list[str], column: Column) -> pd.Series:
    if column.holds == "text":
        return pd.Series(cells, dtype=str)
    if column.holds == "number":
        return pd.Series([float(cell) if cell else math.nan for cell in cells], dtype="float64")
    whole = [int(cell) if cell else None for cell in cells]
    return pd.Series(whole, dtype="int64" if column.required else "Int64")
