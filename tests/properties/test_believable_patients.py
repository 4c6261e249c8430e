"""Candidates that hold up as charts: twenty properties of 20,000 of them, whatever the seed."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
import scipy

import trialsim as ts

N = 20_000
WEEKS_A_MONTH = 4.345
SEEDS = [1, pytest.param(20261, marks=pytest.mark.slow), pytest.param(77, marks=pytest.mark.slow)]
pytestmark = pytest.mark.parametrize("seed", SEEDS)


@cache
def cohort(seed: int) -> ts.Cohort:
    """The candidates of a seed."""
    return ts.generate_cohort(N, seed=seed)


@cache
def subjects(seed: int) -> pd.DataFrame:
    """One row a candidate, with weeks since onset and diagnosis, and readings at baseline."""
    people = cohort(seed)
    table = people.subjects.set_index("SUBJID")
    wide = people.assessments.pivot(index="SUBJID", columns="PARAMCD", values="AVAL")
    limits = people.assessments.pivot(index="SUBJID", columns="PARAMCD", values="ANRHI").add_suffix("_uln")
    entry = people.candidates.entry
    table["phenotype"] = np.array(["classic", "hypomyopathic", "amyopathic"])[entry.phenotype]
    table["mmt_damage"] = entry.damage
    table["mmt_lost"] = entry.scales[:, 2]
    table["onset"] = np.rint(table["skin_months"] * WEEKS_A_MONTH)
    table["diagnosis"] = np.rint(table["diagnosis_months"] * WEEKS_A_MONTH)
    return table.join(wide).join(limits)


@cache
def courses(seed: int) -> pd.DataFrame:
    """One row a course, with its start, and what is known of its patient."""
    table = cohort(seed).prior_treatments
    table["start"] = table["weeks"] + table["weeks_since_last"]
    return table.join(subjects(seed)[["onset", "diagnosis", "ild", "pregnant"]], on="SUBJID")


def spared(seed: int) -> pd.DataFrame:
    """Those whose muscle is spared."""
    return subjects(seed).query("phenotype != 'classic'")


def share(table: pd.DataFrame, condition: str) -> float:
    """The share of rows for which a condition holds."""
    return len(table.query(condition)) / len(table)


def test_1_no_course_is_longer_than_the_disease(seed: int) -> None:
    """Not than since onset, nor, but for the glucocorticoid, than since diagnosis, each with a few weeks of grace."""
    table = courses(seed)
    assert (table["weeks"] <= table["onset"] + 4).all()
    grace = np.where(table["kind"] == "glucocorticoid", 13, 4)
    assert (table["start"] <= table["diagnosis"] + grace).all()


def test_2_courses_are_intervals(seed: int) -> None:
    """A course begins before it ends, by today, and is stable no longer than it lasts; what is taken now ends now."""
    table = courses(seed)
    assert (table["weeks"] >= 1).all()
    assert (table["weeks_since_last"] >= 0).all()
    assert (table["stable_weeks"] <= table["weeks"]).all()
    assert ((table["weeks_since_last"] == 0) == table["current"]).all()


def test_2_time_with_a_glucocorticoid_is_an_overlap(seed: int) -> None:
    """What the rules ask for is the overlap of intervals, worked out from the table row by row."""
    from trialsim.rules.derived import CandidateFacts

    arrays = cohort(seed).candidates.arrays
    facts = CandidateFacts(arrays)
    table = courses(seed)
    given = (
        table[table["kind"] == "glucocorticoid"]
        .groupby("SUBJID")[["start", "weeks_since_last"]]
        .apply(lambda given: list(given.itertuples(index=False, name=None)))
    )
    ids = np.array(cohort(seed).ids)
    found = {
        (ids[row], int(arrays.treatments.weeks[row, slot]), int(arrays.treatments.weeks_since_last[row, slot])): int(
            value
        )
        for slot in range(2, 7)
        for row, value in enumerate(facts.of_course("weeks_with_glucocorticoid", slot).values)  # type: ignore[union-attr]
        if arrays.occupied(slot)[row]
    }
    for course in table[table["kind"] == "immunosuppressant"].head(4000).itertuples():
        spans = given.get(course.SUBJID, [])
        expected = sum(max(0, min(course.start, begun) - max(course.weeks_since_last, over)) for begun, over in spans)
        assert found[course.SUBJID, course.weeks, course.weeks_since_last] == expected


def test_3_diagnosis_follows_onset_in_adult_life(seed: int) -> None:
    """Nobody is diagnosed before the first sign, nor fell ill as a child."""
    table = subjects(seed)
    assert (table["diagnosis_months"] <= table["skin_months"]).all()
    assert (table["AGE"] + 1 - table["skin_months"] / 12 > 18 - 0.1).all()
    assert 20 <= table["skin_months"].median() <= 45


def test_4_cyclophosphamide_is_an_induction(seed: int) -> None:
    """It lasts a year at most, few take it now, and most who had it have lung disease."""
    table = courses(seed).query("drug == 'cyclophosphamide'")
    assert share(table, "weeks > 52") < 0.05
    assert table["current"].sum() < 0.05 * N
    assert table.drop_duplicates("SUBJID")["ild"].mean() >= 0.80
    assert 0.12 <= table["SUBJID"].nunique() / N <= 0.35


def test_5_high_steroid_doses_are_recent(seed: int) -> None:
    """Few have been at 40 mg or more for a quarter of a year; the higher the dose, the shorter it was given."""
    table = courses(seed).query("kind == 'glucocorticoid' and current")
    dose = table["dose"].to_numpy() * [ts.prednisone_equivalent(1, drug) for drug in table["drug"]]
    high = table[dose >= 40]
    assert share(high, "stable_weeks > 13") < 0.10
    bands = pd.cut(dose, [0, 7.5, 15, 25, 39.9, 200])
    medians = table.groupby(bands, observed=True)["stable_weeks"].median().to_numpy()
    assert (np.diff(medians) < 0).all()
    assert 0.03 <= len(high) / N <= 0.15


def test_6_immunosuppressants_become_more_with_the_years(seed: int) -> None:
    """Their number rises with time since diagnosis; three take three quarters of a year."""
    used = courses(seed).query("kind == 'immunosuppressant'").groupby("SUBJID").size()
    table = subjects(seed).join(used.rename("used"))
    assert table["used"].notna().all()
    assert scipy.stats.spearmanr(table["diagnosis"], table["used"]).statistic > 0.2
    assert table.query("diagnosis < 39")["used"].max() <= 2
    assert 2.0 <= table["used"].mean() <= 2.8


def test_7_early_treatment_is_what_the_dates_say(seed: int) -> None:
    """Two months or more of a glucocorticoid or an immunosuppressant inside the half year after the first sign."""
    table = courses(seed)
    table = table[table["kind"].isin(["glucocorticoid", "immunosuppressant"])]
    earliest = table["onset"] - round(6 * WEEKS_A_MONTH)
    inside = table["start"] - np.maximum(table["weeks_since_last"], earliest)
    early = set(table.loc[inside >= 2 * WEEKS_A_MONTH, "SUBJID"])
    expected = subjects(seed).index.isin(early)
    np.testing.assert_array_equal(subjects(seed)["early_immunosuppression"].to_numpy(bool), expected)


def test_8_combinations_and_doses_differ(seed: int) -> None:
    """Some take two immunosuppressants, some none, and no drug has one dose only."""
    table = courses(seed).query("kind == 'immunosuppressant'")
    now = table.groupby("SUBJID")["current"].sum()
    assert 0.15 <= (now == 2).mean() <= 0.40
    assert 0.05 <= (now == 0).mean() <= 0.25
    assert (table.groupby("drug")["dose"].nunique() > 1).all()
    assert not table.duplicated(["SUBJID", "drug"])[table["drug"] != "cyclophosphamide"].any()


def test_8_nobody_takes_two_drugs_of_one_group_at_once(seed: int) -> None:
    """Not now and not earlier: no two antimetabolites, calcineurin inhibitors or JAK inhibitors in the same weeks."""
    groups = (
        ["methotrexate", "mycophenolate", "azathioprine", "leflunomide"],
        ["tacrolimus", "ciclosporin"],
        ["tofacitinib", "baricitinib"],
    )
    of_drug = {drug: number for number, group in enumerate(groups) for drug in group}
    table = courses(seed).query("drug in @of_drug")[["SUBJID", "drug", "start", "weeks_since_last"]]
    table["group"] = table["drug"].map(of_drug)
    pairs = table.merge(table, on=["SUBJID", "group"], suffixes=("", "_b")).query("drug < drug_b")
    assert len(pairs) > 100, "they come one after the other"
    assert not ((pairs["weeks_since_last"] < pairs["start_b"]) & (pairs["weeks_since_last_b"] < pairs["start"])).any()


def test_9_contraception_applies_to_whom_it_can(seed: int) -> None:
    """It is missing of men, after the menopause, in pregnancy, above 55; nobody pregnant takes what harms a child."""
    table = subjects(seed)
    asked = table[table["contraception"].notna()]
    assert (asked["SEX"] == "F").all()
    assert (asked["AGE"] <= 55).all()
    assert not asked["pregnant"].any()
    assert not asked["postmenopausal"].any()
    assert table.loc[table["pregnant"], "AGE"].max() <= 50
    harmful = ["methotrexate", "mycophenolate", "cyclophosphamide", "leflunomide"]
    assert not courses(seed)[lambda t: t["drug"].isin(harmful) & t["current"] & t["pregnant"]].size
    assert table.loc[table["SEX"] == "M", ["postmenopausal", "sterilised"]].isna().all().all()


def test_10_the_two_globals_of_a_spared_muscle_are_nearly_one(seed: int) -> None:
    """Readings more than 2 cm apart are few; an extramuscular global far above the physician's is rare in all."""
    assert ((spared(seed)["PHGA"] - spared(seed)["EMGA"]).abs() > 2).mean() < 0.10
    assert (subjects(seed)["EMGA"] > subjects(seed)["PHGA"] + 3).mean() < 0.01


