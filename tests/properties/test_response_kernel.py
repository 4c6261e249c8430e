"""What must hold for every patient, whatever the numbers: exact comparison, monotony, three-valued verdicts."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialsim.errors import TrialsimError
from trialsim.facts.core_set import measure
from trialsim.facts.responses import CountRule, list_responses, load_response
from trialsim.rules.enzymes import most_abnormal_index
from trialsim.rules.grid import MISSING, from_grid, highest_value, to_grid
from trialsim.rules.options import ResponseOptions
from trialsim.rules.response import count_verdicts, follow_up_edges, measure_changes
from trialsim.rules.response_chance import response_probability_given

COUNTS = [name for name in list_responses() if isinstance(load_response(name).rule, CountRule)]
VAS = list(range(101))
HAQ = sorted({n * part for part in (21, 24, 28) for n in range(504 // part + 1)})
ENZYME = [0, 1, 2, 3, 4, 5, 7, 10, 19, 20, 25, 26, 99, 100, 101, 1999, 2000, 2001, 5000, 12345, 10**8]


def exactly(threshold, change, baseline):
    """The printed comparison in fractions: the change in percent of the baseline against the threshold."""
    percent = Fraction(100 * change, baseline)
    return percent > threshold.percent if threshold.strict else percent >= threshold.percent


def one_item(definition, code, pairs):
    """The kernel's answer for one measure on many pairs; the other measures stand still."""
    place = definition.items.index(code)
    baseline = np.full((len(pairs), len(definition.items)), 30)
    followup = baseline.copy()
    baseline[:, place], followup[:, place] = np.array(pairs).T
    changes = measure_changes(baseline, followup, definition)
    return changes.improved[:, place], changes.worse[:, place]


@pytest.mark.parametrize("name", COUNTS)
@pytest.mark.parametrize(
    ("code", "values"), [("PHGA", VAS), ("HAQDI", HAQ), ("MMT8", list(range(151))), ("ENZYME", ENZYME)]
)
def test_every_pair_on_the_grid_is_compared_as_in_fractions(name, code, values):
    """For every baseline above 0 and every follow-up the verdict on the measure is that of exact arithmetic."""
    definition = load_response(name)
    sign = 1 if code == "MMT8" else -1
    pairs = [(b, f) for b in values if b > 0 for f in values]
    improved, worse = one_item(definition, code, pairs)
    assert improved.tolist() == [exactly(definition.rule.improved, sign * (f - b), b) for b, f in pairs]
    assert worse.tolist() == [exactly(definition.rule.worse, -sign * (f - b), b) for b, f in pairs]


@pytest.mark.parametrize(("baseline", "followup"), [(5, 4), (10, 8), (20, 16), (40, 32), (80, 64), (55, 44)])
def test_pairs_that_floats_misjudge_are_exactly_twenty_percent(baseline, followup):
    """In floats these six improvements are 19.999999999999996 %; on the grid they are 20 %."""
    assert (baseline / 10 - followup / 10) / (baseline / 10) * 100 < 20
    improved, _ = one_item(load_response("IMACS-2004"), "PHGA", [(baseline, followup)])
    strict, _ = one_item(load_response("NCT04946669"), "PHGA", [(baseline, followup)])
    assert improved.all()
    assert not strict.any()


