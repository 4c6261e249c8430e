"""A link from a lesson into the glossary, in the real JupyterLab: the page opens at the entry."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.browser.real_lab import ROOT, open_notebook

_TERMS = ("clopper-pearson-interval", "p0", "uln", "wilson-interval")

# What stands at the top of the preview: the heading that is nearest to its upper edge.
_AT_TOP = """() => {
  const shown = document.querySelector(".jp-MarkdownViewer");
  const edge = shown.getBoundingClientRect().top;
  const heads = [...shown.querySelectorAll("h2")];
  const off = (head) => Math.abs(head.getBoundingClientRect().top - edge);
  return heads.reduce((best, head) => (off(head) < off(best) ? head : best)).textContent.replace("¶", "");
}"""


def test_a_link_opens_the_glossary_at_its_entry(page: Any, lab: str, notebooks: Path) -> None:
    """From a notebook, then from within the page: each click brings the entry to the top of the preview."""
    (notebooks / "reference").mkdir(exist_ok=True)
    text = (ROOT / "notebooks" / "reference" / "glossary.md").read_text(encoding="utf-8")
    # The last entries cannot come to the top of a page that ends below them.
    (notebooks / "reference" / "glossary.md").write_text(text + "\n.\n" * 60, encoding="utf-8")
    links = "\n\n".join(f"[to {term}](reference/glossary.md#{term})" for term in _TERMS)
    cell = {"cell_type": "markdown", "id": "links", "metadata": {}, "source": links}
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = {"cells": [cell], "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    (notebooks / "links.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    open_notebook(page, lab, "links.ipynb")
    for term, heading in zip(_TERMS, ("Clopper-Pearson interval", "p0", "ULN", "Wilson interval"), strict=True):
        page.get_by_role("tab", name="links.ipynb").click()
        page.get_by_role("link", name=f"to {term}", exact=True).click()
        page.locator(".jp-MarkdownViewer h2").first.wait_for()
        page.wait_for_function(f"() => ({_AT_TOP})() === {json.dumps(heading)}")
    page.locator(".jp-MarkdownViewer").get_by_role("link", name="power", exact=True).first.click()
    page.wait_for_function(f"() => ({_AT_TOP})() === 'power'")
