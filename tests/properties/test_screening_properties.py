"""Screening random candidates: what must hold whoever they are."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from trialsim.facts.candidate_schema import candidate_schema
from trialsim.facts.drugs import drugs
from trialsim.facts.protocol import TrialProtocol, load_protocol
from trialsim.rules import eligibility
from trialsim.rules.candidate_arrays import CandidateArrays, FactColumn, Treatments
from trialsim.rules.conditions import evaluate
from trialsim.rules.derived import DERIVED, DERIVED_OF_COURSE, CandidateFacts
from trialsim.rules.eligibility import Screening, eligible_mask, screen, verdict_matrix
from trialsim.rules.reasons import reasons
from trialsim.rules.truth import UNKNOWN

PROTOCOL = load_protocol("NCT04946669")
SCHEMA = candidate_schema()
SEEDS = st.integers(0, 2**32 - 1)
SLOTS = 4
# Few values, the first that of a candidate who is well, the others near the thresholds.
NEAR = {
    "AGE": [50, 17, 18, 30, 49],
    "weight_kg": [800, 500, 599, 600],
    "skin_months": [240, 59, 60],
    "leucocytes": [60, 19, 20],
    "haemoglobin_g_l": [130, 79, 80],
    "platelets": [250, 49, 50],
    "drug_allergies": [0, 1, 2, 3],
}
WEEKS = [60, -1, 4, 12, 13, 14, 26, 52]
USUALLY_TRUE = {"rash", "weakness", "enzymes_raised", "contraception", "cooperates", "consent"}


def near(rng: np.random.Generator, values: list[int], shape: tuple[int, ...], usual: float = 0.8) -> NDArray[np.int64]:
    """The first of the values mostly, any of them otherwise."""
    return np.where(rng.random(shape) < usual, values[0], rng.choice(values, shape))


def candidates(seed: int, n: int = 60, missing: float = 0.1) -> CandidateArrays:
    """Random candidates in which most things are well, so that some get through."""
    rng = np.random.default_rng(seed)
    facts = {}
    for fact in SCHEMA.stored():
        known = rng.random(n) >= missing
        if fact.kind == "boolean":
            facts[fact.name] = FactColumn((rng.random(n) < 0.05) != (fact.name in USUALLY_TRUE), known)
        else:
            values = NEAR.get(fact.name) or list(range(len(fact.categories))) or [int((fact.low or 0) * fact.per)]
            facts[fact.name] = FactColumn(near(rng, values, (n,)), known, fact.per)
    shape = (n, SLOTS)
    names = [drug.name for drug in drugs()]
    drug = near(rng, [-1, *range(len(names))], shape)
    drug[:, 0] = near(rng, [0, 1, 2, -1], (n,))
    drug[:, 1] = near(rng, [names.index("methotrexate"), -1], (n,))
    treatments = Treatments(
        drug=drug,
        dose=near(rng, [1000, -1, 4800, 5999, 6000], shape),
        current=near(rng, [1, -1, 0], shape),
        weeks=near(rng, WEEKS, shape),
        stable_weeks=near(rng, WEEKS, shape),
        weeks_since_last=near(rng, WEEKS, shape),
        n_improved=near(rng, [2, -1, 0, 1, 3], shape),
        n_worsened=near(rng, [0, -1, 2, 3], shape),
        intolerance=near(rng, [0, -1, 1], shape),
    )
    return CandidateArrays(facts, treatments, near(rng, [300, -1, 800, 801], (n, 5)), np.full((n, 5), 400))


def as_tables(arrays: CandidateArrays) -> SimpleNamespace:
    """The same candidates as the tables a learner would type."""
    ids = np.array([f"P{i}" for i in range(len(arrays))], dtype=object)
    subjects: dict[str, Any] = {"SUBJID": ids}
    for fact in SCHEMA.stored():
        column = arrays.facts[fact.name]
        said = [
            bool(v) if fact.kind == "boolean" else fact.categories[v] if fact.categories else int(v) / fact.per
            for v in column.values
        ]
        known = np.ones(len(ids), bool) if column.known is None else column.known
        subjects[fact.name] = [value if there else None for value, there in zip(said, known, strict=True)]
    courses = []
    t = arrays.treatments
    for i, s in zip(*np.nonzero(t.drug >= 0), strict=True):
        drug = drugs()[t.drug[i, s]]
        course: dict[str, Any] = {"SUBJID": ids[i], "drug": drug.name, "kind": drug.kind, "unit": "mg/day"}
        for name, fact in SCHEMA.course.items():
            if name not in ("drug", "kind") and fact.origin == "stored":
                value = int(getattr(t, name)[i, s])
                shown = bool(value) if fact.kind == "boolean" else value / fact.per
                course[name] = None if value < 0 else shown
        courses.append(course)
    labs = [
        {"SUBJID": ids[i], "AVISIT": "Baseline", "PARAMCD": code, "AVAL": arrays.enzymes[i, k] / 10, "ANRHI": 40.0}
        for i in range(len(ids))
        for k, code in enumerate(SCHEMA.enzymes)
        if arrays.enzymes[i, k] >= 0
    ]
    return SimpleNamespace(
        subjects=pd.DataFrame(subjects), prior_treatments=pd.DataFrame(courses), assessments=pd.DataFrame(labs)
    )


def screening(arrays: CandidateArrays, protocol: TrialProtocol = PROTOCOL) -> Screening:
    """Screening of candidates that bring their arrays."""
    subjects = pd.DataFrame({"SUBJID": [f"P{i}" for i in range(len(arrays))]})
    return screen(SimpleNamespace(subjects=subjects, arrays=arrays), protocol)  # type: ignore[arg-type]


def test_the_random_candidates_try_everything() -> None:
    """The candidates of this file meet, fail and leave open every criterion, and some are eligible."""
    matrix = verdict_matrix(candidates(1, n=3000), PROTOCOL)
    assert all(set(matrix[:, j]) == {0, 1, 2} for j in range(matrix.shape[1]))
    assert 50 < eligible_mask(candidates(1, n=3000, missing=0.02), PROTOCOL).sum() < 1500


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_tables_and_arrays_agree(seed: int) -> None:
    """The tables a learner types and the arrays of the engine give the same verdicts."""
    arrays = candidates(seed)
    by_tables = screen(as_tables(arrays), PROTOCOL)
    np.testing.assert_array_equal(by_tables.matrix, verdict_matrix(arrays, PROTOCOL))


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_attrition_adds_up(seed: int) -> None:
    """Nobody is lost between two criteria, and who is left at the end is who is eligible."""
    screened = screening(candidates(seed, n=300, missing=0.02))
    table = screened.attrition
    assert (table.n_before == table.n_failed + table.n_unknown + table.n_after).all()
    assert table.n_before.tolist() == [300, *table.n_after[:-1]]
    assert table.n_after.iloc[-1] == len(screened.eligible)
    assert [f"P{i}" for i in np.flatnonzero(eligible_mask(screened.arrays, PROTOCOL))] == list(screened.eligible)


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_unknown_is_never_eligible(seed: int) -> None:
    """A candidate with an unknown criterion is not eligible, whatever the others say."""
    arrays = candidates(seed, n=300, missing=0.02)
    unknown = (verdict_matrix(arrays, PROTOCOL) == UNKNOWN).any(axis=1)
    assert not eligible_mask(arrays, PROTOCOL)[unknown].any()


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.sampled_from([fact.name for fact in SCHEMA.stored()]))
def test_forgetting_a_fact_never_turns_a_verdict(seed: int, name: str) -> None:
    """Taking knowledge away leaves a verdict as it was or makes it unknown; it never turns it round."""
    arrays = candidates(seed)
    column = arrays.facts[name]
    # what a test not done leaves out of the amyopathic label is declared: it counts as no evidence, not as a question
    if name in {"emg_myopathic", "biopsy_myositis", "mri_myositis"}:
        column = FactColumn(column.values & False, column.known)
        arrays = CandidateArrays({**arrays.facts, name: column}, arrays.treatments, arrays.enzymes, arrays.enzyme_uln)
    forgotten = FactColumn(column.values, np.zeros(len(arrays), bool), column.per)
    less = CandidateArrays({**arrays.facts, name: forgotten}, arrays.treatments, arrays.enzymes, arrays.enzyme_uln)
    before, after = verdict_matrix(arrays, PROTOCOL), verdict_matrix(less, PROTOCOL)
    assert ((after == before) | (after == UNKNOWN)).all()


@settings(max_examples=10, deadline=None)
@given(SEEDS)
def test_each_candidate_by_herself(seed: int) -> None:
    """A verdict depends on the candidate alone, not on who else is screened or in which order."""
    arrays = candidates(seed, n=40)
    order = np.random.default_rng(seed).permutation(40)
    whole = verdict_matrix(arrays, PROTOCOL)
    np.testing.assert_array_equal(verdict_matrix(arrays.rows(order), PROTOCOL), whole[order])
    np.testing.assert_array_equal(verdict_matrix(arrays.rows(slice(7, 8)), PROTOCOL), whole[7:8])


def test_blocks_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    """Working on a few rows at a time gives what working on all at once gives."""
    arrays = candidates(3, n=500)
    whole, mask = verdict_matrix(arrays, PROTOCOL), eligible_mask(arrays, PROTOCOL)
    monkeypatch.setattr(eligibility, "ROWS_AT_ONCE", 64)
    np.testing.assert_array_equal(verdict_matrix(arrays, PROTOCOL), whole)
    np.testing.assert_array_equal(eligible_mask(arrays, PROTOCOL), mask)


@settings(max_examples=10, deadline=None)
@given(SEEDS)
def test_stricter_readings_admit_fewer(seed: int) -> None:
    """Each stricter reading of an ambiguous clause lets in a part of those whom the laxer one lets in."""
    arrays = candidates(seed, n=200, missing=0.0)
    for name, stricter, laxer in (
        ("bohan_peter_level", "definite", "probable or definite"),
        ("bohan_peter_level", "probable or definite", "possible or better"),
        ("amyopathic", "barred", "no bar"),
        ("failure", "fewer than 3 improved", "as printed"),
        ("washout", "longest published", "usual practice"),
        ("hepatitis", "either", "both"),
        ("tuberculosis", "either", "both"),
        ("several_allergies", "two or more", "three or more"),
        ("skin_biopsy", "compatible biopsy", "not asked"),
        ("drug_eruption", "excludes", "ignored"),
        ("immunosuppressants", "as listed", "immunosuppressants"),
        ("immunosuppressants", "immunosuppressants", "any immunomodulator"),
        ("intolerance", "3 months", "no minimum"),
        ("steroid_intolerance", "does not count", "counts"),
        ("stable_immunosuppressant", "now", "now or earlier"),
        ("stable_immunosuppressant", "now", "now, unless none is tolerated"),
        ("stable_steroid", "4 weeks", "not required"),
        ("antisynthetase", "counts as overlap", "not another disease"),
        ("other_causes", "open", "as listed"),
        ("steroid_myopathy", "any suspicion", "main cause"),
        ("steroid_myopathy", "main cause", "ignored"),
        ("cancer_myopathy", "excluded here", "left to EXCL03"),
        ("liver_limit", "2 x ULN", "3 x ULN"),
        ("liver_source", "whatever the source", "liver"),
        ("ecg", "any abnormality", "clinically significant"),
        ("other_serious", "open, lung by numbers", "open"),
        ("other_serious", "open", "as listed"),
        ("tumour", "ever", "active or within 3 years"),
        ("anti_hbc", "excluded", "silent: admitted"),
        ("hiv", "excluded by custom", "silent: admitted"),
    ):
        strict = eligible_mask(arrays, PROTOCOL.with_reading(name, stricter))
        lax = eligible_mask(arrays, PROTOCOL.with_reading(name, laxer))
        assert not (strict & ~lax).any(), name


def test_every_verdict_has_its_reason() -> None:
    """Reasons are worked out with the same truth as verdicts, and none is empty."""
    facts = CandidateFacts(candidates(5, n=200))
    for criterion in PROTOCOL.criteria:
        condition = PROTOCOL.condition(criterion)
        truth, leaves = reasons(condition, facts)
        np.testing.assert_array_equal(truth, evaluate(condition, facts))
        assert all(leaf for parts in leaves for leaf in parts or ("",)), criterion.id


def test_derived_facts_are_declared_and_worked_out() -> None:
    """Every derived fact that the schema declares has a function, and every function is declared."""
    assert set(DERIVED) == {fact.name for fact in SCHEMA.facts.values() if fact.origin == "derived"}
    assert set(DERIVED_OF_COURSE) == {fact.name for fact in SCHEMA.course.values() if fact.origin == "derived"}
