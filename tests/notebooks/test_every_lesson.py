"""Every lesson as it is committed: its steps, its cells, its links, what it shows where no kernel runs."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.notebooks.execute import run
from tests.notebooks.widget_state import faults
from trialsim.facts.course import Lesson, lessons

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
STEPS = ("Situation", "Predict", "Manipulate", "Explain", "Check", "Transfer", "Take away")

every_lesson = pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.slug)


@cache
def notebook(lesson: Lesson) -> Any:
    """The notebook as it is committed."""
    return nbformat.read(FOLDER / lesson.notebook, as_version=4)


def code_cells(lesson: Lesson) -> list[Any]:
    """Its code cells."""
    return [cell for cell in notebook(lesson).cells if cell.cell_type == "code"]


@every_lesson
def test_it_begins_with_its_question(lesson: Lesson) -> None:
    """The title is the question of the course; the box says time, and that this is neither real data nor advice."""
    first = notebook(lesson).cells[0].source
    assert first.splitlines()[0] == f"# {lesson.question}"
    assert f"{lesson.minutes} min" in first
    assert "o real patient data" in first and "edical advice" in first


@every_lesson
def test_its_headings_say_what_stands_there(lesson: Lesson) -> None:
    """No heading is the name of a step, and none comes twice."""
    headings = [line for cell in notebook(lesson).cells for line in cell.source.splitlines() if line.startswith("## ")]
    assert [step for heading in headings for step in STEPS if step in heading] == []
    assert len(set(headings)) == len(headings) >= 4


@every_lesson
def test_its_cells_are_short_and_folded(lesson: Lesson) -> None:
    """Code cells are folded, at most three lines, without definitions, installs, filters or network."""
    for cell in code_cells(lesson):
        assert len(cell.source.splitlines()) <= 3
        assert cell.metadata["jupyter"]["source_hidden"] is True
        assert not re.search(r"\bdef\b|\blambda\b|\bpip\b|warnings|^[!%]|https?:", cell.source)


@every_lesson
def test_it_reads_where_no_kernel_runs(lesson: Lesson) -> None:
    """It was executed from top to bottom without an error, a warning or saved widget state, and shows a picture."""
    cells = code_cells(lesson)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    outputs = [output for cell in cells for output in cell.outputs]
    assert {output.output_type for output in outputs} <= {"execute_result", "display_data", "stream"}
    assert {output.name for output in outputs if output.output_type == "stream"} <= {"stdout"}
    assert "image/svg+xml" in {kind for output in outputs for kind in output.get("data", {})}
    assert "widgets" not in notebook(lesson).metadata


@every_lesson
def test_it_carries_no_address(lesson: Lesson) -> None:
    """No memory address and no path of a machine, in text or outputs."""
    text = (FOLDER / lesson.notebook).read_text(encoding="utf-8")
    assert not re.search(r"0x[0-9a-f]{6,}|/(work|tmp|home|root|Users)/", text)


@every_lesson
def test_its_links_lead_somewhere(lesson: Lesson) -> None:
    """Every relative link names a file that is there."""
    text = "\n".join(cell.source for cell in notebook(lesson).cells if cell.cell_type == "markdown")
    targets = [link.split("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]
    assert [target for target in targets if target and not (FOLDER / target).exists()] == []


@every_lesson
def test_no_widget_swallows_an_error(lesson: Lesson) -> None:
    """Run from top to bottom as an open page, neither a cell nor the state of a widget holds a fault."""
    assert faults(run(FOLDER / lesson.notebook, keep_widgets=True, open_page=True)) == []


def test_the_course_leads_from_lesson_to_lesson() -> None:
    """The first lesson links to all others."""
    (first, *others) = lessons()
    text = "\n".join(cell.source for cell in notebook(first).cells)
    assert all(f"]({lesson.notebook})" in text for lesson in others)
