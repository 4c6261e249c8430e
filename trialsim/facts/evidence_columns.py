"""The columns of the published numbers, declared once in the data: for reading, for labels, for the reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from trialsim.facts.reading import read_facts
from trialsim.facts.records import read_record
from trialsim.facts.responses import list_responses, load_response


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words that cells may hold, and those with which a remark may begin, each with its meaning."""

    kind: Mapping[str, str]
    statistic: Mapping[str, str]
    unit: Mapping[str, str]
    status: Mapping[str, str]
    note: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, a label for figures, what it means and what a cell may hold.

    Examples
    --------
    >>> COLUMNS["week"].label
    'Week'
    """

    name: str
    label: str
    meaning: str
    holds: Literal["text", "whole", "number"] = "text"
    required: bool = True
    vocabulary: Mapping[str, str] | None = None
    low: float = float("-inf")
    high: float = float("inf")


_FILE = read_facts("evidence_columns.toml")
_WORDS = read_record(Vocabulary, _FILE.section("vocabulary"))
KINDS, STATISTICS, UNITS, STATUSES = _WORDS.kind, _WORDS.statistic, _WORDS.unit, _WORDS.status
NOTE_BEGINNINGS = _WORDS.note
INTERVAL_NOTES = ("interval 95 % CI", "interval IQR", "interval range")
SPREAD_NOTES = ("spread SD", "spread SE")
DEFINITIONS: Mapping[str, str] = {
    "": "the row is no response, or its rule is none of those in data/responses",
    **{name: load_response(name).label for name in list_responses()},
}
_CLOSED = {"kind": KINDS, "definition": DEFINITIONS, "statistic": STATISTICS, "unit": UNITS, "status": STATUSES}

COLUMNS: Mapping[str, Column] = {
    table.text("name"): read_record(Column, table, vocabulary=_CLOSED.get(table.text("name")))
    for table in _FILE.sections("column")
}
