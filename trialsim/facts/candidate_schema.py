"""What may be known of a screening candidate, from `data/candidate.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from types import MappingProxyType
from typing import Any, Literal

import numpy as np

from trialsim.errors import TrialsimError, check_one_of
from trialsim.facts.drugs import drug_names
from trialsim.facts.reading import Basis, Section, Words, read_facts
from trialsim.facts.records import read_record

Kind = Literal["boolean", "whole", "number", "category"]
Origin = Literal["stored", "assessed", "derived", "model"]
GRID_TOLERANCE = 1e-6  # grid steps: the error of a decimal fraction in a float, nothing wider


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: its name, what it is called in prose, which values it can take.

    Attributes
    ----------
    name, label, unit : str
        Column name, words for prose, unit ("" where there is none).
    kind : {"boolean", "whole", "number", "category"}
    step : Fraction
        The grid in units: 1/10 for a weight in 0.1 kg, 1 for whole numbers; `per` is its inverse.
    low, high : float or None
        The limits beyond which a value is refused as a slip of the pen.
    categories : tuple of str
        Allowed words; a word's place is its code in the arrays.
    origin : {"stored", "assessed", "derived", "model"}
    optional : bool
        Whether a table of subjects may do without the column; then the fact is not known of anybody.
    absent : str
        How prose says that a boolean fact is false.
    note, source : str
    basis : {"read", "recalled", "derived", "assumed"}
    """

    name: str
    label: str
    kind: Kind
    unit: str = ""
    step: Fraction = Fraction(1)
    low: float | None = None
    high: float | None = None
    categories: tuple[str, ...] = ()
    origin: Origin = "stored"
    optional: bool = False
    absent: str = ""
    note: str = ""
    source: str = ""
    basis: Basis = "assumed"

    def __post_init__(self) -> None:
        check_step(self.step, "step")
        limited = self.kind in ("whole", "number") and self.origin in ("stored", "assessed")
        for limit in ("low", "high"):
            if (getattr(self, limit) is None) == limited:
                allowed = "a number" if limited else "no limit: only a number that is typed has one"
                raise TrialsimError(limit, getattr(self, limit), allowed)
        if bool(self.categories) != (self.kind == "category"):
            raise TrialsimError("categories", list(self.categories), "words where the kind is category, and only there")

    @property
    def per(self) -> int:
        """Grid steps in one unit."""
        return self.step.denominator

    def code(self, category: str) -> int:
        """The code of a category in the arrays."""
        if category not in self.categories:
            raise TrialsimError(self.name, category, ", ".join(self.categories))
        return self.categories.index(category)


@dataclass(frozen=True, slots=True)
class CandidateSchema:
    """All facts of a candidate and of one course of treatment, with what belongs to the tables they come from."""

    facts: Mapping[str, Fact]
    course: Mapping[str, Fact]
    enzymes: tuple[str, ...]
    enzyme_per: int
    dose_units: tuple[str, ...]

    def stored(self) -> tuple[Fact, ...]:
        """The columns of a table of subjects, besides SUBJID; it must have those that are not optional."""
        return tuple(fact for fact in self.facts.values() if fact.origin == "stored")

    def assessed(self) -> tuple[Fact, ...]:
        """The measures of activity at Baseline, which stand in the table of assessments."""
        return tuple(fact for fact in self.facts.values() if fact.origin == "assessed")


@cache
def candidate_schema() -> CandidateSchema:
    """Read the schema.

    Examples
    --------
    >>> schema = candidate_schema()
    >>> schema.facts["weight_kg"].per, schema.facts["SEX"].categories
    (10, ('F', 'M'))
    """
    file = read_facts("candidate.toml")
    schema = CandidateSchema(
        facts=_facts(file.sections("fact")),
        course=_facts(file.sections("course")),
        enzymes=file.texts("enzymes"),
        enzyme_per=check_step(file.exact("enzyme_step"), file.at("enzyme_step")),
        dose_units=file.texts("dose_units"),
    )
    file.end()
    return schema


def check_value(where: str, fact: Fact, value: Any) -> int:
    """Return one known value of a stored fact as the whole number that the arrays hold, or raise.

    Parameters
    ----------
    where : str
        The place of the value, for the message.
    fact : Fact
    value : object
        In the fact's public unit.

    Examples
    --------
    >>> check_value("weight of patient 3", candidate_schema().facts["weight_kg"], 59.9)
    599
    >>> check_value("AGE of patient 3", candidate_schema().facts["AGE"], 12.5)
    Traceback (most recent call last):
    trialsim.errors.TrialsimError: AGE of patient 3: got 12.5; allowed: a whole number from 0 to 120 (years).
    """
    if fact.kind == "boolean":
        if not isinstance(value, (bool, np.bool_)):
            raise TrialsimError(where, value, "true or false")
        return int(value)
    if fact.kind == "category":
        return fact.categories.index(check_one_of(where, value, fact.categories))
    if fact.low is None or fact.high is None:
        raise TrialsimError(where, value, "a fact that is stored")
    unit = f" ({fact.unit})" if fact.unit else ""
    step = f" in steps of {1 / fact.per:g}" if fact.per > 1 else ""
    allowed = f"a {'whole ' if fact.kind == 'whole' else ''}number from {fact.low:g} to {fact.high:g}{step}{unit}"
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise TrialsimError(where, value, allowed)
    number = float(value)
    if not fact.low <= number <= fact.high:
        raise TrialsimError(where, number, allowed)
    steps = round(number * fact.per)
    if abs(number * fact.per - steps) > GRID_TOLERANCE:
        raise TrialsimError(where, number, allowed)
    return steps


def _facts(sections: tuple[Section, ...]) -> Mapping[str, Fact]:
    facts: dict[str, Fact] = {}
    for section in sections:
        fact = _fact(section)
        if fact.name in facts:
            raise TrialsimError(section.at("name"), fact.name, "each name once")
        facts[fact.name] = fact
    return MappingProxyType(facts)


def _fact(section: Section) -> Fact:
    given: dict[str, Any] = {}
    if section.has("categories_from"):
        section.one_of("categories_from", ("drugs",))
        given["categories"] = drug_names()
    if section.values.get("kind") == "boolean" and not section.has("absent"):
        given["absent"] = f"no {section.text('label')}"
    return read_record(Fact, section, **given)


def check_step(step: Fraction, where: str) -> int:
    """How many steps go into one unit."""
    if step <= 0 or step.numerator != 1:
        raise TrialsimError(where, Words(f"{float(step):g}"), "a step that goes into 1 a whole number of times")
    return step.denominator
