"""trialsim: learn to judge, and to plan, a twenty-patient trial.

The public names, in the order in which the lessons use them.
"""
# ruff: noqa: I001, RUF022 -- the order is the lessons', not the alphabet's

from trialsim.errors import TrialsimError

# facts: the record, the definitions, the numbers
from trialsim.facts.protocol import TrialProtocol, load_protocol
from trialsim.facts.responses import ResponseDefinition, list_responses, load_response
from trialsim.facts.core_set import core_set
from trialsim.facts.evidence import evidence
from trialsim.facts.published_arms import response_arms
from trialsim.facts.population import load_population

# patients: who comes to the clinic
from trialsim.patients.scenario import Scenario
from trialsim.patients.cohort import Cohort, generate_cohort, follow
from trialsim.patients.change import SteroidChange, steroid_change

# rules: who gets in
from trialsim.rules.eligibility import Screening, screen
from trialsim.rules.classification import bohan_peter, cadm
from trialsim.rules.eular_acr import eular_acr_2017
from trialsim.rules.steroids import prednisone_equivalent

# rules: who responded
from trialsim.rules.assess import Assessment, assess_patient, compare_definitions
from trialsim.rules.total_improvement import TotalImprovement, total_improvement_score
from trialsim.rules.enzymes import most_abnormal_enzyme
from trialsim.rules.response_chance import response_probability_given

# design: responders out of n
from trialsim.design import (
    Interval,
    SingleStage,
    TwoStage,
    assurance,
    bayes_single_arm,
    find_single_stage,
    find_two_stage,
    operating_characteristics,
    response_interval,
    single_stage,
    two_stage_analysis,
    zero_events_bound,
)

# trial and power
from trialsim.trial import simulate_trials
from trialsim.power import Estimate, calibrate, response_probability

__all__ = [
    "TrialsimError",
    # facts: the record, the definitions, the numbers
    "TrialProtocol",
    "load_protocol",
    "ResponseDefinition",
    "list_responses",
    "load_response",
    "core_set",
    "evidence",
    "response_arms",
    "load_population",
    # patients: who comes to the clinic
    "Scenario",
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
    # rules: who responded
    "Assessment",
    "assess_patient",
    "compare_definitions",
    "TotalImprovement",
    "total_improvement_score",
    "most_abnormal_enzyme",
    "response_probability_given",
    # design: responders out of n
    "Interval",
    "SingleStage",
    "TwoStage",
    "assurance",
    "bayes_single_arm",
    "find_single_stage",
    "find_two_stage",
    "operating_characteristics",
    "response_interval",
    "single_stage",
    "two_stage_analysis",
    "zero_events_bound",
    # trial and power
    "simulate_trials",
    "Estimate",
    "calibrate",
    "response_probability",
]
