"""The tables of a justification: what it rests on, the designs side by side, and what happens if an assumption "
"fails."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from trialsim.design import normal_approximation, response_interval
from trialsim.design.wording import percent, span
from trialsim.errors import TrialsimError
from trialsim.facts.population import load_population
from trialsim.facts.responses import load_response
from trialsim.power.bench import RESCUE, STOPPED, Bench
from trialsim.power.randomised import randomised_comparisons
from trialsim.power.side_by_side import TRUTHS, Candidate, against_the_assumption, candidate, enrolled, side_by_side
from trialsim.report.beliefs import BELIEF_HEADER, belief_rows
from trialsim.report.pictures import arms_of
from trialsim.report.pooled import LEFT_OUT_HEADER, left_out_rows, prior_header, prior_rows
from trialsim.report.rendering import rows_of
from trialsim.report.simulated import TRIALS, simulated_success
from trialsim.report.spirit import SPIRIT_HEADER, spirit_rows
from trialsim.report.words import counts_without, lenient_truths

_PATIENTS = ("background", "drug_effect", "natural_fluctuation", "missing_week12")
"""The parameters of patients that the bench offers; any other that was changed is listed, too."""

_REVIEWERS_ALPHA, _HIGH_POWER, _LESS = 0.025, 0.90, 0.05
"""What a reviewer may ask for: a one-sided level, a power, and points off p1."""

_NONE = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class Table:
    """A titled table of texts."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def all_tables(bench: Bench) -> tuple[Table, ...]:
    """Every table that has rows; the assumptions come first."""
    made = (
        _assumptions, _estimand, _arms, _left_out, _comparisons, _designs, _beliefs, _against, _one_changed, _other_n,
        _priors, _simulated, _spirit,
    )  # fmt: skip
    return tuple(table for table in (make(bench) for make in made) if table.rows)


def _assumptions(bench: Bench) -> Table:
    taken = candidate(bench)
    said = {
        "bench": bench,
        "rule": load_response(bench.definition),
        "taken": taken,
        "enrolled": enrolled(bench, taken),
        "reviewers": _REVIEWERS_ALPHA,
        "patients": _patient_rows(bench),
    }
    header = ("Assumption", "Value", "Basis", "Source")
    return Table("Assumptions, each with its basis and source", header, rows_of("assumptions.txt.jinja", said))


def _patient_rows(bench: Bench) -> list[tuple[str, str, str, str]]:
    """The parameters of the patients behind p0 and p1, each set of them once."""
    parameters = load_population().parameters
    sets = {rate.patients: None for rate in bench.rates if rate.patients is not None and rate.origin == "patients"}
    rows: list[tuple[str, str, str, str]] = []
    for scenario in sets:
        for name in [*_PATIENTS, *(name for name in scenario.changed() if name not in _PATIENTS)]:
            parameter, value = parameters[name], getattr(scenario, name)
            changed = value != parameter.value
            basis = "assumed" if changed else parameter.basis
            base = f"changed here; base case {parameter.value:g}"
            source = base if changed else ", ".join(parameter.source) or "our choice"
            rows.append((parameter.label, f"{value:g} ({parameter.unit})", basis, source))
    return rows


def _estimand(bench: Bench) -> Table:
    taken = candidate(bench)
    said = {
        "bench": bench,
        "controlled": taken.found and taken.design.controlled,
        "rule": load_response(bench.definition),
        "rescue": bench.rescue and RESCUE[bench.rescue],
        "stopped": bench.stopped and STOPPED[bench.stopped],
        "counts": counts_without(bench),
    }
    title = "Estimand (ICH E9(R1)), analysis set and missing data"
    return Table(title, ("Attribute", "Here"), rows_of("estimand.txt.jinja", said))


