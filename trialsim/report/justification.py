"""All that a justification consists of: paragraph, assumptions, tables, pictures, and how to compute it again."""

from __future__ import annotations

from dataclasses import dataclass

from trialsim.errors import TrialsimError
from trialsim.facts.no_effect import describe_no_effect
from trialsim.facts.sources import load_sources
from trialsim.facts.versions import versions
from trialsim.figures.svg import Picture
from trialsim.power.bench import Bench
from trialsim.power.randomised import randomised_comparisons
from trialsim.power.side_by_side import Candidate, candidate, side_by_side
from trialsim.power.unused import unused
from trialsim.report.lines import Lines, reproduce
from trialsim.report.pictures import against_figure, arms_of, designs_figure, endings_figure, evidence_figure
from trialsim.report.tables import Table, all_tables
from trialsim.report.words import lenient_truths, paragraph, percent

_NOTE = (
    "Draft computed from assumptions by trialsim; no real patient data, not reviewed by a statistician. What stands in "
    "square brackets is missing."
)

_METHODS = ("E9", "E9R1", "SPIRIT13", "SPIRIT25")
"""Keys of the sources that every report names."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture as one SVG document, with its title and what it shows."""

    title: str
    svg: str
    alt: str


@dataclass(frozen=True, slots=True)
class Justification:
    """A sample size and all that it rests on.

    Attributes
    ----------
    title : str
    note : str
        What kind of document it is.
    paragraph : str
        May be pasted into a protocol.
    tables : tuple of Table
        The assumptions come first.
    pictures : tuple of Shown
    lines : Lines
        Python that gives the numbers again.
    limits : tuple of str
        What was set and is not used, and what the protocol has to say besides.
    references : tuple of str
        Of the methods used.
    made_with : tuple of str
        Versions and seed.
    """

    title: str
    note: str
    paragraph: str
    tables: tuple[Table, ...]
    pictures: tuple[Shown, ...]
    lines: Lines
    limits: tuple[str, ...]
    references: tuple[str, ...]
    made_with: tuple[str, ...]

    def __repr__(self) -> str:
        return f"{self.title}\n\n{self.paragraph}"


def justify(bench: Bench) -> Justification:
    """Return the justification of the design that the bench has taken.

    Examples
    --------
    >>> justify(Bench()).tables[0].rows[1][:3]
    ('Response rate without the drug (p0)', '30 %', 'assumed')
    """
    if not isinstance(bench, Bench):
        raise TrialsimError("bench", bench, "a Bench")
    shown = ", ".join(f"{name} {number}" for name, number in versions().items())
    return Justification(
        title=f"Sample size: {bench.title}" if bench.title else "Sample size",
        note=_NOTE,
        paragraph=paragraph(bench),
        tables=all_tables(bench),
        pictures=tuple(_pictures(bench)),
        lines=reproduce(bench),
        limits=limits(bench),
        references=_references(bench),
        made_with=(
            f"{shown}.",
            f"Chances are exact sums; only the check by simulated trials uses random numbers (seed {bench.seed}).",
        ),
    )


def limits(bench: Bench) -> tuple[str, ...]:
    """What was set and is not used, and what this calculation leaves to the protocol."""
    return (
        *unused(bench),
        describe_no_effect(),
        "Not part of this calculation, and to be described in the protocol: secondary outcomes and multiplicity, how "
        "baseline values are taken, who assesses and whether blinded, a stopping rule for safety, accrual and duration"
        + (", who decides after the first stage" if bench.design in ("minimax", "admissible", "optimal") else "")
        + (", randomisation, concealment, stratification and blinding." if _controlled(bench) else "."),
    )


def _controlled(bench: Bench) -> bool:
    taken = candidate(bench)
    return taken.found and bool(taken.design.controlled)


def _references(bench: Bench) -> tuple[str, ...]:
    """The sources of the methods, as far as they are used."""
    taken, known = candidate(bench), load_sources()
    keys = list(taken.design.references) if taken.found else []
    if bench.design == "bayes" and bench.prior_arms:
        keys += ["IC00", *["SCH14"] * bool(bench.prior_flat)]
    if bench.p0_arms or bench.p1_arms or bench.prior_arms:
        keys.append("CP34")
    if randomised_comparisons(bench.definition):
        keys.append("N98")
    found = (known[key] for key in dict.fromkeys([*keys, *_METHODS]))
    read = {"recalled": "recalled, not read"}
    return tuple(
        f"{source.citation}. {source.link.removeprefix('web:')} ({read.get(source.extent, source.extent)})"
        for source in found
    )


def _pictures(bench: Bench) -> list[Shown]:
    shown = []
    keys = tuple(dict.fromkeys(bench.p0_arms + bench.p1_arms + bench.prior_arms))
    if keys:
        arms = arms_of(keys)
        title = "Published groups that were used"
        alt = "; ".join(f"{arm.name}: {arm.responders} of {arm.n}" for arm in arms)
        shown.append(_shown(title, evidence_figure(bench, arms, keys), alt))
    alt = "; ".join(map(_told, side_by_side(bench)))
    shown.append(_shown("Designs side by side", designs_figure(bench), alt))
    taken = candidate(bench)
    if taken.found:
        alt = f"Success has a chance of {taken.attained_alpha:.3f} at p0 and of {taken.power:.3f} at p1."
        if not taken.tested:
            alt = "How likely each number of responders is at p0 and at p1; nothing is tested."
        shown.append(_shown("How a trial of the design taken may end", endings_figure(bench, taken), alt))
        truth = lenient_truths(bench)[0][0]
        picture = against_figure(bench, truth=truth)  # none for an interval, which promises nothing that could fail
        if picture is not None:
            chance = taken.success(truth, truth)
            alt = f"At {percent(truth)} under standard care a drug that adds nothing succeeds: {chance:.3f}."
            shown.append(_shown("When p0 is wrong", picture, alt))
    return shown


def _told(design: Candidate) -> str:
    if not design.found:
        return f"{design.label}: none"
    return f"{design.label}: {design.n} patients" + (f", power {design.power:.2f}" if design.tested else "")


def _shown(title: str, picture: Picture, alt: str) -> Shown:
    return Shown(title, picture.alone(title=title, alt=alt), alt)
