"""The course from week 4 to week 52: a shared fractional improvement, each measure's own change on top, missing visits.

Given the state at entry and the shared improvement, the measures move independently of each other, each with a normal
spread. `expected_course` says where; `read_course` draws a patient from it, `AtVisit` one measure at a time; an
expectation integrates over it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import scipy
from numpy.typing import NDArray

from trialsim.errors import check_number
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

# The weeks at which everybody is seen, as far as a trial goes; a protocol may add one of its own between them.
WEEKS = (4, 8, 12, 24, 52)
MIN_WEEK, MAX_WEEK = WEEKS[0], WEEKS[-1]
# The week for which the scenario's numbers hold, and at which the course is drawn first.
_LAST = 12.0

# Coordinates that a visit takes beside the disease at entry: the shared improvement at week 12, who leaves, and what
# another week adds. `at_one_week` needs no more.
_ANOTHER_WEEK = "fluctuation.another week"
COORDINATES = ("fluctuation.Week 12", "drug.touches", "drug.strength", _ANOTHER_WEEK)

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


def check_week(where: str, week: Any) -> float:
    """Return a week at which the course can be read, or raise.

    Examples
    --------
    >>> check_week("week", 24)
    24.0
    """
    return check_number(
        where,
        week,
        MIN_WEEK,
        MAX_WEEK,
        fix=f"Before week {MIN_WEEK} nobody is seen, and after week {MAX_WEEK} no control group of this disease was.",
    )


def visit_name(week: float) -> str:
    """What the visit at a week is called.

    Examples
    --------
    >>> visit_name(0), visit_name(12)
    ('Baseline', 'Week 12')
    """
    return f"Week {week:g}" if week else "Baseline"


def visits_until(week: float) -> tuple[float, ...]:
    """The weeks at which a patient is seen who is followed to a week: the usual ones, and that week.

    Examples
    --------
    >>> visits_until(16)
    (4, 8, 12, 16)
    """
    return (*(planned for planned in WEEKS if planned < week), int(week) if week == int(week) else week)


def wander(points: Points, name: str, week: float, scenario: Scenario) -> Floats:
    """A standard normal wander at a week from 4 to 52, tied from visit to visit.

    It is drawn at week 12, then away from it, then between: no week depends on whether another is asked for. Up to week
    12 it goes away from where it was at entry (Brownian motion); from there its spread stays, and it forgets.
    """
    if week in WEEKS:
        start = WEEKS.index(int(week))
        towards = start + np.sign(WEEKS.index(12) - start)
        own = quantiles.normal(points(f"{name}.{visit_name(week)}"))
        if week == _LAST:
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


def _tie(one: float, other: float, scenario: Scenario) -> float:
    """The correlation of a wander at two weeks; that of two weeks apart is the product of those between."""
    first, last = min(one, other), max(one, other)
    until = np.sqrt(min(first, _LAST) / min(last, _LAST))
    weeks = max(last, _LAST) - max(first, _LAST)
    return float(until * scenario.fluctuation_memory ** (weeks / _LAST))


def widening(week: float) -> float:
    """How much of week 12's spread is there at a week."""
    return float(np.sqrt(min(week / _LAST, 1.0)))


def background_course(scenario: Scenario, week: float) -> float:
    """How many times week 12's improvement under standard care is there at `week`: a straight line to a plateau."""
    until = scenario.background_weeks
    return min(week, until) / min(_LAST, until)


def drug_course(scenario: Scenario, week: float) -> float:
    """Share of the drug's week 12 effect that is there at `week`."""
    return float(np.expm1(-scenario.drug_rate * week) / np.expm1(-scenario.drug_rate * _LAST))


def shared_improvement(points: Points, entry: Entry | AtEntry, scenario: Scenario, week: float) -> Floats:
    """The fraction by which all of a patient's disease has improved at a week, shape (n,)."""
    return _improvement(points, entry, scenario, week, wander(points, "fluctuation", week, scenario))


def at_one_week(points: Points, entry: Entry, scenario: Scenario, week: float) -> tuple[Floats, Floats]:
    """The shared improvement at a week, and the chance that its visit is missed, shape (n,) each.

    Both are as `shared_improvement` and `leaves_at` have them, for whoever looks at no other visit: an
    expectation, which wants few coordinates.
    """
    last = wander(points, "fluctuation", _LAST, scenario)
    at_last = _improvement(points, entry, scenario, _LAST, last)
    missing = missing_by(at_last, scenario, week)
    if week == _LAST:
        return at_last, missing
    tie = _tie(week, _LAST, scenario)
    there = tie * last + np.sqrt(1 - tie**2) * quantiles.normal(points(_ANOTHER_WEEK))
    return _improvement(points, entry, scenario, week, there), missing


def _improvement(points: Points, entry: Entry | AtEntry, s: Scenario, week: float, there: Floats) -> Floats:
    touched = points("drug.touches") >= s.untouched_share
    strength = np.clip(1 + s.drug_spread * quantiles.normal(points("drug.strength")), 0, 2)
    drug = s.drug_effect * touched * strength * drug_course(s, week)
    passing = np.sqrt(s.entry_share) * min(week / _LAST, 1.0) * entry.fluctuation
    new = np.sqrt(1 - s.entry_share) * widening(week) * there
    return np.asarray(s.background * background_course(s, week) + drug + s.natural_fluctuation * (passing + new))


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


def expected_course(entry: Entry, improvement: Floats, scenario: Scenario, week: float = _LAST) -> Course:
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


def missing_share(improvement: Floats, scenario: Scenario) -> Floats:
    """The chance to leave before week 12 with this improvement at that week: higher for those who do not improve."""
    s = scenario
    spread = s.natural_fluctuation or 1.0
    for_lack = 2 * scipy.special.ndtr((s.background - improvement) / spread)
    return np.clip(s.missing_week12 * (1 - s.missing_for_lack + s.missing_for_lack * for_lack), 0, 1)


def missing_by(improvement: Floats, scenario: Scenario, week: float) -> Floats:
    """The chance to have left by a week, given the improvement at week 12."""
    early = missing_share(improvement, scenario)
    if week <= _LAST:
        return early * (week / _LAST)
    return np.asarray(1 - (1 - early) * (1 - scenario.missing_later) ** ((week - _LAST) / _LAST))


def leaves_at(points: Points, entry: Entry | AtEntry, scenario: Scenario, improvement: Floats | None = None) -> Floats:
    """The week at which a patient leaves, shape (n,): before week 12 at any time alike, later at a constant rate.

    Parameters
    ----------
    points, entry, scenario
        The patients.
    improvement : array (n,), optional
        Their shared improvement at week 12, where it is at hand.
    """
    at_last = shared_improvement(points, entry, scenario, _LAST) if improvement is None else improvement
    early = points("missing.Week 12") < missing_share(at_last, scenario)
    with np.errstate(divide="ignore"):
        later = _LAST + _LAST * np.log(points("missing.later")) / np.log1p(-scenario.missing_later)
    return np.where(early, _LAST * points("missing.when"), later)


def attended(leaves: Floats, week: float) -> NDArray[np.bool_]:
    """Who is still there at a visit."""
    return np.asarray(leaves > week)
