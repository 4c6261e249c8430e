"""Each measure from week 4 to week 52: it follows the shared improvement, and moves by itself on top.

Given the state at entry and the shared improvement, the measures move independently of each other, each with a normal
spread. `expected_course` says where; `read_course` draws a patient from it, `AtVisit` one measure at a time; an
expectation integrates over it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from trialsim.patients.disease import AtEntry, Entry
from trialsim.patients.improvement import shared_improvement, wander, widening
from trialsim.patients.points import Points, some_of
from trialsim.patients.readings import (
    ENZYMES,
    SCALES,
    Floats,
    Ints,
    Readings,
    beside,
    enzyme_error,
    noise,
    on_grid,
    scale_error,
)
from trialsim.patients.scenario import Scenario
from trialsim.patients.weeks import USUAL_WEEK, visit_name

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


class Moved(NamedTuple):
    """Where a true state is expected, how far it wanders by itself, and the error of one reading."""

    mean: Floats
    own: Floats
    error: Floats | float


def scale_moved(
    code: str, state: Floats, improvement: Floats, scenario: Scenario, week: float, damage: Floats
) -> Moved:
    """Where a scale is expected at a week, given its state at entry and the shared improvement.

    Strength that is lost for good, `damage`, neither comes back nor wanders.
    """
    s = scenario
    active = state - damage if code == "MMT8" else state
    mean = state - active * getattr(s, _LOADINGS[code]) * improvement
    if code in ("PHGA", "PTGA"):
        mean = mean - s.open_label_optimism
    # Losses are counted from the end of a scale that nobody reaches, so their own spread is not a share of them.
    own = np.full(state.shape, s.pcs_own_spread) if code == "SF36PCS" else s.own_spread * active
    # The error is that of the state at entry: were it that of the visit, a stronger drug could worsen a reading.
    return Moved(mean, widening(week) * own, scale_error(code, state, s))


def enzyme_moved(code: str, state: Floats, improvement: Floats, scenario: Scenario, week: float) -> Moved:
    """The same of an enzyme, on the logarithm of the multiple of ULN."""
    s = scenario
    following = np.clip((state - _CALM) / (_IN_FULL - _CALM), 0, 1)
    own = widening(week) * (s.enzyme_own_spread * following + s.enzyme_calm_spread * (1 - following))
    return Moved(state - s.enzyme_loading * improvement * following, own, enzyme_error(code, s))


def expected_course(entry: Entry, improvement: Floats, scenario: Scenario, week: float = USUAL_WEEK) -> Course:
    """Where the measures are expected at a week, given the shared improvement."""
    of_scales = [
        scale_moved(code, entry.scales[:, j], improvement, scenario, week, entry.damage)
        for j, code in enumerate(SCALES)
    ]
    of_enzymes = [
        enzyme_moved(code, entry.enzymes[:, k], improvement, scenario, week) for k, code in enumerate(ENZYMES)
    ]
    n = len(improvement)
    return Course(
        *(beside([np.broadcast_to(moved[part], n) for moved in of_scales]) for part in range(len(Moved._fields))),
        *(beside([np.broadcast_to(moved[part], n) for moved in of_enzymes]) for part in range(len(Moved._fields))),
    )


def read_moved(
    code: str,
    state: Floats,
    improvement: Floats,
    points: Points,
    scenario: Scenario,
    week: float,
    *,
    damage: Floats | None = None,
    uln: Ints | None = None,
) -> Ints:
    """What is read of a scale, or of an enzyme with its upper limits, at a visit of patients who come to it."""
    if uln is None:
        assert damage is not None
        moved = scale_moved(code, state, improvement, scenario, week, damage)
    else:
        moved = enzyme_moved(code, state, improvement, scenario, week)
    own = wander(points, f"own.{code}", week, scenario)
    return on_grid(code, moved.mean - moved.own * own + moved.error * noise(code, points, visit_name(week)), uln)


def read_course(points: Points, entry: Entry, scenario: Scenario, week: float) -> Readings:
    """What the instruments read at a visit of patients who come to it."""
    improvement = shared_improvement(points, entry, scenario, week)
    scales = [
        read_moved(code, entry.scales[:, j], improvement, points, scenario, week, damage=entry.damage)
        for j, code in enumerate(SCALES)
    ]
    enzymes = [
        read_moved(code, entry.enzymes[:, k], improvement, points, scenario, week, uln=entry.uln[:, k])
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
    week : float
        When it takes place.
    """

    __slots__ = ("at_entry", "improvement", "points", "scenario", "week")

    def __init__(self, points: Points, at_entry: AtEntry, improvement: Floats, scenario: Scenario, week: float) -> None:
        self.points, self.at_entry, self.improvement = points, at_entry, improvement
        self.scenario, self.week = scenario, week

    def of(self, code: str) -> Ints:
        """The readings of one scale or enzyme."""
        at_entry = self.at_entry
        return read_moved(
            code,
            at_entry.state(code),
            self.improvement,
            self.points,
            self.scenario,
            self.week,
            damage=at_entry.damage if code == "MMT8" else np.zeros(self.points.n),
            uln=at_entry.uln(code) if code in ENZYMES else None,
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
                self.week,
                uln=self.at_entry.uln(code)[rows],
            )
        return readings
