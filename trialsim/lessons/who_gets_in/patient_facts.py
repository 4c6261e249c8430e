"""What the notes say of one candidate, in words: every fact that the criteria ask for, and nothing decided.

A referral letter names what is there, what was looked for and not found where that matters, and what is not known. What
is mentioned nowhere was looked for and not found, or is normal; a chart is read in half a minute. So a course of
treatment tells no more than the criteria ask of such a drug.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from trialsim.facts.candidate_schema import candidate_schema
from trialsim.facts.core_set import core_set
from trialsim.facts.variation import limits_of
from trialsim.lessons.who_gets_in.criteria_wording import LIVER_CRITERION, record
from trialsim.rules.eligibility import Candidates
from trialsim.text import capital

Facts = tuple[tuple[str, str], ...]
"""Headings, each with what stands under it."""

MAX_CHART_WORDS = 90
"""Of the chart of a patient who is to be judged."""

_MUSCLE = {
    "weakness": "weakness", "enzymes_raised": "raised enzymes", "emg_myopathic": "electromyogram",
    "biopsy_myositis": "biopsy", "mri_myositis": "MRI",
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
_SHORT = {"PHGA": "PhGA", "MMT8": "MMT-8", "HAQDI": "HAQ-DI"}
_BLOOD = ("leucocytes", "haemoglobin_g_l", "platelets")
_NEAR = 1.5
"""A blood count is told below so many times the limit that excludes."""
_SEX = {"F": "Woman", "M": "Man"}


def facts_of(cohort: Candidates, subjid: str) -> Facts:
    """The notes of one candidate.

    Examples
    --------
    >>> from trialsim.patients.cohort import generate_cohort
    >>> [heading for heading, _ in facts_of(generate_cohort(1, seed=1), "P00001")][:3]
    ['Who', 'Diagnosis', 'Now']
    """
    subject = cohort.subjects.set_index("SUBJID").loc[subjid]
    table = cohort.assessments
    now = table[(table["SUBJID"] == subjid) & (table["AVISITN"] == 0)].set_index("PARAMCD")
    courses = cohort.prior_treatments
    facts = (
        ("Who", _person(subject)),
        ("Diagnosis", _diagnosis(subject)),
        ("Now", _activity(now)),
        ("Treatment, weeks", _treatment(courses[courses["SUBJID"] == subjid])),
        ("Organs", _organs(subject)),
        ("Infection", _infection(subject)),
        ("Other", _other(subject)),
    )
    return tuple((heading, text) for heading, text in facts if text)


def chart_words(facts: Facts) -> int:
    """How many words a chart makes one read, headings included.

    Examples
    --------
    >>> chart_words((("Who", "Woman, 49, 60.6 kg."),))
    5
    """
    return sum(len(f"{heading} {text}".split()) for heading, text in facts)


def _value(subject: Any, name: str) -> Any:
    """A fact, None where it is not known or the table does not have it."""
    return None if name not in subject.index or pd.isna(subject[name]) else subject[name]


def _sentence(parts: Sequence[str]) -> str:
    text = "; ".join(part for part in parts if part)
    return f"{capital(text)}." if text else ""


def _there(subject: Any, names: Sequence[str]) -> list[str]:
    """The findings that are there, then those not known, in the words of the schema."""
    facts = candidate_schema().facts
    found = [facts[name].label for name in names if _value(subject, name) == True]  # noqa: E712 -- may be None
    open_ = [facts[name].label for name in names if name in subject.index and _value(subject, name) is None]
    return [*found, *(f"not known: {label}" for label in open_)]


def _tests(subject: Any, names: Mapping[str, str], words: Mapping[bool | None, str]) -> list[tuple[str, str]]:
    """Each result that there is, in its word, and the tests that had it."""
    groups = {result: [short for name, short in names.items() if _value(subject, name) == result] for result in words}
    return [(words[result], ", ".join(found)) for result, found in groups.items() if found]


def _person(subject: Any) -> str:
    parts = [f"{_SEX[subject['SEX']]}, {subject['AGE']}, {subject['weight_kg']:g} kg"]
    if subject["SEX"] == "F":
        facts = candidate_schema().facts
        parts += _there(subject, ("pregnant", "lactating", "sterilised"))
        for name in ("postmenopausal", "contraception"):
            value = _value(subject, name)
            if value is not None and not (name == "contraception" and _value(subject, "postmenopausal")):
                parts.append(facts[name].label if value else facts[name].absent)
        if _value(subject, "postmenopausal") is None:
            parts.append("not known: menopause")
    return _sentence(parts)


def _diagnosis(subject: Any) -> str:
    months, diagnosed = subject["skin_months"], _value(subject, "diagnosis_months")
    if _value(subject, "rash"):
        since = f"rash for {months:.0f} months" if months >= 7 else f"rash for {months:g} months"
    else:
        since = "no rash" + ("" if diagnosed is None else f"; diagnosed {diagnosed:.0f} months ago")
    antibody = _value(subject, "antibody")
    named = "not on file" if antibody is None else "none" if antibody == "none" else str(antibody)
    signs = _tests(subject, _MUSCLE, {True: "muscle signs found", False: "not found", None: "not done"})
    muscle = [f"{word}: {found}" for word, found in signs]
    return _sentence([since, *muscle, f"antibody {named}", *_there(subject, _SKIN)])


def _activity(now: pd.DataFrame) -> str:
    value, limit = now["AVAL"].to_dict(), now["ANRHI"].to_dict()
    scales = ", ".join(f"{_SHORT[code]} {value[code]:.4g}" for code in core_set()["code"] if code in _SHORT)
    enzymes = ", ".join(f"{name} {value[name] / limit[name]:.2f}" for name in _ENZYMES)
    return _sentence([scales, f"{enzymes} x ULN"])


def _treatment(courses: pd.DataFrame) -> str:
    """Every course in weeks, now and earlier."""
    now, earlier = (courses[courses["current"] == current].to_dict("records") for current in (True, False))
    parts = [
        f"{word}: {'; '.join(map(_course, found))}." for word, found in (("Now", now), ("Earlier", earlier)) if found
    ]
    return " ".join(parts) or "None."


def _course(course: dict[Any, Any]) -> str:
    """What the criteria ask of a course: of a biologic when it ended, of a steroid the dose now, of others the effect.

    An immunosuppressant has failed by too few measures better, or by more than two worse: one or two are left out.
    """
    steroid, suppressant = course["kind"] == "glucocorticoid", course["kind"] == "immunosuppressant"
    named = str(course["drug"])
    if steroid and course["current"] and not pd.isna(course["dose"]):
        named += f" {course['dose']:g} {course['unit']}"
    if steroid or suppressant:
        named += f" {course['weeks']}" if named == course["drug"] else f", {course['weeks']}"
    if not course["current"] and course["kind"] != "immunomodulator":
        named += f", until {course['weeks_since_last']} ago"
    told = []
    if (suppressant or (steroid and course["current"])) and course["stable_weeks"] != course["weeks"]:
        told.append(f"{course['stable_weeks']} unchanged")
    if suppressant and not course["intolerance"]:
        told += [f"{course['n_improved']} better"] + (
            [f"{course['n_worsened']} worse"] if course["n_worsened"] > 2 else []
        )
    told += ["not tolerated"] if course["intolerance"] and (steroid or suppressant) else []
    return named + (f" ({', '.join(told)})" if told else "")


def _organs(subject: Any) -> str:
    fvc, significant, abnormal = (_value(subject, name) for name in ("fvc_percent", "significant_ecg", "abnormal_ecg"))
    lung = {True: "ILD", False: "", None: "ILD not known"}[_value(subject, "ild")]
    ecg = {True: "abnormal ECG", False: "", None: "ECG not known"}[abnormal]
    if abnormal:
        ecg += {True: ", clinically significant", False: ", not significant", None: ""}[significant]
    swallows = {True: "dysphagia", False: "", None: "dysphagia not known"}[_value(subject, "dysphagia")]
    blood = ", ".join(filter(None, (_blood(subject, name) for name in _BLOOD)))
    return _sentence(
        [lung + (f", FVC {fvc} %" if lung and fvc is not None else ""), swallows, ecg, *_there(subject, _ORGANS), blood]
    )


def _blood(subject: Any, name: str) -> str:
    fact, value = candidate_schema().facts[name], _value(subject, name)
    if value is None:
        return f"{fact.label} not known"
    near = bool(value < _NEAR * float(limits_of(record(), LIVER_CRITERION)[name]))
    return f"{fact.label} {value:g} {fact.unit}" if near else ""


def _infection(subject: Any) -> str:
    facts = candidate_schema().facts
    rare = [facts[name].label for name in _RARE_INFECTION if _value(subject, name) == True]  # noqa: E712 -- may be None
    results = _tests(subject, _TESTS, {True: "positive", None: "without result"})
    told = [f"{found} {word}" for word, found in results]
    negative = [name for name in _TESTS if _value(subject, name) == False]  # noqa: E712 -- may be None
    if len(negative) > 1:
        told.append("other tests negative" if told else "all tests negative")
    else:
        told += [f"{_TESTS[name]} negative" for name in negative]
    return _sentence([*told, *rare])


def _other(subject: Any) -> str:
    rheumatic, cause = subject["overlap_disease"], subject["other_myopathy"]
    facts = candidate_schema().facts
    parts = [
        "" if rheumatic == "none" else f"other rheumatic disease: {rheumatic}",
        "" if cause == "none" else f"other cause of weakness: {cause}",
        f"past allergies to drugs: {subject['drug_allergies']}" if subject["drug_allergies"] else "",
        *_there(subject, ("mental_disorder",)),
        *(
            facts[name].absent
            for name in ("cooperates", "consent")
            if _value(subject, name) is not None and not subject[name]
        ),
    ]
    return _sentence(parts)
