"""Whatever a public name is given, it answers, or one sentence is raised: nothing foreign comes out, and no NaN."""

from __future__ import annotations

import inspect
import math
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import trialsim as ts
from trialsim.facts.instruments import haq_form, mdaat_form, muscle_form


class _Unshowable:
    """An object whose text cannot be had."""

    def __repr__(self) -> str:
        raise RuntimeError("no text")

    __hash__ = None  # type: ignore[assignment]


HOSTILE: tuple[Any, ...] = (
    None, True, "", "IMACS-2004", "x" * 5000, "a\0b", b"x", 0, -1, 3, 10**400, 10**5000, -(10**400), 5e-324, 1e300, 0.5,
    float("nan"), float("inf"), 1j, (), [], (0.3, 0.1), (float("nan"), 24.0), ("8", "24"), {}, {"CK": 10**400},
    {"PHGA": "5"}, {"a": None}, set(), object(), _Unshowable(), Path("no such folder/x.toml"), Path("a\0"),
    np.float64("nan"), np.array([1, 2]), pd.Series([1, 2]), pd.DataFrame({"a": [1]}), int, len,
)  # fmt: skip

BASELINE = {"PHGA": 6.0, "PTGA": 6.0, "MMT8": 100, "HAQDI": 1.0, "CK": 500, "EMGA": 3.0}
FOLLOWUP = BASELINE | {"PHGA": 3.0, "PTGA": 3.0, "MMT8": 130}
PROTOCOL = ts.load_protocol("NCT04946669")
SCENARIO = ts.Scenario()
COHORT = ts.generate_cohort(6, seed=1)
FOLLOWED = ts.follow(COHORT, SCENARIO, seed=1)
TABLE = FOLLOWED.assessments
DESIGN = ts.single_stage(20, 0.3)
GRADES = dict.fromkeys(muscle_form().once + muscle_form().each_side, 8)
HAQ = dict.fromkeys(haq_form().categories, 1)
ARM = ts.find_arms("IMACS-2004", week=12)[0]
TWO_STAGE = ts.find_two_stage(0.3, 0.5, 0.1, 0.8)
BAYES = ts.bayes_single_arm(n=20, prior=(1, 1), p0=0.3, cutoff=0.95)
GRID = {"drug_effect": [0.1]}
SWEPT = ts.sweep(PROTOCOL, SCENARIO, GRID, designs={"a": DESIGN})
PLANNED = {"p0": 0.3, "p1": 0.6, "alpha": 0.1, "power": 0.8}
MEANS = {"difference": 1.0, "sd": 2.0, "alpha": 0.05, "power": 0.8, "sides": 2}
OPTIONS = {"mmt8_max": 150, "zero_baseline": "strict", "normal_enzyme": "counts", "missing": "undecided"}
IN_MODEL = {"scenario": SCENARIO, "protocol": PROTOCOL, "definition": "IMACS-2004"}

