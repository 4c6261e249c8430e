"""Twelve weeks: a shared fractional improvement, each measure's own change on top, missing visits.

Given the state at entry and the shared improvement, the measures move independently of each other, each with a normal
spread. `expected_course` says where; `read_course` draws a patient from it, `AtVisit` one measure at a time; an
expectation integrates over it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import scipy
from numpy.typing import NDArray

from trialsim.patients import quantiles
from trialsim.patients.disease import (
    ENZYMES,
    SCALES,
    AtEntry,
    Entry,
    Floats,
    Ints,
    Readings,
    beside,
    enzyme_error,
    noise,
    on_grid,
    scale_error,
)
from trialsim.patients.points import Points, some_of
from trialsim.patients.scenario import Scenario

Visit = Literal["Week 4", "Week 8", "Week 12"]
WEEKS: dict[Visit, int] = {"Week 4": 4, "Week 8": 8, "Week 12": 12}
_LAST = 12.0

# Coordinates that the shared improvement at week 12 and the missing of that visit take.
COORDINATES = ("fluctuation.Week 12", "drug.touches", "drug.strength")

_LOADINGS = {
    "PHGA": "phga_loading",
    "PTGA": "ptga_loading",
    "MMT8": "mmt_loading",
    "HAQDI": "haq_loading",
    "EMGA": "emga_loading",
    "SF36PCS": "pcs_loading",
}

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


def shared_improvement(points: Points, entry: Entry | AtEntry, scenario: Scenario, week: float) -> Floats:
    """The fraction by which all of a patient's disease has improved at a week (4, 8, 12 or later), shape (n,)."""
    s = scenario
    touched = points("drug.touches") >= s.untouched_share
    strength = np.clip(1 + s.drug_spread * quantiles.normal(points("drug.strength")), 0, 2)
    drug = s.drug_effect * touched * strength * drug_course(s, week)
    passing = np.sqrt(s.entry_share) * min(week / _LAST, 1.0) * entry.fluctuation
    new = np.sqrt(1 - s.entry_share) * widening(week) * wander(points, "fluctuation", week)
    return np.asarray(s.background * week / _LAST + drug + s.natural_fluctuation * (passing + new))


class Moved(NamedTuple):
    """Where a true state is expected, how far it wanders by itself, and the error of one reading."""

    mean: Floats
    own: Floats
    error: Floats | float


def scale_moved(code: str, state: Floats, improvement: Floats, scenario: Scenario, week: float) -> Moved:
    """Where a scale is expected at a week, given its state at entry and the shared improvement."""
    s = scenario
    mean = state * (1 - getattr(s, _LOADINGS[code]) * improvement)
    if code in ("PHGA", "PTGA"):
        mean = mean - s.open_label_optimism
    # Losses are counted from the end of a scale that nobody reaches, so their own spread is not a share of them.
    own = np.full(state.shape, s.pcs_own_spread) if code == "SF36PCS" else s.own_spread * state
    # The error is that of the state at entry: were it that of the visit, a stronger drug could worsen a reading.
    return Moved(mean, widening(week) * own, scale_error(code, state, s))


def enzyme_moved(code: str, state: Floats, improvement: Floats, scenario: Scenario, week: float) -> Moved:
    """The same of an enzyme, on the logarithm of the multiple of ULN."""
    s = scenario
    following = np.clip((state - _CALM) / (_IN_FULL - _CALM), 0, 1)
    own = widening(week) * (s.enzyme_own_spread * following + s.enzyme_calm_spread * (1 - following))
    return Moved(state - s.enzyme_loading * improvement * following, own, enzyme_error(code, s))


def expected_course(entry: Entry, improvement: Floats, scenario: Scenario, week: float = _LAST) -> Course:
    """Where the measures are expected at a week, given the shared improvement."""
    of_scales = [scale_moved(code, entry.scales[:, j], improvement, scenario, week) for j, code in enumerate(SCALES)]
    of_enzymes = [
        enzyme_moved(code, entry.enzymes[:, k], improvement, scenario, week) for k, code in enumerate(ENZYMES)
    ]
    n = len(improvement)
    return Course(
        *(beside([np.broadcast_to(one[part], n) for one in of_scales]) for part in range(len(Moved._fields))),
        *(beside([np.broadcast_to(one[part], n) for one in of_enzymes]) for part in range(len(Moved._fields))),
    )