def test_11_everybody_shows_the_disease(seed: int) -> None:
    """Rash, weakness or enzymes are on record, and a rash where muscle is spared."""
    table = subjects(seed)
    assert (table["rash"] | table["weakness"] | table["enzymes_raised"]).all()
    assert spared(seed)["rash"].all()


def test_12_the_lung_follows_the_antibody(seed: int) -> None:
    """Lung disease nearly always with anti-MDA5, seldom with TIF1 and Mi-2; it lowers FVC."""
    table = subjects(seed)
    by = table.groupby("antibody")["ild"].mean()
    assert by["MDA5"] >= 0.85
    assert max(by["TIF1"], by["Mi-2"]) <= 0.25
    assert 0.35 <= table["ild"].mean() <= 0.70
    fvc = table.groupby("ild")["fvc_percent"].mean()
    assert fvc[False] - fvc[True] >= 8
    assert (table["rp_ild"] <= table["ild"]).all()


def test_13_cancer_follows_age_and_antibody(seed: int) -> None:
    """At least three times as often above 60 as below 40, twice as often with TIF1, less with lung disease."""
    table = subjects(seed).assign(cancer=lambda t: t["tumour"] | t["past_tumour"])
    assert table.query("AGE > 60")["cancer"].mean() >= 3 * table.query("AGE < 40")["cancer"].mean()
    tif1 = table["antibody"] == "TIF1"
    assert table[tif1.fillna(False)]["cancer"].mean() >= 2 * table[~tif1.fillna(True)]["cancer"].mean()
    assert table[table["ild"]]["cancer"].mean() < table[~table["ild"]]["cancer"].mean()
    assert 0.05 <= table["cancer"].mean() <= 0.10


