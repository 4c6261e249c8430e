"""The course as a path: each lesson with its question and its minutes, and what is done there."""

from __future__ import annotations

from typing import Any

import pandas as pd
import traitlets

from trialsim.exchange.work import LessonWork
from trialsim.exchange.work_folder import WorkFolder
from trialsim.facts.course import Lesson, lessons
from trialsim.lessons.table import Table
from trialsim.lessons.talking import Talker, script

__all__ = ["CoursePath", "course_table", "so_far"]

_HEADS = ("lesson", "question", "what you will be able to do", "time")


class CoursePath(Talker):
    """A row for each lesson: its question, which opens the notebook, what it is for, its minutes, what is done there.

    It looks into the folder again whenever it comes into view, and when its button is pressed.

    Parameters
    ----------
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

    def __init__(self, folder: WorkFolder) -> None:
        self._folder = folder
        super().__init__(shown=self._now())

    def refresh(self) -> None:
        """Look into the folder again."""
        self.shown = self._now()

    def _now(self) -> dict[str, Any]:
        found = self._folder.read()
        done = {lesson.number: found.work.lessons.get(lesson.number, LessonWork()) for lesson in lessons()}
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
            for lesson in lessons()
        ]
        finished = sum(_finished(lesson, done[lesson.number]) for lesson in lessons())
        begun = sum(bool(one.last) for one in done.values()) - finished
        line = f"Of {len(rows)} lessons {finished} finished and {begun} begun." if finished or begun else ""
        return {"rows": rows, "line": line, "problems": list(found.problems)}

    def _reply(self, message: dict[str, Any]) -> dict[str, Any]:
        if message["kind"] != "look":
            raise ValueError(f"unknown message: {message['kind']!r}")
        self.refresh()
        return {"looked": True}

    def __repr__(self) -> str:
        return repr(course_table())

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Add the table without what is done, which nobody knows where no kernel runs."""
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        return data | {"text/plain": repr(self), "text/html": course_table()._repr_html_()}, metadata


def course_table() -> Table:
    """The lessons, with the question each answers, what it is for and its minutes.

    Examples
    --------
    >>> course_table().frame["question"].iloc[1]
    'Which of these 40 patients may enter?'
    """
    rows = [(one.number, one.question, one.learn, _time(one)) for one in lessons()]
    caption = (
        "The course. Each lesson stands alone; the order is a suggestion. In the running notebook a last column says "
        "what you have done."
    )
    return Table(pd.DataFrame(rows, columns=list(_HEADS)), caption)


def so_far(lesson: Lesson, work: LessonWork) -> str:
    """What somebody has done in a lesson, in a few words.

    Examples
    --------
    >>> so_far(lessons()[4], LessonWork())
    'nothing yet'
    >>> so_far(lessons()[4], LessonWork(last="2026-11-23T09:00:00+00:00", predictions={"successes": 80}))
    'begun: 1 prediction, 0 of 3 questions solved'
    """
    if not work.last:
        return "nothing yet"
    made = len(work.predictions)
    predicted = f"{made} {'prediction' if made == 1 else 'predictions'}"
    solved = len(set(work.solved) & set(lesson.checks))
    word = "finished" if _finished(lesson, work) else "begun"
    return f"{word}: {predicted}, {solved} of {len(lesson.checks)} questions solved"


def _finished(lesson: Lesson, work: LessonWork) -> bool:
    return bool(work.last) and set(lesson.checks) <= set(work.solved)


def _time(lesson: Lesson) -> str:
    return f"{lesson.minutes} min" + (f", {lesson.minutes_more} more" if lesson.minutes_more else "")
