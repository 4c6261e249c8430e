"""Published definitions of response, read from `data/responses/`, and definitions of a user's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal

from trialsim.errors import TrialsimError, check_kind, check_one_of
from trialsim.facts.core_set import item_codes, measure_names
from trialsim.facts.points_table import PointsTable, exact, list_points, load_points
from trialsim.facts.reading import Basis, Section, Words, facts_in, read_facts, read_file
from trialsim.facts.records import Key, read_record

MAX_ORDER = 1000


@dataclass(frozen=True, slots=True)
class Threshold:
    """A change that counts: at least (or, when `strict`, more than) so many percent of the baseline or of the range."""

    percent: Fraction
    strict: bool = False
    of: Literal["baseline", "range"] = "baseline"

    def __str__(self) -> str:
        amount = f"{'more than' if self.strict else 'at least'} {float(self.percent):g} %"
        return amount if self.of == "baseline" else f"{amount} of the scale"


@dataclass(frozen=True, slots=True)
class CountRule:
    """So many measures improved, not too many worse, and none worse that must not be.

    Attributes
    ----------
    improved, worse : Threshold
        When a measure counts as improved and when as worse.
    needed : int
        How many measures must be improved.
    max_worse : int
        How many may be worse.
    never_worse : tuple of str
        Measures that may not be among the worse ones.
    """

    improved: Threshold
    needed: int
    worse: Threshold
    max_worse: int
    never_worse: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScoreRule:
    """The points earned in `table` add up to at least `cutoff`."""

    table: PointsTable
    cutoff: Fraction


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example of a definition: what goes in and what must come out.

    `response` is True, False or None (cannot be decided); `score` is None where the rule has none.
    """

    name: str
    baseline: Mapping[str, float]
    followup: Mapping[str, float]
    improved: tuple[str, ...]
    worsened: tuple[str, ...]
    response: bool | None
    mmt8_max: int = 150
    enzyme_uln: float | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True)
class ResponseDefinition:
    """When a patient counts as a responder.

    Attributes
    ----------
    id, label, text : str
        Its id, its name and the rule in one sentence.
    source : str
        Where it comes from, as one would cite it; `sources` holds the keys of the package's list of sources.
    basis : {"read", "recalled", "derived", "assumed"}
        How well the rule is known.
    assumed : tuple of str
        What the source leaves open and was assumed here.
    items : tuple of str
        The measures it looks at: core set measures first, in their order, then single enzymes, then further ones.
    rule : CountRule or ScoreRule
        The rule itself.
    order : int
        Its place where definitions are compared; one that names none comes last.
    reading_of : str
        The id of the definition of which this is another reading; empty for a definition of its own.
    examples : tuple of Example
        Worked examples; they are run as tests.
    """

    id: str
    label: str
    text: str
    source: str
    basis: Basis
    items: tuple[str, ...]
    rule: CountRule | ScoreRule
    sources: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    order: int = MAX_ORDER
    reading_of: str = ""
    examples: Annotated[tuple[Example, ...], Key("example")] = field(default=(), compare=False)

    @property
    def scores(self) -> bool:
        """True where points are added up, False where measures are counted."""
        return isinstance(self.rule, ScoreRule)

    def describe(self) -> str:
        """The definition as protocol prose, with its source and what is assumed."""
        lines = [f"{self.label} ({self.id})", self.text, f"Measures: {measure_names(self.items)}."]
        rule = self.rule
        if isinstance(rule, CountRule):
            lines.append(
                f"Response: at least {rule.needed} of {len(self.items)} measures improved by {rule.improved}; "
                f"at most {rule.max_worse} worse by {rule.worse}{_never(rule)}."
            )
        else:
            lines.append(
                f"Response: a score of at least {float(rule.cutoff):g} out of {float(rule.table.highest):g} "
                f"({rule.table.label})."
            )
        lines.append(f"Source: {self.source} ({self.basis}).")
        lines += [f"Assumed: {choice}" for choice in self.assumed]
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.describe()


def _never(rule: CountRule) -> str:
    return f", none of them {measure_names(rule.never_worse, 'or')}" if rule.never_worse else ""


def list_responses(*, readings: bool = False) -> tuple[str, ...]:
    """The ids of the published definitions of response, in the order in which they are compared.

    Parameters
    ----------
    readings : bool
        Also list the other readings of the record's own wording (seven parameters, each enzyme by itself).

    Examples
    --------
    >>> list_responses()[0], "NCT04946669-SEVEN" in list_responses()
    ('IMACS-2004', False)
    >>> [each for each in list_responses(readings=True) if each not in list_responses()]
    ['NCT04946669-SEVEN', 'NCT04946669-ENZYMES']
    """
    check_kind("readings", readings, bool, "True or False")
    found = _shipped().values()
    return tuple(each.id for each in found if not each.reading_of or readings)


def load_response(definition: str | Path | ResponseDefinition) -> ResponseDefinition:
    """Load a definition of response.

    Parameters
    ----------
    definition : str, Path or ResponseDefinition
        An id of :func:`list_responses`, the path of a TOML file of one's own, or a definition, given back as it is.

    Raises
    ------
    TrialsimError
        The id is unknown, or the file is wrong: the message names the place of the mistake in it.

    Examples
    --------
    >>> load_response("NCT04946669").rule.improved.strict
    True
    """
    if isinstance(definition, ResponseDefinition):
        return definition
    if isinstance(definition, Path):
        return _read(read_file(definition))
    known = list_responses(readings=True)
    if isinstance(definition, str) and definition not in known and (definition.endswith(".toml") or "/" in definition):
        return _read(read_file(definition))
    return _shipped()[check_one_of("definition", definition, known)]


@cache
def _shipped() -> Mapping[str, ResponseDefinition]:
    """All definitions that the folder holds, by id: those of their own in their order, then other readings of them."""
    found = [_read(read_facts("responses", name)) for name in facts_in("responses")]
    found.sort(key=lambda each: (bool(each.reading_of), each.order, each.id))
    ids = [each.id for each in found]
    if len(set(ids)) < len(ids):
        raise TrialsimError("data/responses", ids, "each id once")
    return MappingProxyType(dict(zip(ids, found, strict=True)))


def _read(file: Section) -> ResponseDefinition:
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
