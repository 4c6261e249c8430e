"""A table to read in a lesson: every word of it, with a line that says what it shows and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING

from trialsim.text import harmless

if TYPE_CHECKING:  # a lesson's first picture needs no table, and pandas takes a third of the time until it is there
    import pandas as pd


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Table:
    """A table with its caption; long texts are not cut off.

    Parameters
    ----------
    frame : pandas.DataFrame
        What it shows; its index, if it has a name, is the first column.
    caption : str
        What it says, and its source or the word assumed.
    drawer : str
        Where it is given, the table waits in a drawer with this on its front.

    Examples
    --------
    >>> import pandas as pd
    >>> Table(pd.DataFrame({"n": [20]}), "Patients. Assumed.")
    Patients. Assumed.
     n
    20
    """

    frame: pd.DataFrame
    caption: str
    drawer: str = ""

    def __repr__(self) -> str:
        return f"{self.caption}\n{self._columns().to_string(index=False)}"

    def _repr_html_(self) -> str:
        import pandas as pd

        with pd.option_context("display.max_colwidth", None):
            body = self._columns().to_html(index=False, border=0, justify="left")
        if "$" in body or "\\" in body:  # a formula to the page, which reads what a learner wrote as it reads our text
            body = body.replace('class="dataframe', 'class="mathjax_ignore dataframe', 1)
        body = body.replace("<thead>", f"<caption>{escape(self.caption)}</caption>\n  <thead>", 1)
        return f"<details><summary>{escape(self.drawer)}</summary>\n{body}</details>" if self.drawer else body

    def in_drawer(self, drawer: str) -> str:
        """The table as a page shows it, with this on the front of its drawer."""
        return replace(self, drawer=drawer)._repr_html_()

    def _columns(self) -> pd.DataFrame:
        frame = self.frame if self.frame.index.name is None else self.frame.reset_index()
        return frame.map(lambda cell: harmless(cell) if isinstance(cell, str) else cell)
