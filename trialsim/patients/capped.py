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

from trialsim.patients.disease import CLASSIC, AtEntry
from trialsim.patients.enzyme_states import classic_enzyme
from trialsim.patients.points import Points, Uniforms
from trialsim.patients.readings import enzyme_error
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


def below_caps(points: Points, scenario: Scenario, caps: Mapping[str, Fraction]) -> tuple[Points, NDArray[np.float64]]:
    """Points at which no classic patient reads above a cap at baseline, and the chance of each of being such a one.

    Parameters
    ----------
    points : Points
        Where the patients would be without caps.
    caps : mapping of enzyme code to multiple of its upper limit
        Any enzyme but CK, to which the others are tied.

    Returns
    -------
    points : Points
    weights : array of float, shape (n,)
        One for patients without classic disease, whose enzymes are drawn as ever.
    """
    at_entry = AtEntry(points, scenario)
    classic, z_ck = at_entry.phenotype == CLASSIC, at_entry.severity("CK")
    values: dict[str, Uniforms] = {}
    weights = np.ones(points.n)
    for code, cap in caps.items():
        median, spread, with_ck = classic_enzyme(scenario, code)
        error = enzyme_error(code, scenario)
        own = spread * np.sqrt(1 - with_ck**2)
        total = np.hypot(own, error)
        if total == 0:
            continue
        uln = at_entry.uln(code)
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
