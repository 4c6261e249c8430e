"""The distribution of a score from the chances of each measure's points: an exact count, no sampling."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from trialsim.errors import TrialsimError
from trialsim.facts.points_table import PointsTable
from trialsim.facts.responses import ResponseDefinition, load_response
from trialsim.rules.response_chance import Floats, chance_array
from trialsim.rules.score_points import cutoff_units, score_rule, step_worth

_CHUNK = 2048
_ROUNDING = 1e-9


def score_probability_given(band_chances: npt.ArrayLike, definition: str | Path | ResponseDefinition) -> float | Floats:
    """The chance that a score reaches the definition's cut-off, given each measure's chances to lie in each band.

    Parameters
    ----------
    band_chances : array_like, shape (..., 6, bands)
        For each measure, in the order of :func:`trialsim.core_set`, the chances of each band of improvement, from the
        one that earns nothing upwards; they add up to 1. In the 2016 table there are five bands.
    definition : str, Path or ResponseDefinition
        One that scores.

    Returns
    -------
    float or ndarray, shape (...)

    Raises
    ------
    TrialsimError
        A chance lies outside 0 to 1, those of a measure do not add up to 1, the shape does not fit, or the definition
        counts measures.

    Examples
    --------
    >>> chances = [[0.2] * 5] * 6
    >>> round(score_probability_given(chances, "TIS-MODERATE"), 4)
    0.8481
    """
    found = load_response(definition)
    rows, shape = _check_bands(band_chances, score_rule(found).table)
    needed = cutoff_units(found)
    answer = np.empty(len(rows))
    for part, below in _convolved(rows, score_rule(found).table, needed):
        answer[part] = 1.0 - below.sum(axis=0)
    np.clip(answer, 0.0, 1.0, out=answer)
    return float(answer[0]) if not shape else answer.reshape(shape)


def score_distribution_given(band_chances: npt.ArrayLike, table: PointsTable) -> Floats:
    """The chance of every score, given each measure's chances to lie in each band.

    Parameters
    ----------
    band_chances : array_like, shape (..., items, bands)
        As for :func:`score_probability_given`.
    table : PointsTable
        The points.

    Returns
    -------
    ndarray, shape (..., scores)
        Chances of 0, 1, 2 ... units of the table (0, 2.5, 5 ... 100 points in 2016).
    """
    rows, shape = _check_bands(band_chances, table)
    scores = int(table.highest / table.unit) + 1
    answer = np.empty((len(rows), scores))
    for part, chances in _convolved(rows, table, scores):
        answer[part] = chances.T
    return answer.reshape(*shape, scores)


def _convolved(rows: Floats, table: PointsTable, limit: int) -> Iterator[tuple[slice, Floats]]:
    """Slices of patients, each with the chances (units, patients) of every sum below `limit`; the rest is dropped."""
    worth = np.cumsum(step_worth(table), axis=1)
    for first in range(0, len(rows), _CHUNK):
        part = slice(first, first + _CHUNK)
        chances = np.ascontiguousarray(np.moveaxis(rows[part], 0, -1))
        below = np.zeros((limit, chances.shape[-1]))
        below[0] = 1.0
        for j in range(len(table.items)):
            grown = below * chances[j, 0]
            steps = worth[j].tolist()
            for units in sorted(set(steps)):
                chance = sum(chances[j, k + 1] for k, each in enumerate(steps) if each == units)
                if units < limit:
                    grown[units:] += below[: limit - units] * chance
            below = grown
        yield part, below


def _check_bands(band_chances: npt.ArrayLike, table: PointsTable) -> tuple[Floats, tuple[int, ...]]:
    where, wanted = "band_chances", (len(table.items), len(table.above[0]) + 1)
    array = chance_array(where, band_chances)
    if array.ndim < 2 or array.shape[-2:] != wanted:
        raise TrialsimError(
            where, array.shape, f"shape (..., {wanted[0]}, {wanted[1]}): measures, bands of improvement"
        )
    totals = array.sum(axis=-1)
    if array.size and np.abs(totals - 1.0).max() > _ROUNDING:
        raise TrialsimError(
            where, float(totals.flat[np.abs(totals - 1).argmax()]), "chances of a measure that sum to 1"
        )
    return array.reshape(-1, *wanted), array.shape[:-2]
