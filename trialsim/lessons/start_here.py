"""Lesson 00: what this trial was, what its record leaves open, and where to find out more."""

from __future__ import annotations

import pandas as pd

from trialsim.facts.course import lessons
from trialsim.facts.protocol import load_protocol
from trialsim.figures.checklist import Item, checklist_picture
from trialsim.lessons.asking import Check, Prediction
from trialsim.lessons.controls import Choice, Slider
from trialsim.lessons.explorer import Explorer
from trialsim.lessons.panel import Panel, State, View
from trialsim.lessons.question import Question, SeveralOf, Wrong
from trialsim.lessons.table import Table

__all__ = ["check_recall", "course", "explorer", "panels", "predict", "the_record"]

_ID = "NCT04946669"
_SOURCE = f"Registry record of {_ID}, read."
_ASKED = Choice("show", "Show", {"asked": "What a reviewer would ask for", "said": "What the record says"})


def predict() -> Prediction:
    """Ask how many of a reviewer's questions the record answers."""
    return Prediction(_record_panel())


def explorer(prediction: Prediction) -> Explorer:
    """What the record says, and what it leaves open."""
    return Explorer(_record_panel(), prediction=prediction)


def the_record() -> Table:
    """The trial in a few lines, from its record."""
    known = load_protocol(_ID).known
    frame = pd.DataFrame({"what": [one.item for one in known], "the record says": [one.text for one in known]})
    return Table(frame, f"The trial in short. {_SOURCE} Own words.")


def course() -> Table:
    """The lessons, with the question each answers and its minutes."""
    rows = [(one.number, one.question, one.learn, f"{one.minutes} min") for one in lessons()]
    frame = pd.DataFrame(rows, columns=["lesson", "question", "what you will be able to do", "time"])
    return Table(frame, "The course. Each lesson stands alone; the order is a suggestion.")


def check_recall() -> Check:
    """What the record does not state."""
    return Check(record_question())


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
            Wrong("record-names-a-goal", lambda key: key - {silent["Null response rate p0"]}),
            Wrong("title-is-outcome", lambda key: key - {silent["Safety outcome"]}),
        ),
    )


def panels() -> tuple[Panel, ...]:
    """The panels of this lesson, for tests that move every control."""
    return (_record_panel(),)


def _record_panel() -> Panel:
    asked = len(load_protocol(_ID).silences)
    question = f"Of {asked} things that a reviewer would ask for, how many does the record state?"
    guess = Slider("stated", question, 0, asked, 1, 6)
    return Panel("What does the record say?", (_ASKED,), _draw, prediction=guess)


def _draw(state: State) -> View:
    protocol = load_protocol(_ID)
    guess = state["prediction"]
    if state["show"] == "said":
        items = [Item(one.item, True, one.text) for one in protocol.known]
        sentence = f"The record says {len(items)} things of this kind; switch back to see what it leaves open."
        alt = "A list of what the record states: " + "; ".join(f"{one.name}, {one.text}" for one in items) + "."
        return View(checklist_picture(items), sentence, alt, _SOURCE)
    items = [Item(one.item, False, one.text) for one in protocol.silences]
    stated = sum(one.there for one in items)
    sentence = f"Of {len(items)} things that a reviewer would ask for, the record states {stated}."
    if guess is not None:
        sentence += f" You expected {guess}."
    alt = f"A list of {len(items)} empty boxes, none ticked: " + ", ".join(one.name for one in items) + "."
    picture = checklist_picture(items, mark=guess, mark_label=f"you expected {guess} ticks" if guess else "")
    return View(picture, sentence, alt, _SOURCE + " What a reviewer asks for: our list, assumed.")
