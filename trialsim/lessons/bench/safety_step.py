"""When the trial would stop for serious events, and what none of them leaves possible."""

from __future__ import annotations

from functools import cache

from trialsim.design import response_interval, safety_rule
from trialsim.errors import TrialsimError
from trialsim.figures.safety_rule import RATES, rule_picture
from trialsim.lessons.bench.steps import DESIGN_FIELDS, Step, bench_of, given
from trialsim.power.side_by_side import candidate, enrolled
from trialsim.report.words import percent
from trialsim.text import in_100
from trialsim.widgets.controls import Slider
from trialsim.widgets.panel import Panel, State, View

__all__ = ["safety_step"]

_NEEDS = (*DESIGN_FIELDS, "design")
_LEVEL = 0.95


@cache
def safety_step() -> Step:
    """The panel of serious events."""
    controls = (
        Slider("acceptable", "Serious events: acceptable rate", 2, 20, 1, 10, unit="%"),
        Slider("high", "Serious events: a rate that is too high", 21, 50, 1, 30, unit="%"),
        Slider("every", "Look after every so many patients", 1, 20, 1, 5, unit="patients"),
        Slider("cutoff", "Stop when Pr(rate above the acceptable one) exceeds", 80, 99, 1, 95, unit="%"),
    )
    panel = Panel("When would it stop for serious events?", controls, _draw, given=(given(_NEEDS),), cost=20.0)
    return Step(panel, _NEEDS, lambda bench: {}, lambda bench, state: bench)


def _draw(state: State) -> View:
    bench = bench_of(state)
    taken = candidate(bench)
    if not taken.found:
        raise TrialsimError("the design", taken.label, "one that exists under these assumptions", taken.remark)
    rate, high = state["acceptable"] / 100, state["high"] / 100
    n, every = enrolled(bench, taken), state["every"]
    if every >= n:
        fix = "The picture is the last one with a look before the end."
        raise TrialsimError("Look after every so many patients", every, f"fewer than the {n} patients enrolled", fix)
    rule = safety_rule(
        n,
        acceptable=rate,
        prior=(rate, 1 - rate),
        cutoff=state["cutoff"] / 100,
        looks=range(every, n, every),
    )
    bound = response_interval(0, n, level=2 * _LEVEL - 1).high
    chances = rule.stop_probability(RATES)
    return View(
        rule_picture(rule, high, chances),
        f"{n} patients enrolled: the trial stops in {in_100(rule.stop_probability(rate))} of 100 trials if the rate is "
        f"{percent(rate)}, in {in_100(rule.stop_probability(high))} if it is {percent(high)}. No serious event in {n} "
        f"would leave true rates of up to {percent(bound, 1)} possible (95 %, one-sided).",
        f"Stops at a look with {', '.join(map(str, rule.stop_at))} events or more.",
        "Exact binomial sums. Assumed: both rates, the looks, the cut-off, and a prior worth one patient at the "
        "acceptable rate.",
    )
