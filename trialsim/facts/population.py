"""The parameters of the patient model: each with its value, plausible range, basis and source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Annotated, Literal

import pandas as pd

from trialsim.errors import TrialsimError, check_number
from trialsim.facts.reading import Basis, Section, read_facts
from trialsim.facts.records import read_record

# What a value of each kind can be at all; the plausible range of a parameter is narrower and stands beside it.
_POSSIBLE: dict[str, tuple[float, float]] = {
    "share": (0.0, 1.0),
    "correlation": (-1.0, 1.0),
    "spread": (0.0, 1e6),
    "positive": (1e-9, 1e6),
    "level": (0.0, 1e6),
    "loading": (0.0, 10.0),
    "effect": (-1.0, 1.0),
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number of the patient model.

    Attributes
    ----------
    name, label, block : str
        Its name in `Scenario`, in words, and the block of the model it belongs to.
    value, low, high : float
        The base case and the plausible range, in `unit`.
    kind : str
        What it is (share, spread, correlation, ...), which decides the values that are possible at all.
    basis : str
        read, recalled, derived or assumed.
    source : tuple of str
        Studies of `evidence()` or keys of the list of sources.
    """

    name: str
    label: str
    block: str
    kind: Literal["share", "correlation", "spread", "positive", "level", "loading", "effect"]
    value: float
    low: float
    high: float
    unit: str
    basis: Basis
    source: tuple[str, ...]
    note: str = ""

    def __post_init__(self) -> None:
        if not self.low <= self.value <= self.high:
            raise TrialsimError("value", self.value, f"{self.low:g} to {self.high:g}, its own range")
        low, high = _POSSIBLE[self.kind]
        check_number("value", self.value, low, high)
        if self.basis != "assumed" and not self.source:
            raise TrialsimError("source", [], "at least one source, as the basis is not 'assumed'")

    def check(self, value: object) -> float:
        """Return `value` as a float, or raise if a parameter of this kind cannot have it."""
        low, high = _POSSIBLE[self.kind]
        return check_number(self.name, value, low, high, fix=f"{self.label}, in {self.unit}.")

    def describe(self) -> str:
        """One line: label, value, range, basis and source."""
        source = f"; {', '.join(self.source)}" if self.source else ""
        note = f" ({self.note})" if self.note else ""
        unit = "" if self.unit in ("share", "r", "ratio", "fraction", "index") else f" {self.unit}"
        return (
            f"{self.label}: {self.value:g}{unit}, plausible {self.low:g} to {self.high:g}. "
            f"{self.basis.capitalize()}{source}{note}."
        )


def _adding_up(values: Mapping[str, float], where: str) -> Mapping[str, float]:
    total = sum(values.values())
    if min(values.values(), default=0) < 0 or total <= 0:
        raise TrialsimError(where, dict(values), "shares that are not negative and not all zero")
    return MappingProxyType({name: value / total for name, value in values.items()})


@dataclass(frozen=True, slots=True)
class Shares:
    """How a whole divides between named parts; `values` add up to one."""

    name: str
    label: str
    values: Annotated[Mapping[str, float], _adding_up]
    basis: Basis
    source: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dose:
    """The doses of a drug and how often each is given, for the record of earlier treatments; shares add up to one."""

    drug: str
    label: str
    values: Annotated[Mapping[str, float], _adding_up]
    unit: str
    basis: Basis
    source: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Population:
    """All that `population.toml` says: parameters, shares and doses by name."""

    parameters: Mapping[str, Parameter]
    shares: Mapping[str, Shares]
    doses: Mapping[str, Dose]

    def table(self) -> pd.DataFrame:
        """One row a parameter: name, label, block, value, low, high, unit, basis, source, note."""
        columns = ["name", "label", "block", "value", "low", "high", "unit", "basis", "source", "note"]
        rows = [[getattr(p, c) for c in columns] for p in self.parameters.values()]
        return pd.DataFrame(rows, columns=columns).assign(source=lambda t: t["source"].map("; ".join))

    def describe(self) -> str:
        """Every parameter, block by block, a line each."""
        lines: list[str] = []
        for block in dict.fromkeys(p.block for p in self.parameters.values()):
            lines += ["", block.replace("_", " ").capitalize()]
            lines += [f"- {p.describe()}" for p in self.parameters.values() if p.block == block]
        return "\n".join(lines).strip()


@cache
def load_population() -> Population:
    """Read the parameters of the patient model.

    Returns
    -------
    Population
        Parameters, shares and doses; read once, then kept.

    Raises
    ------
    TrialsimError
        If the file has a mistake; the message names the path of the place.

    Examples
    --------
    >>> load_population().parameters["female_share"].describe()
    'Women: 0.73, plausible 0.65 to 0.8. Read; DM China 136, ProDERM NCT02728752.'
    """
    return parse_population(read_facts("population.toml"))


def parse_population(file: Section) -> Population:
    """Build the parameters from a file that has been read; refuse what does not fit."""
    parameters: dict[str, Parameter] = {}
    shares: dict[str, Shares] = {}
    doses: dict[str, Dose] = {}
    for block, section in file.named_sections().items():
        for name, entry in section.named_sections().items():
            if block == "shares":
                shares[name] = read_record(Shares, entry, name=name)
            elif block == "doses":
                doses[name] = read_record(Dose, entry, drug=name)
            elif name in parameters:
                raise TrialsimError(entry.place, name, "a name that no other block has")
            else:
                parameters[name] = read_record(Parameter, entry, name=name, block=block)
    return Population(MappingProxyType(parameters), MappingProxyType(shares), MappingProxyType(doses))
