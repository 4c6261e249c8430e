"""Bayesian designs, safety, widths and pilots: conventions, sentences and refusals."""

import pandas as pd
import pytest

from trialsim.design import (
    Beta,
    SafetyRule,
    assurance,
    bayes_monitoring,
    bayes_single_arm,
    chance_of_any_event,
    compare_designs,
    find_n_for_width,
    find_two_stage,
    interval_precision,
    normal_approximation,
    outcome_table,
    patients_to_see_one,
    power_by_n,
    prior_from_arm,
    prior_from_mean,
    safety_rule,
    single_stage,
    two_arm_pilot,
)
from trialsim.errors import TrialsimError

ARM = bayes_single_arm(20, p0=0.3, cutoff=0.95)


def test_success_needs_more_than_the_cutoff():
    """A probability that equals the cutoff exactly is not enough: 1 of 1 under a flat prior gives 0.75 above 0.5."""
    assert bayes_single_arm(1, p0=0.5, cutoff=0.75).min_responders == 2
    assert bayes_single_arm(1, p0=0.5, cutoff=0.7499).min_responders == 1


def test_a_design_that_can_never_succeed_says_so():
    """Where not even n of n convinces, there is no error, no power, and a sentence."""
    design = bayes_single_arm(3, p0=0.9, cutoff=0.95)
    assert (design.min_responders, design.attained_alpha, design.power(1.0)) == (4, 0.0, 0.0)
    assert "never succeed" in repr(design)
    assert bayes_monitoring(design, [1, 2]).boundaries().iloc[-1].isna()["stop_at_or_above"]


def test_a_prior_may_be_a_pair_or_a_belief():
    """A pair, and the belief made from it, give the same design."""
    assert bayes_single_arm(20, prior=[2, 3], p0=0.3, cutoff=0.9) == bayes_single_arm(
        20, prior=Beta(2, 3), p0=0.3, cutoff=0.9
    )
    assert assurance(ARM, (2, 3)) == assurance(ARM, Beta(2, 3))


def test_the_stopping_table_follows_the_predictive_probability():
    """At each look the table stops just where the predictive probability crosses its limits."""
    plan = bayes_monitoring(ARM, [10, 15], futility=0.05, efficacy=0.95)
    for seen, low, high in plan.boundaries().iloc[:-1].itertuples(index=False):
        assert ARM.predictive_probability(int(low), seen) < 0.05 <= ARM.predictive_probability(int(low) + 1, seen)
        assert ARM.predictive_probability(int(high) - 1, seen) <= 0.95 < ARM.predictive_probability(int(high), seen)
    assert plan.boundaries().iloc[-1].tolist() == [20, 9, 10]
    assert "10, 15 patients" in repr(plan)


def test_a_safety_rule_stops_where_the_posterior_says():
    """At each look the number that stops is convincing, and one event fewer is not."""
    rule = safety_rule(20, acceptable=0.1, looks=[5, 10, 15])
    assert rule.looks == (5, 10, 15, 20)
    for seen, k in zip(rule.looks, rule.stop_at, strict=True):
        assert rule.prior.updated(k, seen).chance_above(0.1) > 0.95 >= rule.prior.updated(k - 1, seen).chance_above(0.1)
    assert "5 of the first 20" in repr(rule)
    never = safety_rule(3, acceptable=0.4, cutoff=0.999)
    assert never.stop_probability(0.99) == 0 and "never stops" in repr(never)
    assert never.boundaries()["stop_at_or_above"].isna().all()


def test_every_design_says_what_it_does_when_the_assumption_is_wrong():
    """Designs stand side by side at the same true rates, a false success is counted as one."""
    designs = {"one stage": single_stage(20, 0.3), "two stages": find_two_stage(0.3, 0.5, 0.05, 0.8), "Bayes": ARM}
    table = compare_designs(designs, [0.2, 0.3, 0.4, 0.5])
    assert table.groupby("design", sort=False).size().to_dict() == dict.fromkeys(designs, 4)
    wide = table.pivot(index="true_rate", columns="design", values="probability_of_success")
    assert wide.loc[0.4, "one stage"] == designs["one stage"].power(0.4)
    assert (wide.loc[0.4] > 0.2).all()


def test_endings_as_a_table():
    """The table of endings sums to one and lists each ending once."""
    table = outcome_table(find_two_stage(0.2, 0.4, 0.05, 0.8), 0.3)
    assert table.probability.sum() == pytest.approx(1)
    assert not table.duplicated(["n_observed", "responders"]).any()


def test_expected_width_alone_is_close_to_a_coin_flip():
    """Planned for the expected width the interval is often too wide; asking for the chance costs patients."""
    expected, sure = find_n_for_width(0.3, 0.15), find_n_for_width(0.3, 0.15, chance=0.9)
    assert 0.4 < expected.chance_narrow_enough < 0.8
    assert sure.n > expected.n and sure.chance_narrow_enough >= 0.9
    assert "with a chance of" in repr(sure)


def test_width_columns_come_when_asked_for():
    """Without a width or a rate to compare with there is no column for it."""
    assert list(interval_precision(20, [0.3])) == ["true_rate", "coverage", "expected_half_width", "largest_half_width"]
    asked = interval_precision(20, [0.3], half_width=0.2, exceeds=0.1)
    assert list(asked)[-2:] == ["chance_narrow_enough", "chance_lower_limit_exceeds"]


