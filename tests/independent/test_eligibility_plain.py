"""The eleven criteria written a second time, patient by patient in plain Python and exact fractions.

Written from the text of the record and the declared readings, without the conditions of the protocol file: what is not
known is tried both ways wherever that can be done, and a verdict is unknown when the tries differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest

from trialsim.facts.candidate_schema import candidate_schema
from trialsim.facts.drugs import drug_names
from trialsim.facts.protocol import load_protocol
from trialsim.rules.candidate_arrays import CandidateArrays, FactColumn, Treatments
from trialsim.rules.eligibility import verdict_matrix

N = 1500
MG_PER_5 = {"prednisone": "5", "methylprednisolone": "4", "dexamethasone": "0.75", "hydrocortisone": "20"}
IMMUNOSUPPRESSANTS = ("methotrexate", "azathioprine")
WASHOUT = {"rituximab": 52, "etanercept": 26}
EVEN = (
    "rash",
    "weakness",
    "enzymes_raised",
    "emg_myopathic",
    "biopsy_myositis",
    "contraception",
    "cooperates",
    "consent",
)
BOOLEANS = [fact.name for fact in candidate_schema().stored() if fact.kind == "boolean"]
CATEGORIES = {fact.name: fact.categories for fact in candidate_schema().stored() if fact.kind == "category"}
NUMBERS = {
    "AGE": ["17", "18", "55", "56", "49"],
    "weight_kg": ["50", "60", "60.1"],
    "skin_months": ["5.9", "6", "30"],
    "leucocytes": ["1.9", "2", "7"],
    "haemoglobin_g_l": ["79", "80", "120"],
    "platelets": ["49", "50", "200"],
    "drug_allergies": ["0", "1", "2"],
    "height_cm": ["165"],
    "diagnosis_months": ["24"],
    "fvc_percent": ["49", "50", "90"],
    "cdasi_activity": ["20"],
    "cdasi_damage": ["3"],
}
COURSE = {
    "dose": ["20", "48", "47", "60", "59.99"],
    "current": [True, False],
    "weeks": [12, 13, 40],
    "stable_weeks": [12, 13, 14],
    "weeks_since_last": [0, 25, 26, 51, 52],
    "n_improved": [2, 3],
    "n_worsened": [0, 2, 3],
    "intolerance": [False, False, True],
}
Patient = dict[str, Any]


def patients(seed: int) -> list[Patient]:
    """Random patients; None is not known."""
    rng = np.random.default_rng(seed)

    def draw(values: list[Any], missing: float = 0.06) -> Any:
        return None if rng.random() < missing else values[rng.integers(len(values))]

    def one() -> Patient:
        patient: Patient = {name: draw([True, False] if name in EVEN else [False] * 9 + [True]) for name in BOOLEANS}
        patient |= {name: draw([values[0]] * 4 + list(values)) for name, values in CATEGORIES.items()}
        patient |= {name: draw([*values, *[values[-1]] * 4]) for name, values in NUMBERS.items()}
        drugs = [draw([*MG_PER_5, ""], 0), *(draw([*IMMUNOSUPPRESSANTS, *WASHOUT, ""], 0) for _ in range(2))]
        patient["courses"] = [
            {"drug": drug} | {name: draw(values) for name, values in COURSE.items()} for drug in drugs if drug
        ]
        for code in ("ALT", "AST"):
            patient[code] = draw([("40", "40"), ("80", "40"), ("80.1", "40"), ("70.1", "35"), ("69.9", "35")])
        return patient

    return [one() for _ in range(N)]


def tries(patient: Patient, names: list[str]) -> Iterator[Patient]:
    """The patient with what is not known of these booleans turned out either way."""
    open_names = [name for name in names if patient[name] is None]
    for way in product((True, False), repeat=len(open_names)):
        yield patient | dict(zip(open_names, way, strict=True))


def settled(outcomes: set[bool | None]) -> bool | None:
    """What all tries agree on."""
    return outcomes.pop() if len(outcomes) == 1 else None


def either(*parts: bool | None) -> bool | None:
    """Or, with None for unknown."""
    return True if True in parts else None if None in parts else False


def both(*parts: bool | None) -> bool | None:
    """And, with None for unknown."""
    return False if False in parts else None if None in parts else True


def denied(part: bool | None) -> bool | None:
    """Not, with None for unknown."""
    return None if part is None else not part


def compared(value: str | int | None, test: str, threshold: str) -> bool | None:
    """A value against a threshold, in fractions."""
    if value is None:
        return None
    a, b = Fraction(value), Fraction(threshold)
    return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[test]


def dermatomyositis(p: Patient) -> bool | None:
    """INCL01: an adult with probable Bohan-Peter, or with 6 months of skin disease, from no drug, without weakness."""
    # an EMG, biopsy or MRI that was not done shows nothing for the amyopathic label, but may complete Bohan-Peter
    outcomes = set()
    for t in tries(p, ["rash", "weakness", "enzymes_raised", "emg_myopathic", "biopsy_myositis"]):
        items = sum([t["weakness"], t["enzymes_raised"], t["emg_myopathic"], t["biopsy_myositis"]])
        outcomes.add(t["rash"] and items >= 2)
    bohan_peter = settled(outcomes)
    amyopathic = both(
        p["rash"], denied(p["weakness"]), compared(p["skin_months"], ">=", "6"), denied(p["drug_eruption"])
    )
    return both(compared(p["AGE"], ">=", "18"), either(bohan_peter, amyopathic))


def steroid_below_1_mg_per_kg(p: Patient) -> bool | None:
    """All glucocorticoids now taken, as prednisone, over weight."""
    total = Fraction(0)
    for course in p["courses"]:
        if course["drug"] in MG_PER_5 and course["current"] is not False:
            if course["current"] is None or course["dose"] is None:
                return None
            total += Fraction(course["dose"]) * 5 / Fraction(MG_PER_5[course["drug"]])
    if total == 0:
        return True
    return None if p["weight_kg"] is None else total / Fraction(p["weight_kg"]) < 1


def span(course: dict[str, Any]) -> range | None:
    """The weeks before today in which a drug was taken."""
    since = 0 if course["current"] is True else course["weeks_since_last"]
    return None if since is None or course["weeks"] is None else range(since, since + course["weeks"])


def refractory(p: Patient) -> bool | None:
    """INCL02."""
    steroids = [span(course) for course in p["courses"] if course["drug"] in MG_PER_5]
    failed, stable = [], []
    for course in p["courses"]:
        if course["drug"] in (*MG_PER_5, *IMMUNOSUPPRESSANTS):  # whatever was not tolerated, and however short
            failed.append(course["intolerance"])
        if course["drug"] not in IMMUNOSUPPRESSANTS:
            continue
        # with the glucocorticoid for 13 weeks: the intervals overlap for so long, if all their dates are known
        mine = span(course)
        if not steroids:
            together: bool | None = False
        elif mine is None or None in steroids:
            together = None
        else:
            both_taken = [set(mine) & set(other or ()) for other in steroids]
            together = sum(len(weeks) for weeks in both_taken) >= 13
        failure = either(compared(course["n_improved"], "<", "3"), compared(course["n_worsened"], ">", "2"))
        failed.append(both(together, failure))
        stable.append(compared(course["stable_weeks"], ">", "13"))
    return both(either(False, *failed), steroid_below_1_mg_per_kg(p), either(False, *stable))


def washed_out(p: Patient) -> bool | None:
    """INCL03."""
    verdicts: list[bool | None] = [True]
    for course in p["courses"]:
        if course["drug"] in WASHOUT:
            since = compared(course["weeks_since_last"], ">=", str(WASHOUT[course["drug"]]))
            verdicts.append(False if course["current"] else since)
    return both(*verdicts)


def organs(p: Patient) -> bool | None:
    """EXCL03."""
    liver = [None if p[code] is None else Fraction(p[code][0]) > 2 * Fraction(p[code][1]) for code in ("ALT", "AST")]
    counts = [("leucocytes", "2"), ("haemoglobin_g_l", "80"), ("platelets", "50")]
    others = (
        "heart_failure refractory_hypertension renal_tubular_acidosis interstitial_nephritis "
        "renal_insufficiency endocrine_disease other_serious tumour"
    )
    ecg = both(p["abnormal_ecg"], p["significant_ecg"])
    return either(
        *liver, ecg, *(compared(p[name], "<", limit) for name, limit in counts), *(p[o] for o in others.split())
    )


def verdicts(p: Patient) -> list[bool | None]:
    """All eleven, in protocol order."""
    woman = None if p["SEX"] is None else p["SEX"] == "F"
    can_conceive = both(woman, compared(p["AGE"], "<=", "55"), denied(p["postmenopausal"]), denied(p["sterilised"]))
    return [
        dermatomyositis(p),
        refractory(p),
        washed_out(p),
        p["consent"],
        None if p["overlap_disease"] is None else p["overlap_disease"] != "none",
        None if p["other_myopathy"] is None else p["other_myopathy"] != "none",
        organs(p),
        either(
            *(p[name] for name in ("active_infection", "hbsag", "hcv_antibody", "active_tb_3y", "sputum_positive")),
            both(p["ppd_positive"], p["tspot_positive"]),
        ),
        either(p["pregnant"], p["lactating"], both(can_conceive, denied(p["contraception"]))),
        compared(p["drug_allergies"], ">=", "2"),
        either(p["mental_disorder"], denied(p["cooperates"])),
    ]


def as_arrays(people: list[Patient]) -> CandidateArrays:
    """The same patients as the engine takes them."""
    schema, n, slots = candidate_schema(), len(people), 3
    facts = {}
    for fact in schema.stored():
        given = [p[fact.name] for p in people]
        known = np.array([value is not None for value in given])
        if fact.kind == "category":
            steps = [0 if value is None else fact.categories.index(value) for value in given]
        else:
            steps = [0 if value is None else int(Fraction(value) * fact.per) for value in given]
        facts[fact.name] = FactColumn(np.array(steps, bool if fact.kind == "boolean" else np.int32), known, fact.per)
    arrays = {name: np.full((n, slots), -1, np.int32) for name in ("drug", *COURSE)}
    for i, p in enumerate(people):
        for slot, course in enumerate(p["courses"]):
            for name, value in course.items():
                per = 100 if name == "dose" else 1
                code = (
                    drug_names().index(value) if name == "drug" else -1 if value is None else int(Fraction(value) * per)
                )
                arrays[name][i, slot] = code
    enzymes, limits = np.full((n, 5), -1, np.int32), np.ones((n, 5), np.int32)
    for i, p in enumerate(people):
        for code in ("ALT", "AST"):
            if p[code] is not None:
                place = schema.enzymes.index(code)
                enzymes[i, place], limits[i, place] = (int(Fraction(number) * 10) for number in p[code])
    return CandidateArrays(facts, Treatments(**arrays), enzymes, limits)


@pytest.mark.parametrize("seed", [1, 2])
def test_second_implementation_agrees(seed: int) -> None:
    """Every verdict of 1,500 random patients is that of the plain rules, unknown ones included."""
    people = patients(seed)
    expected = np.array([[{False: 0, None: 1, True: 2}[met] for met in verdicts(p)] for p in people])
    found = verdict_matrix(as_arrays(people), load_protocol("NCT04946669"))
    wrong = np.argwhere(found != expected)
    assert not len(wrong), (wrong[:5], [people[i] for i, _ in wrong[:2]])
    assert all(set(column) == {0, 1, 2} for column in expected.T)
