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
from trialsim.lessons.visits import points_earned
from trialsim.lessons.what_counts_as_response.definitions_panels import (
    FIRST,
    definitions_panel,
    flips_panel,
    situation_panel,
    who_says_what,
)
from trialsim.lessons.what_counts_as_response.own_file_panel import own_patients
from trialsim.lessons.what_counts_as_response.questions import (
    apply_question,
    audit_question,
    diagnose_question,
    recall_question,
)
from trialsim.lessons.what_counts_as_response.start_panels import start_panel
from trialsim.lessons.what_counts_as_response.tables import (
    audited_table,
    by_definition,
    by_hand,
    many_patients,
    published_cases,
    who_flips,
)
from trialsim.lessons.what_counts_as_response.wordings_panels import wordings_panel
from trialsim.rules.compare_table import compare_definitions
from trialsim.widgets.explorer import Explorer
from trialsim.widgets.frame import LessonPlan, Varied
from trialsim.widgets.panel import Panel, View

__all__ = [
    "PLAN",
    "audited_table",
    "begin",
    "by_definition",
    "by_hand",
    "compare",
    "definitions_panel",
    "many_patients",
    "own_patients",
    "patient",
    "published_cases",
    "who_flips",
]


def patient(key: str = FIRST) -> WorkedPatient:
    """One of the patients of the first panel, with `.baseline` and `.followup`."""
    return worked_patient(key)


def compare(baseline: Mapping[str, float], followup: Mapping[str, float], **options: Any) -> Explorer:
    """A patient of one's own under all definitions, as a picture; options as for `compare_definitions`."""
    table = compare_definitions(baseline, followup, **options)
    said = int((table["response"] == True).sum())  # noqa: E712 -- a nullable column
    rows = rows_of(table, points_earned(baseline, followup, options))
    view = View(
        definitions_picture(rows, baseline, followup),
        f"{said} of the {len(table)} definitions call this a response.",
        who_says_what(rows),
        "Values as given; rules as in the list of definitions.",
    )
    title = "The same twelve weeks under every definition"
    return Explorer(Panel(title, (), lambda _: view, drawer=f"{title}: these values"))


PLAN = LessonPlan(
    "02",
    panels={
        "situation": situation_panel,
        "definitions": definitions_panel,
        "wordings": wordings_panel,
        "flips": flips_panel,
        "starts": start_panel,
    },
    questions={
        "audit": audit_question,
        "recall": recall_question,
        "apply": Varied(apply_question),
        "diagnose": diagnose_question,
    },
    words="What has to be in the primary outcome, so that two people reach the same verdict?",
)
begin = PLAN.begin
