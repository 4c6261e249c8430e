"""Responders out of n -> decisions. Knows binomials, knows no medicine."""

from trialsim.design.intervals import Interval, response_interval, zero_events_bound
from trialsim.design.operating import operating_characteristics
from trialsim.design.single_stage import SingleStage, find_single_stage, single_stage
from trialsim.design.two_stage import TwoStage
from trialsim.design.two_stage_analysis import TwoStageAnalysis, two_stage_analysis, two_stage_coverage
from trialsim.design.two_stage_search import find_two_stage, two_stage_frontier

__all__ = [
    "Interval",
    "SingleStage",
    "TwoStage",
    "TwoStageAnalysis",
    "find_single_stage",
    "find_two_stage",
    "operating_characteristics",
    "response_interval",
    "single_stage",
    "two_stage_analysis",
    "two_stage_coverage",
    "two_stage_frontier",
    "zero_events_bound",
]
