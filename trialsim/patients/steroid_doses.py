"""The glucocorticoid dose over the weeks: set by a physician who sees how the patient does, and has habits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from trialsim.facts.drugs import drugs
from trialsim.patients import quantiles
from trialsim.patients.candidates import Candidates
from trialsim.patients.improvement import background_course, shared_improvement
from trialsim.patients.points import Points
from trialsim.patients.scenario import Scenario
from trialsim.patients.treatments import GLUCOCORTICOID, QUARTER_TABLET


def doses(
    points: Points, candidates: Candidates, scenario: Scenario, weeks: Sequence[float] = (4, 8, 12)
) -> NDArray[np.float64]:
    """Doses in mg of prednisone a day at baseline and at some weeks, shape (n, 1 + weeks)."""
    drug, dose = (candidates.course(name, GLUCOCORTICOID).values for name in ("drug", "dose"))
    per_mg = np.array([float(drug.prednisone_per_mg or 0) for drug in drugs()])
    baseline = np.where(candidates.treatments.current(GLUCOCORTICOID), dose / 100 * per_mg[drug], 0.0)
    habit = scenario.gc_ratio_spread * quantiles.normal(points("steroid habit"))
    columns = [baseline]
    for week in weeks:
        # The taper is part of standard care: it goes on as long as that does something.
        elapsed = background_course(scenario, week)
        improvement = shared_improvement(points, candidates.entry, scenario, week) - scenario.background * elapsed
        change = elapsed * (np.log(scenario.gc_ratio_median) + habit) - scenario.gc_follows_state * improvement
        columns.append(np.rint(baseline * np.exp(change) / QUARTER_TABLET) * QUARTER_TABLET)
    return np.stack(columns, axis=-1)
