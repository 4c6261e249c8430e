"""What instruments read of the true states, with their error and on their grids, and the upper limits of the enzymes.

Order of the scales: `SCALES`, then `ENZYMES`. True states are continuous, and larger is worse: centimetres, HAQ index,
points lost of MMT-8 and of the SF-36 physical component, logarithm of the multiple of the upper limit of normal.
Readings are integers on the instrument's grid (mm, points, 1/168, 0.1 U/L), as everywhere inside the package.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trialsim.facts.core_set import enzyme_codes, measure
from trialsim.patients import quantiles
from trialsim.patients.points import Points
from trialsim.patients.scenario import Scenario

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

SCALES = ("PHGA", "PTGA", "MMT8", "HAQDI", "EMGA", "SF36PCS")
ENZYMES = enzyme_codes()
_SCALES = [measure(code) for code in SCALES]

# Grid units of one public unit, of one step of the instrument, and of the top of each scale.
PER_UNIT = np.array([scale.grid for scale in _SCALES])
STEP = np.array([round(scale.step * scale.grid) for scale in _SCALES])
TOP = np.array([round(scale.high * scale.grid) for scale in _SCALES])
ENZYME_PER_UNIT = measure("ENZYME").grid

# Below this index a patient who does a thing without difficulty says so each time: the error falls away towards zero.
_HAQ_CERTAIN = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """What the instruments read at one visit, on their grids: `scales` (n, scales) and `enzymes` (n, 5)."""

    scales: Ints
    enzymes: Ints

    def rows(self, rows: NDArray[np.intp]) -> Readings:
        """The readings of some patients."""
        return Readings(self.scales[rows], self.enzymes[rows])

    def of(self, code: str) -> Ints:
        """The readings of one scale or enzyme."""
        return self.enzymes[:, ENZYMES.index(code)] if code in ENZYMES else self.scales[:, SCALES.index(code)]

    def of_followed(self, followed: Ints) -> Ints:
        """The readings of the enzyme that is followed in each patient, by its place."""
        return self.enzymes[np.arange(len(followed)), followed]


def beside(columns: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Columns side by side, shape (n, columns), each of them in one piece of memory."""
    return np.array(columns).T


def on_grid(code: str, value: Floats, uln: Ints | None = None) -> Ints:
    """A reading on the grid of a value in units of the true state; losses become scores.

    For an enzyme the value is the logarithm of the multiple of `uln`, and a reading at least one step of the grid.
    """
    if uln is not None:
        return np.maximum(np.rint(uln * np.exp(np.minimum(value, 8.0))), 1).astype(np.int64)
    j = SCALES.index(code)
    steps = STEP[j] * np.rint(value * PER_UNIT[j] / STEP[j])
    if _SCALES[j].higher_is_better:
        steps = TOP[j] - steps
    readings: Ints = np.clip(steps, 0, TOP[j]).astype(np.int64)
    return readings


def scale_error(code: str, states: Floats, scenario: Scenario) -> Floats | float:
    """Standard deviation of one reading of a scale, in units of the true state."""
    s = scenario
    if code == "HAQDI":
        return np.asarray(s.haq_error * np.clip(states / _HAQ_CERTAIN, 0, 1))
    errors = {"PHGA": s.phga_error, "PTGA": s.ptga_error, "MMT8": s.mmt_error, "EMGA": s.emga_error}
    return errors.get(code, s.pcs_error)


def enzyme_error(code: str, scenario: Scenario) -> float:
    """Standard deviation of one reading of an enzyme, on the logarithm."""
    return float(getattr(scenario, f"{code.lower()}_error"))


def noise(code: str, points: Points, visit: str) -> Floats:
    """Standard normal noise of one reading."""
    return quantiles.normal(points(f"error.{code}.{visit}"))


def read(code: str, state: Floats, points: Points, visit: str, scenario: Scenario, uln: Ints | None = None) -> Ints:
    """What an instrument reads of a true state at a visit, its error included; `uln` of an enzyme."""
    error = scale_error(code, state, scenario) if uln is None else enzyme_error(code, scenario)
    return on_grid(code, state + error * noise(code, points, visit), uln)


def upper_limits(scenario: Scenario, female: Bools) -> Ints:
    """Upper limits of normal on the grid, shape (n, 5): that of CK hangs on the sex."""
    return beside([upper_limit(code, scenario, female) for code in ENZYMES])


def upper_limit(code: str, s: Scenario, female: Bools) -> Ints:
    """The upper limit of normal of an enzyme, on its grid; only that of CK differs between women and men."""
    if code == "CK":
        return np.where(female, _limit_on_grid(s.uln_ck_women), _limit_on_grid(s.uln_ck_men))
    return np.full(len(female), _limit_on_grid(getattr(s, f"uln_{code.lower()}")))


def _limit_on_grid(limit: float) -> np.int64:
    return np.int64(np.rint(ENZYME_PER_UNIT * limit))
