"""Responders out of n -> decisions. Knows binomials, knows no medicine.

Read first: `single_stage`. All tails come from `binomial`; whatever may happen in a trial is an `outcomes.Outcomes`.
"""

from trialsim.design.adapted import AdaptedTwoStage, adapt_second_stage
from trialsim.design.bayes import BayesSingleArm, assurance, bayes_single_arm
from trialsim.design.bayes_search import find_bayes_cutoff, find_bayes_single_arm, prior_sensitivity
from trialsim.design.decision_interval import decision_interval, decision_level
from trialsim.design.intervals import Interval, response_interval, zero_events_bound
from trialsim.design.joint import JointDesign, find_joint_design
from trialsim.design.means import (
    MeanComparison,
    PairedPrecision,
    compare_means,
    find_mean_comparison,
    find_paired_n,
    paired_change,
)
from trialsim.design.monitoring import BayesMonitored, bayes_monitoring
from trialsim.design.operating import compare_designs, operating_characteristics, outcome_table
from trialsim.design.pilot import TwoArmPilot, two_arm_pilot
from trialsim.design.planning import enrolled_for, sample_size_table
from trialsim.design.precision import PrecisionPlan, find_n_for_width, interval_precision
from trialsim.design.prior_origins import (
    PriorConflict,
    hopeful_prior,
    prior_conflict,
    prior_from_arm,
    prior_from_mean,
    robust_prior,
    sceptical_prior,
)
from trialsim.design.priors import Beta, BetaMixture
from trialsim.design.sample_size import NormalApproximation, normal_approximation, power_by_n
from trialsim.design.serious_events import SafetyRule, chance_of_any_event, patients_to_see_one, safety_rule
from trialsim.design.single_stage import SingleStage, find_single_stage, single_stage
from trialsim.design.solving import SolvedDesign, solve_single_stage
from trialsim.design.stopping import GroupSequential, curtailed, find_two_stage_with_success
from trialsim.design.two_arm import TwoArm, find_two_arm, two_arm
from trialsim.design.two_stage import TwoStage
from trialsim.design.two_stage_analysis import TwoStageAnalysis, two_stage_analysis, two_stage_coverage
from trialsim.design.two_stage_search import find_two_stage, two_stage_frontier
