"""Twelve weeks: a shared fractional improvement, each measure's own change on top, missing visits.

Given the state at entry and the shared improvement, the measures move independently of each other, each with a normal
spread. `expected_course` says where; `read_course` draws a patient from it; an expectation integrates over it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import scipy
from numpy.typing import NDArray

from trialsim.patients import quantiles
from trialsim.patients.disease import (
    ENZYMES,
    SCALES,
    Entry,
    Floats,
    Readings,
    enzyme_errors,
    read_enzymes,
    read_scales,
    reading_noise,
    scale_errors,
)
from trialsim.patients.points import Points
from trialsim.patients.scenario import Scenario

Visit = Literal["Week 4", "Week 8", "Week 12"]
WEEKS: dict[Visit, int] = {"Week 4": 4, "Week 8": 8, "Week 12": 12}
_LAST = 12.0

# Coordinates that the shared improvement at week 12 and the missing of that visit take.
COORDINATES = ("fluctuation.Week 12", "drug.touches", "drug.strength")

_LOADINGS = ("phga_loading", "ptga_loading", "mmt_loading", "haq_loading", "emga_loading", "pcs_loading")

# An enzyme follows the disease in full from its upper limit upwards, and not at all from half of it downwards.
_CALM, _IN_FULL = np.log(0.5), 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """Where the true states of a visit are expected, and how far each wanders by itself.

    Attributes
    ----------
    scales, own_scales, error_scales : array (n, scales)
        Mean, standard deviation of a measure's own change, and of the error of one reading; units of the true state.
    enzymes, own_enzymes, error_enzymes : array (n, 5)
        The same on the logarithm of the multiple of ULN.
    """

    scales: Floats
    own_scales: Floats
    error_scales: Floats
    enzymes: Floats
    own_enzymes: Floats
    error_enzymes: Floats


def wander(points: Points, name: str, week: float) -> Floats:
    """A standard normal wander at week 4, 8, 12 or later, tied from visit to visit.

    Earlier visits are filled in between (a Brownian bridge), so week 12 does not depend on whether they are asked for.
    After week 12 it stays where it is: the ups and downs of a chronic disease do not widen for ever.
    """
    last = quantiles.normal(points(f"{name}.Week 12"))
    if week >= _LAST:
        return last
    week8 = last * 2 / 3 + quantiles.normal(points(f"{name}.Week 8")) * np.sqrt(8 * 4 / 12 / _LAST)
    if week == WEEKS["Week 8"]:
        return np.asarray(week8 / widening(week))
    week4 = week8 / 2 + quantiles.normal(points(f"{name}.Week 4")) * np.sqrt(4 * 4 / 8 / _LAST)
    return np.asarray(week4 / widening(week))


def widening(week: float) -> float:
    """How much of week 12's spread is there at a week."""
    return float(np.sqrt(min(week / _LAST, 1.0)))


def drug_course(scenario: Scenario, week: float) -> float:
    """Share of the drug's week 12 effect that is there at `week`."""
    return float(np.expm1(-scenario.drug_rate * week) / np.expm1(-scenario.drug_rate * _LAST))


def shared_improvement(points: Points, entry: Entry, scenario: Scenario, week: float) -> Floats:
    """The fraction by which all of a patient's disease has improved at a week (4, 8, 12 or later), shape (n,)."""
    s = scenario
    touched = points("drug.touches") >= s.untouched_share
    strength = np.clip(1 + s.drug_spread * quantiles.normal(points("drug.strength")), 0, 2)
    drug = s.drug_effect * touched * strength * drug_course(s, week)
    passing = np.sqrt(s.entry_share) * min(week / _LAST, 1.0) * entry.fluctuation
    new = np.sqrt(1 - s.entry_share) * widening(week) * wander(points, "fluctuation", week)
    return np.asarray(s.background * week / _LAST + drug + s.natural_fluctuation * (passing + new))


def expected_course(entry: Entry, improvement: Floats, scenario: Scenario, week: float = _LAST) -> Course:
    """Where the measures are expected at a week, given the shared improvement."""
    s, elapsed = scenario, widening(week)
    loadings = np.array([getattr(s, name) for name in _LOADINGS])
    scales = entry.scales * (1 - loadings * improvement[:, None])
    scales[:, :2] -= s.open_label_optimism
    # Losses are counted from the end of a scale that nobody reaches, so their own spread is not a share of them.
    own = s.own_spread * entry.scales
    own[:, SCALES.index("SF36PCS")] = s.pcs_own_spread
    following = np.clip((entry.enzymes - _CALM) / (_IN_FULL - _CALM), 0, 1)
    return Course(
        scales=scales,
        own_scales=elapsed * own,
        # That of the state at entry: were it that of the visit, a stronger drug could worsen a reading.
        error_scales=scale_errors(entry.scales, s),
        enzymes=entry.enzymes - s.enzyme_loading * improvement[:, None] * following,
        own_enzymes=elapsed * (s.enzyme_own_spread * following + s.enzyme_calm_spread * (1 - following)),
        error_enzymes=np.broadcast_to(enzyme_errors(s), entry.enzymes.shape),
    )


def read_course(points: Points, entry: Entry, scenario: Scenario, visit: Visit) -> Readings:
    """What the instruments read at a visit of patients who come to it."""
    week = WEEKS[visit]
    course = expected_course(entry, shared_improvement(points, entry, scenario, week), scenario, week)
    own = np.stack([wander(points, f"own.{code}", week) for code in (*SCALES, *ENZYMES)], axis=-1)
    noise = reading_noise(points, visit)
    k = len(SCALES)
    return Readings(
        read_scales(course.scales - course.own_scales * own[:, :k] + course.error_scales * noise[:, :k]),
        read_enzymes(course.enzymes - course.own_enzymes * own[:, k:] + course.error_enzymes * noise[:, k:], entry.uln),
    )


def missing_share(improvement: Floats, scenario: Scenario) -> Floats:
    """The chance that a patient with this improvement has no week 12 visit: higher for those who do not improve."""
    s = scenario
    spread = s.natural_fluctuation or 1.0
    for_lack = 2 * scipy.special.ndtr((s.background - improvement) / spread)
    return np.clip(s.missing_week12 * (1 - s.missing_for_lack + s.missing_for_lack * for_lack), 0, 1)


def leaves_at(points: Points, entry: Entry, scenario: Scenario) -> Floats:
    """The week at which a patient leaves the trial, shape (n,); infinite for those who stay."""
    improvement = shared_improvement(points, entry, scenario, _LAST)
    leaves = points("missing.Week 12") < missing_share(improvement, scenario)
    return np.where(leaves, _LAST * points("missing.when"), np.inf)


def attended(leaves: Floats, visit: Visit) -> NDArray[np.bool_]:
    """Who is still there at a visit."""
    return np.asarray(leaves > WEEKS[visit])
