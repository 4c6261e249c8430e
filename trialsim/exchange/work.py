"""What a learner did in the course, as one small file: predictions, settings, answers, and words of one's own.

It stays with the learner, who may hand it in; nothing is sent anywhere.

>>> mine = Work(name="Ada", lessons={"04": LessonWork(predictions={"guess": 80})})
>>> read_work(write_work(mine)).lessons["04"].predictions["guess"]
80
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

from trialsim.errors import TrialsimError, check_one_of, check_whole
from trialsim.exchange.kept_values import (
    MAX_NAME,
    MAX_NUMBER,
    MAX_WORDS,
    by_name,
    chosen_number,
    control_values,
    entered,
    text_up_to,
    time_in_utc,
)
from trialsim.exchange.strict_json import BY_HAND, FileKind, Saved, check_table
from trialsim.facts.course import whole_course
from trialsim.facts.misconceptions import load_misconception
from trialsim.facts.records import Written, read_record

MAX_WORK_BYTES = 1_000_000
"""Bytes; the work of a whole course takes some ten thousand."""

MAX_SECONDS = 10**7
MAX_TRIES = 1000
_VERDICTS = ("right", "close", "wrong")
_KIND = FileKind("trialsim work", 1, MAX_WORK_BYTES, "saved work", "Save my work")


def _answer(value: Any, where: str) -> Any:
    if value is None:
        raise TrialsimError(where, "no answer", "an answer with its verdict", BY_HAND)
    return entered(value, where)


def _verdict(value: Any, where: str) -> str:
    return check_one_of(where, value, _VERDICTS)


def _known_idea(value: Any, where: str) -> str:
    idea = text_up_to(MAX_NAME)(value, where)
    try:
        return load_misconception(idea).id if idea else ""
    except TrialsimError as error:
        fix = "The file comes from another version, or was changed by hand."
        raise TrialsimError(where, error.got, "an id of the catalogue", fix) from None


def _tries(value: Any, where: str) -> tuple[Try, ...]:
    if not isinstance(value, list) or len(value) > MAX_TRIES:
        raise TrialsimError(where, value, f"a list of at most {MAX_TRIES:,} tries", BY_HAND)
    return tuple(read_record(Try, Saved(answer, f"{where}, try {at}")) for at, answer in enumerate(value, 1))


def _seconds(value: Any, where: str) -> int:
    return check_whole(where, value, 0, MAX_SECONDS, BY_HAND)


# What stands in a file is checked by what a field is annotated with.
_Time = Annotated[str, Written(Any, time_in_utc)]
_Name = Annotated[str, Written(Any, text_up_to(MAX_NAME))]
_Number = Annotated[int | None, Written(Any, chosen_number)]


@dataclass(frozen=True, slots=True)
class Try:
    """One answer to a question.

    Attributes
    ----------
    answer : str, float or list of str
        As it was entered.
    verdict : str
        right, close or wrong.
    misconception : str
        The id of the idea that the answer has behind it, or empty.
    number : int or None
        The learner's number that picked this patient or trial; None where everybody has the same question.
    """

    answer: Annotated[Any, _answer]
    verdict: Annotated[str, Written(Any, _verdict)]
    misconception: Annotated[str, Written(Any, _known_idea)] = ""
    number: _Number = None


@dataclass(frozen=True, slots=True)
class LessonWork:
    """What was done in one lesson.

    Attributes
    ----------
    began, last : str
        When something was done first and last: UTC, to the second; empty where nothing was.
    seconds : int
        How long somebody was at work: the time between one action and the next, long breaks left out.
    predictions, settings, checks, words : mapping
        By name: what was predicted; where the controls of a panel stand; the tries at each question; free text.
    """

    began: _Time = ""
    last: _Time = ""
    seconds: Annotated[int, Written(Any, _seconds)] = 0
    predictions: Annotated[Mapping[str, Any], Written(Any, by_name(entered))] = field(default_factory=dict)
    settings: Annotated[Mapping[str, Mapping[str, Any]], Written(Any, by_name(control_values))] = field(
        default_factory=dict
    )
    checks: Annotated[Mapping[str, tuple[Try, ...]], Written(Any, by_name(_tries))] = field(default_factory=dict)
    words: Annotated[Mapping[str, str], Written(Any, by_name(text_up_to(MAX_WORDS)))] = field(default_factory=dict)

    @property
    def solved(self) -> tuple[str, ...]:
        """The questions that have a right answer."""
        return tuple(
            name for name, tries in self.checks.items() if any(attempt.verdict == "right" for attempt in tries)
        )

    @property
    def misconceptions(self) -> tuple[str, ...]:
        """The misconceptions that were met, in their order, each once."""
        met = (attempt.misconception for tries in self.checks.values() for attempt in tries if attempt.misconception)
        return tuple(dict.fromkeys(met))


@dataclass(frozen=True, slots=True)
class Work:
    """What one learner did.

    Attributes
    ----------
    name : str
        Optional.
    number : int or None
        Varies the questions; None as long as the learner has not chosen one.
    lessons : mapping
        Each lesson that was begun, by its number.
    learner : str
        Made at random when something is kept first: tells two learners of one name apart, and nothing else of them.
    """

    name: _Name = ""
    number: _Number = None
    lessons: Mapping[str, LessonWork] = field(default_factory=dict)
    learner: _Name = ""

    @property
    def last(self) -> str:
        """When something was done last."""
        return max((lesson.last for lesson in self.lessons.values()), default="")


def write_work(work: Work) -> str:
    """Return the work of a learner as the text of its file."""
    return _KIND.write(
        {
            "name": work.name,
            "number": work.number,
            "learner": work.learner,
            "lessons": dict(sorted(work.lessons.items())),
        }
    )


def read_work(text: str | bytes, name: str = "saved work") -> Work:
    """Return the work that a file holds.

    Parameters
    ----------
    text : str or bytes
        The content of the file.
    name : str
        What to call the file in a message.

    Raises
    ------
    TrialsimError
        When it is no saved work, comes from a version that is not known, or was changed into something that cannot be.

    Examples
    --------
    >>> read_work('{"format": "trialsim work", "version": 1, "lessons": {"99": {}}}', "a.json")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    trialsim.errors.TrialsimError: a.json, lessons: got '99'; allowed: '00', '01', ... or 'practice'.
    """
    file = Saved(_KIND.read(text, name, ("name", "number", "learner", "lessons")), name)
    known, found = tuple(lesson.number for lesson in whole_course()), {}
    for lesson, raw in check_table(file.raw("lessons"), file.at("lessons")).items():
        check_one_of(file.at("lessons"), lesson, known)
        found[lesson] = read_record(LessonWork, Saved(raw, f"{name}, lesson {lesson}"))
    return read_record(Work, file, lessons=MappingProxyType(found))


def load_work(path: str | Path) -> Work:
    """Read the work of a learner from a file, or refuse the file with a sentence.

    Raises
    ------
    TrialsimError
        As `read_work`, and when there is no such file.
    """
    return read_work(_KIND.read_file(path), Path(path).name)


def save_work(work: Work, path: str | Path) -> Path:
    """Write the work of a learner to a file and return its path; a full disk leaves an older file whole.

    Raises
    ------
    TrialsimError
        When the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     load_work(save_work(Work(name="Ada"), folder + "/ada.json")).name
    'Ada'
    """
    return _KIND.write_file(write_work(work), path)


def read_number(raw: object) -> int:
    """The learner's number as it was typed or given.

    Raises
    ------
    TrialsimError
        When it is no such number.

    Examples
    --------
    >>> read_number(" 12 ")
    12
    """
    given = int(raw) if isinstance(raw, str) and raw.strip().isdecimal() and len(raw) < 20 else raw
    return check_whole("Your number", given, 0, MAX_NUMBER, "Any number of your own: a seat, a day of birth.")


def join_work(*works: Work) -> Work:
    """Several files of one learner as one: of each lesson what was done last, and the last name and number given.

    Examples
    --------
    >>> old = Work("Ada", 7, {"04": LessonWork(last="2026-11-01T10:00:00+00:00")})
    >>> new = Work("", 9, {"05": LessonWork(last="2026-11-02T10:00:00+00:00")})
    >>> both = join_work(new, old)
    >>> both.name, both.number, sorted(both.lessons)
    ('Ada', 9, ['04', '05'])
    """
    joined = Work()
    for work in sorted(works, key=lambda each: each.last):
        newer = {
            number: lesson
            for number, lesson in work.lessons.items()
            if number not in joined.lessons or lesson.last >= joined.lessons[number].last
        }
        joined = Work(
            work.name or joined.name,
            joined.number if work.number is None else work.number,
            {**joined.lessons, **newer},
            work.learner or joined.learner,
        )
    return joined
