"""A bench as a short text that opens it elsewhere, and a second bench kept beside it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import ipywidgets

from trialsim.errors import TrialsimError
from trialsim.exchange.session import bench_from_text, bench_to_text
from trialsim.lessons.bench.bench_report import summary
from trialsim.lessons.bench.compare import compared_html
from trialsim.power.bench import Bench
from trialsim.report.lines import on_a_cluster

if TYPE_CHECKING:
    from trialsim.lessons.bench.open_bench import OpenBench

__all__ = ["Share"]

_CLUSTER = (
    "Thousands of assumptions at once, on many machines: these lines, in a notebook where "
    "<code>dask[distributed]</code> is installed. The numbers are the same wherever they are computed."
)
_WIDE = {"description_width": "9rem"}


class Share:
    """The tab with the text of the bench, and what differs from the bench that was kept.

    Parameters
    ----------
    session : OpenBench

    Attributes
    ----------
    box : VBox
    text, pasted : Text
        The bench as it stands, and the text that was pasted.
    cluster : HTML
        The lines that take a sweep of it to a cluster.
    kept : Bench
        The bench that was kept to compare; the one that everybody starts with until then.
    """

    def __init__(self, session: OpenBench) -> None:
        self._session, self.kept = session, Bench()
        wide = ipywidgets.Layout(width="auto")
        self.text = ipywidgets.Text(description="This bench as text", layout=wide, style=_WIDE)
        self.pasted = ipywidgets.Text(
            description="Paste a text here", layout=wide, style=_WIDE, continuous_update=False
        )
        self.said, self.table, self.cluster = ipywidgets.HTML(), ipywidgets.HTML(), ipywidgets.HTML()
        take, keep, swap = (
            ipywidgets.Button(description=label, layout=ipywidgets.Layout(width="auto"))
            for label in ("Open the pasted text", "Keep this bench to compare", "Go back to the kept bench")
        )
        take.on_click(lambda _: self.open())
        keep.on_click(lambda _: self.keep())
        swap.on_click(lambda _: self._put(self.kept, "The kept bench is open."))
        buttons = ipywidgets.HBox([take, keep, swap])
        self.box = ipywidgets.VBox([self.text, self.pasted, buttons, self.said, self.table, self.cluster])

    def open(self) -> None:
        """Open the bench of the pasted text, or say why not."""
        try:
            bench = bench_from_text(self.pasted.value)
        except TrialsimError as error:
            self._say(f"{error} The bench stays as it is.")
            return
        self._put(bench, f"Opened. {summary(bench)}")

    def keep(self) -> None:
        """Keep the bench as it stands: what is changed from now on stands beside it."""
        self.kept = self._session.bench
        self.refresh()

    def refresh(self) -> None:
        """Show the bench as it stands."""
        bench = self._session.bench
        try:
            self.text.value = bench_to_text(bench)
        except TrialsimError as error:
            self.text.value = str(error)
        self.table.value = compared_html(self.kept, bench)
        lines = on_a_cluster(bench)
        self.cluster.value = f"<p>{_CLUSTER}</p><pre>{escape(lines)}</pre>" if lines else ""

    def _put(self, bench: Bench, said: str) -> None:
        try:
            self._session.bench = bench
        except TrialsimError as error:
            said = f"{error} The bench stays as it is."
        self._say(said)

    def _say(self, sentence: str) -> None:
        self.said.value = f'<p role="status" style="white-space:normal">{escape(sentence)}</p>'
