"""A file of the reader's own: the browser looks at its size before it reads it, the kernel keeps it in memory only.

What the content means is handed over, as `FileReader`; what comes back is shown as a summary, notes and tables.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import traitlets

from trialsim.errors import TrialsimError
from trialsim.widgets.request_widget import RequestWidget, script, style

_MAX_NAME = 80


class Read(NamedTuple):
    """What a file gave: the thing itself, its summary in a sentence, notes, and tables.

    A table is a mapping: `title`, `columns`, `rows` of texts, and `folded`, whether it is opened on demand.
    """

    loaded: Any
    summary: str
    notes: list[str]
    tables: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class FileReader:
    """What is asked beside the file, and what reads it.

    Parameters
    ----------
    title : str
        Heads the widget.
    text : str
        What the file should hold, and where it goes.
    largest : int
        The most bytes that are read.
    read : callable
        Content, and by name what was chosen and typed, to `Read`; raises `TrialsimError`.
    choices : mapping
        By name: a label, and the options with what is shown.
    typed : mapping
        By name: a label, and what stands in the field at first.
    templates : mapping
        Files to begin from: by file name their content.
    static : str
        Markdown that is read where no kernel runs.
    """

    title: str
    text: str
    largest: int
    read: Callable[..., Read]
    choices: Mapping[str, tuple[str, Mapping[str, str]]]
    typed: Mapping[str, tuple[str, str]]
    templates: Mapping[str, str]
    static: str

    def wire(self) -> dict[str, Any]:
        """What the browser needs to show it."""
        return {
            "title": self.title,
            "text": self.text,
            "largest": self.largest,
            "choices": [[name, label, list(options.items())] for name, (label, options) in self.choices.items()],
            "typed": [[name, label, first] for name, (label, first) in self.typed.items()],
            "templates": [list(template) for template in self.templates.items()],
        }


class OwnFile(RequestWidget):
    """A file input; under it what the file gave, or a sentence why it cannot be used.

    Parameters
    ----------
    reader : FileReader

    Attributes
    ----------
    loaded, value : object
        What the last file gave; None before, and where nothing could be read.
    shown : dict
        What is on screen: `refused` (a sentence, when nothing could be read), or `summary`, `notes` and `tables`.
    """

    _esm = script("own_file.js")
    _css = style("own_file.css")

    spec = traitlets.Dict().tag(sync=True)
    shown = traitlets.Dict().tag(sync=True)
    value = traitlets.Any(None, read_only=True)

    def __init__(self, reader: FileReader) -> None:
        self._reader, self._summary = reader, "no file was chosen yet"
        super().__init__(spec=reader.wire())

    def read(self, content: bytes, *, name: str = "file", **given: object) -> dict[str, Any]:
        """Read a file's content, keep it, and return what is shown.

        Parameters
        ----------
        content : bytes
            Of the file.
        name : str
            What it is called.
        **given : object
            What was chosen and typed, by name; empty text is the usual choice.
        """
        self._take(None, "no file was chosen yet")
        name = name[:_MAX_NAME]
        try:
            self._check(given)
            found = self._reader.read(content, **given)
            self.shown = {"summary": f"{name}: {found.summary}.", "notes": found.notes, "tables": found.tables}
            self._take(found.loaded, found.summary)
        except TrialsimError as error:
            self.shown = {"refused": f"{name} cannot be used. {error}"}
        return dict(self.shown)

    @property
    def loaded(self) -> Any:
        """What the last file gave, or None."""
        return self.value

    def _take(self, loaded: Any, summary: str) -> None:
        self._summary = summary
        self.set_trait("value", loaded)

    def _check(self, given: Mapping[str, object]) -> None:
        choices = self._reader.choices
        for name, value in given.items():
            if name not in self._reader.typed and (name not in choices or value not in choices[name][1]):
                raise TrialsimError("choice", f"{name} = {value}", ", ".join(choices))

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
        typed = {name: message[name] for name in self._reader.typed}
        self.read(content, name=str(message["name"]), **typed, **message["options"])
        return {}

    def __repr__(self) -> str:
        return f"{self._reader.title}: {self._summary}"

    def _static(self) -> dict[str, str]:
        """Add the way to do the same in Python: what is read where no kernel runs."""
        return {"text/markdown": self._reader.static}
