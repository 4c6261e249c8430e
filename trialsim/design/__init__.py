"""Responders out of n -> decisions. Knows binomials, knows no medicine.

Read first: `single_stage`. All tails come from `binomial`; whatever may happen in a trial is an `outcomes.Outcomes`.
"""

from trialsim.design.bayes import BayesSingleArm, assurance, bayes_single_arm
from trialsim.design.bayes_search import find_bayes_cutoff, find_bayes_single_arm, prior_sensitivity
from trialsim.design.decision_interval import decision_interval, decision_level
from trialsim.design.intervals import Interval, response_interval, zero_events_bound
from trialsim.design.monitoring import BayesMonitored, bayes_monitoring
from trialsim.design.operating import compare_designs, operating_characteristics, outcome_table
from trialsim.design.pilot import TwoArmPilot, two_arm_pilot
from trialsim.design.precision import PrecisionPlan, find_n_for_width, interval_precision
from trialsim.design.priors import (
    Beta,
    BetaMixture,
    PriorConflict,
    hopeful_prior,
    prior_conflict,
    prior_from_arm,
    prior_from_mean,
    robust_prior,
    sceptical_prior,
)
from trialsim.design.safety import SafetyRule, chance_of_any_event, patients_to_see_one, safety_rule
from trialsim.design.sample_size import (
    NormalApproximation,
    normal_approximation,
    power_by_n,
)
from trialsim.design.single_stage import SingleStage, find_single_stage, single_stage
from trialsim.design.two_stage import TwoStage
from trialsim.design.two_stage_analysis import TwoStageAnalysis, two_stage_analysis, two_stage_coverage
from trialsim.design.two_stage_search import find_two_stage, two_stage_frontier

__all__ = [
    "BayesMonitored",
    "BayesSingleArm",
    "Beta",
    "BetaMixture",
    "Interval",
    "NormalApproximation",
    "PrecisionPlan",
    "PriorConflict",
    "SafetyRule",
    "SingleStage",
    "TwoArmPilot",
    "TwoStage",
    "TwoStageAnalysis",
    "assurance",
    "bayes_monitoring",
    "bayes_single_arm",
    "chance_of_any_event",
    "compare_designs",
    "decision_interval",
    "decision_level",
    "find_bayes_cutoff",
    "find_bayes_single_arm",
    "find_n_for_width",
    "find_single_stage",
    "find_two_stage",
    "hopeful_prior",
    "interval_precision",
    "normal_approximation",
    "operating_characteristics",
    "outcome_table",
    "patients_to_see_one",
    "power_by_n",
    "prior_conflict",
    "prior_from_arm",
    "prior_from_mean",
    "prior_sensitivity",
    "response_interval",
    "robust_prior",
    "safety_rule",
    "sceptical_prior",
    "single_stage",
    "two_arm_pilot",
    "two_stage_analysis",
    "two_stage_coverage",
    "two_stage_frontier",
    "zero_events_bound",
]
