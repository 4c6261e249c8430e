"""When the disease began, its antibody and the lung: what the course of treatment and the damage hang on.

Lung disease is drawn first and the antibody given it, which is the same as the other way round, and lets an expectation
hold the lung fixed. All times are whole weeks before today.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from trialsim.facts.candidate_schema import candidate_schema
from trialsim.facts.population import load_population
from trialsim.patients import quantiles
from trialsim.patients.points import Points, Uniforms
from trialsim.patients.scenario import Scenario

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

# Of the lung: none, disease with anti-MDA5, disease with another antibody or none.
CLEAR, MDA5_LUNG, OTHER_LUNG = 0, 1, 2
WEEKS_A_MONTH, WEEKS_A_YEAR = 4.345, 52.18
_MAX_WEEKS, _MAX_DELAY = 1300, 260
_ADULT = 18


def antibodies() -> tuple[str, ...]:
    """The antibodies by their code."""
    return candidate_schema().facts["antibody"].categories


@lru_cache(maxsize=64)
def _lung_shares(scenario: Scenario, spared: bool) -> tuple[Floats, Floats]:
    """Shares of the three states of the lung, and of the antibodies in each of them, shape (3, antibodies)."""
    shares: Mapping[str, float] = load_population().shares["antibody_spared" if spared else "antibody_classic"].values
    s = scenario
    with_lung = {
        "MDA5": s.ild_mda5,
        "TIF1": s.ild_tif1,
        "NXP2": s.ild_nxp2,
        "Mi-2": s.ild_mi2,
        "SAE": s.ild_sae,
        "antisynthetase": s.ild_antisynthetase,
        "none": s.ild_none,
    }
    names = antibodies()
    share = np.array([shares[name] for name in names])
    lung = np.array([with_lung[name] for name in names])
    mda5 = np.array([name == "MDA5" for name in names])
    joint = np.stack([share * (1 - lung), share * lung * mda5, share * lung * ~mda5])
    of_lung = joint.sum(axis=1)
    return of_lung, joint / np.maximum(of_lung, 1e-300)[:, None]


def lung_share(scenario: Scenario, spared: bool) -> float:
    """The share with lung disease."""
    return float(1 - _lung_shares(scenario, spared)[0][CLEAR])


def lungs(points: Points, scenario: Scenario, spared: NDArray[np.bool_]) -> Ints:
    """The state of the lung, by phenotype: `CLEAR`, `MDA5_LUNG` or `OTHER_LUNG`."""
    u = points("lung")
    borders = np.array([np.cumsum(_lung_shares(scenario, kind)[0])[:2] for kind in (False, True)])
    mine = borders[spared.astype(np.int64)]
    return np.asarray((u >= mine[:, 0]).astype(np.int64) + (u >= mine[:, 1]))


def antibody_codes(points: Points, scenario: Scenario, spared: NDArray[np.bool_], lung: Ints) -> Ints:
    """Which antibody, given phenotype and lung."""
    borders = np.stack([np.cumsum(_lung_shares(scenario, kind)[1], axis=1) for kind in (False, True)])
    mine = borders[spared.astype(np.int64), lung]
    reached = (points("antibody")[:, None] >= mine[:, :-1]).sum(axis=1)
    return np.asarray(reached, dtype=np.int64)


def diagnosis_weeks(u: Uniforms, scenario: Scenario, lung: Ints, age: Ints) -> Ints:
    """Weeks since diagnosis: a floor, and a lognormal time above it; the disease began in adult life."""
    s = scenario
    median = np.where(lung == MDA5_LUNG, s.diagnosis_median_mda5, s.diagnosis_median)
    above = quantiles.lognormal(u, 1.0, s.diagnosis_spread) * np.maximum(median - s.diagnosis_floor, 1)
    weeks = np.rint(np.minimum(s.diagnosis_floor + above, _MAX_WEEKS)).astype(np.int64)
    return np.minimum(weeks, np.maximum(_adult_weeks(age), 1))


def onset_weeks(
    points: Points, scenario: Scenario, spared: NDArray[np.bool_], lung: Ints, since: Ints, age: Ints
) -> Ints:
    """Weeks since the first sign, given those since diagnosis."""
    s = scenario
    median = np.where(lung == MDA5_LUNG, s.delay_mda5, np.where(spared, s.delay_amyopathic, s.delay_classic))
    delay = np.minimum(quantiles.lognormal(points("delay"), 1.0, s.delay_spread) * median, _MAX_DELAY)
    weeks = since + np.maximum(np.rint(delay).astype(np.int64), 1)
    return np.maximum(np.minimum(weeks, _adult_weeks(age)), since)


def _adult_weeks(age: Ints) -> Ints:
    """The longest that a disease can have lasted which began in adult life: age is in completed years."""
    return np.asarray((age + 1 - _ADULT) * WEEKS_A_YEAR - 1, dtype=np.int64)
