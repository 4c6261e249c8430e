"""Words that every floor needs: a list in a sentence, the nearest name, text in Markdown, a chance.

A chance is said in one way, which never claims none or all where a few are left.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from html import escape

_MAX_COMPARED = 200
"""Characters; nobody misspells a name of more, and comparing takes long."""


_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def capital(text: str) -> str:
    """A text as a sentence begins; the rest stays as it is.

    Examples
    --------
    >>> capital("physician global"), capital("")
    ('Physician global', '')
    """
    return text[:1].upper() + text[1:]


def listed(words: Sequence[str], last: str) -> str:
    """Words as a list in a sentence.

    Examples
    --------
    >>> listed(["week 4", "week 8", "week 12"], "and")
    'week 4, week 8 and week 12'
    """
    *front, end = words or ("",)
    return f"{', '.join(front)} {last} {end}" if front else end


def some(names: Sequence[str], most: int) -> str:
    """The first names, and how many more there are.

    Examples
    --------
    >>> some(["a", "b", "c", "d"], 2), some(["a", "b"], 2)
    ('a, b and 2 more', 'a, b')
    """
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def counted(number: int, what: str) -> str:
    """So many of a thing whose plural ends in s.

    Examples
    --------
    >>> counted(1, "row"), counted(2_000, "row")
    ('1 row', '2,000 rows')
    """
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def did_you_mean(value: object, names: Iterable[str], cutoff: float = 0.6, show: Callable[[str], str] = repr) -> str:
    """Ask for the nearest of the names, shown as a message shows names; empty where none is near.

    Examples
    --------
    >>> did_you_mean("wislon", ["wilson", "wald"])
    "Did you mean 'wilson'?"
    """
    if not isinstance(value, str) or len(value) > _MAX_COMPARED:
        return ""
    from difflib import get_close_matches  # only on the way to an error: it need not slow the import

    near = get_close_matches(value, list(names), n=1, cutoff=cutoff)
    return f"Did you mean {show(near[0])}?" if near else ""


def harmless(text: str) -> str:
    r"""Text whose characters steer neither a terminal nor the direction of reading.

    Examples
    --------
    >>> harmless("\x1b[31mred\u202e\nnext")
    '\\x1b[31mred\\u202e\nnext'
    """
    return _STEERING.sub(lambda found: ascii(found.group())[1:-1], text)


def in_markdown(text: str) -> str:
    r"""Text that Markdown, and HTML within it, show as it stands; no part of it becomes a formula.

    Examples
    --------
    >>> in_markdown("a*b <i> [1]")
    'a\\*b &lt;i&gt; \\[1\\]'
    >>> in_markdown("$5")
    '<span>&#36;</span>5'
    """
    return re.sub(r"[\\`*_\[\]|~#$]", _as_it_stands, escape(text, quote=False))


def _as_it_stands(found: re.Match[str]) -> str:
    """One sign quoted; a page takes two of `$` or `\\` for a formula where no element parts them."""
    sign = found.group()
    return f"<span>&#{ord(sign)};</span>" if sign in "$\\" else f"\\{sign}"


def count(chance: float) -> str:
    """A chance as trials in 100, whole.

    Examples
    --------
    >>> [count(chance) for chance in (0, 0.001, 0.5881, 0.999, 1)]
    ['0', 'fewer than 1', '59', 'more than 99', '100']
    """
    if chance in (0, 1):
        return f"{100 * chance:.0f}"
    if chance < 0.005:
        return "fewer than 1"
    return "more than 99" if chance >= 0.995 else f"{100 * chance:.0f}"


def in_100(chance: float) -> str:
    """The same to one decimal.

    Examples
    --------
    >>> [in_100(chance) for chance in (0, 0.0001, 0.5881, 0.9999, 1)]
    ['0.0', 'under 0.1', '58.8', 'over 99.9', '100.0']
    """
    if 0 < chance < 0.0005:
        return "under 0.1"
    return "over 99.9" if 0.9995 <= chance < 1 else f"{100 * chance:.1f}"
