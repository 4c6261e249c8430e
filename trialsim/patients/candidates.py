"""Who comes to be screened: every fact that the eleven criteria ask for, as arrays for the rules.

Given the phenotype, every fact is independent of how severe the disease is, but for the enzymes. So an expectation over
patients integrates over the disease alone and multiplies in the chance that the rest lets a patient in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trialsim.facts.candidate import candidate_schema
from trialsim.facts.population import load_population
from trialsim.patients import quantiles
from trialsim.patients.disease import (
    AMYOPATHIC,
    CLASSIC,
    HYPOMYOPATHIC,
    Entry,
    Readings,
    entry_state,
    read_entry,
)
from trialsim.patients.points import Points
from trialsim.patients.scenario import Scenario
from trialsim.patients.treatments import prior_treatments
from trialsim.rules.candidate import CandidateArrays, FactColumn

Bools = NDArray[np.bool_]

# Women below this age are asked about pregnancy; only a share of them is drawn with it, so this is no rule.
_FERTILE_BELOW = 50


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Candidates as the model makes them: the truth, what was read of it at baseline, and what the rules may ask."""

    entry: Entry
    readings: Readings
    arrays: CandidateArrays

    def rows(self, rows: NDArray[np.intp]) -> Candidates:
        """Some of the candidates."""
        return Candidates(self.entry.rows(rows), self.readings.rows(rows), self.arrays.rows(rows))


def generate_candidates(points: Points, scenario: Scenario) -> Candidates:
    """The candidates at `points`."""
    female = is_female(points, scenario)
    entry = entry_state(points, scenario, female)
    readings = read_entry(points, entry, scenario)
    facts = findings(points, scenario, entry.phenotype)
    facts |= _person(points, scenario, female) | _other_diseases(points, scenario) | _infections(points, scenario)
    facts |= _pregnancy(points, scenario, female, facts["AGE"])
    treatments = prior_treatments(points, scenario)
    return Candidates(entry, readings, CandidateArrays(facts, treatments, readings.enzymes, entry.uln))


def is_female(points: Points, scenario: Scenario) -> Bools:
    """Who is a woman."""
    return quantiles.happens(points("sex"), scenario.female_share)


def findings(points: Points, scenario: Scenario, phenotype: NDArray[np.int64]) -> dict[str, FactColumn]:
    """What was found at diagnosis: the facts that hang on the phenotype."""
    s, classic, hypomyopathic = scenario, phenotype == CLASSIC, phenotype == HYPOMYOPATHIC
    categories = candidate_schema().facts["phenotype"].categories
    code = np.empty(3, dtype=np.int32)
    for place, name in ((CLASSIC, "classic"), (HYPOMYOPATHIC, "hypomyopathic"), (AMYOPATHIC, "amyopathic")):
        code[place] = categories.index(name)

    def found(item: str, if_classic: float, if_hypomyopathic: float) -> Bools:
        share = np.where(classic, if_classic, np.where(hypomyopathic, if_hypomyopathic, 0.0))
        return quantiles.happens(points(f"item.{item}"), share)

    def done(test: str, share: float) -> Bools:
        return quantiles.happens(points(f"done.{test}"), share)

    months = quantiles.lognormal(points("skin duration"), s.skin_months_median, s.skin_months_spread)
    return {
        "phenotype": FactColumn(code[phenotype]),
        "rash": FactColumn(quantiles.happens(points("item.rash"), s.rash_share)),
        "skin_months": FactColumn.of("skin_months", np.round(np.clip(months, 0.5, 600), 1)),
        "weakness": FactColumn(found("weakness", s.classic_weakness, 0.0)),
        "enzymes_raised": FactColumn(found("enzymes", s.classic_enzymes, 1.0)),
        "emg_myopathic": FactColumn(found("emg", s.classic_emg, s.hypomyopathic_test), done("emg", s.emg_done)),
        "biopsy_myositis": FactColumn(
            found("biopsy", s.classic_biopsy, s.hypomyopathic_test), done("biopsy", s.biopsy_done)
        ),
        "mri_myositis": FactColumn(found("mri", s.classic_emg, s.hypomyopathic_test), done("mri", s.mri_done)),
    }


