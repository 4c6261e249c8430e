"""Lesson 00: what this trial was, what its record leaves open, and where to find out more."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from trialsim.exchange.work_folder import FOLDER, WorkFolder
from trialsim.facts.course import lessons
from trialsim.facts.protocol import load_protocol
from trialsim.figures.checklist import Item, checklist_picture
from trialsim.lessons.wrong_answers import wrong
from trialsim.widgets.controls import Select, Slider
from trialsim.widgets.frame import LessonPlan, OpenLesson
from trialsim.widgets.panel import Panel, State, View
from trialsim.widgets.path import CoursePath
from trialsim.widgets.question import Question, SeveralOf
from trialsim.widgets.table import Table

__all__ = ["PLAN", "begin", "course", "the_record"]

_ID = "NCT04946669"
_SOURCE = f"Registry record of {_ID}, read."
_TOLD = ("Design", "Patients", "Background treatment")
"""What a reviewer asks for among the items that the record states of the design."""
_MISSED = {
    "Null response rate p0": "the rate to beat (p0)",
    "Alpha": "the allowed error (alpha)",
    "Dose": "the dose",
    "Safety outcome": "a safety outcome",
}
"""What is missed most among what the record leaves open, in words for a sentence."""
_ASKED = Select("show", "Show", {"asked": "What a reviewer would ask for", "said": "What the record says"})


def the_record() -> Table:
    """The trial in a few lines, from its record."""
    known = load_protocol(_ID).known
    frame = pd.DataFrame({"what": [one.item for one in known], "the record says": [one.text for one in known]})
    return Table(frame, f"The trial in short. {_SOURCE} Own words.")


def course(lesson: OpenLesson, folder: str | Path | None = None) -> CoursePath:
    """The lessons, with the question each answers, its minutes, and what is done there.

    Parameters
    ----------
    lesson : OpenLesson
        This lesson, begun.
    folder : path, optional
        Where the learner's work is kept; a folder beside the notebook unless given.
    """
    path = CoursePath(lessons(), WorkFolder(folder or Path.cwd() / FOLDER))
    lesson.progress.watch(path.refresh)
    return path


def record_question() -> Question:
    """Which of several things the record leaves open; the key is read off the protocol."""
    protocol = load_protocol(_ID)
    silent = {one.item: f"silent-{k}" for k, one in enumerate(protocol.silences)}
    shown = {
        "Null response rate p0": "The response rate that would not be worth pursuing (p0)",
        "Dose": "The dose of abatacept",
        "Safety outcome": "A safety outcome",
        "Disease activity at entry": "How ill a patient must be to enter",
    }
    said = {"n": f"The number of patients ({protocol.n})", "week": f"The week of the primary outcome ({protocol.week})"}
    options = {silent[item]: text for item, text in shown.items()} | said
    return Question(
        name="00-recall",
        text="Which of these does the record NOT state? Tick all that apply.",
        answer=SeveralOf(options),
        key=lambda: frozenset(silent[item] for item in shown if item in silent),
        right="The record fixes how many patients and when they are judged, and leaves open what would be a success.",
        hint="Switch the picture to what a reviewer would ask for, and look for empty boxes.",
        worked="The record names " + " and ".join(text.lower() for text in said.values()) + ", and none of the others.",
        wrong=(
            wrong("record-names-a-goal", lambda key: key - {silent["Null response rate p0"]}),
            wrong("title-is-outcome", lambda key: key - {silent["Safety outcome"]}),
        ),
    )


def _asked_for() -> list[Item]:
    """What a reviewer would ask for: what the record states, ticked, before what it leaves open."""
    protocol = load_protocol(_ID)
    told = {one.item: one.text for one in protocol.known}
    stated = {item: told[item] for item in _TOLD} | {
        "Primary outcome": f"{protocol.primary.label}, by a rule that is given",
        "When it is judged": f"week {protocol.week}",
        "Secondary outcome": "; ".join(one.label for one in protocol.secondary),
    }
    return [
        *(Item(item, True, text) for item, text in stated.items()),
        *(Item(one.item, False, one.text) for one in protocol.silences),
    ]


def _stated() -> int:
    return sum(one.there for one in _asked_for())


@cache
def _record_panel() -> Panel:
    asked = len(_asked_for())
    question = f"Of {asked} things that a reviewer would ask for, how many does the record state?"
    guess = Slider("stated", question, 0, asked, 1, asked // 2)
    return Panel("What does the record say?", (_ASKED,), _draw, prediction=guess, found=_stated)


def _draw(state: State) -> View:
    guess = state["prediction"]
    if state["show"] == "said":
        items = [Item(one.item, True, one.text) for one in load_protocol(_ID).known]
        sentence = f"The record says {len(items)} things of this kind; switch back to see what it leaves open."
        alt = "A list of what the record states: " + "; ".join(f"{one.name}, {one.text}" for one in items) + "."
        return View(checklist_picture(items), sentence, alt, _SOURCE)
    items = _asked_for()
    sentence = f"Of {len(items)} things that a reviewer would ask for, the record states {_stated()}."
    if guess is not None:
        sentence += f" You expected {guess}."
    silent = {one.name for one in items if not one.there}
    left = [words for item, words in _MISSED.items() if item in silent]
    sentence += " No tick tells what would be a success: among the empty boxes are "
    sentence += f"{', '.join(left[:-1])} and {left[-1]}."
    ticked, empty = (", ".join(one.name for one in items if one.there is there) for there in (True, False))
    alt = f"A list of {len(items)} boxes. Ticked: {ticked}. Empty: {empty}."
    label = "" if guess is None else f"you: {guess}"
    picture = checklist_picture(items, mark=guess, mark_label=label)
    chosen = " What a reviewer asks for: our list, assumed, and chosen after reading the record."
    return View(picture, sentence, alt, _SOURCE + chosen)


PLAN = LessonPlan("00", panels={"record": _record_panel}, questions={"recall": record_question})
begin = PLAN.begin