def patients(size=1, missing=False):
    """Grid values of one visit for a definition of six items."""
    ranges = [VAS, VAS, list(range(151)), HAQ, list(range(0, 60000)), VAS]
    columns = [st.sampled_from(values + [MISSING] * (len(values) // 3 if missing else 0)) for values in ranges]
    return st.tuples(*columns)


def nearby(draw, baseline):
    """A follow-up that often lies near the baseline, where the thresholds are."""
    values = []
    for b, top, code in zip(baseline, (100, 100, 150, 504, 60000, 100), load_response("IMACS-2004").items, strict=True):
        if b == MISSING:
            values.append(draw(st.sampled_from([MISSING, 0, top])))
            continue
        share = draw(st.sampled_from([-100, -50, -31, -30, -26, -25, -21, -20, -19, 0, 10, 20, 25, 30, 60]))
        value = min(top, max(0, round(b + b * share / 100)))
        values.append(min(HAQ, key=lambda h: abs(h - value)) if code == "HAQDI" else value)
    return tuple(values)


@st.composite
def visits(draw, missing=False):
    """Baseline and follow-up of one patient."""
    baseline = draw(patients(missing=missing))
    followup = draw(patients(missing=missing)) if draw(st.booleans()) else nearby(draw, baseline)
    return baseline, followup


@settings(deadline=None)
@given(visits(), st.sampled_from(COUNTS), st.integers(0, 5))
def test_bettering_a_measure_never_loses_a_response(visit, name, place):
    """A responder whose follow-up is better in one measure is still a responder."""
    baseline, followup = visit
    definition = load_response(name)
    found = measure(definition.items[place])
    better = list(followup)
    if found.higher_is_better:
        better[place] = 150
    else:
        better[place] = 0
    first = count_verdicts(measure_changes(baseline, followup, definition), definition).response
    then = count_verdicts(measure_changes(baseline, better, definition), definition).response
    assert then >= first


@settings(deadline=None)
@given(visits(), st.sampled_from(COUNTS))
def test_the_verdict_is_the_chance_with_certain_measures(visit, name):
    """With chances of 0 and 1 the chance of response is the verdict."""
    definition = load_response(name)
    changes = measure_changes(*visit, definition)
    chance = response_probability_given(changes.improved, changes.worse, name)
    assert chance == count_verdicts(changes, definition).response


@settings(deadline=None)
@given(visits(), st.sampled_from(COUNTS), st.permutations(range(6)))
def test_the_order_of_the_measures_does_not_matter(visit, name, order):
    """A definition whose items stand in another order gives the same verdict on the same patient."""
    from dataclasses import replace

    definition = load_response(name)
    shuffled = replace(definition, items=tuple(definition.items[i] for i in order))
    baseline, followup = (np.array(values) for values in visit)
    plain = count_verdicts(measure_changes(baseline, followup, definition), definition)
    other = count_verdicts(measure_changes(baseline[list(order)], followup[list(order)], shuffled), shuffled)
    assert (plain.response, plain.n_improved, plain.n_worse) == (other.response, other.n_improved, other.n_worse)


@settings(deadline=None, max_examples=40)
@given(visits(missing=True), st.sampled_from(COUNTS), st.sampled_from(["strict", "ignore", "absolute"]))
def test_undecided_is_what_completions_disagree_on(visit, name, policy):
    """With measures missing the verdict is open exactly when some completions respond and others do not."""
    definition = load_response(name)
    options = ResponseOptions(zero_baseline=policy)
    uln, multiple = [2000] * 6, [15] * 6
    stand_ins = []
    for place, code in enumerate(definition.items):
        found, pair = measure(code), (visit[0][place], visit[1][place])
        top = 60000 if code == "ENZYME" else round(highest_value(code) * found.grid)
        grid = [0, 1, 21, 24, 28, top // 2, top - 21, top]
        near = [round(v * k) for v in pair if v != MISSING for k in (0.7, 0.79, 0.8, 1, 1.25, 1.3, 1.31)]
        values = [v for v in {*grid, *near} if 0 <= v <= top and (code != "HAQDI" or v in HAQ)]
        options_here = list(itertools.product(*[[v] if v != MISSING else values for v in pair]))
        states = set()
        baseline, followup = (np.full((len(options_here), 6), 30) for _ in range(2))
        baseline[:, place], followup[:, place] = np.array(options_here).T
        full = measure_changes(baseline, followup, definition, options, uln=uln, enzyme_multiple=multiple)
        states = set(zip(full.improved[:, place].tolist(), full.worse[:, place].tolist(), strict=True))
        stand_ins.append(sorted(states))
    verdicts = {
        response_probability_given([s[0] for s in combined], [s[1] for s in combined], name)
        for combined in itertools.product(*stand_ins)
    }
    changes = measure_changes(*visit, definition, options, uln=uln, enzyme_multiple=multiple)
    found_verdict = int(count_verdicts(changes, definition).response)
    assert found_verdict == (-1 if len(verdicts) > 1 else verdicts.pop())


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(-1, 4000), min_size=5, max_size=5), min_size=1, max_size=20), st.data())
def test_the_most_abnormal_enzyme_is_the_first_largest_ratio(rows, data):
    """The exact choice is that of fractions, the first in order on a tie, none where nothing was measured."""
    limits = data.draw(st.lists(st.integers(1, 500), min_size=5, max_size=5))
    for by, scale in (("uln", (1, 1, 1, 1, 1)), ("range", (15, 6, 3, 3, 3))):
        expected = []
        for row in rows:
            ratios = [
                Fraction(v, u * k) if v >= 0 else Fraction(-1) for v, u, k in zip(row, limits, scale, strict=True)
            ]
            expected.append(-1 if max(ratios) < 0 else ratios.index(max(ratios)))
        assert most_abnormal_index(rows, limits, by=by).tolist() == expected


@pytest.mark.parametrize("code", ["PHGA", "MMT8", "HAQDI", "CK"])
def test_a_value_survives_the_grid(code):
    """Every value on the grid goes to whole units and comes back as it was."""
    whole = {"PHGA": VAS, "MMT8": range(151), "HAQDI": HAQ, "CK": ENZYME}[code]
    assert to_grid(code, [from_grid(code, value) for value in whole]).tolist() == list(whole)


def test_thresholds_of_any_length_are_exact():
    """A threshold of fifteen digits is compared without rounding, beyond what 64 bits can multiply."""
    from dataclasses import replace

    definition = load_response("IMACS-2004")
    for digits, expected in (("19.99999999999999", True), ("20.00000000000001", False), ("20", True)):
        rule = replace(definition.rule, improved=replace(definition.rule.improved, percent=Fraction(digits)))
        long = replace(definition, rule=rule)
        assert measure_changes([50] * 6, [40] * 6, long).improved[0] == expected
        edges = follow_up_edges([10**9] * 6, long)
        assert edges.improved_at[4] == 10**9 - -(-(10**9) * Fraction(digits) // 100)


@pytest.mark.parametrize("name", [name for name in list_responses() if name not in COUNTS])
def test_a_score_has_no_count_of_measures(name):
    """The chance of response of a score is refused where only directions are given."""
    with pytest.raises(TrialsimError, match="size of each change"):
        response_probability_given([0.5] * 6, [0.1] * 6, name)


@pytest.mark.parametrize(
    ("improved", "worse", "message"),
    [
        ([1.1] * 6, [0] * 6, "improved: got 1.1"),
        ([0.5] * 6, [-0.1] * 6, "worsened: got -0.1"),
        ([0.5] * 6, [0.6] * 6, "at most 1"),
        ([0.5] * 5, [0.1] * 5, r"shape \(\.\.\., 6\)"),
        ([float("nan")] * 6, [0.1] * 6, "chances from 0 to 1"),
        (["a"] * 6, [0.1] * 6, "chances from 0 to 1"),
        ([[0.5] * 6] * 3, [[0.1] * 6] * 2, "the shape of"),
    ],
)
def test_chances_that_are_none_are_refused(improved, worse, message):
    """Chances outside 0 to 1, sums above 1 and shapes that do not fit raise an error that says so."""
    with pytest.raises(TrialsimError, match=message):
        response_probability_given(improved, worse)


def test_chances_agree_with_every_outcome_counted():
    """The convolution equals the sum over all 729 outcomes of six measures, for every rule that counts."""
    rng = np.random.default_rng(20)
    chances = rng.dirichlet([1, 1, 1], size=(4, 6))
    for name in COUNTS:
        rule = load_response(name).rule
        total = np.zeros(4)
        for states in itertools.product(range(3), repeat=6):
            if states.count(0) < rule.needed or states.count(1) > rule.max_worse:
                continue
            if rule.never_worse and states[2] == 1:
                continue
            total += np.prod([chances[:, j, state] for j, state in enumerate(states)], axis=0)
        found = response_probability_given(chances[..., 0], chances[..., 1], name)
        np.testing.assert_allclose(found, total, rtol=0, atol=1e-14)
