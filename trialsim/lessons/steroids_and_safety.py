"""Lesson 05: what do the dose and the adverse events tell us? Its cells, each a function without arguments.

The dose stands in `dose_panel`, the events in `safety_panels`; both are pure:

>>> bound_panel().view(n=60).sentence.split("; ")[0]
'After no serious event in 60 patients, true rates of up to 4.9 in 100 still agree with what was seen'
"""

from __future__ import annotations

from trialsim.lessons.asking import Check, Prediction
from trialsim.lessons.dose_panel import dose_panel, ending_panel
from trialsim.lessons.explorer import Explorer
from trialsim.lessons.panel import Panel
from trialsim.lessons.safety_panels import bound_panel, rule_panel, seen_once_panel
from trialsim.lessons.safety_questions import apply_question, diagnose_question, recall_question
from trialsim.lessons.safety_tables import (
    by_hand,
    dose_by_hand,
    exact_beside_simulated,
    published_doses,
    published_events,
)

__all__ = [
    "bound_panel",
    "by_hand",
    "check_apply",
    "check_diagnose",
    "check_recall",
    "dose",
    "dose_by_hand",
    "dose_panel",
    "ending_panel",
    "exact_beside_simulated",
    "explorer",
    "panels",
    "predict",
    "predict_dose",
    "published_doses",
    "published_events",
    "rule_panel",
    "seen_once",
    "seen_once_panel",
    "situation",
    "stopping_rule",
]


def situation() -> Explorer:
    """How such a trial may end: the doses and the adverse events of twenty patients."""
    return Explorer(ending_panel())


def predict_dose() -> Prediction:
    """Ask what moves the dose more, the drug or the physician."""
    return Prediction(dose_panel())


def dose(prediction: Prediction | None = None) -> Explorer:
    """The dose of the same patients under three physicians; opens once `prediction` is committed."""
    return Explorer(dose_panel(), prediction=prediction)


def predict() -> Prediction:
    """Ask what no serious event in twenty patients leaves possible."""
    return Prediction(bound_panel())


def explorer(prediction: Prediction | None = None) -> Explorer:
    """The true rates that agree with the events that were seen; opens once `prediction` is committed."""
    return Explorer(bound_panel(), prediction=prediction)


def seen_once() -> Explorer:
    """How many patients it takes to see an event at all."""
    return Explorer(seen_once_panel())


def stopping_rule() -> Explorer:
    """When a trial stops for serious events, and what the rule costs."""
    return Explorer(rule_panel())


def check_recall() -> Check:
    """What no event means."""
    return Check(recall_question())


def check_apply(number: int = 0) -> Check:
    """How many patients it takes to see an event of a rate that the learner's `number` (a seat, a birthday) picks."""
    return Check(apply_question(number))


def check_diagnose() -> Check:
    """A plausible claim, to be judged."""
    return Check(diagnose_question())


def panels() -> tuple[Panel, ...]:
    """All panels of the lesson, for whoever wants to try every control."""
    return (ending_panel(), dose_panel(), bound_panel(), seen_once_panel(), rule_panel())
