"""The errors a user can meet, and the checks of arguments that raise them.

Every message says where, what came, what is allowed and, where it helps, what to do.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable
from itertools import islice
from typing import Any, TypeVar

from trialsim.text import did_you_mean, listed

_K = TypeVar("_K")

MAX_LISTED = 1000
"""Names, keys or definitions that one argument may list."""

_MAX_SHOWN = {"where": 300, "got": 200, "allowed": 2_000, "fix": 2_000}
"""Characters; what is longer comes from a file, and is cut."""


class Words(str):
    """Text that a message shows as it stands, without quotation marks."""

    def __repr__(self) -> str:
        return str(self)


class TrialsimError(ValueError):
    """Something that was given cannot be used.

    Parameters
    ----------
    where : str
        The argument, control, file position or cell that is wrong.
    got : object
        What came. Text is shown as it came; anything else by its ``repr``.
    allowed : str
        What would have been accepted.
    fix : str, optional
        What to do about it, a sentence.

    Examples
    --------
    >>> str(TrialsimError("MMT8 at baseline", 151, "whole points from 0 to 150"))
    'MMT8 at baseline: got 151; allowed: whole points from 0 to 150.'
    """

    def __init__(self, where: str, got: object, allowed: str, fix: str = "") -> None:
        self.where, self.got, self.allowed, self.fix = where, got, allowed, fix
        super().__init__(where, got, allowed, fix)

    def __str__(self) -> str:
        where, allowed, fix = (_shown(name, getattr(self, name)) for name in ("where", "allowed", "fix"))
        return f"{where}: got {_shown('got', _repr(self.got))}; allowed: {allowed.rstrip('.')}. {fix}".rstrip()


def _repr(value: object) -> str:
    try:
        return repr(value)
    except (
        Exception
    ) as problem:  # whatever was given must not hide the message: a number of 10,000 digits, an odd object
        return f"something of type {type(value).__name__} that cannot be shown ({type(problem).__name__})"


def _shown(part: str, text: str) -> str:
    """A part of a message as it can be shown anywhere: not endless, and without characters that steer a terminal."""
    longest = _MAX_SHOWN[part]
    cut = text if len(text) <= longest else text[:longest] + "..."
    if cut.isprintable():
        return cut
    return "".join(sign if sign.isprintable() or sign in "\n\t\u00a0" else ascii(sign)[1:-1] for sign in cut)


def check_whole(where: str, value: Any, low: int, high: int, fix: str = "") -> int:
    """Return `value` as an int, or raise: it must be a whole number from `low` to `high`.

    Examples
    --------
    >>> check_whole("n", 20, 1, 1000)
    20
    >>> check_whole("n", 1.5, 1, 1000)
    Traceback (most recent call last):
    trialsim.errors.TrialsimError: n: got 1.5; allowed: a whole number from 1 to 1,000.
    """
    allowed = f"a whole number from {low:,} to {high:,}"
    if isinstance(value, bool):
        raise TrialsimError(where, value, allowed, fix)
    try:
        whole = operator.index(value)
    except TypeError:
        raise TrialsimError(where, value, allowed, fix) from None
    if not low <= whole <= high:
        raise TrialsimError(where, value, allowed, fix)
    return whole


def check_number(
    where: str, value: Any, low: float, high: float, *, open_low: bool = False, open_high: bool = False, fix: str = ""
) -> float:
    """Return `value` as a float, or raise: it must be a number between `low` and `high`.

    The ends are allowed unless `open_low` or `open_high` says otherwise; NaN never is.

    Examples
    --------
    >>> check_number("alpha", 0.05, 0, 1, open_low=True, open_high=True)
    0.05
    >>> check_number("alpha", 1, 0, 1, open_low=True, open_high=True)
    Traceback (most recent call last):
    trialsim.errors.TrialsimError: alpha: got 1; allowed: a number above 0 and below 1.
    """
    above = f"above {low:g}" if open_low else f"at least {low:g}"
    below = f"below {high:g}" if open_high else f"at most {high:g}"
    allowed = f"a number {above} and {below}"
    if isinstance(value, (bool, str, bytes)):
        raise TrialsimError(where, value, allowed, fix)
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        raise TrialsimError(where, value, allowed, fix) from None
    fits = (low < number if open_low else low <= number) and (number < high if open_high else number <= high)
    if not fits:
        raise TrialsimError(where, value, allowed, fix)
    return number


def check_kind(where: str, value: Any, kind: type[_K], allowed: str, fix: str = "") -> _K:
    """Return `value`, or raise: it must be of this kind.

    Examples
    --------
    >>> check_kind("readings", 1, bool, "True or False")
    Traceback (most recent call last):
    trialsim.errors.TrialsimError: readings: got 1; allowed: True or False.
    """
    if not isinstance(value, kind):
        raise TrialsimError(where, value, allowed, fix)
    return value


def check_list(where: str, value: Any, allowed: str, fix: str = "") -> list[Any]:
    """Return `value` as a list, or raise: it must hold at most 1,000 things in an order, and be no text.

    Examples
    --------
    >>> check_list("aids", 3, "names of categories")
    Traceback (most recent call last):
    trialsim.errors.TrialsimError: aids: got 3; allowed: names of categories.
    """
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable):
        raise TrialsimError(where, value, allowed, fix)
    found = list(islice(value, MAX_LISTED + 1))
    if len(found) > MAX_LISTED:
        raise TrialsimError(where, Words(f"more than {MAX_LISTED:,}"), allowed, fix)
    return found


def check_executor(executor: Any) -> None:
    """Raise unless `executor` is None or does what the standard library's executors do.

    Examples
    --------
    >>> check_executor(2)
    Traceback (most recent call last):
    trialsim.errors.TrialsimError: executor: got 2; allowed: None, or an executor such as ProcessPoolExecutor(2).
    """
    if executor is not None and not (hasattr(executor, "submit") and hasattr(executor, "map")):
        raise TrialsimError("executor", executor, "None, or an executor such as ProcessPoolExecutor(2)")


def check_one_of(where: str, value: Any, allowed: Iterable[str], fix: str = "") -> str:
    """Return `value`, or raise: it must be one of the names in `allowed`.

    Examples
    --------
    >>> check_one_of("method", "wald", ["wilson", "wald"])
    'wald'
    >>> check_one_of("method", "walt", ["wilson", "wald"])
    Traceback (most recent call last):
    trialsim.errors.TrialsimError: method: got 'walt'; allowed: 'wilson' or 'wald'. Did you mean 'wald'?
    """
    names = list(allowed)
    if isinstance(value, str) and value in names:
        return value
    raise TrialsimError(where, value, listed([repr(name) for name in names], "or"), fix or did_you_mean(value, names))
