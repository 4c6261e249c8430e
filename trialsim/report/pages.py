"""A justification as a page: HTML that needs nothing beside it, and Markdown. All text is escaped; no scripts."""

from __future__ import annotations

import base64
import re
from pathlib import Path

from trialsim.files import check_path, write_whole
from trialsim.power.bench import Bench
from trialsim.report.justification import Justification, justify
from trialsim.text import in_markdown

__all__ = ["as_html", "as_markdown", "write_report"]


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
    return _render("report.html.jinja", found)


def as_markdown(found: Justification) -> str:
    """The justification as one Markdown document; its pictures are part of the text.

    Examples
    --------
    >>> as_markdown(justify(Bench(title="a|b"))).splitlines()[0]
    '# Sample size: a\\\\|b'
    """
    return _render("report.md.jinja", found)


def _render(template: str, found: Justification) -> str:
    from jinja2 import Environment, PackageLoader, StrictUndefined  # only where a report is written

    room = Environment(
        loader=PackageLoader("trialsim.report"),
        autoescape=lambda name: name is not None and name.endswith(".html.jinja"),
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    room.filters |= {
        "md": in_markdown,
        "fenced": _fenced,
        "base64": lambda text: base64.b64encode(text.encode()).decode(),
    }
    return room.get_template(template).render(found=found)


def _fenced(text: str, language: str = "") -> str:
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"
