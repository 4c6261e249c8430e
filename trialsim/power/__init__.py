"""What a design achieves under a scenario: response probabilities, calibration, sweeps."""

from trialsim.power.calibration import calibrate
from trialsim.power.estimate import Estimate
from trialsim.power.expectation import response_probability

__all__ = ["Estimate", "calibrate", "response_probability"]
