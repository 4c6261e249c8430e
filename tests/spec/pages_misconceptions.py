"""The reference page of misconceptions: what those who hold one say, and what the lessons reply."""

from __future__ import annotations

from collections.abc import Iterator

from tests.spec.markdown import page, plain
from trialsim.facts.course import Lesson, whole_course
from trialsim.facts.misconceptions import misconceptions


def misconceptions_page() -> str:
    """Every misconception of the catalogue, by the lesson that treats it."""
    about = (
        "A wrong answer in a lesson is met with the idea behind it. The catalogue is our own: that people hold these "
        "ideas is assumed, from how the rules and the arithmetic of small trials are commonly misread."
    )
    return page("Misconceptions", about, *_parts())


def _parts() -> Iterator[str]:
    for lesson in whole_course():
        number = lesson.number if isinstance(lesson, Lesson) else lesson.number.capitalize() + ":"
        yield f"## {number} {plain(lesson.question)}"
        yield (
            f"In [lesson {lesson.number}](../{lesson.notebook})."
            if isinstance(lesson, Lesson)
            else (f"In [{lesson.number}](../{lesson.notebook}).")
        )
        for idea in misconceptions().values():
            if idea.lesson == lesson.number:
                yield f'### <a id="{idea.id}"></a>{plain(idea.name)}\n\n> {plain(idea.idea)}\n\n{plain(idea.reply)}'
