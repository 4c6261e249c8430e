"""Every design under the same assumptions, and the belief of the Bayesian one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from trialsim.design import BayesSingleArm, normal_approximation
from trialsim.errors import TrialsimError
from trialsim.figures.rates import belief_picture
from trialsim.lessons.bench.steps import DESIGN_FIELDS, Step, bench_of, given
from trialsim.power.bench import Bench
from trialsim.power.randomised import phase_three
from trialsim.power.rate import PlannedRate
from trialsim.power.side_by_side import Candidate, candidate, side_by_side
from trialsim.report.beliefs import belief_of
from trialsim.report.pictures import arms_of, designs_figure
from trialsim.report.words import percent
from trialsim.text import count
from trialsim.widgets.controls import Slider
from trialsim.widgets.panel import Panel, State, View

__all__ = ["belief_step", "designs_step"]

_ORIGINS = ("definition", "protocol", "p0_arms", "p1_arms", "p0_patients", "p1_patients", "design")
_DESIGNS_NEEDS = (*(name for name in DESIGN_FIELDS if name not in ("weight", "half_width")), *_ORIGINS)
_BELIEF = ("prior_weight", "prior_flat", "cutoff")
_BELIEF_NEEDS = tuple(name for name in DESIGN_FIELDS if name not in _BELIEF)


@cache
def designs_step() -> Step:
    """All designs under the same assumptions, and what two of them are told besides."""
    controls = (
        Slider("weight", "Admissible: weight of the largest size (0: optimal, 1: minimax)", 0.0, 1.0, 0.05, 0.5),
        Slider("half_width", "Interval only: to either side at most", 5, 40, 1, 15, unit="points"),
    )
    panel = Panel("Which designs are there?", controls, _draw_designs, given=(given(_DESIGNS_NEEDS),), cost=50.0)
    return Step(panel, _DESIGNS_NEEDS, _read_designs, lambda bench, state: replace(bench, **_designs(state)))


def _read_designs(bench: Bench) -> Mapping[str, Any]:
    return {"weight": round(bench.weight, 6), "half_width": round(100 * bench.half_width, 6)}


def _designs(state: State) -> dict[str, Any]:
    return {"weight": state["weight"], "half_width": round(state["half_width"] / 100, 8)}


def _draw_designs(state: State) -> View:
    bench = bench_of(state, **_designs(state))
    rows = side_by_side(bench)
    said = "; ".join(
        f"{design.label}: none"
        if not design.found
        else f"{design.label}: {design.n} patients, {design.rule}"
        + (f", power {design.power:.2f}" if design.tested else "")
        for design in rows
    )
    return View(
        designs_figure(bench),
        f"{_sizes(bench, {design.name: design for design in rows})} {_warning(bench, rows)}".strip(),
        f"{said}.",
        f"Exact sums. {'; '.join(map(_from, bench.rates))}. Assumed: alpha and power. Orange, hatched: the "
        f"chance of success at p0; blue: at p1.{_named(bench)}",
    )


def _named(bench: Bench) -> str:
    """The named belief that p1 is the rate of, beside what the randomised trial of the drug saw; empty for another."""
    belief, seen = belief_of(bench.rate("p1")), phase_three()
    if not belief:
        return ""
    return f" {percent(bench.p1)}: {belief}; randomised, at week {seen.treated.week}: {seen.words}."


def _from(rate: PlannedRate) -> str:
    if rate.tuned:
        return f"{rate.name} assumed (the patients of the model are tuned to it)"
    names = "; ".join(arm.name for arm in arms_of(rate.arms))
    if rate.origin == "evidence":
        return f"{rate.name} from {names}"
    if rate.origin == "patients":
        return f"{rate.name} from the patients of the model"
    return f"{rate.name} assumed" + (f" (held against {names})" if names else "")


def _sizes(bench: Bench, rows: Mapping[str, Candidate]) -> str:
    single, optimal, hand, pilot = (rows[name] for name in ("single", "optimal", "at_hand", "pilot"))
    rates = f"{percent(bench.p1)} from {percent(bench.p0)}"
    if not single.found:
        return single.remark
    said = f"To tell {rates}, a single stage takes {single.n} patients"
    if optimal.found:
        average = f"on average {optimal.expected_n:.0f} if the drug adds nothing"
        said += f", the optimal two stages at most {optimal.n}, {average}"
    if hand.found:
        said += (
            f". {hand.n} patients succeed in {count(hand.power)} trials of 100 in one arm, in {count(pilot.power)} if "
            "they are split into two arms"
        )
    return f"{said}."


def _warning(bench: Bench, rows: tuple[Candidate, ...]) -> str:
    """What the usual formula would have said, where it misleads."""
    exact = next(design for design in rows if design.name == "single")
    if not exact.found:
        return ""
    usual = normal_approximation(bench.p0, bench.p1, bench.alpha_above, bench.power)
    if usual.n >= exact.n:
        return ""
    return f"(The usual normal formula would say {usual.n}; its power is really {usual.exact_power:.2f}.)"


@cache
def belief_step() -> Step:
    """The prior and the cut-off of the Bayesian design."""
    controls = (
        Slider("prior_weight", "What each patient of the prior's groups counts", 0, 100, 5, 50, unit="%"),
        Slider("prior_flat", "Robust: chance that these groups do not apply", 0, 100, 5, 0, unit="%"),
        Slider("cutoff", "Success when Pr(rate above p0) exceeds", 80.0, 99.5, 0.5, 95.0, unit="%"),
    )
    panel = Panel(
        "What is believed before the trial?", controls, _draw_belief, given=(given(_BELIEF_NEEDS),), cost=30.0
    )
    return Step(panel, _BELIEF_NEEDS, _read_belief, lambda bench, state: replace(bench, **_belief(state)))


def _read_belief(bench: Bench) -> Mapping[str, Any]:
    return {name: round(100 * getattr(bench, name), 6) for name in _BELIEF}


def _belief(state: State) -> dict[str, Any]:
    return {name: round(state[name] / 100, 8) for name in _BELIEF}


def _draw_belief(state: State) -> View:
    bench = bench_of(state, **_belief(state))
    taken, prior = candidate(bench, "bayes"), bench.prior
    if not isinstance(taken.design, BayesSingleArm):
        raise TrialsimError("the Bayesian design", "none", "a prior and a cut-off that allow one", taken.remark)
    design, groups = taken.design, bench.prior_of_groups
    low, high = groups.interval()
    needed = design.min_responders
    after = [
        (f"after {x} of {design.n}: Pr {design.posterior_probability(x):.3f}", prior.updated(x, design.n))
        for x in (needed - 1, needed)
        if x >= 0
    ]
    names = "; ".join(arm.name for arm in arms_of(bench.prior_arms))
    start = f"The prior weighs {groups.effective_n:g} patients, between {percent(low, 1)} and {percent(high, 1)}."
    if bench.prior_flat:
        start += f" With a chance of {percent(bench.prior_flat)} its groups do not apply, and a flat prior does."
    if not bench.prior_arms:
        start = (
            f"Nothing is assumed yet: all rates are equally likely (a flat prior, worth {groups.effective_n:g} "
            "patients). No group is used, "
            f"so neither the weight of {percent(bench.prior_weight)} nor the chance of {percent(bench.prior_flat)} has "
            "an effect; skip both if you use no prior."
        )
    return View(
        belief_picture(prior, after, p0=bench.p0),
        f"{start} {design.n} patients, success with {needed} or more: then Pr(rate above {percent(bench.p0)}) is "
        f"{design.posterior_probability(needed):.3f}. {count(taken.attained_alpha)} of 100 trials succeed by luck, "
        f"{count(taken.power)} at p1. {taken.remark}".strip(),
        f"Three curves: before the trial, one responder short of success, and at success. The area right of p0 passes "
        f"{percent(bench.cutoff, 1)} between the two.",
        f"Exact. Prior: {names or 'flat, no group was used as the prior'}; assumed: its weight and the cut-off.",
    )
