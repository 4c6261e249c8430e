"""The numbers with which cases for practice are made and judged: limits of a laboratory, room for a rater."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated

from trialsim.errors import check_one_of
from trialsim.facts.core_set import enzyme_codes
from trialsim.facts.reading import Basis, read_facts
from trialsim.facts.records import read_record
from trialsim.facts.sources import known_source


def _sources(names: tuple[str, ...], where: str) -> tuple[str, ...]:
    return tuple(known_source(name, where) for name in names)


def _of_enzymes(values: Mapping[str, tuple[float, ...]], where: str) -> Mapping[str, tuple[float, ...]]:
    for code in values:
        check_one_of(where, code, enzyme_codes())
    return values


@dataclass(frozen=True, slots=True)
class PracticeNumber:
    """One number, how well it is known, and from where."""

    value: float
    basis: Basis
    sources: Annotated[tuple[str, ...], _sources]
    note: str


@dataclass(frozen=True, slots=True)
class UpperLimits:
    """Upper limits of normal in U/L, one or several an enzyme."""

    values: Annotated[Mapping[str, tuple[float, ...]], _of_enzymes]
    basis: Basis
    sources: Annotated[tuple[str, ...], _sources]
    note: str


@dataclass(frozen=True, slots=True)
class PracticeNumbers:
    """All of them, as `data/practice.toml` explains each."""

    upper_limits: UpperLimits
    counted_limit: PracticeNumber
    hardly_active: PracticeNumber
    organ_leads: PracticeNumber
    apart: PracticeNumber
    accepted_grade: PracticeNumber


@cache
def practice_numbers() -> PracticeNumbers:
    """The numbers of the practice room.

    Examples
    --------
    >>> practice_numbers().upper_limits.values["CK"], practice_numbers().apart.sources
    ((170.0, 200.0), ('KER23',))
    """
    return read_record(PracticeNumbers, read_facts("practice.toml"))
