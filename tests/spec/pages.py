"""The reference pages: `python -m tests.spec.pages` writes them, `--check` says which are not what they would be."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from tests.spec.card import card_as_html, card_as_svg
from tests.spec.markdown import page
from tests.spec.pages_card import card_page
from tests.spec.pages_glossary import glossary_page
from tests.spec.pages_instruments import classification_page, instruments_page
from tests.spec.pages_misconceptions import misconceptions_page
from tests.spec.pages_model import calibration_page, population_page
from tests.spec.pages_rules import audit_page, protocol_page, responses_page, score_page
from tests.spec.pages_vignettes import vignettes_page
from trialsim.facts.protocol import OUR_TRIAL, list_protocols

FOLDER = Path(__file__).resolve().parents[2] / "notebooks" / "reference"
PROTOCOLS = {"protocol.md": OUR_TRIAL} | {f"protocol-{id.lower()}.md": id for id in list_protocols() if id != OUR_TRIAL}
_ABOUT = {
    "card.md": "IMACS in one view: six measures, the rule of 2004 and the points of 2016",
    "card.html": "the same on one sheet of paper",
    "card.svg": "the same as a picture",
    "glossary.md": "the field's words: what each means, what computes it, in which lessons it is met",
    "misconceptions.md": "the wrong ideas that the lessons answer, by name",
    **{
        name: f"the record of {id}: criteria, readings, silences, and a worked patient for each"
        for name, id in PROTOCOLS.items()
    },
    "responses.md": "every definition of response, with the patients it was tried on",
    "score.md": "the total improvement score of 2016",
    "classification.md": "Bohan and Peter, amyopathic dermatomyositis, EULAR/ACR 2017",
    "instruments.md": "MMT-8, HAQ-DI, MDAAT, enzymes, prednisone equivalents, abatacept, washouts",
    "vignettes.md": "made-up patients to learn rating on: charts, sheets, ranges, verdicts, and how raters differ",
    "population.md": "every parameter of the patient model, with its source or the word assumed",
    "calibration.md": "what the model was tuned to, and what it is checked against",
    "audit.md": "published verdicts held against the rules that were printed with them",
}


def index_page() -> str:
    """The list of the pages."""
    lines = "\n".join(f"- [{name.removesuffix('.md').capitalize()}]({name}): {about}" for name, about in _ABOUT.items())
    made = "`python -m tests.spec.pages` writes these pages; a test compares them with what the facts say today."
    return page("Reference", lines, made)


PAGES: Mapping[str, Callable[[], str]] = {
    "index.md": index_page,
    "card.md": card_page,
    "card.html": card_as_html,
    "card.svg": card_as_svg,
    "glossary.md": glossary_page,
    "misconceptions.md": misconceptions_page,
    **{name: partial(protocol_page, id) for name, id in PROTOCOLS.items()},
    "responses.md": responses_page,
    "score.md": score_page,
    "classification.md": classification_page,
    "instruments.md": instruments_page,
    "vignettes.md": vignettes_page,
    "population.md": population_page,
    "calibration.md": calibration_page,
    "audit.md": audit_page,
}


def stale(names: list[str] | None = None) -> list[str]:
    """The pages that are missing, or not what the facts say, and files that are no page."""
    wrong = [name for name in (names or PAGES) if _stored(name) != PAGES[name]()]
    return wrong + sorted(path.name for path in FOLDER.glob("*.md") if path.name not in PAGES)


def _stored(name: str) -> str:
    path = FOLDER / name
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def main(arguments: list[str]) -> int:
    """Write the pages, or check them."""
    if arguments not in ([], ["--check"]):
        print("usage: python -m tests.spec.pages [--check]", file=sys.stderr)
        return 2
    if arguments:
        wrong = stale()
        for name in wrong:
            print(f"{name} is not what the facts say; run python -m tests.spec.pages")
        return 1 if wrong else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, make in PAGES.items():
        (FOLDER / name).write_text(make(), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
