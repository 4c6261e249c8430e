"""A number of a patient, compared where it was drawn: in the unit interval, without working out its value.

The value grows with the point it is a quantile of, so a comparison of values is a comparison of points, with a border
that is searched for once. Next to the border, where rounding might decide, the value itself is compared: the answer is
always that of the value.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trialsim.facts.candidate import candidate_schema
from trialsim.patients.points import LARGEST, SMALLEST, Points, Uniforms, some_of
from trialsim.rules.candidate import Bools, FactColumn

# Public values of patients at points, growing with the point; then the parameters of the distribution.
Quantile = Callable[..., NDArray[np.float64]]

_CELLS, _ROUNDS = 1024, 3


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """A stored fact, as `rules.candidate.Values`.

    Parameters
    ----------
    name : str
        The fact.
    points : Points
        The patients.
    coordinate : str
        Which coordinate of theirs the value is a quantile of; it is drawn when it is needed.
    quantile : callable
        A function at the top of a module; it takes the points, then the parameters.
    parameters : tuple of float
    """

    name: str
    points: Points
    coordinate: str
    quantile: Quantile
    parameters: tuple[float, ...]

    @property
    def values(self) -> NDArray[Any]:
        """Values on the grid of the fact."""
        return _steps(self.name, self.points(self.coordinate), self.quantile, self.parameters)

    @property
    def known(self) -> None:
        """It is known of everybody."""
        return None

    @property
    def per(self) -> int:
        """Grid steps in one unit."""
        return candidate_schema().facts[self.name].per

    def under(self, step: int) -> Bools:
        """Where the value, on its grid, lies below a step."""
        surely, perhaps = _border(self.name, self.quantile, self.parameters, step)
        if surely == perhaps:
            return np.full(self.points.n, surely == 1)
        u = self.points(self.coordinate)
        found, may_be = np.asarray(u < surely), u < perhaps
        if np.count_nonzero(found) != np.count_nonzero(may_be):
            near = np.flatnonzero(found != may_be)
            found[near] = _steps(self.name, u[near], self.quantile, self.parameters) < step
        return found

    def rows(self, rows: NDArray[np.intp]) -> Drawn:
        """The same fact of some candidates."""
        return Drawn(self.name, some_of(self.points, rows), self.coordinate, self.quantile, self.parameters)


def _steps(name: str, u: Uniforms, quantile: Quantile, parameters: tuple[float, ...]) -> NDArray[Any]:
    return FactColumn.of(name, quantile(u, *parameters)).values


@lru_cache(maxsize=1024)
def _border(name: str, quantile: Quantile, parameters: tuple[float, ...], step: int) -> tuple[float, float]:
    """Below the first point every value lies below the step, from the second on none does; 0 or 1 if all are alike."""
    ends = _steps(name, np.array([SMALLEST, LARGEST]), quantile, parameters) < step
    if ends[0] == ends[1]:
        return (1.0, 1.0) if ends[0] else (0.0, 0.0)
    low, high = 0.0, 1.0
    for _ in range(_ROUNDS):
        points = np.linspace(low, high, _CELLS + 1)
        below = _steps(name, np.clip(points, SMALLEST, LARGEST), quantile, parameters) < step
        many = int(np.count_nonzero(below))
        # A cell more on either side, for the last digit of a quantile.
        low, high = float(points[max(many - 2, 0)]), float(points[min(many + 1, _CELLS)])
    return low, high
