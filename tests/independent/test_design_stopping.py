"""Designs that end early, end elsewhere or watch toxicity, against plain enumerations and another program."""

from itertools import product
from math import comb
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from trialsim.design import (
    GroupSequential,
    JointDesign,
    TwoStage,
    adapt_second_stage,
    bayes_single_arm,
    curtailed,
    find_joint_design,
    find_two_stage,
    find_two_stage_with_success,
    single_stage,
)
from trialsim.errors import TrialsimError

JOINT = pd.read_csv(Path(__file__).parent / "oracles" / "joint.csv")


def point(n, p):
    """Binomial chances in plain Python."""
    return [comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]


def plain_best(p0, p1, alpha, power, n_max, weights):
    """The least expected size of two stages with both stops, by loops over all five numbers."""
    best = (np.inf,)
    for n in range(2, n_max + 1):
        for n1 in range(1, n):
            first, second = ([point(m, p) for p in (p0, p1)] for m in (n1, n - n1))
            tails = [[sum(stage[k:]) for k in range(n - n1 + 2)] for stage in second]
            for c, s in product(range(n1 + 1), range(1, n1 + 2)):
                if c >= s:
                    continue
                size = [n1 + (n - n1) * sum(stage[c:s]) for stage in first]
                cost = weights[0] * size[0] + weights[1] * size[1]
                if cost >= best[0] - 1e-12:
                    continue
                for r in range(1, n + 1):
                    success = [
                        sum(stage[s:]) + sum(stage[x] * tail[min(max(r - x, 0), n - n1 + 1)] for x in range(c, s))
                        for stage, tail in zip(first, tails, strict=True)
                    ]
                    if success[0] <= alpha and success[1] >= power:
                        best = (cost, n, n1, c, s)
                        break
    return best


@pytest.mark.parametrize(("criterion", "weights"), [("optimal", (1, 0)), ("alternative", (0, 1)), ("both", (0.5, 0.5))])
@pytest.mark.parametrize("problem", [(0.2, 0.7, 0.05, 0.8), (0.1, 0.5, 0.1, 0.85)])
def test_early_success_against_loops_over_everything(criterion, weights, problem):
    """The same expected size, and the same numbers, as trying every design of up to 14 patients."""
    cost, n, n1, c, s = plain_best(*problem, 14, weights)
    found = find_two_stage_with_success(*problem, criterion=criterion, n_max=14)
    assert (found.n, found.looks, found.stop_at_or_below, found.stop_at_or_above) == (n, (n1,), (c - 1,), (s,))
    sizes = found.expected_n(problem[:2])
    assert weights[0] * sizes[0] + weights[1] * sizes[1] == pytest.approx(cost, abs=1e-10)
    assert found.attained_alpha <= problem[2] and found.power(problem[1]) >= problem[3]


def test_early_success_never_costs_patients():
    """At p0 no worse than Simon's optimal design, at p1 far better."""
    for p0, p1 in [(0.1, 0.3), (0.2, 0.4), (0.3, 0.5)]:
        simon = find_two_stage(p0, p1, 0.05, 0.8)
        assert find_two_stage_with_success(p0, p1, 0.05, 0.8, criterion="optimal").expected_n(p0) <= simon.expected_n(
            p0
        )
        both = find_two_stage_with_success(p0, p1, 0.05, 0.8)
        assert both.expected_n(p1) < simon.expected_n(p1) - 5


ARMS = [
    single_stage(10, 0.3),
    bayes_single_arm(9, p0=0.3, cutoff=0.9),
    TwoStage(n1=4, continue_at=2, n=10, min_responders=5, p0=0.3),
    TwoStage(n1=5, continue_at=0, n=9, min_responders=2, p0=0.2),
]


@pytest.mark.parametrize("design", ARMS, ids=repr)
@pytest.mark.parametrize("for_success", [True, False])
def test_curtailed_against_every_order_of_responses(design, for_success):
    """Played through all orders: it ends after the first patient who leaves one decision only, and decides the same."""
    n, enough = design.n, design.min_responders
    n1, c = (design.n1, design.continue_at) if isinstance(design, TwoStage) else (n, 0)

    def decision(order):
        return sum(order[:n1]) >= c and sum(order) >= enough

    ends, p = {}, 0.35
    success = size = 0.0
    for order in product((0, 1), repeat=n):
        for seen in range(1, n + 1):
            start = order[:seen]
            if start not in ends:
                possible = {decision(start + rest) for rest in product((0, 1), repeat=n - seen)}
                ends[start] = len(possible) == 1 and (for_success or possible == {False} or seen == n)
            if ends[start]:
                break
        chance = p ** sum(order) * (1 - p) ** (n - sum(order))
        success, size = success + chance * decision(order), size + chance * seen
    saved = curtailed(design, for_success=for_success)
    assert saved.power(p) == pytest.approx(success, abs=1e-12) == design.power(p)
    assert saved.expected_n(p) == pytest.approx(size, abs=1e-11)


