"""What a design achieves under a scenario: response probabilities, calibration, sweeps."""

from trialsim.power.calibration import calibrate
from trialsim.power.decomposition import decompose
from trialsim.power.estimated_chance import Estimate
from trialsim.power.expectation import response_probability
from trialsim.power.profile import response_profile
from trialsim.power.sensitivity import sensitivity
from trialsim.power.success import power_of
from trialsim.power.sweep import SweepStopped, sweep

__all__ = [
    "Estimate",
    "SweepStopped",
    "calibrate",
    "decompose",
    "power_of",
    "response_probability",
    "response_profile",
    "sensitivity",
    "sweep",
]
