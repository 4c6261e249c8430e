"""The drugs a candidate may have had, from `data/drugs.toml`."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from trialsim.errors import TrialsimError
from trialsim.facts.reading import Basis, Section, read_facts

KINDS = ("glucocorticoid", "immunosuppressant", "biologic", "immunomodulator")


@dataclass(frozen=True, slots=True)
class OtherValue:
    """A value that another source prints for the same drug."""

    what: str
    value: Fraction
    source: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class Drug:
    """One drug: what it is, what it equals, how long it must have been stopped."""

    name: str
    kind: str
    equals_5mg: Fraction | None
    washout_longest: int | None
    washout_usual: int | None
    source: str
    basis: Basis
    other: tuple[OtherValue, ...]

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
    file = read_facts("drugs.toml")
    found = tuple(_drug(section) for section in file.sections("drug"))
    file.end()
    return found


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
    >>> [(one.weeks, one.taken) for one in washouts() if one.drug == "rituximab"]
    [(52, True), (26, False), (26, False)]
    """
    found = []
    for drug in drugs():
        if drug.washout_longest is not None:
            found.append(Washout(drug.name, drug.washout_longest, drug.source, drug.basis, True))
        others = (one for one in drug.other if one.what == "washout")
        found += [Washout(drug.name, int(one.value), one.source, one.basis, False) for one in others]
    return tuple(found)


@cache
def drug_names() -> tuple[str, ...]:
    """The generic names, lower case, in the order of their codes."""
    return tuple(drug.name for drug in drugs())


def _drug(section: Section) -> Drug:
    kind = section.one_of("kind", KINDS)
    washout = section.section("washout", optional=kind != "biologic")
    equals = _exact(section, "equals_5mg") if kind == "glucocorticoid" else None
    drug = Drug(
        name=section.text("name"),
        kind=kind,
        equals_5mg=equals,
        washout_longest=washout.whole("longest") if kind == "biologic" else None,
        washout_usual=washout.whole("usual") if kind == "biologic" else None,
        source=section.text("source"),
        basis=section.basis(),
        other=tuple(_other(one) for one in section.sections("other", optional=True)),
    )
    washout.end()
    section.end()
    return drug


def _other(section: Section) -> OtherValue:
    what = section.one_of("what", ("equals_5mg", "washout"))
    other = OtherValue(what, _exact(section, "value"), section.text("source"), section.basis())
    section.end()
    return other


def _exact(section: Section, key: str) -> Fraction:
    value = Fraction(str(section.number(key)))  # its decimal text: 0.6 is three fifths
    if value <= 0:
        raise TrialsimError(section.at(key), float(value), "a number above 0")
    return value
