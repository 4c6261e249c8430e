"""The disease at entry: true states of the measures, tied together as severity is.

`AtEntry` works out one column at a time, for whoever needs no more; its `entry` and `readings` put all of them side by
side. Order and units of the states: `readings`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray

from trialsim.facts.core_set import measure
from trialsim.facts.population import load_population
from trialsim.patients import onset, quantiles
from trialsim.patients.columns import Columns, column
from trialsim.patients.correlation import SEVERITY, severity_factor
from trialsim.patients.enzyme_states import classic_enzyme, lifted_enzyme, normal_enzyme
from trialsim.patients.points import Points
from trialsim.patients.readings import (
    ENZYMES,
    SCALES,
    Bools,
    Floats,
    Ints,
    Readings,
    beside,
    read,
    upper_limit,
    upper_limits,
)
from trialsim.patients.scenario import Scenario

CLASSIC, HYPOMYOPATHIC, AMYOPATHIC = 0, 1, 2

# The end of the scale from which losses of the SF-36 physical component are counted.
_FULL_PCS = measure("SF36PCS").high

COORDINATES = (
    "phenotype",
    *(f"severity.{code}" for code in SEVERITY),
    *(f"severity.{code}" for code in (*ENZYMES[1:], "SF36PCS")),
    *(f"error.{code}.Baseline" for code in (*SCALES, *ENZYMES)),
    "fluctuation.entry",
    "hypomyopathic.enzyme",
    "amyopathic.haq",
    "lung",
    "diagnosis",
    "damage",
    "liver.injury",
    "liver.rise",
)

# Where the times since diagnosis divide into classes, in the unit interval: of one class the damage varies little, so
# that an expectation may take who is enrolled as the same throughout it.
DURATIONS = (0.0, 0.3, 0.55, 0.8, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """True states at entry, one patient a row.

    Attributes
    ----------
    phenotype : array (n,)
        `CLASSIC`, `HYPOMYOPATHIC` or `AMYOPATHIC`.
    scales : array (n, scales)
        True states in the order of `SCALES`; where higher is better, as points lost.
    enzymes : array (n, 5)
        Logarithm of the multiple of the upper limit, in the order of `ENZYMES`.
    uln : array (n, 5)
        Upper limits of normal on the grid of 0.1 U/L.
    fluctuation : array (n,)
        How bad the present phase is, in standard deviations; it passes.
    damage : array (n,)
        Points of MMT-8 that are lost for good.
    lung, duration : array (n,)
        State of the lung, as in `patients.onset`; class of the time since diagnosis, by `DURATIONS`.
    """

    phenotype: NDArray[np.int64]
    scales: Floats
    enzymes: Floats
    uln: Ints
    fluctuation: Floats
    damage: Floats
    lung: Ints
    duration: Ints

    def rows(self, rows: NDArray[np.intp]) -> Entry:
        """The states of some patients."""
        return Entry(*(getattr(self, field.name)[rows] for field in fields(self)))


class AtEntry:
    """The disease at entry of the patients at `points`, each column worked out when it is first asked for."""

    __slots__ = ("columns", "points", "scenario")

    def __init__(self, points: Points, scenario: Scenario, columns: Columns | None = None) -> None:
        self.points, self.scenario = points, scenario
        self.columns = Columns() if columns is None else columns

    @column
    def female(self) -> Bools:
        """Who is a woman."""
        return quantiles.happens(self.points("sex"), self.scenario.female_share)

    @column
    def phenotype(self) -> Ints:
        """Which of the three phenotypes."""
        s, u = self.scenario, self.points("phenotype")
        amyopathic = s.amyopathic_share * (1 - s.hypomyopathic_share)
        return np.where(u < amyopathic, AMYOPATHIC, np.where(u < s.amyopathic_share, HYPOMYOPATHIC, CLASSIC))

    @property
    def spared(self) -> Bools:
        """Whose muscle is spared."""
        return np.asarray(self.phenotype != CLASSIC)

    @column
    def age(self) -> Ints:
        """Age in completed years."""
        return years(self.points("age"), self.scenario.age_mean, self.scenario.age_sd).astype(np.int64)

    @column
    def lung(self) -> Ints:
        """The state of the lung, as in `patients.onset`."""
        return onset.lungs(self.points, self.scenario, self.spared)

    @column
    def antibody(self) -> Ints:
        """The myositis antibody, by its code."""
        return onset.antibody_codes(self.points, self.scenario, self.spared, self.lung)

    @column
    def since_diagnosis(self) -> Ints:
        """Whole weeks since diagnosis."""
        return onset.diagnosis_weeks(self.points("diagnosis"), self.scenario, self.lung, self.age)

    @column
    def since_onset(self) -> Ints:
        """Whole weeks since the first sign of the disease."""
        return onset.onset_weeks(self.points, self.scenario, self.spared, self.lung, self.since_diagnosis, self.age)

    @column
    def damage(self) -> Floats:
        """Points of MMT-8 that are lost for good, a share of what is lost."""
        s, passed = self.scenario, self.since_diagnosis / onset.WEEKS_A_YEAR
        mean = np.interp(passed, (1, 2, 5), (0.0, s.damage_two_years, s.damage_five_years))
        share = np.minimum(mean * 2 * self.points("damage"), 1.0)
        return np.where(self.spared, 0.0, share * self.state("MMT8"))

    @column
    def fluctuation(self) -> Floats:
        """How bad the present phase is, in standard deviations; it passes."""
        s, passing = self.scenario, quantiles.normal(self.points("fluctuation.entry"))
        tied = s.entry_correlation * self.severity("PHGA")
        return np.asarray(s.referral_flare + tied + np.sqrt(1 - s.entry_correlation**2) * passing)

    @column
    def liver_injury(self) -> Bools:
        """Whose transaminases are raised by the liver, whatever the muscle does."""
        return quantiles.happens(self.points("liver.injury"), self.scenario.liver_injury)

    @column
    def raised(self) -> Ints:
        """The place of the enzyme that is raised in hypomyopathic disease, -1 in the others."""
        shares = load_population().shares["hypomyopathic_enzyme"].values
        which = quantiles.category(self.points("hypomyopathic.enzyme"), shares)
        return np.where(self.phenotype == HYPOMYOPATHIC, which, -1)

    def severity(self, code: str) -> Floats:
        """How severe a measure is, as standard normal scores that hang together."""
        return self.columns(f"severity of {code}", lambda: self._severity(code))

    def state(self, code: str) -> Floats:
        """True states of a scale, or of an enzyme on the logarithm of the multiple of its upper limit."""
        work_out = self._enzyme if code in ENZYMES else self._scale
        return self.columns(f"state of {code}", lambda: work_out(code))

    def of(self, code: str) -> Ints:
        """What an instrument reads of a scale or an enzyme at baseline, its error included."""
        return self.columns(f"reading of {code}", lambda: self._read(code))

    def of_followed(self, followed: Ints) -> Ints:
        """What is read of the enzyme that is followed in each patient, by its place."""
        return np.choose(followed.astype(np.intp, copy=False), [self.of(code) for code in ENZYMES])

    def uln(self, code: str) -> Ints:
        """Upper limits of normal of an enzyme on the grid; that of CK hangs on the sex."""
        return upper_limit(code, self.scenario, self.female if code == "CK" else np.zeros(self.points.n, bool))

    def entry(self) -> Entry:
        """All true states side by side."""
        return Entry(
            self.phenotype,
            beside([self.state(code) for code in SCALES]),
            beside([self.state(code) for code in ENZYMES]),
            upper_limits(self.scenario, self.female),
            self.fluctuation,
            self.damage,
            self.lung,
            np.searchsorted(DURATIONS[1:-1], self.points("diagnosis"), side="right"),
        )

    def readings(self) -> Readings:
        """All readings side by side."""
        return Readings(beside([self.of(code) for code in SCALES]), beside([self.of(code) for code in ENZYMES]))

    def _read(self, code: str) -> Ints:
        uln = self.uln(code) if code in ENZYMES else None
        return read(code, self.state(code), self.points, "Baseline", self.scenario, uln)

    def _own(self, code: str) -> Floats:
        return self.columns(f"own part of {code}", lambda: quantiles.normal(self.points(f"severity.{code}")))

    def _severity(self, code: str) -> Floats:
        weights = severity_factor(self.scenario)[SEVERITY.index(code)]
        total = np.zeros(self.points.n)
        for weight, other in zip(weights, SEVERITY, strict=True):
            if weight:
                total += weight * self._own(other)
        return total

    def _scale(self, code: str) -> Floats:
        s = self.scenario
        if code == "SF36PCS":
            lost = _FULL_PCS - s.pcs_mean + s.pcs_sd * self._quality_of_life()
            most = np.where(self.state("HAQDI") <= s.pcs_easy_haq, s.pcs_lowest_easy, s.pcs_lowest)
            return np.clip(lost, _FULL_PCS - s.pcs_highest, _FULL_PCS - most)
        if code == "EMGA":
            return self._extramuscular()
        mean, sd, low, high = {
            "PHGA": (s.phga_mean, s.phga_sd, s.phga_floor, 10),
            "PTGA": (s.ptga_mean, s.ptga_sd, 0, 10),
            "MMT8": (s.mmt_deficit_mean, s.mmt_deficit_sd, 1, 150),
            "HAQDI": (s.haq_mean, s.haq_sd, 0, 3),
        }[code]
        states = np.clip(mean + sd * self.severity(code), low, high)
        if code in ("MMT8", "HAQDI"):
            spared = np.flatnonzero(self.phenotype != CLASSIC)
            states[spared] = self._spared_haq(spared) if code == "HAQDI" else 0.0
        return states

    def _extramuscular(self) -> Floats:
        """The extramuscular global: where muscle is spared it is nearly the physician's own global."""
        s, globally = self.scenario, self.state("PHGA")
        lung = s.ild_emga * ((self.lung != onset.CLEAR) - onset.lung_share(s, spared=False))
        classic = s.emga_mean + lung + s.emga_sd * self.severity("EMGA")
        states = np.where(self.spared, globally + s.spared_emga_sd * self._own("EMGA"), classic)
        return np.clip(states, 0, np.minimum(globally + s.emga_above_phga, 10))

    def _spared_haq(self, rows: NDArray[np.intp]) -> Floats:
        """HAQ of those whose muscle is spared: most have none."""
        s, u = self.scenario, self.points("amyopathic.haq")[rows]
        return np.maximum(
            s.amyopathic_haq_high * (u - s.amyopathic_haq_zero) / max(1 - s.amyopathic_haq_zero, 1e-12), 0
        )

    def _quality_of_life(self) -> Floats:
        """How bad quality of life is, a standard normal score that follows function and the patient's own view."""
        s = self.scenario
        shared = s.pcs_with_haq**2 + s.pcs_with_ptga**2 + 2 * s.pcs_with_haq * s.pcs_with_ptga * s.r_ptga_haq
        own = np.sqrt(max(0.0, 1 - shared)) * self._own("SF36PCS")
        return np.asarray(s.pcs_with_haq * self.severity("HAQDI") + s.pcs_with_ptga * self.severity("PTGA") + own)

    def _enzyme(self, code: str) -> Floats:
        """Tied to CK in classic disease, normal or one raised in the others."""
        s, k, z_ck = self.scenario, ENZYMES.index(code), self.severity("CK")
        own = z_ck if k == 0 else self._own(code)
        median, spread, with_ck = classic_enzyme(s, code)
        z = with_ck * z_ck + np.sqrt(1 - with_ck**2) * own
        states = np.asarray(np.log(median) + spread * z)
        spared = np.flatnonzero(self.phenotype != CLASSIC)
        if len(spared):
            u = np.clip(scipy.special.ndtr(z[spared]), 1e-15, 1 - 1e-15)
            states[spared] = np.where(self.raised[spared] == k, lifted_enzyme(u, s), normal_enzyme(u, s))
        if code == "CK":
            return np.asarray(np.maximum(states, np.log(s.ck_lowest / s.uln_ck_men)))
        if code in ("ALT", "AST"):
            ill = np.flatnonzero(self.liver_injury)
            rise = np.abs(quantiles.normal(self.points("liver.rise")[ill]))
            liver = np.log(s.liver_lowest) + s.liver_spread * rise + (np.log(s.liver_ast) if code == "AST" else 0)
            states[ill] = np.maximum(states[ill], liver)
        return states


def years(u: Floats, mean: float, sd: float) -> NDArray[Any]:
    """Age in completed years: adults below 79."""
    return np.floor(quantiles.truncated_normal(u, mean, sd, 18, 79 - 1e-9)).astype(np.int32)