def _arms(bench: Bench) -> Table:
    uses: dict[str, list[str]] = {}
    for use, keys in (("p0", bench.p0_arms), ("p1", bench.p1_arms), ("prior", bench.prior_arms)):
        for key in keys:
            uses.setdefault(key, []).append(use)
    rows = []
    for arm in arms_of(tuple(uses)):
        rows.append(
            (
                arm.name, " and ".join(uses[arm.key]), f"{arm.responders} of {arm.n}",
                f"{percent(arm.rate, 1)} ({span(response_interval(arm.responders, arm.n))})",
                arm.differs(bench.definition, bench.trial.week) or _NONE, f"{arm.source} ({arm.status.lower()})",
            )
        )  # fmt: skip
    header = ("Published group", "Used for", "Responded", "Rate (exact 95 % interval)", "Differs in", "Source")
    return Table("Published groups that were used", header, tuple(rows))


def _comparisons(bench: Bench) -> Table:
    rows = [
        (
            found.treated.study, found.treated.population, f"{found.treated.week}",
            f"{found.treated.responders} of {found.treated.n}", f"{found.control.responders} of {found.control.n}",
            found.words, f"{found.treated.source} ({found.treated.status.lower()})",
        )
        for found in randomised_comparisons(bench.definition)
    ]  # fmt: skip
    header = ("Trial", "Patients", "Week", "Treated", "Controls", "Difference", "Source")
    return Table("What randomised comparisons of this drug found", header, tuple(rows))


def _marked(design: Candidate, bench: Bench) -> str:
    return design.label + (" (taken)" if design.name == bench.design else "")


def _designs(bench: Bench) -> Table:
    rows = []
    for design in side_by_side(bench):
        if not design.found:
            rows.append((_marked(design, bench), _NONE, design.remark, *[_NONE] * 4))
            continue
        chances = (f"{design.attained_alpha:.4f}", f"{design.power:.4f}") if design.tested else (_NONE,) * 2
        early = (f"{design.expected_n:.1f}", f"{design.stop_probability:.3f}")
        rows.append((_marked(design, bench), str(design.n), design.rule, *chances, *early))
    approximate = normal_approximation(bench.p0, bench.p1, bench.alpha_above, bench.power)
    rows.append(
        (
            "Not to be used: normal approximation", str(approximate.n), "its n, tested exactly",
            f"{approximate.design.attained_alpha:.4f}", f"{approximate.exact_power:.4f}", f"{approximate.n:.1f}",
            "0.000",
        )
    )  # fmt: skip
    at_p0 = ("Patients expected at p0", "Stops early at p0")
    header = (
        "Design",
        "Patients analysed" if bench.loss else "Patients",
        "Success with",
        "Success at p0",
        "Power at p1",
        *at_p0,
    )
    return Table("Designs side by side", header, tuple(rows))


def _beliefs(bench: Bench) -> Table:
    title = (
        f"The design taken under each named belief about the drug: response at week {bench.trial.week} by "
        f"{load_response(bench.definition).label}, from the model of patients, where a missing visit is no response"
    )
    return Table(title, BELIEF_HEADER, belief_rows(bench))


def _against(bench: Bench) -> Table:
    by_name: dict[Any, dict[Any, Any]] = against_the_assumption(bench).to_dict("index")
    rows = []
    for design in side_by_side(bench):
        at = by_name[design.name].values()
        chances = [_NONE if pd.isna(chance) else f"{chance:.3f}" for chance in at]
        rows.append((_marked(design, bench), *chances))
    title = "Chance of success with a drug that adds nothing, by what standard care truly gives"
    return Table(title, ("Design", *(percent(truth) for truth in TRUTHS)), tuple(rows))


