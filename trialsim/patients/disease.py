"""The disease at entry: true states of the measures, tied together as severity is, and what instruments read of them.

Order of the scales: `SCALES`, then `ENZYMES`. True states are continuous, and larger is worse: centimetres, HAQ index,
points lost of MMT-8 and of the SF-36 physical component, logarithm of the multiple of the upper limit of normal.
Readings are integers on the instrument's grid (mm, points, 1/168, 0.1 U/L), as everywhere inside the package.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import scipy
from numpy.typing import NDArray

from trialsim.facts.core_set import enzymes, measure
from trialsim.facts.population import load_population
from trialsim.patients import quantiles
from trialsim.patients.correlation import SEVERITY, severity_factor
from trialsim.patients.points import Points
from trialsim.patients.scenario import Scenario

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SCALES = ("PHGA", "PTGA", "MMT8", "HAQDI", "EMGA", "SF36PCS")
ENZYMES = tuple(enzyme.code for enzyme in enzymes())
CLASSIC, HYPOMYOPATHIC, AMYOPATHIC = 0, 1, 2

_SCALES = [measure(code) for code in SCALES]
_HIGHER_IS_BETTER = np.array([one.higher_is_better for one in _SCALES])
_HAQ = SCALES.index("HAQDI")

# Grid units of one public unit, of one step of the instrument, and of the top of each scale.
PER_UNIT = np.array([one.grid for one in _SCALES])
STEP = np.array([round(one.step * one.grid) for one in _SCALES])
TOP = np.array([round(one.high * one.grid) for one in _SCALES])
ENZYME_PER_UNIT = measure("ENZYME").grid

# The end of the scale from which losses of the SF-36 physical component are counted.
_FULL_PCS = measure("SF36PCS").high

# Below this index a patient who does a thing without difficulty says so each time: the error falls away towards zero.
_HAQ_CERTAIN = 0.5

COORDINATES = (
    "phenotype",
    *(f"severity.{code}" for code in SEVERITY),
    *(f"severity.{code}" for code in (*ENZYMES[1:], "SF36PCS")),
    *(f"error.{code}.Baseline" for code in (*SCALES, *ENZYMES)),
    "fluctuation.entry",
    "hypomyopathic.enzyme",
    "amyopathic.haq",
)


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
    """

    phenotype: NDArray[np.int64]
    scales: Floats
    enzymes: Floats
    uln: Ints
    fluctuation: Floats

    def rows(self, rows: NDArray[np.intp]) -> Entry:
        """The states of some patients."""
        return Entry(*(getattr(self, one.name)[rows] for one in fields(self)))


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """What the instruments read at one visit, on their grids: `scales` (n, scales) and `enzymes` (n, 5)."""

    scales: Ints
    enzymes: Ints

    def rows(self, rows: NDArray[np.intp]) -> Readings:
        """The readings of some patients."""
        return Readings(self.scales[rows], self.enzymes[rows])


def entry_state(points: Points, scenario: Scenario, female: NDArray[np.bool_]) -> Entry:
    """The true states at entry of the patients at `points`."""
    s = scenario
    phenotype = phenotypes(points, s)
    classic = phenotype == CLASSIC
    z = severity(points, s)

    haq_u = points("amyopathic.haq")
    haq_in_the_rest = s.amyopathic_haq_high * (haq_u - s.amyopathic_haq_zero) / max(1 - s.amyopathic_haq_zero, 1e-12)
    scales = np.stack(
        [
            np.clip(s.phga_mean + s.phga_sd * z["PHGA"], s.phga_floor, 10),
            np.clip(s.ptga_mean + s.ptga_sd * z["PTGA"], 0, 10),
            np.where(classic, np.clip(s.mmt_deficit_mean + s.mmt_deficit_sd * z["MMT8"], 1, 150), 0.0),
            np.where(classic, np.clip(s.haq_mean + s.haq_sd * z["HAQDI"], 0, 3), np.maximum(haq_in_the_rest, 0)),
            np.clip(s.emga_mean + s.emga_sd * z["EMGA"], 0, 10),
            np.clip(_FULL_PCS - s.pcs_mean + s.pcs_sd * _quality_of_life(points, s, z), 0, _FULL_PCS),
        ],
        axis=-1,
    )
    passing = quantiles.normal(points("fluctuation.entry"))
    fluctuation = s.referral_flare + s.entry_correlation * z["PHGA"] + np.sqrt(1 - s.entry_correlation**2) * passing
    return Entry(phenotype, scales, _enzymes(points, s, phenotype, z["CK"]), upper_limits(s, female), fluctuation)


def phenotypes(points: Points, scenario: Scenario) -> NDArray[np.int64]:
    """Which of the three phenotypes."""
    u, amyopathic = points("phenotype"), scenario.amyopathic_share * (1 - scenario.hypomyopathic_share)
    return np.where(u < amyopathic, AMYOPATHIC, np.where(u < scenario.amyopathic_share, HYPOMYOPATHIC, CLASSIC))


def severity(points: Points, scenario: Scenario) -> dict[str, Floats]:
    """How severe each measure is at entry, as standard normal scores that hang together."""
    independent = np.stack([quantiles.normal(points(f"severity.{code}")) for code in SEVERITY], axis=-1)
    return dict(zip(SEVERITY, (independent @ severity_factor(scenario).T).T, strict=True))


