"""A justification as files: HTML that needs nothing beside it, Markdown, and Word. All text is escaped; no scripts."""

from __future__ import annotations

from collections.abc import Mapping
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
    start = check_path(path)  # before anything is worked out
    page, text, _ = write_files(rendered(justify(bench)), start)
    return page, text


def rendered(found: Justification) -> dict[str, str | bytes]:
    """The files that a justification makes, by their ending."""
    return {".html": as_html(found), ".md": as_markdown(found), ".docx": as_word(found)}


def write_files(files: Mapping[str, str | bytes], path: str | Path) -> list[Path]:
    """Write what `rendered` gives, under one name."""
    return [write_whole(f"{path}{ending}", content) for ending, content in files.items()]


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
