"""The public names are pinned: the surface grows on purpose, and everything on it is documented with an example."""

from __future__ import annotations

import inspect

import pytest

import trialsim as ts

# What independent checks call; further names may join, none of these may go.
CONTRACT = [
    "abatacept_iv_dose",
    "assess_patient",
    "assess_response",
    "assurance",
    "bayes_single_arm",
    "bohan_peter",
    "cadm",
    "calibrate",
    "compare_definitions",
    "core_set",
    "eular_acr_2017",
    "evidence",
    "find_single_stage",
    "find_two_stage",
    "follow",
    "generate_cohort",
    "haq_di",
    "list_responses",
    "load_protocol",
    "load_response",
    "load_sweep",
    "load_vignettes",
    "mmt8",
    "most_abnormal_enzyme",
    "operating_characteristics",
    "prednisone_equivalent",
    "response_interval",
    "response_probability",
    "response_probability_given",
    "save_sweep",
    "Scenario",
    "named_scenario",
    "screen",
    "simulate_trial",
    "simulate_trials",
    "single_stage",
    "steroid_change",
    "sweep",
    "total_improvement_score",
    "TrialsimError",
    "two_stage_analysis",
    "TwoStage",
    "verdict_flips",
    "zero_events_bound",
]


def test_every_name_of_the_contract_is_there() -> None:
    """Nothing that others call has gone."""
    assert sorted(set(CONTRACT) - set(ts.__all__)) == []


def test_the_module_shows_what_it_lists_and_nothing_else() -> None:
    """`dir(trialsim)` is the table of contents, besides the floors of the house."""
    shown = {name for name in dir(ts) if not name.startswith("_")}
    floors = {name for name in shown if inspect.ismodule(getattr(ts, name))}
    assert shown - floors == set(ts.__all__)
    assert len(ts.__all__) == len(set(ts.__all__))


@pytest.mark.parametrize("name", sorted(set(ts.__all__)))
def test_every_public_name_is_documented(name: str) -> None:
    """Each has a docstring, and each function one example that runs."""
    found = getattr(ts, name)
    assert found.__doc__ and found.__doc__.strip()
    if inspect.isfunction(found):
        assert ">>> " in found.__doc__
