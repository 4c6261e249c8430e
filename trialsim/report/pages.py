"""A justification as a page: HTML that needs nothing beside it, and Markdown. All text is escaped; no scripts."""

from __future__ import annotations

import base64
import re
from html import escape
from pathlib import Path

from trialsim.files import check_path, write_whole
from trialsim.power.bench import Bench
from trialsim.report.justification import Justification, Table, justify

__all__ = ["as_html", "as_markdown", "write_report"]

_STYLE = """
body { max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: #111; background: #fff; }
body { font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2rem; }
.paste { border: 1px solid #555; padding: 0.75rem 1rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.9rem; }
caption { text-align: left; font-weight: 600; padding: 0.5rem 0; }
th, td { border: 1px solid #999; padding: 0.25rem 0.5rem; text-align: left; vertical-align: top; }
pre { border: 1px solid #999; padding: 0.75rem; white-space: pre-wrap; overflow-wrap: anywhere; }
figure { margin: 1rem 0; } figure svg { max-width: 54rem; height: auto; }
"""

_NOTE = "Computed from assumptions; no real patient data. It is no medical advice, and no ethics committee has seen it."
_PRINTS = "These lines print:"


def write_report(bench: Bench, path: str | Path = "sample_size_justification") -> tuple[Path, Path]:
    """Write the justification of the design taken as one HTML and one Markdown file.

    Parameters
    ----------
    bench : Bench
    path : str or Path
        Where, without ending: ``.html`` and ``.md`` are added. Files of that name are replaced.

    Returns
    -------
    (Path, Path)
        The HTML and the Markdown file.

    Raises
    ------
    TrialsimError
        When they cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [file.name for file in write_report(Bench(p0=0.30, p1=0.50), folder + "/mine")]
    ['mine.html', 'mine.md']
    """
    start, found = check_path(path), justify(bench)
    page, text = as_html(found), as_markdown(found)  # both, before the first is written
    return write_whole(f"{start}.html", page), write_whole(f"{start}.md", text)


def as_html(found: Justification) -> str:
    """The justification as one HTML document with its pictures in it; no scripts, nothing fetched.

    Examples
    --------
    >>> as_html(justify(Bench(title="<b>"))).count("&lt;b&gt;")
    2
    """
    title = escape(found.title)
    tables = {table.title: _html_table(table) for table in found.tables}
    figures = "\n".join(f"<figure>\n{shown.svg}</figure>" for shown in found.pictures)
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        f"<title>{title}</title><style>{_STYLE}</style></head>",
        f"<body>\n<h1>{title}</h1>\n<p>{escape(_NOTE)}</p>",
        f'<h2>For the protocol</h2>\n<p class="paste">{escape(found.paragraph)}</p>',
        "<h2>What it rests on</h2>",
        *tables.values(),
        f"<h2>Pictures</h2>\n{figures}",
        f"<h2>To compute it again</h2>\n<pre><code>{escape(found.lines.code)}</code></pre>",
        f"<p>{_PRINTS}</p>\n<pre>{escape(found.lines.prints)}</pre>",
        *(f"<p>{escape(line)}</p>" for line in found.made_with),
        "</body>\n</html>\n",
    ]
    return "\n".join(parts)


def _html_table(table: Table) -> str:
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in table.header)
    rows = "\n".join(
        f'<tr><th scope="row">{escape(row[0])}</th>' + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:]) + "</tr>"
        for row in table.rows
    )
    caption = f"<caption>{escape(table.title)}</caption>"
    return (
        f'<div class="wide"><table>{caption}\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table></div>'
    )


def as_markdown(found: Justification) -> str:
    """The justification as one Markdown document; its pictures are part of the text.

    Examples
    --------
    >>> as_markdown(justify(Bench(title="a|b"))).splitlines()[0]
    '# Sample size: a\\\\|b'
    """
    parts = [
        f"# {plain(found.title)}",
        plain(_NOTE),
        "## For the protocol",
        plain(found.paragraph),
        "## What it rests on",
    ]
    for table in found.tables:
        parts += [f"**{plain(table.title)}**", _markdown_table(table)]
    parts.append("## Pictures")
    for shown in found.pictures:
        data = base64.b64encode(shown.svg.encode()).decode()
        parts.append(f"![{plain(shown.alt)}](data:image/svg+xml;base64,{data})")
    parts += ["## To compute it again", _fenced(found.lines.code, "python"), _PRINTS, _fenced(found.lines.prints)]
    return "\n\n".join([*parts, *map(plain, found.made_with)]) + "\n"


def _markdown_table(table: Table) -> str:
    lines = [table.header, ("---",) * len(table.header), *table.rows]
    rows = [line if at == 1 else [plain(cell) for cell in line] for at, line in enumerate(lines)]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _fenced(text: str, language: str = "") -> str:
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def plain(text: str) -> str:
    r"""Text that Markdown shows as it stands, in one line.

    Examples
    --------
    >>> plain("a*b <i>")
    'a\\*b \\<i\\>'
    """
    return re.sub(r"([\\`*_{}\[\]<>#|~$&])", r"\\\1", " ".join(text.split()))
