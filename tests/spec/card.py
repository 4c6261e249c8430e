"""The card "IMACS in one view": six measures, rules and points on one page, for paper (HTML) and as a picture (SVG).

>>> [row.label for row in measures_card().rows][2:4]
['MMT-8', 'HAQ-DI']
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from trialsim.facts.core_set import enzymes, measure
from trialsim.facts.instruments import haq_form, mdaat_form, muscle_form
from trialsim.facts.measures_card import card_rows
from trialsim.facts.protocol import our_trial
from trialsim.facts.responses import load_response
from trialsim.facts.sources import load_sources
from trialsim.rules.score_points import score_rule
from trialsim.templating import templates_of

HEADS = ("Measure", "Who", "Question", "Made of", "Scale", "Pitfall")
_WIDTHS = (15, 21, 27, 31, 25, 26)  # characters of a line in each column of the picture
_CHARACTER, _GAP, _LINE = 7.1, 9, 15  # points
_LEFT, _TOP = 14, 62


@dataclass(frozen=True, slots=True)
class MeasuresCardRow:
    """A measure in words: its name, who rates it, the question, what it is made of, its scale, the pitfall."""

    label: str
    who: str
    question: str
    made_of: str
    scale: str
    pitfall: str
    known: str

    @property
    def cells(self) -> tuple[str, ...]:
        """What stands under `HEADS`."""
        return (self.label, self.who, self.question, self.made_of, self.scale, self.pitfall)


@dataclass(frozen=True, slots=True)
class MeasuresCard:
    """The whole card.

    Attributes
    ----------
    rows : tuple of MeasuresCardRow
    rules : tuple of (str, str)
        A definition that counts measures: its name and its text.
    score, ladder : str
        How the 2016 score is made, and what its sums are called.
    points : tuple of tuple of str
        A measure, then its bands.
    sources : tuple of str
        What stands behind the card.
    """

    rows: tuple[MeasuresCardRow, ...]
    rules: tuple[tuple[str, str], ...]
    score: str
    ladder: str
    points: tuple[tuple[str, ...], ...]
    sources: tuple[str, ...]


def measures_card() -> MeasuresCard:
    """The card, from the facts."""
    made_of = _made_of()
    rows = tuple(
        MeasuresCardRow(
            measure(row.code).label,
            row.who,
            row.question,
            made_of[row.code],
            _scale(row.code, row.ends),
            row.pitfall,
            row.known,
        )
        for row in card_rows()
    )
    found = score_rule(load_response("TIS-MINIMAL")).table
    points = tuple(
        (
            measure(code).label,
            *(f"above {float(line):g} %: {float(number):g}" for line, number in zip(above, earned, strict=True)),
        )
        for code, above, earned in zip(found.items, found.above, found.points, strict=True)
    )
    counted = ("IMACS-2004", our_trial().primary.definition)
    keys = dict.fromkeys(key for row in card_rows() for key in row.sources)
    return MeasuresCard(
        rows,
        tuple((load_response(name).label, load_response(name).text) for name in counted),
        "Change in percent of the range, not of the start; what gets worse takes nothing off. The points are added.",
        ", ".join(f"{name} from {float(line):g}" for name, line in found.categories),
        points,
        tuple(load_sources()[key].citation for key in keys),
    )


def card_as_html() -> str:
    """The card as one HTML page that prints on one sheet of A4 across; no scripts, nothing fetched.

    Examples
    --------
    >>> card_as_html().count("<tr>")
    13
    """
    return templates_of("tests.spec").get_template("card.html.jinja").render(card=measures_card(), heads=HEADS)


def card_as_svg() -> str:
    """The card as one picture of the size of a sheet of A4 across.

    Examples
    --------
    >>> card_as_svg().startswith("<svg")
    True
    """
    card = measures_card()
    texts, y = list(_row(HEADS, _TOP, bold=True)), _TOP + _LINE + 6
    rules = [y - _LINE + 3]
    for row in card.rows:
        texts += _row(row.cells, y, bold=False)
        y += _LINE * max(len(lines) for lines in _wrapped(row.cells)) + 5
        rules.append(y - _LINE + 3)
    y += 8
    for name, text in (*card.rules, ("Score of 2016", f"{card.score} {card.ladder.capitalize()}.")):
        lines = textwrap.wrap(f"{name}: {text}", sum(_WIDTHS) + 4)
        texts += [(_LEFT, y + _LINE * at, line, False) for at, line in enumerate(lines)]
        y += _LINE * len(lines) + 4
    y += 6
    for label, *bands in card.points:
        texts += [(_LEFT, y, label, True)]
        texts += [(_LEFT + 170 + 160 * at, y, band, False) for at, band in enumerate(bands)]
        y += _LINE + 2
    return templates_of("tests.spec").get_template("card.svg.jinja").render(texts=texts, rules=rules, left=_LEFT)


def _row(cells: Sequence[str], y: float, *, bold: bool) -> Iterator[tuple[float, float, str, bool]]:
    """The lines of a row of the picture: where each stands, what it says, whether it is bold."""
    x: float = _LEFT
    for at, (lines, width) in enumerate(zip(_wrapped(cells), _WIDTHS, strict=True)):
        yield from ((x, y + _LINE * line, text, bold or not at) for line, text in enumerate(lines))
        x += width * _CHARACTER + _GAP


def _wrapped(cells: Sequence[str]) -> list[list[str]]:
    return [textwrap.wrap(cell, width) for cell, width in zip(cells, _WIDTHS, strict=True)]


def _made_of() -> dict[str, str]:
    """The parts of each measure, from its form."""
    muscles, haq, organs = muscle_form(), haq_form(), mdaat_form()
    once = ", ".join(muscles.once)
    return {
        "PHGA": "one mark for the whole patient",
        "PTGA": "one mark for the whole patient",
        "MMT8": f"{', '.join(muscles.muscles)}; each 0 to {muscles.highest}; {once} once".replace("_", " "),
        "HAQDI": f"{', '.join(haq.categories)}; each 0 to {haq.highest}, worst answer; mean of {haq.needed} or more",
        "ENZYME": ", ".join(enzyme.label for enzyme in enzymes()),
        "EMGA": f"one mark, after a look at: {', '.join(organs.organs)}; muscle left out",
    }


def _scale(code: str, ends: tuple[str, ...]) -> str:
    found = measure(code)
    better = "higher is better" if found.higher_is_better else "lower is better"
    if found.is_enzyme:
        return f"U/L, each with its own upper limit; {better}"
    unit = "" if found.unit == "index" else f" {found.unit}"
    side = f", one side to {found.one_side:g}" if found.one_side is not None else ""
    step = f", in steps of {found.step:g}" if code == "HAQDI" else ""
    return f"{found.low:g} ({ends[0]}) to {found.high:g}{unit} ({ends[1]}){side}{step}; {better}"
