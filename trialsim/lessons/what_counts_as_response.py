"""Lesson 02: did this patient respond? Its panels, and the numbers it shows beside them.

A state of the first panel is a patient and three follow-up values, and what it shows is the rules' verdict:

>>> definitions_panel().view(patient="A").sentence.split(".")[0]
'Patient A: 5 of the 8 definitions call this a response'
>>> definitions_panel().view(patient="A", mmt=1).sentence.split(".")[0]
'Patient A: 6 of the 8 definitions call this a response'
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trialsim.facts.worked_patients import WorkedPatient, worked_patient
from trialsim.figures.definitions import definitions_picture, rows_of
from trialsim.lessons.asking import Check, Prediction
from trialsim.lessons.eight_definitions import FIRST, definitions_panel, flips_panel, situation_panel, who_says_what
from trialsim.lessons.explorer import Explorer
from trialsim.lessons.four_wordings import wordings_panel
from trialsim.lessons.panel import Panel, View
from trialsim.lessons.response_questions import (
    apply_question,
    audit_question,
    diagnose_question,
    recall_question,
)
from trialsim.lessons.response_tables import (
    audited_cases,
    audited_table,
    by_definition,
    by_hand,
    many_patients,
    published_cases,
    who_flips,
)
from trialsim.lessons.starting_points import start_panel
from trialsim.rules.assess import compare_definitions

__all__ = [
    "audited_cases",
    "audited_table",
    "by_definition",
    "by_hand",
    "check_apply",
    "check_audit",
    "check_diagnose",
    "check_recall",
    "compare",
    "definitions_panel",
    "explorer",
    "flips",
    "many_patients",
    "panels",
    "patient",
    "predict",
    "published_cases",
    "situation",
    "starts",
    "who_flips",
    "wordings",
]


def situation() -> Explorer:
    """One patient at two visits, without a verdict."""
    return Explorer(situation_panel())


def predict() -> Prediction:
    """Ask how many of the definitions call the first patient a responder."""
    return Prediction(definitions_panel())


def explorer(prediction: Prediction | None = None) -> Explorer:
    """One patient under all definitions; opens once `prediction` is committed."""
    return Explorer(definitions_panel(), prediction=prediction)


def wordings() -> Explorer:
    """The game of four wordings on forty patients."""
    return Explorer(wordings_panel())


def starts() -> Explorer:
    """What a patient's start allows."""
    return Explorer(start_panel())


def flips() -> Explorer:
    """On how many of the forty each two definitions disagree."""
    return Explorer(flips_panel())


def patient(key: str = FIRST) -> WorkedPatient:
    """One of the patients of the first panel, with `.baseline` and `.followup`."""
    return worked_patient(key)


def compare(baseline: Mapping[str, float], followup: Mapping[str, float], **options: Any) -> Explorer:
    """A patient of one's own under all definitions, as a picture; options as for `compare_definitions`."""
    table = compare_definitions(baseline, followup, **options)
    said = int((table["response"] == True).sum())  # noqa: E712 -- a nullable column
    view = View(
        definitions_picture(table, baseline, followup),
        f"{said} of the {len(table)} definitions call this a response.",
        who_says_what(rows_of(table)),
        "Values as given; rules as in the list of definitions.",
    )
    return Explorer(Panel("The same twelve weeks under every definition", (), lambda _: view))


def check_recall() -> Check:
    """What a definition says about a change on the line."""
    return Check(recall_question())


def check_apply(number: int = 0) -> Check:
    """Another patient, whom the learner's `number` (a seat, a birthday) picks."""
    return Check(apply_question(number))


def check_diagnose() -> Check:
    """A plausible claim, to be judged."""
    return Check(diagnose_question())


def check_audit() -> Check:
    """Which of two published verdicts contradicts its own rule."""
    return Check(audit_question())


def panels() -> tuple[Panel, ...]:
    """All panels of the lesson, for whoever wants to try every control."""
    return (situation_panel(), definitions_panel(), wordings_panel(), start_panel(), flips_panel())
