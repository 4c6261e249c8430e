"""A table in a drawer that takes seconds: worked out when somebody opens it, or when the page is made to be read."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import Any

import traitlets

from trialsim.ahead import at_once
from trialsim.widgets.request_widget import RequestWidget, is_live, script
from trialsim.widgets.slow_part import Pieces
from trialsim.widgets.table import Table

Steps = Generator[None, None, Table]


class Later(RequestWidget):
    """A `Table` that waits in a drawer.

    Parameters
    ----------
    drawer : str
        What stands on its front.
    make : callable
        Works the table out, a step at a time: a generator that returns it. The page answers between two steps.

    Examples
    --------
    >>> import pandas as pd
    >>> def make():
    ...     yield  # between two long steps
    ...     return Table(pd.DataFrame({"n": [20]}), "Patients. Assumed.")
    >>> Later("How many?", make).table.frame["n"].tolist()
    [20]
    """

    _esm = script("later.js")

    drawer = traitlets.Unicode().tag(sync=True)

    def __init__(self, drawer: str, make: Callable[[], Steps]) -> None:
        self._make = make
        self._made: Table | None = None
        self._asked: list[Any] = []
        self._pieces = Pieces(self._work)
        super().__init__(drawer=drawer)

    @property
    def table(self) -> Table:
        """The table; worked out once."""
        if self._made is None:
            self._made = at_once(self._make())
        return self._made

    def _reply(self, message: dict[str, Any]) -> dict[str, Any]:
        """That the table comes in a message of its own; once it is there, the table."""
        if self._made is not None:
            return self._shown()
        self._asked.append(message.get("id"))
        if len(self._asked) == 1:
            self._pieces.start()
        return {"coming": True} if self._made is None else self._shown()

    def _work(self) -> Iterator[None]:
        """Work the table out; send it to whoever asked, or in words why there is none."""

        def shown() -> dict[str, Any]:
            if failed is not None:
                raise failed
            return self._shown()

        failed: Exception | None = None
        try:
            self._made = yield from self._make()
        except Exception as error:
            failed = error
        asked, self._asked = self._asked, []
        for name in asked:
            self.send({"id": name} | self._outcome(shown))

    def _shown(self) -> dict[str, Any]:
        return {"table": self.table._repr_html_()}

    def __repr__(self) -> str:
        return self.drawer if is_live() else repr(self.table)

    def _static(self) -> dict[str, str]:
        return {} if is_live() else {"text/html": self.table.in_drawer(self.drawer)}
