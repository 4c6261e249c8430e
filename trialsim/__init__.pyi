"""The public names, in the order in which the lessons use them."""
# ruff: noqa: I001, RUF022 -- the order is the lessons', not the alphabet's

from .errors import TrialsimError

# facts: the record, the definitions, the numbers
from .facts.protocol import TrialProtocol, list_protocols, load_protocol
from .facts.responses import ResponseDefinition, list_responses, load_response
from .facts.core_set import core_set
from .facts.evidence import evidence
from .facts.published_arms import response_arms
from .facts.glossary import glossary
from .facts.population import load_population

# patients: who comes to the clinic
from .patients.scenario import Scenario, named_scenario
from .patients.cohort import Cohort, generate_cohort, follow
from .patients.change import SteroidChange, steroid_change

# rules: who gets in
from .rules.eligibility import Screening, screen
from .rules.classification import bohan_peter, cadm
from .rules.eular_acr import eular_acr_2017
from .rules.prednisone import prednisone_equivalent
from .rules.instruments import abatacept_iv_dose, abatacept_iv_weeks, haq_di, mmt8, myoact, ukat_to_units

# rules and patients: from a patient to six numbers, and whether another rater finds the same
from .rules.vignettes import Vignette, load_vignettes
from .patients.raters import verdict_flips

# rules: who responded
from .rules.assess import Assessment, assess_patient
from .rules.assess_table import assess_response
from .rules.compare_table import CohortComparison, compare_cohort, compare_definitions
from .rules.total_improvement import TotalImprovement, total_improvement_score
from .rules.enzymes import most_abnormal_enzyme
from .rules.response_chance import response_probability_given

# design: responders out of n
from .design import (
    single_stage,
    SingleStage,
    find_single_stage,
    power_by_n,
    sample_size_table,
    solve_single_stage,
    enrolled_for,
    response_interval,
    Interval,
    decision_interval,
    decision_level,
    zero_events_bound,
    operating_characteristics,
    compare_designs,
    find_two_stage,
    TwoStage,
    two_stage_frontier,
    two_stage_analysis,
    adapt_second_stage,
    find_two_stage_with_success,
    GroupSequential,
    curtailed,
    find_joint_design,
    JointDesign,
    bayes_single_arm,
    find_bayes_single_arm,
    find_bayes_cutoff,
    bayes_monitoring,
    prior_from_mean,
    prior_from_arm,
    robust_prior,
    sceptical_prior,
    hopeful_prior,
    prior_sensitivity,
    prior_conflict,
    assurance,
    interval_precision,
    find_n_for_width,
    two_arm_pilot,
    two_arm,
    find_two_arm,
    compare_means,
    find_mean_comparison,
    paired_change,
    find_paired_n,
    safety_rule,
    chance_of_any_event,
    patients_to_see_one,
)

# trial and power
from .trial import Trial, simulate_trial, simulate_trials
from .power import (
    Estimate,
    response_probability,
    response_profile,
    decompose,
    power_of,
    calibrate,
    sensitivity,
    SweepStopped,
    sweep,
)
from .exchange.sweeps import save_sweep, load_sweep
from .facts.pooling import find_arms, pool_arms
from .power.bench import Bench
from .power.side_by_side import against_the_assumption, design_table

# exchange: what comes from and goes to your disk
from .exchange.session import load_bench, save_bench
from .report import Justification, justify, write_report
from .exchange.own_patients import OwnPatients, load_patients, save_patients, save_template
from .exchange.class_work import ClassWork, read_class

__all__ = [
    "TrialsimError",
    # facts: the record, the definitions, the numbers
    "TrialProtocol",
    "list_protocols",
    "load_protocol",
    "ResponseDefinition",
    "list_responses",
    "load_response",
    "core_set",
    "evidence",
    "response_arms",
    "glossary",
    "load_population",
    # patients: who comes to the clinic
    "Scenario",
    "named_scenario",
    "Cohort",
    "generate_cohort",
    "follow",
    "SteroidChange",
    "steroid_change",
    # rules: who gets in
    "Screening",
    "screen",
    "bohan_peter",
    "cadm",
    "eular_acr_2017",
    "prednisone_equivalent",
    "abatacept_iv_dose",
    "abatacept_iv_weeks",
    "haq_di",
    "mmt8",
    "myoact",
    "ukat_to_units",
    # rules and patients: from a patient to six numbers
    "Vignette",
    "load_vignettes",
    "verdict_flips",
    # rules: who responded
    "Assessment",
    "assess_patient",
    "compare_definitions",
    "assess_response",
    "CohortComparison",
    "compare_cohort",
    "TotalImprovement",
    "total_improvement_score",
    "most_abnormal_enzyme",
    "response_probability_given",
    # design: responders out of n
    "single_stage",
    "SingleStage",
    "find_single_stage",
    "power_by_n",
    "sample_size_table",
    "solve_single_stage",
    "enrolled_for",
    "response_interval",
    "Interval",
    "decision_interval",
    "decision_level",
    "zero_events_bound",
    "operating_characteristics",
    "compare_designs",
    "find_two_stage",
    "TwoStage",
    "two_stage_frontier",
    "two_stage_analysis",
    "adapt_second_stage",
    "find_two_stage_with_success",
    "GroupSequential",
    "curtailed",
    "find_joint_design",
    "JointDesign",
    "bayes_single_arm",
    "find_bayes_single_arm",
    "find_bayes_cutoff",
    "bayes_monitoring",
    "prior_from_mean",
    "prior_from_arm",
    "robust_prior",
    "sceptical_prior",
    "hopeful_prior",
    "prior_sensitivity",
    "prior_conflict",
    "assurance",
    "interval_precision",
    "find_n_for_width",
    "two_arm_pilot",
    "two_arm",
    "find_two_arm",
    "compare_means",
    "find_mean_comparison",
    "paired_change",
    "find_paired_n",
    "safety_rule",
    "chance_of_any_event",
    "patients_to_see_one",
    # trial and power
    "Trial",
    "simulate_trial",
    "simulate_trials",
    "Estimate",
    "response_probability",
    "response_profile",
    "decompose",
    "power_of",
    "calibrate",
    "sensitivity",
    "SweepStopped",
    "sweep",
    "save_sweep",
    "load_sweep",
    "find_arms",
    "pool_arms",
    "Bench",
    "design_table",
    "against_the_assumption",
    # exchange: what comes from and goes to your disk
    "save_bench",
    "load_bench",
    "justify",
    "Justification",
    "write_report",
    "OwnPatients",
    "load_patients",
    "save_patients",
    "save_template",
    "ClassWork",
    "read_class",
]
