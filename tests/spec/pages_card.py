"""The reference page "IMACS in one view": six measures, the rule and the points on one page to print."""

from __future__ import annotations

from tests.spec.card import HEADS, measures_card
from tests.spec.markdown import page, plain, sources, table
from trialsim.facts.measures_card import card_rows


def card_page() -> str:
    """The card."""
    card = measures_card()
    rules = [f"**{plain(name)}.** {plain(text)}" for name, text in card.rules]
    return page(
        "IMACS in one view",
        "To print: [one sheet of A4](card.html), or [the same as a picture](card.svg).",
        table([head.lower() for head in HEADS], [row.cells for row in card.rows]),
        *rules,
        f"**The 2016 score.** {plain(card.score)} {plain(card.ladder.capitalize())}.",
        table(["measure", "", "", "", ""], card.points),
        table(["measure", "how well known"], ((row.label, row.known) for row in card.rows)),
        sources(dict.fromkeys(key for row in card_rows() for key in row.sources)),
    )