# One good call of each name; every argument of it is then spoilt.
CALLS: tuple[tuple[Callable[..., Any], dict[str, Any]], ...] = (
    (ts.load_protocol, {"which": "NCT04946669"}),
    (ts.list_responses, {"readings": True}),
    (ts.load_response, {"definition": "IMACS-2004"}),
    (ts.response_arms, {"definition": "IMACS-2004", "week": 12, "population": None}),
    (ts.generate_cohort, {"n": 3, "seed": 1, "scenario": SCENARIO}),
    (ts.follow, {"cohort": COHORT, "scenario": SCENARIO, "seed": 1}),
    (ts.steroid_change, {"cohort": FOLLOWED}),
    (ts.screen, {"cohort": COHORT, "protocol": PROTOCOL}),
    (ts.bohan_peter, {"weakness": True, "biopsy": True, "enzymes": True, "emg": None, "rash": True}),
    (ts.cadm, {"skin_months": 12, "weakness": False, "enzymes": False, "early_immunosuppression": None}),
    (ts.eular_acr_2017, {"onset_age": 50, "biopsy": False, "rule": "score", "heliotrope": True}),
    (ts.prednisone_equivalent, {"mg": 4, "drug": "methylprednisolone"}),
    (ts.abatacept_iv_dose, {"kg": 70}),
    (ts.ukat_to_units, {"ukat": 3.0}),
    (ts.haq_di, {"categories": HAQ, "aids": ("eating",), "needs_help": (), "use_aids": True}),
    (ts.mmt8, {"grades": GRADES, "sides": "one"}),
    (ts.assess_patient, {"baseline": BASELINE, "followup": FOLLOWUP, "definition": "IMACS-2004", "mmt8_max": 150,
                         "enzyme": "CK", "enzyme_uln": 200, "zero_baseline": "strict", "normal_enzyme": "counts",
                         "missing": "undecided"}),
    (ts.compare_definitions, {"baseline": BASELINE, "followup": FOLLOWUP, "definitions": ("IMACS-2004",),
                              "enzyme": "CK", "enzyme_uln": 200, **OPTIONS}),
    (ts.total_improvement_score, {"baseline": BASELINE, "followup": FOLLOWUP, "enzyme_uln": 200}),
    (ts.assess_response, {"assessments": TABLE, "definition": "IMACS-2004"}),
    (ts.compare_cohort, {"assessments": TABLE, "definitions": ("IMACS-2004", "PRINTO-20"), **OPTIONS}),
    (ts.most_abnormal_enzyme, {"values": {"CK": 500, "LDH": 300}, "uln": {"CK": 200, "LDH": 250}, "by": "uln",
                               "tie": None}),
    (ts.verdict_flips, {"baseline": BASELINE, "followup": FOLLOWUP, "definition": "TIS-MINIMAL", "raters": "another",
                        "seed": 1, "other_measures": "vary", "n": 100, "enzyme": "CK", "enzyme_uln": 200}),
    (ts.response_probability_given, {"improved": [0.5] * 6, "worsened": [0.1] * 6, "definition": "IMACS-2004"}),
    (ts.single_stage, {"n": 20, "p0": 0.3, "alpha": 0.05}),
    (ts.find_single_stage, {"p0": 0.3, "p1": 0.5, "alpha": 0.05, "power": 0.8, "lasting": False, "n_max": 100}),
    (ts.response_interval, {"responders": 10, "n": 20, "level": 0.95, "method": "wilson"}),
    (ts.Interval, {"low": 0.2, "high": 0.4}),
    (ts.zero_events_bound, {"n": 20, "level": 0.95}),
    (ts.operating_characteristics, {"design": DESIGN, "rates": [0.3, 0.5]}),
    (ts.TwoStage, {"n1": 9, "continue_at": 3, "n": 20, "min_responders": 9, "p0": 0.3}),
    (ts.bayes_single_arm, {"n": 20, "prior": (1, 1), "p0": 0.3, "cutoff": 0.95}),
    (ts.prior_from_mean, {"mean": 0.3, "effective_n": 10}),
    (ts.assurance, {"design": DESIGN, "prior": (5, 5)}),
    (ts.chance_of_any_event, {"rate": 0.05, "n": 20}),
    (ts.patients_to_see_one, {"rate": 0.05, "chance": 0.95}),
    (ts.Estimate, {"value": 0.5, "standard_error": 0.001}),
    (ts.power_of, {"design": DESIGN, "response": ts.Estimate(0.5, 0.0002)}),
    (ts.find_arms, {"definition": "IMACS-2004", "week": None, "weeks": (8, 24), "group": None}),
    (ts.pool_arms, {"keys": [ARM.key]}),
    (ts.load_bench, {"path": "none.json"}),
    (ts.load_sweep, {"path": "none.csv"}),
    (ts.load_patients, {"source": b"SUBJID,AVISITN,PHGA\nA,0,5\nA,12,3\n"}),
    (ts.read_class, {"folder": "no such folder"}),
    (ts.design_table, {"bench": ts.Bench()}),
    (ts.against_the_assumption, {"bench": ts.Bench()}),
    (ts.named_scenario, {"name": "hopeful"}),
    (ts.abatacept_iv_weeks, {"before": 12}),
    (ts.myoact, {"scales": dict.fromkeys(mdaat_form().organs, 1.0)}),
    (ts.power_by_n, {"p0": 0.3, "p1": 0.5, "alpha": 0.05, "n": [10, 20]}),
    (ts.sample_size_table, {"p0s": [0.3], "p1s": [0.6], "alpha": 0.1, "power": 0.8, "loss": 0.1, "design": "single",
                            "sides": 1, "n_max": 60}),
    (ts.solve_single_stage, {"n": 20, "p0": 0.3, "p1": None, "alpha": 0.05, "power": 0.8, "sides": 1}),
    (ts.enrolled_for, {"n": 20, "loss": 0.1}),
    (ts.decision_interval, {"design": DESIGN, "responders": 9, "n_observed": None}),
    (ts.decision_level, {"design": DESIGN}),
    (ts.compare_designs, {"designs": {"a": DESIGN}, "rates": [0.3]}),
    (ts.find_two_stage, {**PLANNED, "criterion": "minimax", "weight": None, "n_max": 40}),
    (ts.two_stage_frontier, {**PLANNED, "n_max": 40}),
    (ts.two_stage_analysis, {"design": TWO_STAGE, "responders": 10, "n_observed": TWO_STAGE.n, "level": 0.9}),
    (ts.adapt_second_stage, {"design": TWO_STAGE, "n": TWO_STAGE.n + 1}),
    (ts.find_two_stage_with_success, {**PLANNED, "criterion": "both", "n_max": 30}),
    (ts.GroupSequential, {"n": 20, "min_responders": 10, "p0": 0.3, "looks": (10,), "stop_at_or_below": (2,),
                          "stop_at_or_above": (9,)}),
    (ts.curtailed, {"design": DESIGN, "for_success": True}),
    (ts.find_joint_design, {"response0": 0.2, "response1": 0.5, "toxicity0": 0.4, "toxicity1": 0.1,
                            "alpha_response": 0.2, "alpha_toxicity": 0.2, "power": 0.6, "n_max": 20}),
    (ts.JointDesign, {"n1": 10, "continue_at": 3, "max_toxic1": 4, "n": 20, "min_responders": 8, "max_toxic": 6,
                      "response0": 0.2, "response1": 0.5, "toxicity0": 0.4, "toxicity1": 0.1}),
    (ts.find_bayes_single_arm, {**PLANNED, "prior": (1, 1), "cutoff": None, "n_max": 60}),
    (ts.find_bayes_cutoff, {"n": 20, "p0": 0.3, "alpha": 0.05, "prior": (1, 1)}),
    (ts.bayes_monitoring, {"design": BAYES, "looks": [10], "futility": 0.05, "efficacy": 0.9}),
    (ts.prior_from_arm, {"responders": 6, "n": 20, "weight": 0.5, "initial": (1, 1)}),
    (ts.robust_prior, {"informative": (6, 14), "vague_weight": 0.2, "vague": (1, 1)}),
    (ts.sceptical_prior, {"p0": 0.3, "p1": 0.5, "chance": 0.05}),
    (ts.hopeful_prior, {"p0": 0.3, "p1": 0.5, "chance": 0.05}),
    (ts.prior_sensitivity, {"design": BAYES, "p1": 0.5, "responders": None}),
    (ts.prior_conflict, {"prior": (6, 14), "responders": 10, "n": 20}),
    (ts.interval_precision, {"n": 20, "rates": [0.3], "level": 0.95, "method": "wilson", "half_width": 0.2,
                             "exceeds": 0.3}),
    (ts.find_n_for_width, {"rate": 0.3, "half_width": 0.2, "chance": 0.8, "level": 0.95, "method": "wilson",
                           "n_max": 60}),
    (ts.two_arm_pilot, {"n_control": 10, "n_treated": 10, "alpha": 0.05}),
    (ts.two_arm, {"n_control": 10, "n_treated": 10, "p0": 0.3, "p1": 0.6, "alpha": 0.05, "test": "boschloo"}),
    (ts.find_two_arm, {**PLANNED, "allocation": 1.0, "test": "fisher", "n_max": 60}),
    (ts.compare_means, {"n_control": 10, "n_treated": 10, "difference": 1.0, "sd": 2.0, "alpha": 0.05, "sides": 2}),
    (ts.find_mean_comparison, {**MEANS, "allocation": 1.0}),
    (ts.paired_change, {"n": 20, "sd": 2.0, "level": 0.95}),
    (ts.find_paired_n, MEANS),
    (ts.safety_rule, {"n": 20, "acceptable": 0.1, "prior": (1, 1), "cutoff": 0.95, "looks": (5, 10)}),
    (ts.simulate_trial, {"protocol": PROTOCOL, "scenario": SCENARIO, "seed": 1, "design": DESIGN,
                         "definition": "IMACS-2004", "replicate": 0, "missing_visit": "failure", **OPTIONS}),
    (ts.simulate_trials, {"protocol": PROTOCOL, "scenario": SCENARIO, "n_trials": 2, "seed": 1, "design": DESIGN,
                          "definition": "IMACS-2004", "executor": None}),
    (ts.response_probability, {**IN_MODEL, "missing_visit": "failure", "enzyme_uln": None, **OPTIONS}),
    (ts.sweep, {"protocol": PROTOCOL, "scenario": SCENARIO, "over": GRID, "designs": {"a": DESIGN},
                "definitions": ["IMACS-2004"], "executor": None, "done": None, "progress": False}),
    (ts.save_sweep, {"frame": SWEPT, "path": "swept.csv"}),
    (ts.Bench, {name: value for name, value in ts.Bench().values().items() if name != "protocol"}),
    (ts.Bench, {"protocol": PROTOCOL}),
    (ts.Scenario, {"drug_effect": 0.1, "age_mean": 50.0, "r_phga_mmt": 0.4}),
    (ts.SingleStage, {"n": 20, "p0": 0.3, "alpha": 0.05, "min_responders": 10, "sides": 1, "worse_at": -1}),
    (ts.justify, {"bench": ts.Bench()}),
    (ts.write_report, {"bench": ts.Bench(), "path": "report"}),
    (ts.save_bench, {"bench": ts.Bench(), "path": "bench.json"}),
    (ts.save_patients, {"table": TABLE, "path": "patients.csv"}),
    (ts.save_template, {"path": "template.csv", "kind": "wide"}),
    (DESIGN.power, {"p1": 0.5}),
    (DESIGN.p_value, {"responders": 9}),
    (TWO_STAGE.power, {"p1": 0.5}),
    (TWO_STAGE.expected_n, {"p1": 0.5}),
    (TWO_STAGE.stop_probability, {"p1": 0.5}),
    (BAYES.posterior_probability, {"responders": 9, "n": 20}),
    (BAYES.predictive_probability, {"responders": 5, "n": 10}),
    (PROTOCOL.condition, {"criterion": PROTOCOL.criteria[0]}),
    (PROTOCOL.with_reading, {"name": "washout", "choice": "usual practice"}),
    (COHORT.only, {"subjects": [COHORT.ids[0]]}),
    (ARM.differs, {"definition": "IMACS-2004", "week": 12}),
    (ts.Bench().rate, {"name": "p0"}),
)  # fmt: skip


