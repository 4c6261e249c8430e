"""The last part of lesson 04: other designs for the same question, and what an interval says of twenty patients.

>>> other_designs_panel().view(design="single").sentence.split(".")[0]
'One stage: 39 patients, success with 17 or more responders'
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from trialsim.design import (
    bayes_monitoring,
    bayes_single_arm,
    find_single_stage,
    find_two_stage,
    operating_characteristics,
    response_interval,
    single_stage,
)
from trialsim.design.intervals import METHODS
from trialsim.errors import TrialsimError
from trialsim.facts.protocol import our_trial
from trialsim.figures.interval_methods import intervals_picture
from trialsim.figures.road import Gate, road_picture
from trialsim.lessons.trial_controls import belief, check_rates
from trialsim.text import count, in_100
from trialsim.widgets.controls import Select, Slider
from trialsim.widgets.panel import Panel, State, Task, View

_DESIGN = Select(
    "design",
    "Design",
    {"two": "Two stages (Simon)", "single": "One stage", "bayes": "Bayesian, a look every 10 patients"},
)
_WEIGHT = Slider("weight", "Two stages: weight of the most patients", 0, 100, 10, 0, unit="%")
_P0 = Slider("p0", "Response rate without the drug (p0)", 5, 60, 5, 30, unit="%")
_P1 = Slider("p1", "True response rate with the drug (p1)", 20, 90, 5, 50, unit="%")
_ALPHA, _POWER, _MAX_N, _EVERY = 0.05, 0.80, 100, 10
_CUTOFF, _FUTILITY = 0.95, 0.05
_BESIDE = 1e-9
_LEVEL = Select("level", "Level", {"0.95": "95 in 100", "0.9": "90 in 100", "0.99": "99 in 100"})
_NAMES = {name: name.title() for name in METHODS} | {"mid-p": "mid-p", "wilson-corrected": "Wilson, corrected"}
_METHOD = Select("method", "Coverage shown for", _NAMES)


@dataclass(frozen=True, slots=True)
class _Plan:
    """A design with its numbers at p0 and at p1."""

    rule: str
    gates: tuple[Gate, ...]
    success: tuple[float, float]
    average: tuple[float, float]
    early: tuple[float, float]


@cache
def other_designs_panel() -> Panel:
    """Three designs for the same two rates."""
    tasks = (
        Task("Choose one stage. Which design treats fewer, if the drug adds nothing?", _chosen("single")),
        Task(
            "Two stages: move the weight to 100 %. What does a smaller largest trial cost?",
            lambda state: _chosen("two")(state) and state["weight"] == 100,
        ),
        Task("Choose Bayesian. What do the looks save, and what do they cost?", _chosen("bayes")),
    )
    return Panel(
        "The same question, other designs",
        (_DESIGN, _P0, _P1, _WEIGHT),
        _draw_design,
        tasks=tasks,
        drawer="Other designs: two stages, or a look after every ten patients",
    )


def _chosen(design: str) -> Callable[[State], bool]:
    return lambda state: bool(state["design"] == design)


@cache
def intervals_panel() -> Panel:
    """What seven methods make of the responders among twenty."""
    n = our_trial().n
    responders = Slider("responders", f"Responders among {n} patients", 0, n, 1, n // 2)
    tasks = (
        Task("Set 1 responder, and choose Wald. Where does the interval end?", _wald_of_one),
        Task("Choose Wilson. How far does it miss the promise?", lambda state: bool(state["method"] == "wilson")),
    )
    return Panel(
        "How sure is a rate from twenty patients?",
        (responders, _METHOD, _LEVEL),
        _draw_intervals,
        tasks=tasks,
        drawer="Seven recipes for an interval, and how often each keeps its promise",
    )


def _wald_of_one(state: State) -> bool:
    return (state["responders"], state["method"]) == (1, "wald")


def _draw_design(state: State) -> View:
    check_rates(state)
    p0, p1 = state["p0"] / 100, state["p1"] / 100
    plans = {"two": lambda: _two_stages(p0, p1, state["weight"] / 100), "single": lambda: _one_stage(p0, p1)}
    try:
        single_n = _one_stage(p0, p1).gates[-1].n
        plan = plans.get(state["design"], lambda: _looked_at(p0, p1))()
    except TrialsimError:
        allowed = f"a rate further above the {state['p0']} % without the drug"
        fix = f"No trial of up to {_MAX_N} patients can tell these two apart with the wanted power."
        raise TrialsimError(_P1.label, state["p1"], allowed, fix) from None
    most = plan.gates[-1].n
    stops = "It never stops early. "
    if len(plan.gates) > 1:
        stops = (
            f"At {state['p0']} %, {count(plan.early[0])} trials in 100 stop early, and {plan.average[0]:.1f} patients "
            f"are treated on average; at {state['p1']} %, {count(plan.early[1])} in 100 stop early. "
        )
    chances = (
        f"{in_100(plan.success[0])} trials in 100 succeed at {state['p0']} %, "
        f"{in_100(plan.success[1])} at {state['p1']} %."
    )
    sizes = (
        ("patients at most", float(most)),
        (f"on average at p1 = {state['p1']}", plan.average[1]),
        (f"on average at p0 = {state['p0']}", plan.average[0]),
    )
    return View(
        road_picture(plan.gates, (p0, p1), sizes, single_n, _MAX_N),
        f"{plan.rule} {stops}{chances}",
        f"{plan.rule} {chances} At most {most} patients; on average {plan.average[0]:.1f} at p0 and "
        f"{plan.average[1]:.1f} at p1; a single stage takes {single_n}.",
        _SOURCES[state["design"]],
    )


@cache
def _one_stage(p0: float, p1: float) -> _Plan:
    design = find_single_stage(p0, p1, _ALPHA, _POWER, n_max=_MAX_N)
    rule = f"One stage: {design.n} patients, success with {design.min_responders} or more responders."
    gate = Gate(design.n, design.min_responders - 1, design.min_responders)
    success = (design.attained_alpha, design.power(p1))
    return _Plan(rule, (gate,), success, (float(design.n), float(design.n)), (0.0, 0.0))


@cache
def _two_stages(p0: float, p1: float, weight: float) -> _Plan:
    design = find_two_stage(p0, p1, _ALPHA, _POWER, criterion="admissible", weight=weight, n_max=_MAX_N)
    rule = (
        f"Two stages: {design.n1} patients first, going on with {design.continue_at} or more responders; "
        f"{design.n} in all, success with {design.min_responders} or more."
    )
    gates = (
        Gate(design.n1, design.continue_at - 1 if design.continue_at else None, None),
        Gate(design.n, design.min_responders - 1, design.min_responders),
    )
    average = (design.expected_n(p0), design.expected_n(p1))
    early = (design.stop_probability(p0), design.stop_probability(p1))
    return _Plan(rule, gates, (design.attained_alpha, design.power(p1)), average, early)


@cache
def _looked_at(p0: float, p1: float) -> _Plan:
    n = max(2, find_single_stage(p0, p1, _ALPHA, _POWER, n_max=_MAX_N).n)
    looks = [*range(_EVERY, n, _EVERY)] or [n // 2]
    end = bayes_single_arm(n, p0=p0, cutoff=_CUTOFF)
    plan = bayes_monitoring(end, looks, futility=_FUTILITY)
    table = plan.boundaries().astype(object).where(plan.boundaries().notna(), None)
    gates = tuple(Gate(*row) for row in table.itertuples(index=False, name=None))
    rule = (
        f"Bayesian: up to {n} patients, looked at after {', '.join(map(str, looks))}; success with "
        f"{end.min_responders} or more responders at the end."
    )
    average = (plan.expected_n(p0), plan.expected_n(p1))
    early = (plan.stop_probability(p0), plan.stop_probability(p1))
    return _Plan(rule, gates, (plan.attained_alpha, plan.power(p1)), average, early)


def _draw_intervals(state: State) -> View:
    n, x, level, method = our_trial().n, state["responders"], float(state["level"]), _NAMES[state["method"]]
    found = {shown: response_interval(x, n, level=level, method=name) for name, shown in _NAMES.items()}
    rates, coverage = _coverage(n, level, state["method"])
    low, high = found[method]
    at = int(coverage.round(9).argmin())
    promised = f"the promised {100 * level:g} of 100 trials"
    keeps = coverage[at] >= level
    kept = f"in {promised} or more, whatever it is" if keeps else f"in fewer than {promised} at some rates"
    return View(
        intervals_picture(found, method, x / n, (rates, coverage), level),
        f"{x} of {n} responded: by {method} the true rate is plausibly {_signed(low)} to {_signed(high)} %. "
        f"In the long run such intervals contain the true rate {kept}: fewest ({100 * coverage[at]:.1f}) at a true "
        f"rate of {100 * rates[at]:.1f} %.",
        f"Seven intervals for {x} of {n}; the widest is {max(found, key=lambda name: found[name].width)}. "
        f"Coverage of {method} runs from {100 * coverage.min():.1f} to {100 * coverage.max():.1f} in 100.",
        f"Exact, for {n} patients and true rates from 1 to 99 %, on both sides of every limit, where coverage jumps. "
        "No rate lies in the crossed areas, outside 0 to 100.",
    )


def _signed(rate: float) -> str:
    """A rate in percent; Wald's limits can be negative."""
    return f"{100 * rate:.1f}".replace("-", "\N{MINUS SIGN}")


