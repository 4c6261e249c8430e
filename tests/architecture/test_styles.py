"""Styles do not make the page slow: a key held for a second changes a picture thirty times."""

from __future__ import annotations

from tests.architecture.test_imports import ROOT


def test_no_style_asks_what_stands_inside() -> None:
    """A rule with ``:has`` is asked again of all that its first part holds, the whole notebook, at each change in it.

    It took 4 of the 33 ms between two steps of a held key. A class that is set once says the same for nothing.
    """
    sheets = [path for folder in ("trialsim", "binder") for path in sorted((ROOT / folder).rglob("*.css"))]
    assert len(sheets) > 3
    found = [path.name for path in sheets if ":has(" in path.read_text(encoding="utf-8")]
    assert found == [], "set a class where the element is made"
