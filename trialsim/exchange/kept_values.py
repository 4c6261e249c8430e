"""The single values that a learner's file may hold: names, entries, settings of controls, words and times."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from trialsim.errors import TrialsimError
from trialsim.exchange.strict_json import BY_HAND, check_table

__all__ = [
    "MAX_NAME",
    "MAX_NUMBER",
    "MAX_WORDS",
    "believable",
    "control_values",
    "entered",
    "named_values",
    "plain_text",
    "time_in_utc",
]

MAX_NUMBER = 10**9
MAX_NAME = 80
MAX_WORDS = 20_000
"""Characters of an answer in one's own words."""

_MAX_CHOSEN = 100
_MAX_DEPTH = 6
_YEARS = range(2000, 3000)


def named_values(value: object, where: str) -> dict[str, Any]:
    """Names that a message can show, with their values."""
    found = check_table(value, where)
    for name in found:
        plain_text(name, f"{where}, a name", MAX_NAME)
    return found


def entered(value: Any, where: str) -> Any:
    """What a learner can enter: text, a number, yes or no, or a list of texts."""
    if isinstance(value, list) and len(value) <= _MAX_CHOSEN:
        return [plain_text(one, where, MAX_NAME) for one in value]
    if isinstance(value, str):
        return plain_text(value, where, MAX_WORDS)
    if isinstance(value, (int, float)) and abs(value) <= MAX_NUMBER:
        return value
    raise TrialsimError(where, value, "text, a number, or a list of texts", BY_HAND)


def control_values(values: dict[str, Any], where: str) -> dict[str, Any]:
    """Where controls stand: the lesson checks each value; here only that they do not go on and on inside each other."""
    inside: list[Any] = [values]
    for _ in range(_MAX_DEPTH):
        lists = [one for value in inside for one in (value.values() if isinstance(value, dict) else value)]
        inside = [one for one in lists if isinstance(one, (dict, list))]
    if inside:
        raise TrialsimError(where, values, f"values at most {_MAX_DEPTH} deep", BY_HAND)
    return values


def plain_text(value: object, where: str, longest: int) -> str:
    """Text that is not too long."""
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
