"""What leaves the bench: the paragraph, the report as two files, and the bench as one that can be loaded again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import traitlets

from trialsim.errors import TrialsimError
from trialsim.exchange.session import MAX_BENCH_BYTES, read_bench, write_bench
from trialsim.lessons.talking import Talker, script
from trialsim.power.bench import DESIGNS, Bench
from trialsim.report import as_html, as_markdown, justify, write_report
from trialsim.report.words import paragraph, percent
from trialsim.text import in_markdown

__all__ = ["BENCH_FILE", "REPORT_FILE", "Takeaway"]

REPORT_FILE = "sample_size_justification"
"""The report's name beside the notebook, without ending."""

BENCH_FILE = "my_bench.json"
"""What a saved bench is called when it is downloaded."""


class Takeaway(Talker):
    """The justification on screen, with buttons that write it, save the bench and load it.

    Parameters
    ----------
    bench : Bench
    put : callable
        Takes a bench that was loaded; raises `TrialsimError` where it cannot be shown.
    folder : Path, optional
        Where the report is written; the folder of the notebook unless given.
    """

    _esm = script("takeaway.js")

    now = traitlets.Dict().tag(sync=True)

    def __init__(self, bench: Bench, put: Callable[[Bench], None], *, folder: Path | None = None) -> None:
        self._put, self._folder = put, folder
        self._bench = bench
        super().__init__(now=self._now(bench))

    def show(self, bench: Bench) -> None:
        """Show another bench."""
        self._bench = bench
        self.now = self._now(bench)

    @staticmethod
    def summary(bench: Bench) -> str:
        """The bench in one line."""
        return (
            f"The bench: p0 {percent(bench.p0)}, p1 {percent(bench.p1)}, alpha {bench.alpha:g}, power {bench.power:g}; "
            f"taken: {DESIGNS[bench.design]}."
        )

    def _now(self, bench: Bench) -> dict[str, Any]:
        return {
            "summary": self.summary(bench),
            "paragraph": paragraph(bench),
            "title": bench.title,
            "largest": MAX_BENCH_BYTES,
        }

    def _reply(self, message: dict[str, Any]) -> dict[str, Any]:
        match message["kind"]:
            case "report":
                return self._report(message["title"])
            case "save":
                return {"file": {"name": BENCH_FILE, "text": write_bench(self._titled(message["title"]))}}
            case "load":
                return self._load(message["text"], message["name"])
        raise ValueError(f"unknown message: {message['kind']!r}")

    def _titled(self, title: str) -> Bench:
        titled = replace(self._bench, title=title)
        if titled != self._bench:
            self._put(titled)
        return titled

    def _report(self, title: str) -> dict[str, Any]:
        bench = self._titled(title)
        found = justify(bench)
        texts = ((f"{REPORT_FILE}.html", as_html(found)), (f"{REPORT_FILE}.md", as_markdown(found)))
        try:
            files = write_report(bench, (self._folder or Path.cwd()) / REPORT_FILE)
            said = f"Written beside this notebook: {files[0].name} and {files[1].name}."
        except TrialsimError as error:
            said = f"The folder of this notebook cannot be written to ({error}). Take the files from the links."
        return {"said": said, "files": [{"name": name, "text": text} for name, text in texts]}

    def _load(self, text: str, name: str) -> dict[str, Any]:
        bench = read_bench(text, name)
        try:
            self._put(bench)
        except TrialsimError as error:
            fix = "It is sound, but the controls of this page cannot show it: use load_bench in a cell of code."
            raise TrialsimError(f"{name}, {error.where}", error.got, error.allowed, fix) from None
        return {"said": f"Loaded {name}. {self.summary(bench)} Every panel above shows it."}

    def __repr__(self) -> str:
        return f"{self.summary(self._bench)}\n\n{paragraph(self._bench)}"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Add the paragraph: what is read where no kernel runs."""
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        return data | {"text/plain": repr(self), "text/markdown": _quoted(self._bench)}, metadata


def _quoted(bench: Bench) -> str:
    return f"**For the protocol.** {in_markdown(paragraph(bench))}"
