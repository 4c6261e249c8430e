"""The justification to take away: a paragraph for the protocol, what it rests on, and how to compute it again."""

from trialsim.report.justification import Justification, justify
from trialsim.report.pages import as_html, as_markdown, write_report
from trialsim.report.word import as_word

__all__ = ["Justification", "as_html", "as_markdown", "as_word", "justify", "write_report"]
