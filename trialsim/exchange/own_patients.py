"""A table of one's own patients: what can be judged, what is wrong by row and column, and every row that was set aside.

>>> from trialsim.facts.own_tables import template
>>> own = load_patients(template("wide").encode())
>>> own
OwnPatients(2 patients in 4 rows; nothing refused)
>>> own.verdicts(["IMACS-2004"])["response"].tolist()
[True, False]
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from html import escape
from operator import attrgetter
from pathlib import Path
from typing import Any

import pandas as pd

from trialsim.errors import check_whole
from trialsim.exchange.own_cells import ENZYMES, Line, Problem, Units, read_content, read_text
from trialsim.exchange.own_checks import check_rows, formula_ids
from trialsim.exchange.own_rows import COLUMNS, Row, read_header, read_rows
from trialsim.facts.core_set import measure
from trialsim.facts.own_tables import own_table_limits, template
from trialsim.facts.responses import ResponseDefinition
from trialsim.files import write_new, write_whole
from trialsim.patients.weeks import visit_name
from trialsim.rules.assess import Definition, load_definitions
from trialsim.rules.assess_table import assess_response
from trialsim.rules.options import ResponseOptions
from trialsim.safe_csv import as_csv
from trialsim.text import counted

_MAX_FILE_BYTES = 10**9
_MAX_SHOWN = 20
_NO_LIMIT = "cannot be computed: the enzyme's upper limit of normal is not given"
_COLUMNS = {
    "SUBJID": "str",
    "AVISIT": "str",
    "AVISITN": "int64",
    "PARAMCD": "str",
    "PARAM": "str",
    "AVAL": "float64",
    "ANRHI": "float64",
}
_TYPES = {
    "response": "boolean",
    "n_improved": "Int64",
    "n_worsened": "Int64",
    "mmt_worsened": "boolean",
    "score": "Float64",
}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class OwnPatients:
    """Patients of one's own, as the rules take them, and all that they could not take.

    A patient is judged whole or not at all: where one row is wrong, the patient's other rows are set aside with it.

    Attributes
    ----------
    assessments : DataFrame
        The patients without any mistake: one row a patient, visit and measure, as :func:`trialsim.assess_response`
        takes it. Columns ``SUBJID, AVISIT, AVISITN, PARAMCD, PARAM, AVAL, ANRHI``.
    refused : DataFrame
        What is wrong, one row a cell: ``row`` (line of the file), ``column, got, allowed, fix``.
    set_aside : DataFrame
        Every row that is not among the assessments, its cells as they came, with ``row`` and ``why set aside``.
    notes : tuple of str
        What was noticed of the file as a whole.
    rows : int
        Rows of the file under its header.
    week, mmt8_max : int
        As given to :func:`load_patients`.
    """

    assessments: pd.DataFrame
    refused: pd.DataFrame
    set_aside: pd.DataFrame
    notes: tuple[str, ...]
    rows: int
    week: int
    mmt8_max: int

    @property
    def patients(self) -> tuple[str, ...]:
        """The ids that can be judged, in the order of the file."""
        return tuple(self.assessments["SUBJID"].unique())

    def wide(self) -> pd.DataFrame:
        """The good rows, one a visit, with a column for each measure and each upper limit that is there."""
        visits = self.assessments[["SUBJID", "AVISIT", "AVISITN"]].drop_duplicates()
        for code in dict.fromkeys(self.assessments["PARAMCD"]):
            found = self.assessments[self.assessments["PARAMCD"] == code].set_index(["SUBJID", "AVISITN"])
            columns = {code: found["AVAL"]}
            if code in ENZYMES and found["ANRHI"].notna().any():
                columns[f"{code}_ULN"] = found["ANRHI"]
            visits = visits.join(pd.DataFrame(columns), on=["SUBJID", "AVISITN"])
        return visits.reset_index(drop=True)

    def verdicts(self, definitions: Iterable[Definition] | None = None, **options: Any) -> pd.DataFrame:
        """Every patient under every definition.

        Parameters
        ----------
        definitions : iterable of str, Path or ResponseDefinition, optional
            None: all of :func:`trialsim.list_responses`.
        **options
            As for :func:`trialsim.assess_response`.

        Returns
        -------
        DataFrame
            One row a patient and definition: ``SUBJID, definition, response`` (nullable)``, n_improved, n_worsened,
            mmt_worsened, reason, score``. A score of a patient whose enzyme has no upper limit is missing, and the
            reason says so.
        """
        chosen = load_definitions(definitions)
        settled = {"week": self.week, "mmt8_max": self.mmt8_max, **options}
        columns = ["SUBJID", "definition", "response", "n_improved", "n_worsened", "mmt_worsened", "reason", "score"]
        tables = [self._under(rule, settled).assign(definition=rule.id) for rule in chosen if self.patients]
        if not tables:
            return pd.DataFrame(columns=columns).astype(_TYPES)
        whole = pd.concat([part.reindex(columns=columns).astype(_TYPES) for part in tables])
        return whole.reset_index(drop=True)

    def _under(self, definition: ResponseDefinition, options: Mapping[str, Any]) -> pd.DataFrame:
        lacking = self._without_limit() if definition.scores and options.get("enzyme_uln") is None else set()
        table = self.assessments[~self.assessments["SUBJID"].isin(lacking)]
        gap = pd.DataFrame({"SUBJID": [who for who in self.patients if who in lacking]}).assign(reason=_NO_LIMIT)
        judged = [assess_response(table, definition, **options)] if len(table) else []
        return pd.concat([*judged, gap] if len(gap) else judged)

    def _without_limit(self) -> set[str]:
        table = self.assessments
        start = table[(table["AVISITN"] == 0) & table["PARAMCD"].isin(ENZYMES)]
        return set(start.loc[start["ANRHI"].isna(), "SUBJID"])

    def summary(self) -> str:
        """What became of the file, in a sentence."""
        good = self.rows - len(self.set_aside)
        sentence = f"{counted(len(self.patients), 'patient')} in {counted(good, 'row')}"
        if not len(self.refused):
            return f"{sentence}; nothing refused"
        problems = counted(len(self.refused), "problem")
        return f"{sentence}; {problems}, {counted(len(self.set_aside), 'row')} set aside"

    def __repr__(self) -> str:
        return f"OwnPatients({self.summary()})"

    def _repr_html_(self) -> str:
        parts = [f"<p>{escape(self.summary())}.</p>"]
        parts += [f"<p>{escape(note)}</p>" for note in self.notes]
        tables = [("What is wrong", self.refused), ("Good rows", self.wide()), ("Set aside", self.set_aside)]
        for title, table in tables:
            if len(table):
                more = f" (the first {_MAX_SHOWN} of {len(table):,})" if len(table) > _MAX_SHOWN else ""
                body = table.head(_MAX_SHOWN).to_html(index=False, border=0, na_rep="")
                parts.append(body.replace("<thead>", f"<caption>{title}{more}</caption><thead>", 1))
        return "".join(parts)


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
        own_table_limits().largest_file if largest is None else check_whole("largest", largest, 1, _MAX_FILE_BYTES)
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
