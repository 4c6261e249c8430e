"""The lines of a table of one's own, wide or long, to visits with values; each line keeps what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial

from trialsim.errors import TrialsimError
from trialsim.exchange.own_cells import ENZYMES, Line, OwnText, Problem, Units, is_missing, read_number, read_value
from trialsim.facts.core_set import item_codes
from trialsim.facts.own_tables import own_table_limits
from trialsim.text import did_you_mean

CODES = tuple(code for code in item_codes() if code != "ENZYME")
_VISITS = ("AVISITN", "AVISIT")
_LONG = ("PARAMCD", "AVAL", "ANRHI")
COLUMNS = ("SUBJID", *_VISITS, *_LONG, "PARAM", *CODES, *(f"{code}_ULN" for code in ENZYMES))
_MAX_WEEKS = 1040
_Read = Callable[[str, str, bool], float | TrialsimError]  # of a measure's code, a cell, whether it is a limit


@dataclass(slots=True)
class Row:
    """One line: whose visit it is, the values it gives (text, value, upper limit), and what is wrong with it.

    `taints` is False where what is wrong says nothing of the patient's other rows.
    """

    line: Line
    subject: str = ""
    week: int | None = None
    values: dict[str, tuple[str, float, float | None]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    taints: bool = True

    def wrong(self, column: str, got: str, allowed: str, fix: str = "") -> None:
        """Note what is wrong in one cell."""
        self.taints = True
        self.problems.append(Problem(self.line.number, column, got, allowed, fix))


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each known column stands, whether the table is long, and what is wrong with the header."""

    place: Mapping[str, int]
    long: bool
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]


def read_header(text: OwnText) -> Columns:
    """Find the columns that are known; the others are left alone and named."""
    place: dict[str, int] = {}
    problems, unread = [], []
    for at, given in enumerate(text.header):
        name = given.upper()
        if name in place:
            problems.append(Problem(text.header_line, given, "two columns of this name", "each column once"))
        elif name in COLUMNS:
            place[name] = at
        elif name == "ENZYME":
            allowed = "the enzymes by their own names: " + ", ".join(ENZYMES)
            problems.append(Problem(text.header_line, given, given, allowed, "Which of them counts is derived."))
        elif near := did_you_mean(name, COLUMNS, 0.75, str):
            problems.append(Problem(text.header_line, given, given, "the template's names", near))
        elif given:
            unread.append(given)
    long = "PARAMCD" in place and "AVAL" in place
    if "SUBJID" not in place:
        problems.append(Problem(text.header_line, "SUBJID", "no such column", "a column SUBJID with the patient's id"))
    if not any(name in place for name in _VISITS):
        allowed = "a column AVISITN with the week of the visit: 0 is the baseline"
        problems.append(Problem(text.header_line, "AVISITN", "no such column", allowed))
    there = [code for code in CODES if code in place]
    if not long and not there:
        allowed = f"columns {', '.join(CODES)}, or PARAMCD with AVAL"
        problems.append(Problem(text.header_line, "PHGA", "no column with a measure", allowed))
    notes = [f"Columns that are not read: {', '.join(name[:40] for name in unread)}."] if unread else []
    lacking = [] if long else [code for code in ("PHGA", "PTGA", "MMT8", "HAQDI", "EMGA") if code not in place]
    if there and lacking:
        notes.append(f"There is no column {' and no column '.join(lacking)}: missing for every patient.")
    return Columns(place, long, tuple(problems), tuple(notes))


def read_rows(text: OwnText, columns: Columns, units: Units) -> list[Row]:
    """Every line as a row."""
    rows = []
    read = cache(partial(_value, units))  # the same text of the same measure is looked at once
    for line in text.lines:
        row = Row(line)
        rows.append(row)
        if line.problem:
            row.wrong("", line.cells[0], "cells in quotation marks that are closed on the same line", line.problem)
            continue
        extra = [cell for cell in line.cells[len(text.header) :] if cell]
        if extra:
            fix = "Decimal commas between commas? Put those cells in quotation marks, or separate cells by semicolons."
            row.wrong("", ", ".join(extra), f"{len(text.header)} cells, as in the header", fix)
            row.subject = line.cells[columns.place["SUBJID"]]  # the other cells may stand under wrong names
            continue
        padded = line.cells + ("",) * (len(text.header) - len(line.cells))
        cells = {name: padded[at] for name, at in columns.place.items()}
        _read_visit(row, cells)
        if columns.long:
            _read_long(row, cells, read)
            continue
        for code in CODES:
            if code in cells:
                _read_measure(row, cells, code, (code, f"{code}_ULN"), read)
    return rows


