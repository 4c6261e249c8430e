"""The glucocorticoid dose over twelve weeks: set by a physician who sees how the patient does, and has habits."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trialsim.facts.drugs import drugs
from trialsim.patients import quantiles
from trialsim.patients.candidates import Candidates
from trialsim.patients.course import WEEKS, shared_improvement
from trialsim.patients.points import Points
from trialsim.patients.scenario import Scenario
from trialsim.patients.treatments import GLUCOCORTICOID, QUARTER_TABLET


def doses(points: Points, candidates: Candidates, scenario: Scenario) -> NDArray[np.float64]:
    """Doses in mg of prednisone a day at baseline and weeks 4, 8 and 12, shape (n, 4)."""
    drug, dose = (candidates.course(name, GLUCOCORTICOID).values for name in ("drug", "dose"))
    per_mg = np.array([float(one.prednisone_per_mg or 0) for one in drugs()])
    baseline = np.where(candidates.occupied(GLUCOCORTICOID), dose / 100 * per_mg[drug], 0.0)
    habit = scenario.gc_ratio_spread * quantiles.normal(points("steroid habit"))
    columns = [baseline]
    for week in WEEKS.values():
        improvement = shared_improvement(points, candidates.entry, scenario, week) - scenario.background
        elapsed = week / 12
        change = elapsed * (np.log(scenario.gc_ratio_median) + habit) - scenario.gc_follows_state * improvement
        columns.append(np.rint(baseline * np.exp(change) / QUARTER_TABLET) * QUARTER_TABLET)
    return np.stack(columns, axis=-1)
