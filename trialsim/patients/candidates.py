"""Who comes to be screened: every fact that criteria may ask for, worked out when a rule asks for it.

Given the phenotype, the lung and how long the disease has lasted, every fact that a rule asks for is independent of how
severe the disease is, but for what was read of it at baseline. So an expectation over patients integrates over the
disease alone and multiplies in the chance that the rest lets a patient in.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trialsim.facts.candidate_schema import candidate_schema
from trialsim.facts.core_set import measure
from trialsim.facts.population import load_population
from trialsim.patients import organs, quantiles
from trialsim.patients.columns import Columns
from trialsim.patients.disease import AMYOPATHIC, CLASSIC, HYPOMYOPATHIC, AtEntry, Entry, years
from trialsim.patients.drawn import Drawn, Quantile
from trialsim.patients.onset import WEEKS_A_MONTH
from trialsim.patients.points import Points, some_of
from trialsim.patients.readings import ENZYMES, Readings
from trialsim.patients.scenario import Scenario
from trialsim.patients.treatments import SLOTS, PriorTreatments
from trialsim.rules.candidate_arrays import CandidateArrays, not_on_file
from trialsim.rules.values import FactColumn, Values

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


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
        self.treatments = PriorTreatments(points, scenario, self._columns, self.at_entry)

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
        return CandidateArrays(facts, self.treatments.all_courses(), self.readings.enzymes, self.entry.uln)

    @property
    def slots(self) -> int:
        """How many courses of treatment a candidate has room for."""
        return SLOTS

    def fact(self, name: str) -> Values:
        """A stored or assessed fact of `data/candidate.toml`; one that the model does not have is not known."""
        if name not in FACTS:
            return not_on_file(name, len(self))
        return self._columns(f"fact {name}", lambda: FACTS[name](self))

    def occupied(self, slot: int) -> Bools:
        """Who has a course of treatment in this slot."""
        return self.treatments.occupied(slot)

    def course(self, name: str, slot: int) -> Values:
        """A stored fact of the course in a slot."""
        return self.treatments.course(name, slot)

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


def _written_down(column: Values) -> FactColumn:
    return FactColumn(column.values, column.known, column.per)


_Fact = Callable[[Candidates], Values]


def _phenotype(c: Candidates) -> FactColumn:
    categories = candidate_schema().facts["phenotype"].categories
    code = np.empty(3, dtype=np.int32)
    for place, name in ((CLASSIC, "classic"), (HYPOMYOPATHIC, "hypomyopathic"), (AMYOPATHIC, "amyopathic")):
        code[place] = categories.index(name)
    return FactColumn(code[c.at_entry.phenotype])


def _found(item: str, if_classic: str, if_hypomyopathic: float | str, done: str | None = None) -> _Fact:
    """A finding with the shares of the scenario, known where the test was done."""

    def finding(c: Candidates) -> FactColumn:
        points, s = c.points, c.scenario
        other = if_hypomyopathic if isinstance(if_hypomyopathic, float) else getattr(s, if_hypomyopathic)
        shares = np.zeros(3)
        shares[[CLASSIC, HYPOMYOPATHIC]] = getattr(s, if_classic), other
        known = None if done is None else quantiles.happens(points(f"done.{done}"), getattr(s, f"{done}_done"))
        return FactColumn(quantiles.happens(points(f"item.{item}"), shares[c.at_entry.phenotype]), known)

    return finding


def _steps(name: str, values: NDArray[Any]) -> NDArray[Any]:
    return FactColumn.of(name, values).values


def _drawn(name: str, points: Points, coordinate: str, quantile: Quantile, *parameters: float) -> Drawn:
    return Drawn(points, coordinate, quantile, parameters, candidate_schema().facts[name].per)


def _rash(c: Candidates) -> FactColumn:
    """On record but for a few with classic disease, whose weakness or enzymes speak for it."""
    seen = quantiles.happens(c.points("item.rash"), c.scenario.rash_share) | c.at_entry.spared
    return FactColumn(seen | ~(c.fact("weakness").values | c.fact("enzymes_raised").values))


def _months(name: str, weeks: str) -> _Fact:
    def months(c: Candidates) -> FactColumn:
        return FactColumn.of(name, np.round(getattr(c.at_entry, weeks) / WEEKS_A_MONTH, 1))

    return months


_FINDINGS: dict[str, _Fact] = {
    "phenotype": _phenotype,
    "rash": _rash,
    "skin_months": _months("skin_months", "since_onset"),
    "diagnosis_months": _months("diagnosis_months", "since_diagnosis"),
    "weakness": _found("weakness", "classic_weakness", 0.0),
    "enzymes_raised": _found("enzymes", "classic_enzymes", 1.0),
    "emg_myopathic": _found("emg", "classic_emg", "hypomyopathic_test", "emg"),
    "biopsy_myositis": _found("biopsy", "classic_biopsy", "hypomyopathic_test", "biopsy"),
    "mri_myositis": _found("mri", "classic_emg", "hypomyopathic_test", "mri"),
}


def _age(c: Candidates) -> Drawn:
    return _drawn("AGE", c.points, "age", years, c.scenario.age_mean, c.scenario.age_sd)


def _sex(c: Candidates) -> FactColumn:
    sex = candidate_schema().facts["SEX"].categories
    return FactColumn(np.where(c.at_entry.female, sex.index("F"), sex.index("M")).astype(np.int32))


def _height(c: Candidates) -> FactColumn:
    mean = np.where(c.at_entry.female, c.scenario.height_women, c.scenario.height_men)
    lowest = np.where(c.at_entry.female, c.scenario.height_low_women, c.scenario.height_low_men)
    height = np.rint(quantiles.normal(c.points("height"), mean, c.scenario.height_sd))
    return FactColumn.of("height_cm", np.clip(height, lowest, 220))


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


def _leucocytes(u: Floats, mean: float, sd: float, lowest: float) -> NDArray[Any]:
    return _steps("leucocytes", np.round(quantiles.truncated_normal(u, mean, sd, lowest, 40), 1))


def _haemoglobin(u: Floats, mean: float, sd: float, lowest: float) -> NDArray[Any]:
    return _steps("haemoglobin_g_l", np.rint(quantiles.truncated_normal(u, mean, sd, lowest, 200)))


def _platelets(u: Floats, mean: float, sd: float, lowest: float) -> NDArray[Any]:
    return _steps("platelets", np.rint(quantiles.truncated_normal(u, mean, sd, lowest, 1000)))


def _blood(name: str, coordinate: str, quantile: Quantile) -> _Fact:
    def fact(c: Candidates) -> Drawn:
        numbers = (getattr(c.scenario, f"{coordinate}_{part}") for part in ("mean", "sd", "lowest"))
        return _drawn(name, c.points, coordinate, quantile, *numbers)

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


def read_at_baseline(name: str, readings: NDArray[Any]) -> FactColumn:
    """A measure of activity as a fact, from its readings on the instrument's grid."""
    return FactColumn(readings, None, measure(name).grid)


