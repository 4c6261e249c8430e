"""The end of each lesson: how its numbers were computed, in lines that a reader can paste and run."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import nbformat
import pytest

from trialsim.facts.course import Lesson, lessons

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
_MAX_LINES = 4  # the import, and three more

every_lesson = pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.slug)


def last_words(lesson: Lesson) -> str:
    """The Markdown cell that says how a lesson's numbers were computed."""
    cells = nbformat.read(FOLDER / lesson.notebook, as_version=4).cells
    found = [cell.source for cell in cells if cell.cell_type == "markdown" and "**How this was computed" in cell.source]
    assert len(found) <= 1
    return str(found[0]) if found else ""


def block(text: str) -> str:
    """The fenced lines of Python in a text."""
    found = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert len(found) == 1
    return str(found[0])


@every_lesson
def test_its_lines_run_and_show_something(lesson: Lesson, capsys: pytest.CaptureFixture[str]) -> None:
    """Pasted into a new cell, the lines run, and the last one prints or gives a value."""
    lines = block(last_words(lesson))
    body = ast.parse(lines).body
    assert "trialsim as ts" in lines.splitlines()[0] and len(lines.splitlines()) <= _MAX_LINES
    *before, last = body
    names: dict[str, object] = {}
    exec(compile(ast.Module(before, []), lesson.notebook, "exec"), names)
    assert isinstance(last, ast.Expr)
    value = eval(compile(ast.Expression(last.value), lesson.notebook, "eval"), names)
    assert value is not None or capsys.readouterr().out.strip()


@every_lesson
def test_it_names_the_page_of_its_rule(lesson: Lesson) -> None:
    """Beside the lines stands a link to a page of the reference."""
    text = last_words(lesson)
    block(text)
    pages = set(re.findall(r"\]\(reference/([\w-]+\.md)", text)) - {"glossary.md", "index.md"}
    assert pages and all((FOLDER / "reference" / page).exists() for page in pages)


@every_lesson
def test_it_leads_on(lesson: Lesson) -> None:
    """The last text links the lesson before, the next one and the glossary."""
    block(last_words(lesson))
    source = [cell.source for cell in nbformat.read(FOLDER / lesson.notebook, as_version=4).cells][-1]
    at = lessons().index(lesson)
    before, after = lessons()[:at][-1:], lessons()[at + 1 : at + 2]
    for word, others in (("**Before:**", before), ("**Next:**", after)):
        assert all(f"{word} [{other.question}]({other.notebook})" in source for other in others)
        assert (word in source) is bool(others)
    assert "[Glossary](reference/glossary.md)" in source
