"""What leaves the page: a paragraph to copy, a report as files, and the work itself as one that can be loaded again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import traitlets

from trialsim.errors import TrialsimError, check_one_of
from trialsim.widgets.controls import Select
from trialsim.widgets.request_widget import RequestWidget, script


class TextFile(NamedTuple):
    """A file as it is downloaded; `coded` where its text stands for bytes, in base 64."""

    name: str
    text: str
    coded: bool = False


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line that is typed: its key, what to write, and the most characters.

    Examples
    --------
    >>> TextLine("why", "Why so many", 300).read("It is what the centre can recruit.")
    'It is what the centre can recruit.'
    """

    name: str
    label: str
    max_length: int

    def read(self, raw: object) -> str:
        """Return what was typed, or raise `TrialsimError`."""
        if isinstance(raw, str) and len(raw) <= self.max_length and raw.isprintable():
            return raw.strip()
        raise TrialsimError(self.label, raw, f"one line of at most {self.max_length} characters")

    def wire(self) -> dict[str, Any]:
        """What the browser needs to show it."""
        return {"kind": "line", "name": self.name, "label": self.label, "longest": self.max_length}


class Shown(NamedTuple):
    """What is on screen.

    The work in one line, the paragraph as text and as Markdown, the title, which may be empty, what was answered to
    what the document asks, and a sentence on what is still missing, which may be empty.
    """

    summary: str
    paragraph: str
    markdown: str
    title: str
    answers: dict[str, str]
    missing: str


class Document(Protocol):
    """What is taken away. Every method may raise `TrialsimError`, which is said on the page."""

    @property
    def words(self) -> dict[str, str]:
        """What the parts of the page are called: `heading`, `title`, `save`, `load`; `kind`, what a saved
        file is; `changed`, what is said of a report that was made before.
        """

    @property
    def max_bytes(self) -> int:
        """The largest file that is loaded."""

    @property
    def asks(self) -> tuple[Select | TextLine, ...]:
        """What only its author can say: choices and reasons, shown above the paragraph that they change."""

    def answer(self, name: str, value: str) -> None:
        """Take one of them."""

    def shown(self) -> Shown:
        """What is on screen now."""

    def report(self, title: str) -> tuple[str, list[TextFile]]:
        """Make the report; a sentence on where it is, and its files."""

    def save(self, title: str) -> TextFile:
        """The work as a file."""

    def load(self, text: str, name: str) -> str:
        """Take the work from a file; a sentence on what it is."""


class Takeaway(RequestWidget):
    """The paragraph on screen, what it asks of its author, and buttons that write the report, save and load the work.

    Parameters
    ----------
    document : Document
    """

    _esm = script("takeaway.js")

    now = traitlets.Dict().tag(sync=True)

    def __init__(self, document: Document) -> None:
        self._document = document
        super().__init__(now=self._now())

    def refresh(self) -> None:
        """Show the document as it stands."""
        self.now = self._now()

    def _now(self) -> dict[str, Any]:
        shown = self._document.shown()
        return {
            "summary": shown.summary,
            "paragraph": shown.paragraph,
            "title": shown.title,
            "answers": shown.answers,
            "missing": shown.missing,
            "asks": [asked.wire() for asked in self._document.asks],
            "largest": self._document.max_bytes,
            "words": self._document.words,
        }

    def _reply(self, message: dict[str, Any]) -> dict[str, Any]:
        match message["kind"]:
            case "answer":
                asks = {asked.name: asked for asked in self._document.asks}
                name = check_one_of("name", message["name"], asks)
                self._document.answer(name, asks[name].read(message["value"]))
                return {}
            case "report":
                said, files = self._document.report(message["title"])
                return {"said": said, "files": [file._asdict() for file in files]}
            case "save":
                return {"file": self._document.save(message["title"])._asdict()}
            case "load":
                return {"said": self._document.load(message["text"], message["name"])}
        raise ValueError(f"unknown message: {message['kind']!r}")

    def __repr__(self) -> str:
        shown = self._document.shown()
        return "\n\n".join(text for text in (shown.summary, shown.missing, shown.paragraph) if text)

    def _static(self) -> dict[str, str]:
        """Add the paragraph: what is read where no kernel runs."""
        return {"text/markdown": self._document.shown().markdown}
