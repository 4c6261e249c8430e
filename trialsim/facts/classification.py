"""The published classifications of myositis as tables of numbers, from `data/classification/`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from trialsim.facts.reading import Basis, Section, read_facts

TENTHS = 10
GROUPS = ("weakness", "skin", "other", "biopsy")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a classification comes from, how well it is known, where other sources print it differently."""

    source: str
    sources: tuple[str, ...]
    basis: Basis
    disagreements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BohanPeterTable:
    """Muscle items of four that each level asks for: possible, probable, definite."""

    origin: Origin
    dermatomyositis: tuple[int, ...]
    polymyositis: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AmyopathicTable:
    """Months of skin disease without weakness: for the label, and for calling it confirmed (recalled)."""

    origin: Origin
    skin_months: float
    confirmed_months: float
    confirmed_source: str
    early_immunosuppression: str


@dataclass(frozen=True, slots=True)
class ScoreItem:
    """One item of EULAR/ACR 2017; `tenths` of a point without and with biopsy."""

    name: str
    label: str
    group: str
    tenths: tuple[int, int]


@dataclass(frozen=True, slots=True)
class ScoreLevel:
    """One level of EULAR/ACR 2017: the least score in tenths, without and with biopsy, and the least probability."""

    name: str
    tenths: tuple[int, int]
    probability: float


@dataclass(frozen=True, slots=True, eq=False)
class EularAcrTable:
    """EULAR/ACR 2017: points by age at onset and by item, borders of levels, offset of the probability (recalled)."""

    origin: Origin
    ages: tuple[tuple[float, tuple[int, int]], ...]
    items: Mapping[str, ScoreItem]
    levels: tuple[ScoreLevel, ...]
    offset: tuple[float, float]
    adult_from: float
    tree: str

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
    table = BohanPeterTable(_origin(file), _levels(file, "dermatomyositis"), _levels(file, "polymyositis"))
    file.end()
    return table


@cache
def amyopathic_table() -> AmyopathicTable:
    """Clinically amyopathic dermatomyositis after Gerami 2006.

    Examples
    --------
    >>> amyopathic_table().skin_months
    6
    """
    file = read_facts("classification", "cadm.toml")
    confirmed, early = file.section("confirmed"), file.section("early_immunosuppression")
    table = AmyopathicTable(
        origin=_origin(file),
        skin_months=file.number("skin_months"),
        confirmed_months=confirmed.number("skin_months"),
        confirmed_source=_recalled(confirmed),
        early_immunosuppression=f"{early.text('text')} ({_recalled(early)})",
    )
    for section in (confirmed, early, file):
        section.end()
    return table


@cache
def eular_acr_table() -> EularAcrTable:
    """EULAR/ACR 2017.

    Examples
    --------
    >>> eular_acr_table().items["jo1"].tenths
    (39, 38)
    """
    file = read_facts("classification", "eular_acr_2017.toml")
    probability, subgroups = file.section("probability"), file.section("subgroups")
    without, with_biopsy = probability.numbers("offset")
    items = tuple(_item(one) for one in file.sections("item"))
    table = EularAcrTable(
        origin=_origin(file),
        ages=tuple(_age(one) for one in file.sections("age")),
        items=MappingProxyType({item.name: item for item in items}),
        levels=tuple(_level(one) for one in file.sections("level")),
        offset=(without, with_biopsy),
        adult_from=subgroups.number("adult_from"),
        tree=f"{subgroups.text('text')} ({_recalled(subgroups)})",
    )
    _recalled(probability)
    for section in (probability, subgroups, file):
        section.end()
    return table


def _origin(file: Section) -> Origin:
    return Origin(file.text("source"), file.texts("sources"), file.basis(), file.texts("disagreements", ()))


def _recalled(section: Section) -> str:
    return f"{section.text('source')}; {section.basis()}"


def _levels(file: Section, disease: str) -> tuple[int, ...]:
    section = file.section(disease)
    needed = tuple(section.whole(level) for level in ("possible", "probable", "definite"))
    section.end()
    return needed


def _age(section: Section) -> tuple[float, tuple[int, int]]:
    row = section.number("from"), _tenths(section, "points")
    section.end()
    return row


def _item(section: Section) -> ScoreItem:
    item = ScoreItem(
        section.text("name"), section.text("label"), section.one_of("group", GROUPS), _tenths(section, "points")
    )
    section.end()
    return item


def _level(section: Section) -> ScoreLevel:
    level = ScoreLevel(section.text("name"), _tenths(section, "score"), section.number("probability"))
    section.end()
    return level


def _tenths(section: Section, key: str) -> tuple[int, int]:
    without, with_biopsy = (round(number * TENTHS) for number in section.numbers(key))
    return without, with_biopsy
