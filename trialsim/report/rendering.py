"""How a report is put into a template. Only files whose name says HTML, SVG or XML have their text escaped for it."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from typing import Any

from trialsim.text import in_markdown


def render(template: str, found: object, **filters: Callable[..., Any]) -> str:
    """Fill a template of this package in; `filters` are what it needs besides those that all have."""
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
        **filters,
    }
    return room.get_template(template).render(found=found)


def _fenced(text: str, language: str = "") -> str:
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"
