"""Which candidates a site refers at all: a habit of the scenario, not a rule of the protocol."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trialsim.patients.items import Read
from trialsim.patients.readings import PER_UNIT, SCALES
from trialsim.patients.scenario import Scenario

_PHGA_PER_UNIT = PER_UNIT[SCALES.index("PHGA")]


def recruited(readings: Read, scenario: Scenario) -> NDArray[np.bool_]:
    """Whose physician global at baseline reaches the scenario's threshold; everybody where there is none."""
    lowest = np.ceil(scenario.entry_phga_min * _PHGA_PER_UNIT - 1e-9)
    return np.asarray(readings.of("PHGA") >= lowest)


def anybody(scenario: Scenario) -> bool:
    """Whether a site refers everybody, so that the physician global need not be read for it."""
    return scenario.entry_phga_min == 0
