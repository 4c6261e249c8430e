"""A table of one's own patients: what can be judged, what is wrong by row and column, and every row that was set aside.

>>> from trialsim.facts.own_patients import template
>>> own = load_patients(template("wide").encode())
>>> own
OwnPatients(2 patients in 4 rows; nothing refused)
>>> own.verdicts(["IMACS-2004"])["response"].tolist()
[True, False]
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from trialsim.errors import check_whole
from trialsim.exchange.own_cells import Problem, Units
from trialsim.exchange.own_checks import check_rows
from trialsim.exchange.own_rows import COLUMNS, Columns, Row, formula_ids, read_header, read_rows
from trialsim.exchange.own_table import OwnPatients
from trialsim.exchange.own_text import OwnText, read_content, read_text
from trialsim.exchange.safe_csv import save_patients
from trialsim.facts.core_set import measure
from trialsim.facts.own_patients import own_table_limits, template
from trialsim.files import write_new
from trialsim.rules.options import ResponseOptions

__all__ = ["OwnPatients", "load_patients", "save_patients", "save_template"]


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
    content, name = read_content(source, own_table_limits().largest_file if largest is None else largest)
    text = read_text(content, name, COLUMNS)
    columns = read_header(text)
    if columns.problems:
        return _nothing_read(text, columns, week, mmt8_max)
    rows = read_rows(text, columns, units)
    notes = [*text.notes, *columns.notes, *check_rows(rows, columns, units, week)]
    if ids := formula_ids(rows):
        notes.append(f"An id that begins like a formula is kept as text: row {', '.join(map(str, ids[:5]))}.")
    wrong = {row.subject: row.line.number for row in reversed(rows) if row.problems and row.taints and row.subject}
    good = [row for row in rows if not row.problems and row.subject not in wrong]
    aside = [(row, _why(row, wrong)) for row in rows if row.problems or row.subject in wrong]
    return OwnPatients(
        assessments=_assessments(good),
        refused=_refused([one for row in rows for one in row.problems]),
        set_aside=_set_aside(text, [(row.line.number, row.line.cells, why) for row, why in aside]),
        notes=tuple(notes),
        rows=len(rows),
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


def _nothing_read(text: OwnText, columns: Columns, week: int, mmt8_max: int) -> OwnPatients:
    why = f"row {text.header_line}: the header is not understood"
    aside = _set_aside(text, [(line.number, line.cells, why) for line in text.lines])
    refused = _refused(list(columns.problems))
    notes = (*text.notes, *columns.notes)
    return OwnPatients(_assessments([]), refused, aside, notes, len(text.lines), week, mmt8_max)


def _why(row: Row, wrong: Mapping[str, int]) -> str:
    if row.problems:
        return "; ".join(f"{one.column}: {one.allowed}" if one.column else one.allowed for one in row.problems)
    return f"row {wrong[row.subject]} of this patient is wrong"


def _assessments(rows: list[Row]) -> pd.DataFrame:
    kept = [(row, code, *row.values[code]) for row in rows for code in row.values]
    weeks = [row.week for row, *_ in kept]
    codes = [code for _, code, *_ in kept]
    return pd.DataFrame(
        {
            "SUBJID": pd.Series([row.subject for row, *_ in kept], dtype="str"),
            "AVISIT": pd.Series(["Baseline" if not week else f"Week {week}" for week in weeks], dtype="str"),
            "AVISITN": pd.Series(weeks, dtype="int64"),
            "PARAMCD": pd.Series(codes, dtype="str"),
            "PARAM": pd.Series([measure(code).label for code in codes], dtype="str"),
            "AVAL": pd.Series([value for _, _, _, value, _ in kept], dtype="float64"),
            "ANRHI": pd.Series([limit for *_, limit in kept], dtype="float64"),
        }
    )


def _refused(problems: list[Problem]) -> pd.DataFrame:
    columns = ["row", "column", "got", "allowed", "fix"]
    rows = sorted(problems, key=lambda one: one.row)
    return pd.DataFrame([[getattr(one, name) for name in columns] for one in rows], columns=columns)


def _set_aside(text: OwnText, lines: list[tuple[int, tuple[str, ...], str]]) -> pd.DataFrame:
    width = max([len(text.header), *(len(cells) for _, cells, _ in lines)])
    names = [name or f"column {i + 1}" for i, name in enumerate(text.header)]
    names += [f"beyond {i + 1}" for i in range(width - len(names))]
    cells = [[number, why, *found, *[""] * (width - len(found))] for number, found, why in lines]
    return pd.DataFrame(cells, columns=["row", "why set aside", *names])
