"""Points for improvement in percent of an instrument's range: one kernel, on whole numbers.

As in :mod:`trialsim.rules.response` the arithmetic stands in one place, :func:`step_edges`: given a baseline, from
which follow-up value on each step of a measure is reached.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from trialsim.errors import TrialsimError
from trialsim.facts.core_set import measure
from trialsim.facts.points_table import PointsTable
from trialsim.facts.responses import ResponseDefinition, ScoreRule
from trialsim.rules.grid import MISSING, Ints, highest_value


class Points(NamedTuple):
    """Points in whole units of the table (`table.unit`, 2.5 points in 2016), shape (..., items).

    `earned` counts a missing measure as 0; `possible` is what some value in place of the missing ones would earn (equal
    to `earned` where nothing is missing); `reachable` is what the best follow-up would have earned from this baseline,
    0 where a value is missing; `gain` is the change on the grid, positive when better, 0 where a value is missing.
    """

    earned: Ints
    possible: Ints
    reachable: Ints
    gain: Ints
    known: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """The verdict of a score on each patient: `response` (1, 0, -1 undecided) and `score` in units of the table."""

    response: npt.NDArray[np.int8]
    score: Ints


def step_edges(
    baseline: npt.ArrayLike,
    table: PointsTable,
    *,
    mmt8_max: int = 150,
    uln: npt.ArrayLike,
    enzyme_multiple: npt.ArrayLike,
) -> Ints:
    """From which follow-up value on each step of a measure's points is reached.

    Parameters
    ----------
    baseline : array_like of int, shape (..., items)
        Grid values, in the order of `table.items`.
    table : PointsTable
        The points.
    mmt8_max : {150, 80}
        Both sides or one.
    uln, enzyme_multiple : array_like of int, broadcasting to (..., items)
        The enzyme's upper limit of normal on the grid and how many of it make its range; read for enzymes only.

    Returns
    -------
    ndarray of int64, shape (..., items, steps)
        Where lower is better a step is reached at or below its edge, where higher is better at or above it. Edges
        below 0 or above the range are reached by no value.

    Examples
    --------
    >>> from trialsim.facts.points_table import load_points
    >>> table = load_points("acr_eular_2016")
    >>> step_edges([60, 60, 120, 189, 10000, 40], table, uln=2000, enzyme_multiple=15)[[0, 2, 4]].tolist()
    [[54, 44, 34, 19], [124, 136, 151, 166], [8499, 5499, 2499, -2001]]
    """
    start = np.asarray(baseline, dtype=np.int64)
    if not start.ndim or start.shape[-1] != len(table.items):
        raise TrialsimError("values", start.shape, f"arrays of shape (..., {len(table.items)})")
    limits = np.broadcast_to(np.asarray(uln, dtype=np.int64), start.shape)
    multiples = np.broadcast_to(np.asarray(enzyme_multiple, dtype=np.int64), start.shape)
    edges = np.empty((*start.shape, len(table.above[0])), dtype=np.int64)
    for j, code in enumerate(table.items):
        found = measure(code)
        full: Ints | int = (
            limits[..., j] * multiples[..., j] if found.is_enzyme else round(highest_value(code, mmt8_max) * found.grid)
        )
        for k, above in enumerate(table.above[j]):
            share = above / 100
            least = share.numerator * full // share.denominator + 1  # bands are closed on the right
            edges[..., j, k] = start[..., j] + least if found.higher_is_better else start[..., j] - least
    return edges


def points_of(
    baseline: npt.ArrayLike,
    followup: npt.ArrayLike,
    table: PointsTable,
    *,
    mmt8_max: int = 150,
    uln: npt.ArrayLike,
    enzyme_multiple: npt.ArrayLike,
) -> Points:
    """The points each measure earns, in units of the table.

    Parameters as for :func:`step_edges`; `MISSING` marks what was not measured.

    Examples
    --------
    >>> from trialsim.facts.points_table import load_points
    >>> table = load_points("acr_eular_2016")
    >>> baseline, followup = [60, 60, 120, 189, 10000, 40], [54, 55, 124, 168, 8490, -1]
    >>> points = points_of(baseline, followup, table, uln=2000, enzyme_multiple=15)
    >>> (points.earned * float(table.unit)).tolist()
    [7.5, 0.0, 10.0, 0.0, 2.5, 0.0]
    """
    start, end = np.broadcast_arrays(np.asarray(baseline, dtype=np.int64), np.asarray(followup, dtype=np.int64))
    higher = np.array([measure(code).higher_is_better for code in table.items])
    low = np.array([round(measure(code).low * measure(code).grid) for code in table.items])
    high = np.array([round(highest_value(code, mmt8_max) * measure(code).grid) for code in table.items])
    worth = step_worth(table)

    def earn(first: Ints, last: Ints) -> Ints:
        edges = step_edges(first, table, mmt8_max=mmt8_max, uln=uln, enzyme_multiple=enzyme_multiple)
        reached = np.where(higher[:, None], last[..., None] >= edges, last[..., None] <= edges)
        return np.asarray((reached * worth).sum(axis=-1), dtype=np.int64)

    known = (start != MISSING) & (end != MISSING)
    best_start, best_end = np.where(higher, low, high), np.where(higher, high, low)
    filled = np.where(start == MISSING, best_start, start)
    earned = earn(filled, np.where(end == MISSING, best_end, end))
    gain = np.where(known, np.where(higher, end - start, start - end), 0)
    return Points(
        earned=np.where(known, earned, 0),
        possible=earned,
        reachable=np.where(known, earn(filled, np.broadcast_to(best_end, filled.shape)), 0),
        gain=gain,
        known=known,
    )


def score_verdicts(points: Points, definition: ResponseDefinition, missing: str = "undecided") -> Scores:
    """The verdict on each patient: does the sum of points reach the definition's cut-off?

    Parameters
    ----------
    points : Points
        From :func:`points_of`.
    definition : ResponseDefinition
        One that scores.
    missing : {"undecided", "not_counted", "non_responder"}
        As in :class:`trialsim.rules.options.ResponseOptions`.
    """
    needed = cutoff_units(definition)
    score = points.earned.sum(axis=-1)
    response = (score >= needed).astype(np.int8)
    if missing == "undecided":
        perhaps = points.possible.sum(axis=-1) >= needed
        response = np.where((response == 0) & perhaps, -1, response).astype(np.int8)
    elif missing == "non_responder":
        response = np.where(points.known.all(axis=-1), response, 0).astype(np.int8)
    return Scores(response, np.asarray(score, dtype=np.int64))


@cache
def step_worth(table: PointsTable) -> Ints:
    """What each step adds to a measure's points, in units of the table, shape (items, steps); not to be written to."""
    units = np.array([[int(each / table.unit) for each in row] for row in table.points], dtype=np.int64)
    worth = np.diff(units, axis=1, prepend=0)
    worth.flags.writeable = False
    return worth


def score_rule(definition: ResponseDefinition) -> ScoreRule:
    """The definition's rule, which must be a score."""
    if not isinstance(definition.rule, ScoreRule):
        raise TrialsimError("definition", definition.id, "a definition that scores improvement")
    return definition.rule


def cutoff_units(definition: ResponseDefinition) -> int:
    """The least sum, in units of the table, that is a response."""
    rule = score_rule(definition)
    share: Fraction = rule.cutoff / rule.table.unit
    return -(-share.numerator // share.denominator)
