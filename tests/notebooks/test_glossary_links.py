"""Links into the glossary lead to an entry that is there."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

from trialsim.facts.course import Lesson, lessons
from trialsim.facts.glossary import glossary

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
_LINK = re.compile(r"""(?:\]\(|href=["'])(?P<page>[^)"'\s#]*)#(?P<anchor>[^)"'\s]*)""")


def anchors_asked_for(text: str, page: str) -> list[str]:
    """The anchors on that page to which the links of a text lead; a page named alone is no mistake."""
    return [link["anchor"] for link in _LINK.finditer(text) if link["page"] == page]


def anchors_offered(text: str) -> list[str]:
    """The anchors that a page sets, in their order."""
    return re.findall(r'^## <a id="([^"]*)"></a>', text, re.MULTILINE)


def written(name: str) -> str:
    """A page as it is committed."""
    return (FOLDER / name).read_text(encoding="utf-8")


def shown(lesson: Lesson) -> str:
    """Everything in a lesson that can hold a link: its text, and what its cells show."""
    cells = nbformat.read(FOLDER / lesson.notebook, as_version=4).cells
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    texts = [cell.source for cell in cells]
    texts += [
        "".join(data) for output in outputs for kind, data in output.get("data", {}).items() if kind != "image/svg+xml"
    ]
    return "\n".join(texts)


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.slug)
def test_links_of_a_lesson_lead_to_a_term(lesson: Lesson) -> None:
    """Every anchor that a lesson names on the page of the glossary is that of an entry."""
    asked = anchors_asked_for(shown(lesson), "reference/glossary.md")
    assert [anchor for anchor in asked if anchor not in glossary()] == []


def test_the_page_sets_the_anchor_of_every_term() -> None:
    """The committed page has one anchor for each term, and every link inside it leads to one of them."""
    page = written("reference/glossary.md")
    assert anchors_offered(page) == list(glossary())
    inside = anchors_asked_for(page, "")
    assert set(inside) == set(glossary())


def test_a_wrong_link_would_be_found() -> None:
    """Links in Markdown and in HTML are seen; those to other pages are not."""
    text = '[a](reference/glossary.md#power) <a href="reference/glossary.md#Power">b</a> [c](score.md#x) [d](#f)'
    assert anchors_asked_for(text, "reference/glossary.md") == ["power", "Power"]
    assert anchors_asked_for(text, "") == ["f"]
