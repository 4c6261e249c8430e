"""By how much all of a patient's disease has improved at a week: care, drug, and the disease's ups and downs.

It is shared: each measure follows it in its own way (`trajectory`), and who does not improve leaves more often
(`attendance`).
"""

from __future__ import annotations

import numpy as np

from trialsim.patients import quantiles
from trialsim.patients.disease import AtEntry, Entry
from trialsim.patients.points import Points
from trialsim.patients.readings import Floats
from trialsim.patients.scenario import Scenario
from trialsim.patients.weeks import USUAL_WEEK, WEEKS, visit_name

# Coordinates that a visit takes beside the disease at entry: the shared improvement at week 12, who leaves, and what
# another week adds. `at_one_week` needs no more.
_ANOTHER_WEEK = "fluctuation.another week"
COORDINATES = ("fluctuation.Week 12", "drug.touches", "drug.strength", _ANOTHER_WEEK)


def wander(points: Points, name: str, week: float, scenario: Scenario) -> Floats:
    """A standard normal wander at a week from 4 to 52, tied from visit to visit.

    It is drawn at week 12, then away from it, then between: no week depends on whether another is asked for. Up to week
    12 it goes away from where it was at entry (Brownian motion); from there its spread stays, and it forgets.
    """
    if week in WEEKS:
        start = WEEKS.index(int(week))
        towards = start + np.sign(WEEKS.index(12) - start)
        own = quantiles.normal(points(f"{name}.{visit_name(week)}"))
        if week == USUAL_WEEK:
            return own
        near = float(WEEKS[towards])
        tie = _tie(week, near, scenario)
        return np.asarray(tie * wander(points, name, near, scenario) + np.sqrt(1 - tie**2) * own)
    after = next(k for k, planned in enumerate(WEEKS) if planned > week)
    left, right = float(WEEKS[after - 1]), float(WEEKS[after])
    to_left, to_right, across = (_tie(*pair, scenario) for pair in ((left, week), (week, right), (left, right)))
    between = to_left * (1 - to_right**2) * wander(points, name, left, scenario)
    between += to_right * (1 - to_left**2) * wander(points, name, right, scenario)
    free = np.sqrt((1 - to_left**2) * (1 - to_right**2) / (1 - across**2))
    own = quantiles.normal(points(f"{name}.{visit_name(week)}"))
    return np.asarray(between / (1 - across**2) + free * own)


def _tie(week: float, other: float, scenario: Scenario) -> float:
    """The correlation of a wander at two weeks; that of two weeks apart is the product of those between."""
    first, last = min(week, other), max(week, other)
    until = np.sqrt(min(first, USUAL_WEEK) / min(last, USUAL_WEEK))
    weeks = max(last, USUAL_WEEK) - max(first, USUAL_WEEK)
    return float(until * scenario.fluctuation_memory ** (weeks / USUAL_WEEK))


def widening(week: float) -> float:
    """How much of week 12's spread is there at a week."""
    return float(np.sqrt(min(week / USUAL_WEEK, 1.0)))


def background_course(scenario: Scenario, week: float) -> float:
    """How many times week 12's improvement under standard care is there at `week`: a straight line to a plateau."""
    until = scenario.background_weeks
    return min(week, until) / min(USUAL_WEEK, until)


def drug_course(scenario: Scenario, week: float) -> float:
    """Share of the drug's week 12 effect that is there at `week`."""
    return float(np.expm1(-scenario.drug_rate * week) / np.expm1(-scenario.drug_rate * USUAL_WEEK))


def shared_improvement(points: Points, entry: Entry | AtEntry, scenario: Scenario, week: float) -> Floats:
    """The fraction by which all of a patient's disease has improved at a week, shape (n,)."""
    return _improvement(points, entry, scenario, week, wander(points, "fluctuation", week, scenario))


def at_one_week(points: Points, entry: Entry, scenario: Scenario, week: float) -> tuple[Floats, Floats]:
    """The shared improvement at a week, and at week 12, shape (n,) each.

    As `shared_improvement` has them, for whoever looks at no other visit: an expectation, which wants few coordinates.
    """
    last = wander(points, "fluctuation", USUAL_WEEK, scenario)
    at_last = _improvement(points, entry, scenario, USUAL_WEEK, last)
    if week == USUAL_WEEK:
        return at_last, at_last
    tie = _tie(week, USUAL_WEEK, scenario)
    there = tie * last + np.sqrt(1 - tie**2) * quantiles.normal(points(_ANOTHER_WEEK))
    return _improvement(points, entry, scenario, week, there), at_last


def _improvement(points: Points, entry: Entry | AtEntry, s: Scenario, week: float, there: Floats) -> Floats:
    touched = points("drug.touches") >= s.untouched_share
    strength = np.clip(1 + s.drug_spread * quantiles.normal(points("drug.strength")), 0, 2)
    drug = s.drug_effect * touched * strength * drug_course(s, week)
    passing = np.sqrt(s.entry_share) * min(week / USUAL_WEEK, 1.0) * entry.fluctuation
    new = np.sqrt(1 - s.entry_share) * widening(week) * there
    return np.asarray(s.background * background_course(s, week) + drug + s.natural_fluctuation * (passing + new))