# Each good call takes seconds: spoilt where long studies are run.
OF_SECONDS: tuple[tuple[Callable[..., Any], dict[str, Any]], ...] = (
    (ts.response_profile, {**IN_MODEL, "week": 12}),
    (ts.decompose, IN_MODEL),
    (ts.calibrate, {**IN_MODEL, "response": 0.4, "field": "drug_effect"}),
    (ts.sensitivity, {**IN_MODEL, "design": DESIGN, "assumptions": ("drug_effect",)}),
)

# What a table leaves out and gives the reason for, beside it.
SAID_MISSING = {
    ts.sample_size_table: ("[attained_alpha]", "[power]"),
    ts.load_patients: (".assessments[ANRHI]",),
}

# All assumptions of the model, one by one: a good call of minutes.
LONG = {(ts.sensitivity, "assumptions"): None}


def foreign(calls: tuple[tuple[Callable[..., Any], dict[str, Any]], ...], tries: int, seed: int) -> list[str]:
    """Which spoilt calls end in an exception that is none of ours, an error without a text, or a silent NaN."""
    chance, found = random.Random(seed), []
    for function, given in calls:
        parameters = inspect.signature(function).parameters.values()
        good = {each.name: each.default for each in parameters if each.default is not each.empty} | given
        known = set(SAID_MISSING.get(function, ()))
        for name in good:
            for bad in chance.sample(HOSTILE, min(tries, len(HOSTILE))):
                if (function, name) in LONG and bad is LONG[function, name]:
                    continue
                try:
                    if silent := set(_nan(function(**good | {name: bad}))) - known:
                        found.append(f"{function.__name__}({name}={_shown(bad)}): NaN in {sorted(silent)}")
                except ts.TrialsimError as error:
                    if not str(error).replace("\n", "").isprintable():
                        found.append(f"{function.__name__}({name}): {str(error)[:100]!r}")
                except Exception as problem:
                    kind = f"{type(problem).__name__}: {str(problem)[:60]}"
                    found.append(f"{function.__name__}({name}={type(bad).__name__} {_shown(bad)}): {kind}")
    return found


