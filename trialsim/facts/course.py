"""The course: which lessons there are, in which order, and how long each takes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from trialsim.errors import check_whole
from trialsim.facts.reading import Basis, Section, read_facts


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson: its number and name, the question it answers, what one learns, the minutes it takes, its checks.

    `minutes_more` is what the parts that begin with *More* take on top; they may be left out.
    """

    number: str
    slug: str
    question: str
    learn: str
    minutes: int
    minutes_more: int
    checks: tuple[str, ...]

    @property
    def notebook(self) -> str:
        """The file name of its notebook.

        Examples
        --------
        >>> lessons()[0].notebook
        '00_start_here.ipynb'
        """
        return f"{self.number}_{self.slug}.ipynb"


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a lesson is taken, from which its minutes are computed.

    Attributes
    ----------
    words_a_minute : int
        Words read in a minute.
    seconds_a_control : int
        For each control of a panel, a prediction being one.
    seconds_a_check : int
        For each question.
    basis : str
        How well these numbers are known.
    """

    words_a_minute: int
    seconds_a_control: int
    seconds_a_check: int
    basis: Basis


@cache
def lessons() -> tuple[Lesson, ...]:
    """All lessons in their order.

    Examples
    --------
    >>> [lesson.number for lesson in lessons()]
    ['00', '01', '02', '03', '04', '05', '06']
    """
    return parse_course(read_facts("course.toml"))[0]


@cache
def pace() -> Pace:
    """How fast a lesson is taken.

    Examples
    --------
    >>> pace().words_a_minute, pace().basis
    (180, 'assumed')
    """
    return parse_course(read_facts("course.toml"))[1]


def parse_course(file: Section) -> tuple[tuple[Lesson, ...], Pace]:
    """Build the lessons and their pace from a file that has been read; refuse what does not fit."""
    section = file.section("pace")
    rule = Pace(
        words_a_minute=_whole(section, "words_a_minute", 1, 1000),
        seconds_a_control=_whole(section, "seconds_a_control", 0, 3600),
        seconds_a_check=_whole(section, "seconds_a_check", 0, 3600),
        basis=section.basis(),
    )
    section.end()
    found = []
    for entry in file.sections("lesson"):
        found.append(
            Lesson(
                number=entry.text("number"),
                slug=entry.text("slug"),
                question=entry.text("question"),
                learn=entry.text("learn"),
                minutes=entry.whole("minutes"),
                minutes_more=entry.whole("minutes_more"),
                checks=entry.texts("checks"),
            )
        )
        entry.end()
    file.end()
    return tuple(found), rule


def _whole(section: Section, key: str, low: int, high: int) -> int:
    return check_whole(section.at(key), section.whole(key), low, high)
