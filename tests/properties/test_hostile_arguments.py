"""Whatever a public name is given, it answers, or one sentence is raised: no exception of another kind comes out."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import trialsim as ts
from trialsim.facts.instruments import haq_form, muscle_form


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
                              "enzyme_uln": 200}),
    (ts.total_improvement_score, {"baseline": BASELINE, "followup": FOLLOWUP, "enzyme_uln": 200}),
    (ts.assess_response, {"assessments": TABLE, "definition": "IMACS-2004"}),
    (ts.compare_cohort, {"assessments": TABLE, "definitions": ("IMACS-2004", "PRINTO-20")}),
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
)  # fmt: skip


def foreign(tries: int, seed: int) -> list[str]:
    """Which spoilt calls end in an exception that is none of ours, or in an error without a text."""
    chance, found = random.Random(seed), []
    for function, good in CALLS:
        for name in good:
            for bad in chance.sample(HOSTILE, min(tries, len(HOSTILE))):
                try:
                    function(**good | {name: bad})
                except ts.TrialsimError as error:
                    if not str(error).replace("\n", "").isprintable():
                        found.append(f"{function.__name__}({name}): {str(error)[:100]!r}")
                except Exception as problem:
                    kind = f"{type(problem).__name__}: {str(problem)[:60]}"
                    found.append(f"{function.__name__}({name}={type(bad).__name__} {_shown(bad)}): {kind}")
    return found


def _shown(value: object) -> str:
    try:
        return repr(value)[:40]
    except Exception:
        return "(no text)"


def test_good_calls_are_good() -> None:
    """What the next tests spoil is sound, but for files that are not there."""
    for function, good in CALLS:
        if not {"path", "folder"} & set(good):
            function(**good)


def test_only_sentences_come_out() -> None:
    """A few hostile values for each argument."""
    assert foreign(tries=4, seed=20261128) == []


@pytest.mark.slow
def test_only_sentences_come_out_whatever_is_given() -> None:
    """Every hostile value for each argument."""
    assert foreign(tries=len(HOSTILE), seed=1) == []