def _nan(found: Any, at: str = "") -> Iterator[str]:
    """Where a result has a float that is no number."""
    if isinstance(found, pd.Series):
        found = found.to_numpy() if isinstance(found.dtype, np.dtype) else ()  # other columns have a missing value
    if isinstance(found, np.ndarray):
        found = float("nan") if found.dtype.kind == "f" and np.isnan(found).any() else ()
    if isinstance(found, (float, np.floating)):
        if math.isnan(found):
            yield at
    elif isinstance(found, (pd.DataFrame, Mapping)):
        for name in found:
            yield from _nan(found[name], f"{at}[{name}]")
    elif isinstance(found, (tuple, list)):
        for each in found:
            yield from _nan(each, at)
    elif is_dataclass(found):
        for each in fields(found):
            yield from _nan(getattr(found, each.name), f"{at}.{each.name}")


def _shown(value: object) -> str:
    try:
        return repr(value)[:40]
    except Exception:
        return "(no text)"


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that a file may have is no hostile one: what is written is written there."""
    monkeypatch.chdir(tmp_path)


def test_good_calls_are_good() -> None:
    """What the next tests spoil is sound, but for files that are not there."""
    for function, good in CALLS:
        if function not in (ts.load_bench, ts.load_sweep, ts.read_class):
            function(**good)


def test_only_sentences_come_out() -> None:
    """A few hostile values for each argument."""
    assert foreign(CALLS, tries=3, seed=20261128) == []


@pytest.mark.slow
def test_only_sentences_come_out_whatever_is_given() -> None:
    """Every hostile value for each argument."""
    assert foreign(CALLS + OF_SECONDS, tries=len(HOSTILE), seed=1) == []
