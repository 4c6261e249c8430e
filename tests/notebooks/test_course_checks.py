"""The course names the checks of each lesson: whoever reads a learner's file knows by them what is finished."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from trialsim.facts.course import Lesson, lessons, rooms, whole_course

SOURCES = Path(__file__).resolve().parents[2] / "trialsim" / "lessons"


def asked() -> Iterator[str]:
    """The name of every question that the lessons make."""
    for path in sorted(SOURCES.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Question":
                yield from (ast.literal_eval(keyword.value) for keyword in node.keywords if keyword.arg == "name")


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.slug)
def test_a_lesson_asks_what_the_course_says(lesson: Lesson) -> None:
    """The questions made for a lesson are its checks in the course file, each once."""
    found = [name for name in asked() if name.startswith(f"{lesson.number}-")]
    assert sorted(found) == sorted(lesson.checks) and found


def test_no_question_is_outside_the_course() -> None:
    """Every question belongs to a lesson."""
    drilled = {name for room in rooms() if room.slug == "practice" for name in room.checks}
    known = {name for room in whole_course() for name in room.checks} - drilled
    assert sorted(asked()) == sorted(known)
