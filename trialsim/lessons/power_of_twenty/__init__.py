"""Lesson 04: what can twenty patients tell us?"""

from __future__ import annotations

from trialsim.lessons.power_of_twenty.decision_panels import (
    beliefs,
    by_hand,
    decision_panel,
    exact_beside_simulated,
    situation_panel,
)
from trialsim.lessons.power_of_twenty.evidence_panels import evidence_panel, published_groups
from trialsim.lessons.power_of_twenty.one_more_panels import one_more_panel
from trialsim.lessons.power_of_twenty.other_designs import intervals_panel, other_designs_panel
from trialsim.lessons.power_of_twenty.questions import apply_question, diagnose_question, recall_question
from trialsim.widgets.frame import LessonPlan, Varied

__all__ = ["PLAN", "begin", "beliefs", "by_hand", "exact_beside_simulated", "published_groups"]

PLAN = LessonPlan(
    "04",
    panels={
        "situation": situation_panel,
        "decision": decision_panel,
        "one more": one_more_panel,
        "evidence": evidence_panel,
        "other designs": other_designs_panel,
        "intervals": intervals_panel,
    },
    questions={"recall": recall_question, "apply": Varied(apply_question), "diagnose": diagnose_question},
    words="Which sentence do you ask them to add, and what would you recommend?",
)
begin = PLAN.begin