def _read_long(row: Row, cells: Mapping[str, str], read: _Read) -> None:
    code = cells["PARAMCD"].upper()
    if code not in CODES:
        fix = "Which enzyme counts is derived." if code == "ENZYME" else did_you_mean(code, CODES, show=str)
        allowed = "one of " + ", ".join(CODES) if code != "ENZYME" else "the enzymes by their own names"
        row.wrong("PARAMCD", cells["PARAMCD"], allowed, fix)
        row.taints = bool(fix) or not code  # a measure that is none of ours takes nothing away from the patient
        return
    _read_measure(row, cells, code, ("AVAL", "ANRHI"), read)


def _read_measure(row: Row, cells: Mapping[str, str], code: str, columns: tuple[str, str], read: _Read) -> None:
    """Read the upper limit and the value of one measure; what is wrong is noted in the row."""
    value, limit = (cells.get(column, "") for column in columns)
    upper = None
    if code in ENZYMES and not is_missing(limit):
        upper = _noted(row, columns[1], limit, read(code, limit, True))
    if not is_missing(value):
        found = _noted(row, columns[0], value, read(code, value, False))
        if found is not None:
            row.values[code] = (value, found, upper)


def _noted(row: Row, column: str, cell: str, found: float | TrialsimError) -> float | None:
    """What was found; None where it is a problem, which is noted in the row."""
    if isinstance(found, TrialsimError):
        row.wrong(column, cell, found.allowed, found.fix)
        return None
    return found


def _value(units: Units, code: str, cell: str, limit: bool) -> float | TrialsimError:
    """The value of a cell, or what is wrong with it."""
    try:
        return read_value(code, cell, units, limit=limit)
    except TrialsimError as problem:
        return problem


def _read_visit(row: Row, cells: Mapping[str, str]) -> None:
    subject, longest = cells.get("SUBJID", ""), own_table_limits().max_id_characters
    if is_missing(subject):
        row.wrong("SUBJID", subject, "the patient's id")
    elif len(subject) > longest or not subject.isprintable():
        what = f"at most {longest} characters" if len(subject) > longest else "letters and digits that can be printed"
        row.wrong("SUBJID", subject, what)
    else:
        row.subject = subject
    weeks = {name: _week(row, name, cells[name]) for name in _VISITS if name in cells and not is_missing(cells[name])}
    if not weeks:
        row.wrong("AVISITN", "", "the week of the visit: 0 is the baseline")
    elif len(set(weeks.values())) > 1:
        row.wrong("AVISIT", cells["AVISIT"], f"the visit that AVISITN gives: {cells['AVISITN']}")
    else:
        (row.week,) = set(weeks.values())


def _week(row: Row, column: str, text: str) -> int | None:
    if column == "AVISIT":
        named = re.fullmatch(r"baseline|week ?([0-9]{1,4})", text.lower())
        if named and int(named[1] or 0) <= _MAX_WEEKS:
            return int(named[1] or 0)
        row.wrong(column, text, "Baseline, or Week and a whole number, such as Week 12")
        return None
    try:
        number = read_number(text)
    except TrialsimError as problem:
        row.wrong(column, text, "a whole number of weeks: 0 is the baseline", problem.fix)
        return None
    if number != int(number) or not 0 <= number <= _MAX_WEEKS:
        fix = "Give each visit the week it was planned for." if number != int(number) else ""
        row.wrong(column, text, f"a whole number of weeks from 0 to {_MAX_WEEKS:,}", fix)
        return None
    return int(number)
