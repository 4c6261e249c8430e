"""Chances in words: one way to say them, that never claims none or all where a few are left."""

from __future__ import annotations


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
