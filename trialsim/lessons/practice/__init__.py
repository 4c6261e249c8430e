"""The practice room: drills on the measures and their definitions, as many cases as one wants; progress is kept.

>>> drills = begin("does-not-matter-here").drills()
>>> drills.kind, drills.check({})["text"]
('counting-IMACS-2004', '7 of 7 are still to be filled in.')
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from trialsim.ahead import compute_ahead
from trialsim.exchange.work import Try
from trialsim.exchange.work_folder import FOLDER, WorkFolder
from trialsim.lessons.practice.charts import charts_ahead, eligible_sheet
from trialsim.lessons.practice.counting import counting_drills
from trialsim.lessons.practice.own_patient import own_patient
from trialsim.lessons.practice.rating import rating_sheet
from trialsim.lessons.practice.score import score_sheet
from trialsim.lessons.practice.sheets import enzyme_sheet, function_sheet, strength_sheet
from trialsim.widgets.drill import Drill, Drills, case_number
from trialsim.widgets.frame import LessonPlan
from trialsim.widgets.my_work import MyWork
from trialsim.widgets.progress_store import ProgressStore

__all__ = ["DRILLS", "PLAN", "Practice", "begin", "mistakes", "own_patient", "three_cards"]

PLAN = LessonPlan("practice", panels={})
DRILLS: tuple[Drill, ...] = (
    *counting_drills(),
    Drill("score", "The 2016 score", score_sheet),
    Drill("strength", "MMT-8 sheet", strength_sheet),
    Drill("function", "HAQ-DI sheet", function_sheet),
    Drill("enzyme", "Which enzyme to follow", enzyme_sheet),
    Drill("rating", "Rate a vignette", rating_sheet),
    Drill("eligible", "Eligible?", eligible_sheet),
)
_KEPT = "practice-"
_CARDS, _OTHERS = 3, 100


class Practice:
    """The practice room with what was done in it before."""

    def __init__(self, folder: str | Path | None = None) -> None:
        self.progress = ProgressStore("practice", WorkFolder(folder or Path.cwd() / FOLDER))

    def drills(self) -> Drills:
        """All drills, to choose from."""
        compute_ahead(
            partial(charts_ahead, case_number(self.progress.number, len(self._tries().get("eligible", [])), 1)),
            "charts",
        )
        return self._show("Practise", None)

    def three_cards(self) -> Drills:
        """Three mixed cards, from one's own mistakes where there are any."""
        queue = mistakes(self._tries(), self.progress.number)
        return self._show("Three cards before you begin, or skip them", queue)

    def my_work(self) -> MyWork:
        """One line that says how far the learner is; unfolded, it saves, loads and begins anew."""
        asked = [(_KEPT + drill.name, drill.label) for drill in DRILLS]
        return MyWork(self.progress, lambda: iter(()), asked, (), folded=True)

    def _show(self, title: str, queue: list[tuple[str, int]] | None) -> Drills:
        widget = Drills(DRILLS, title, tries=self._tries(), learner=self.progress.number, queue=queue)
        widget.place = f"{self.progress.lesson} drills"

        def keep(change: Any) -> None:
            for name, tries in change["new"].items():
                self.progress.keep("checks", _KEPT + name, tuple(Try(**each) for each in tries) or None)

        widget.observe(keep, "tries")
        self.progress.watch(lambda: widget.take(self._tries()))
        return widget

    def _tries(self) -> dict[str, list[dict[str, Any]]]:
        kept, names = self.progress.mine.checks, {drill.name for drill in DRILLS}
        return {
            key.removeprefix(_KEPT): [asdict(each) for each in tries]
            for key, tries in kept.items()
            if key.removeprefix(_KEPT) in names
        }


def begin(folder: str | Path | None = None) -> Practice:
    """Open the practice room with what was done in it before; `folder` as for a lesson."""
    return Practice(folder)


def three_cards(folder: str | Path | None = None) -> Drills:
    """Three mixed cards for the beginning of a lesson, from one's own mistakes: one line in its notebook.

    Examples
    --------
    >>> three_cards("does-not-matter-here").told["tally"]
    'Card 1 of 3.'
    """
    return begin(folder).three_cards()


def mistakes(tries: dict[str, list[dict[str, Any]]], learner: int) -> list[tuple[str, int]]:
    """Three cases of different drills: those last done wrong and not right since, the newest first; else fresh ones.

    Fresh ones were never done, and come from the drills that were done least: each lesson opens with others.

    Examples
    --------
    >>> mistakes({"enzyme": [{"verdict": "wrong", "number": 70012}]}, 7)[0]
    ('enzyme', 70012)
    """
    wrong = [(name, case) for name, given in tries.items() for case in _open(given)]
    least = sorted(_ORDER, key=lambda name: len(tries.get(name, ())))
    fresh = [(name, learner % 1000 * 10_000 + 9_000 + len(tries.get(name, ())) % _OTHERS * 10 + 1) for name in least]
    chosen: list[tuple[str, int]] = []
    for name, case in [*reversed(wrong), *fresh]:
        if name not in {taken for taken, _ in chosen}:
            chosen.append((name, case))
    return chosen[:_CARDS]


_ORDER = ("counting-IMACS-2004", "enzyme", "function", "strength", "score")


def _open(tries: list[dict[str, Any]]) -> Iterator[int]:
    """The cases that were wrong when they were done last."""
    last = {each["number"]: each["verdict"] for each in tries if each["number"] is not None}
    return (number for number, verdict in last.items() if verdict != "right")