def read_moved(
    code: str,
    state: Floats,
    improvement: Floats,
    points: Points,
    scenario: Scenario,
    visit: Visit,
    uln: Ints | None = None,
) -> Ints:
    """What is read of a scale, or of an enzyme with its upper limits, at a visit of patients who come to it."""
    week = WEEKS[visit]
    moved = (scale_moved if uln is None else enzyme_moved)(code, state, improvement, scenario, week)
    own = wander(points, f"own.{code}", week)
    return on_grid(code, moved.mean - moved.own * own + moved.error * noise(code, points, visit), uln)


def read_course(points: Points, entry: Entry, scenario: Scenario, visit: Visit) -> Readings:
    """What the instruments read at a visit of patients who come to it."""
    improvement = shared_improvement(points, entry, scenario, WEEKS[visit])
    scales = [
        read_moved(code, entry.scales[:, j], improvement, points, scenario, visit) for j, code in enumerate(SCALES)
    ]
    enzymes = [
        read_moved(code, entry.enzymes[:, k], improvement, points, scenario, visit, entry.uln[:, k])
        for k, code in enumerate(ENZYMES)
    ]
    return Readings(beside(scales), beside(enzymes))


class AtVisit:
    """What the instruments read at a visit, one measure at a time.

    Parameters
    ----------
    points : Points
        The patients; they come to the visit.
    at_entry : AtEntry
        Their disease at entry.
    improvement : array (n,)
        Their shared improvement at the visit.
    """

    __slots__ = ("at_entry", "improvement", "points", "scenario", "visit")

    def __init__(
        self, points: Points, at_entry: AtEntry, improvement: Floats, scenario: Scenario, visit: Visit
    ) -> None:
        self.points, self.at_entry, self.improvement = points, at_entry, improvement
        self.scenario, self.visit = scenario, visit

    def of(self, code: str) -> Ints:
        """The readings of one scale or enzyme."""
        uln = self.at_entry.uln(code) if code in ENZYMES else None
        return read_moved(
            code, self.at_entry.state(code), self.improvement, self.points, self.scenario, self.visit, uln
        )

    def of_followed(self, followed: Ints) -> Ints:
        """The readings of the enzyme that is followed in each patient, by its place; no other is read."""
        readings = np.empty_like(followed)
        for k, code in enumerate(ENZYMES):
            rows = np.flatnonzero(followed == k)
            readings[rows] = read_moved(
                code,
                self.at_entry.state(code)[rows],
                self.improvement[rows],
                some_of(self.points, rows),
                self.scenario,
                self.visit,
                self.at_entry.uln(code)[rows],
            )
        return readings


def missing_share(improvement: Floats, scenario: Scenario) -> Floats:
    """The chance that a patient with this improvement has no week 12 visit: higher for those who do not improve."""
    s = scenario
    spread = s.natural_fluctuation or 1.0
    for_lack = 2 * scipy.special.ndtr((s.background - improvement) / spread)
    return np.clip(s.missing_week12 * (1 - s.missing_for_lack + s.missing_for_lack * for_lack), 0, 1)


def leaves(points: Points, improvement: Floats, scenario: Scenario) -> NDArray[np.bool_]:
    """Who leaves the trial before week 12, given the shared improvement at that week."""
    return np.asarray(points("missing.Week 12") < missing_share(improvement, scenario))


def leaves_at(points: Points, entry: Entry, scenario: Scenario) -> Floats:
    """The week at which a patient leaves the trial, shape (n,); infinite for those who stay."""
    improvement = shared_improvement(points, entry, scenario, _LAST)
    return np.where(leaves(points, improvement, scenario), _LAST * points("missing.when"), np.inf)


def attended(leaves: Floats, visit: Visit) -> NDArray[np.bool_]:
    """Who is still there at a visit."""
    return np.asarray(leaves > WEEKS[visit])
