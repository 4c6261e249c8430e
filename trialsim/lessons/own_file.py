"""A table of one's own at the end of lesson 02: the same rules on the reader's patients.

The browser looks at the size of the file before it reads it; the kernel keeps the content in memory only::

    own = own_patients()
    own                 # choose a file
    own.loaded          # afterwards: an OwnPatients, with .assessments, .refused, .set_aside and .verdicts()
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import traitlets

from trialsim.errors import TrialsimError
from trialsim.exchange.own_patients import OwnPatients, load_patients
from trialsim.facts.own_patients import TEMPLATES, own_table_limits, template
from trialsim.facts.responses import list_responses
from trialsim.lessons.talking import Talker, script

__all__ = ["OwnFile", "own_patients"]

_HERE = Path(__file__).parent
_CSS: str = Talker._css  # what all widgets share; this one adds to it
_TEMPLATES = ("wide", "long")
_MOST_ROWS, _MOST_CHARACTERS = 40, 80
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
    return OwnFile()


class OwnFile(Talker):
    """A file input; under it the good rows, the list of what is wrong, and the verdicts under every definition.

    Attributes
    ----------
    loaded : OwnPatients or None
        What the last file gave.
    shown : dict
        What is on screen: `refused` (a sentence, when nothing could be read), or `summary`, `notes` and `tables`.
    """

    _esm = script("own_file.js")
    _css = _CSS + (_HERE / "own_file.css").read_text(encoding="utf-8")

    spec = traitlets.Dict().tag(sync=True)
    shown = traitlets.Dict().tag(sync=True)

    def __init__(self) -> None:
        self.loaded: OwnPatients | None = None
        super().__init__(
            spec={
                "largest": own_table_limits().largest_in_lesson,
                "choices": [[name, label, list(options.items())] for name, (label, options) in _CHOICES.items()],
                "templates": [[TEMPLATES[kind], template(kind)] for kind in _TEMPLATES],
            }
        )

    def read(self, content: bytes, *, name: str = "file", week: object = 12, **chosen: str) -> dict[str, Any]:
        """Read a file's content, keep it, and return what is shown.

        Parameters
        ----------
        content : bytes
            Of the file.
        name : str
            What it is called.
        week : object
            Of the visit to be judged, as typed.
        **chosen : str
            ``mmt8_max``, ``vas_unit``, ``enzyme_unit``; empty text is the usual choice.
        """
        self.loaded = None
        try:
            options = _options(chosen)
            own = load_patients(content, week=_week(week), largest=own_table_limits().largest_in_lesson, **options)
            self.shown = _tables(own, name)
            self.loaded = own
        except TrialsimError as error:
            self.shown = {"refused": f"{name[:_MOST_CHARACTERS]} cannot be used. {error}"}
        return dict(self.shown)

    def _reply(self, message: dict[str, Any]) -> dict[str, Any]:
        if message["kind"] != "read":
            raise ValueError(f"unknown message: {message['kind']!r}")
        # Said at once: a large file may take longer than the browser waits for an answer. What it gives is in `shown`.
        self.send({"id": message.get("id"), "taken": True})
        self.shown = {}  # so that the same outcome twice is a change, too
        try:
            content = b64decode(message["content"], validate=True)
        except (NotBase64, TypeError, ValueError):
            self.shown = {"refused": "The file did not arrive whole. Choose it again."}
            return {}
        self.read(content, name=str(message["name"]), week=message["week"], **message["options"])
        return {}

    def __repr__(self) -> str:
        if self.loaded is None:
            return "Your own patients: no file was chosen yet"
        return f"Your own patients: {self.loaded.summary()}"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Add the way to do the same in Python: what is read where no kernel runs."""
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        text = (
            "**Your own patients.** A file of your own can be judged here once the lesson runs, or in Python: "
            '`trialsim.load_patients("mine.csv").verdicts()`. The file stays on the machine that runs the lesson.'
        )
        return data | {"text/plain": repr(self), "text/markdown": text}, metadata


def _options(chosen: Mapping[str, str]) -> dict[str, Any]:
    for name, value in chosen.items():
        if name not in _CHOICES or value not in _CHOICES[name][1]:
            raise TrialsimError("choice", f"{name} = {value}", ", ".join(_CHOICES))
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


def _tables(own: OwnPatients, name: str) -> dict[str, Any]:
    shown: dict[str, Any] = {"summary": f"{name[:_MOST_CHARACTERS]}: {own.summary()}.", "notes": list(own.notes)}
    tables = [_wired("What is wrong, by row and column", own.refused)]
    if own.patients:
        verdicts = own.verdicts()
        tables.append(_wired("Verdicts under every definition", _side_by_side(own, verdicts)))
        tables.append(_wired("The good rows", own.wide()))
        why = verdicts[["SUBJID", "definition", "reason"]]
        tables.append(_wired("Why: every patient and definition", why) | {"folded": True})
    tables.append(_wired("Rows set aside, as they came", own.set_aside) | {"folded": True})
    shown["tables"] = [one for one in tables if one["rows"]]
    return shown


def _side_by_side(own: OwnPatients, verdicts: pd.DataFrame) -> pd.DataFrame:
    """One row a patient, a column a definition; the responders counted in the first row."""
    columns: dict[str, list[str]] = {"SUBJID": ["Responders", *own.patients]}
    for definition in list_responses():
        one = verdicts[verdicts["definition"] == definition].set_index("SUBJID")["response"]
        words = ["undecided" if pd.isna(one[who]) else _WORDS[bool(one[who])] for who in own.patients]
        columns[definition] = [f"{words.count(_WORDS[True])} of {len(words)}", *words]
    return pd.DataFrame(columns)


def _wired(title: str, table: pd.DataFrame) -> dict[str, Any]:
    rows = [[_text(cell) for cell in row] for row in table.head(_MOST_ROWS).itertuples(index=False)]
    more = len(table) - len(rows)
    caption = f"{title} (the first {len(rows)} of {len(table):,})" if more else title
    return {"title": caption, "columns": [_text(name) for name in table.columns], "rows": rows, "folded": False}


def _text(value: object) -> str:
    if isinstance(value, str):
        return value if len(value) <= _MOST_CHARACTERS else value[:_MOST_CHARACTERS] + "…"
    return "" if pd.isna(value) else f"{value:.10g}"  # type: ignore[call-overload]
