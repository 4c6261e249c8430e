"""A table of texts as HTML: the first cell of a row names it."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape


def html_table(rows: Iterable[tuple[str, ...]], header: tuple[str, ...] = (), caption: str = "") -> str:
    """Return the rows as a table, escaped.

    Examples
    --------
    >>> html_table([("n", "< 39")]).count("&lt; 39</td>")
    1
    """
    left = 'style="text-align:left"'
    said = f"<caption {left}><b>{escape(caption)}</b></caption>" if caption else ""
    head = "".join(f'<th scope="col" {left}>{escape(cell)}</th>' for cell in header)
    body = "".join(
        f'<tr><th scope="row" {left}>{escape(row[0])}</th>'
        + "".join(f"<td {left}>{escape(cell)}</td>" for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    top = f"<thead><tr>{head}</tr></thead>" if head else ""
    return f'<table style="white-space:normal;line-height:1.35">{said}{top}<tbody>{body}</tbody></table>'
