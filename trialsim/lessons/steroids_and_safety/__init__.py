"""Lesson 05: what do the dose and the adverse events tell us? What its notebook shows, by name.

The dose stands in `dose_panels`, the events in `safety_panels`; both are pure:

>>> bound_panel().view(n=60).sentence.split("; ")[0]
'After no serious event in 60 patients, true rates of up to 4.9 in 100 cannot be excluded with 95 % confidence (one-sided)'
"""  # noqa: E501 -- a sentence that is shown as one

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
        "dose": dose_panel,
        "events": bound_panel,
        "seen once": seen_once_panel,
        "stopping rule": rule_panel,
    },
    questions={"recall": recall_question, "apply": Varied(apply_question), "diagnose": diagnose_question},
    words="Which two sentences do you add, one on the dose of glucocorticoid and one on safety?",
)
begin = PLAN.begin
