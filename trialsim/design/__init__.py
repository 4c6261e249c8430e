"""Responders out of n -> decisions. Knows binomials, knows no medicine."""

from trialsim.design.intervals import Interval, response_interval, zero_events_bound
from trialsim.design.operating import operating_characteristics
from trialsim.design.single_stage import SingleStage, find_single_stage, single_stage

__all__ = [
    "Interval",
    "SingleStage",
    "find_single_stage",
    "operating_characteristics",
    "response_interval",
    "single_stage",
    "zero_events_bound",
]
