"""Every lesson as a page: exported by nbconvert, opened in a browser that reaches no network.

What the page must show is taken from the outputs in the notebook.
"""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from typing import Any

import nbformat
import pytest

from tests.browser.real_lab import ROOT
from trialsim.facts.course import Lesson, lessons

A4 = {"width": 700, "height": 1000}
"""Between margins of a centimetre and more, in CSS pixels."""
SVG = "{http://www.w3.org/2000/svg}"
RAW = re.compile(
    r"Loading widget|Error displaying widget|widget-view|<trialsim|object at 0x"
    r"|\b(?:[HV]Box|Output|\w+(?:Slider|Text|Panel))\("
)
# What the page shows, in its order: pictures with their size, tables by their cells, and text.
LOOK = """() => {
  const visible = (node) => node.checkVisibility({ visibilityProperty: true });
  const text = (node) => node.innerText.replace(/\\s+/g, " ").trim();
  const pictures = [...document.querySelectorAll(".jp-RenderedSVG > img")].filter(visible);
  return {
    pictures: pictures.map((node) => {
      const { width, height } = node.getBoundingClientRect();
      const cut = node.parentElement.scrollWidth > node.parentElement.clientWidth + 1;
      return { width, height, cut, loaded: node.complete && node.naturalWidth > 0 };
    }),
    tables: [...document.querySelectorAll(".jp-OutputArea-output table")].filter(visible).map(
      (table) => [...table.rows].map((row) => [...row.cells].map(text))),
    asked: [...document.querySelectorAll(".jp-RenderedMarkdown table")].filter(visible).map(
      (table) => [...table.rows].map((row) => [...row.cells].map(text))),
    text: text(document.body),
    folded: [...document.querySelectorAll("details")].map((one) => ({ open: one.open })),
    wide: document.scrollingElement.scrollWidth - innerWidth,
    // What is wider than its box scrolls there, and the keyboard gets to it.
    cut: [...document.querySelectorAll(".jp-OutputArea-output, .jp-MarkdownOutput")]
      .filter((box) => box.scrollWidth > box.clientWidth + 1 && box.tabIndex < 0).map((box) => text(box).slice(0, 80)),
  };
}"""


@pytest.fixture(scope="module", params=lessons(), ids=lambda lesson: lesson.slug)
def notebook(request: pytest.FixtureRequest) -> Any:
    """One lesson as it is committed."""
    shown: Lesson = request.param
    return nbformat.read(ROOT / "notebooks" / shown.notebook, as_version=4)


