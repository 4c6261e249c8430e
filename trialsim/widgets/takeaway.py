"""What leaves the page: a paragraph to copy, a report as files, and the work itself as one that can be loaded again."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

import traitlets

from trialsim.widgets.request_widget import RequestWidget, script

__all__ = ["Document", "Shown", "Takeaway", "TextFile"]


class TextFile(NamedTuple):
    """A file as it is downloaded."""

    name: str
    text: str


class Shown(NamedTuple):
    """What is on screen: the work in one line, the paragraph as text and as Markdown, the title, which may be empty."""

    summary: str
    paragraph: str
    markdown: str
    title: str


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

    def shown(self) -> Shown:
        """What is on screen now."""

    def report(self, title: str) -> tuple[str, list[TextFile]]:
        """Make the report; a sentence on where it is, and its files."""

    def save(self, title: str) -> TextFile:
        """The work as a file."""

    def load(self, text: str, name: str) -> str:
        """Take the work from a file; a sentence on what it is."""


class Takeaway(RequestWidget):
    """The paragraph on screen, with buttons that write the report, save the work and load it.

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
            "largest": self._document.max_bytes,
            "words": self._document.words,
        }

    def _reply(self, message: dict[str, Any]) -> dict[str, Any]:
        match message["kind"]:
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
        return f"{shown.summary}\n\n{shown.paragraph}"

    def _static(self) -> dict[str, str]:
        """Add the paragraph: what is read where no kernel runs."""
        return {"text/markdown": self._document.shown().markdown}
