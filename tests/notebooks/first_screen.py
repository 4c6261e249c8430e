"""What a reader sees of a lesson before JupyterLab is there: its title, its first words and its first saved picture.

Made from the committed notebook, for `binder/lessons_extension/static/early.js` to lay over the page: nothing of a
notebook that somebody else wrote is ever shown so. Nothing in it takes the focus, since it goes again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import Any
from urllib.parse import quote

from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

MAX_CELLS = 6
"""Where no picture comes, so many cells fill a screen."""
DRAWER = re.compile(r"<details>\s*<summary>(.*?)</summary>.*?</details>", re.DOTALL)


def first_screen(notebook: dict[str, Any]) -> str:
    """Plain HTML of the first cells, up to and including the first picture."""
    parts: list[str] = []
    for cell in notebook["cells"][:MAX_CELLS]:
        if cell["cell_type"] == "markdown":
            parts.append(text(joined(cell["source"])))
        elif not cell["outputs"]:
            parts.append('<div class="ts-empty"></div>')
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if "image/svg+xml" in data:
                return "\n".join([*parts, *picture(data)]) + "\n"
            if "text/markdown" in data:
                parts.append(text(joined(data["text/markdown"]), "ts-saved"))
    return "\n".join(parts) + "\n"


def text(markdown: str, kind: str = "ts-text") -> str:
    """A text as it reads; what would be pressed in it is only shown."""
    renderer = IPythonRenderer(escape=False, exclude_anchor_links=True)
    html = MarkdownWithMath(renderer=renderer).render(markdown)
    html = re.sub(r"<a\b[^>]*\bhref=[^>]*>", '<span class="ts-link">', html)
    html = re.sub(r"<a\b[^>]*>", "<span>", html).replace("</a>", "</span>")
    return f'<div class="{kind}">\n{DRAWER.sub(drawer, html).strip()}\n</div>'


def drawer(found: re.Match[str]) -> str:
    """A drawer that is closed."""
    return f'<p class="ts-drawer">{found[1]}</p>'


def picture(data: dict[str, Any]) -> Iterator[str]:
    """A saved picture, with the sentence that stands beside it for those who do not see it."""
    address = "data:image/svg+xml," + quote(joined(data["image/svg+xml"]), safe=" :;,/?@&=+$!*'()<>{}")
    said = joined(data["text/plain"])
    yield f'<div class="ts-picture"><img alt="{escape(said)}" src="{escape(address)}"></div>'


def joined(written: str | list[str]) -> str:
    """A text that a notebook keeps in lines, in one piece."""
    return "".join(written)
