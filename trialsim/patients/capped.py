"""Points that are drawn only where an enzyme stays below a cap, with the chance of that as a weight.

A protocol that excludes everybody above a multiple of the upper limit cuts the integral over patients with a cliff.
Drawing below the cap, and weighting by how likely that was, leaves a smooth integrand, which a Sobol net needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import scipy
from numpy.typing import NDArray

from trialsim.patients.disease import CLASSIC, classic_enzyme, phenotypes, severity
from trialsim.patients.points import Points, Uniforms
from trialsim.patients.readings import ENZYMES, upper_limits
from trialsim.patients.scenario import Scenario

_INSIDE = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Replaced:
    """Points of which some coordinates have other values."""

    points: Points
    values: Mapping[str, Uniforms]

    @property
    def n(self) -> int:
        """How many patients."""
        return self.points.n

    def __call__(self, coordinate: str) -> Uniforms:
        return self.values[coordinate] if coordinate in self.values else self.points(coordinate)


def below_caps(
    points: Points, scenario: Scenario, female: NDArray[np.bool_], caps: Mapping[str, Fraction]
) -> tuple[Points, NDArray[np.float64]]:
    """Points at which no classic patient reads above a cap at baseline, and the chance of each of being such a one.

    Parameters
    ----------
    points : Points
        Where the patients would be without caps.
    female : array of bool, shape (n,)
        Decides the upper limits of normal.
    caps : mapping of enzyme code to multiple of its upper limit
        Any enzyme but CK, to which the others are tied.

    Returns
    -------
    points : Points
    weights : array of float, shape (n,)
        One for patients without classic disease, whose enzymes are drawn as ever.
    """
    classic = phenotypes(points, scenario) == CLASSIC
    z_ck = severity(points, scenario)["CK"]
    limits = upper_limits(scenario, female)
    values: dict[str, Uniforms] = {}
    weights = np.ones(points.n)
    for code, cap in caps.items():
        k = ENZYMES.index(code)
        median, spread, with_ck, error = classic_enzyme(scenario, k)
        own = spread * np.sqrt(1 - with_ck**2)
        total = np.hypot(own, error)
        if total == 0:
            continue
        uln = limits[:, k]
        highest = np.log((uln * cap.numerator // cap.denominator + 0.5) / uln)
        chance = scipy.special.ndtr((highest - np.log(median) - spread * with_ck * z_ck) / total)
        chance = np.where(classic, np.clip(chance, _INSIDE, 1), 1.0)
        # The sum of the enzyme's own part and the reading's error is what is capped; how it splits is left free.
        names = (f"severity.{code}", f"error.{code}.Baseline")
        capped, split = scipy.special.ndtri(points(names[0]) * chance), scipy.special.ndtri(points(names[1]))
        for name, value in zip(
            names, ((own * capped - error * split) / total, (error * capped + own * split) / total), strict=True
        ):
            values[name] = np.where(classic, np.clip(scipy.special.ndtr(value), _INSIDE, 1 - _INSIDE), points(name))
        weights *= chance
    return Replaced(points, values), weights
