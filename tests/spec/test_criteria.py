"""The criteria of NCT04946669, patient by patient."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from trialsim.errors import TrialsimError
from trialsim.facts.protocol import load_protocol
from trialsim.facts.trial_protocol import Criterion, Example
from trialsim.rules.eligibility import screen
from trialsim.rules.examples import judge

PROTOCOL = load_protocol("NCT04946669")
EXAMPLES = [
    pytest.param(criterion, example, id=f"{criterion.id}-{i}")
    for criterion in PROTOCOL.criteria
    for i, example in enumerate(criterion.examples)
]


@pytest.mark.parametrize(("criterion", "example"), EXAMPLES)
def test_worked_example(criterion: Criterion, example: Example) -> None:
    """A worked example in the protocol file comes out as the file says, with a reason."""
    met, why = judge(PROTOCOL, criterion, example)
    assert met is example.met, example.text
    assert why and all(why)


@pytest.mark.parametrize("criterion", PROTOCOL.criteria, ids=lambda item: item.id)
def test_every_criterion_is_worked_through(criterion: Criterion) -> None:
    """Every criterion has a patient who meets it, one who does not, and one of whom it is not known."""
    assert {example.met for example in criterion.examples} == {True, False, None}


OTHER_READINGS = [
    pytest.param(reading.name, option.name, id=f"{reading.name}={option.name}")
    for reading in PROTOCOL.readings
    for option in reading.options
    if option.name != reading.chosen
]


@pytest.mark.parametrize(("name", "choice"), OTHER_READINGS)
def test_every_reading_moves_a_verdict(name: str, choice: str) -> None:
    """Each reading that is not the default has a worked patient whom it judges otherwise than the default does."""
    turned = [
        example
        for criterion in PROTOCOL.criteria
        for example in criterion.examples
        if example.readings == ((name, choice),)
        and judge(PROTOCOL, criterion, replace(example, readings=()))[0] is not example.met
    ]
    assert turned


@pytest.mark.parametrize("reading", PROTOCOL.readings, ids=lambda item: item.name)
def test_a_reading_that_does_not_exist_is_refused(reading: Any) -> None:
    """The message names the clause and every reading it has."""
    with pytest.raises(TrialsimError) as caught:
        PROTOCOL.with_reading(reading.name, "as I like")
    assert f"choice for {reading.name}: got 'as I like'" in str(caught.value)
    assert all(repr(option.name) in str(caught.value) for option in reading.options)


def test_every_criterion_takes_every_reading_once() -> None:
    """A reading that no criterion takes would be a switch that moves nothing."""
    for name, choice in (param.values for param in OTHER_READINGS):
        other = PROTOCOL.with_reading(str(name), str(choice))
        changed = [
            criterion.id
            for criterion in PROTOCOL.criteria
            if PROTOCOL.condition(criterion) != other.condition(criterion)
        ]
        assert len(changed) == 1, (name, choice, changed)


# ---- whole candidates ------------------------------------------------------------------------------------------------
# A woman of 45 with classic dermatomyositis whom nothing keeps out; each row changes one thing.
WELL: dict[str, Any] = {
    "AGE": 45, "SEX": "F", "height_cm": 160, "weight_kg": 60.0, "rash": True, "skin_months": 24.0, "weakness": True,
    "enzymes_raised": True, "emg_myopathic": True, "biopsy_myositis": None, "mri_myositis": None,
    "early_immunosuppression": False, "overlap_disease": "none", "other_myopathy": "none", "tumour": False,
    "heart_failure": False, "refractory_hypertension": False, "abnormal_ecg": False, "renal_tubular_acidosis": False,
    "interstitial_nephritis": False, "renal_insufficiency": False, "leucocytes": 6.0, "haemoglobin_g_l": 130,
    "platelets": 250, "endocrine_disease": False, "active_infection": False, "hbsag": False, "hcv_antibody": False,
    "ppd_positive": False, "tspot_positive": False, "sputum_positive": False, "active_tb_3y": False,
    "pregnant": False, "lactating": False, "contraception": True, "drug_allergies": 0, "mental_disorder": False,
    "cooperates": True, "consent": True, "drug_eruption": False, "significant_ecg": False, "other_serious": False,
    "postmenopausal": False, "sterilised": False,
}  # fmt: skip
PREDNISONE: dict[str, Any] = {
    "drug": "prednisone", "kind": "glucocorticoid", "dose": 20.0, "unit": "mg/day", "current": True, "weeks": 60,
    "stable_weeks": 8, "weeks_since_last": 0, "n_improved": 2, "n_worsened": 0, "intolerance": False,
}  # fmt: skip
METHOTREXATE: dict[str, Any] = {
    "drug": "methotrexate", "kind": "immunosuppressant", "dose": 15.0, "unit": "mg/week", "current": True, "weeks": 40,
    "stable_weeks": 20, "weeks_since_last": 0, "n_improved": 2, "n_worsened": 0, "intolerance": False,
}  # fmt: skip
RITUXIMAB: dict[str, Any] = {
    "drug": "rituximab", "kind": "biologic", "dose": None, "unit": None, "current": False, "weeks": 2,
    "stable_weeks": None, "weeks_since_last": 30, "n_improved": 1, "n_worsened": 0, "intolerance": False,
}  # fmt: skip
ENZYMES = {
    "CK": (400.0, 200.0),
    "ALDOLASE": (9.0, 7.6),
    "LDH": (260.0, 250.0),
    "AST": (45.0, 40.0),
    "ALT": (40.0, 40.0),
}


def tables(
    facts: dict[str, Any], courses: list[dict[str, Any]], enzymes: dict[str, tuple[float, float]]
) -> SimpleNamespace:
    """The three tables of one candidate."""
    labs = [
        {"SUBJID": "1", "AVISIT": "Baseline", "PARAMCD": code, "AVAL": value, "ANRHI": limit}
        for code, (value, limit) in enzymes.items()
    ]
    return SimpleNamespace(
        subjects=pd.DataFrame([{"SUBJID": "1"} | facts]),
        prior_treatments=pd.DataFrame(
            [{"SUBJID": "1"} | course for course in courses], columns=["SUBJID", *PREDNISONE]
        ),
        assessments=pd.DataFrame(labs, columns=["SUBJID", "AVISIT", "PARAMCD", "AVAL", "ANRHI"]),
    )


def failed(facts: dict[str, Any], courses: list[dict[str, Any]], enzymes: dict[str, tuple[float, float]]) -> set[str]:
    """The criteria that keep this candidate out; one that is unknown with a question mark."""
    verdicts = screen(tables(facts, courses, enzymes), PROTOCOL).verdicts
    out = set()
    for row in verdicts.itertuples():
        if row.met is pd.NA:
            out.add(f"{row.IETESTCD}?")
        elif row.met != (row.IECAT == "INCLUSION"):
            out.add(row.IETESTCD)
    return out


def test_nothing_keeps_her_out() -> None:
    """The candidate from whom the tables below start is eligible."""
    screened = screen(tables(WELL, [PREDNISONE, METHOTREXATE], ENZYMES), PROTOCOL)
    assert screened.eligible == ("1",)
    assert failed(WELL, [PREDNISONE, METHOTREXATE], ENZYMES) == set()


@pytest.mark.parametrize(
    ("change", "out"),
    [
        ({"AGE": 17}, {"INCL01"}),
        ({"AGE": 18}, set()),
        ({"AGE": None}, {"INCL01?"}),
        ({"rash": False}, {"INCL01"}),
        ({"emg_myopathic": None}, set()),
        ({"weakness": None, "emg_myopathic": None}, {"INCL01?"}),
        ({"weakness": False, "emg_myopathic": False, "skin_months": 5.9}, {"INCL01?"}),
        ({"weakness": False, "emg_myopathic": False, "biopsy_myositis": False, "skin_months": 5.9}, {"INCL01"}),
        ({"weakness": False, "emg_myopathic": False, "biopsy_myositis": False, "skin_months": 6.0}, set()),
        ({"weight_kg": 20.1}, set()),
        ({"weight_kg": 20.0}, {"INCL02"}),
        ({"weight_kg": None}, {"INCL02?"}),
        ({"consent": False}, {"INCL04"}),
        ({"overlap_disease": "systemic sclerosis"}, {"EXCL01"}),
        ({"other_myopathy": "drug-induced"}, {"EXCL02"}),
        ({"tumour": True}, {"EXCL03"}),
        ({"leucocytes": 1.9}, {"EXCL03"}),
        ({"leucocytes": 2.0}, set()),
        ({"haemoglobin_g_l": 79}, {"EXCL03"}),
        ({"haemoglobin_g_l": 80}, set()),
        ({"platelets": 49}, {"EXCL03"}),
        ({"platelets": 50}, set()),
        ({"platelets": None}, {"EXCL03?"}),
        ({"tumour": True, "platelets": None}, {"EXCL03"}),
        ({"hbsag": True}, {"EXCL04"}),
        ({"hcv_antibody": True}, {"EXCL04"}),
        ({"ppd_positive": True}, set()),
        ({"tspot_positive": True}, set()),
        ({"ppd_positive": True, "tspot_positive": True}, {"EXCL04"}),
        ({"ppd_positive": True, "tspot_positive": None}, {"EXCL04?"}),
        ({"sputum_positive": True}, {"EXCL04"}),
        ({"contraception": False}, {"EXCL05"}),
        ({"contraception": False, "AGE": 55}, {"EXCL05"}),
        ({"contraception": False, "AGE": 56}, set()),
        ({"contraception": None, "AGE": 52, "postmenopausal": True}, set()),
        ({"contraception": False, "sterilised": True}, set()),
        ({"contraception": False, "postmenopausal": None}, {"EXCL05?"}),
        ({"contraception": True, "postmenopausal": None}, set()),
        ({"contraception": False, "SEX": "M"}, set()),
        ({"drug_eruption": True}, set()),
        ({"weakness": False, "emg_myopathic": False, "drug_eruption": True}, {"INCL01?"}),
        ({"weakness": False, "emg_myopathic": False, "biopsy_myositis": False, "drug_eruption": True}, {"INCL01"}),
        ({"abnormal_ecg": True}, set()),
        ({"abnormal_ecg": True, "significant_ecg": True}, {"EXCL03"}),
        ({"abnormal_ecg": True, "significant_ecg": None}, {"EXCL03?"}),
        ({"significant_ecg": None}, set()),
        ({"other_serious": True}, {"EXCL03"}),
        ({"past_tumour": True}, set()),
        ({"other_myopathy": "steroid myopathy"}, {"EXCL02"}),
        ({"other_myopathy": "other"}, {"EXCL02"}),
        ({"steroid_myopathy_suspected": True}, set()),
        ({"contraception": None, "SEX": "M"}, set()),
        ({"drug_allergies": 1}, set()),
        ({"drug_allergies": 2}, {"EXCL06"}),
        ({"mental_disorder": True}, {"EXCL07"}),
        ({"cooperates": False}, {"EXCL07"}),
    ],
)  # fmt: skip
def test_one_fact_changed(change: dict[str, Any], out: set[str]) -> None:
    """One fact, on both sides of its threshold, keeps out by its own criterion and by no other."""
    assert failed(WELL | change, [PREDNISONE, METHOTREXATE], ENZYMES) == out


@pytest.mark.parametrize(
    ("courses", "out"),
    [
        ([], {"INCL02"}),
        ([METHOTREXATE], {"INCL02"}),
        ([METHOTREXATE | {"intolerance": True}], set()),
        ([PREDNISONE | {"current": False, "intolerance": True}, METHOTREXATE | {"n_improved": 4}], set()),
        ([PREDNISONE], {"INCL02"}),
        ([PREDNISONE | {"weeks": 13}, METHOTREXATE], set()),
        ([PREDNISONE | {"weeks": 12}, METHOTREXATE], {"INCL02"}),
        ([PREDNISONE, METHOTREXATE | {"weeks": 13, "stable_weeks": 13}], {"INCL02"}),
        ([PREDNISONE, METHOTREXATE | {"stable_weeks": 14}], set()),
        ([PREDNISONE, METHOTREXATE | {"n_improved": 3}], {"INCL02"}),
        ([PREDNISONE, METHOTREXATE | {"n_improved": 3, "n_worsened": 3}], set()),
        ([PREDNISONE, METHOTREXATE | {"n_improved": 3, "n_worsened": 2}], {"INCL02"}),
        ([PREDNISONE, METHOTREXATE | {"n_improved": None}], {"INCL02?"}),
        ([PREDNISONE, METHOTREXATE | {"n_improved": 3, "intolerance": True}], set()),
        ([PREDNISONE, METHOTREXATE | {"current": False, "weeks_since_last": 4}], set()),
        ([PREDNISONE, METHOTREXATE | {"weeks": 2, "stable_weeks": 2, "intolerance": True}], {"INCL02"}),
        ([PREDNISONE | {"dose": 59.75}, METHOTREXATE], set()),
        ([PREDNISONE | {"dose": 60.0}, METHOTREXATE], {"INCL02"}),
        ([PREDNISONE | {"dose": 60.0, "current": False}, METHOTREXATE], set()),
        ([PREDNISONE | {"dose": None}, METHOTREXATE], {"INCL02?"}),
        ([PREDNISONE | {"drug": "methylprednisolone", "dose": 47.0}, METHOTREXATE], set()),
        ([PREDNISONE | {"drug": "methylprednisolone", "dose": 48.0}, METHOTREXATE], {"INCL02"}),
        ([PREDNISONE | {"dose": 30.0}, PREDNISONE | {"drug": "dexamethasone", "dose": 4.5}, METHOTREXATE], {"INCL02"}),
        ([PREDNISONE, METHOTREXATE, RITUXIMAB], {"INCL03"}),
        ([PREDNISONE, METHOTREXATE, RITUXIMAB | {"weeks_since_last": 51}], {"INCL03"}),
        ([PREDNISONE, METHOTREXATE, RITUXIMAB | {"weeks_since_last": 52}], set()),
        ([PREDNISONE, METHOTREXATE, RITUXIMAB | {"current": True, "weeks_since_last": 0}], {"INCL03"}),
        ([PREDNISONE, METHOTREXATE, RITUXIMAB | {"weeks_since_last": None}], {"INCL03?"}),
    ],
)  # fmt: skip
def test_treatments_changed(courses: list[dict[str, Any]], out: set[str]) -> None:
    """What was taken before, on both sides of each threshold."""
    assert failed(WELL, courses, ENZYMES) == out


@pytest.mark.parametrize(
    ("enzymes", "out"),
    [
        ({"ALT": (80.0, 40.0)}, set()),
        ({"ALT": (80.1, 40.0)}, {"EXCL03"}),
        ({"AST": (70.0, 35.0)}, set()),
        ({"AST": (70.1, 35.0)}, {"EXCL03"}),
        ({"CK": (9000.0, 200.0), "LDH": (900.0, 250.0)}, set()),
    ],
)
def test_enzymes_changed(enzymes: dict[str, tuple[float, float]], out: set[str]) -> None:
    """ALT and AST above twice the upper limit, compared exactly; no other enzyme is asked."""
    assert failed(WELL, [PREDNISONE, METHOTREXATE], ENZYMES | enzymes) == out


def test_a_table_without_the_newer_facts() -> None:
    """Where a table lacks a fact that a verdict hangs on, the verdict is unknown; it never becomes false."""
    newer = ("drug_eruption", "significant_ecg", "other_serious", "postmenopausal", "sterilised")
    older = {name: value for name, value in WELL.items() if name not in newer}
    assert failed(older, [PREDNISONE, METHOTREXATE], ENZYMES) == {"EXCL03?"}
    assert failed(older | {"contraception": False}, [PREDNISONE, METHOTREXATE], ENZYMES) == {"EXCL03?", "EXCL05?"}
    spared = {"weakness": False, "emg_myopathic": False, "biopsy_myositis": False}
    assert failed(older | spared, [PREDNISONE, METHOTREXATE], ENZYMES) == {"INCL01?", "EXCL03?"}


def test_enzymes_missing() -> None:
    """Without ALT and AST the liver clause is unknown, not false."""
    assert failed(WELL, [PREDNISONE, METHOTREXATE], {"CK": (400.0, 200.0)}) == {"EXCL03?"}


def test_reasons_name_the_values() -> None:
    """The reason of a verdict is the comparison that decided it, with the patient's own values."""
    screened = screen(
        tables(WELL, [PREDNISONE | {"dose": 60.0}, METHOTREXATE], ENZYMES | {"AST": (91.0, 35.0)}), PROTOCOL
    )
    reasons = screened.verdicts.set_index("IETESTCD").reason
    assert reasons["EXCL03"] == "AST 2.6 x ULN is above 2"
    assert reasons["INCL02"] == "glucocorticoid in prednisone equivalents 1 mg/kg/day, not below 1"
    assert reasons["EXCL01"] == "other rheumatic autoimmune disease: none"


