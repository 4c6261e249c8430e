"""Lesson six numbers: how a patient becomes six numbers, and what another rater makes of the same patient.

>>> measures_panel().view(measure="HAQDI").sentence.split(":")[0]
'HAQ-DI'
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from trialsim.exchange.work import Try
from trialsim.lessons.six_numbers.panels import flips_panel, measures_panel, verdicts_panel
from trialsim.lessons.six_numbers.questions import apply_question, recall_question
from trialsim.lessons.six_numbers.rating import RATINGS
from trialsim.widgets.drill import Drills
from trialsim.widgets.frame import LessonPlan, OpenLesson

__all__ = ["PLAN", "begin", "measures_panel", "rate"]

PLAN = LessonPlan(
    "six_numbers",
    panels={"measures": measures_panel, "verdicts": verdicts_panel, "flips": flips_panel},
    questions={"recall": recall_question, "apply": apply_question},
    words="Who scores week 12 in your trial, and what may that person know?",
)
begin = PLAN.begin


def rate(lesson: OpenLesson, vignette: str = "V1") -> Drills:
    """One made-up patient to be rated at both visits; range and reason are shown after each, and the marks are kept.

    Parameters
    ----------
    lesson : OpenLesson
        Where the marks are kept.
    vignette : str
        ``"V1"`` to ``"V8"``.
    """
    drill, kept = RATINGS.drill, "six_numbers-rating"
    queue = [(drill.name, at) for at in RATINGS.visits(vignette)]
    tries = [asdict(each) for each in lesson.progress.mine.checks.get(kept, ())]
    widget = Drills((drill,), "Rate this patient", tries={drill.name: tries}, queue=queue)

    def keep(change: Any) -> None:
        lesson.progress.keep("checks", kept, tuple(Try(**each) for each in change["new"][drill.name]) or None)

    widget.observe(keep, "tries")
    return widget
