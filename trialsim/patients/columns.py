"""What has been worked out of some patients, kept by name: nothing is worked out twice, and nothing for nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

Column = TypeVar("Column")


class Columns:
    """Columns of some patients, arrays or whatever has `.rows`, each worked out when it is first asked for.

    Parameters
    ----------
    of_all : Columns, optional
        Those of more patients, of whom these are some: what is known of them is taken over.
    rows : array of int, optional
        Which of them these are.

    Examples
    --------
    >>> everybody = Columns()
    >>> everybody("age", lambda: np.array([50, 60, 70]))
    array([50, 60, 70])
    >>> Columns(everybody, np.array([2]))("age", lambda: np.array([0]))
    array([70])
    """

    __slots__ = ("_known", "_of_all", "_rows")

    def __init__(self, of_all: Columns | None = None, rows: NDArray[np.intp] | None = None) -> None:
        self._known: dict[str, Any] = {}
        self._of_all, self._rows = of_all, rows

    def __call__(self, name: str, work_out: Callable[[], Column]) -> Column:
        """The column of this name, worked out by the function if nothing is known of it."""
        found: Column | None = self._find(name)
        if found is None:
            found = self._known[name] = work_out()
        return found

    def _find(self, name: str) -> Any:
        if name not in self._known and self._of_all is not None:
            of_all = self._of_all._find(name)
            if of_all is not None:
                array = isinstance(of_all, np.ndarray)
                self._known[name] = of_all.take(self._rows) if array else of_all.rows(self._rows)
        return self._known.get(name)


class column(Generic[Column]):
    """A property that is worked out when it is first asked for, and kept among `self.columns` by its own name.

    Examples
    --------
    >>> class Patients:
    ...     columns = Columns()
    ...
    ...     @column
    ...     def age(self) -> list[int]:
    ...         return [50]
    >>> Patients().age is Patients().age
    True
    """

    def __init__(self, work_out: Callable[[Any], Column]) -> None:
        self._name, self._work_out, self.__doc__ = work_out.__name__, work_out, work_out.__doc__

    def __get__(self, patients: Any, owner: type) -> Column:
        found: Column = patients.columns(self._name, lambda: self._work_out(patients))
        return found
