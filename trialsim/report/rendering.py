"""How a report is put into a template. Only files whose name says HTML, SVG or XML have their text escaped for it."""

from __future__ import annotations

import base64
import re
from functools import cache
from typing import TYPE_CHECKING

from trialsim.design import Interval, response_interval
from trialsim.design.wording import percent, span
from trialsim.facts.pooling import Pooled
from trialsim.report.beliefs import belief_of
from trialsim.report.rate_words import comparable, disagreement
from trialsim.text import in_markdown

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


@cache
def _room() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined  # only where a report is written

    room = Environment(
        loader=PackageLoader("trialsim.report"),
        autoescape=lambda name: name is not None and name.endswith((".html.jinja", ".svg.jinja", ".xml.jinja")),
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
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
