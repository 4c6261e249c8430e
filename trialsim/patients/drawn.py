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

from trialsim.patients.points import LARGEST, SMALLEST, Points, some_of
from trialsim.rules.values import Bools

# Values of patients on the grid of a fact, growing with the point, which comes first; then the parameters.
Quantile = Callable[..., NDArray[Any]]

_CELLS, _ROUNDS = 1024, 3


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """A stored fact, as `rules.candidate.Values`.

    Parameters
    ----------
    points : Points
        The patients.
    coordinate : str
        Which coordinate of theirs the value is a quantile of; it is drawn when it is needed.
    quantile : callable
        A function at the top of a module; it takes the points, then the parameters.
    parameters : tuple of float
    per : int
        Grid steps in one unit.
    """

    points: Points
    coordinate: str
    quantile: Quantile
    parameters: tuple[float, ...]
    per: int = 1

    @property
    def values(self) -> NDArray[Any]:
        """Values on the grid of the fact."""
        return self.quantile(self.points(self.coordinate), *self.parameters)

    @property
    def known(self) -> None:
        """It is known of everybody."""
        return None

    def under(self, step: int) -> Bools:
        """Where the value, on its grid, lies below a step."""
        surely, perhaps = _border(self.quantile, self.parameters, step)
        if surely == perhaps:
            return np.full(self.points.n, surely == 1)
        u = self.points(self.coordinate)
        found, may_be = np.asarray(u < surely), u < perhaps
        if np.count_nonzero(found) != np.count_nonzero(may_be):
            near = np.flatnonzero(found != may_be)
            found[near] = self.quantile(u[near], *self.parameters) < step
        return found

    def rows(self, rows: NDArray[np.intp]) -> Drawn:
        """The same fact of some candidates."""
        return Drawn(some_of(self.points, rows), self.coordinate, self.quantile, self.parameters, self.per)


@lru_cache(maxsize=1024)
def _border(quantile: Quantile, parameters: tuple[float, ...], step: int) -> tuple[float, float]:
    """Below the first point every value lies below the step, from the second on none does; 0 or 1 if all are alike."""
    ends = quantile(np.array([SMALLEST, LARGEST]), *parameters) < step
    if ends[0] == ends[1]:
        return (1.0, 1.0) if ends[0] else (0.0, 0.0)
    low, high = 0.0, 1.0
    for _ in range(_ROUNDS):
        points = np.linspace(low, high, _CELLS + 1)
        below = quantile(np.clip(points, SMALLEST, LARGEST), *parameters) < step
        many = int(np.count_nonzero(below))
        # A cell more on either side, for the last digit of a quantile.
        low, high = float(points[max(many - 2, 0)]), float(points[min(many + 1, _CELLS)])
    return low, high
