"""Lesson 00: one patient and one slider, what this trial was, what its record leaves open, where to find out more."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from trialsim.exchange.work_folder import FOLDER, WorkFolder
from trialsim.facts.course import lessons
from trialsim.facts.protocol import OUR_TRIAL, our_trial
from trialsim.figures.checklist import Item, checklist_picture
from trialsim.lessons.start_here.first_patient import first_patient_panel
from trialsim.lessons.wrong_answers import wrong
from trialsim.widgets.controls import Slider
from trialsim.widgets.frame import LessonPlan, OpenLesson
from trialsim.widgets.panel import Panel, State, View
from trialsim.widgets.path import CoursePath
from trialsim.widgets.question import Question, SeveralOf
from trialsim.widgets.table import Table

__all__ = ["PLAN", "begin", "course", "left_open", "the_record"]

_SOURCE = f"Registry record of {OUR_TRIAL}, read."
_TOLD = ("Design", "Patients", "Background treatment")
"""What a reviewer asks for among the items that the record states of the design."""
_MISSED = {
    "Null response rate p0": "the rate to beat (p0)",
    "Alpha": "the allowed error (alpha)",
    "Dose": "the dose",
    "Safety outcome": "a safety outcome",
}
"""What is missed most among what the record leaves open, in words for a sentence."""


def the_record() -> Table:
    """What the record says, in a drawer."""
    import pandas as pd

    known = our_trial().known
    frame = pd.DataFrame({"Item": [each.item for each in known], "The record says": [each.text for each in known]})
    return Table(frame, f"Our summary of the registry record of {OUR_TRIAL} (read).", drawer="Read the record in short")


def left_open() -> Table:
    """What the record leaves open, in a drawer.

    Examples
    --------
    >>> left_open().frame["Item"].tolist()[:2]
    ['Dose', 'Route']
    """
    import pandas as pd

    silences = our_trial().silences
    frame = pd.DataFrame({"Item": [each.item for each in silences], "In the record": [each.text for each in silences]})
    return Table(frame, f"What {OUR_TRIAL} leaves open (read).", drawer="Each empty box in words")


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
    protocol = our_trial()
    silent = {silence.item: f"silent-{k}" for k, silence in enumerate(protocol.silences)}
    shown = {
        "Null response rate p0": "The rate to beat, p0",
        "Dose": "The dose of abatacept",
        "Safety outcome": "A safety outcome",
        "Disease activity at entry": "Disease activity at entry",
    }
    said = {"n": "The number of patients", "week": "The week of the primary outcome"}
    options = {silent[item]: text for item, text in shown.items()} | said
    return Question(
        name="00-recall",
        text="Which of these does the record NOT state? Tick all that apply.",
        answer=SeveralOf(options),
        key=lambda: frozenset(silent[item] for item in shown if item in silent),
        right="The record says how many patients, and when they are judged. It does not say what a success is.",
        hint="Find each of the six in the picture above. An empty box: the record does not state it.",
        worked=f"The record names {protocol.n} patients and week {protocol.week}, and none of the others.",
        wrong=(
            wrong("record-names-a-goal", lambda key: key - {silent["Null response rate p0"]}),
            wrong("title-is-outcome", lambda key: key - {silent["Safety outcome"]}),
        ),
    )


def _asked_for() -> list[Item]:
    """What a reviewer would ask for: what the record states, ticked, before what it leaves open."""
    protocol = our_trial()
    known = {point.item for point in protocol.known}
    stated = [*(item for item in _TOLD if item in known), "Primary outcome", "When it is judged"]
    if protocol.secondary:
        stated.append("Secondary outcome")
    silent = (silence.item for silence in protocol.silences)
    return [*(Item(item, True) for item in stated), *(Item(item, False) for item in silent)]


def _stated() -> int:
    return sum(item.there for item in _asked_for())


@cache
def _record_panel() -> Panel:
    asked = len(_asked_for())
    question = f"Of {asked} things that a reviewer would ask for, how many does the record state?"
    guess = Slider("stated", question, 0, asked, 1, asked // 2)
    return Panel("What does the record say?", (), _draw, prediction=guess, found=_stated)


def _draw(state: State) -> View:
    guess = state["prediction"]
    items = _asked_for()
    sentence = f"Of {len(items)} things that a reviewer would ask for, the record states {_stated()}."
    if guess is not None:
        sentence += f" You guessed {guess}."
    silent = {item.name for item in items if not item.there}
    left = [words for item, words in _MISSED.items() if item in silent]
    sentence += f" It does not say what a success is. It leaves out {', '.join(left[:-1])} and {left[-1]}."
    ticked, empty = (", ".join(item.name for item in items if item.there is there) for there in (True, False))
    alt = f"A list of {len(items)} boxes. Ticked: {ticked}. Empty: {empty}."
    label = "" if guess is None else f"you: {guess}"
    picture = checklist_picture(items, mark=guess, mark_label=label)
    chosen = " What a reviewer asks for: our list, assumed, and chosen after reading the record."
    return View(picture, sentence, alt, _SOURCE + chosen)


PLAN = LessonPlan(
    "00", panels={"patient": first_patient_panel, "record": _record_panel}, questions={"recall": record_question}
)
begin = PLAN.begin
