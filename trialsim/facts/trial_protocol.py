"""What a trial protocol is: frozen objects that print themselves as protocol prose."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from textwrap import fill
from typing import TYPE_CHECKING, Annotated, Literal

from trialsim.errors import TrialsimError, check_kind, check_one_of
from trialsim.facts.conditions import Condition, Scope, resolve
from trialsim.facts.reading import Basis
from trialsim.facts.records import Key
from trialsim.facts.sources import load_sources
from trialsim.templating import templates_of

if TYPE_CHECKING:
    from jinja2 import Environment

Category = Literal["inclusion", "exclusion"]


def _positive(number: int, where: str) -> int:
    if number < 1:
        raise TrialsimError(where, number, "a whole number above 0")
    return number


def _source_keys(keys: tuple[str, ...], where: str) -> tuple[str, ...]:
    for each in keys:
        if each not in load_sources():
            raise TrialsimError(where, each, "keys of data/sources.toml")
    return keys


@dataclass(frozen=True, slots=True)
class Known:
    """A fact about the trial: what the record says of `item`, or what its `item` is silent on."""

    item: str
    text: str
    source: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class Assumed:
    """A number that a criterion needs and the record does not give."""

    what: str
    value: str
    why: str


@dataclass(frozen=True, slots=True)
class Example:
    """A patient worked through one criterion: only what is written is known of this patient.

    `enzymes` holds code, value and upper limit in U/L; `readings` the readings that differ from the default.
    """

    text: str
    met: bool | None
    facts: tuple[tuple[str, object], ...]
    courses: tuple[tuple[tuple[str, object], ...], ...]
    enzymes: tuple[tuple[str, float, float], ...]
    readings: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion: who says what, in which words, and the condition that it becomes."""

    id: str
    category: Category
    label: str
    wording: str
    when: Condition
    source: str
    basis: Basis
    assumed: tuple[Assumed, ...] = ()
    ambiguities: tuple[str, ...] = ()
    silences: tuple[str, ...] = ()
    examples: Annotated[tuple[Example, ...], Key("example")] = ()


@dataclass(frozen=True, slots=True)
class Option:
    """One way to read an ambiguous clause."""

    name: str
    text: str
    when: Condition


@dataclass(frozen=True, slots=True)
class Reading:
    """An ambiguous clause, the ways to read it, and the one chosen."""

    name: str
    question: str
    chosen: Annotated[str, Key("default")]
    basis: Basis
    options: Annotated[tuple[Option, ...], Key("option")]
    scope: Scope
    why: str = ""

    def __post_init__(self) -> None:
        names = [option.name for option in self.options]
        if len(names) < 2 or len(set(names)) < len(names):
            raise TrialsimError("option", names, "at least two options, each name once")

    @property
    def option(self) -> Option:
        """The option chosen."""
        return next(option for option in self.options if option.name == self.chosen)


@dataclass(frozen=True, slots=True)
class Outcome:
    """An outcome as the record words it; `definition` is the id of the response definition that carries it out."""

    label: str
    text: str
    week: Annotated[int, _positive]
    source: str
    basis: Basis
    definition: str = ""
    ambiguities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class TrialProtocol:
    """A trial protocol, with what is ambiguous in it and what it is silent on.

    Attributes
    ----------
    id, title : str
    n : int
        Patients to enrol.
    week : int
        When the primary outcome is read.
    source, sources, basis : str, tuple of str, str
        Where the protocol comes from; keys of the package's list of sources; how well it is known.
    criteria : tuple of Criterion
        In protocol order; `.inclusion` and `.exclusion` are its two parts.
    primary : Outcome
    readings : tuple of Reading
    secondary : tuple of Outcome
    known, silences : tuple of Known
        What the record states of the design, and what it does not state.
    """

    id: str
    title: str
    n: Annotated[int, _positive]
    week: Annotated[int, _positive]
    source: str
    basis: Basis
    criteria: Annotated[tuple[Criterion, ...], Key("criterion")]
    primary: Outcome
    readings: Annotated[tuple[Reading, ...], Key("reading")]
    sources: Annotated[tuple[str, ...], _source_keys] = ()
    secondary: tuple[Outcome, ...] = ()
    known: tuple[Known, ...] = ()
    silences: Annotated[tuple[Known, ...], Key("silence")] = ()

    def __post_init__(self) -> None:
        ids = [criterion.id for criterion in self.criteria]
        if not ids:
            raise TrialsimError("criterion", ids, "at least one criterion")
        for at, id in enumerate(ids):
            if id in ids[:at]:
                raise TrialsimError(f"criterion[{at}].id", id, "each id once")
        if self.primary.week != self.week:
            fix = f"The protocol is read at week {self.week}, its primary outcome at week {self.primary.week}: which?"
            raise TrialsimError("primary.week", self.primary.week, f"the week of the protocol, {self.week}", fix)

    @property
    def inclusion(self) -> tuple[Criterion, ...]:
        """The inclusion criteria, in order."""
        return tuple(criterion for criterion in self.criteria if criterion.category == "inclusion")

    @property
    def exclusion(self) -> tuple[Criterion, ...]:
        """The exclusion criteria, in order."""
        return tuple(criterion for criterion in self.criteria if criterion.category == "exclusion")

    def criterion(self, id: str) -> Criterion:
        """The criterion of this id."""
        check_one_of("criterion", id, [criterion.id for criterion in self.criteria])
        return next(criterion for criterion in self.criteria if criterion.id == id)

    def with_reading(self, name: str, choice: str) -> TrialProtocol:
        """The same protocol with one ambiguous clause read in another way.

        Examples
        --------
        >>> from trialsim.facts.protocol import load_protocol
        >>> other = load_protocol("NCT04946669").with_reading("washout", "usual practice")
        >>> [each.chosen for each in other.readings if each.name == "washout"]
        ['usual practice']
        """
        check_one_of("reading", name, [reading.name for reading in self.readings])
        found = next(reading for reading in self.readings if reading.name == name)
        check_one_of(f"choice for {name}", choice, [option.name for option in found.options])
        changed = tuple(replace(reading, chosen=choice) if reading is found else reading for reading in self.readings)
        return replace(self, readings=changed)

    def condition(self, criterion: Criterion) -> Condition:
        """The condition of a criterion with the chosen readings put in."""
        check_kind("criterion", criterion, Criterion, "a criterion of this protocol")
        return resolve(criterion.when, {reading.name: reading.option.when for reading in self.readings})

    def describe(self) -> str:
        """The protocol as prose: what it says, how it is read here, from where, and what it does not say."""
        text: str = _templates().get_template("protocol.txt.jinja").render(protocol=self)
        return text.rstrip("\n")

    def __repr__(self) -> str:
        counts = f"{len(self.inclusion)} inclusion and {len(self.exclusion)} exclusion criteria"
        return f"TrialProtocol({self.id}: n = {self.n}, week {self.week}, {counts})"

    def _repr_html_(self) -> str:
        found: str = _templates().get_template("protocol.html.jinja").render(protocol=self)
        return found.rstrip("\n")


@cache
def _templates() -> Environment:
    found = templates_of("trialsim.facts")
    found.filters["line"] = _line
    return found


def _line(text: str, indent: int) -> str:
    inner = " " * (indent + 2)
    return fill(text, 100, initial_indent=inner[2:], subsequent_indent=inner, break_on_hyphens=False) + "\n"
