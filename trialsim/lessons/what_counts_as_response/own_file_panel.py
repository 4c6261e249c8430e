"""A table of one's own at the end of lesson 02: the same rules on the reader's patients::

own = own_patients()
own                 # choose a file
own.loaded          # afterwards: an OwnPatients, with .assessments, .refused, .set_aside and .verdicts()
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from trialsim.errors import TrialsimError
from trialsim.exchange.own_patients import OwnPatients, load_patients
from trialsim.facts.own_tables import TEMPLATES, own_table_limits, template
from trialsim.facts.responses import list_responses
from trialsim.widgets.own_file import FileReader, OwnFile, Read

__all__ = ["own_patients"]

_TEMPLATES = ("wide", "long")
_MAX_ROWS, _MAX_CHARACTERS = 40, 80
_WORDS = {True: "response", False: "no response"}

_CHOICES = {
    "mmt8_max": ("MMT-8", {"150": "both sides (0 to 150)", "80": "one side (0 to 80)"}),
    "vas_unit": ("Scales (VAS)", {"": "cm; refuse what looks like mm", "cm": "cm", "mm": "mm"}),
    "enzyme_unit": ("Enzymes", {"": "U/L; refuse what looks like µkat/L", "U/L": "U/L", "ukat/L": "µkat/L"}),
}


def own_patients() -> OwnFile:
    """The widget with which a reader runs a table of their own through every definition.

    Examples
    --------
    >>> own_patients()
    Your own patients: no file was chosen yet
    """
    return OwnFile(
        FileReader(
            title="Your own patients",
            text=(
                "One row a visit, or one row a measurement, as in the templates. The file goes to the kernel of this "
                "notebook and nowhere else; it is not stored."
            ),
            largest=own_table_limits().max_lesson_bytes,
            read=_read,
            choices=_CHOICES,
            typed={"week": ("Week of the visit to judge", "12")},
            templates={TEMPLATES[kind]: template(kind) for kind in _TEMPLATES},
            static=(
                "**Your own patients.** A file of your own can be judged here once the lesson runs, or in Python: "
                '`trialsim.load_patients("mine.csv").verdicts()`. The file stays on the machine that runs the lesson.'
            ),
        )
    )


def _read(content: bytes, *, week: object = 12, **chosen: str) -> Read:
    """A table under every definition; `week` is the visit to be judged, as typed."""
    options = _options(chosen)
    own = load_patients(content, week=_week(week), largest=own_table_limits().max_lesson_bytes, **options)
    return Read(own, own.summary(), list(own.notes), _tables(own))


def _options(chosen: Mapping[str, str]) -> dict[str, Any]:
    return {
        "mmt8_max": int(chosen.get("mmt8_max") or 150),
        "vas_unit": chosen.get("vas_unit") or None,
        "enzyme_unit": chosen.get("enzyme_unit") or None,
    }


def _week(typed: object) -> int:
    text = str(typed).strip()
    if not (text.isascii() and text.isdecimal() and len(text) < 5):
        raise TrialsimError("Week of the visit to judge", text, "a whole number of weeks, such as 12")
    return int(text)


def _tables(own: OwnPatients) -> list[dict[str, Any]]:
    tables = [_wired("What is wrong, by row and column", own.refused)]
    if own.patients:
        verdicts = own.verdicts()
        tables.append(_wired("Verdicts under every definition", _side_by_side(own, verdicts)))
        tables.append(_wired("The good rows", own.wide()))
        why = verdicts[["SUBJID", "definition", "reason"]]
        tables.append(_wired("Why: every patient and definition", why) | {"folded": True})
    tables.append(_wired("Rows set aside, as they came", own.set_aside) | {"folded": True})
    return [table for table in tables if table["rows"]]


def _side_by_side(own: OwnPatients, verdicts: pd.DataFrame) -> pd.DataFrame:
    """One row a patient, a column a definition; the responders counted in the first row."""
    columns: dict[str, list[str]] = {"SUBJID": ["Responders", *own.patients]}
    for definition in list_responses():
        responses = verdicts[verdicts["definition"] == definition].set_index("SUBJID")["response"]
        words = ["undecided" if pd.isna(responses[who]) else _WORDS[bool(responses[who])] for who in own.patients]
        columns[definition] = [f"{words.count(_WORDS[True])} of {len(words)}", *words]
    return pd.DataFrame(columns)


def _wired(title: str, table: pd.DataFrame) -> dict[str, Any]:
    rows = [[_text(cell) for cell in row] for row in table.head(_MAX_ROWS).itertuples(index=False)]
    more = len(table) - len(rows)
    caption = f"{title} (the first {len(rows)} of {len(table):,})" if more else title
    return {"title": caption, "columns": [_text(name) for name in table.columns], "rows": rows, "folded": False}


def _text(value: object) -> str:
    if isinstance(value, str):
        return value if len(value) <= _MAX_CHARACTERS else value[:_MAX_CHARACTERS] + "…"
    return "" if pd.isna(value) else f"{value:.10g}"  # type: ignore[call-overload]
