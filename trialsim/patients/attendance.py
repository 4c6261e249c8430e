"""Who is still there at a visit: before week 12 those who improve less leave more often, later all at one rate."""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import NDArray

from trialsim.patients.disease import AtEntry, Entry
from trialsim.patients.improvement import shared_improvement
from trialsim.patients.points import Points
from trialsim.patients.readings import Floats
from trialsim.patients.scenario import Scenario
from trialsim.patients.weeks import USUAL_WEEK


def missing_share(improvement: Floats, scenario: Scenario) -> Floats:
    """The chance to leave before week 12 with this improvement at that week: higher for those who do not improve."""
    s = scenario
    spread = s.natural_fluctuation or 1.0
    for_lack = 2 * scipy.special.ndtr((s.background - improvement) / spread)
    return np.clip(s.missing_week12 * (1 - s.missing_for_lack + s.missing_for_lack * for_lack), 0, 1)


def missing_by(improvement: Floats, scenario: Scenario, week: float) -> Floats:
    """The chance to have left by a week, given the improvement at week 12."""
    early = missing_share(improvement, scenario)
    if week <= USUAL_WEEK:
        return early * (week / USUAL_WEEK)
    return np.asarray(1 - (1 - early) * (1 - scenario.missing_later) ** ((week - USUAL_WEEK) / USUAL_WEEK))


def leaves_at(points: Points, entry: Entry | AtEntry, scenario: Scenario, improvement: Floats | None = None) -> Floats:
    """The week at which a patient leaves, shape (n,): before week 12 at any time alike, later at a constant rate.

    Parameters
    ----------
    points, entry, scenario
        The patients.
    improvement : array (n,), optional
        Their shared improvement at week 12, where it is at hand.
    """
    at_last = shared_improvement(points, entry, scenario, USUAL_WEEK) if improvement is None else improvement
    early = points("missing.Week 12") < missing_share(at_last, scenario)
    with np.errstate(divide="ignore"):
        later = USUAL_WEEK + USUAL_WEEK * np.log(points("missing.later")) / np.log1p(-scenario.missing_later)
    return np.where(early, USUAL_WEEK * points("missing.when"), later)


def attended(leaves: Floats, week: float) -> NDArray[np.bool_]:
    """Who is still there at a visit."""
    return np.asarray(leaves > week)
