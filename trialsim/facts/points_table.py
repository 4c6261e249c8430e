"""Tables of points: how much an improvement earns, measure by measure, and what a sum is called."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Annotated

from trialsim.errors import TrialsimError, Words
from trialsim.facts.core_set import item_codes
from trialsim.facts.reading import Basis, facts_in, read_facts
from trialsim.facts.records import among, read_list, read_record


def exact(number: float) -> Fraction:
    """The decimal as it was written, not the binary number nearest to it.

    Examples
    --------
    >>> exact(0.1)
    Fraction(1, 10)
    """
    return Fraction(repr(number)) if isinstance(number, float) else Fraction(number)


@dataclass(frozen=True, slots=True)
class PointsTable:
    """Points for improvement in percent of an instrument's range.

    Attributes
    ----------
    items : tuple of str
        The measures that earn points.
    above : tuple of tuple of Fraction
        For each measure the percentages that an improvement must exceed, rising.
    points : tuple of tuple of Fraction
        For each measure the points earned above each of them.
    categories : tuple of (str, Fraction)
        What a sum is called that reaches the number, rising.
    """

    id: str
    label: str
    items: tuple[str, ...]
    above: tuple[tuple[Fraction, ...], ...]
    points: tuple[tuple[Fraction, ...], ...]
    categories: tuple[tuple[str, Fraction], ...]
    sources: tuple[str, ...]
    basis: Basis
    assumed: tuple[str, ...]

    @property
    def unit(self) -> Fraction:
        """The largest number of which all points are whole multiples: 2.5 in the 2016 table."""
        every = [number for row in self.points for number in row]
        bottom = math.lcm(*(number.denominator for number in every))
        return Fraction(math.gcd(*(int(number * bottom) for number in every)), bottom)

    @property
    def highest(self) -> Fraction:
        """The sum of what every measure can earn at most."""
        return sum((row[-1] for row in self.points), Fraction(0))

    def category(self, score: Fraction) -> str:
        """What a sum is called; ``"none"`` below the first cut-off."""
        return next((name for name, cutoff in reversed(self.categories) if score >= cutoff), "none")


@dataclass(frozen=True, slots=True)
class Row:
    """What one measure earns above each percentage."""

    code: Annotated[str, among(item_codes)]
    above: tuple[Fraction, ...]
    points: tuple[Fraction, ...]

    def __post_init__(self) -> None:
        if len(self.above) != len(self.points):
            got = Words(f"{len(self.points)} numbers")
            raise TrialsimError("points", got, f"as many as `above`: {len(self.above)}")
        for name, row, least in (("above", self.above, -1), ("points", self.points, 0)):
            if list(row) != sorted(row) or (row and row[0] <= least):
                raise TrialsimError(name, [float(number) for number in row], "rising numbers, none negative")


@dataclass(frozen=True, slots=True)
class Category:
    """What a sum is called that reaches a number."""

    name: str
    at_least: Fraction


def list_points() -> tuple[str, ...]:
    """The names of the package's tables of points.

    Examples
    --------
    >>> list_points()
    ('acr_eular_2016',)
    """
    return tuple(name.removesuffix(".toml") for name in facts_in("points"))


@cache
def load_points(name: str) -> PointsTable:
    """Read one of the package's tables of points by the name of its file.

    Examples
    --------
    >>> table = load_points("acr_eular_2016")
    >>> float(table.unit), float(table.highest), table.category(Fraction(40))
    (2.5, 100.0, 'moderate')
    """
    file = read_facts("points", f"{name}.toml")
    rows = sorted(read_list(Row, file, "item"), key=lambda row: item_codes().index(row.code))
    categories = read_list(Category, file, "category")
    if len({len(row.above) for row in rows}) != 1:
        raise TrialsimError(file.at("item"), Words("rows of different length"), "as many steps for every measure")
    return read_record(
        PointsTable,
        file,
        items=tuple(row.code for row in rows),
        above=tuple(row.above for row in rows),
        points=tuple(row.points for row in rows),
        categories=tuple((each.name, each.at_least) for each in categories),
    )
