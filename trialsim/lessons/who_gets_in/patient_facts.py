"""What the notes say of one candidate, in words: every fact that the criteria ask for, and nothing decided.

A referral letter names what is there, what was looked for and not found where that matters, and what is not known. What
is mentioned nowhere was looked for and not found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from trialsim.facts.candidate import candidate_schema
from trialsim.facts.core_set import core_set
from trialsim.patients.cohort import Cohort

__all__ = ["Facts", "facts_of"]

Facts = tuple[tuple[str, str], ...]
"""Headings, each with what stands under it."""

_MUSCLE = {
    "weakness": "weakness", "enzymes_raised": "raised enzymes", "emg_myopathic": "electromyogram",
    "biopsy_myositis": "muscle biopsy", "mri_myositis": "MRI",
}  # fmt: skip
_SKIN = ("drug_eruption", "calcinosis", "arthritis")
_ORGANS = (
    "rp_ild", "heart_failure", "refractory_hypertension", "renal_tubular_acidosis", "interstitial_nephritis",
    "renal_insufficiency", "endocrine_disease", "masld", "tumour", "past_tumour", "other_serious",
    "steroid_myopathy_suspected", "statin",
)  # fmt: skip
_TESTS = {"hbsag": "HBsAg", "hcv_antibody": "HCV antibody", "ppd_positive": "PPD", "tspot_positive": "T-SPOT"}
_RARE_INFECTION = ("active_infection", "sputum_positive", "active_tb_3y", "anti_hbc", "hiv")
_ENZYMES = ("CK", "AST", "ALT")
_SHORT = {"PHGA": "PhGA", "PTGA": "PtGA", "MMT8": "MMT-8", "HAQDI": "HAQ-DI", "EMGA": "extramuscular"}
_BLOOD = {"leucocytes": "leucocytes", "haemoglobin_g_l": "haemoglobin", "platelets": "platelets"}
_SEX = {"F": "Woman", "M": "Man"}


def facts_of(cohort: Cohort, subjid: str) -> Facts:
    """The notes of one candidate.

    Examples
    --------
    >>> from trialsim.patients.cohort import generate_cohort
    >>> [heading for heading, _ in facts_of(generate_cohort(1, seed=1), "P00001")][:3]
    ['Who', 'Diagnosis', 'Now']
    """
    one = cohort.subjects.set_index("SUBJID").loc[subjid]
    table = cohort.assessments
    now = table[(table["SUBJID"] == subjid) & (table["AVISITN"] == 0)].set_index("PARAMCD")
    courses = cohort.prior_treatments
    return (
        ("Who", _person(one)),
        ("Diagnosis", _diagnosis(one)),
        ("Now", _activity(one, now)),
        ("Treatment", _treatment(courses[courses["SUBJID"] == subjid])),
        ("Organs", _organs(one)),
        ("Infection", _infection(one)),
        ("Other", _other(one)),
    )


def _value(one: Any, name: str) -> Any:
    """A fact, None where it is not known or the table does not have it."""
    return None if name not in one.index or pd.isna(one[name]) else one[name]


def _sentence(parts: Sequence[str], otherwise: str = "") -> str:
    text = "; ".join(part for part in parts if part) or otherwise
    return f"{text[:1].upper()}{text[1:]}."


def _there(one: Any, names: Sequence[str]) -> list[str]:
    """The findings that are there, then those not known, in the words of the schema."""
    facts = candidate_schema().facts
    found = [facts[name].label for name in names if _value(one, name) == True]  # noqa: E712 -- may be None
    open_ = [facts[name].label for name in names if name in one.index and _value(one, name) is None]
    return [*found, *(f"not known: {label}" for label in open_)]


def _tests(one: Any, names: Mapping[str, str], words: Mapping[bool | None, str]) -> list[str]:
    """Tests by their result, each result once."""
    groups = {result: [short for name, short in names.items() if _value(one, name) == result] for result in words}
    return [f"{', '.join(found)} {words[result]}".strip() for result, found in groups.items() if found]


def _person(one: Any) -> str:
    parts = [f"{_SEX[one['SEX']]}, {one['AGE']} years, {one['weight_kg']:g} kg"]
    if one["SEX"] == "F":
        facts = candidate_schema().facts
        parts += _there(one, ("pregnant", "lactating", "sterilised"))
        for name in ("postmenopausal", "contraception"):
            value = _value(one, name)
            if value is not None and not (name == "contraception" and _value(one, "postmenopausal")):
                parts.append(facts[name].label if value else facts[name].absent)
        if _value(one, "postmenopausal") is None:
            parts.append("not known: menopause")
    return _sentence(parts)


def _diagnosis(one: Any) -> str:
    diagnosed = _value(one, "diagnosis_months")
    skin = f"rash, {one['skin_months']:.0f} months" if _value(one, "rash") else "no rash"
    if one["skin_months"] < 7:
        skin = skin.replace(f"{one['skin_months']:.0f}", f"{one['skin_months']:g}")
    dated = "" if diagnosed is None else f", diagnosed {diagnosed:.0f} ago"
    antibody = _value(one, "antibody")
    named = "not on file" if antibody is None else "none found" if antibody == "none" else str(antibody)
    muscle = _tests(one, _MUSCLE, {True: "present", False: "absent", None: "not done"})
    return _sentence([skin + dated, *muscle, f"antibody {named}", *_there(one, _SKIN)])


def _activity(one: Any, now: pd.DataFrame) -> str:
    value, limit = now["AVAL"].to_dict(), now["ANRHI"].to_dict()
    scales = ", ".join(f"{_SHORT[code]} {value[code]:.4g}" for code in core_set()["code"] if code in _SHORT)
    enzymes = ", ".join(f"{name} {value[name] / limit[name]:.2f}" for name in _ENZYMES)
    skin = _value(one, "cdasi_activity")
    return _sentence([scales, "" if skin is None else f"CDASI activity {skin}", f"{enzymes} x ULN"])


def _treatment(courses: pd.DataFrame) -> str:
    """Every course in weeks: how long, how much of it at the last dose, and when it ended."""
    now, earlier = (courses[courses["current"] == current].to_dict("records") for current in (True, False))
    parts = [
        f"{word}: {'; '.join(map(_course, found))}." for word, found in (("Now", now), ("Earlier", earlier)) if found
    ]
    return " ".join(["In weeks.", *parts]) if parts else "None."


def _course(one: dict[Any, Any]) -> str:
    steers = one["kind"] in ("glucocorticoid", "immunosuppressant")
    dosed = steers and one["current"] and not pd.isna(one["dose"])
    dose = f" {one['dose']:g} {one['unit']}" if dosed else ""
    told = [f"{one['stable_weeks']} unchanged"] if steers and one["stable_weeks"] != one["weeks"] else []
    if one["kind"] == "immunosuppressant":
        told.append(f"{one['n_improved']} better" + (f", {one['n_worsened']} worse" if one["n_worsened"] else ""))
    told += ["not tolerated"] if one["intolerance"] else []
    ended = "" if one["current"] else f" until {one['weeks_since_last']} ago"
    return f"{one['drug']}{dose}, {one['weeks']}{ended}" + (f" ({', '.join(told)})" if told else "")


def _organs(one: Any) -> str:
    fvc, significant, abnormal = (_value(one, name) for name in ("fvc_percent", "significant_ecg", "abnormal_ecg"))
    lung = {True: "ILD", False: "no ILD", None: "ILD not known"}[_value(one, "ild")]
    ecg = {True: "abnormal ECG", False: "", None: "ECG not known"}[abnormal]
    if abnormal:
        ecg += {True: ", clinically significant", False: ", not significant", None: ""}[significant]
    swallows = {True: "dysphagia", False: "", None: "dysphagia not known"}[_value(one, "dysphagia")]
    blood = ", ".join(f"{short} {one[name]:g}" for name, short in _BLOOD.items() if _value(one, name) is not None)
    return _sentence([lung + ("" if fvc is None else f", FVC {fvc} %"), swallows, ecg, *_there(one, _ORGANS), blood])


def _infection(one: Any) -> str:
    words = {True: "positive", False: "negative", None: "without result"}
    facts = candidate_schema().facts
    rare = [facts[name].label for name in _RARE_INFECTION if _value(one, name) == True]  # noqa: E712 -- may be None
    return _sentence([*_tests(one, _TESTS, words), *rare])


def _other(one: Any) -> str:
    rheumatic, cause = one["overlap_disease"], one["other_myopathy"]
    facts = candidate_schema().facts
    parts = [
        "" if rheumatic == "none" else f"other rheumatic disease: {rheumatic}",
        "" if cause == "none" else f"other cause of weakness: {cause}",
        f"past allergies to drugs: {one['drug_allergies']}" if one["drug_allergies"] else "",
        *_there(one, ("mental_disorder",)),
        *(facts[name].absent for name in ("cooperates", "consent") if _value(one, name) is not None and not one[name]),
    ]
    return _sentence(parts, "nothing")
