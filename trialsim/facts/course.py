"""The course: which lessons there are, in which order, and how long each takes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Annotated

from trialsim.facts.reading import Basis, Section, read_facts
from trialsim.facts.records import read_list, read_record, whole


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
class Room:
    """A notebook beside the numbered lessons: its name, the question it answers, its checks."""

    slug: str
    question: str
    checks: tuple[str, ...]

    @property
    def number(self) -> str:
        """Its key in what is kept, where a lesson has its number; it sorts after all of them."""
        return self.slug

    @property
    def notebook(self) -> str:
        """The file name of its notebook."""
        return f"{self.slug}.ipynb"


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

    words_a_minute: Annotated[int, whole(1, 1000)]
    seconds_a_control: Annotated[int, whole(0, 3600)]
    seconds_a_check: Annotated[int, whole(0, 3600)]
    basis: Basis


@cache
def lessons() -> tuple[Lesson, ...]:
    """All lessons in their order.

    Examples
    --------
    >>> [lesson.number for lesson in lessons()][:3]
    ['00', '01', '02']
    """
    return parse_course(read_facts("course.toml"))[0]


@cache
def rooms() -> tuple[Room, ...]:
    """The notebooks beside the lessons, in whose work a learner's progress is kept, too.

    Examples
    --------
    >>> [room.notebook for room in rooms()]
    ['six_numbers.ipynb', 'practice.ipynb']
    """
    return parse_course(read_facts("course.toml"))[2]


def whole_course() -> tuple[Lesson | Room, ...]:
    """Every notebook in which a learner's work is kept."""
    return (*lessons(), *rooms())


@cache
def pace() -> Pace:
    """How fast a lesson is taken.

    Examples
    --------
    >>> pace().words_a_minute, pace().basis
    (180, 'assumed')
    """
    return parse_course(read_facts("course.toml"))[1]


def parse_course(file: Section) -> tuple[tuple[Lesson, ...], Pace, tuple[Room, ...]]:
    """Build the lessons, their pace and the rooms from a file that has been read; refuse what does not fit."""
    pace = read_record(Pace, file.section("pace"))
    found = read_list(Lesson, file, "lesson")
    beside = read_list(Room, file, "room")
    file.end()
    return found, pace, beside
