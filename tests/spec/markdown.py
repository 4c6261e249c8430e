"""Pieces of a reference page: headings, lists and tables as Markdown, with every text shown as it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from trialsim.facts.sources import load_sources
from trialsim.text import in_markdown

YES = {True: "yes", False: "no", None: "cannot be decided"}


def plain(text: object) -> str:
    """Text that Markdown shows as it stands, on one line."""
    return in_markdown(" ".join(str(text).split())).replace("-&gt;", "→")


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; every row has a cell for each column."""
    lines = [columns, ["---"] * len(columns)]
    body = [[plain(cell) for cell in row] for row in rows]
    assert all(len(row) == len(columns) for row in body), columns
    return "\n".join("| " + " | ".join(row) + " |" for row in [*lines, *body])


def of_rows(rows: Sequence[Mapping[str, str]], renamed: Mapping[str, str] | None = None) -> str:
    """A table of this folder, its columns under other names where given; columns without any cell are left out."""
    names = [name for name in rows[0] if any(row[name] for row in rows)]
    return table(
        [(renamed or {}).get(name, name.replace("_", " ")) for name in names],
        [[row[name] for name in names] for row in rows],
    )


def listed(lines: Iterable[object]) -> str:
    """A list."""
    return "\n".join(f"- {plain(line)}" for line in lines)


def sources(keys: Iterable[str]) -> str:
    """What stands behind keys of the list of sources, with links and how much was read."""
    lines = []
    for key in keys:
        source = load_sources()[key]
        link = f" <{source.url}>" if source.url else ""
        lines.append(f"- {plain(source.citation)} (read: {plain(source.extent)}).{link}")
    return "\n".join(lines)


def page(title: str, *parts: str) -> str:
    """A whole page; empty parts are left out."""
    note = (
        "*Made from the package's facts and from the tables that its tests run; not edited by hand. "
        "[All pages](index.md).*"
    )
    return "\n\n".join(part for part in (f"# {title}", note, *parts) if part) + "\n"
