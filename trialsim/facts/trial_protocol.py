"""What a trial protocol is: frozen objects that print themselves as protocol prose."""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape
from textwrap import fill
from typing import Annotated, Literal

from trialsim.errors import TrialsimError, check_kind, check_one_of
from trialsim.facts.conditions import Condition, Scope, resolve
from trialsim.facts.reading import Basis
from trialsim.facts.records import Key
from trialsim.facts.sources import load_sources

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
        return "\n".join([*_head(self), *_criteria(self), *_outcomes(self), *_readings(self), *_silences(self)])

    def __repr__(self) -> str:
        counts = f"{len(self.inclusion)} inclusion and {len(self.exclusion)} exclusion criteria"
        return f"TrialProtocol({self.id}: n = {self.n}, week {self.week}, {counts})"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{escape(each.id)}</td><td>{escape(each.label)}</td><td>{escape(each.wording)}</td></tr>"
            for each in self.criteria
        )
        head = f"{escape(self.id)}: {escape(self.title)}. {self.n} patients, week {self.week}."
        return f"<table><caption>{head}</caption><tr><th>id</th><th>criterion</th><th>wording</th></tr>{rows}</table>"


def _line(text: str, indent: int = 2) -> str:
    return fill(text, 100, initial_indent=" " * indent, subsequent_indent=" " * (indent + 2), break_on_hyphens=False)


def _head(protocol: TrialProtocol) -> list[str]:
    lines = [f"{protocol.id}: {protocol.title}", _line(f"Source: {protocol.source} ({protocol.basis}).", 0), ""]
    lines += [_line(f"{point.item}: {point.text} [{point.basis}: {point.source}]") for point in protocol.known]
    return lines


def _criteria(protocol: TrialProtocol) -> list[str]:
    lines: list[str] = []
    for title, group in (("Inclusion criteria", protocol.inclusion), ("Exclusion criteria", protocol.exclusion)):
        lines += ["", title]
        for each in group:
            lines.append(_line(f"{each.id} {each.label}. {each.wording} [{each.basis}: {each.source}]"))
            lines.append(_line(f"Rule here: {protocol.condition(each).describe()}.", 4))
            lines += [_line(f"Assumed: {a.what} = {a.value}; {a.why}.", 4) for a in each.assumed]
            lines += [_line(f"Ambiguous: {text}", 4) for text in each.ambiguities]
            lines += [_line(f"Not stated: {text}", 4) for text in each.silences]
    return lines


def _outcomes(protocol: TrialProtocol) -> list[str]:
    lines = ["", "Outcomes"]
    for rank, each in (("Primary", protocol.primary), *(("Secondary", outcome) for outcome in protocol.secondary)):
        lines.append(_line(f"{rank}, week {each.week}: {each.label}. {each.text} [{each.basis}: {each.source}]"))
        lines += [_line(f"Ambiguous: {text}", 4) for text in each.ambiguities]
    return lines


def _readings(protocol: TrialProtocol) -> list[str]:
    lines = ["", "How ambiguous clauses are read here"] if protocol.readings else []
    for reading in protocol.readings:
        others = "; ".join(
            f"{option.name}: {option.text}" for option in reading.options if option.name != reading.chosen
        )
        chosen = f"Chosen: {reading.chosen} ({reading.option.text}; {reading.basis})."
        lines.append(_line(f"{reading.name}: {reading.question} {chosen} {reading.why}"))
        lines.append(_line(f"Other readings: {others}.", 4))
    return lines


def _silences(protocol: TrialProtocol) -> list[str]:
    if not protocol.silences:
        return []
    return ["", "What the record is silent on", *(_line(f"{each.item}: {each.text}") for each in protocol.silences)]
