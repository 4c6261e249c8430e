"""Reads a protocol file strictly into the objects of `facts.protocol`."""

from __future__ import annotations

from trialsim.errors import TrialsimError
from trialsim.facts.candidate import Fact, candidate_schema, check_value
from trialsim.facts.conditions import Scope, parse_condition
from trialsim.facts.reading import Section
from trialsim.facts.sources import load_sources
from trialsim.facts.trial_protocol import (
    Assumed,
    Category,
    Criterion,
    Example,
    Known,
    Option,
    Outcome,
    Reading,
    TrialProtocol,
)

_MET = {"true": True, "false": False, "unknown": None}


def read_protocol(file: Section) -> TrialProtocol:
    """Build a protocol from a file read by `facts.reading`; a mistake raises with its path."""
    readings = _readings(file)
    scopes = {one.name: one.scope for one in readings}
    protocol = TrialProtocol(
        id=file.text("id"),
        title=file.text("title"),
        n=_positive(file, "n"),
        week=_positive(file, "week"),
        source=file.text("source"),
        sources=_sources(file),
        basis=file.basis(),
        criteria=tuple(_criterion(one, scopes, readings) for one in file.sections("criterion")),
        primary=_outcome(file.section("primary")),
        secondary=tuple(_outcome(one) for one in file.sections("secondary", optional=True)),
        readings=readings,
        known=tuple(_known(one) for one in file.sections("known", optional=True)),
        silences=tuple(_known(one) for one in file.sections("silence", optional=True)),
    )
    file.end()
    _check_order(file, protocol)
    if protocol.primary.week != protocol.week:
        fix = (
            f"The protocol is read at week {protocol.week}, its primary outcome at week {protocol.primary.week}: which?"
        )
        raise TrialsimError(
            file.at("primary.week"), protocol.primary.week, f"the week of the protocol, {protocol.week}", fix
        )
    return protocol


def _check_order(file: Section, protocol: TrialProtocol) -> None:
    ids = [one.id for one in protocol.criteria]
    if not ids:
        raise TrialsimError(file.at("criterion"), ids, "at least one criterion")
    for i, one in enumerate(protocol.criteria):
        if one.id in ids[:i]:
            raise TrialsimError(f"{file.at('criterion')}[{i}].id", one.id, "each id once")
    if tuple(protocol.inclusion + protocol.exclusion) != protocol.criteria:
        raise TrialsimError(file.at("criterion"), ids, "inclusion criteria first, then exclusion criteria")


def _positive(section: Section, key: str) -> int:
    value = section.whole(key)
    if value < 1:
        raise TrialsimError(section.at(key), value, "a whole number above 0")
    return value


def _sources(file: Section) -> tuple[str, ...]:
    keys = file.texts("sources", ())
    for key in keys:
        if key not in load_sources():
            raise TrialsimError(file.at("sources"), key, "keys of data/sources.toml")
    return keys


def _known(section: Section) -> Known:
    known = Known(section.text("item"), section.text("text"), section.text("source"), section.basis())
    section.end()
    return known


def _outcome(section: Section) -> Outcome:
    outcome = Outcome(
        label=section.text("label"),
        text=section.text("text"),
        week=_positive(section, "week"),
        definition=section.text("definition", ""),
        source=section.text("source"),
        basis=section.basis(),
        ambiguities=section.texts("ambiguities", ()),
    )
    section.end()
    return outcome


def _readings(file: Section) -> tuple[Reading, ...]:
    readings: list[Reading] = []
    for section in file.sections("reading", optional=True):
        earlier = {one.name: one.scope for one in readings}
        reading = _reading(section, earlier)
        if reading.name in earlier:
            raise TrialsimError(section.at("name"), reading.name, "each name once")
        readings.append(reading)
    return tuple(readings)


def _reading(section: Section, earlier: dict[str, Scope]) -> Reading:
    scope: Scope = section.one_of("scope", ("candidate", "course"), "candidate")  # type: ignore[assignment]
    options = tuple(_option(one, earlier, scope) for one in section.sections("option"))
    names = tuple(option.name for option in options)
    if len(names) < 2 or len(set(names)) < len(names):
        raise TrialsimError(section.at("option"), list(names), "at least two options, each name once")
    reading = Reading(
        name=section.text("name"),
        question=section.text("question"),
        chosen=section.one_of("default", names),
        basis=section.basis(),
        why=section.text("why", ""),
        scope=scope,
        options=options,
    )
    section.end()
    return reading


def _option(section: Section, earlier: dict[str, Scope], scope: Scope) -> Option:
    when = parse_condition(section.section("when"), earlier, scope)
    option = Option(section.text("name"), section.text("text"), when)
    section.end()
    return option


def _criterion(section: Section, scopes: dict[str, Scope], readings: tuple[Reading, ...]) -> Criterion:
    category: Category = section.one_of("category", ("inclusion", "exclusion"))  # type: ignore[assignment]
    criterion = Criterion(
        id=section.text("id"),
        category=category,
        label=section.text("label"),
        wording=section.text("wording"),
        when=parse_condition(section.section("when"), scopes),
        source=section.text("source"),
        basis=section.basis(),
        assumed=tuple(_assumed(one) for one in section.sections("assumed", optional=True)),
        ambiguities=section.texts("ambiguities", ()),
        silences=section.texts("silences", ()),
        examples=tuple(_example(one, readings) for one in section.sections("example", optional=True)),
    )
    section.end()
    return criterion


def _assumed(section: Section) -> Assumed:
    assumed = Assumed(section.text("what"), section.text("value"), section.text("why"))
    section.end()
    return assumed


def _example(section: Section, readings: tuple[Reading, ...]) -> Example:
    schema = candidate_schema()
    stored = {fact.name: fact for fact in schema.stored()}
    course = {name: fact for name, fact in schema.course.items() if fact.origin == "stored"}
    example = Example(
        text=section.text("text"),
        met=_MET[section.one_of("met", tuple(_MET))],
        facts=_values(section.section("facts", optional=True), stored),
        courses=tuple(_values(one, course) for one in section.sections("courses", optional=True)),
        enzymes=_enzymes(section.section("enzymes", optional=True)),
        readings=_chosen(section.section("readings", optional=True), readings),
    )
    section.end()
    return example


def _values(section: Section, facts: dict[str, Fact]) -> tuple[tuple[str, object], ...]:
    given = tuple((name, section.raw(name)) for name in facts if name in section)
    section.end(also=tuple(facts))
    for name, value in given:
        check_value(section.at(name), facts[name], value)
    return given


def _enzymes(section: Section) -> tuple[tuple[str, float, float], ...]:
    codes = [code for code in candidate_schema().enzymes if code in section]
    found = []
    for code in codes:
        pair = section.numbers(code)
        if len(pair) != 2 or pair[0] < 0 or pair[1] <= 0:
            raise TrialsimError(section.at(code), list(pair), "two numbers: the value and its upper limit, in U/L")
        found.append((code, pair[0], pair[1]))
    section.end(also=candidate_schema().enzymes)
    return tuple(found)


def _chosen(section: Section, readings: tuple[Reading, ...]) -> tuple[tuple[str, str], ...]:
    options = {one.name: tuple(option.name for option in one.options) for one in readings}
    found = tuple((name, section.one_of(name, options[name])) for name in options if name in section)
    section.end(also=tuple(options))
    return found
