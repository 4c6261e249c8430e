"""How much a lesson makes one read: open words, the length of sentences; and no answer before its question."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.notebooks.minutes import words
from trialsim.facts.course import Lesson, lessons
from trialsim.widgets.controls import Slider
from trialsim.widgets.panel import Panel

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"

MAX_WORDS = 700
"""Of running text: what stands open on the page of a lesson, drawers and code aside."""
MAX_SENTENCE = 16
"""Words of a sentence, on average, over what stands open and what waits in drawers."""

every_lesson = pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.slug)


@cache
def notebook(lesson: Lesson) -> Any:
    """The notebook as it is committed."""
    return nbformat.read(FOLDER / lesson.notebook, as_version=4)


def text_of(cells: list[Any]) -> str:
    """The Markdown of some cells, without code."""
    text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    return re.sub(r"```.*?```", "", text, flags=re.DOTALL)


def without_drawers(text: str) -> str:
    """What of a text stands open: without what waits in drawers; their fronts stay."""
    text = re.sub(r"<summary>(.*?)</summary>.*?</details>", r"\1", text, flags=re.DOTALL)
    return text.replace("<details>", "")


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text; headings, lines of lists and cells that link on are none."""
    text = re.sub(r"<summary>.*?</summary>|</?details>", "\n\n", text, flags=re.DOTALL)
    text = re.sub(r"\]\([^)]*\)", "]", text)
    for block in re.split(r"\n\s*\n|\n(?=- |\d\. |> |#)", text):
        if block.lstrip().startswith("#") or not block.strip():
            continue
        for sentence in re.split(r"(?<=[.!?])[\"”’*)\]]*\s+", " ".join(block.split())):
            if words(sentence) >= 3:
                yield sentence


@every_lesson
def test_no_more_words_than_are_read(lesson: Lesson) -> None:
    """A lesson has at most 700 words of running text, and its sentences 16 words on average."""
    text = text_of(notebook(lesson).cells)
    assert words(without_drawers(text)) <= MAX_WORDS
    lengths = [words(sentence) for sentence in sentences(text)]
    assert sum(lengths) / len(lengths) <= MAX_SENTENCE


def predicted() -> Iterator[Any]:
    """Every lesson with each panel of it that asks for a prediction."""
    for lesson in lessons():
        module = import_module(f"trialsim.lessons.{lesson.slug}")
        for panel in module.PLAN.predicted() if hasattr(module, "PLAN") else ():
            yield pytest.param(lesson, panel, id=f"{lesson.number}-{panel.prediction.name}")


@pytest.mark.parametrize(("lesson", "panel"), list(predicted()))
def test_no_answer_stands_open_before_its_question(lesson: Lesson, panel: Panel) -> None:
    """What will be found is said nowhere before the guess: not in open text above it, not in what a cell shows."""
    asked, found = panel.prediction, panel.found
    assert asked is not None and found is not None
    value = found()
    told = {panel.view().sentence}
    if isinstance(asked, Slider):
        told |= {f"{asked.show(value)} of {asked.high:g}", f"{asked.show(value)} of the {asked.high:g}"}
    seen = ""
    for cell in notebook(lesson).cells:
        if cell.cell_type == "markdown":
            seen += without_drawers(text_of([cell]))
            continue
        if asked.label in "".join(output.get("data", {}).get("text/markdown", "") for output in cell.outputs):
            break
        for output in cell.outputs:
            seen += without_drawers(output.get("data", {}).get("text/html", ""))
    else:
        raise AssertionError("no cell asks for the prediction")
    assert [sentence for sentence in told if sentence in " ".join(seen.split())] == []
