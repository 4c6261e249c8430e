"""The single values that a learner's file may hold: names, entries, settings of controls, words and times."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from trialsim.errors import TrialsimError, check_whole
from trialsim.exchange.strict_json import BY_HAND, check_table

MAX_NUMBER = 10**9
MAX_NAME = 80
MAX_WORDS = 20_000
"""Characters of an answer in one's own words."""

_MAX_CHOSEN = 100
_MAX_DEPTH = 6
_YEARS = range(2000, 3000)


def by_name(check: Callable[[Any, str], Any]) -> Callable[[object, str], dict[str, Any]]:
    """The check of names that a message can show, and of the value under each."""

    def check_all(value: object, where: str) -> dict[str, Any]:
        found = check_table(value, where)
        for name in found:
            _plain_text(name, f"{where}, a name", MAX_NAME)
        return {name: check(content, f"{where}, {name}") for name, content in found.items()}

    return check_all


def chosen_number(value: Any, where: str) -> int | None:
    """A learner's number, or None where none was chosen."""
    return None if value is None else check_whole(where, value, 0, MAX_NUMBER, BY_HAND)


def entered(value: Any, where: str) -> Any:
    """What a learner can enter: text, a number, yes or no, or a list of texts."""
    if isinstance(value, list) and len(value) <= _MAX_CHOSEN:
        return [_plain_text(text, where, MAX_NAME) for text in value]
    if isinstance(value, str):
        return _plain_text(value, where, MAX_WORDS)
    if isinstance(value, (int, float)) and abs(value) <= MAX_NUMBER:
        return value
    raise TrialsimError(where, value, "text, a number, or a list of texts", BY_HAND)


def control_values(value: object, where: str) -> dict[str, Any]:
    """Where controls stand: the lesson checks each value; here only that they do not go on and on inside each other."""
    values: dict[str, Any] = by_name(lambda content, _: content)(value, where)
    inside: list[Any] = [values]
    for _ in range(_MAX_DEPTH):
        lists = [part for value in inside for part in (value.values() if isinstance(value, dict) else value)]
        inside = [part for part in lists if isinstance(part, (dict, list))]
    if inside:
        raise TrialsimError(where, values, f"values at most {_MAX_DEPTH} deep", BY_HAND)
    return values


def text_up_to(longest: int) -> Callable[[object, str], str]:
    """The check of a text of at most so many characters; it may be empty."""
    return lambda value, where: _plain_text(value, where, longest)


def _plain_text(value: object, where: str, longest: int) -> str:
    if not isinstance(value, str) or len(value) > longest:
        raise TrialsimError(where, value, f"text of at most {longest:,} characters")
    return value


def time_in_utc(value: object, where: str) -> str:
    """A time of any zone as UTC to the second; empty stays empty."""
    if value == "":
        return ""
    try:
        read = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        read = None
    if read is None or read.tzinfo is None or read.year not in _YEARS:
        raise TrialsimError(where, value, "a time such as 2026-11-23T09:00:00+00:00", BY_HAND)
    return read.astimezone(UTC).isoformat(timespec="seconds")


def believable(moment: datetime) -> datetime:
    """A moment as a file may hold it: a clock of another century is taken for the first or last day that it can.

    Examples
    --------
    >>> believable(datetime(1970, 1, 1, tzinfo=UTC)).year, believable(datetime(3001, 5, 1, tzinfo=UTC)).year
    (2000, 2999)
    """
    first, last = (datetime(_YEARS[0], 1, 2, tzinfo=UTC), datetime(_YEARS[-1], 12, 30, tzinfo=UTC))
    return min(max(moment, first), last)
