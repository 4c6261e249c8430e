"""What a class did in the course, as tables: who finished what, which misconceptions were met, how long it took."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path

import pandas as pd

from trialsim.exchange.class_files import read_folder
from trialsim.exchange.class_tables import (
    lesson_table,
    misconception_table,
    prediction_table,
    question_table,
    sheet_table,
    table,
    word_table,
)
from trialsim.facts.course import lessons
from trialsim.text import counted

_OVERVIEW = {"lesson": "str", "began": "int64", "finished": "int64", "median_minutes": "Float64", "question": "str"}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ClassWork:
    """What the learners of a class did.

    Attributes
    ----------
    learners : tuple of str
        Everybody whose file could be read: their name, or the name of the file where they gave none.
    lessons : pandas.DataFrame
        One row a learner and lesson that was begun: ``learner, file, lesson, predictions, questions_tried,
        questions_solved, questions`` (that the lesson has), ``tries, misconceptions`` (different ones),
        ``minutes, finished`` (every question of the lesson is solved).
    misconceptions : pandas.DataFrame
        One row a misconception that was met, the most frequent first: ``misconception, name, idea, lesson`` (that
        treats it), ``learners`` (who met it), ``share`` (of those who tried a question at which it was met),
        ``still`` (who have not solved such a question since).
    questions : pandas.DataFrame
        One row a question that was tried: ``lesson, question, tried, solved, first_try`` (solved at once),
        ``median_tries`` (of those who solved it), ``wrong_answer`` (the most frequent one, if at least two learners
        with the same patient or trial gave it), ``wrong_times``.
    predictions : pandas.DataFrame
        One row a learner and prediction: ``learner, lesson, prediction, value``.
    sheets : pandas.DataFrame
        One row a learner and sheet: ``learner, lesson, question, number`` (of the case), ``answer`` (what was entered
        first, a text for each box).
    words : pandas.DataFrame
        One row a learner and text of their own: ``learner, lesson, place, words``.
    problems : tuple of str
        A sentence on each file that could not be read or needs a look.
    """

    learners: tuple[str, ...]
    lessons: pd.DataFrame
    misconceptions: pd.DataFrame
    questions: pd.DataFrame
    predictions: pd.DataFrame
    sheets: pd.DataFrame
    words: pd.DataFrame
    problems: tuple[str, ...]

    @property
    def overview(self) -> pd.DataFrame:
        """One row a lesson: how many began and finished it, and how long it took those who did."""
        rows = []
        for lesson in lessons():
            began = self.lessons[self.lessons["lesson"] == lesson.number]
            done = began[began["finished"]]
            minutes = round(float(done["minutes"].median()), 1) if len(done) else None
            rows.append((lesson.number, len(began), len(done), minutes, lesson.question))
        return table(rows, _OVERVIEW)

    def _printed(self) -> pd.DataFrame:
        """The overview with readable heads, and a dash where nobody has finished."""
        minutes = ["-" if pd.isna(minute) else f"{minute:g}" for minute in self.overview["median_minutes"]]
        printed = self.overview.assign(median_minutes=minutes)
        return printed.rename(columns={"median_minutes": "minutes (median)"})

    def summary(self) -> str:
        """The class in a sentence."""
        problems = f"; {counted(len(self.problems), 'thing')} to look at" if self.problems else ""
        return f"{counted(len(self.learners), 'learner')}{problems}"

    def __repr__(self) -> str:
        return "\n".join([f"{self.summary()}.", self._printed().to_string(index=False), *self.problems])

    def _repr_html_(self) -> str:
        # The class keeps a formula in a name from being set as one.
        body = self._printed().to_html(index=False, border=0, justify="left")
        listed = "".join(f"<li>{escape(problem)}</li>" for problem in self.problems)
        look = f"<p>To look at:</p><ul>{listed}</ul>" if listed else ""
        return f'<div class="tex2jax_ignore mathjax_ignore"><p>{escape(self.summary())}.</p>{body}{look}</div>'


def read_class(folder: str | Path) -> ClassWork:
    """Read the files that the learners of a class handed in.

    Every file whose name ends in .json is read; nothing is written, and nothing is sent anywhere. A file that is none
    of ours, broken, edited by hand or from another version gets a sentence in ``problems`` and stops nothing. Files
    into which one learner's work went are joined; equal names alone do not join them.

    Parameters
    ----------
    folder : str or Path
        The folder; folders inside it are left alone.

    Returns
    -------
    ClassWork
        Tables: ``lessons``, ``misconceptions``, ``questions``, ``predictions``, ``sheets``, ``words``; ``problems``.

    Raises
    ------
    TrialsimError
        When there is no such folder or it cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> from trialsim.exchange.work import LessonWork, Try, Work, save_work
    >>> done = LessonWork(seconds=600, checks={"00-recall": (Try(["n"], "wrong", "title-is-outcome"),)})
    >>> with tempfile.TemporaryDirectory() as place:
    ...     _ = save_work(Work("Ada", 7, {"00": done}), place + "/ada.json")
    ...     found = read_class(place)
    >>> found.lessons[["learner", "tries", "minutes", "finished"]].values.tolist()
    [['Ada', 1, 10.0, False]]
    >>> found.misconceptions[["misconception", "learners", "still"]].values.tolist()
    [['title-is-outcome', 1, 1]]
    """
    handed = read_folder(folder)
    return ClassWork(
        learners=tuple(each.learner for each in handed.learners),
        lessons=lesson_table(handed.learners),
        misconceptions=misconception_table(handed.learners),
        questions=question_table(handed.learners),
        predictions=prediction_table(handed.learners),
        sheets=sheet_table(handed.learners),
        words=word_table(handed.learners),
        problems=handed.problems,
    )
