"""The drugs a candidate may have had, from `data/drugs.toml`."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Annotated, Literal

from trialsim.errors import TrialsimError, check_one_of
from trialsim.facts.reading import Basis, read_facts
from trialsim.facts.records import read_list


def _positive(value: Fraction, where: str) -> Fraction:
    if value <= 0:
        raise TrialsimError(where, float(value), "a number above 0")
    return value


Positive = Annotated[Fraction, _positive]


@dataclass(frozen=True, slots=True)
class OtherValue:
    """A value that another source prints for the same drug."""

    what: Literal["equals_5mg", "washout"]
    value: Positive
    source: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class WashoutWeeks:
    """Weeks that must have passed since the last dose: the longest that were read, and those of usual practice."""

    longest: int
    usual: int


@dataclass(frozen=True, slots=True)
class Choice:
    """What decides whether a drug is taken: beside another of its `group` it is not; by a pregnant woman it may be."""

    group: str
    in_pregnancy: bool
    basis: Basis


@dataclass(frozen=True, slots=True)
class Drug:
    """One drug: what it is, what it equals, how long it must have been stopped."""

    name: str
    kind: Literal["glucocorticoid", "immunosuppressant", "biologic", "immunomodulator"]
    equals_5mg: Positive | None
    washout: WashoutWeeks | None
    source: str
    basis: Basis
    choice: Choice | None = None
    other: tuple[OtherValue, ...] = ()

    def __post_init__(self) -> None:
        for name, kind in (("equals_5mg", "glucocorticoid"), ("washout", "biologic")):
            if (getattr(self, name) is None) == (self.kind == kind):
                raise TrialsimError(name, getattr(self, name), f"a value for each {kind}, and for no other drug")

    @property
    def prednisone_per_mg(self) -> Fraction | None:
        """Mg of prednisone that one mg of a glucocorticoid equals, exactly."""
        return None if self.equals_5mg is None else 5 / self.equals_5mg


@cache
def drugs() -> tuple[Drug, ...]:
    """All drugs, in the order of the file; a drug's place in it is its code in the arrays.

    Examples
    --------
    >>> drugs()[2].name, drugs()[2].prednisone_per_mg
    ('methylprednisolone', Fraction(5, 4))
    """
    return read_list(Drug, read_facts("drugs.toml"), "drug", alone=True)


@dataclass(frozen=True, slots=True)
class Washout:
    """A length of time without a drug, in weeks: where it was read, and whether the protocol's default takes it."""

    drug: str
    weeks: int
    source: str
    basis: Basis
    taken: bool


@cache
def washouts() -> tuple[Washout, ...]:
    """Every length of a washout that was found, the one that is taken first for each drug; sources disagree.

    Examples
    --------
    >>> [(each.weeks, each.taken) for each in washouts() if each.drug == "rituximab"]
    [(52, True), (26, False), (26, False)]
    """
    found = []
    for drug in drugs():
        if drug.washout is not None:
            found.append(Washout(drug.name, drug.washout.longest, drug.source, drug.basis, True))
        others = (fact for fact in drug.other if fact.what == "washout")
        found += [Washout(drug.name, int(fact.value), fact.source, fact.basis, False) for fact in others]
    return tuple(found)


@cache
def drug_names() -> tuple[str, ...]:
    """The generic names, lower case, in the order of their codes."""
    return tuple(drug.name for drug in drugs())


def choice_of(name: str) -> Choice:
    """What decides whether a drug is taken, of one of which that is known.

    Examples
    --------
    >>> choice_of("tacrolimus").group
    'calcineurin inhibitor'
    """
    found = {drug.name: drug.choice for drug in drugs() if drug.choice is not None}
    return found[check_one_of("drug", name, found)]
