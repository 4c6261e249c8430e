"""A table as CSV that others open in a spreadsheet: no cell, and no piece of one, is evaluated there."""

from __future__ import annotations

from numbers import Real
from typing import Any

import pandas as pd

from trialsim.errors import TrialsimError

__all__ = ["as_csv", "guard", "looks_like_formula", "unguard"]

# A spreadsheet evaluates a cell that begins with one of these; full-width forms count in some of them.
_MARKS = frozenset("=+-@＝＋－＠")
# Where a spreadsheet may begin a new cell, although ours has not ended: it takes another separator, or breaks lines
# where a cell that it does not know to be quoted has one.
_SPLITS = frozenset(";\t|\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")
_QUOTED = frozenset(',;\t|"') | _SPLITS


def _passed_over(sign: str) -> bool:
    """Whether a spreadsheet may look past this sign at the beginning of a cell: spaces, what does not print, quotes."""
    return sign == '"' or sign.isspace() or not sign.isprintable()


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet might evaluate this text, or a piece of it.

    Examples
    --------
    >>> looks_like_formula("=1+1"), looks_like_formula("S-001"), looks_like_formula("S1;\\u200b=1")
    (True, False, True)
    """
    if _MARKS.isdisjoint(text):
        return False
    ahead = False  # seen from the end: whether a mark comes next, with nothing but what is passed over before it
    for at in range(len(text) - 1, -1, -1):
        ahead = text[at] in _MARKS or (ahead and _passed_over(text[at]))
        if ahead and (at == 0 or text[at - 1] in _SPLITS):
            return True
    return False


def guard(text: str) -> str:
    """The text of a cell as a spreadsheet shows it and never evaluates it: an apostrophe stands before a formula.

    Examples
    --------
    >>> guard("=1+1"), guard("S-001"), unguard(guard("=1+1"))
    ("'=1+1", 'S-001', '=1+1')
    """
    if _MARKS.isdisjoint(text):
        return text
    near = _near_a_mark(text)
    return "".join("'" + sign if near[at] and _begins(text, at) else sign for at, sign in enumerate(text))


def unguard(text: str) -> str:
    """The text that `guard` was given."""
    if "'" not in text or _MARKS.isdisjoint(text):
        return text
    near = _near_a_mark(text)
    return "".join("" if sign == "'" and near[at + 1] and _begins(text, at) else sign for at, sign in enumerate(text))


def _begins(text: str, at: int) -> bool:
    return at == 0 or text[at - 1] in _SPLITS


def _near_a_mark(text: str) -> list[bool]:
    """For each sign whether a mark follows after nothing but what is passed over and apostrophes, ours or not."""
    near = [False] * (len(text) + 1)
    for at in range(len(text) - 1, -1, -1):
        near[at] = text[at] in _MARKS or (near[at + 1] and (text[at] == "'" or _passed_over(text[at])))
    return near


def as_csv(table: pd.DataFrame) -> str:
    """The text of a CSV file: columns in their order, also where two have one name; text guarded.

    Examples
    --------
    >>> print(as_csv(pd.DataFrame([["=1+1", -0.5, 'a "b"; c']], columns=["id", "x", "x"])))
    id,x,x
    '=1+1,-0.5,"a ""b""; c"
    <BLANKLINE>
    """
    if not isinstance(table, pd.DataFrame):
        raise TrialsimError("table", table, "a table (pandas DataFrame)")
    columns = [table.iloc[:, at].astype(object).tolist() for at in range(table.shape[1])]
    lines = [",".join(_text(str(name)) for name in table.columns)]
    lines += [",".join(map(_cell, row)) for row in zip(*columns, strict=True)]
    return "\n".join(lines) + "\n"


def _cell(value: Any) -> str:
    if value is None or value is pd.NA or value is pd.NaT:
        return ""
    if isinstance(value, Real):
        return "" if value != value else str(value)
    return _text(str(value))


def _text(text: str) -> str:
    safe = guard(text)
    return safe if _QUOTED.isdisjoint(safe) else '"' + safe.replace('"', '""') + '"'
