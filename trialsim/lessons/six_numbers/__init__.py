"""Lesson six numbers: how a patient becomes six numbers, and what another rater makes of the same patient.

>>> measures_panel().view(measure="HAQDI").sentence.split(":")[0]
'HAQ-DI'
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from trialsim.exchange.work import Try
from trialsim.lessons.practice.rating import rating_of
from trialsim.lessons.six_numbers.marks import KEPT, followed, sheet_numbers
from trialsim.lessons.six_numbers.panels import chance_panel, flips_panel, measures_panel, verdicts_panel
from trialsim.lessons.six_numbers.questions import apply_question, recall_question, who_question
from trialsim.widgets.drill import Drill, Drills
from trialsim.widgets.form import Followed
from trialsim.widgets.frame import LessonPlan, OpenLesson

__all__ = ["PLAN", "begin", "measures_panel", "rate"]

PLAN = LessonPlan(
    "six_numbers",
    panels={
        "measures": measures_panel,
        "verdicts": verdicts_panel,
        "flips": flips_panel,
        "chance": chance_panel,
    },
    questions={"who": who_question, "recall": recall_question, "apply": apply_question},
    words="Who scores week 12 in your trial, and what may that person know?",
)
begin = PLAN.begin


def rate(lesson: OpenLesson, vignette: str = "V1") -> Drills:
    """One made-up patient to be rated at both visits: range and reason after each, then the verdict of each definition.

    Parameters
    ----------
    lesson : OpenLesson
        Where the marks are kept.
    vignette : str
        ``"V1"`` to ``"V8"``.
    """
    drill, numbers = Drill("rating-in-full", "Rate a patient", rating_of), sheet_numbers(vignette)
    queue = [(drill.name, number) for number in numbers]

    def follow(tries: Sequence[Mapping[str, Any]]) -> Followed:
        return followed(vignette, {each["number"]: each["answer"] for each in tries if each["number"] in numbers})

    def kept() -> dict[str, list[dict[str, Any]]]:
        return {drill.name: [asdict(each) for each in lesson.progress.mine.checks.get(KEPT, ())]}

    widget = Drills((drill,), "Rate this patient", tries=kept(), queue=queue, follow=follow)
    widget.place = f"{lesson.plan.number} {KEPT}"

    def keep(change: Any) -> None:
        if change["new"] != kept():
            lesson.progress.keep("checks", KEPT, tuple(Try(**each) for each in change["new"][drill.name]) or None)

    widget.observe(keep, "tries")
    lesson.progress.watch(lambda: widget.take(kept()))
    return widget