def _one_changed(bench: Bench) -> Table:
    """The design taken, made again with one assumption changed."""
    changes = {
        f"alpha {_REVIEWERS_ALPHA:g}, one-sided": {"alpha": _REVIEWERS_ALPHA, "sides": 1},
        f"power {_HIGH_POWER:g}": {"power": _HIGH_POWER},
        f"p1 {percent(bench.p1 - _LESS)}": {"p1": round(bench.p1 - _LESS, 8)},
    }
    if bench.design in ("at_hand", "pilot"):  # their size does not depend on the wanted power
        del changes[f"power {_HIGH_POWER:g}"]
    if bench.design == "precision":  # of these an interval alone depends on p1
        changes = {name: change for name, change in changes.items() if "p1" in change}
    for truth, name in lenient_truths(bench) if bench.design != "precision" else ():
        changes[f"p0 {percent(truth)} ({name})"] = {"p0": truth}
    rows = []
    for label, change in {"as planned": {}, **changes}.items():
        try:
            made = candidate(replace(bench, **change))  # type: ignore[arg-type]
        except TrialsimError:  # p1 no longer above p0
            continue
        if not made.found:
            rows.append((label, _NONE, made.remark, _NONE))
        else:
            rows.append((label, str(made.n), made.rule, f"{made.power:.3f}" if made.tested else _NONE))
    return Table(
        "The design taken, with one assumption changed", ("Changed", "Patients", "Rule", "Power at p1"), tuple(rows)
    )


def _other_n(bench: Bench) -> Table:
    """What the rule becomes when the trial ends with another number of patients."""
    taken = candidate(bench)
    if not taken.tested or taken.design.controlled:
        return Table("", (), ())
    rows = []
    for more in (-3, -2, -1, 0, 1, 2, 3):
        made = candidate(bench, more=more)
        if made.found:
            rows.append((str(made.n), made.rule, f"{made.attained_alpha:.4f}", f"{made.power:.3f}"))
    title = (
        "If the trial ends with another number of patients, for reasons that have nothing to do with the responses: "
        "the fewest responders that keep alpha" + (", the first stage as planned" if taken.design.pauses_after else "")
    )
    return Table(title, ("Patients", "Success with", "Success at p0", "Power at p1"), tuple(rows))


def _spirit(bench: Bench) -> Table:
    return Table(
        "What a protocol should say (SPIRIT 2013), and what of it is answered here", SPIRIT_HEADER, spirit_rows(bench)
    )


def _left_out(bench: Bench) -> Table:
    title = "p0 from the published groups, rounded up to whole percent: all together and without each of them"
    return Table(title, LEFT_OUT_HEADER, left_out_rows(bench, bench.p0_arms))


def _priors(bench: Bench) -> Table:
    """What another prior would change in the Bayesian design."""
    if bench.design != "bayes" or not (rows := prior_rows(bench)):
        return Table("", (), ())
    title = "The same number of patients and cut-off with another prior"
    if any(row[0].startswith("sceptical") for row in rows):
        title += "; sceptical: with mean p0, and a chance of 0.05 that the rate is above p1"
    return Table(title, prior_header(bench), rows)


def _simulated(bench: Bench) -> Table:
    taken = candidate(bench)
    if not taken.tested:
        return Table("", (), ())
    rows = []
    truth = lenient_truths(bench)[0][0]
    cases = (
        ("p0", bench.p0, bench.p0),
        ("p1", bench.p1, bench.p0),
        ("the drug adds nothing, standard care is better than assumed", truth, truth),
    )
    for name, rate, standard_care in cases:
        found = simulated_success(taken, rate, standard_care, seed=bench.seed)
        exact = taken.success(rate, standard_care)
        rows.append((f"{percent(rate)} ({name})", f"{exact:.4f}", f"{found.value:.4f}", f"{found.standard_error:.4f}"))
    header = ("True response rate", "Chance of success, exact", "Simulated", "Its standard error")
    title = (
        f"Check of the arithmetic by {TRIALS:,} simulated trials of yes and no (seed {bench.seed}; the rows share "
        "their draws, and one in twenty strays by more than two standard errors): it says nothing of the assumptions"
    )
    return Table(title, header, tuple(rows))
