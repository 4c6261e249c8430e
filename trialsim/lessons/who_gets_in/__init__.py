"""Lesson 01: which of these forty patients are eligible?"""

from __future__ import annotations

from trialsim.lessons.who_gets_in.activity_panels import activity_panel
from trialsim.lessons.who_gets_in.candidate_panels import candidate_panel
from trialsim.lessons.who_gets_in.classification_panels import classification_panel
from trialsim.lessons.who_gets_in.forty_panels import forty_panel, situation_panel
from trialsim.lessons.who_gets_in.limit_panels import limit_panel
from trialsim.lessons.who_gets_in.questions import apply_question, diagnose_question, recall_question
from trialsim.lessons.who_gets_in.screening_by_hand import by_hand
from trialsim.lessons.who_gets_in.tables import disagreements, exact_beside_simulated, unclear_clauses
from trialsim.widgets.frame import LessonPlan, Varied

__all__ = ["PLAN", "begin", "by_hand", "disagreements", "exact_beside_simulated", "unclear_clauses"]

PLAN = LessonPlan(
    "01",
    panels={
        "situation": situation_panel,
        "forty": forty_panel,
        "limit": limit_panel,
        "activity": activity_panel,
        "one candidate": candidate_panel,
        "classifications": classification_panel,
    },
    questions={"recall": recall_question, "apply": Varied(apply_question), "diagnose": diagnose_question},
    words="Which criterion would you change or add, to what wording, and what does it cost in patients?",
)
begin = PLAN.begin
