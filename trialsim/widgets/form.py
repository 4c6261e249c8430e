"""A form that answers while it is filled in: a sentence beside a box that cannot be, and tables of what follows.

What is entered goes from the browser to Python and is forgotten; it is in no state of the widget and in no file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import traitlets

from trialsim.errors import check_one_of
from trialsim.widgets.request_widget import RequestWidget, script, style
from trialsim.widgets.sheet import MAX_TYPED, Sheet


@dataclass(frozen=True, slots=True)
class FormTable:
    """A table of what follows: its caption, the heads of its columns, its rows as they are shown."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Followed:
    """What follows from the entries: the whole in a sentence, tables, and by box what is wrong with it."""

    sentence: str
    tables: tuple[FormTable, ...] = ()
    problems: Mapping[str, str] = field(default_factory=dict)

    def wire(self) -> dict[str, Any]:
        """What the browser needs to show it."""
        tables = [[table.title, list(table.columns), [list(row) for row in table.rows]] for table in self.tables]
        return {"sentence": self.sentence, "tables": tables, "problems": dict(self.problems)}


class Form(RequestWidget):
    """A sheet to fill in with one's own values.

    Parameters
    ----------
    title : str
        Heads the widget.
    sheet : Sheet
        The boxes; its keys are not used.
    read : callable
        Entries by the name of the box, as text, to `Followed`; pure.
    note : str
        What is said under the form, on what happens with the entries.
    """

    _esm = script("sheet.js", "form.js")
    _css = style("drill.css")

    spec = traitlets.Dict().tag(sync=True)

    def __init__(self, title: str, sheet: Sheet, read: Callable[[Mapping[str, str]], Followed], note: str) -> None:
        self._sheet, self._read, self._title, self._note = sheet, read, title, note
        super().__init__(spec={"title": title, "sheet": sheet.wire(), "note": note})

    def read(self, entries: Mapping[str, object]) -> Followed:
        """What follows from these entries; a box that is left out is empty."""
        given = {box.name: str(entries.get(box.name, "")).strip()[:MAX_TYPED] for box in self._sheet.boxes}
        for box in self._sheet.boxes:
            if box.options and given[box.name]:
                check_one_of(box.label, given[box.name], box.options)
        return self._read(given)

    def _reply(self, message: dict[str, Any]) -> dict[str, Any]:
        if message["kind"] != "read":
            raise ValueError(f"unknown message: {message['kind']!r}")
        return self.read(message["entries"]).wire()

    def __repr__(self) -> str:
        return f"{self._title}: {self._sheet.text}"

    def _static(self) -> dict[str, str]:
        return {"text/markdown": f"**{self._title}.** {self._sheet.text} It opens when this page runs. {self._note}"}
