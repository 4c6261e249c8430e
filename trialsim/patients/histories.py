"""When each course of treatment began and ended: dates inside the disease, so that no history is impossible.

All times are whole weeks before today. A course is an interval from its start, the larger number, to its end; one that
ends at 0 is taken now. Immunosuppressants are in order: those taken now first, then from the latest back.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trialsim.patients import onset, quantiles
from trialsim.patients.disease import AtEntry
from trialsim.patients.points import Points
from trialsim.patients.scenario import Scenario

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

MAX_IMMUNOSUPPRESSANTS = 5
# Two trials of treatment of a quarter of a year each; three take three quarters.
_TRIAL, _THREE = 13, 39
# A present course of fewer weeks, or a finished one that was tolerated, is none.
_BRIEFEST, _SHORTEST = 4, 8
_PROMPT, _HALF_YEAR = 4, 26
_BEFORE_DIAGNOSIS = 12
_GAP = 8
_ABSENT = -1


@dataclass(frozen=True, slots=True, eq=False)
class Courses:
    """Courses of one kind, shape (n, places): start and end in weeks before today; a start of -1 where none is."""

    start: Ints
    end: Ints

    def rows(self, rows: NDArray[np.intp]) -> Courses:
        """Those of some patients."""
        return Courses(self.start[rows], self.end[rows])


@dataclass(frozen=True, slots=True, eq=False)
class Immunosuppression:
    """The courses of immunosuppressants.

    Attributes
    ----------
    courses : Courses
    now : array (n,)
        How many are taken now.
    intolerant : array (n, places)
        Which finished course intolerance ended.
    induction : array (n, places)
        Which course is cyclophosphamide.
    """

    courses: Courses
    now: Ints
    intolerant: Bools
    induction: Bools

    def rows(self, rows: NDArray[np.intp]) -> Immunosuppression:
        """Those of some patients."""
        return Immunosuppression(self.courses.rows(rows), self.now[rows], self.intolerant[rows], self.induction[rows])


def _uniform_weeks(u: Floats, low: float, high: float) -> Ints:
    return np.asarray(low + np.floor(u * (high - low + 1)), dtype=np.int64)


def first_start(points: Points, s: Scenario, at_entry: AtEntry) -> Ints:
    """When the first immunosuppressant began: at diagnosis, within half a year, or later."""
    u, spared = points("first immunosuppressant"), at_entry.spared
    prompt = np.where(spared, s.first_prompt_spared, s.first_prompt_classic)
    late = np.where(spared, 3, 1) * s.first_late_share
    within = points("first immunosuppressant when")
    lag = np.where(
        u < prompt,
        _uniform_weeks(within, 0, _PROMPT),
        np.where(u < 1 - late, _uniform_weeks(within, _PROMPT, _HALF_YEAR), _uniform_weeks(within, _HALF_YEAR, 78)),
    )
    since = at_entry.since_diagnosis
    # Somebody refractory had at least a quarter of a year of treatment, if there was time for it.
    return np.asarray(np.maximum(since - lag, np.minimum(since, 2 * _TRIAL)))


def induction(points: Points, s: Scenario, at_entry: AtEntry) -> Bools:
    """Who was meant for an induction with cyclophosphamide, for which a few had no time."""
    ill = at_entry.lung != onset.CLEAR
    return np.asarray(points("cyclophosphamide") < np.where(ill, s.cyclophosphamide_ild, s.cyclophosphamide_none))


def immunosuppression(points: Points, s: Scenario, at_entry: AtEntry) -> Immunosuppression:
    """The courses of immunosuppressants of the patients at `points`."""
    n, since = points.n, at_entry.since_diagnosis
    passed = since / onset.WEEKS_A_YEAR
    wanted = 1 + _poisson(points("immunosuppressants"), s.drugs_rate * passed / (passed + 1))
    induced = induction(points, s, at_entry)
    wanted = np.where(induced, np.maximum(wanted, 2), wanted)
    wanted = np.where(since < _THREE, np.minimum(wanted, 2), wanted)
    window = first_start(points, s, at_entry)
    u = points("immunosuppressants now")
    now = np.where(u < s.none_now, 0, np.where((wanted > 1) & (u >= 1 - s.two_now * (1 - s.none_now)), 2, 1))
    # Whose only course was an induction takes something after it.
    now = np.where(induced, np.maximum(np.minimum(now, wanted - 1), np.where(u < s.none_now, 0, 1)), now)
    finished = wanted - now
    pause = np.where(now == 0, np.minimum(_lognormal(points("weeks without"), 10, 0.8, 2), window // 3), 0)

    start = np.full((n, MAX_IMMUNOSUPPRESSANTS), _ABSENT)
    end = np.zeros((n, MAX_IMMUNOSUPPRESSANTS), dtype=np.int64)
    intolerant = np.zeros((n, MAX_IMMUNOSUPPRESSANTS), dtype=bool)
    induced_here = np.zeros((n, MAX_IMMUNOSUPPRESSANTS), dtype=bool)
    # Finished courses from the first on, each as long as it was, or as long as there is time.
    at, latest, many = window.copy(), np.where(now > 0, _BRIEFEST, pause), np.zeros(n, dtype=np.int64)
    stops = np.full(n, -1)
    began, ended, ill_ended, was_induction = [], [], [], []
    for place in range(MAX_IMMUNOSUPPRESSANTS):
        length, hurt, triangle = _length(points, s, place, induced)
        last, room = place == finished - 1, at - latest
        # The last of them fills the time until the pause, or some of that until the present treatment.
        grown = length + np.rint(points(f"course.{place}.rest") * np.clip(room - length, 0, 2 * length)).astype(
            np.int64
        )
        grown = np.where(now == 0, room, grown)
        length = np.minimum(np.where(last & ~hurt & ~triangle, grown, length), room)
        fits = (place < finished) & (length >= np.where(hurt, 1, np.where(triangle, s.induction_shortest, _SHORTEST)))
        began.append(np.where(fits, at, _ABSENT))
        ended.append(np.where(fits, at - length, 0))
        ill_ended.append(fits & hurt)
        was_induction.append(fits & triangle)
        many += fits
        stops = np.where(fits, at - length, stops)
        added = (points(f"course.{place}.added") < s.add_on_share) & ~triangle & ~last
        at = np.where(fits, np.where(added, at - (length + 1) // 2, at - length), at)
    # Back to the order of the record: what is taken now first, then the latest.
    begin, finish, hurts, inductions = (np.stack(part, axis=1) for part in (began, ended, ill_ended, was_induction))
    order = np.argsort(np.where(begin >= 0, finish, np.int64(1 << 40)), axis=1, kind="stable")
    rows = np.arange(n)[:, None]
    begin, finish, hurts, inductions = (part[rows, order] for part in (begin, finish, hurts, inductions))
    # Nobody is left without any course: where nothing fitted, one is taken now.
    now = np.where(many == 0, np.maximum(now, 1), now)
    first = np.where(many > 0, np.where(stops > 0, stops, window), window)
    first = np.maximum(np.minimum(first, window), _BRIEFEST)
    second = np.maximum(np.rint(first * (0.15 + 0.75 * points("second since"))).astype(np.int64), 1)
    for place in range(MAX_IMMUNOSUPPRESSANTS):
        for present in (0, 1, 2):
            mine = now == present
            if place < present:
                start[mine, place] = (first if place == 0 else second)[mine]
            elif place - present < begin.shape[1]:
                start[mine, place], end[mine, place] = begin[mine, place - present], finish[mine, place - present]
                intolerant[mine, place], induced_here[mine, place] = (
                    hurts[mine, place - present],
                    inductions[mine, place - present],
                )
    return Immunosuppression(Courses(start, end), now, intolerant, induced_here)


def _poisson(u: Floats, mean: Floats) -> Ints:
    """The Poisson distribution with a mean for each patient, up to what there is room for."""
    total, term, count = np.exp(-mean), np.exp(-mean), np.zeros(len(u), dtype=np.int64)
    for k in range(1, MAX_IMMUNOSUPPRESSANTS):
        count += u >= total
        term = term * mean / k
        total = total + term
    return count


def _lognormal(u: Floats, median: float, spread: float, least: int) -> Ints:
    return np.maximum(np.rint(quantiles.lognormal(u, median, spread)), least).astype(np.int64)


def _length(points: Points, s: Scenario, place: int, induced: Bools) -> tuple[Ints, Bools, Bools]:
    """How long a finished course lasted, whether intolerance ended it, and whether it was an induction."""
    u, why = points(f"course.{place}.weeks"), points(f"course.{place}.why")
    triangle = induced & (place == 0)
    hurt = (why < s.intolerance_share) & ~triangle
    early = why < s.intolerance_share * s.intolerance_early
    helped = points(f"course.{place}.helped") < 0.4
    length = np.where(
        helped,
        _lognormal(u, s.effective_weeks, s.effective_spread, _TRIAL),
        _lognormal(u, s.failed_weeks, s.failed_spread, _TRIAL),
    )
    hurts = np.where(
        early, _lognormal(u, s.intolerance_weeks, 0.8, 1), _lognormal(u, s.intolerance_late_weeks, 0.6, _TRIAL)
    )
    return np.where(triangle, _triangular(u, s), np.where(hurt, hurts, length)), hurt, triangle


def _triangular(u: Floats, s: Scenario) -> Ints:
    """How long an induction lasted."""
    low, mode, high = s.induction_shortest, s.induction_usual, s.induction_longest
    border = (mode - low) / (high - low)
    weeks = np.where(
        u < border,
        low + np.sqrt(u * (high - low) * (mode - low)),
        high - np.sqrt((1 - u) * (high - low) * (high - mode)),
    )
    return np.rint(weeks).astype(np.int64)


def glucocorticoid(points: Points, s: Scenario, at_entry: AtEntry) -> Courses:
    """The glucocorticoid: its last course, and the one before where it was stopped and begun again."""
    since, first_sign = at_entry.since_diagnosis, at_entry.since_onset
    u = points("glucocorticoid start")
    before = u < s.gc_before_diagnosis
    inside = np.clip((u - s.gc_before_diagnosis) / max(1 - s.gc_before_diagnosis, 1e-9), 0, 1 - 1e-12)
    start = np.where(
        before,
        np.minimum(since + 1 + np.floor(u / max(s.gc_before_diagnosis, 1e-9) * _BEFORE_DIAGNOSIS), first_sign),
        since - np.floor(inside * (_PROMPT + 1)),
    ).astype(np.int64)
    none = points("glucocorticoid") < np.where(at_entry.spared, s.gc_none_spared, s.gc_none_classic)
    # Of those without one, half of the muscle-spared never had it.
    never = none & at_entry.spared & (points("glucocorticoid off") < 0.5)
    off = np.where(none, np.minimum(_lognormal(points("glucocorticoid pause"), 26, 0.8, _GAP), start // 2), 0)
    again = ~none & (points("glucocorticoid restart") < s.gc_restarted) & (start > 2 * _TRIAL + _GAP)
    part = points("glucocorticoid restart when")
    restart = np.where(again, np.maximum(np.rint(part * (start - 2 * _TRIAL - _GAP)), 1), start).astype(np.int64)
    gap = np.minimum(_GAP + np.floor(part * 20).astype(np.int64), start - _TRIAL - restart)
    starts = np.stack([np.where(never, _ABSENT, restart), np.where(again, start, _ABSENT)], axis=1)
    ends = np.stack([off, np.where(again, restart + gap, 0)], axis=1)
    return Courses(starts, ends)


def other_courses(points: Points, s: Scenario, at_entry: AtEntry) -> Courses:
    """Immunoglobulin, another biologic and an immunomodulator, side by side."""
    since, spared = at_entry.since_diagnosis, at_entry.spared
    starts, ends = [], []
    for name, share in (("immunoglobulin", s.ivig_share), ("biologic", s.biologic_share)):
        had = points(name) < share * (0.5 if name == "immunoglobulin" else 1.0) ** (
            spared & (at_entry.lung == onset.CLEAR)
        )
        length = 4 * (1 + np.floor(6 * points(f"{name} courses"))).astype(np.int64)
        ago = np.rint(quantiles.lognormal(points(f"{name} since"), s.biologic_since, s.biologic_spread))
        ago = np.maximum(np.minimum(ago, since - length), 1).astype(np.int64)
        starts.append(np.where(had & (since > length), ago + length, _ABSENT))
        ends.append(ago)
    had = points("immunomodulator") < np.where(spared, s.hcq_spared, s.hcq_classic) + s.thalidomide_share
    begun = np.maximum(np.rint(since * (0.3 + 0.7 * points("immunomodulator start"))), 4).astype(np.int64)
    begun = np.minimum(begun, since)
    now = points("immunomodulator now") < s.hcq_now
    starts.append(np.where(had, begun, _ABSENT))
    ends.append(np.where(now, 0, np.rint(begun * 0.9 * points("immunomodulator end"))).astype(np.int64))
    return Courses(np.stack(starts, axis=1), np.stack(ends, axis=1))


def early(steroid: Courses, suppression: Courses, since_onset: Ints) -> Bools:
    """Whose disease was treated within half a year of its first sign, for two months or more."""
    earliest = since_onset - round(6 * onset.WEEKS_A_MONTH)
    needed = 2 * onset.WEEKS_A_MONTH
    found = np.zeros(len(since_onset), dtype=bool)
    for courses in (steroid, suppression):
        inside = courses.start - np.maximum(courses.end, earliest[:, None])
        found |= ((courses.start >= 0) & (inside >= needed)).any(axis=1)
    return found