@pytest.mark.parametrize("n", [16, 30, 43, 46, 47, 60, 120])
def test_another_second_stage_keeps_the_error_after_each_first_stage(n):
    """After each first stage the error is at most the planned one, and one responder fewer would break it."""
    plan = find_two_stage(0.3, 0.5, 0.05, 0.8)
    adapted = adapt_second_stage(plan, n)
    planned, now = (point(size - plan.n1, 0.3) for size in (plan.n, n))
    total = 0.0
    for x in range(plan.continue_at, plan.n1 + 1):
        allowed = sum(planned[max(plan.min_responders - x, 0) :])
        needed = adapted.min_responders(x) - x
        assert sum(now[needed:]) <= allowed + 1e-12
        assert needed == 0 or sum(now[needed - 1 :]) > allowed
        total += point(plan.n1, 0.3)[x] * sum(now[needed:])
    assert adapted.attained_alpha == pytest.approx(total, abs=1e-12) and total <= plan.attained_alpha + 1e-12
    if n == plan.n:
        assert set(adapted.needed) == {plan.min_responders} and adapted.power(0.5) == pytest.approx(plan.power(0.5))


def test_another_second_stage_is_decided_by_its_own_count():
    """The count needed after six first-stage responders decides, not the planned one."""
    adapted = adapt_second_stage(TwoStage(n1=15, continue_at=6, n=46, min_responders=19, p0=0.3), 43)
    assert adapted.success(6, 18) and not adapted.success(6, 17) and not adapted.success(9, 18)
    assert "6 to 7: 18, 8 to 15: 19" in repr(adapted)


def test_joint_designs_against_another_program():
    """The optimal designs of EurosarcBayes, their errors, power and largest expected size, in every row."""
    for row in JOINT.itertuples():
        found = find_joint_design(
            row.response0,
            row.response1,
            row.toxicity0,
            row.toxicity1,
            alpha_response=row.alpha_response,
            alpha_toxicity=row.alpha_toxicity,
            power=row.wanted,
            n_max=row.n_max,
        )
        size = max(found.expected_n(row.response0, row.toxicity1), found.expected_n(row.response1, row.toxicity0))
        assert size == pytest.approx(row.expected_n, abs=1e-9)
        counts = (found.n1, found.continue_at, found.max_toxic1, found.n, found.min_responders, found.max_toxic)
        assert counts == (row.n1, row.continue_at, row.max_toxic1, row.n, row.min_responders, row.max_toxic)
        errors = (found.attained_alpha_response, found.attained_alpha_toxicity, found.power)
        assert errors == pytest.approx((row.attained_response, row.attained_toxicity, row.power), abs=1e-9)
    assert len(JOINT) >= 4


def test_a_joint_design_played_patient_by_patient():
    """With any association: the chances equal those summed over all courses of five patients, within the bounds."""
    design = JointDesign(2, 1, 1, 5, 2, 2, 0.3, 0.7, 0.5, 0.2)
    bounds = design.bounds()
    for response, toxicity, ratio in [(0.7, 0.2, 1), (0.7, 0.2, 6.0), (0.3, 0.2, 0.2), (0.7, 0.5, 30.0), (0.4, 0.6, 1)]:
        low, high = max(0.0, response + toxicity - 1), min(response, toxicity)
        for _ in range(200):  # the chance of both, by halving, from what the odds ratio means
            both = (low + high) / 2
            odds = both * (1 - response - toxicity + both) / ((response - both) * (toxicity - both))
            low, high = (both, high) if odds < ratio else (low, both)
        cells = {(1, 1): both, (1, 0): response - both, (0, 1): toxicity - both, (0, 0): 1 - response - toxicity + both}
        success = goes = 0.0
        for course in product(cells, repeat=5):
            chance = np.prod([cells[patient] for patient in course])
            on = sum(x for x, _ in course[:2]) >= 1 and sum(t for _, t in course[:2]) <= 1
            goes += chance * on
            success += chance * (on and sum(x for x, _ in course) >= 2 and sum(t for _, t in course) <= 2)
        assert design.success_probability(response, toxicity, odds_ratio=ratio) == pytest.approx(success, abs=1e-10)
        assert design.expected_n(response, toxicity, odds_ratio=ratio) == pytest.approx(2 + 3 * goes, abs=1e-10)
        assert design.stop_probability(response, toxicity, odds_ratio=ratio) == pytest.approx(1 - goes, abs=1e-10)
    for ratio in (0.01, 0.3, 1, 4, 100):
        assert design.success_probability(0.3, 0.2, odds_ratio=ratio) <= bounds[0] + 1e-12
        assert design.success_probability(0.7, 0.5, odds_ratio=ratio) <= bounds[1] + 1e-12
        assert design.success_probability(0.7, 0.2, odds_ratio=ratio) >= bounds[2] - 1e-12