def test_the_normal_approximation_is_a_warning():
    """It says what power its n really has."""
    approximate = normal_approximation(0.2, 0.4, 0.05, 0.8)
    assert approximate.exact_power == single_stage(approximate.n, 0.2).power(0.4)
    assert f"{approximate.exact_power:.3f}" in repr(approximate)


BAD = [
    (lambda: bayes_single_arm(20, prior=(0, 1), p0=0.3, cutoff=0.9), "prior a: got 0"),
    (lambda: bayes_single_arm(20, prior=(1, -1), p0=0.3, cutoff=0.9), "prior b: got -1"),
    (lambda: bayes_single_arm(20, prior=3, p0=0.3, cutoff=0.9), "prior: got 3; allowed: a pair"),
    (lambda: bayes_single_arm(20, prior=(1, float("inf")), p0=0.3, cutoff=0.9), "prior b: got inf"),
    (lambda: bayes_single_arm(0, p0=0.3, cutoff=0.9), "n: got 0"),
    (lambda: bayes_single_arm(20, p0=1, cutoff=0.9), "p0: got 1"),
    (lambda: bayes_single_arm(20, p0=0.3, cutoff=95), "written 0.95"),
    (lambda: ARM.posterior_probability(11, 10), "responders: got 11"),
    (lambda: ARM.posterior_probability(5, 21), "n: got 21"),
    (lambda: ARM.predictive_probability(5, 21), "n: got 21"),
    (lambda: ARM.predictive_probability(-1, 5), "responders: got -1"),
    (lambda: assurance("design", (1, 1)), "design: got 'design'"),
    (lambda: assurance(ARM, (1, 1, 1)), "prior: got"),
    (lambda: prior_from_mean(1, 10), "mean: got 1"),
    (lambda: prior_from_mean(0.3, 0), "effective_n: got 0"),
    (lambda: prior_from_arm(12, 40, weight=1.5), "weight: got 1.5"),
    (lambda: prior_from_arm(41, 40, weight=0.5), "responders: got 41"),
    (lambda: bayes_monitoring(ARM, [20]), "looks: got 20"),
    (lambda: bayes_monitoring(ARM, [5, 5]), "looks: got"),
    (lambda: bayes_monitoring(ARM, 5), "looks: got 5"),
    (lambda: bayes_monitoring(ARM, [5], futility=0.5, efficacy=0.4), "efficacy: got 0.4"),
    (lambda: bayes_monitoring(single_stage(20, 0.3), [5]), "design: got Single"),
    (lambda: safety_rule(20, acceptable=0, cutoff=0.9), "acceptable: got 0"),
    (lambda: safety_rule(20, acceptable=0.01, prior=(5, 1)), "could not start"),
    (lambda: chance_of_any_event(5, 20), "written 0.05"),
    (lambda: patients_to_see_one(0), "rate: got 0"),
    (lambda: interval_precision(20, [0.3], half_width=0), "half_width: got 0"),
    (lambda: interval_precision(5000, [0.3]), "n: got 5000"),
    (lambda: find_n_for_width(0.3, 0.01), "narrow enough"),
    (lambda: find_n_for_width(0.3, 0.1, chance=1), "chance: got 1"),
    (lambda: two_arm_pilot(10, 0), "n_treated: got 0"),
    (lambda: two_arm_pilot(10, 10).power(0.3, 1.5), "p_treated: got 1.5"),
    (lambda: two_arm_pilot(10, 10).power([0.3], 0.5), "p_control: got"),
    (lambda: two_arm_pilot(10, 10).p_value(11, 5), "control_responders: got 11"),
    (lambda: power_by_n(0.3, 0.5, 0.05, 20), "n: got 20"),
    (lambda: power_by_n(0.3, 0.5, 0.05, [20, 0]), "n: got 0"),
    (lambda: normal_approximation(0.3, 0.3001, 0.05, 0.9), "p1: got 0.3001"),
    (lambda: single_stage(20, 0.3, 1, sides=2), "alpha: got 1"),
    (lambda: single_stage(20, 0.3, sides=3), "sides: got 3"),
    (lambda: compare_designs({}, [0.3]), "designs: got"),
]


@pytest.mark.parametrize(("call", "message"), BAD, ids=[message for _, message in BAD])
def test_bad_input_is_refused_by_name(call, message):
    """Each bad argument is refused with its name, what came and what is allowed."""
    with pytest.raises(TrialsimError, match=message):
        call()


def test_results_print_as_sentences():
    """Each result prints as prose that a trialist can read, without the names of classes or fields."""
    results = [ARM, bayes_monitoring(ARM, [10]), two_arm_pilot(10, 10), single_stage(20, 0.3, sides=2), Beta(2, 3)]
    assert isinstance(safety_rule(20, acceptable=0.1), SafetyRule)
    assert all("=" not in repr(result).replace("p0 = ", "").replace("<=", "") for result in results)
    assert isinstance(bayes_monitoring(ARM, [10]).boundaries(), pd.DataFrame)