@pytest.fixture(scope="module")
def reading(notebook: Any, context: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """That lesson as `jupyter nbconvert --to html` writes it, on a page 800 px wide, without a network."""
    from nbconvert import HTMLExporter

    body, _ = HTMLExporter().from_notebook_node(notebook)
    path = tmp_path_factory.mktemp("reading") / "lesson.html"
    path.write_text(body, encoding="utf-8")
    page = context.new_page()
    page.set_viewport_size({"width": 800, "height": 1000})
    page.route(re.compile("^(?!file:|data:)"), lambda route: route.abort())
    page.goto(path.as_uri())
    yield page
    page.close()


def outputs(notebook: Any, kind: str, beside: str = "") -> list[str]:
    """What the notebook holds of one kind where that is the richest that a page can show; or what stands beside it."""
    order = ("text/html", "image/svg+xml", "image/png", "text/markdown", "text/plain")
    found = (output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", ()))
    return [str(data[beside or kind]) for data in found if kind == next((form for form in order if form in data), None)]


def plain(text: str) -> str:
    """Text without marks, tags and line breaks: the words that a reader sees."""
    text = re.sub(r"<[^>]+>", " ", text)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"\\(.)", r"\1", re.sub(r"(?<!\\)[*`]+|^\s*(?:- |> |#+ |\d+\. )", "", text, flags=re.MULTILINE))
    return " ".join(html.unescape(text).split())


def test_pictures_and_their_sentences(notebook: Any, reading: Any) -> None:
    """Every picture is on the page in its full size, with an alternative in words and its sentence below."""
    documents = [ElementTree.fromstring(svg) for svg in outputs(notebook, "image/svg+xml")]
    sentences = [text.partition("\n")[2] for text in outputs(notebook, "image/svg+xml", "text/plain")]
    shown = reading.evaluate(LOOK)["pictures"]
    assert documents and len(shown) == len(documents)
    for document, picture, sentence in zip(documents, shown, sentences, strict=True):
        assert picture["loaded"]
        left, top, width, height = map(float, document.attrib["viewBox"].split())
        assert (left, top) == (0, 0) and picture["width"] >= 300
        assert picture["height"] / picture["width"] == pytest.approx(height / width, rel=0.02)
        # The exporter makes an image of it and drops its name; where the SVG itself is shown, that is read aloud.
        assert document.attrib["role"] == "img" and len(document.attrib["aria-label"].split()) > 5
        written = " ".join("".join(text.itertext()) for text in document.iter(f"{SVG}text"))
        assert plain(sentence) in plain(html.escape(written))


def test_tables_and_questions(notebook: Any, reading: Any) -> None:
    """Every table, every prediction's question, every check with its options; each answer folded until it is opened."""
    shown = reading.evaluate(LOOK)
    questions = outputs(notebook, "text/markdown")
    assert questions
    answers = []
    for question in questions:
        asked, _, folded = question.partition("<details>")
        rows = [line for line in asked.splitlines() if line.startswith("|") and not line.startswith("|--")]
        cells = [[plain(cell) for cell in row.strip("|").split("|")] for row in rows]
        assert [row for row in cells if not any(row in table for table in shown["asked"])] == []
        for line in (plain(line) for line in asked.splitlines() if not line.startswith("|")):
            assert line in shown["text"]
        answers += [plain(line) for line in folded.partition("</summary>")[2].splitlines() if plain(line)]
    assert answers and shown["folded"] and not any(part["open"] for part in shown["folded"])
    for summary in reading.locator("details > summary").all():
        summary.focus()
        reading.keyboard.press("Enter")
    opened = reading.evaluate(LOOK)
    tables = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", table, re.DOTALL) for table in outputs(notebook, "text/html")]
    on_page = [[cell for row in table for cell in row] for table in opened["tables"]]
    assert [cells for cells in tables if cells and [plain(cell) for cell in cells] not in on_page] == []
    assert all(part["open"] for part in opened["folded"])
    assert [answer for answer in answers if answer not in opened["text"]] == []


def test_text_and_room(notebook: Any, reading: Any) -> None:
    """The prose is there, no widget's raw text is; nothing is wider than the page or out of reach."""
    shown = reading.evaluate(LOOK)
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    headings = re.findall(r"^#+ (.+)$", prose, re.MULTILINE)
    assert headings and [heading for heading in headings if plain(heading) not in shown["text"]] == []
    assert [text for text in map(plain, outputs(notebook, "text/plain")) if text not in shown["text"]] == []
    assert RAW.findall(shown["text"]) == []
    assert shown["wide"] <= 0
    assert shown["cut"] == []


def test_on_paper(reading: Any) -> None:
    """Printed on A4, it shows the same pictures, each as a whole, and the same tables and words."""
    on_screen = reading.evaluate(LOOK)
    reading.emulate_media(media="print")
    reading.set_viewport_size(A4)
    on_paper = reading.evaluate(LOOK)
    assert [picture["cut"] for picture in on_paper["pictures"]] == [False] * len(on_screen["pictures"])
    assert [picture["loaded"] and picture["width"] > 0 for picture in on_paper["pictures"]] == [True] * len(
        on_screen["pictures"]
    )
    assert on_paper["tables"] == on_screen["tables"]
    assert set(on_screen["text"].split()) - set(on_paper["text"].split()) <= {"¶"}
