"""Lesson 03: what would have happened without the drug?"""

from __future__ import annotations

from trialsim.lessons.twelve_weeks.pieces_panels import error_alone, groups, piece_by_piece, pieces_panel
from trialsim.lessons.twelve_weeks.questions import apply_question, diagnose_question, recall_question
from trialsim.lessons.twelve_weeks.recruited_panels import recruited_panel
from trialsim.lessons.twelve_weeks.twins_panels import situation_panel, twins_panel
from trialsim.widgets.frame import LessonPlan, Varied

__all__ = ["PLAN", "begin", "error_alone", "groups", "piece_by_piece"]

PLAN = LessonPlan(
    "03",
    panels={
        "situation": situation_panel,
        "twenty": twins_panel,
        "recruited": recruited_panel,
        "pieces": pieces_panel,
    },
    questions={"recall": recall_question, "apply": Varied(apply_question), "diagnose": diagnose_question},
    words="Which one thing do you write into the protocol, before the first patient?",
)
begin = PLAN.begin
