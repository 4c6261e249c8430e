"""The course: which lessons there are, in which order, and how long each takes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from trialsim.facts.reading import Section, read_facts


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson: its number and name, the question it answers, what one learns, the minutes it takes, its checks."""

    number: str
    slug: str
    question: str
    learn: str
    minutes: int
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


@cache
def lessons() -> tuple[Lesson, ...]:
    """All lessons in their order.

    Examples
    --------
    >>> [lesson.number for lesson in lessons()]
    ['00', '01', '02', '03', '04', '05', '06']
    """
    return parse_course(read_facts("course.toml"))


def parse_course(file: Section) -> tuple[Lesson, ...]:
    """Build the lessons from a file that has been read; refuse what does not fit."""
    found = []
    for entry in file.sections("lesson"):
        found.append(
            Lesson(
                number=entry.text("number"),
                slug=entry.text("slug"),
                question=entry.text("question"),
                learn=entry.text("learn"),
                minutes=entry.whole("minutes"),
                checks=entry.texts("checks"),
            )
        )
        entry.end()
    file.end()
    return tuple(found)
