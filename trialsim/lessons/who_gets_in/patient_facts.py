"""What the notes say of one candidate, in words: every fact that the criteria ask for, and nothing decided."""

from __future__ import annotations

from typing import Any

import pandas as pd

from trialsim.facts.candidate import candidate_schema
from trialsim.facts.core_set import core_set
from trialsim.patients.cohort import Cohort

__all__ = ["Facts", "facts_of"]

Facts = tuple[tuple[str, str], ...]
"""Headings, each with what stands under it."""

_MUSCLE = ("rash", "drug_eruption", "weakness", "enzymes_raised", "emg_myopathic", "biopsy_myositis", "mri_myositis")
_ORGANS = (
    "heart_failure", "refractory_hypertension", "abnormal_ecg", "renal_tubular_acidosis", "interstitial_nephritis",
    "renal_insufficiency", "endocrine_disease", "tumour", "other_serious",
)  # fmt: skip
_INFECTION = (
    "active_infection", "hbsag", "hcv_antibody", "ppd_positive", "tspot_positive", "sputum_positive", "active_tb_3y",
)  # fmt: skip
_ENZYMES = candidate_schema().enzymes


def facts_of(cohort: Cohort, subjid: str) -> Facts:
    """The notes of one candidate.

    Examples
    --------
    >>> from trialsim.patients.cohort import generate_cohort
    >>> [heading for heading, _ in facts_of(generate_cohort(1, seed=1), "P00001")][:3]
    ['Who', 'Diagnosis, on record', 'Activity now']
    """
    one = cohort.subjects.set_index("SUBJID").loc[subjid]
    table = cohort.assessments
    now = table[(table["SUBJID"] == subjid) & (table["AVISITN"] == 0)].set_index("PARAMCD")
    courses = cohort.prior_treatments
    return (
        ("Who", _person(one)),
        ("Diagnosis, on record", _found(one, _MUSCLE) + f". Skin disease for {one['skin_months']:g} months."),
        ("Activity now", _activity(now)),
        ("Treatment", _treatment(courses[courses["SUBJID"] == subjid])),
        ("Organs", _organs(one)),
        ("Infection", _found(one, _INFECTION) + "."),
        ("Other", _other(one)),
    )


def _value(one: Any, name: str) -> bool | None:
    return None if pd.isna(one[name]) else bool(one[name])


def _found(one: Any, names: tuple[str, ...]) -> str:
    """What is there, what is not, and what has no result."""
    facts = candidate_schema().facts
    there = [facts[name].label for name in names if _value(one, name) is True]
    absent = [facts[name].absent for name in names if _value(one, name) is False]
    missing = [facts[name].label.removesuffix(" positive") for name in names if _value(one, name) is None]
    parts = ["; ".join(there), "; ".join(absent), f"no result: {', '.join(missing)}" if missing else ""]
    text = "; ".join(part for part in parts if part)
    return text[0].upper() + text[1:]


def _person(one: Any) -> str:
    sex = {"F": "Woman", "M": "Man"}[one["SEX"]]
    text = f"{sex} of {one['AGE']} years, {one['height_cm']} cm, {one['weight_kg']:g} kg"
    if one["SEX"] == "F":
        text += "; " + "; ".join(_found(one, (name,)).lower() for name in ("pregnant", "lactating", "contraception"))
    return text + "."


def _activity(now: pd.DataFrame) -> str:
    value, limit = now["AVAL"].to_dict(), now["ANRHI"].to_dict()
    scales = [
        f"{one['label']} {value[one['code']]:.4g}" + (" cm" if one["unit"] == "cm" else "")
        for one in core_set().to_dict("records")
        if one["code"] in value
    ]
    enzymes = [
        f"{name} {value[name]:g} U/L (ULN {limit[name]:g}, {value[name] / limit[name]:.2f} x)" for name in _ENZYMES
    ]
    return ", ".join(scales) + ". " + ", ".join(enzymes) + "."


def _treatment(courses: pd.DataFrame) -> str:
    return " ".join(_course(one) for one in courses.to_dict("records")) or "None."


def _course(one: dict[Any, Any]) -> str:
    dose = "" if pd.isna(one["dose"]) else f" {one['dose']:g} {one['unit']}"
    when = f"now, for {one['weeks']} weeks" if one["current"] else f"for {one['weeks']} weeks"
    when += (
        f", dose stable for {one['stable_weeks']} weeks"
        if one["current"] else f", last dose {one['weeks_since_last']} weeks ago"
    )  # fmt: skip
    result = ""
    if one["kind"] == "immunosuppressant":
        result = f"; of six measures {one['n_improved']} better by 20 % or more, {one['n_worsened']} worse by over 25 %"
    result += "; not tolerated" if one["intolerance"] else ""
    name = str(one["drug"])
    return f"{name[0].upper()}{name[1:]}{dose} ({one['kind']}) {when}{result}."


def _organs(one: Any) -> str:
    blood = ", ".join(
        f"{fact.label} {one[name]:g} {fact.unit}"
        for name, fact in candidate_schema().facts.items()
        if name in ("leucocytes", "haemoglobin_g_l", "platelets")
    )
    return f"{_found(one, _ORGANS)}. {blood[0].upper()}{blood[1:]}."


def _other(one: Any) -> str:
    parts = [
        f"Other rheumatic disease: {one['overlap_disease']}",
        f"other cause of weakness: {one['other_myopathy']}",
        f"drugs with a past allergy: {one['drug_allergies']}",
        _found(one, ("mental_disorder", "cooperates", "consent")).lower(),
    ]
    return "; ".join(parts) + "."