def test_a_value_close_to_its_threshold_is_shown_on_its_side() -> None:
    """A value is rounded for display only as far as it stays on its side of the threshold."""
    screened = screen(tables(WELL, [PREDNISONE, METHOTREXATE], ENZYMES | {"ALT": (80.1, 40.0)}), PROTOCOL)
    assert screened.verdicts.set_index("IETESTCD").reason["EXCL03"] == "ALT 2.002 x ULN is above 2"


def test_attrition_counts_the_first_criterion() -> None:
    """Each candidate leaves at the first criterion in protocol order; an unknown one is counted by itself."""
    rows = [{}, {"AGE": 17, "consent": False}, {"AGE": None}, {"consent": False}, {"tumour": True}]
    many = [tables(WELL | row, [PREDNISONE, METHOTREXATE], ENZYMES) for row in rows]
    frames = {}
    for name in ("subjects", "prior_treatments", "assessments"):
        parts = [getattr(case, name).assign(SUBJID=str(i)) for i, case in enumerate(many)]
        frames[name] = pd.concat([part.astype(object) for part in parts], ignore_index=True)
    screened = screen(SimpleNamespace(**frames), PROTOCOL)
    counts = screened.attrition.set_index("IETESTCD")[["n_before", "n_failed", "n_unknown", "n_after"]]
    assert counts.loc["INCL01"].tolist() == [5, 1, 1, 3]
    assert counts.loc["INCL04"].tolist() == [3, 1, 0, 2]
    assert counts.loc["EXCL03"].tolist() == [2, 1, 0, 1]
    assert counts.loc["EXCL07"].tolist() == [1, 0, 0, 1]
    assert screened.eligible == ("0",)
    assert "5 screened" in screened._repr_html_() and "1 eligible" in repr(screened)
