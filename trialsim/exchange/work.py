"""What a learner did in the course, as one small file: predictions, settings, answers, and words of one's own.

It stays with the learner, who may hand it in; nothing is sent anywhere.

>>> mine = Work(name="Ada", lessons={"04": LessonWork(predictions={"guess": 80})})
>>> read_work(write_work(mine)).lessons["04"].predictions["guess"]
80
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from trialsim.errors import TrialsimError, check_one_of, check_whole
from trialsim.exchange.kept_values import (
    MAX_NAME,
    MAX_NUMBER,
    MAX_WORDS,
    control_values,
    entered,
    named_values,
    plain_text,
    time_in_utc,
)
from trialsim.exchange.strict_json import BY_HAND, FileKind, check_names, check_table
from trialsim.facts.course import lessons
from trialsim.facts.misconceptions import load_misconception

__all__ = [
    "MAX_NAME",
    "MAX_SECONDS",
    "MAX_TRIES",
    "MAX_WORDS",
    "MAX_WORK_BYTES",
    "LessonWork",
    "Try",
    "Work",
    "join_work",
    "load_work",
    "read_number",
    "read_work",
    "save_work",
    "write_work",
]

MAX_WORK_BYTES = 1_000_000
"""Bytes; the work of a whole course takes some ten thousand."""

MAX_SECONDS = 10**7
MAX_TRIES = 1000
_VERDICTS = ("right", "close", "wrong")
_KIND = FileKind("trialsim work", 1, MAX_WORK_BYTES, "saved work", "Save my work")


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

    answer: Any
    verdict: str
    misconception: str = ""
    number: int | None = None


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

    began: str = ""
    last: str = ""
    seconds: int = 0
    predictions: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    checks: Mapping[str, tuple[Try, ...]] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def solved(self) -> tuple[str, ...]:
        """The questions that have a right answer."""
        return tuple(name for name, tries in self.checks.items() if any(one.verdict == "right" for one in tries))

    @property
    def misconceptions(self) -> tuple[str, ...]:
        """The misconceptions that were met, in their order, each once."""
        met = (one.misconception for tries in self.checks.values() for one in tries if one.misconception)
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

    name: str = ""
    number: int | None = None
    lessons: Mapping[str, LessonWork] = field(default_factory=dict)
    learner: str = ""

    @property
    def last(self) -> str:
        """When something was done last."""
        return max((one.last for one in self.lessons.values()), default="")


def write_work(work: Work) -> str:
    """Return the work of a learner as the text of its file."""
    return _KIND.write(
        {
            "name": work.name,
            "number": work.number,
            "learner": work.learner,
            "lessons": {number: _packed(one) for number, one in sorted(work.lessons.items())},
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
    >>> read_work('{"format": "trialsim work", "version": 1, "lessons": {"07": {}}}', "ada.json")
    Traceback (most recent call last):
    trialsim.errors.TrialsimError: ada.json, lessons: got '07'; allowed: '00', '01', '02', '03', '04', '05' or '06'.
    """
    content = _KIND.read(text, name, ("name", "number", "learner", "lessons"))
    known = tuple(lesson.number for lesson in lessons())
    found = {}
    for lesson, raw in check_table(content.get("lessons"), f"{name}, lessons").items():
        check_one_of(f"{name}, lessons", lesson, known)
        found[lesson] = _read_lesson(raw, f"{name}, lesson {lesson}")
    number = content.get("number")
    if number is not None:
        check_whole(f"{name}, number", number, 0, MAX_NUMBER, BY_HAND)
    called, learner = (plain_text(content.get(key, ""), f"{name}, {key}", MAX_NAME) for key in ("name", "learner"))
    return Work(called, number, MappingProxyType(found), learner)


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
    for work in sorted(works, key=lambda one: one.last):
        newer = {
            number: one
            for number, one in work.lessons.items()
            if number not in joined.lessons or one.last >= joined.lessons[number].last
        }
        joined = Work(
            work.name or joined.name,
            joined.number if work.number is None else work.number,
            {**joined.lessons, **newer},
            work.learner or joined.learner,
        )
    return joined


def _packed(one: LessonWork) -> dict[str, Any]:
    checks = {name: [asdict(each) for each in tries] for name, tries in one.checks.items()}
    return {
        "began": one.began,
        "last": one.last,
        "seconds": one.seconds,
        "predictions": dict(one.predictions),
        "settings": {name: dict(values) for name, values in one.settings.items()},
        "checks": checks,
        "words": dict(one.words),
    }


def _read_lesson(raw: object, where: str) -> LessonWork:
    values = check_table(raw, where)
    check_names(values, LessonWork.__dataclass_fields__, where)
    parts = ("predictions", "settings", "checks", "words")
    tables = {key: named_values(values.get(key, {}), f"{where}, {key}") for key in parts}
    settings = {name: named_values(one, f"{where}, settings, {name}") for name, one in tables["settings"].items()}
    return LessonWork(
        began=time_in_utc(values.get("began", ""), f"{where}, began"),
        last=time_in_utc(values.get("last", ""), f"{where}, last"),
        seconds=check_whole(f"{where}, seconds", values.get("seconds", 0), 0, MAX_SECONDS, BY_HAND),
        predictions={name: entered(one, f"{where}, {name}") for name, one in tables["predictions"].items()},
        settings={name: control_values(one, f"{where}, settings, {name}") for name, one in settings.items()},
        checks={name: _read_tries(one, f"{where}, {name}") for name, one in tables["checks"].items()},
        words={name: plain_text(one, f"{where}, {name}", MAX_WORDS) for name, one in tables["words"].items()},
    )


def _read_tries(raw: object, where: str) -> tuple[Try, ...]:
    if not isinstance(raw, list) or len(raw) > MAX_TRIES:
        raise TrialsimError(where, raw, f"a list of at most {MAX_TRIES:,} tries", BY_HAND)
    return tuple(_read_try(one, f"{where}, try {at}") for at, one in enumerate(raw, 1))


def _read_try(raw: object, where: str) -> Try:
    values = check_table(raw, where)
    check_names(values, Try.__dataclass_fields__, where)
    if "answer" not in values:
        raise TrialsimError(where, "no answer", "an answer with its verdict", BY_HAND)
    verdict = check_one_of(f"{where}, verdict", values.get("verdict"), _VERDICTS)
    misconception = plain_text(values.get("misconception", ""), f"{where}, misconception", MAX_NAME)
    if misconception:
        try:
            load_misconception(misconception)
        except TrialsimError as error:
            fix = "The file comes from another version, or was changed by hand."
            raise TrialsimError(f"{where}, misconception", error.got, "an id of the catalogue", fix) from None
    number = values.get("number")
    if number is not None:
        check_whole(f"{where}, number", number, 0, MAX_NUMBER, BY_HAND)
    return Try(entered(values["answer"], f"{where}, answer"), verdict, misconception, number)
