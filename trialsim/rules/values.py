"""One fact of some candidates, as a comparison takes it: written down, or known well enough to be compared.

All values are whole numbers on their grid, so that a comparison with a threshold is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from trialsim.facts.candidate_schema import candidate_schema

Bools = NDArray[np.bool_]


class Values(Protocol):
    """One fact of some candidates, as a comparison takes it; `FactColumn` says what each part is."""

    @property
    def values(self) -> NDArray[Any]: ...

    @property
    def known(self) -> Bools | None: ...

    @property
    def per(self) -> int | NDArray[np.int64]: ...

    def under(self, step: int) -> Bools:
        """Where the value, on its grid, lies below a step."""

    def rows(self, rows: NDArray[np.intp]) -> Values:
        """The same fact of some of the candidates."""


@dataclass(frozen=True, slots=True, eq=False)
class FactColumn:
    """One fact of all candidates.

    Attributes
    ----------
    values : array of bool or int
        Booleans as they are; categories as their place in `Fact.categories`; numbers in grid steps (weight in 0.1 kg).
        What stands where a value is not known does not matter.
    known : array of bool or None
        Where the value is known; None: everywhere.
    per : int or array of int
        Grid steps in one unit, so that a value in its public unit is ``values / per``. An array for a ratio of two
        measured whole numbers (ALT over its upper limit). Always above 0.
    """

    values: NDArray[Any]
    known: NDArray[np.bool_] | None = None
    per: int | NDArray[np.int64] = 1

    @classmethod
    def of(cls, name: str, values: Any, known: NDArray[np.bool_] | None = None) -> FactColumn:
        """A stored fact from values in its public unit, put on its grid.

        Parameters
        ----------
        name : str
            A stored fact of `data/candidate.toml`.
        values : array_like
            Booleans, codes of categories, or numbers in the public unit that lie on the grid.
        known : array of bool, optional

        Examples
        --------
        >>> FactColumn.of("weight_kg", [59.9, 60.0]).values
        array([599, 600], dtype=int32)
        """
        fact = candidate_schema().facts[name]
        array = np.asarray(values)
        if fact.kind == "boolean":
            return cls(array.astype(bool), known)
        return cls(np.rint(np.asarray(array * fact.per)).astype(np.int32), known, fact.per)

    def under(self, step: int) -> Bools:
        """Where the value, on its grid, lies below a step."""
        return np.asarray(self.values < step)

    def rows(self, rows: slice | NDArray[np.intp]) -> FactColumn:
        """The same fact of some candidates."""
        return FactColumn(
            self.values[rows],
            None if self.known is None else self.known[rows],
            self.per[rows] if isinstance(self.per, np.ndarray) else self.per,
        )


@dataclass(frozen=True, slots=True, eq=False)
class CategorySet:
    """A category of all candidates of which, for some, only several possible values are left.

    `possible` has bit k set where category k is still possible; a candidate whose category is known has one bit.
    """

    possible: NDArray[np.uint8]

    def rows(self, rows: NDArray[np.intp]) -> CategorySet:
        """The same category of some candidates."""
        return CategorySet(self.possible[rows])


Column = Values | CategorySet
