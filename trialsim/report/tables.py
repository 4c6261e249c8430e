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
from trialsim.power.rate import PlannedRate
from trialsim.power.side_by_side import TRUTHS, Candidate, against_the_assumption, candidate, enrolled, side_by_side
from trialsim.report.beliefs import BELIEF_HEADER, belief_of, belief_rows
from trialsim.report.pictures import arms_of
from trialsim.report.pooled import LEFT_OUT_HEADER, left_out_rows, prior_header, prior_rows
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
    rule, taken = load_response(bench.definition), candidate(bench)
    sided = "one-sided" if bench.sides == 1 else f"two-sided: {bench.alpha_above:g} for a higher rate"
    level = "what a reviewer of a confirmatory trial expects (ICH E9)"
    if bench.alpha_above != _REVIEWERS_ALPHA:
        level = f"our choice, as in phase II; a confirmatory trial takes {_REVIEWERS_ALPHA:g}, one-sided (ICH E9)"
    rows = [
        ("What counts as response", f"{rule.label}: {rule.text}", rule.basis, rule.source),
        *(
            (f"{rate.what[0].upper()}{rate.what[1:]} ({rate.name})", percent(rate.value), *_basis(rate))
            for rate in bench.rates
        ),
    ]
    if taken.tested or not taken.found:  # an interval alone asks for neither
        rows.append(("Allowed chance of a false success (alpha)", f"{bench.alpha:g}, {sided}", "assumed", level))
        rows.append(("Wanted chance of success (power)", f"{bench.power:g}", "assumed", "our choice"))
    if bench.loss:
        many = f"{percent(bench.loss)}: {enrolled(bench, taken)} enrolled, {taken.n} analysed"
        rows.append(
            ("Enrolled patients who are not analysed", many, "assumed", "our choice; nothing to do with response")
        )
    if taken.name == "admissible":
        rows.append(("Weight of most patients against expected ones", f"{bench.weight:g}", "assumed", "our choice"))
    if taken.name == "precision":
        wish = f"{100 * bench.half_width:g} points to either side, with a chance of {bench.narrow:g}"
        rows.append(("Interval wanted", wish, "assumed", "our choice"))
    if taken.name == "bayes":
        told = f"{bench.prior.name}, {'the first ' * (bench.prior != bench.prior_of_groups)}worth "
        told += f"{bench.prior_of_groups.effective_n:g} patients"
        source = "; ".join(arm.name for arm in arms_of(bench.prior_arms)) or "flat: no belief is brought in"
        basis = "derived" if bench.prior_arms else "assumed"
        rows.append(("Prior", told, basis, source))
        cutoff = f"{bench.cutoff:g}"
        if taken.found and taken.design.cutoff != bench.cutoff:
            cutoff += f" was asked for; {taken.design.cutoff:g} is used, which keeps alpha"
        rows.append(("Posterior probability to be exceeded", cutoff, "assumed", "our choice"))
    rows += _patient_rows(bench)
    return Table("Assumptions, each with its basis and source", ("Assumption", "Value", "Basis", "Source"), tuple(rows))


def _basis(rate: PlannedRate) -> tuple[str, str]:
    why = f"; reason: {rate.reason}" if rate.reason else "; REASON MISSING" if rate.needs_reason else ""
    if rate.tuned:
        return "assumed", f"our choice; the model of patients was tuned to it, with the parameters below{why}"
    names = "; ".join(arm.name for arm in arms_of(rate.arms))
    if rate.origin == "patients":
        under = ", which was tuned to give rates under another rule or protocol" if rate.base_case else ""
        return "derived", f"the model of patients, with the parameters below{under}{why}"
    if rate.origin == "evidence":
        return "derived", f"published: {names}{why}"
    named = f"; {belief}" if (belief := belief_of(rate)) else ""
    return "assumed", (f"held against {names}" if names else "our choice") + named + why


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
    taken, rule, week = candidate(bench), load_response(bench.definition), bench.trial.week
    controlled = taken.found and taken.design.controlled
    missing = "[CHOICE MISSING]"
    summary = (
        "difference of the proportions of responders, treated minus control"
        if controlled
        else ("proportion of responders among the treated; what the drug adds is not a part of it")
    )
    analysed, beside = "all enrolled patients (full analysis set)", "complete cases"
    if bench.loss:
        analysed, beside = (
            "enrolled patients who died or have the assessment"
            + (", or count as no response for an event above" if counts_without(bench) else ""),
            "all enrolled, the lost as non-responders",
        )
    model = "the model of patients has no such event: p0 and p1 have to be understood as including it"
    rows = (
        ("Treatment", "the drug added to background treatment, as the protocol gives both"
         + ("; the controls have background treatment alone" if controlled else "")),
        ("Population", f"all enrolled patients who meet the criteria of {bench.trial.id} ({bench.trial.title})"),
        ("Variable (endpoint)", f"response at week {week}: {rule.label}"),
        ("Intercurrent event: rescue, or a raised glucocorticoid or immunosuppressant",
         f"{RESCUE[bench.rescue] if bench.rescue else missing}; {model}"),
        ("Intercurrent event: stopping the drug", STOPPED[bench.stopped] if bench.stopped else missing),
        ("Intercurrent event: death", "counts as no response (composite strategy)"),
        ("Population-level summary", summary),
        ("Missing data: no assessment for another reason",
         "not analysed; assumed to have nothing to do with the response"
         if bench.loss else "counts as no response (imputed)"),
        ("Analysis set", analysed),
        ("Sensitivity analyses", f"{beside}; best case, worst case, and how many of the missing would have to "
         "respond to change the decision"),
    )  # fmt: skip
    return Table("Estimand (ICH E9(R1)), analysis set and missing data", ("Attribute", "Here"), rows)


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