def _person(points: Points, s: Scenario, female: Bools) -> dict[str, FactColumn]:
    age = np.floor(quantiles.truncated_normal(points("age"), s.age_mean, s.age_sd, 18, 79 - 1e-9))
    height = np.rint(
        quantiles.normal(points("height"), np.where(female, s.height_women, s.height_men), s.height_sd)
    ).clip(120, 220)
    bmi = quantiles.truncated_normal(points("bmi"), s.bmi_mean, s.bmi_sd, 14, 50)
    sex = candidate_schema().facts["SEX"].categories
    return {
        "AGE": FactColumn.of("AGE", age),
        "SEX": FactColumn(np.where(female, sex.index("F"), sex.index("M")).astype(np.int32)),
        "height_cm": FactColumn.of("height_cm", height),
        "weight_kg": FactColumn.of("weight_kg", np.round(bmi * (height / 100) ** 2, 1)),
        "early_immunosuppression": FactColumn(quantiles.happens(points("early treatment"), s.early_treatment)),
        "drug_allergies": FactColumn(_count(points("allergies"), "drug_allergies")),
        "mental_disorder": FactColumn(quantiles.happens(points("mental disorder"), s.mental_share)),
        "cooperates": FactColumn(~quantiles.happens(points("cooperation"), s.uncooperative_share)),
        "consent": FactColumn(~quantiles.happens(points("consent"), s.no_consent)),
    }


def _count(u: NDArray[np.float64], shares: str) -> NDArray[np.int32]:
    """A small count whose distribution is among the shares; its names are the counts."""
    table = load_population().shares[shares].values
    return np.array([int(name) for name in table], dtype=np.int32)[quantiles.category(u, table)]


def _one_of(points: Points, name: str, share: float, shares: Mapping[str, float]) -> FactColumn:
    """A category that most candidates have none of."""
    categories = candidate_schema().facts[name].categories
    codes = np.array([categories.index(one) for one in shares], dtype=np.int32)
    which = codes[quantiles.category(points(f"which {name}"), shares)]
    has = quantiles.happens(points(name), share)
    return FactColumn(np.where(has, which, categories.index("none")).astype(np.int32))


def _other_diseases(points: Points, s: Scenario) -> dict[str, FactColumn]:
    shares = load_population().shares
    facts = {
        "overlap_disease": _one_of(points, "overlap_disease", s.overlap_share, shares["overlap_disease"].values),
        "other_myopathy": _one_of(points, "other_myopathy", s.other_myopathy_share, shares["other_myopathy"].values),
    }
    rare = {
        "tumour": s.tumour_share,
        "heart_failure": s.heart_failure_share,
        "refractory_hypertension": s.hypertension_share,
        "abnormal_ecg": s.ecg_share,
        "renal_tubular_acidosis": s.kidney_share,
        "interstitial_nephritis": s.kidney_share,
        "renal_insufficiency": s.kidney_share,
        "endocrine_disease": s.endocrine_share,
    }
    facts |= {name: FactColumn(quantiles.happens(points(name), share)) for name, share in rare.items()}
    blood = {
        "leucocytes": np.round(
            quantiles.truncated_normal(points("leucocytes"), s.leucocytes_mean, s.leucocytes_sd, 0.5, 40), 1
        ),
        "haemoglobin_g_l": np.rint(
            quantiles.truncated_normal(points("haemoglobin"), s.haemoglobin_mean, s.haemoglobin_sd, 40, 200)
        ),
        "platelets": np.rint(
            quantiles.truncated_normal(points("platelets"), s.platelets_mean, s.platelets_sd, 5, 1000)
        ),
    }
    return facts | {name: FactColumn.of(name, values) for name, values in blood.items()}


def _infections(points: Points, s: Scenario) -> dict[str, FactColumn]:
    tspot = quantiles.happens(points("tspot"), s.tspot_share)
    ppd = quantiles.happens(points("ppd"), np.where(tspot, s.ppd_if_tspot, s.ppd_if_not))
    tested = {
        "hbsag": quantiles.happens(points("hbsag"), s.hbsag_share),
        "hcv_antibody": quantiles.happens(points("hcv"), s.hcv_share),
        "tspot_positive": tspot,
        "ppd_positive": ppd,
    }
    facts = {
        name: FactColumn(result, ~quantiles.happens(points(f"no result.{name}"), s.test_missing))
        for name, result in tested.items()
    }
    return facts | {
        "active_infection": FactColumn(quantiles.happens(points("infection"), s.infection_share)),
        "active_tb_3y": FactColumn(quantiles.happens(points("tuberculosis"), s.active_tb_share)),
        "sputum_positive": FactColumn(quantiles.happens(points("sputum"), s.sputum_share)),
    }


def _pregnancy(points: Points, s: Scenario, female: Bools, age: FactColumn) -> dict[str, FactColumn]:
    asked = female & (age.values < _FERTILE_BELOW * age.per)
    pregnant = asked & quantiles.happens(points("pregnancy"), s.pregnant_share)
    return {
        "pregnant": FactColumn(pregnant),
        "lactating": FactColumn(asked & ~pregnant & quantiles.happens(points("lactation"), s.lactating_share)),
        "contraception": FactColumn(
            ~(asked & quantiles.happens(points("contraception"), s.no_contraception)), known=female
        ),
    }
