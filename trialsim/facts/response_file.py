"""Reads the file of a definition of response strictly into the objects of `facts.response_definition`."""

from __future__ import annotations

from typing import Literal

from trialsim.errors import TrialsimError, check_one_of
from trialsim.facts.core_set import item_codes
from trialsim.facts.points_table import exact, list_points, load_points
from trialsim.facts.reading import Section, Words
from trialsim.facts.records import read_record
from trialsim.facts.response_definition import CountRule, Example, ResponseDefinition, ScoreRule, Threshold


def read_response(file: Section) -> ResponseDefinition:
    """Build a definition from a file that has been read; a mistake raises with its path."""
    items = _codes(file, "items", item_codes())
    if not items:
        raise TrialsimError(file.at("items"), [], "at least one measure")
    rule = _read_rule(file.section("rule"), items)
    examples = tuple(_read_example(table, items) for table in file.sections("example", optional=True))
    return read_record(ResponseDefinition, file, items=items, rule=rule, examples=examples)


def _codes(section: Section, key: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    codes = section.texts(key)
    for code in codes:
        check_one_of(section.at(key), code, allowed)
    if len(set(codes)) < len(codes):
        raise TrialsimError(section.at(key), list(codes), "each measure once")
    return tuple(sorted(codes, key=item_codes().index))


def _read_rule(section: Section, items: tuple[str, ...]) -> CountRule | ScoreRule:
    if section.one_of("kind", ("count", "score")) == "score":
        table = load_points(section.one_of("points", list_points()))
        if items != table.items:
            raise TrialsimError(section.at("points"), list(items), f"the items of this table: {', '.join(table.items)}")
        amount = section.section("score")
        cutoff = exact(amount.number("at_least"))
        amount.end()
        section.end()
        return ScoreRule(table, cutoff)
    improved, worse = section.section("improved"), section.section("worse")
    section.end()
    rule = CountRule(
        improved=_read_threshold(improved.section("percent")),
        needed=_read_count(improved.section("measures"), "at_least", "above", len(items)),
        worse=_read_threshold(worse.section("percent")),
        max_worse=_read_count(worse.section("measures"), "at_most", "below", len(items)),
        never_worse=_codes(worse, "not_among", items) if "not_among" in worse else (),
    )
    improved.end()
    worse.end(also=("not_among",))
    return rule


def _read_threshold(section: Section) -> Threshold:
    strict = _either(section, "at_least", "above") == "above"
    number = section.number("above" if strict else "at_least")
    of: Literal["baseline", "range"] = section.one_of("of", ("baseline", "range"), "baseline")
    section.end(also=("at_least", "above", "of"))
    if not 0 < number <= 1000:
        raise TrialsimError(section.place, number, "a percentage above 0 and at most 1000")
    return Threshold(exact(number), strict, of)


def _read_count(section: Section, inclusive: str, exclusive: str, most: int) -> int:
    """How many measures: `inclusive` gives the number itself, `exclusive` its neighbour (above 2 = at least 3)."""
    key = _either(section, inclusive, exclusive)
    number = section.whole(key)
    section.end(also=(inclusive, exclusive))
    if key == exclusive:
        number += 1 if exclusive == "above" else -1
    if not 0 <= number <= most:
        raise TrialsimError(section.place, section.values[key], f"a number that leaves 0 to {most} measures")
    return number


def _either(section: Section, first: str, second: str) -> str:
    if (first in section) == (second in section):
        both = f"both {first!r} and {second!r}" if first in section else f"neither {first!r} nor {second!r}"
        raise TrialsimError(section.place, Words(both), f"one of {first}, {second}")
    return first if first in section else second


def _read_example(section: Section, items: tuple[str, ...]) -> Example:
    answer = section.raw("response")
    if answer not in (True, False, "undecided"):
        raise TrialsimError(section.at("response"), answer, 'true, false or "undecided"')
    return read_record(
        Example,
        section,
        baseline=_read_values(section.section("baseline"), items),
        followup=_read_values(section.section("followup"), items),
        improved=_codes(section, "improved", items),
        worsened=_codes(section, "worsened", items),
        response=None if answer == "undecided" else bool(answer),
    )


def _read_values(section: Section, items: tuple[str, ...]) -> dict[str, float]:
    values = {code: section.number(code) for code in items if code in section}
    section.end(also=items)
    return values
