"""What learners wrote is shown as they wrote it: no formula, nothing that steers a terminal or the eye."""

from __future__ import annotations

import pandas as pd
import pytest

from trialsim.text import harmless, in_markdown
from trialsim.widgets.table import Table

HOSTILE = "\x1b[31mred\x07 \u202eesrever\u2066 \x9b2J\r"


def a_table(text: str) -> Table:
    """What a learner wrote, as the page of the class shows it."""
    return Table(pd.DataFrame({"learner": ["Ada"], "words": [text]}), "What the learners wrote.")


@pytest.mark.parametrize("text", ["$x^2$", r"\(x\)", r"\[x\]", r"\begin{align}x\end{align}", "$$x$$", r"a $5 and $6"])
def test_no_formula_is_set(text: str) -> None:
    """The page is told to leave the table alone, and Markdown has no two bare signs."""
    assert 'class="mathjax_ignore dataframe"' in a_table(text)._repr_html_()
    said = in_markdown(text).replace("<span>&#36;</span>", "").replace("<span>&#92;</span>", "")
    assert "$" not in said and "\\(" not in said and "\\begin" not in said


def test_a_table_without_such_signs_is_as_ever() -> None:
    """Nothing is said of formulae where there can be none."""
    assert "mathjax" not in a_table("plain")._repr_html_()


def test_control_characters_are_harmless() -> None:
    """They are seen, and do nothing; line feeds, accents and joined scripts stay."""
    table = a_table(HOSTILE)
    for shown in (repr(table), table._repr_html_(), harmless(HOSTILE)):
        assert not set(shown) & set("\x1b\x07\x9b\r\u202e\u2066")
    assert r"\x1b[31mred" in repr(table)
    for good in ("two\nlines\there", "Ünïcode 第二行", "می\u200cخواهم", "\U0001f468\u200d\U0001f469\u200d\U0001f467"):
        assert harmless(good) == good
