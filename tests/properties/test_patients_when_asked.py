"""What the model works out only when asked: the answer is that of the value, whoever else is asked about."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

import trialsim as ts
from trialsim.facts.candidate_schema import candidate_schema
from trialsim.patients.candidates import Candidates, generate_candidates
from trialsim.patients.drawn import Drawn
from trialsim.patients.improvement import shared_improvement
from trialsim.patients.points import Points, Rows, Streams
from trialsim.patients.readings import ENZYMES, SCALES
from trialsim.patients.trajectory import AtVisit, read_course
from trialsim.patients.treatments import BIOLOGIC, FIRST, GLUCOCORTICOID
from trialsim.rules.eligibility import eligible, eligible_mask

PROTOCOL = ts.load_protocol("NCT04946669")
UNUSUAL = ts.Scenario(
    gc_none_classic=0.2,
    biologic_share=0.6,
    ivig_share=0.6,
    amyopathic_share=0.6,
    failed_weeks=14,
    stable_weeks_median=14,
    gc_dose_median=45,
    leucocytes_mean=2.5,
    platelets_mean=60,
    haemoglobin_mean=85,
    test_missing=0.1,
)


class SamePoints:
    """Points with the same given values in every coordinate."""

    def __init__(self, u: NDArray[np.float64]) -> None:
        self.u = u

    @property
    def n(self) -> int:
        return len(self.u)

    def __call__(self, coordinate: str) -> NDArray[np.float64]:
        return self.u


def drawn_facts(points: Points) -> Iterator[tuple[Drawn, int]]:
    """Every number that is compared where it was drawn, with a step near which its values lie."""
    candidates = generate_candidates(points, ts.Scenario())
    for name, step in (("AGE", 18), ("AGE", 50), ("AGE", 78), ("leucocytes", 20)):
        yield candidates.fact(name), step  # type: ignore[misc]
    for name, step in (("haemoglobin_g_l", 80), ("platelets", 50), ("platelets", 25), ("platelets", 1001)):
        yield candidates.fact(name), step  # type: ignore[misc]


def test_a_comparison_where_it_was_drawn_is_that_of_the_value() -> None:
    """Also for the points just below and above the border, digit by digit, and at the ends of the unit interval."""
    for fact, step in drawn_facts(SamePoints(np.array([0.5]))):
        assert isinstance(fact, Drawn)
        low, high = 0.0, 1.0
        for _ in range(200):
            middle = (low + high) / 2
            below = fact.quantile(np.array([middle]), *fact.parameters)[0] < step
            low, high = (middle, high) if below else (low, middle)
        near = [low, high]
        for _ in range(50):
            near += [np.nextafter(near[-2], 0), np.nextafter(near[-1], 1)]
        spread = low + np.linspace(-3e-8, 3e-8, 301)
        u = np.clip([*near, *spread, *np.linspace(0, 1, 1001)], 2.0**-54, 1 - 2.0**-53)
        here = Drawn(SamePoints(u), fact.coordinate, fact.quantile, fact.parameters, fact.per)
        np.testing.assert_array_equal(here.under(step), here.values < step)


@pytest.mark.parametrize("scenario", [ts.Scenario(), UNUSUAL])
def test_who_is_eligible_does_not_hang_on_how_they_are_asked(scenario: ts.Scenario) -> None:
    """One fact after the other, of those it still matters to, or all facts of everybody: the same are eligible."""
    points = Streams(3, 6000)
    for protocol in (PROTOCOL, PROTOCOL.with_reading("amyopathic", "barred").with_reading("tuberculosis", "either")):
        places, left = eligible(generate_candidates(points, scenario), protocol)
        written = generate_candidates(points, scenario).arrays
        assert len(places)
        np.testing.assert_array_equal(places, np.flatnonzero(eligible_mask(written, protocol)))
        assert isinstance(left, Candidates)
        assert isinstance(left.points, Rows)
        np.testing.assert_array_equal(left.points.rows, places)


def test_some_candidates_are_what_they_are_among_all() -> None:
    """Every fact, course, enzyme and true state of some is that of the same among all, known before or not."""
    everybody = generate_candidates(Streams(4, 400), UNUSUAL)
    rows = np.random.default_rng(1).permutation(400)[:90]
    everybody.at_entry.of("AST")
    some = everybody.some(rows).some(np.arange(50))
    whole, chosen = everybody.arrays, rows[:50]
    for fact in candidate_schema().stored():
        np.testing.assert_array_equal(some.fact(fact.name).values, whole.fact(fact.name).values[chosen])
    for slot in (GLUCOCORTICOID, FIRST, FIRST + 2, BIOLOGIC):
        there = some.occupied(slot)
        np.testing.assert_array_equal(there, whole.treatments.drug[chosen, slot] >= 0)
        for name in ("drug", "dose", "weeks", "stable_weeks", "weeks_since_last", "n_worsened", "intolerance"):
            of_all = getattr(whole.treatments, name)[chosen, slot]
            np.testing.assert_array_equal(some.course(name, slot).values[there], of_all[there])
    np.testing.assert_array_equal(some.readings.enzymes, everybody.readings.enzymes[chosen])
    np.testing.assert_array_equal(some.entry.scales, everybody.entry.scales[chosen])


def test_one_measure_at_a_time_is_the_visit() -> None:
    """Measures read one by one, and the enzyme that is followed, are those of the whole visit."""
    points = Streams(5, 300)
    candidates = generate_candidates(points, UNUSUAL)
    whole = read_course(points, candidates.entry, UNUSUAL, 12)
    improvement = shared_improvement(points, candidates.at_entry, UNUSUAL, 12)
    visit = AtVisit(points, candidates.at_entry, improvement, UNUSUAL, 12)
    for code in (*SCALES, *ENZYMES):
        np.testing.assert_array_equal(visit.of(code), whole.of(code))
    followed = np.random.default_rng(2).integers(0, len(ENZYMES), 300)
    np.testing.assert_array_equal(visit.of_followed(followed), whole.of_followed(followed))
    at_entry = candidates.at_entry.of_followed(followed)
    np.testing.assert_array_equal(at_entry, candidates.readings.of_followed(followed))
