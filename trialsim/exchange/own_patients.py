"""A table of one's own patients: what can be judged, what is wrong by row and column, and every row that was set aside.

>>> from trialsim.facts.own_tables import template
>>> own = load_patients(template("wide").encode())
>>> own
OwnPatients(2 patients in 4 rows; nothing refused)
>>> own.verdicts(["IMACS-2004"])["response"].tolist()
[True, False]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from operator import attrgetter
from pathlib import Path

import pandas as pd

from trialsim.errors import check_whole
from trialsim.exchange.own_cells import Line, Problem, Units, read_content, read_text
from trialsim.exchange.own_checks import check_rows, formula_ids
from trialsim.exchange.own_rows import COLUMNS, Row, read_header, read_rows
from trialsim.exchange.own_verdicts import OwnPatients as OwnPatients
from trialsim.facts.core_set import measure
from trialsim.facts.own_tables import own_table_limits, template
from trialsim.files import write_new, write_whole
from trialsim.patients.weeks import visit_name
from trialsim.rules.options import ResponseOptions
from trialsim.safe_csv import as_csv

_MAX_FILE_BYTES = 10**9
_COLUMNS = {
    "SUBJID": "str",
    "AVISIT": "str",
    "AVISITN": "int64",
    "PARAMCD": "str",
    "PARAM": "str",
    "AVAL": "float64",
    "ANRHI": "float64",
}


def load_patients(
    source: str | Path | bytes,
    *,
    week: int = 12,
    mmt8_max: int = 150,
    vas_unit: str | None = None,
    enzyme_unit: str | None = None,
    largest: int | None = None,
) -> OwnPatients:
    """Read a table of one's own patients; what is wrong in it is listed, and no row is lost.

    The table is a CSV, wide (one row a visit: ``SUBJID, AVISITN, PHGA, PTGA, MMT8, HAQDI, EMGA``, an enzyme and its
    upper limit each, such as ``CK, CK_ULN``) or long (one row a measurement: ``SUBJID, AVISITN, PARAMCD, AVAL,
    ANRHI``); :func:`save_template` writes one to fill in. Empty cells, ``NA``, ``N/A``, ``NaN``, ``.`` and ``-`` are
    missing. Separators other than a comma, decimal commas and a byte-order mark are recognised. Cells are never
    evaluated.

    Parameters
    ----------
    source : str, Path or bytes
        The file, or its content.
    week : int
        Of the visit to be judged.
    mmt8_max : {150, 80}
        MMT-8 of both sides or of one.
    vas_unit : {"cm", "mm"}, optional
        Of the three scales. None: cm, and a column that looks like millimetres is refused.
    enzyme_unit : {"U/L", "ukat/L"}, optional
        Of enzymes and upper limits. None: U/L, and values so low that they look like µkat/L are refused.
    largest : int, optional
        Bytes that are taken at most; None: 20 MB.

    Returns
    -------
    OwnPatients

    Raises
    ------
    TrialsimError
        There is no such file; it is too large, empty or no text; or an option is wrong.

    Examples
    --------
    >>> own = load_patients(b"SUBJID;AVISITN;PHGA;PTGA\\nA;0;5,5;6\\nA;12;2;50\\nB;0;4;4\\n")
    >>> own
    OwnPatients(1 patient in 1 row; 1 problem, 2 rows set aside)
    >>> own.refused[["row", "column", "got", "fix"]].values.tolist()
    [[3, 'PTGA', '50', 'This looks like millimetres: give 5 if it is.']]
    """
    ResponseOptions(mmt8_max=mmt8_max)
    check_whole("week", week, 1, 10_000)
    units = Units(mmt8_max, vas_unit, enzyme_unit)
    largest = (
        own_table_limits().max_file_bytes if largest is None else check_whole("largest", largest, 1, _MAX_FILE_BYTES)
    )
    content, name = read_content(source, largest)
    text = read_text(content, name, COLUMNS)
    columns = read_header(text)
    if columns.problems:
        why = f"row {text.header_line}: the header is not understood"
        rows, notes, problems = [], [*text.notes, *columns.notes], list(columns.problems)
        aside = [(line, why) for line in text.lines]
    else:
        rows = read_rows(text, columns, units)
        notes = [*text.notes, *columns.notes, *check_rows(rows, columns, units, week)]
        if ids := formula_ids(rows):
            notes.append(f"An id that begins like a formula is kept as text: row {', '.join(map(str, ids[:5]))}.")
        problems = [problem for row in rows for problem in row.problems]
        wrong = {row.subject: row.line.number for row in reversed(rows) if row.problems and row.taints and row.subject}
        aside = [(row.line, _why(row, wrong)) for row in rows if row.problems or row.subject in wrong]
        rows = [row for row in rows if not row.problems and row.subject not in wrong]
    return OwnPatients(
        assessments=_assessments(rows),
        refused=_refused(problems),
        set_aside=_set_aside(text.header, aside),
        notes=tuple(notes),
        rows=len(text.lines),
        week=week,
        mmt8_max=mmt8_max,
    )


def save_template(path: str | Path, kind: str = "wide") -> Path:
    """Write a template to fill in; a file that is there already is left alone.

    Parameters
    ----------
    path : str or Path
        Where to.
    kind : {"wide", "long", "protocol", "response"}
        Patients (one row a visit, or one row a measurement), a trial protocol for :func:`trialsim.load_protocol`, or a
        definition of response for :func:`trialsim.load_response`.

    Raises
    ------
    TrialsimError
        There is no such template, or the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     own = load_patients(save_template(folder + "/mine.csv"))
    >>> own.patients
    ('EXAMPLE-1', 'EXAMPLE-2')
    """
    return write_new(path, template(kind))


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
    return write_whole(path, as_csv(table))


def _why(row: Row, wrong: Mapping[str, int]) -> str:
    if row.problems:
        return "; ".join(f"{each.column}: {each.allowed}" if each.column else each.allowed for each in row.problems)
    return f"row {wrong[row.subject]} of this patient is wrong"


def _assessments(rows: list[Row]) -> pd.DataFrame:
    kept = [
        (row.subject, visit_name(row.week or 0), row.week, code, measure(code).label, value, limit)
        for row in rows
        for code, (_, value, limit) in row.values.items()
    ]
    return pd.DataFrame(kept, columns=list(_COLUMNS)).astype(_COLUMNS)


def _refused(problems: list[Problem]) -> pd.DataFrame:
    rows = sorted(problems, key=attrgetter("row"))
    return pd.DataFrame(rows, columns=[each.name for each in fields(Problem)])


def _set_aside(header: tuple[str, ...], lines: list[tuple[Line, str]]) -> pd.DataFrame:
    width = max([len(header), *(len(line.cells) for line, _ in lines)])
    names = [name or f"column {i + 1}" for i, name in enumerate(header)]
    names += [f"beyond {i + 1}" for i in range(width - len(names))]
    cells = [[line.number, why, *line.cells, *[""] * (width - len(line.cells))] for line, why in lines]
    return pd.DataFrame(cells, columns=["row", "why set aside", *names])
