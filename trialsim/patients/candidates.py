"""Who comes to be screened: every fact that the eleven criteria ask for, worked out when a rule asks for it.

Given the phenotype, every fact is independent of how severe the disease is, but for the enzymes. So an expectation over
patients integrates over the disease alone and multiplies in the chance that the rest lets a patient in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trialsim.facts.candidate import candidate_schema
from trialsim.facts.population import load_population
from trialsim.patients import quantiles
from trialsim.patients.columns import Columns
from trialsim.patients.disease import (
    AMYOPATHIC,
    CLASSIC,
    ENZYMES,
    HYPOMYOPATHIC,
    AtEntry,
    Entry,
    Readings,
)
from trialsim.patients.disease import is_female as is_female
from trialsim.patients.drawn import Drawn, Quantile
from trialsim.patients.points import Points, some_of
from trialsim.patients.scenario import Scenario
from trialsim.patients.treatments import SLOTS, PriorTreatments
from trialsim.rules.candidate import CandidateArrays, not_on_file
from trialsim.rules.values import FactColumn, Values

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

# Women below this age are asked about pregnancy; only a share of them is drawn with it, so this is no rule.
_FERTILE_BELOW = 50


class Candidates:
    """Candidates as the model makes them: the truth, what was read of it at baseline, and what the rules may ask.

    They are a `rules.candidate.FactSource`: a fact is worked out when a rule asks for it, of those it asks about.

    Attributes
    ----------
    points : Points
        What they are made of.
    scenario : Scenario
        How.
    at_entry : AtEntry
        Their disease, one column at a time.
    """

    def __init__(self, points: Points, scenario: Scenario, columns: Columns | None = None) -> None:
        self.points, self.scenario = points, scenario
        self._columns = Columns() if columns is None else columns
        self.at_entry = AtEntry(points, scenario, self._columns)
        self._treatments = PriorTreatments(points, scenario, self._columns)

    def __len__(self) -> int:
        return self.points.n

    @cached_property
    def entry(self) -> Entry:
        """All true states at entry."""
        return self.at_entry.entry()

    @cached_property
    def readings(self) -> Readings:
        """All that was read at baseline."""
        return self.at_entry.readings()

    @cached_property
    def arrays(self) -> CandidateArrays:
        """All that the rules may ask."""
        facts = {name: _written_down(self.fact(name)) for name in FACTS}
        return CandidateArrays(facts, self._treatments.all_courses(), self.readings.enzymes, self.entry.uln)

    @property
    def asked(self) -> Bools:
        """Who is asked about pregnancy."""
        return self._columns("asked about pregnancy", lambda: _asked(self))

    @property
    def slots(self) -> int:
        """How many courses of treatment a candidate has room for."""
        return SLOTS

    def fact(self, name: str) -> Values:
        """A stored fact of `data/candidate.toml`; one that the model does not have is not known."""
        if name not in FACTS:
            return not_on_file(name, len(self))
        return self._columns(f"fact {name}", lambda: FACTS[name](self))

    def occupied(self, slot: int) -> Bools:
        """Who has a course of treatment in this slot."""
        return self._treatments.occupied(slot)

    def course(self, name: str, slot: int) -> Values:
        """A stored fact of the course in a slot."""
        return self._treatments.course(name, slot)

    def enzyme(self, place: int) -> tuple[NDArray[Any], NDArray[Any]]:
        """Readings of an enzyme and its upper limits of normal."""
        return self.at_entry.of(ENZYMES[place]), self.at_entry.uln(ENZYMES[place])

    def some(self, rows: NDArray[np.intp]) -> Candidates:
        """Some of the candidates; what has been worked out of them is kept."""
        return Candidates(some_of(self.points, rows), self.scenario, Columns(self._columns, rows))

    rows = some


def generate_candidates(points: Points, scenario: Scenario) -> Candidates:
    """The candidates at `points`."""
    return Candidates(points, scenario)


def findings(points: Points, scenario: Scenario, phenotype: NDArray[np.int64]) -> dict[str, FactColumn]:
    """What was found at diagnosis: the facts that hang on the phenotype."""
    return {name: _written_down(finding(points, scenario, phenotype)) for name, finding in _FINDINGS.items()}


def _written_down(column: Values) -> FactColumn:
    return FactColumn(column.values, column.known, column.per)


_Fact = Callable[[Candidates], Values]
_Finding = Callable[[Points, Scenario, NDArray[np.int64]], Values]


def _phenotype(points: Points, s: Scenario, phenotype: NDArray[np.int64]) -> FactColumn:
    categories = candidate_schema().facts["phenotype"].categories
    code = np.empty(3, dtype=np.int32)
    for place, name in ((CLASSIC, "classic"), (HYPOMYOPATHIC, "hypomyopathic"), (AMYOPATHIC, "amyopathic")):
        code[place] = categories.index(name)
    return FactColumn(code[phenotype])


def _found(item: str, if_classic: str, if_hypomyopathic: float | str, done: str | None = None) -> _Finding:
    """A finding with the shares of the scenario, known where the test was done."""

    def finding(points: Points, s: Scenario, phenotype: NDArray[np.int64]) -> FactColumn:
        other = if_hypomyopathic if isinstance(if_hypomyopathic, float) else getattr(s, if_hypomyopathic)
        shares = np.zeros(3)
        shares[[CLASSIC, HYPOMYOPATHIC]] = getattr(s, if_classic), other
        known = None if done is None else quantiles.happens(points(f"done.{done}"), getattr(s, f"{done}_done"))
        return FactColumn(quantiles.happens(points(f"item.{item}"), shares[phenotype]), known)

    return finding


def _steps(name: str, values: NDArray[Any]) -> NDArray[Any]:
    return FactColumn.of(name, values).values


def _drawn(name: str, points: Points, coordinate: str, quantile: Quantile, *parameters: float) -> Drawn:
    return Drawn(points, coordinate, quantile, parameters, candidate_schema().facts[name].per)


def _skin_months(u: Floats, median: float, spread: float) -> NDArray[Any]:
    return _steps("skin_months", np.round(np.clip(quantiles.lognormal(u, median, spread), 0.5, 600), 1))


_FINDINGS: dict[str, _Finding] = {
    "phenotype": _phenotype,
    "rash": lambda points, s, _: FactColumn(quantiles.happens(points("item.rash"), s.rash_share)),
    "skin_months": lambda points, s, _: _drawn(
        "skin_months", points, "skin duration", _skin_months, s.skin_months_median, s.skin_months_spread
    ),
    "weakness": _found("weakness", "classic_weakness", 0.0),
    "enzymes_raised": _found("enzymes", "classic_enzymes", 1.0),
    "emg_myopathic": _found("emg", "classic_emg", "hypomyopathic_test", "emg"),
    "biopsy_myositis": _found("biopsy", "classic_biopsy", "hypomyopathic_test", "biopsy"),
    "mri_myositis": _found("mri", "classic_emg", "hypomyopathic_test", "mri"),
}


def _of_phenotype(finding: _Finding) -> _Fact:
    return lambda c: finding(c.points, c.scenario, c.at_entry.phenotype)


def _years(u: Floats, mean: float, sd: float) -> NDArray[Any]:
    return _steps("AGE", np.floor(quantiles.truncated_normal(u, mean, sd, 18, 79 - 1e-9)))


def _age(c: Candidates) -> Drawn:
    return _drawn("AGE", c.points, "age", _years, c.scenario.age_mean, c.scenario.age_sd)


def _sex(c: Candidates) -> FactColumn:
    sex = candidate_schema().facts["SEX"].categories
    return FactColumn(np.where(c.at_entry.female, sex.index("F"), sex.index("M")).astype(np.int32))


def _height(c: Candidates) -> FactColumn:
    mean = np.where(c.at_entry.female, c.scenario.height_women, c.scenario.height_men)
    height = np.rint(quantiles.normal(c.points("height"), mean, c.scenario.height_sd))
    return FactColumn.of("height_cm", height.clip(120, 220))


def _weight(c: Candidates) -> FactColumn:
    bmi = quantiles.truncated_normal(c.points("bmi"), c.scenario.bmi_mean, c.scenario.bmi_sd, 14, 50)
    height = c.fact("height_cm")
    return FactColumn.of("weight_kg", np.round(bmi * (height.values / height.per / 100) ** 2, 1))


def _allergies(c: Candidates) -> FactColumn:
    """A small count whose distribution is among the shares; its names are the counts."""
    table = load_population().shares["drug_allergies"].values
    counts = np.array([int(name) for name in table], dtype=np.int32)
    return FactColumn(counts[quantiles.category(c.points("allergies"), table)])


def _event(coordinate: str, share: str, happens: bool = True) -> _Fact:
    """A thing that happens to a share of candidates; or, the other way round, its absence."""

    def fact(c: Candidates) -> FactColumn:
        found = quantiles.happens(c.points(coordinate), getattr(c.scenario, share))
        return FactColumn(found if happens else ~found)

    return fact


def _one_of(name: str, share: str) -> _Fact:
    """A category that most candidates have none of."""

    def fact(c: Candidates) -> FactColumn:
        shares: Mapping[str, float] = load_population().shares[name].values
        categories = candidate_schema().facts[name].categories
        codes = np.array([categories.index(one) for one in shares], dtype=np.int32)
        found = np.full(len(c), categories.index("none"), dtype=np.int32)
        has = np.flatnonzero(quantiles.happens(c.points(name), getattr(c.scenario, share)))
        found[has] = codes[quantiles.category(c.points(f"which {name}")[has], shares)]
        return FactColumn(found)

    return fact


def _leucocytes(u: Floats, mean: float, sd: float) -> NDArray[Any]:
    return _steps("leucocytes", np.round(quantiles.truncated_normal(u, mean, sd, 0.5, 40), 1))


def _haemoglobin(u: Floats, mean: float, sd: float) -> NDArray[Any]:
    return _steps("haemoglobin_g_l", np.rint(quantiles.truncated_normal(u, mean, sd, 40, 200)))


def _platelets(u: Floats, mean: float, sd: float) -> NDArray[Any]:
    return _steps("platelets", np.rint(quantiles.truncated_normal(u, mean, sd, 5, 1000)))


def _blood(name: str, coordinate: str, quantile: Quantile) -> _Fact:
    def fact(c: Candidates) -> Drawn:
        mean, sd = (getattr(c.scenario, f"{coordinate}_{part}") for part in ("mean", "sd"))
        return _drawn(name, c.points, coordinate, quantile, mean, sd)

    return fact


def _has_result(name: str, c: Candidates) -> Bools:
    """A screening test now and then has no result."""
    return ~quantiles.happens(c.points(f"no result.{name}"), c.scenario.test_missing)


def _test(name: str, coordinate: str, share: str) -> _Fact:
    happens = _event(coordinate, share)
    return lambda c: FactColumn(happens(c).values, _has_result(name, c))


def _ppd(c: Candidates) -> FactColumn:
    share = np.where(c.fact("tspot_positive").values, c.scenario.ppd_if_tspot, c.scenario.ppd_if_not)
    return FactColumn(quantiles.happens(c.points("ppd"), share), _has_result("ppd_positive", c))


def _asked(c: Candidates) -> Bools:
    age = c.fact("AGE")
    assert isinstance(age.per, int)
    return c.at_entry.female & age.under(_FERTILE_BELOW * age.per)


def _pregnant(c: Candidates) -> FactColumn:
    return FactColumn(c.asked & quantiles.happens(c.points("pregnancy"), c.scenario.pregnant_share))


def _lactating(c: Candidates) -> FactColumn:
    lactating = quantiles.happens(c.points("lactation"), c.scenario.lactating_share)
    return FactColumn(c.asked & ~c.fact("pregnant").values & lactating)


def _contraception(c: Candidates) -> FactColumn:
    none = quantiles.happens(c.points("contraception"), c.scenario.no_contraception)
    return FactColumn(~(c.asked & none), known=c.at_entry.female)


FACTS: dict[str, _Fact] = {
    **{name: _of_phenotype(finding) for name, finding in _FINDINGS.items()},
    "AGE": _age,
    "SEX": _sex,
    "height_cm": _height,
    "weight_kg": _weight,
    "early_immunosuppression": _event("early treatment", "early_treatment"),
    "drug_allergies": _allergies,
    "mental_disorder": _event("mental disorder", "mental_share"),
    "cooperates": _event("cooperation", "uncooperative_share", happens=False),
    "consent": _event("consent", "no_consent", happens=False),
    "overlap_disease": _one_of("overlap_disease", "overlap_share"),
    "other_myopathy": _one_of("other_myopathy", "other_myopathy_share"),
    "tumour": _event("tumour", "tumour_share"),
    "heart_failure": _event("heart_failure", "heart_failure_share"),
    "refractory_hypertension": _event("refractory_hypertension", "hypertension_share"),
    "abnormal_ecg": _event("abnormal_ecg", "ecg_share"),
    "renal_tubular_acidosis": _event("renal_tubular_acidosis", "kidney_share"),
    "interstitial_nephritis": _event("interstitial_nephritis", "kidney_share"),
    "renal_insufficiency": _event("renal_insufficiency", "kidney_share"),
    "endocrine_disease": _event("endocrine_disease", "endocrine_share"),
    "other_serious": _event("other_serious", "other_serious_share"),
    "drug_eruption": _event("drug_eruption", "drug_eruption_share"),
    "leucocytes": _blood("leucocytes", "leucocytes", _leucocytes),
    "haemoglobin_g_l": _blood("haemoglobin_g_l", "haemoglobin", _haemoglobin),
    "platelets": _blood("platelets", "platelets", _platelets),
    "hbsag": _test("hbsag", "hbsag", "hbsag_share"),
    "hcv_antibody": _test("hcv_antibody", "hcv", "hcv_share"),
    "tspot_positive": _test("tspot_positive", "tspot", "tspot_share"),
    "ppd_positive": _ppd,
    "active_infection": _event("infection", "infection_share"),
    "active_tb_3y": _event("tuberculosis", "active_tb_share"),
    "sputum_positive": _event("sputum", "sputum_share"),
    "pregnant": _pregnant,
    "lactating": _lactating,
    "contraception": _contraception,
}
