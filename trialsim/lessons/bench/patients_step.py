"""The bench: p0 and p1 out of assumed patients, a few assumptions at a time."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from trialsim.facts.population import load_population
from trialsim.facts.responses import load_response
from trialsim.figures.rates import patients_picture
from trialsim.lessons.bench.steps import Step, bench_of, given
from trialsim.patients.scenario import Scenario
from trialsim.power.bench import Bench
from trialsim.power.rate import patient_rate, planning_rate
from trialsim.report.words import percent
from trialsim.widgets.controls import Select, Slider
from trialsim.widgets.panel import Action, Panel, State, View

__all__ = ["patients_step"]

_NEEDS = ("definition", "p0", "p1", "protocol", "scenario")
_SLIDERS = {"background": (1, 0.25), "drug_effect": (2, 0.45), "missing_week12": (1, 0.2)}
"""Parameter -> step in percent, and the largest value that is offered."""


@cache
def patients_step() -> Step:
    """The panel of assumed patients."""
    panel = Panel(
        "What do your patients do until the outcome is read?",
        (*(_slider(name) for name in ("background", "drug_effect")), _fluctuation(), _slider("missing_week12")),
        _draw,
        given=(given(_NEEDS),),
        actions=(Action("use", "Plan with these two rates"),),
        cost=300.0,
    )
    return Step(panel, _NEEDS, _read, _change, _act, _warm, _others)


def _slider(name: str) -> Slider:
    """A slider through the base case, in percent."""
    parameter, (step, top) = load_population().parameters[name], _SLIDERS[name]
    start = 100 * parameter.value
    low = round(start - step * math.floor(start / step + 1e-9), 6)
    high = round(low + step * math.floor((100 * top - low) / step + 1e-9), 6)
    return Slider(name, parameter.label, low, high, float(step), round(start, 6), format=lambda value: f"{value:.1f} %")


def _fluctuation() -> Select:
    parameter = load_population().parameters["natural_fluctuation"]
    named = ((parameter.low, "calm"), (parameter.value, "base case"), (parameter.high, "restless"))
    return Select(
        parameter.name,
        parameter.label,
        {f"{value:g}": f"{value:g}: {word}" for value, word in named},
        f"{parameter.value:g}",
    )


def _read(bench: Bench) -> Mapping[str, Any]:
    found: dict[str, Any] = {name: round(100 * getattr(bench.scenario, name), 6) for name in _SLIDERS}
    return {**found, "natural_fluctuation": f"{bench.scenario.natural_fluctuation:g}"}


def _others(bench: Bench) -> Bench:
    base = {name: getattr(Scenario(), name) for name in (*_SLIDERS, "natural_fluctuation")}
    return replace(bench, scenario=replace(bench.scenario, **base))


def _scenario(bench: Bench, state: State) -> Scenario:
    values = {name: round(state[name] / 100, 8) for name in _SLIDERS}
    return replace(bench.scenario, natural_fluctuation=float(state["natural_fluctuation"]), **values)


def _change(bench: Bench, state: State) -> Bench:
    return replace(bench, scenario=_scenario(bench, state))


def _draw(state: State) -> View:
    bench = bench_of(state)
    bench = replace(bench, scenario=_scenario(bench, state))
    without, treated = (
        patient_rate(bench.scenario, bench.trial, bench.definition, drug=drug) for drug in (False, True)
    )
    start = [patient_rate(Scenario(), bench.trial, bench.definition, drug=drug).value for drug in (False, True)]
    error = max(without.standard_error, treated.standard_error)
    adds = 100 * (treated.value - without.value)
    p0, p1 = planning_rate(without.value, "p0"), planning_rate(treated.value, "p1")
    sentence = (
        f"Of 100 such patients {100 * without.value:.1f} respond without the drug and {100 * treated.value:.1f} with "
        f"it: the drug adds {adds:.1f}. For planning: p0 {percent(p0)}, p1 {percent(p1)}."
    )
    base = load_population().parameters["background"]
    return View(
        patients_picture(without.value, treated.value, start=(start[0], start[1]), planned=(bench.p0, bench.p1)),
        sentence,
        f"Two bars: {percent(without.value, 1)} without and {percent(treated.value, 1)} with the drug. In the base "
        f"case {percent(start[0], 1)} and {percent(start[1], 1)}. Planned: p0 {percent(bench.p0)}, p1 "
        f"{percent(bench.p1)}.",
        f"Integrated, not simulated: numerical standard error {100 * error:.2f} points. Rule: "
        f"{load_response(bench.definition).label}; no visit counts as no response. Assumed: all four settings; the "
        f"base case is {base.note}.",
    )


def _act(bench: Bench, name: str, state: State) -> tuple[Bench, str]:
    changed = _change(bench, state).with_patients()
    tuned = [rate.name for rate in changed.rates if rate.tuned]
    basis = f" {' and '.join(tuned)} assumed: the patients were tuned to give {'them' if tuned[1:] else 'it'}."
    if not tuned and changed.rate("p1").base_case:
        basis = " The patients were tuned to such rates, under another rule or in another trial."
    return changed, (
        f"p0 is now {percent(changed.p0)} and p1 {percent(changed.p1)}, from these patients; rounded to whole percent, "
        f"p0 up and p1 down.{basis if tuned or changed.rate('p1').base_case else ''} All panels follow."
    )


def _warm() -> None:
    """Compute what the panel needs first, so that its first move does not wait."""
    start, parameter = Bench(), load_population().parameters["natural_fluctuation"]
    for spread in (parameter.value, parameter.low, parameter.high):
        for drug in (False, True):
            patient_rate(replace(Scenario(), natural_fluctuation=spread), start.trial, start.definition, drug=drug)
