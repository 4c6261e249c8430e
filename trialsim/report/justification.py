"""All that a justification consists of: paragraph, assumptions, tables, pictures, and how to compute it again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from trialsim.design import normal_approximation, response_interval
from trialsim.errors import TrialsimError
from trialsim.facts.population import load_population
from trialsim.facts.responses import load_response
from trialsim.facts.versions import versions
from trialsim.figures.svg import Picture
from trialsim.power.bench import Bench
from trialsim.power.side_by_side import TRUTHS, Candidate, against_the_assumption, candidate, side_by_side
from trialsim.report.lines import Lines, reproduce
from trialsim.report.pictures import against_figure, arms_of, designs_figure, endings_figure, evidence_figure
from trialsim.report.simulated import TRIALS, simulated_success
from trialsim.report.words import CHANGED_TREATMENT, lenient_truth, paragraph, percent

__all__ = ["Justification", "Shown", "Table", "justify"]

_PATIENTS = ("background", "drug_effect", "natural_fluctuation", "missing_week12")
"""The parameters of patients that the bench offers; any other that was changed is listed, too."""


@dataclass(frozen=True, slots=True)
class Table:
    """A titled table of texts."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


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
    paragraph : str
        May be pasted into a protocol.
    tables : tuple of Table
        The assumptions come first.
    pictures : tuple of Shown
    lines : Lines
        Python that gives the numbers again.
    made_with : tuple of str
        Versions and seed.
    """

    title: str
    paragraph: str
    tables: tuple[Table, ...]
    pictures: tuple[Shown, ...]
    lines: Lines
    made_with: tuple[str, ...]

    def __repr__(self) -> str:
        return f"{self.title}\n\n{self.paragraph}"


def justify(bench: Bench) -> Justification:
    """Return the justification of the design that the bench has taken.

    Examples
    --------
    >>> justify(Bench()).tables[0].rows[1][:3]
    ('Response without the drug (p0)', '30 %', 'assumed')
    """
    if not isinstance(bench, Bench):
        raise TrialsimError("bench", bench, "a Bench")
    tables = [_assumptions(bench), _arms(bench), _designs(bench), _against(bench), _simulated(bench)]
    shown = ", ".join(f"{name} {number}" for name, number in versions().items())
    return Justification(
        title=f"Sample size: {bench.title}" if bench.title else "Sample size",
        paragraph=paragraph(bench),
        tables=tuple(table for table in tables if table.rows),
        pictures=tuple(_pictures(bench)),
        lines=reproduce(bench),
        made_with=(
            f"{shown}.",
            f"Chances are exact sums; only the check by simulated trials uses random numbers (seed {bench.seed}).",
        ),
    )


def _assumptions(bench: Bench) -> Table:
    rule, taken = load_response(bench.definition), candidate(bench)
    rows = [
        ("What counts as response", f"{rule.label}: {rule.text}", rule.basis, rule.source),
        ("Response without the drug (p0)", percent(bench.p0), *_origin(bench, "p0")),
        ("Response worth finding (p1)", percent(bench.p1), *_origin(bench, "p1")),
        ("Allowed chance of a false success (alpha)", f"{bench.alpha:g}, one-sided", "assumed", "a convention"),
        ("Wanted chance of success (power)", f"{bench.power:g}", "assumed", "a convention"),
        ("No assessment at the end", "counts as no response", "assumed", "the rates are of all enrolled patients"),
        (CHANGED_TREATMENT.capitalize(), "counts as no response", "assumed", "our choice; the model has none of it"),
    ]
    if taken.name == "admissible":
        rows.append(("Weight of most patients against expected ones", f"{bench.weight:g}", "assumed", "our choice"))
    if taken.name == "precision":
        wish = f"{100 * bench.half_width:g} points to either side, with a chance of {bench.narrow:g}"
        rows.append(("Interval wanted", wish, "assumed", "our choice"))
    if taken.name == "bayes":
        prior = bench.prior
        source = "; ".join(arm.name for arm in arms_of(bench.prior_arms)) or "flat: no belief is brought in"
        basis = "derived" if bench.prior_arms else "assumed"
        rows.append(("Prior", f"Beta({prior.a:g}, {prior.b:g}), worth {prior.effective_n:g} patients", basis, source))
        rows.append(("Posterior probability to be exceeded", f"{bench.cutoff:g}", "assumed", "our choice"))
    rows += _patient_rows(bench)
    return Table("Assumptions, each with its basis and source", ("Assumption", "Value", "Basis", "Source"), tuple(rows))


def _origin(bench: Bench, which: Literal["p0", "p1"]) -> tuple[str, str]:
    origin = bench.p0_origin if which == "p0" else bench.p1_origin
    arms = bench.p0_arms if which == "p0" else bench.p1_arms
    if bench.tuned(which):
        return "assumed", "our choice; the model of patients was tuned to it, with the parameters below"
    names = "; ".join(arm.name for arm in arms_of(arms))
    if origin == "patients":
        return "derived", "the model of patients, with the parameters below"
    if origin == "evidence":
        return "derived", f"published: {names}"
    return "assumed", f"held against {names}" if names else "our choice"


def _patient_rows(bench: Bench) -> list[tuple[str, str, str, str]]:
    """The parameters of the patients behind p0 and p1."""
    parameters = load_population().parameters
    rows: list[tuple[str, str, str, str]] = []
    for which, scenario in (("p0", bench.p0_patients), ("p1", bench.p1_patients)):
        origin = bench.p0_origin if which == "p0" else bench.p1_origin
        if scenario is None or origin != "patients":
            continue
        if which == "p1" and scenario == bench.p0_patients and bench.p0_origin == "patients":
            continue  # listed once
        for name in [*_PATIENTS, *(name for name in scenario.changed() if name not in _PATIENTS)]:
            one, value = parameters[name], getattr(scenario, name)
            changed = value != one.value
            basis = "assumed" if changed else one.basis
            source = f"changed here; base case {one.value:g}" if changed else ", ".join(one.source) or "our choice"
            rows.append((one.label, f"{value:g} ({one.unit})", basis, source))
    return rows


def _arms(bench: Bench) -> Table:
    uses: dict[str, list[str]] = {}
    for use, keys in (("p0", bench.p0_arms), ("p1", bench.p1_arms), ("prior", bench.prior_arms)):
        for key in keys:
            uses.setdefault(key, []).append(use)
    rows = []
    for arm in arms_of(tuple(uses)):
        low, high = response_interval(arm.responders, arm.n)
        rows.append(
            (
                arm.name, " and ".join(uses[arm.key]), f"{arm.responders} of {arm.n}",
                f"{percent(arm.rate, 1)} ({percent(low, 1)} to {percent(high, 1)})",
                arm.differs(bench.definition, bench.trial.week) or "\N{EN DASH}",
                f"{arm.source} ({arm.status.lower()})",
            )
        )  # fmt: skip
    header = ("Published group", "Used for", "Responded", "Rate (exact 95 % interval)", "Differs in", "Source")
    return Table("Published groups that were used", header, tuple(rows))


def _designs(bench: Bench) -> Table:
    rows = []
    for one in side_by_side(bench):
        mark = " (taken)" if one.name == bench.design else ""
        if not one.found:
            rows.append((one.label + mark, "\N{EN DASH}", one.remark, *["\N{EN DASH}"] * 4))
            continue
        chances = (f"{one.attained_alpha:.4f}", f"{one.power:.4f}") if one.tested else ("\N{EN DASH}",) * 2
        early = (f"{one.expected_n:.1f}", f"{one.stop_probability:.3f}")
        rows.append((one.label + mark, str(one.n), one.rule, *chances, *early))
    approximate = normal_approximation(bench.p0, bench.p1, bench.alpha, bench.power)
    rows.append(
        (
            "Not to be used: normal approximation", str(approximate.n), "its n, tested exactly",
            f"{approximate.design.attained_alpha:.4f}", f"{approximate.exact_power:.4f}", f"{approximate.n:.1f}",
            "0.000",
        )
    )  # fmt: skip
    at_p0 = ("Patients expected at p0", "Stops early at p0")
    header = ("Design", "Patients", "Success with", "Success at p0", "Power at p1", *at_p0)
    return Table("Designs side by side", header, tuple(rows))


def _against(bench: Bench) -> Table:
    table = against_the_assumption(bench)
    labels = {one.name: one.label for one in side_by_side(bench)}
    rows = []
    for name in table.index:
        chances = ["\N{EN DASH}" if pd.isna(chance) else f"{chance:.3f}" for chance in table.loc[name]]
        rows.append((labels[str(name)] + (" (taken)" if name == bench.design else ""), *chances))
    title = "Chance of success with a drug that adds nothing, by what standard care truly gives"
    return Table(title, ("Design", *(percent(truth) for truth in TRUTHS)), tuple(rows))


def _simulated(bench: Bench) -> Table:
    taken = candidate(bench)
    if not taken.tested:
        return Table("", (), ())
    rows = []
    truth = lenient_truth(bench)
    wrong = ("the drug adds nothing, standard care is better than assumed", truth, truth)
    cases = (("p0", bench.p0, bench.p0), ("p1", bench.p1, bench.p0), wrong)
    for name, rate, standard_care in cases:
        found = simulated_success(taken, rate, standard_care, seed=bench.seed)
        exact = taken.success(rate, standard_care)
        rows.append((f"{percent(rate)} ({name})", f"{exact:.4f}", f"{found.value:.4f}", f"{found.standard_error:.4f}"))
    header = ("True response rate", "Chance of success, exact", "Simulated", "Its standard error")
    return Table(f"Check by {TRIALS:,} simulated trials, patient by patient (seed {bench.seed})", header, tuple(rows))


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
        truth = lenient_truth(bench)
        picture = against_figure(bench, truth=truth)  # none for an interval, which promises nothing that could fail
        if picture is not None:
            chance = taken.success(truth, truth)
            alt = f"At {percent(truth)} under standard care a drug that adds nothing succeeds: {chance:.3f}."
            shown.append(_shown("When p0 is wrong", picture, alt))
    return shown


def _told(one: Candidate) -> str:
    if not one.found:
        return f"{one.label}: none"
    return f"{one.label}: {one.n} patients" + (f", power {one.power:.2f}" if one.tested else "")


def _shown(title: str, picture: Picture, alt: str) -> Shown:
    return Shown(title, picture.alone(title=title, alt=alt), alt)
