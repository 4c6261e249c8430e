"""Lesson 05: what do the dose and the adverse events tell us?"""

from __future__ import annotations

from trialsim.lessons.steroids_and_safety.dose_panels import dose_panel, ending_panel
from trialsim.lessons.steroids_and_safety.questions import apply_question, diagnose_question, recall_question
from trialsim.lessons.steroids_and_safety.safety_panels import bound_panel, rule_panel, seen_once_panel
from trialsim.lessons.steroids_and_safety.tables import (
    by_hand,
    dose_by_hand,
    exact_beside_simulated,
    published_doses,
    published_events,
)
from trialsim.widgets.frame import LessonPlan, Varied

__all__ = [
    "PLAN",
    "begin",
    "bound_panel",
    "by_hand",
    "dose_by_hand",
    "dose_panel",
    "exact_beside_simulated",
    "published_doses",
    "published_events",
    "rule_panel",
    "seen_once_panel",
]

PLAN = LessonPlan(
    "05",
    panels={
        "situation": ending_panel,
        "events": bound_panel,
        "seen once": seen_once_panel,
        "dose": dose_panel,
        "stopping rule": rule_panel,
    },
    questions={"recall": recall_question, "apply": Varied(apply_question), "diagnose": diagnose_question},
    words="Which two sentences do you add, one on the dose of glucocorticoid and one on safety?",
)
begin = PLAN.begin
