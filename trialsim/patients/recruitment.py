"""Which candidates a site refers at all: a habit of the scenario, not a rule of the protocol."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trialsim.patients.disease import PER_UNIT, SCALES, Readings
from trialsim.patients.scenario import Scenario


def recruited(readings: Readings, scenario: Scenario) -> NDArray[np.bool_]:
    """Whose physician global at baseline reaches the scenario's threshold; everybody where there is none."""
    j = SCALES.index("PHGA")
    lowest = np.ceil(scenario.entry_phga_min * PER_UNIT[j] - 1e-9)
    return np.asarray(readings.scales[:, j] >= lowest)
