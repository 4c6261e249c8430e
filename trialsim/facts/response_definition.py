"""What a definition of response is: frozen objects that print themselves as protocol prose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Annotated, Literal

from trialsim.facts.core_set import measure_names
from trialsim.facts.points_table import PointsTable
from trialsim.facts.reading import Basis
from trialsim.facts.records import Key

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