def test_14_damage_comes_with_time(seed: int) -> None:
    """Calcinosis and the share of strength lost for good rise with duration; without muscle disease none is lost."""
    table = subjects(seed)
    assert table.query("onset > 260")["calcinosis"].mean() > table.query("onset <= 260")["calcinosis"].mean()
    assert (spared(seed)["mmt_damage"] == 0).all()
    classic = table.query("phenotype == 'classic'").assign(lost_for_good=lambda t: t["mmt_damage"] / t["mmt_lost"])
    years = pd.cut(classic["diagnosis"] / 52.18, [0, 1, 2, 3, 5, 30])
    medians = classic.groupby(years, observed=True)["lost_for_good"].median().to_numpy()
    assert medians[0] == 0
    assert (np.diff(medians) > 0).all()
    assert (classic["lost_for_good"] <= 1).all()


def test_15_an_abnormal_ecg_is_common_and_seldom_matters(seed: int) -> None:
    """Any in 15 to 33 %, a significant one in 2 to 10 %, and that is part of any."""
    table = subjects(seed)
    assert 0.15 <= table["abnormal_ecg"].mean() <= 0.33
    assert 0.02 <= table["significant_ecg"].mean() <= 0.10
    assert (table["significant_ecg"] <= table["abnormal_ecg"]).all()


def test_16_some_transaminases_are_of_the_liver(seed: int) -> None:
    """Of those above twice the limit 5 to 20 % have a normal CK; those of the liver do so as often as anybody."""
    table = subjects(seed)
    high = (table["AST"] > 2 * table["AST_uln"]) | (table["ALT"] > 2 * table["ALT_uln"])
    normal = table["CK"] <= table["CK_uln"]
    assert 0.05 <= normal[high].mean() <= 0.20


def test_17_no_value_is_out_of_this_world(seed: int) -> None:
    """Quality of life, blood counts, height, CK."""
    table = subjects(seed)
    assert table["SF36PCS"].between(5, 70).all()
    assert (table["SF36PCS"].between(10, 65)).mean() > 0.995
    easy = table[table["HAQDI"] <= 0.125]
    assert (easy["SF36PCS"] < 20).mean() < 0.005
    assert table["platelets"].min() > 20
    assert table["height_cm"].min() > 140
    assert table["CK"].min() >= 20
    assert table["haemoglobin_g_l"].min() >= 60


def test_18_screening_fails_as_often_as_elsewhere(seed: int) -> None:
    """40 to 70 %, and readings move the share in their direction."""
    record = ts.load_protocol("NCT04946669")
    base = len(ts.screen(cohort(seed), record).eligible)
    assert 0.40 <= 1 - base / N <= 0.70
    for reading, value in (("ecg", "any abnormality"), ("stable_immunosuppressant", "now")):
        assert len(ts.screen(cohort(seed), record.with_reading(reading, value)).eligible) < base
    assert len(ts.screen(cohort(seed), record.with_reading("liver_limit", "3 x ULN")).eligible) > base
