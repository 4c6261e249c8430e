"""Published verdicts on single patients beside the values that were printed with them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Annotated, Literal

from trialsim.errors import TrialsimError
from trialsim.facts.core_set import measure_codes
from trialsim.facts.reading import Basis, Section, read_facts
from trialsim.facts.records import Key, among, read_list, read_record
from trialsim.facts.responses import list_responses
from trialsim.facts.sources import known_source
from trialsim.facts.worked_patients import ByCode

Rule = Annotated[str, among(list_responses)]
Codes = Annotated[tuple[str, ...], among(measure_codes)]


@dataclass(frozen=True, slots=True)
class PublishedCase:
    """One patient with all six measures printed, and whether the source says that the definition was met.

    `rule` is the id of that definition, `source` a key of the package's sources; `assumed` says what the source leaves
    open and was assumed to apply the rule.
    """

    id: str
    label: str
    baseline: ByCode
    followup: ByCode
    reported: bool
    rule: Rule
    mmt8_max: int
    enzyme_uln: float
    assumed: tuple[str, ...]
    source: Annotated[str, known_source]
    basis: Basis


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """One patient of a table: measures listed as improved and as worse, values before and after, the outcome.

    Symptoms are listed beside the measures, and are none of them. CK in ukat/L, MMT-8 in points.
    """

    id: str
    disease: str
    improved: Codes
    worse: Codes
    symptoms_improved: tuple[str, ...]
    symptoms_worse: tuple[str, ...]
    outcome: Literal["improved", "unchanged", "worse"]
    ck: tuple[float, float]
    mmt8: tuple[float, float]


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """A published table of patients.

    `rule` is the id of its definition; `dropped_out` lists patients without an outcome, who are no rows; `remarks` says
    what of it cannot stand in a row.
    """

    label: str
    rows: Annotated[tuple[PublishedRow, ...], Key("row")]
    rule: Rule
    enrolled: int
    dropped_out: tuple[str, ...]
    mmt8_max: int
    units_per_ukat: int
    remarks: tuple[str, ...]
    source: Annotated[str, known_source]
    basis: Basis

    def __post_init__(self) -> None:
        ids = {*(row.id for row in self.rows), *self.dropped_out}
        if len(ids) != self.enrolled:
            raise TrialsimError("enrolled", self.enrolled, f"{len(ids)}, the patients listed")


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
    cases = read_list(PublishedCase, file, "case")
    table = read_record(PublishedTable, file.section("table"))
    file.end()
    return cases, table
