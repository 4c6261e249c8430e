"""The justification to take away: a paragraph for the protocol, what it rests on, and how to compute it again."""

from trialsim.report.justification import Justification, justify
from trialsim.report.pages import as_html, as_markdown, write_report

__all__ = ["Justification", "as_html", "as_markdown", "justify", "write_report"]
