"""Whatever is accepted moves a result, or is refused with a reason: fields of a scenario, of a protocol, options."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from functools import cache
from importlib import resources
from typing import Any

import pandas as pd
import pytest

import trialsim as ts
from trialsim.facts.no_effect import describe_no_effect, no_effects
from trialsim.facts.population import load_population
from trialsim.power.expectation import smallest_nets

PROTOCOL = ts.load_protocol("NCT04946669")
CANDIDATES, LATEST = 1500, 52
# Until the last week: some of the course begins only after week 24. The reading with seven parameters takes in every
# measure; a field that matters for a few patients in a thousand needs more candidates than these.
DEFINITION = "NCT04946669-SEVEN"


def _numbers(scenario: ts.Scenario) -> Iterator[pd.DataFrame]:
    """What is seen of the candidates of a scenario, and of their course; each made only when it is looked at."""
    cohort = ts.generate_cohort(CANDIDATES, seed=3, scenario=scenario)
    yield cohort.subjects
    yield cohort.prior_treatments
    yield cohort.assessments
    cohort = ts.follow(cohort, scenario, seed=3, week=LATEST)
    yield cohort.steroid_doses
    yield cohort.adverse_events
    yield cohort.drop_out
    yield cohort.assessments


@cache
def _usual() -> tuple[pd.DataFrame, ...]:
    return tuple(_numbers(ts.Scenario()))


@cache
def _response(scenario: ts.Scenario) -> float:
    with smallest_nets():
        return ts.response_probability(scenario, PROTOCOL, DEFINITION).value


def _elsewhere(name: str) -> float:
    """A value away from the usual one, the end of its plausible range that lies further off."""
    parameter = load_population().parameters[name]
    low, high = parameter.low, parameter.high
    return low if parameter.value - low > high - parameter.value else high


@pytest.mark.parametrize("name", [field.name for field in fields(ts.Scenario)])
def test_every_field_of_a_scenario_moves_something(name: str) -> None:
    """The candidates, their treatment, what is read of them, doses, events, who leaves; or who is recruited of them."""
    value = _elsewhere(name)
    assert value != getattr(ts.Scenario(), name), f"{name} has no range"
    changed = replace(ts.Scenario(), **{name: value})
    if name == "entry_phga_min":  # it turns people away at the door
        assert _response(changed) != _response(ts.Scenario())
        return
    assert not all(now.equals(before) for now, before in zip(_numbers(changed), _usual(), strict=True)), name


@pytest.mark.parametrize("id", [id for id, said in no_effects().items() if said.fields])
def test_what_is_said_to_have_no_effect_has_none(id: str) -> None:
    """All its fields moved at once: the enrolled respond as before, to half a point, and the one sentence says so."""
    changed = replace(ts.Scenario(), **{name: _elsewhere(name) for name in no_effects()[id].fields})
    assert abs(_response(changed) - _response(ts.Scenario())) < 0.005
    assert no_effects()[id].text in describe_no_effect()


@pytest.mark.parametrize("name", ["amyopathic_share", "natural_fluctuation", "background"])
def test_what_is_not_said_has_an_effect(name: str) -> None:
    """The same measure finds the fields that do matter, so that it could have found the others."""
    assert abs(_response(replace(ts.Scenario(), **{name: _elsewhere(name)})) - _response(ts.Scenario())) > 0.005


# ---- options: each moves response and the trials, or is refused ------------------------------------------------------
MOVES: dict[str, tuple[Any, str]] = {
    "enzyme": ("LDH", "IMACS-2004"),
    "normal_enzyme": ("never improves", "IMACS-2004"),
    "zero_baseline": ("ignore", "IMACS-2004"),
    "missing_visit": ("complete_cases", "IMACS-2004"),
    "week": (24, "IMACS-2004"),
}
REFUSED: list[tuple[str, str, Any, str]] = [
    ("IMACS-2004", "missing", "not_counted", "every measure is known"),
    ("IMACS-2004", "mmt8_max", 80, "both sides"),
    ("IMACS-2004", "enzyme_uln", 200, "those of the scenario"),
    ("IMACS-2004", "week", 104, "a number at least 4 and at most 52"),
    ("IMACS-2004", "week", 2, "a number at least 4 and at most 52"),
    ("IMACS-2004", "enzyme_ULN", 200, "allowed: 'enzyme'"),
    ("TIS-MODERATE", "normal_enzyme", "never improves", "percent of an instrument's range"),
    ("TIS-MODERATE", "zero_baseline", "ignore", "percent of an instrument's range"),
    ("NCT04946669-ENZYMES", "enzyme", "CK", "no single enzyme"),
]


@pytest.mark.parametrize("name", MOVES)
def test_an_option_moves_the_result(name: str) -> None:
    """The near-exact rate, the power, and the simulated trials."""
    value, definition = MOVES[name]
    usual = ts.response_probability(None, PROTOCOL, definition).value
    assert ts.response_probability(None, PROTOCOL, definition, **{name: value}).value != usual
    if name == "zero_baseline":  # of a hundred thousand patients one tells: for the integral, not for some trials
        return
    same: dict[str, Any] = {"seed": 2, "definition": definition, "design": ts.single_stage(20, 0.30)}
    trials = ts.simulate_trials(PROTOCOL, None, 300, **same)
    assert not trials.equals(ts.simulate_trials(PROTOCOL, None, 300, **same, **{name: value}))


@pytest.mark.parametrize(("definition", "name", "value", "why"), REFUSED)
def test_an_option_that_could_change_nothing_is_refused(definition: str, name: str, value: Any, why: str) -> None:
    """By every function that would take it, in the same words."""
    option = {name: value}
    asks = [
        lambda: ts.response_probability(None, PROTOCOL, definition, **option),
        lambda: ts.response_profile(None, PROTOCOL, definition, **option),
        lambda: ts.decompose(None, PROTOCOL, definition, **option),
        lambda: ts.calibrate(None, response=0.4, protocol=PROTOCOL, definition=definition, **option),
        lambda: ts.sensitivity(PROTOCOL, None, ts.single_stage(20, 0.30), ["drug_effect"], definition, **option),
        lambda: ts.sweep(
            PROTOCOL, None, {"drug_effect": [0.1]}, designs=[ts.single_stage(20, 0.30)], definitions=[definition],
            **option,
        ),
        lambda: ts.simulate_trial(PROTOCOL, None, seed=1, definition=definition, **option),
        lambda: ts.simulate_trials(PROTOCOL, None, 2, seed=1, definition=definition, **option),
    ]  # fmt: skip
    for ask in asks:
        with pytest.raises(ts.TrialsimError, match=why):
            ask()


def test_a_patient_is_not_asked_what_a_score_has_no_place_for() -> None:
    """One patient, or a table of them; a comparison of several definitions uses the choice where it has a place."""
    start = {"PHGA": 5, "PTGA": 5, "MMT8": 125, "HAQDI": 0, "ENZYME": 500, "EMGA": 3}
    end = {"PHGA": 3, "PTGA": 3, "MMT8": 140, "HAQDI": 0.5, "ENZYME": 300, "EMGA": 2}
    for choice in ({"zero_baseline": "ignore"}, {"normal_enzyme": "never improves"}):
        with pytest.raises(ts.TrialsimError, match="TIS-MODERATE"):
            ts.assess_patient(start, end, "TIS-MODERATE", enzyme_uln=200, **choice)  # type: ignore[arg-type]
    table = ts.compare_definitions(
        start, end, ["IMACS-2004", "TIS-MODERATE"], enzyme_uln=200, zero_baseline="ignore"
    ).set_index("definition")
    assert table.loc["IMACS-2004", "n_worsened"] == 0
    assert table.loc["TIS-MODERATE", "score"] == ts.assess_patient(start, end, "TIS-MODERATE", enzyme_uln=200).score


# ---- the protocol: its outcome, its week, its size, its readings ----------------------------------------------------
def _protocol(**changes: Any) -> ts.TrialProtocol:
    primary = {name: changes.pop(name) for name in ("definition", "week") if name in changes}
    week = {"week": primary["week"]} if "week" in primary else {}
    return replace(PROTOCOL, primary=replace(PROTOCOL.primary, **primary), **week, **changes)


@pytest.mark.parametrize("change", [{"definition": "TIS-MODERATE"}, {"week": 24}, {"definition": "IMACS-2004"}])
def test_outcome_and_week_are_those_of_the_protocol(change: dict[str, Any]) -> None:
    """In each function: what nobody gives is what the protocol says, and giving the same changes nothing."""
    protocol, scenario = _protocol(**change), ts.Scenario(drug_effect=0.2)
    definition, week = protocol.primary.definition, protocol.week
    given: dict[str, Any] = {"definition": definition, "week": week}
    rate = ts.response_probability(scenario, protocol)
    assert rate == ts.response_probability(scenario, PROTOCOL, **given)
    assert rate != ts.response_probability(scenario, PROTOCOL)
    swept = ts.sweep(protocol, None, {"drug_effect": [0.2]}, designs=[ts.single_stage(20, 0.30)]).iloc[0]
    assert (swept["definition"], swept["response_probability"]) == (definition, rate.value)
    profile = ts.response_profile(scenario, protocol).set_index(["statistic", "of", "population"])["value"]
    assert profile["response", definition, "all"] == pytest.approx(rate.value, abs=5 * rate.standard_error)
    assert ts.decompose(scenario, protocol)["total"].iloc[-1] == pytest.approx(rate.value, abs=5 * rate.standard_error)
    solved = ts.calibrate(scenario, response=rate.value, protocol=protocol)
    assert solved.drug_effect == pytest.approx(0.2, abs=0.002)
    trials = ts.simulate_trials(protocol, scenario, 100, seed=4)
    assert trials.equals(ts.simulate_trials(PROTOCOL, scenario, 100, seed=4, **given))
    said = ts.simulate_trial(protocol, scenario, seed=4).summary()
    assert f"Response by {definition} at week {week}: {trials['responders'][0]} of 20" in said


def test_a_protocol_without_an_outcome_of_its_own_must_be_told_one() -> None:
    """No definition is guessed for it."""
    protocol = _protocol(definition="")
    with pytest.raises(ts.TrialsimError, match=r"definition: got None.*names none"):
        ts.response_probability(None, protocol)
    assert ts.response_probability(None, protocol, "IMACS-2004").value == pytest.approx(0.5, abs=0.001)


@pytest.mark.parametrize("week", [2, 53, 104])
def test_a_week_of_which_the_model_says_nothing_is_refused(week: int) -> None:
    """Also where the protocol brings it: standard care does not go on to cure everybody."""
    with pytest.raises(ts.TrialsimError, match=rf"week: got {week}; allowed: a number at least 4 and at most 52"):
        ts.simulate_trials(_protocol(week=week), None, 2, seed=1)


def test_two_weeks_in_one_file_are_refused(tmp_path: Any) -> None:
    """The week of the protocol and that of its primary outcome are one."""
    text = resources.files("trialsim").joinpath("data", "protocols", "nct04946669.toml").read_text("utf-8")
    path = tmp_path / "two.toml"
    path.write_text(text.replace("week = 12", "week = 24", 1), encoding="utf-8")
    with pytest.raises(ts.TrialsimError, match=r"primary.*week.*got 12; allowed: .*24"):
        ts.load_protocol(path)


def test_size_and_readings_are_those_of_the_protocol() -> None:
    """They move who is enrolled, and how many."""
    assert set(ts.simulate_trials(_protocol(n=7), None, 3, seed=1)["enrolled"]) == {7}
    usual = ts.simulate_trials(PROTOCOL, None, 200, seed=1)["screened"]
    strict = PROTOCOL.with_reading("bohan_peter_level", "definite")
    assert ts.simulate_trials(strict, None, 200, seed=1)["screened"].mean() > usual.mean()