BAD = [
    (lambda: find_two_stage_with_success(0.5, 0.3, 0.05, 0.8), "p1: got 0.3"),
    (lambda: find_two_stage_with_success(0.3, 0.5, 0.05, 0.8, criterion="minimax"), "criterion: got 'minimax'"),
    (lambda: find_two_stage_with_success(0.3, 0.5, 0.05, 0.8, n_max=10), "None found; the nearest single stage"),
    (lambda: find_two_stage_with_success(0.3, 0.5, 0.05, float("nan")), "power: got nan"),
    (lambda: curtailed("single"), "design: got 'single'"),
    (lambda: curtailed(single_stage(20, 0.3, sides=2)), "one-sided design"),
    (lambda: curtailed(single_stage(3, 0.5)), "that can succeed"),
    (lambda: curtailed(single_stage(20, 0.3), for_success=None), "for_success: got None"),
    (lambda: curtailed(single_stage(1_000, 0.3)), "n: got 1000"),
    (lambda: GroupSequential(20, 10, 0.3, (20,), (2,), (8,)), "looks: got 20"),
    (lambda: GroupSequential(20, 10, 0.3, (10,), (2, 3), (8,)), "stop_at_or_below: got"),
    (lambda: GroupSequential(20, 10, 0.3, (10,), (8,), (8,)), "stop_at_or_above: got"),
    (lambda: GroupSequential(20, 10, 0.3, (10,), (2,), ("8",)), "stop_at_or_above: got '8'"),
    (lambda: adapt_second_stage(single_stage(20, 0.3), 25), "design: got Single"),
    (lambda: adapt_second_stage(ARMS[2], 4), "n: got 4"),
    (lambda: adapt_second_stage(ARMS[2], 10**20), "n: got 1000"),
    (lambda: adapt_second_stage(ARMS[2], 12).min_responders(1), "first_stage: got 1"),
    (lambda: find_joint_design(0.6, 0.3, 0.4, 0.1), "response1: got 0.3"),
    (lambda: find_joint_design(0.3, 0.6, 0.1, 0.4), "toxicity0: got 0.1"),
    (lambda: find_joint_design(0.3, 0.6, 0.4, None), "toxicity1: got None"),
    (lambda: find_joint_design(0.3, 0.6, 0.4, 0.1, alpha_toxicity=5), "written 0.05"),
    (lambda: find_joint_design(0.3, 0.4, 0.4, 0.3, n_max=20), "None found"),
    (lambda: JointDesign(5, 6, 1, 10, 4, 3, 0.3, 0.7, 0.5, 0.2), "continue_at: got 6"),
    (lambda: JointDesign(5, 2, 1, 10, 4, 3, 0.3, 0.7, 0.5, 0.2).success_probability(1.2, 0.1), "response: got 1.2"),
    (
        lambda: JointDesign(5, 2, 1, 10, 4, 3, 0.3, 0.7, 0.5, 0.2).expected_n(0.3, 0.1, odds_ratio=0),
        "odds_ratio: got 0",
    ),
]


@pytest.mark.parametrize(("call", "message"), BAD, ids=[message for _, message in BAD])
def test_bad_input_is_refused_by_name(call, message):
    """Each bad argument is refused with its name, what came and what is allowed."""
    with pytest.raises(TrialsimError, match=message):
        call()
