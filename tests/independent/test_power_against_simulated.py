"""Power by exact sums over the number analysed, against whole simulated trials, for every design and missing visit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.stats

import trialsim as ts
from trialsim.power.success import success_chance

PROTOCOL = ts.load_protocol("NCT04946669")
TRIALS = 1500
MANY_LEAVE = ts.Scenario(missing_week12=0.3)
DESIGNS = {
    "single": ts.single_stage(20, 0.30),
    "saw": ts.single_stage(21, 0.30),
    "bayes": ts.bayes_single_arm(20, p0=0.30, cutoff=0.95),
    "two stages": ts.TwoStage(n1=15, continue_at=5, n=30, min_responders=13, p0=0.30),
}


@pytest.mark.parametrize("missing_visit", ["failure", "complete_cases"])
@pytest.mark.parametrize("name", DESIGNS)
def test_power_is_the_share_of_trials_that_succeed(name: str, missing_visit: str) -> None:
    """Within four standard errors of both, or refused by both where the design has no rule for fewer patients."""
    same: dict[str, Any] = {"definition": "IMACS-2004", "missing_visit": missing_visit}
    design = DESIGNS[name]
    chance = ts.response_probability(MANY_LEAVE, PROTOCOL, **same)
    if name == "two stages" and missing_visit == "complete_cases":
        for asks in (
            lambda: ts.simulate_trials(PROTOCOL, MANY_LEAVE, 2, seed=1, design=design, **same),
            lambda: ts.power_of(design, chance),
            lambda: ts.sensitivity(PROTOCOL, MANY_LEAVE, design, ["drug_effect"], missing_visit=missing_visit),
            lambda: ts.sweep(PROTOCOL, None, {"drug_effect": [0.1]}, designs=[design], missing_visit=missing_visit),
        ):
            with pytest.raises(ts.TrialsimError, match=r"missing_visit: got 'complete_cases'.*planned numbers only"):
                asks()
        return
    trials = ts.simulate_trials(PROTOCOL, MANY_LEAVE, TRIALS, seed=41, design=design, **same)
    power = ts.power_of(design, chance)
    error = np.hypot(np.sqrt(power.value * (1 - power.value) / TRIALS), power.standard_error)
    assert abs(trials["success"].mean() - power.value) < 4 * error
    swept = ts.sweep(
        PROTOCOL, None, {"missing_week12": [0.3]}, designs=[design], definitions=["IMACS-2004"],
        missing_visit=missing_visit,
    ).iloc[0]  # fmt: skip
    assert swept["power"] == pytest.approx(power.value, abs=1e-12)
    assert swept["power_standard_error"] == pytest.approx(power.standard_error, abs=1e-12)


def test_power_by_another_sum() -> None:
    """The same number by scipy's own binomials: over the number analysed, then over the responders among them."""
    design, response, analysed = DESIGNS["single"], 0.6, 0.9
    total = 0.0
    for m in range(1, 21):
        needed = next(k for k in range(m + 2) if scipy.stats.binom.sf(k - 1, m, 0.30) <= 0.05)
        total += scipy.stats.binom.pmf(m, 20, analysed) * scipy.stats.binom.sf(needed - 1, m, response)
    assert success_chance(design, response, analysed) == pytest.approx(total, abs=1e-12)


def test_power_does_not_rise_because_more_is_missing() -> None:
    """Among complete cases power falls as more leave, also in the sensitivity table."""
    power = ts.sweep(
        PROTOCOL, None, {"missing_week12": [0.0, 0.04, 0.12, 0.2, 0.3]}, designs=[DESIGNS["single"]],
        definitions=["IMACS-2004"], missing_visit="complete_cases",
    )["power"]  # fmt: skip
    assert (np.diff(power) < 0).all()
    table = ts.sensitivity(
        PROTOCOL, None, DESIGNS["single"], ["missing_week12"], "IMACS-2004", missing_visit="complete_cases"
    ).iloc[0]
    assert table["slope"] < 0 and table["power_low"] > table["power_high"]


def test_a_rule_of_ones_own_is_not_stretched_to_fewer_patients() -> None:
    """Nobody knows what a design that is no exact test asks of fewer patients than it planned."""
    own = ts.SingleStage(20, 0.30, 0.05, 12)
    chance = ts.response_probability(MANY_LEAVE, PROTOCOL, missing_visit="complete_cases")
    with pytest.raises(ts.TrialsimError, match="nothing says what this rule asks of fewer than 20"):
        ts.power_of(own, chance)
    with pytest.raises(ts.TrialsimError, match="nothing says what this rule asks of fewer than 20"):
        ts.simulate_trials(PROTOCOL, MANY_LEAVE, 2, seed=1, design=own, missing_visit="complete_cases")


def test_a_design_of_two_arms_is_refused() -> None:
    """Its power hangs on two rates, of which a sweep has one."""
    for asks in (
        lambda: ts.power_of(ts.two_arm_pilot(10, 10), ts.response_probability(None, PROTOCOL)),
        lambda: ts.sweep(PROTOCOL, None, {"drug_effect": [0.1]}, designs={"arms": ts.two_arm_pilot(10, 10)}),
    ):
        with pytest.raises(ts.TrialsimError, match="a design of a single arm"):
            asks()
