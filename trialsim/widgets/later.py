"""A table in a drawer that takes seconds: worked out when somebody opens it, or when the page is made to be read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import cached_property
from typing import Any

import traitlets

from trialsim.ahead import compute_ahead
from trialsim.widgets.request_widget import RequestWidget, is_live, script
from trialsim.widgets.table import Table


class Later(RequestWidget):
    """A `Table` that waits in a drawer.

    Parameters
    ----------
    drawer : str
        What stands on its front.
    make : callable
        Works the table out.

    Examples
    --------
    >>> import pandas as pd
    >>> Later("How many?", lambda: Table(pd.DataFrame({"n": [20]}), "Patients. Assumed.")).table.frame["n"].tolist()
    [20]
    """

    _esm = script("later.js")

    drawer = traitlets.Unicode().tag(sync=True)

    def __init__(self, drawer: str, make: Callable[[], Table]) -> None:
        self._make = make
        super().__init__(drawer=drawer)

    @cached_property
    def table(self) -> Table:
        """The table; worked out once."""
        return self._make()

    def _reply(self, message: dict[str, Any]) -> dict[str, Any]:
        """The table; where the page is to answer meanwhile, that it comes in a message of its own."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return self._shown()

        def work() -> None:
            made = {"id": message["id"]} | self._outcome(self._shown)
            loop.call_soon_threadsafe(self.send, made)

        compute_ahead(work, self.drawer)
        return {"coming": True}

    def _shown(self) -> dict[str, Any]:
        return {"table": self.table._repr_html_()}

    def __repr__(self) -> str:
        return self.drawer if is_live() else repr(self.table)

    def _static(self) -> dict[str, str]:
        return {} if is_live() else {"text/html": self.table.in_drawer(self.drawer)}
