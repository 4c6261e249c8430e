"""A justification as files: HTML that needs nothing beside it, Markdown, and Word. All text is escaped; no scripts."""

from __future__ import annotations

from pathlib import Path

from trialsim.files import check_path, write_whole
from trialsim.power.bench import Bench
from trialsim.report.justification import Justification, justify
from trialsim.report.rendering import render
from trialsim.report.word import as_word


def write_report(bench: Bench, path: str | Path = "sample_size_justification") -> tuple[Path, Path]:
    """Write the justification of the design taken as one HTML, one Markdown and one Word file.

    Parameters
    ----------
    bench : Bench
    path : str or Path
        Where, without ending: ``.html``, ``.md`` and ``.docx`` are added. Files of that name are replaced.

    Returns
    -------
    (Path, Path)
        The HTML and the Markdown file; the Word file stands beside them.

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
    page, text, word = as_html(found), as_markdown(found), as_word(found)  # all, before the first is written
    files = write_whole(f"{start}.html", page), write_whole(f"{start}.md", text)
    write_whole(f"{start}.docx", word)
    return files


def as_html(found: Justification) -> str:
    """The justification as one HTML document with its pictures in it; no scripts, nothing fetched.

    Examples
    --------
    >>> as_html(justify(Bench(title="<b>"))).count("&lt;b&gt;")
    2
    """
    return render("report.html.jinja", found)


def as_markdown(found: Justification) -> str:
    """The justification as one Markdown document; its pictures are part of the text.

    Examples
    --------
    >>> as_markdown(justify(Bench(title="a|b"))).splitlines()[0]
    '# Sample size: a\\\\|b'
    """
    return render("report.md.jinja", found)
