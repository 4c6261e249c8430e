"""How high enzymes are, on the logarithm of the multiple of the upper limit, in ill muscle and in spared."""

from __future__ import annotations

import numpy as np
import scipy

from trialsim.patients import quantiles
from trialsim.patients.readings import Floats
from trialsim.patients.scenario import Scenario


def classic_enzyme(scenario: Scenario, code: str) -> tuple[float, float, float]:
    """Of an enzyme in classic disease: median, spread, correlation with CK."""
    name = code.lower()
    with_ck = 1.0 if code == "CK" else getattr(scenario, f"r_ck_{name}")
    return getattr(scenario, f"{name}_median"), getattr(scenario, f"{name}_spread"), with_ck


def normal_enzyme(u: Floats, s: Scenario) -> Floats:
    """Where no muscle is ill: below the upper limit."""
    below = (
        scipy.special.ndtr(np.log(s.healthy_high / s.healthy_median) / s.healthy_spread) if s.healthy_spread else 1.0
    )
    return np.asarray(np.log(s.healthy_median) + s.healthy_spread * quantiles.normal(u * below))


def lifted_enzyme(u: Floats, s: Scenario) -> Floats:
    """The one that is raised in hypomyopathic disease."""
    return np.asarray(np.log(s.hypomyopathic_low) + s.hypomyopathic_rise * quantiles.normal((1 + u) / 2))
