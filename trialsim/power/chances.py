"""The chance that each measure is improved, or worse, at a visit: normal between the edges of the rule."""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import NDArray

from trialsim.facts.core_set import measure
from trialsim.facts.responses import ResponseDefinition
from trialsim.patients.disease import Entry
from trialsim.patients.items import followed_enzyme, item_limits, item_readings
from trialsim.patients.readings import ENZYMES, PER_UNIT, SCALES, STEP, TOP, Floats, Ints, Readings
from trialsim.patients.trajectory import Course
from trialsim.rules.options import ResponseOptions
from trialsim.rules.response import follow_up_edges
from trialsim.rules.score_points import score_rule, step_edges

_NO_SPREAD = 1e-9  # where nothing can wander, the normal distribution becomes a step


def chance_at_most(code: str, value: Ints, entry: Entry, course: Course, followed: Ints) -> Floats:
    """The chance that a measure reads `value` or less (grid units) at the course's visit, shape (n,)."""
    if measure(code).is_enzyme:
        rows, k = np.arange(len(followed)), followed if code == "ENZYME" else ENZYMES.index(code)
        uln, mean = entry.uln[rows, k], course.enzymes[rows, k]
        spread = np.hypot(course.own_enzymes[rows, k], course.error_enzymes[rows, k])
        top = np.log((np.maximum(value, 0) + 0.5) / uln)
        chance = scipy.special.ndtr((top - mean) / np.maximum(spread, _NO_SPREAD))
        # No reading lies below one step of the grid.
        return np.where(value < 1, 0.0, chance)
    j = SCALES.index(code)
    spread = np.maximum(np.hypot(course.own_scales[:, j], course.error_scales[:, j]), _NO_SPREAD) * PER_UNIT[j]
    mean = course.scales[:, j] * PER_UNIT[j]
    # A reading is rounded to a step of the instrument, so `value` stands for all up to half a step beyond it.
    on_step = np.floor_divide(value, STEP[j]) * STEP[j]
    if measure(code).higher_is_better:
        chance = scipy.special.ndtr((mean - (TOP[j] - on_step - STEP[j] / 2)) / spread)
    else:
        chance = scipy.special.ndtr((on_step + STEP[j] / 2 - mean) / spread)
    return np.where(value < 0, 0.0, np.where(value >= TOP[j], 1.0, chance))


def chance_reached(code: str, edge: Ints, entry: Entry, course: Course, followed: Ints) -> Floats:
    """The chance that a measure reads as good as `edge` or better, shape (n,)."""
    if measure(code).higher_is_better:
        return np.asarray(1 - chance_at_most(code, edge - 1, entry, course, followed))
    return chance_at_most(code, edge, entry, course, followed)


def band_chances(
    entry: Entry, baseline: Readings, course: Course, definition: ResponseDefinition, enzyme: str
) -> NDArray[np.float64]:
    """Chances that each item lies in each band of a score's points, shape (n, items, bands)."""
    followed = followed_enzyme(baseline, entry.uln, enzyme)
    limits, ranges = item_limits(entry.uln, definition, followed)
    start = item_readings(baseline, definition, followed)
    edges = step_edges(start, score_rule(definition).table, uln=limits, enzyme_multiple=ranges)
    n, items, steps = edges.shape
    reached = np.zeros((n, items, steps + 2))
    reached[:, :, 0] = 1.0
    for j, code in enumerate(definition.items):
        for k in range(steps):
            reached[:, j, k + 1] = chance_reached(code, edges[:, j, k], entry, course, followed)
    return np.asarray(np.maximum(reached[:, :, :-1] - reached[:, :, 1:], 0.0))


def measure_chances(
    entry: Entry,
    baseline: Readings,
    course: Course,
    definition: ResponseDefinition,
    options: ResponseOptions,
    enzyme: str,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Chances that each item is improved and that it is worse, given the state at entry and the shared improvement.

    Returns
    -------
    improved, worse : array (n, items)
    """
    followed = followed_enzyme(baseline, entry.uln, enzyme)
    limits, ranges = item_limits(entry.uln, definition, followed)
    start = item_readings(baseline, definition, followed)
    edges = follow_up_edges(start, definition, options, uln=limits, enzyme_multiple=ranges)
    improved, worse = np.empty(start.shape), np.empty(start.shape)
    for j, code in enumerate(definition.items):
        better_at, worse_at = edges.improved_at[:, j], edges.worse_at[:, j]
        improved[:, j] = chance_reached(code, better_at, entry, course, followed)
        if measure(code).higher_is_better:
            worse[:, j] = chance_at_most(code, worse_at, entry, course, followed)
        else:
            worse[:, j] = 1 - chance_at_most(code, worse_at - 1, entry, course, followed)
    return improved, worse
