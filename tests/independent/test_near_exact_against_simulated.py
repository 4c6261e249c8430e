"""Two routes to the same number: whole trials simulated patient by patient, and the near-exact integral."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import trialsim as ts
from trialsim.power.expectation import smallest_nets

PROTOCOL = ts.load_protocol("NCT04946669")
TRIALS = 1500

SCENARIOS = {
    "base": ts.Scenario(),
    "no drug": ts.Scenario().without_drug(),
    "no noise": replace(ts.Scenario(), phga_error=0.0, ptga_error=0.0, emga_error=0.0, mmt_error=0.0, haq_error=0.0),
    "amyopathic": replace(ts.Scenario(), amyopathic_share=0.9),
    "entry threshold": replace(ts.Scenario(), entry_phga_min=5.0, entry_correlation=0.8),
    "many leave": replace(ts.Scenario(), missing_week12=0.3, missing_for_lack=1.0),
    "optimism": replace(ts.Scenario(), open_label_optimism=1.0, drug_effect=0.0),
    "few touched": replace(ts.Scenario(), untouched_share=0.6, drug_effect=0.5),
}


def _agree(simulated: float, n: int, exact: ts.Estimate) -> None:
    """Within four standard errors, of both routes together."""
    error = np.hypot(np.sqrt(simulated * (1 - simulated) / n), exact.standard_error)
    assert abs(simulated - exact.value) < 4 * error


@pytest.mark.parametrize("name", SCENARIOS)
def test_scenarios(name: str) -> None:
    """In each scenario the simulated response rate is the integrated one."""
    trials = ts.simulate_trials(PROTOCOL, SCENARIOS[name], TRIALS, seed=31, definition="IMACS-2004")
    exact = ts.response_probability(SCENARIOS[name], PROTOCOL, "IMACS-2004")
    _agree(trials["responders"].sum() / (20 * TRIALS), 20 * TRIALS, exact)


STEPS = replace(SCENARIOS["no noise"], own_spread=0.0, ck_error=0.0, ldh_error=0.0, enzyme_own_spread=0.0)


@pytest.mark.parametrize(
    ("scenario", "definition"),
    [
        (SCENARIOS["base"], "TIS-MODERATE"),
        (SCENARIOS["entry threshold"], "IMACS-2004"),
        (SCENARIOS["few touched"], "TIS-MINIMAL"),
        (STEPS, "IMACS-2004"),
    ],
)
def test_standard_error_is_kept(scenario: ts.Scenario, definition: str) -> None:
    """However little a scenario leaves to chance, and for scores too, the standard error is at most 0.0002."""
    assert 0 < ts.response_probability(scenario, PROTOCOL, definition).standard_error <= 0.0002


def test_larger_nets_only_refine() -> None:
    """What the smallest nets say of a score lies within their own error of what the larger ones say."""
    with smallest_nets():
        small = ts.response_probability(SCENARIOS["few touched"], PROTOCOL, "TIS-MODERATE")
    large = ts.response_probability(SCENARIOS["few touched"], PROTOCOL, "TIS-MODERATE")
    assert large.standard_error < small.standard_error
    assert 0 < abs(large.value - small.value) < 4 * small.standard_error


@pytest.mark.parametrize("definition", ts.list_responses())
def test_definitions(definition: str) -> None:
    """Under each published definition, scores included, both routes agree."""
    trials = ts.simulate_trials(PROTOCOL, None, TRIALS, seed=32, definition=definition)
    exact = ts.response_probability(ts.Scenario(), PROTOCOL, definition)
    _agree(trials["responders"].sum() / (20 * TRIALS), 20 * TRIALS, exact)


@pytest.mark.parametrize(
    "options",
    [
        {"enzyme": "CK"},
        {"enzyme": "LDH", "normal_enzyme": "never improves"},
        {"zero_baseline": "ignore"},
        {"zero_baseline": "absolute", "normal_enzyme": "never improves"},
    ],
)
def test_options(options: dict[str, str]) -> None:
    """Under each choice that a definition leaves open, both routes agree."""
    trials = ts.simulate_trials(PROTOCOL, None, TRIALS, seed=33, definition="IMACS-2004", **options)
    exact = ts.response_probability(ts.Scenario(), PROTOCOL, "IMACS-2004", **options)
    _agree(trials["responders"].sum() / (20 * TRIALS), 20 * TRIALS, exact)


def test_complete_cases() -> None:
    """Among complete cases both routes agree, and the rate is higher than with missing as failure."""
    scenario = SCENARIOS["many leave"]
    trials = ts.simulate_trials(
        PROTOCOL, scenario, TRIALS, seed=34, definition="IMACS-2004", missing_visit="complete_cases"
    )
    exact = ts.response_probability(scenario, PROTOCOL, "IMACS-2004", missing_visit="complete_cases")
    _agree(trials["responders"].sum() / trials["analysed"].sum(), int(trials["analysed"].sum()), exact)
    assert exact.value > ts.response_probability(scenario, PROTOCOL, "IMACS-2004").value


def test_nobody_left_to_analyse() -> None:
    """Where every week 12 is missing, complete cases have no rate: that is said, and nothing is divided by zero."""
    empty = replace(SCENARIOS["base"], missing_week12=1.0, missing_for_lack=0.0)
    assert ts.response_probability(empty, PROTOCOL).value == 0.0
    with pytest.raises(ts.TrialsimError, match="Nobody is left to be analysed"):
        ts.response_probability(empty, PROTOCOL, missing_visit="complete_cases")


def test_power() -> None:
    """The share of simulated trials that succeed is the exact power at the integrated response rate."""
    design = ts.single_stage(20, 0.30)
    trials = ts.simulate_trials(PROTOCOL, None, TRIALS, seed=35, definition="IMACS-2004", design=design)
    power = design.power(ts.response_probability(ts.Scenario(), PROTOCOL, "IMACS-2004").value)
    assert abs(trials["success"].mean() - power) < 4 * np.sqrt(power * (1 - power) / TRIALS)


def test_other_readings_of_the_protocol() -> None:
    """With other readings of what is ambiguous both routes still agree."""
    strict = PROTOCOL.with_reading("bohan_peter_level", "definite").with_reading("tuberculosis", "either")
    trials = ts.simulate_trials(strict, None, TRIALS, seed=36, definition="IMACS-2004")
    _agree(trials["responders"].sum() / (20 * TRIALS), 20 * TRIALS, ts.response_probability(None, strict, "IMACS-2004"))


LONG = pytest.mark.slow


@pytest.mark.parametrize(
    ("week", "missing_visit"),
    [
        (4, "failure"),
        (8, "complete_cases"),
        (24, "failure"),
        *(pytest.param(week, "failure", marks=LONG) for week in (8, 16, 52)),
        *(pytest.param(week, "complete_cases", marks=LONG) for week in (4, 16, 24, 52)),
    ],
)
def test_weeks(week: int, missing_visit: str) -> None:
    """At another week of the protocol both routes agree, and neither gives the rate of week 12 under its name."""
    protocol = replace(PROTOCOL, week=week, primary=replace(PROTOCOL.primary, week=week))
    scenario = replace(SCENARIOS["base"], missing_week12=0.2, missing_later=0.1)
    trials = ts.simulate_trials(protocol, scenario, TRIALS, seed=37, missing_visit=missing_visit)
    exact = ts.response_probability(scenario, protocol, missing_visit=missing_visit)
    analysed = int(trials["analysed"].sum())
    _agree(trials["responders"].sum() / analysed, analysed, exact)
    _agree(analysed / (20 * TRIALS), 20 * TRIALS, exact.analysed)
    at_12 = ts.response_probability(scenario, PROTOCOL, missing_visit=missing_visit)
    assert abs(exact.value - at_12.value) > 0.004
    assert exact.value == ts.response_probability(scenario, PROTOCOL, missing_visit=missing_visit, week=week).value
