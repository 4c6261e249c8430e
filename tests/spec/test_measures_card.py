"""The card "IMACS in one view": one sheet of paper and one picture, both from the facts."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.spec import card as measures_card
from tests.spec import pages
from tests.spec.card import card_as_html, card_as_svg
from trialsim.facts.core_set import measures
from trialsim.facts.course import whole_course
from trialsim.facts.instruments import haq_form, mdaat_form, muscle_form

NOTEBOOKS = pages.FOLDER.parent
_SVG = "{http://www.w3.org/2000/svg}"


def test_both_say_who_what_how_and_the_points() -> None:
    """Every measure with its parts, both rules, every band of the score: on paper and in the picture."""
    card = measures_card.measures_card()
    told = re.sub(r"<[^>]+>", " ", card_as_html())
    drawn = " ".join(node.text or "" for node in ElementTree.fromstring(card_as_svg()).iter(f"{_SVG}text"))
    parts = (*muscle_form().muscles, *haq_form().categories, *mdaat_form().organs)
    bands = {cell for row in card.points for cell in row}
    for said in ({item.label for item in measures()}, bands, {part.split("_")[0] for part in parts}):
        assert [word for word in said if word not in told or word not in drawn] == []
    assert all(text.rpartition(" ")[2] in drawn and name in told for name, text in card.rules)
    assert [row.label for row in card.rows] == [item.label for item in measures()]


def test_the_picture_stays_on_its_sheet() -> None:
    """Every text begins and ends on the sheet, by the width of the font's digits; no two lines of a column touch."""
    root = ElementTree.fromstring(card_as_svg())
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    for node in root.iter(f"{_SVG}text"):
        x, y = float(node.attrib["x"]), float(node.attrib["y"])
        assert 0 < y < height - 8 and x > 0 and x + 6.6 * len(node.text or "") < width


def test_text_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a fact says is text, whatever it holds."""
    card = measures_card.measures_card()
    nasty = replace(card, ladder="<script>", rows=(replace(card.rows[0], pitfall="a < b"), *card.rows[1:]))
    monkeypatch.setattr(measures_card, "measures_card", lambda: nasty)
    for text in (card_as_html(), card_as_svg()):
        assert "<script>" not in text.lower() and "a &lt; b" in text


@pytest.mark.parametrize("page", [*(lesson.notebook for lesson in whole_course()), "reference/card.md"])
def test_the_sheet_is_one_click_away(page: str) -> None:
    """Every lesson leads to the page with its sources, and to the sheet that is printed."""
    assert "card.html)" in (NOTEBOOKS / page).read_text(encoding="utf-8")
    assert Path(NOTEBOOKS, "reference", "card.html").is_file()
