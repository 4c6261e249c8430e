"""Lessons and the practice room opened on work that was changed by hand: a part, or a sentence, and no fault."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.attack.mutation import Counts
from trialsim.exchange.work import LessonWork, Try, Work, load_work, save_work
from trialsim.lessons import (
    design_your_trial,
    power_of_twenty,
    practice,
    six_numbers,
    start_here,
    steroids_and_safety,
    twelve_weeks,
    what_counts_as_response,
    who_gets_in,
)
from trialsim.widgets.frame import LessonPlan
from trialsim.widgets.request_widget import RequestWidget

MODULES = (start_here, who_gets_in, what_counts_as_response, twelve_weeks, power_of_twenty, steroids_and_safety)
PLANS: list[LessonPlan] = [module.PLAN for module in (*MODULES, design_your_trial, six_numbers)]
ENTRIES = ("", "x", "20", "a" * 80, "\u202e", "=1", -1, 0, 3, 10**9, 0.5, 1e-300, True, [], ["a"], ["a", "b"])
SETTINGS = (*ENTRIES, None, {}, {"a": 1}, [1, [2]], [None], "none", 1e300)
NUMBERS = (None, 0, 1, 7, 10, 70_000, 70_002, 70_009, 10**9)


def tries(chance: Random) -> tuple[Try, ...]:
    """Answers of any kind, to questions of any number."""
    verdicts = ("right", "close", "wrong")
    given = (Try(chance.choice(ENTRIES), chance.choice(verdicts), "", chance.choice(NUMBERS)) for _ in range(4))
    return tuple(given)[: chance.randint(0, 4)]


def opened(part: Callable[[], RequestWidget]) -> None:
    """It is made, and says of no error that it is ours."""
    widget = part()
    assert repr(widget) and not widget.fault, widget.fault


def test_the_practice_room(tmp_path: Path) -> None:
    """Cases of any number, or of none; every drill is chosen, checked with any entries, and made harder."""
    counts, chance = Counts(), Random(0)
    checks = {f"practice-{drill.name}": tries(chance) for drill in practice.DRILLS}
    work = Work("Ada", 7, {"practice": LessonWork(checks=checks)})
    load_work(save_work(work, tmp_path / "lesson_practice.json"))  # it is one that is accepted
    room = practice.begin(tmp_path)
    drills = room.drills()

    def ask(message: dict[str, Any]) -> None:
        drills._answer(None, message, None)
        opened(lambda: drills)

    counts.take("cards", lambda: opened(room.three_cards))
    for drill in practice.DRILLS:
        counts.take(drill.name, partial(ask, {"kind": "choose", "drill": drill.name}))
        entries = {box.name: chance.choice(SETTINGS) for box in drills.sheet.boxes}
        counts.take(f"{drill.name} {entries}", partial(ask, {"kind": "check", "entries": entries}))
        counts.take(f"{drill.name}, harder", partial(ask, {"kind": "step", "by": 1}))
    counts.check()


@pytest.mark.slow
def test_the_lessons(tmp_path: Path) -> None:
    """Any guess, any setting, any answer: a lesson begins with what of it can be."""
    counts = Counts()
    for seed in range(40):
        for plan in PLANS:
            chance = Random(f"{plan.number} {seed}")
            panels = {name: make() for name, make in plan.panels.items()}
            asked = [panel.prediction.name for panel in panels.values() if panel.prediction is not None]
            lesson = LessonWork(
                predictions={name: chance.choice(ENTRIES) for name in asked},
                settings={n: {c.name: chance.choice(SETTINGS) for c in panels[n].controls} for n in panels},
                checks={plan.key(name): tries(chance) for name in plan.questions},
                words={"transfer": "\x1b[31m$x$"},
            )
            file = tmp_path / f"{plan.number} {seed}" / f"lesson_{plan.number}.json"
            file.parent.mkdir()
            load_work(save_work(Work("Ada", chance.choice(NUMBERS), {plan.number: lesson}), file))
            begun = plan.begin(file.parent)
            for name in plan.questions:
                counts.take(f"{plan.number}, {seed}, {name}", partial(opened, partial(begun.check, name)))
            name = chance.choice(list(panels))
            counts.take(f"{plan.number}, {seed}, {name}", partial(opened, partial(begun.explore, name)))
            for show in (begun.my_work, begun.take_away):
                counts.take(f"{plan.number}, {seed}, work", partial(opened, show))
    print(counts)
    counts.check()