def _assessed(name: str) -> _Fact:
    return lambda c: read_at_baseline(name, c.at_entry.of(name))


ASSESSED: tuple[str, ...] = tuple(fact.name for fact in candidate_schema().assessed())

FACTS: dict[str, _Fact] = {
    **{name: _assessed(name) for name in ASSESSED},
    **_FINDINGS,
    **organs.FACTS,
    "AGE": _age,
    "SEX": _sex,
    "height_cm": _height,
    "weight_kg": _weight,
    "early_immunosuppression": lambda c: FactColumn(c.treatments.early),
    "drug_allergies": _allergies,
    "mental_disorder": _event("mental disorder", "mental_share"),
    "cooperates": _event("cooperation", "uncooperative_share", happens=False),
    "consent": _event("consent", "no_consent", happens=False),
    "heart_failure": _event("heart_failure", "heart_failure_share"),
    "refractory_hypertension": _event("refractory_hypertension", "hypertension_share"),
    "renal_tubular_acidosis": _event("renal_tubular_acidosis", "kidney_share"),
    "interstitial_nephritis": _event("interstitial_nephritis", "kidney_share"),
    "renal_insufficiency": _event("renal_insufficiency", "kidney_share"),
    "endocrine_disease": _event("endocrine_disease", "endocrine_share"),
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
}
