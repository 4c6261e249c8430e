"""The work of many learners as rows: of lessons, misconceptions, questions, predictions and words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import median
from typing import Any

import pandas as pd

from trialsim.exchange.class_files import Learner, one_line
from trialsim.exchange.work import LessonWork, Try
from trialsim.facts.course import whole_course
from trialsim.facts.misconceptions import load_misconception

_LESSONS = {
    "learner": "str",
    "file": "str",
    "lesson": "str",
    "predictions": "int64",
    "questions_tried": "int64",
    "questions_solved": "int64",
    "questions": "int64",
    "tries": "int64",
    "misconceptions": "int64",
    "minutes": "float64",
    "finished": "bool",
}
_MISCONCEPTIONS = {
    "misconception": "str",
    "name": "str",
    "idea": "str",
    "lesson": "str",
    "learners": "int64",
    "share": "float64",
    "still": "int64",
}
_QUESTIONS = {
    "lesson": "str",
    "question": "str",
    "tried": "int64",
    "solved": "int64",
    "first_try": "int64",
    "median_tries": "Float64",
    "wrong_answer": "str",
    "wrong_times": "int64",
}
_PREDICTIONS = {"learner": "str", "lesson": "str", "prediction": "str", "value": "object"}
_SHEETS = {"learner": "str", "lesson": "str", "question": "str", "number": "int64", "answer": "object"}
_WORDS = {"learner": "str", "lesson": "str", "place": "str", "words": "str"}

_CHECKS = {lesson.number: lesson.checks for lesson in whole_course()}
_Each = tuple[Learner, str, LessonWork]  # a learner, the number of a lesson, and what they did in it
_MAX_SHOWN = 120  # characters of an answer


def shown(answer: Any) -> str:
    """An answer or a prediction on one line.

    Examples
    --------
    >>> shown(30.0), shown(["b", "a"]), shown(None)
    ('30', 'a; b', 'nothing')
    """
    if isinstance(answer, (list, tuple)):
        text = "; ".join(sorted(shown(part) for part in answer))
    elif isinstance(answer, bool):
        text = "yes" if answer else "no"
    elif isinstance(answer, (int, float)):
        text = f"{answer:g}" if abs(answer) < 10**6 else f"{answer}"
    else:
        text = "nothing" if answer is None else one_line(str(answer))
    return text if len(text) <= _MAX_SHOWN else text[:_MAX_SHOWN] + "..."


def lesson_table(learners: Sequence[Learner]) -> pd.DataFrame:
    """One row a learner and lesson that was begun."""
    return table((_lesson_row(*begun) for begun in _each(learners)), _LESSONS)


def _each(learners: Sequence[Learner]) -> Iterator[_Each]:
    for learner in learners:
        for number, lesson in sorted(learner.work.lessons.items()):
            yield learner, number, lesson


def _lesson_row(learner: Learner, number: str, lesson: LessonWork) -> tuple[Any, ...]:
    wanted, solved = _CHECKS[number], set(lesson.solved)
    return (
        learner.learner,
        ", ".join(learner.files),
        number,
        len(lesson.predictions),
        sum(bool(tries) for tries in lesson.checks.values()),
        len(solved.intersection(wanted)),
        len(wanted),
        sum(map(len, lesson.checks.values())),
        len(lesson.misconceptions),
        round(lesson.seconds / 60, 1),
        solved.issuperset(wanted),
    )


def misconception_table(learners: Sequence[Learner]) -> pd.DataFrame:
    """One row a misconception that was met, the most frequent first."""
    return table(_misconception_rows(_each(learners)), _MISCONCEPTIONS)


def _misconception_rows(each: Iterable[_Each]) -> list[tuple[Any, ...]]:
    tried: dict[str, set[str]] = {}
    where: dict[str, set[str]] = {}
    met: dict[str, dict[str, bool]] = {}  # by misconception: each learner, and whether it stands unsolved
    for learner, _, lesson in each:
        for question, tries in lesson.checks.items():
            if tries:
                tried.setdefault(question, set()).add(learner.learner)
            for key in {found.misconception for found in tries if found.misconception}:
                where.setdefault(key, set()).add(question)
                before = met.setdefault(key, {}).get(learner.learner, False)
                met[key][learner.learner] = before or not _solved_since(tries, key)
    rows = []
    for key, learners in met.items():
        found = load_misconception(key)
        asked = set().union(*(tried[question] for question in where[key]))
        share = round(len(learners) / len(asked), 3)
        still = sum(learners.values())
        rows.append((key, found.name, found.idea, found.lesson, len(learners), share, still))
    return sorted(rows, key=lambda row: (-row[4], -row[5], row[3], row[0]))


def _solved_since(tries: Sequence[Try], key: str) -> bool:
    last = max(at for at, attempt in enumerate(tries) if attempt.misconception == key)
    return any(attempt.verdict == "right" for attempt in tries[last:])


def question_table(learners: Sequence[Learner]) -> pd.DataFrame:
    """One row a question that was tried, in the order of the course."""
    return table(_question_rows(_each(learners)), _QUESTIONS)


def _question_rows(each: Iterable[_Each]) -> Iterator[tuple[Any, ...]]:
    asked: dict[tuple[str, str], list[tuple[Try, ...]]] = {}
    for _, number, lesson in each:
        for question, tries in lesson.checks.items():
            if tries:
                asked.setdefault((number, question), []).append(tries)
    order = {question: at for checks in _CHECKS.values() for at, question in enumerate(checks)}
    for number, question in sorted(asked, key=lambda key: (key[0], order.get(key[1], len(order)), key[1])):
        everybody = asked[number, question]
        until = [[attempt.verdict for attempt in tries].index("right") + 1 for tries in everybody if _solved(tries)]
        answer, times = _common_wrong(everybody)
        first = sum(count == 1 for count in until)
        yield (number, question, len(everybody), len(until), first, median(until) if until else None, answer, times)


def _solved(tries: Sequence[Try]) -> bool:
    return any(attempt.verdict == "right" for attempt in tries)


def _common_wrong(everybody: Sequence[Sequence[Try]]) -> tuple[str, int]:
    """The wrong answer that most learners gave. Answers to different patients or trials are different answers."""
    given: Counter[tuple[str, int | None]] = Counter()
    for tries in everybody:
        given.update({(shown(attempt.answer), attempt.number) for attempt in tries if attempt.verdict != "right"})
    (answer, _), times = min(given.items(), key=lambda counted: (-counted[1], str(counted[0])), default=(("", None), 0))
    return (answer, times) if times > 1 else ("", 0)


def prediction_table(learners: Sequence[Learner]) -> pd.DataFrame:
    """One row a learner and prediction."""
    rows = (
        (learner.learner, number, name, value)
        for learner, number, lesson in _each(learners)
        for name, value in lesson.predictions.items()
    )
    return table(rows, _PREDICTIONS)


def sheet_table(learners: Sequence[Learner]) -> pd.DataFrame:
    """One row a learner and sheet that was filled in: what was entered first, box by box."""
    rows = (
        (learner.learner, number, question, tried.number, tuple(map(one_line, tried.answer)))
        for learner, number, lesson in _each(learners)
        for question, tries in lesson.checks.items()
        for tried in {each.number: each for each in reversed(tries)}.values()
        if tried.number is not None and isinstance(tried.answer, (list, tuple))
    )
    return table(rows, _SHEETS)


def word_table(learners: Sequence[Learner]) -> pd.DataFrame:
    """One row a learner and text in their own words."""
    rows = (
        (learner.learner, number, place, words)
        for learner, number, lesson in _each(learners)
        for place, words in lesson.words.items()
        if words.strip()
    )
    return table(rows, _WORDS)


def table(rows: Iterable[Sequence[Any]], types: Mapping[str, str]) -> pd.DataFrame:
    """A table whose columns have the same types whether or not it has rows."""
    return pd.DataFrame(list(rows), columns=list(types)).astype(dict(types))
