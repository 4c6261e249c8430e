"""How a report is put into a template of this package, and what a template may ask of what it is given."""

from __future__ import annotations

import base64
import re
from functools import cache
from typing import TYPE_CHECKING

from trialsim.design import Interval, response_interval
from trialsim.design.wording import percent, span
from trialsim.facts.pooling import Pooled
from trialsim.report.beliefs import belief_of
from trialsim.report.pictures import arms_of
from trialsim.report.rate_words import comparable, disagreement
from trialsim.templating import templates_of
from trialsim.text import in_markdown, listed

if TYPE_CHECKING:
    from jinja2 import Environment

_MISSING = re.compile(r"(\[[A-Z]+ MISSING[^\]]*\])")


def render(template: str, found: object) -> str:
    """Fill a template of this package in.

    Examples
    --------
    >>> render("word_core.xml.jinja", {"title": "<b>"}).count("&lt;b&gt;")
    1
    """
    return _room().get_template(template).render(found=found)


def rows_of(template: str, found: object) -> tuple[tuple[str, ...], ...]:
    """The rows that a template gives: each ends with a line of two hyphens, each cell but the first begins with a bar.

    Line breaks within a cell, also those of a text that is put in, are blanks.

    Examples
    --------
    >>> from trialsim.power.side_by_side import Bench, Candidate
    >>> rows_of("spirit.txt.jinja", {"bench": Bench(), "taken": Candidate("single", "Single"), "undecided": 0,
    ...                              "earlier": ["a", "b"]})[0]
    ('6a', 'in part: a and b')
    """
    rows = _rows().get_template(template).render(found=found).split("\n--\n")[:-1]
    return tuple(tuple(" ".join(cell.split()) for cell in row.split("\n|")) for row in rows)


@cache
def _rows() -> Environment:
    """What is put in stands in one line: a text of somebody's own begins no cell and ends no row."""
    return _room().overlay(finalize=lambda value: " ".join(value.split()) if isinstance(value, str) else value)


@cache
def _room() -> Environment:
    room = templates_of("trialsim.report")
    room.filters |= {
        "md": in_markdown,
        "fenced": _fenced,
        "base64": lambda text: base64.b64encode(text.encode()).decode(),
        "parts": _parts,
        "percent": percent,
        "span": span,
        "interval": _interval,
        "belief": belief_of,
        "disagreement": disagreement,
        "comparable": comparable,
        "arms": arms_of,
        "listed": listed,
    }
    return room


def _fenced(text: str, language: str = "") -> str:
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def _interval(pooled: Pooled) -> Interval:
    return response_interval(pooled.responders, pooled.n)


def _parts(text: str) -> list[tuple[str, bool]]:
    """A text in pieces, each with whether it says that something is missing."""
    return [(part, bool(at % 2)) for at, part in enumerate(_MISSING.split(text)) if part]
