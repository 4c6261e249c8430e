"""What leaves the bench: the paragraph, the report as three files, and the bench as one that can be loaded again."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from trialsim.errors import TrialsimError
from trialsim.exchange.session import MAX_BENCH_BYTES, read_bench, write_bench
from trialsim.power.bench import DESIGNS, MAX_TEXT, RESCUE, STOPPED, Bench
from trialsim.report import justify
from trialsim.report.pages import rendered, write_files
from trialsim.report.words import missing, paragraph, percent
from trialsim.text import in_markdown, listed
from trialsim.widgets.controls import Select
from trialsim.widgets.takeaway import Shown, TextFile, TextLine

__all__ = ["BENCH_FILE", "REPORT_FILE", "BenchReport", "summary"]

REPORT_FILE = "sample_size_justification"
"""The report's name beside the notebook, without ending."""

BENCH_FILE = "my_bench.json"
"""What a saved bench is called when it is downloaded."""


def summary(bench: Bench) -> str:
    """The bench in one line."""
    return (
        f"The bench: p0 {percent(bench.p0)}, p1 {percent(bench.p1)}, alpha {bench.alpha:g}, power {bench.power:g}; "
        f"taken: {DESIGNS[bench.design]}."
    )


class BenchReport:
    """The justification of a bench.

    Parameters
    ----------
    bench : callable
        Gives the bench as it stands.
    put : callable
        Takes a bench that was loaded; raises `TrialsimError` where it cannot be shown.
    """

    words: ClassVar = {
        "heading": "The paragraph for your protocol",
        "title": "Name of your trial (optional)",
        "save": "Save the bench",
        "load": "Load a saved bench",
        "kind": "a saved bench",
        "changed": "The report above this line is of the bench as it was then.",
    }
    asks = (
        TextLine("p0_reason", "Why this response rate without the drug (p0), and who judged so", MAX_TEXT),
        TextLine("p1_reason", "Why this rate would be worth finding (p1), and who judged so", MAX_TEXT),
        Select(
            "rescue",
            "A patient with rescue treatment, or a raised glucocorticoid or immunosuppressant, before the assessment",
            RESCUE,
        ),
        Select("stopped", "A patient who stops the drug before the assessment", STOPPED),
    )
    max_bytes = MAX_BENCH_BYTES

    def __init__(self, bench: Callable[[], Bench], put: Callable[[Bench], None]) -> None:
        self._bench, self._put = bench, put

    def shown(self) -> Shown:
        """The bench in one line, and the paragraph for the protocol."""
        bench = self._bench()
        text = paragraph(bench)
        answers = {asked.name: getattr(bench, asked.name) for asked in self.asks}
        lacks = missing(bench)
        said = f"Still missing, in square brackets below: {'; '.join(lacks)}." if lacks else ""
        markdown = f"**For the protocol.** {in_markdown(text)}"
        return Shown(summary(bench), text, markdown, bench.title, answers, said)

    def answer(self, name: str, value: str) -> None:
        """Put a reason or a choice into the bench."""
        self._put(replace(self._bench(), **{name: value}))  # type: ignore[arg-type]

    def report(self, title: str) -> tuple[str, list[TextFile]]:
        """Write the report beside the notebook; where that cannot be, its files are there to download."""
        bench = self._titled(title)
        files = rendered(justify(bench))
        texts = [_to_download(f"{REPORT_FILE}{ending}", content) for ending, content in sorted(files.items())]
        try:
            write_files(files, Path.cwd() / REPORT_FILE)
            said = f"Written beside this notebook: {listed([text.name for text in texts], 'and')}."
        except TrialsimError as error:
            said = f"The report cannot be written beside this notebook ({error}) Take the files from the links."
        return said, texts

    def save(self, title: str) -> TextFile:
        """The bench as a file."""
        return TextFile(BENCH_FILE, write_bench(self._titled(title)))

    def load(self, text: str, name: str) -> str:
        """Take the bench from a file."""
        bench = read_bench(text, name)
        try:
            self._put(bench)
        except TrialsimError as error:
            fix = "It is sound, but the controls of this page cannot show it: use load_bench in a cell of code."
            raise TrialsimError(f"{name}, {error.where}", error.got, error.allowed, fix) from None
        return f"Loaded {name}. {summary(bench)} Every panel shows it."

    def _titled(self, title: str) -> Bench:
        titled = replace(self._bench(), title=title)
        if titled != self._bench():
            self._put(titled)
        return titled


def _to_download(name: str, content: str | bytes) -> TextFile:
    if isinstance(content, bytes):
        return TextFile(name, b64encode(content).decode(), coded=True)
    return TextFile(name, content)
