"""The closed vocabulary in which a protocol file says what must be true of a patient.

A condition is one fact compared with a value, or conditions combined; it is parsed into frozen objects that describe
themselves as prose. What it means for candidates is worked out by `rules.conditions`; nothing is ever executed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from trialsim.errors import TrialsimError
from trialsim.facts.candidate_schema import Fact, candidate_schema
from trialsim.facts.reading import Section, Words
from trialsim.text import did_you_mean, listed

Test = Literal["above", "at_least", "below", "at_most", "between", "equals", "one_of"]
Scope = Literal["candidate", "course"]
TESTS: tuple[Test, ...] = ("above", "at_least", "below", "at_most", "between", "equals", "one_of")
HEADS = ("fact", "all_of", "any_of", "none_of", "k_of", "any_course", "reading")
_TESTS_OF_KIND: dict[str, tuple[Test, ...]] = {
    "boolean": ("equals",),
    "category": ("equals", "one_of"),
    "whole": TESTS,
    "number": TESTS,
}
_WORDS = {"above": "above", "at_least": "at least", "below": "below", "at_most": "at most", "equals": "exactly"}
# Larger or finer thresholds would leave the whole numbers of 64 bits in which ratios are compared.
_MAX_THRESHOLD = 10**4
_MAX_DENOMINATOR = 10**4


@dataclass(frozen=True, slots=True)
class Compare:
    """One fact against a value: `{fact = "AGE", at_least = 18}`."""

    fact: Fact
    test: Test
    values: tuple[Fraction | bool | str, ...]

    def describe(self) -> str:
        """The comparison in words."""
        if self.fact.kind == "boolean":
            return self.fact.label if self.values[0] else self.fact.absent
        colon = ":" if self.fact.kind == "category" else ""
        return f"{self.fact.label}{colon} {self.asked()}"

    def asked(self) -> str:
        """What the fact is compared with, in words."""
        if self.fact.kind == "category":
            return listed([str(value) for value in self.values], "or")
        shown = [plain(Fraction(value)) for value in self.values]
        if self.test == "between":
            words = f"from {shown[0]} to {shown[1]}"
        elif self.test == "one_of":
            words = listed(shown, "or")
        else:
            words = f"{_WORDS[self.test]} {shown[0]}"
        return f"{words} {self.fact.unit}".rstrip()


@dataclass(frozen=True, slots=True)
class AllOf:
    """True when every part is."""

    parts: tuple[Condition, ...]

    def describe(self) -> str:
        """The parts joined by "and"."""
        return " and ".join(_bracketed(part) for part in self.parts)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """True when at least one part is."""

    parts: tuple[Condition, ...]

    def describe(self) -> str:
        """The parts joined by "or"."""
        return " or ".join(_bracketed(part) for part in self.parts)


@dataclass(frozen=True, slots=True)
class NoneOf:
    """True when no part is."""

    parts: tuple[Condition, ...]

    def describe(self) -> str:
        """The parts, denied."""
        return "not: " + " or ".join(_bracketed(part) for part in self.parts)


@dataclass(frozen=True, slots=True)
class KOf:
    """True when at least `k` of the parts are."""

    k: int
    parts: tuple[Condition, ...]

    def describe(self) -> str:
        """The number and the parts."""
        return f"at least {self.k} of: " + ", ".join(_bracketed(part) for part in self.parts)


@dataclass(frozen=True, slots=True)
class AnyCourse:
    """True when at least one course of prior treatment fits the condition inside."""

    part: Condition

    def describe(self) -> str:
        """The condition inside, of one course."""
        return f"at least one course of treatment with {_bracketed(self.part)}"


@dataclass(frozen=True, slots=True)
class ReadingOf:
    """Whatever the protocol's chosen reading of this name says."""

    name: str

    def describe(self) -> str:
        """The name of the reading."""
        return f"the chosen reading of {self.name!r}"


Condition = Compare | AllOf | AnyOf | NoneOf | KOf | AnyCourse | ReadingOf


def parse_condition(section: Section, readings: Mapping[str, Scope], scope: Scope = "candidate") -> Condition:
    """Read a condition from its table in a file.

    Parameters
    ----------
    section : Section
        The table, for example of ``when = {fact = "AGE", at_least = 18}``.
    readings : mapping of str to {"candidate", "course"}
        The readings that may be referred to, and what each speaks of.
    scope : {"candidate", "course"}
        Whether facts are those of a candidate or of one course of treatment.

    Raises
    ------
    TrialsimError
        With the path of what is wrong: an unknown key, fact, category or reading, a value of the wrong kind.

    Examples
    --------
    >>> parse_condition(Section({"fact": "AGE", "at_least": 18}, "own.toml: when"), {}).describe()
    'age at least 18 years'
    """
    heads = [head for head in HEADS if head in section]
    if len(heads) != 1:
        section.end(also=(*HEADS, *TESTS, "k"))
        came = Words(listed(heads, "and") or "none of these")
        raise TrialsimError(section.place, came, "exactly one of " + ", ".join(HEADS))
    head = heads[0]
    if head == "fact":
        return _compare(section, scope)
    if head == "reading":
        return _reading(section, readings, scope)
    if head == "any_course":
        if scope == "course":
            raise TrialsimError(section.at(head), Words("a course inside a course"), "any_course once")
        part = parse_condition(section.section(head), readings, "course")
        section.end()
        return AnyCourse(part)
    sections = section.sections(head)
    if not sections:
        raise TrialsimError(section.at(head), Words("an empty list"), "at least one condition")
    parts = tuple(parse_condition(part, readings, scope) for part in sections)
    if head == "k_of":
        k = section.whole("k")
        if not 1 <= k <= len(parts):
            raise TrialsimError(section.at("k"), k, f"a whole number from 1 to {len(parts)}")
        section.end()
        return KOf(k, parts)
    section.end()
    if head == "all_of":
        return AllOf(parts)
    return AnyOf(parts) if head == "any_of" else NoneOf(parts)