@cache
def _coverage(n: int, level: float, method: str) -> tuple[np.ndarray, np.ndarray]:
    # Coverage jumps where a limit is passed, and is least right beside one: both sides of each are looked at.
    limits = np.array([[each.low, each.high] for each in (response_interval(x, n, level=level, method=method)
                                                       for x in range(n + 1))]).ravel()  # fmt: skip
    rates = np.unique(np.concatenate([np.arange(1, 100) / 100, limits - _BESIDE, limits + _BESIDE]))
    rates = rates[(rates >= 0.01) & (rates <= 0.99)]
    # The rule of the design plays no part in this: only its number of patients does.
    table = operating_characteristics(single_stage(n, 0.5), rates, level=level, method=method)
    return rates, table["coverage"].to_numpy()


_COMMON = (
    "Assumed: p0, p1, 5 false successes in 100 allowed, one-sided, 80 successes in 100 wanted. A p1 of "
    f"{_P1.default} % is {belief(_P1.default)}."
)
_SOURCES = {
    "single": f"Exact binomial arithmetic. {_COMMON}",
    "two": "Exact; the search is complete up to 100 patients. Two stages after Simon (1989); the weight after Jung and "
    "others (2004): 0 % takes the fewest patients on average at p0 (optimal), 100 % the fewest at most (minimax), what "
    f"lies between is admissible. {_COMMON}",
    "bayes": "Exact sums over all orders of responders. Assumed: p0, p1, a flat prior, as many patients as one stage "
    f"takes, success when the rate exceeds p0 with a probability above {_CUTOFF:g}, stopping when the predictive "
    f"probability of success falls below {_FUTILITY:g}. Such a rule promises no limit of false successes: read it off.",
}
