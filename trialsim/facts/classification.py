"""The published classifications of myositis as tables of numbers, from `data/classification/`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Annotated, Literal

from trialsim.errors import TrialsimError
from trialsim.facts.reading import BASES, Basis, Section, read_facts
from trialsim.facts.records import Key, Written, read_list, read_record

TENTHS = 10


def _in_tenths(points: tuple[float, float], where: str) -> tuple[int, ...]:
    return tuple(round(number * TENTHS) for number in points)


def _rising(levels: Mapping[str, int], where: str) -> tuple[int, ...]:
    names = ("possible", "probable", "definite")
    if set(levels) != set(names):
        raise TrialsimError(where, list(levels), " and ".join(names))
    return tuple(levels[name] for name in names)


Tenths = Annotated[tuple[int, int], Written(tuple[float, float], _in_tenths)]
Levels = Annotated[tuple[int, ...], Written(Mapping[str, int], _rising)]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a classification comes from, how well it is known, where other sources print it differently."""

    source: str
    sources: tuple[str, ...]
    basis: Basis
    disagreements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BohanPeterTable:
    """Muscle items of four that each level asks for: possible, probable, definite."""

    origin: Origin
    dermatomyositis: Levels
    polymyositis: Levels


@dataclass(frozen=True, slots=True)
class Recalled:
    """What another source is remembered to add."""

    text: str
    source: str
    basis: Basis

    def __str__(self) -> str:
        return f"{self.text} ({self.source}; {self.basis})"


@dataclass(frozen=True, slots=True)
class Confirmed:
    """From how many months of skin disease the label is called confirmed."""

    skin_months: float
    source: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class Subgroups:
    """The age at onset from which a patient is an adult, and the tree of subgroups."""

    adult_from: float
    text: str
    source: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class Probability:
    """The offset of the probability without and with biopsy."""

    offset: tuple[float, float]
    source: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class AmyopathicTable:
    """Months of skin disease without weakness: for the label, and for calling it confirmed (recalled)."""

    origin: Origin
    skin_months: float
    confirmed: Confirmed
    early_immunosuppression: Recalled


@dataclass(frozen=True, slots=True)
class ScoreAge:
    """One age at onset from which more points are given; `tenths` of a point without and with biopsy."""

    years: Annotated[float, Key("from")]
    tenths: Annotated[Tenths, Key("points")]


@dataclass(frozen=True, slots=True)
class ScoreItem:
    """One item of EULAR/ACR 2017; `tenths` of a point without and with biopsy."""

    name: str
    label: str
    group: Literal["weakness", "skin", "other", "biopsy"]
    tenths: Annotated[Tenths, Key("points")]


@dataclass(frozen=True, slots=True)
class ScoreLevel:
    """One level of EULAR/ACR 2017: the least score in tenths, without and with biopsy, and the least probability."""

    name: str
    tenths: Annotated[Tenths, Key("score")]
    probability: float


@dataclass(frozen=True, slots=True, eq=False)
class EularAcrTable:
    """EULAR/ACR 2017: points by age at onset and by item, borders of levels, offset of the probability (recalled)."""

    origin: Origin
    ages: Annotated[tuple[ScoreAge, ...], Key("age")]
    items: Mapping[str, ScoreItem]
    levels: Annotated[tuple[ScoreLevel, ...], Key("level")]
    probability: Probability
    subgroups: Subgroups

    def named(self, group: str) -> tuple[str, ...]:
        """The names of the items of one group."""
        return tuple(name for name, item in self.items.items() if item.group == group)


@cache
def bohan_peter_table() -> BohanPeterTable:
    """Bohan and Peter 1975.

    Examples
    --------
    >>> bohan_peter_table().dermatomyositis
    (1, 2, 3)
    """
    file = read_facts("classification", "bohan_peter.toml")
    return read_record(BohanPeterTable, file, origin=_origin(file))


@cache
def amyopathic_table() -> AmyopathicTable:
    """Clinically amyopathic dermatomyositis after Gerami 2006.

    Examples
    --------
    >>> amyopathic_table().skin_months
    6.0
    """
    file = read_facts("classification", "cadm.toml")
    return read_record(AmyopathicTable, file, origin=_origin(file))


@cache
def eular_acr_table() -> EularAcrTable:
    """EULAR/ACR 2017.

    Examples
    --------
    >>> eular_acr_table().items["jo1"].tenths
    (39, 38)
    """
    file = read_facts("classification", "eular_acr_2017.toml")
    items = {item.name: item for item in read_list(ScoreItem, file, "item")}
    return read_record(EularAcrTable, file, origin=_origin(file), items=MappingProxyType(items))


def _origin(file: Section) -> Origin:
    return Origin(
        file.text("source"), file.texts("sources"), file.one_of("basis", BASES), file.texts("disagreements", ())
    )