def leaves(condition: Condition) -> Iterator[Compare | ReadingOf]:
    """What a condition joins of the candidate: comparisons and readings; a course of treatment has its own facts."""
    if isinstance(condition, (Compare, ReadingOf)):
        yield condition
    elif not isinstance(condition, AnyCourse):
        for part in condition.parts:
            yield from leaves(part)


def resolve(condition: Condition, chosen: Mapping[str, Condition]) -> Condition:
    """The condition with every reading replaced by what was chosen for it."""
    if isinstance(condition, ReadingOf):
        return resolve(chosen[condition.name], chosen)
    if isinstance(condition, AnyCourse):
        return AnyCourse(resolve(condition.part, chosen))
    if isinstance(condition, Compare):
        return condition
    parts = tuple(resolve(part, chosen) for part in condition.parts)
    return KOf(condition.k, parts) if isinstance(condition, KOf) else type(condition)(parts)


def facts_of(condition: Condition) -> frozenset[str]:
    """The names of the candidate's facts that a resolved condition asks for (not those of courses)."""
    return frozenset(leaf.fact.name for leaf in leaves(condition) if isinstance(leaf, Compare))


def plain(value: Fraction) -> str:
    """A number as a reader would write it."""
    return f"{float(value):.10g}"


def _bracketed(condition: Condition) -> str:
    text = condition.describe()
    return f"({text})" if isinstance(condition, (AllOf, AnyOf, NoneOf, KOf)) and len(condition.parts) > 1 else text


def _reading(section: Section, readings: Mapping[str, Scope], scope: Scope) -> ReadingOf:
    name = section.text("reading")
    section.end()
    if name not in readings:
        allowed = ", ".join(readings) or "no reading: none is declared before this place"
        raise TrialsimError(section.at("reading"), name, allowed)
    if readings[name] != scope:
        raise TrialsimError(section.at("reading"), name, f"a reading that speaks of a {scope}")
    return ReadingOf(name)


def _compare(section: Section, scope: Scope) -> Compare:
    schema = candidate_schema()
    facts = schema.facts if scope == "candidate" else schema.course
    name = section.text("fact")
    section.end(also=TESTS)
    if name not in facts:
        allowed = "the name of a fact of a " + ("candidate" if scope == "candidate" else "course of treatment")
        raise TrialsimError(section.at("fact"), name, allowed, did_you_mean(name, facts))
    fact = facts[name]
    if fact.origin == "model":
        raise TrialsimError(section.at("fact"), name, "a fact that a clinic can know", "This is the model's truth.")
    tests = [test for test in TESTS if test in section]
    fitting = _TESTS_OF_KIND[fact.kind]
    if len(tests) != 1 or tests[0] not in fitting:
        came = listed(tests, "and") or "no comparison"
        raise TrialsimError(section.place, Words(came), f"for {name}, one of " + ", ".join(fitting))
    return Compare(fact, tests[0], _values(section, fact, tests[0]))


def _values(section: Section, fact: Fact, test: Test) -> tuple[Fraction | bool | str, ...]:
    if fact.kind == "boolean":
        return (section.flag(test),)
    if fact.kind == "category":
        words = section.texts(test) if test == "one_of" else (section.text(test),)
        for word in words:
            if word not in fact.categories:
                raise TrialsimError(section.at(test), word, ", ".join(fact.categories))
        return words
    numbers = section.numbers(test) if test in ("between", "one_of") else (section.number(test),)
    if test == "between" and not (len(numbers) == 2 and numbers[0] <= numbers[1]):
        raise TrialsimError(section.at(test), list(numbers), "two numbers, the smaller first")
    return tuple(_threshold(section.at(test), fact, number) for number in numbers)


def _threshold(place: str, fact: Fact, number: float) -> Fraction:
    low = -_MAX_THRESHOLD if fact.low is None else fact.low
    high = _MAX_THRESHOLD if fact.high is None else fact.high
    finest = 1 if fact.kind == "whole" else _MAX_DENOMINATOR
    if not low <= number <= high or Fraction(str(number)).denominator > finest:
        what = "a whole number" if fact.kind == "whole" else "a number of at most four decimals"
        raise TrialsimError(place, number, f"{what} from {low:g} to {high:g} {fact.unit}".rstrip())
    return Fraction(str(number))
