"""Published verdicts on single patients beside the values that were printed with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from trialsim.errors import TrialsimError, check_one_of
from trialsim.facts.core_set import measures
from trialsim.facts.reading import Basis, Section, Words, read_facts
from trialsim.facts.responses import list_responses
from trialsim.facts.sources import load_sources
from trialsim.facts.worked_patients import read_values

__all__ = ["PublishedCase", "PublishedRow", "PublishedTable", "published_cases", "published_table", "read_audit"]

OUTCOMES = ("improved", "unchanged", "worse")


@dataclass(frozen=True, slots=True)
class PublishedCase:
    """One patient with all six measures printed, and whether the source says that the definition was met.

    `rule` is the id of that definition, `source` a key of the package's sources; `assumed` says what the source leaves
    open and was assumed to apply the rule.
    """

    id: str
    label: str
    baseline: Mapping[str, float]
    followup: Mapping[str, float]
    reported: bool
    rule: str
    mmt8_max: int
    enzyme_uln: float
    assumed: tuple[str, ...]
    source: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """One patient of a table: measures listed as improved and as worse, values before and after, the outcome.

    A measure may stand in both lists, as in the source. CK in ukat/L, MMT-8 in points.
    """

    id: str
    disease: str
    improved: tuple[str, ...]
    worse: tuple[str, ...]
    outcome: str
    ck: tuple[float, float]
    mmt8: tuple[float, float]


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """A published table of patients.

    `rule` is the id of its definition; `dropped_out` lists patients without an outcome, who are no rows.
    """

    label: str
    rows: tuple[PublishedRow, ...]
    rule: str
    enrolled: int
    dropped_out: tuple[str, ...]
    mmt8_max: int
    units_per_ukat: int
    source: str
    basis: Basis


@cache
def _audit() -> tuple[tuple[PublishedCase, ...], PublishedTable]:
    return read_audit(read_facts("audit.toml"))


def published_cases() -> tuple[PublishedCase, ...]:
    """Two patients of a corticotropin trial, from case pages of the maker.

    Examples
    --------
    >>> [(case.id, case.reported) for case in published_cases()]
    [('A', True), ('B', False)]
    """
    return _audit()[0]


def published_table() -> PublishedTable:
    """Table 3 of the infliximab pilot of 2008.

    Examples
    --------
    >>> table = published_table()
    >>> len(table.rows) + len(table.dropped_out) == table.enrolled
    True
    """
    return _audit()[1]


def read_audit(file: Section) -> tuple[tuple[PublishedCase, ...], PublishedTable]:
    """Read the cases and the table; a mistake is refused with its path."""
    cases = tuple(_read_case(one) for one in file.sections("case"))
    table = _read_table(file.section("table"))
    file.end()
    return cases, table


def _read_case(section: Section) -> PublishedCase:
    case = PublishedCase(
        id=section.text("id"),
        label=section.text("label"),
        baseline=read_values(section.section("baseline")),
        followup=read_values(section.section("followup")),
        reported=section.flag("reported"),
        rule=section.one_of("rule", list_responses()),
        mmt8_max=section.whole("mmt8_max"),
        enzyme_uln=section.number("enzyme_uln"),
        assumed=section.texts("assumed"),
        source=_source(section),
        basis=section.basis(),
    )
    section.end()
    return case


def _read_table(section: Section) -> PublishedTable:
    rows = tuple(_read_row(one) for one in section.sections("row"))
    table = PublishedTable(
        label=section.text("label"),
        rows=rows,
        rule=section.one_of("rule", list_responses()),
        enrolled=section.whole("enrolled"),
        dropped_out=section.texts("dropped_out"),
        mmt8_max=section.whole("mmt8_max"),
        units_per_ukat=section.whole("units_per_ukat"),
        source=_source(section),
        basis=section.basis(),
    )
    section.end()
    ids = {*(row.id for row in rows), *table.dropped_out}
    if len(ids) != table.enrolled:
        raise TrialsimError(section.at("enrolled"), table.enrolled, f"{len(ids)}, the patients listed")
    return table


def _read_row(section: Section) -> PublishedRow:
    row = PublishedRow(
        id=section.text("id"),
        disease=section.text("disease"),
        improved=_codes(section, "improved"),
        worse=_codes(section, "worse"),
        outcome=section.one_of("outcome", OUTCOMES),
        ck=_pair(section, "ck"),
        mmt8=_pair(section, "mmt8"),
    )
    section.end()
    return row


def _source(section: Section) -> str:
    return load_sources()[section.text("source")].key


def _codes(section: Section, key: str) -> tuple[str, ...]:
    known = [one.code for one in measures()]
    return tuple(check_one_of(section.at(key), code, known) for code in section.texts(key))


def _pair(section: Section, key: str) -> tuple[float, float]:
    values = section.numbers(key)
    if len(values) != 2:
        raise TrialsimError(section.at(key), Words(f"{len(values)} numbers"), "two numbers: before and after")
    return values[0], values[1]