def _quality_of_life(points: Points, s: Scenario, z: dict[str, Floats]) -> Floats:
    """How bad quality of life is, a standard normal score that follows function and the patient's own view."""
    shared = s.pcs_with_haq**2 + s.pcs_with_ptga**2 + 2 * s.pcs_with_haq * s.pcs_with_ptga * s.r_ptga_haq
    own = np.sqrt(max(0.0, 1 - shared)) * quantiles.normal(points("severity.SF36PCS"))
    return np.asarray(s.pcs_with_haq * z["HAQDI"] + s.pcs_with_ptga * z["PTGA"] + own)


def classic_enzyme(scenario: Scenario, k: int) -> tuple[float, float, float, float]:
    """Of enzyme k in classic disease: median, spread, correlation with CK, error of one reading."""
    s = scenario
    median = (s.ck_median, s.aldolase_median, s.ldh_median, s.ast_median, s.alt_median)[k]
    spread = (s.ck_spread, s.aldolase_spread, s.ldh_spread, s.ast_spread, s.alt_spread)[k]
    with_ck = (1.0, s.r_ck_aldolase, s.r_ck_ldh, s.r_ck_ast, s.r_ck_alt)[k]
    return median, spread, with_ck, float(enzyme_errors(s)[k])


def _enzymes(points: Points, s: Scenario, phenotype: NDArray[np.int64], z_ck: Floats) -> Floats:
    """Logarithms of the multiples of ULN: tied to CK in classic disease, normal or one raised in the others."""
    raised = quantiles.category(points("hypomyopathic.enzyme"), load_population().shares["hypomyopathic_enzyme"].values)
    below = (
        scipy.special.ndtr(np.log(s.healthy_high / s.healthy_median) / s.healthy_spread) if s.healthy_spread else 1.0
    )
    columns = []
    for k, code in enumerate(ENZYMES):
        own = z_ck if k == 0 else quantiles.normal(points(f"severity.{code}"))
        median, spread, with_ck, _ = classic_enzyme(s, k)
        z = with_ck * z_ck + np.sqrt(1 - with_ck**2) * own
        u = np.clip(scipy.special.ndtr(z), 1e-15, 1 - 1e-15)
        classic = np.log(median) + spread * z
        spared = np.log(s.healthy_median) + s.healthy_spread * quantiles.normal(u * below)
        lifted = np.log(s.hypomyopathic_low) + s.hypomyopathic_rise * quantiles.normal((1 + u) / 2)
        lead = (phenotype == HYPOMYOPATHIC) & (raised == k)
        columns.append(np.where(phenotype == CLASSIC, classic, np.where(lead, lifted, spared)))
    return np.stack(columns, axis=-1)


def upper_limits(scenario: Scenario, female: NDArray[np.bool_]) -> Ints:
    """Upper limits of normal on the grid, shape (n, 5): that of CK hangs on the sex."""
    s = scenario
    ck = np.where(female, s.uln_ck_women, s.uln_ck_men)
    others = np.broadcast_to([s.uln_aldolase, s.uln_ldh, s.uln_ast, s.uln_alt], (len(ck), 4))
    limits: Ints = np.rint(ENZYME_PER_UNIT * np.column_stack([ck, others])).astype(np.int64)
    return limits


def scale_errors(states: Floats, scenario: Scenario) -> Floats:
    """Standard deviation of one reading of each scale, in units of the true state; `states` shape (..., scales)."""
    s = scenario
    errors = np.empty(states.shape)
    errors[...] = [s.phga_error, s.ptga_error, s.mmt_error, s.haq_error, s.emga_error, s.pcs_error]
    errors[..., _HAQ] *= np.clip(states[..., _HAQ] / _HAQ_CERTAIN, 0, 1)
    return errors


def enzyme_errors(scenario: Scenario) -> Floats:
    """Standard deviation of one reading of each enzyme, on the logarithm; shape (5,)."""
    s = scenario
    return np.array([s.ck_error, s.aldolase_error, s.ldh_error, s.ast_error, s.alt_error])


def read_scales(values: Floats) -> Ints:
    """Readings on the grid of values in units of the true state, shape (..., scales); losses become scores."""
    on_grid = STEP * np.rint(values * PER_UNIT / STEP)
    on_grid = np.where(_HIGHER_IS_BETTER, TOP - on_grid, on_grid)
    readings: Ints = np.clip(on_grid, 0, TOP).astype(np.int64)
    return readings


def read_enzymes(ln_multiple: Floats, uln: Ints) -> Ints:
    """Readings on the grid of logarithms of multiples of ULN; at least one step of the grid."""
    readings: Ints = np.maximum(np.rint(uln * np.exp(np.minimum(ln_multiple, 8.0))), 1).astype(np.int64)
    return readings


def reading_noise(points: Points, visit: str) -> Floats:
    """Standard normal noise of one visit's readings, shape (n, scales + 5): the scales, then the enzymes."""
    return np.stack([quantiles.normal(points(f"error.{code}.{visit}")) for code in (*SCALES, *ENZYMES)], axis=-1)


def read_entry(points: Points, entry: Entry, scenario: Scenario) -> Readings:
    """What the instruments read at baseline, their errors included."""
    noise, k = reading_noise(points, "Baseline"), len(SCALES)
    return Readings(
        read_scales(entry.scales + scale_errors(entry.scales, scenario) * noise[:, :k]),
        read_enzymes(entry.enzymes + enzyme_errors(scenario) * noise[:, k:], entry.uln),
    )
