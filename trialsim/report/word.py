"""A justification as a Word document: text and tables that can be edited, what is still missing marked."""

from __future__ import annotations

import io
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from trialsim.report.justification import Justification
from trialsim.report.rendering import render

_PARTS = {
    "[Content_Types].xml": "word_content_types.xml.jinja",
    "_rels/.rels": "word_rels.xml.jinja",
    "docProps/core.xml": "word_core.xml.jinja",
    "word/document.xml": "word_document.xml.jinja",
    "word/_rels/document.xml.rels": "word_document_rels.xml.jinja",
    "word/styles.xml": "word_styles.xml.jinja",
    "word/numbering.xml": "word_numbering.xml.jinja",
}
"""What the document consists of (Office Open XML), and the template of each part."""


def as_word(found: Justification) -> bytes:
    """The justification as the bytes of one Word file (``.docx``); its pictures are told, not shown.

    The same justification gives the same bytes.

    Examples
    --------
    >>> from trialsim.power.bench import Bench
    >>> from trialsim.report.justification import justify
    >>> as_word(justify(Bench()))[:2]
    b'PK'
    """
    out = io.BytesIO()
    with ZipFile(out, "w") as archive:
        for name, template in _PARTS.items():
            part = ZipInfo(name)  # without the time of day
            part.compress_type = ZIP_DEFLATED
            archive.writestr(part, render(template, found))
    return out.getvalue()
