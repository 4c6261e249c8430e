"""Reads a protocol file strictly into the objects of `facts.protocol`."""

from __future__ import annotations

from trialsim.errors import TrialsimError
from trialsim.facts.candidate_schema import Fact, candidate_schema, check_value
from trialsim.facts.conditions import Scope, parse_condition
from trialsim.facts.reading import Section
from trialsim.facts.records import read_record
from trialsim.facts.trial_protocol import Criterion, Example, Option, Reading, TrialProtocol

_MET = {"true": True, "false": False, "unknown": None}


def read_protocol(file: Section) -> TrialProtocol:
    """Build a protocol from a file read by `facts.reading`; a mistake raises with its path."""
    readings = _readings(file)
    scopes = {reading.name: reading.scope for reading in readings}
    criteria = tuple(_criterion(table, scopes, readings) for table in file.sections("criterion"))
    protocol = read_record(TrialProtocol, file, criteria=criteria, readings=readings)
    if protocol.inclusion + protocol.exclusion != criteria:
        ids = [criterion.id for criterion in criteria]
        raise TrialsimError(file.at("criterion"), ids, "inclusion criteria first, then exclusion criteria")
    return protocol


def _readings(file: Section) -> tuple[Reading, ...]:
    readings: list[Reading] = []
    for section in file.sections("reading", optional=True):
        earlier = {done.name: done.scope for done in readings}
        reading = _reading(section, earlier)
        if reading.name in earlier:
            raise TrialsimError(section.at("name"), reading.name, "each name once")
        readings.append(reading)
    return tuple(readings)


def _reading(section: Section, earlier: dict[str, Scope]) -> Reading:
    scope: Scope = section.one_of("scope", ("candidate", "course"), "candidate")
    options = tuple(
        read_record(Option, table, when=parse_condition(table.section("when"), earlier, scope))
        for table in section.sections("option")
    )
    chosen = section.one_of("default", tuple(option.name for option in options))
    return read_record(Reading, section, chosen=chosen, options=options, scope=scope)


def _criterion(section: Section, scopes: dict[str, Scope], readings: tuple[Reading, ...]) -> Criterion:
    examples = tuple(_example(table, readings) for table in section.sections("example", optional=True))
    return read_record(Criterion, section, when=parse_condition(section.section("when"), scopes), examples=examples)


def _example(section: Section, readings: tuple[Reading, ...]) -> Example:
    schema = candidate_schema()
    known = {fact.name: fact for fact in (*schema.stored(), *schema.assessed())}
    course = {name: fact for name, fact in schema.course.items() if fact.origin == "stored"}
    return read_record(
        Example,
        section,
        met=_MET[section.one_of("met", tuple(_MET))],
        facts=_values(section.section("facts", optional=True), known),
        courses=tuple(_values(table, course) for table in section.sections("courses", optional=True)),
        enzymes=_enzymes(section.section("enzymes", optional=True)),
        readings=_chosen(section.section("readings", optional=True), readings),
    )


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
    options = {reading.name: tuple(option.name for option in reading.options) for reading in readings}
    found = tuple((name, section.one_of(name, options[name])) for name in options if name in section)
    section.end(also=tuple(options))
    return found
