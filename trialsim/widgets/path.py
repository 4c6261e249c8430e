"""The course as a path: each lesson with its question and its minutes, and what is done there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import traitlets

from trialsim.exchange.work import LessonWork
from trialsim.exchange.work_folder import WorkFolder
from trialsim.widgets.request_widget import RequestWidget, script
from trialsim.widgets.table import Table

_HEADS = ("lesson", "question", "what you will be able to do", "time")


class Lesson(Protocol):
    """What is told of a lesson: its question, what one will be able to do, its minutes, the names of its checks."""

    @property
    def number(self) -> str: ...
    @property
    def notebook(self) -> str: ...
    @property
    def question(self) -> str: ...
    @property
    def learn(self) -> str: ...
    @property
    def minutes(self) -> int: ...
    @property
    def minutes_more(self) -> int: ...
    @property
    def checks(self) -> tuple[str, ...]: ...


class CoursePath(RequestWidget):
    """A row for each lesson: its question, which opens the notebook, what it is for, its minutes, what is done there.

    It looks into the folder again whenever it comes into view, and when its button is pressed.

    Parameters
    ----------
    course : sequence of Lesson
        In their order.
    folder : WorkFolder
        Where the learner's work is kept.

    Attributes
    ----------
    shown : dict
        What is on screen: in `rows` each lesson, with what is done there and when; `line`, and the `problems` of files
        that cannot be read.
    """

    _esm = script("path.js")

    shown = traitlets.Dict().tag(sync=True)

    def __init__(self, course: Sequence[Lesson], folder: WorkFolder) -> None:
        self._course, self._folder = course, folder
        super().__init__(shown=self._now())

    def refresh(self) -> None:
        """Look into the folder again."""
        self.shown = self._now()

    def _now(self) -> dict[str, Any]:
        found = self._folder.read()
        done = {lesson.number: found.work.lessons.get(lesson.number, LessonWork()) for lesson in self._course}
        rows = [
            {
                "number": lesson.number,
                "question": lesson.question,
                "notebook": lesson.notebook,
                "learn": lesson.learn,
                "time": _time(lesson),
                "done": so_far(lesson, done[lesson.number]),
                "last": done[lesson.number].last,
            }
            for lesson in self._course
        ]
        finished = sum(_finished(lesson, done[lesson.number]) for lesson in self._course)
        begun = sum(bool(lesson.last) for lesson in done.values()) - finished
        line = f"{finished} of {len(rows)} lessons finished, {begun} begun." if finished or begun else ""
        return {"rows": rows, "line": line, "problems": list(found.problems)}

    def _reply(self, message: dict[str, Any]) -> dict[str, Any]:
        if message["kind"] != "look":
            raise ValueError(f"unknown message: {message['kind']!r}")
        self.refresh()
        return {"looked": True}

    def __repr__(self) -> str:
        return repr(course_table(self._course))

    def _static(self) -> dict[str, str]:
        """Add the table without what is done, which nobody knows where no kernel runs."""
        return {"text/html": course_table(self._course)._repr_html_()}


def course_table(course: Sequence[Lesson]) -> Table:
    """The lessons, with the question each answers, what it is for and its minutes.

    Parameters
    ----------
    course : sequence of Lesson
        In their order.
    """
    import pandas as pd

    rows = [(lesson.number, lesson.question, lesson.learn, _time(lesson)) for lesson in course]
    caption = (
        "The course. Each lesson stands alone; the order is a suggestion. In the running notebook a last column says "
        "what you have done."
    )
    return Table(pd.DataFrame(rows, columns=list(_HEADS)), caption)


def so_far(lesson: Lesson, work: LessonWork) -> str:
    """What somebody has done in a lesson, in a few words.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> lesson = SimpleNamespace(number="1", checks=("recall", "apply"))
    >>> so_far(lesson, LessonWork())
    'nothing yet'
    >>> so_far(lesson, LessonWork(last="2026-11-23T09:00:00+00:00", predictions={"successes": 80}))
    'begun: 1 guess, 0 of 2 questions solved'
    """
    if not work.last:
        return "nothing yet"
    made = len(work.predictions)
    predicted = f"{made} {'guess' if made == 1 else 'guesses'}"
    solved = len(set(work.solved) & set(lesson.checks))
    word = "finished" if _finished(lesson, work) else "begun"
    return f"{word}: {predicted}, {solved} of {len(lesson.checks)} questions solved"


def _finished(lesson: Lesson, work: LessonWork) -> bool:
    return bool(work.last) and set(lesson.checks) <= set(work.solved)


def _time(lesson: Lesson) -> str:
    return f"{lesson.minutes} min" + (f", {lesson.minutes_more} more" if lesson.minutes_more else "")
