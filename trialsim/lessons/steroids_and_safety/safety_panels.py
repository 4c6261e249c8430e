"""The panels of lesson 05 on adverse events: what none leaves possible, how many patients it takes, when to stop.

>>> bound_panel().view().sentence.split(";")[0]
'After no serious event in 20 patients, true rates of up to 13.9 in 100 cannot be excluded with 95 % confidence (one-sided)'
"""  # noqa: E501 -- a sentence that is shown as one

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from trialsim.design import (
    SafetyRule,
    chance_of_any_event,
    patients_to_see_one,
    response_interval,
    safety_rule,
    single_stage,
)
from trialsim.errors import TrialsimError
from trialsim.figures.safety import HIGHEST_RATE, bound_picture, rate_in_100, seen_once_picture
from trialsim.figures.safety_rule import RATES, rule_picture
from trialsim.lessons.steroids_and_safety.dose_patients import our_trial, silence
from trialsim.lessons.steroids_and_safety.tables import serious_rates
from trialsim.text import count, in_100
from trialsim.widgets.controls import Select, Slider
from trialsim.widgets.panel import Panel, State, Task, View

Floats = NDArray[np.float64]

_RULE_OF_THREE = 3
_LOW = 0.05
"""A rate that the learner is asked to exclude."""
_NEARLY = 1 - 1e-9
_FEW = (0.01, 0.03, 0.10)
_SIZES = np.unique(np.round(np.geomspace(1, 1000, 200))).astype(np.float64)
# Closest where the curve of a large trial falls.
_CURVE = HIGHEST_RATE / 100 * np.linspace(0.0, 1.0, 161) ** 2
_LEVEL = Select("level", "Confidence, one-sided", {"0.95": "95 %", "0.9": "90 %", "0.99": "99 %"})
_WANTED = Select(
    "wanted", "Chance wanted to see one at least", {"0.95": "95 in 100", "0.8": "80 in 100", "0.99": "99 in 100"}
)
_LOOKS = Select(
    "every",
    "Look at the events",
    {"5": "after every 5 patients", "1": "after every patient", "10": "after every 10 patients"},
)
_CUTOFF = Select(
    "cutoff", "Stop when the rate is above the acceptable one, with a probability of",
    {"0.95": "more than 95 %", "0.8": "more than 80 %", "0.9": "more than 90 %", "0.99": "more than 99 %"},
)  # fmt: skip


@cache
def bound_panel() -> Panel:
    """What a count of serious events leaves possible."""
    n = our_trial().n
    asked = f"No serious event in {n} patients: how high may the true rate still be, in 100 patients?"
    guess = Slider("still_possible", asked, 0, HIGHEST_RATE, 1, 5)
    patients = Slider("n", "Patients in the trial", 10, 100, 1, n, unit="patients")
    seen = Slider("seen", "Patients with a serious event", 0, 5, 1, 0)
    return Panel(
        "What true rate could still hide behind these events?",
        (patients, seen, _LEVEL),
        _draw_bound,
        prediction=guess,
        found=lambda: round(100 * _bound(bound_panel().default)),
        tasks=(
            Task("Let one patient have a serious event. How far does it move?", lambda state: state["seen"] == 1),
            Task(
                "Back to none. Find the smallest trial whose bound lies below 5 in 100.",
                lambda state: not state["seen"] and _bound(state) < _LOW <= _bound({**state, "n": state["n"] - 1}),
            ),
        ),
    )


def _bound(state: State) -> float:
    """The highest true rate that agrees with what was seen in this state."""
    return compatible_up_to(state["seen"], state["n"], float(state["level"]))


@cache
def seen_once_panel() -> Panel:
    """How many patients it takes to see an event at all."""
    controls = (
        Slider("rate", "True rate of the event, of 100 patients", 0.5, 20.0, 0.5, 1.0),
        Slider("n", "Patients in the trial", 5, 300, 1, our_trial().n, unit="patients"),
        _WANTED,
    )
    tasks = tuple(
        Task(f"Set the rate to {rate}. Can a trial of twenty be expected to show it?", _rate_is(rate))
        for rate in (3, 10)
    )
    return Panel("How many patients does it take to see one?", controls, _draw_seen_once, tasks=tasks)


def _rate_is(rate: int) -> Callable[[State], bool]:
    return lambda state: bool(state["rate"] == rate)


@cache
def rule_panel() -> Panel:
    """A rule that stops the trial for serious events."""
    controls = (
        Slider("acceptable", "Serious events: acceptable rate", 2, 20, 1, 10, unit="%"),
        Slider("high", "Serious events: a rate that is too high", 10, 50, 1, 30, unit="%"),
        _LOOKS,
        _CUTOFF,
    )
    tasks = (
        Task(
            "Look after every patient. Which mark moves more?",
            lambda state: state["every"] == "1",
        ),
        Task("Set the rate that is too high to 20. How many end without an alarm?", lambda state: state["high"] == 20),
        Task("Ask for more than 80 %. Who pays for the false alarms?", lambda state: state["cutoff"] == "0.8"),
    )
    return Panel(
        "When should the trial stop, and what does that cost?",
        controls,
        _draw_rule,
        tasks=tasks,
        drawer="A rule that stops the trial for serious events, and its price",
    )


def compatible_up_to(seen: int, n: int, level: float) -> float:
    """The highest true rate at which so few events or fewer have a chance of 1 - level: the exact one-sided bound.

    Examples
    --------
    >>> round(compatible_up_to(0, 20, 0.95), 4), round(compatible_up_to(1, 20, 0.95), 4)
    (0.1391, 0.2161)
    """
    return response_interval(seen, n, level=2 * level - 1).high


def _so_few(seen: int, n: int, rates: Floats) -> Floats:
    """The chance of this many events or fewer, at each rate."""
    outcomes = single_stage(n, 0.5).outcomes()
    return np.asarray(outcomes.probabilities(rates)[:, : seen + 1].sum(axis=1))


@lru_cache(maxsize=512)
def _curve(seen: int, n: int) -> Floats:
    return _so_few(seen, n, _CURVE)


def _draw_bound(state: State) -> View:
    n, seen, level, guess = state["n"], state["seen"], float(state["level"]), state["prediction"]
    bound = _bound(state)
    mark = None if guess is None else (guess / 100, float(_so_few(seen, n, np.array([guess / 100]))[0]))
    published = serious_rates()
    picture = bound_picture(n, seen, (_CURVE, _curve(seen, n)), bound, level, published, guess=mark)
    below = _below(sum(each.rate <= bound for each in published), len(published))
    events = "no serious event" if not seen else f"{seen} serious event{'s' if seen > 1 else ''}"
    few = "none" if not seen else f"{seen} or fewer"
    said = "" if guess is None else f" You guessed {guess:g}."
    three = f" The rule of three gives {100 * _RULE_OF_THREE / n:.1f}." if not seen and level == 0.95 else ""
    return View(
        picture,
        f"After {events} in {n} patients, true rates of up to {rate_in_100(bound)} in 100 cannot be excluded with "
        f"{100 * level:g} % confidence (one-sided); at that rate {count(1 - level)} in 100 such trials would see "
        f"{few}.{three}{said} {below}",
        f"The chance of seeing {few} in {n} falls as the true rate rises; it reaches {100 * (1 - level):g} in 100 at "
        f"{rate_in_100(bound)} of 100 patients. {below}",
        f"Exact binomial arithmetic; one-sided bound. {n} patients: {_whose(n)}; the events seen are invented. "
        "Published: "
        "patients with a serious event by week 24, twice the time at risk; sources in the drawer below.",
    )


def _below(agree: int, of: int) -> str:
    if agree == of:
        return f"All {of} published rates lie below that."
    return f"Of {of} published rates {agree or 'none'} lie{'' if agree > 1 else 's'} below that."


def _whose(n: int) -> str:
    return f"registry record of {our_trial().id}" if n == our_trial().n else "assumed"


def _draw_seen_once(state: State) -> View:
    rate, n, wanted = state["rate"] / 100, state["n"], float(state["wanted"])
    needed = patients_to_see_one(rate, wanted)
    picture = seen_once_picture(_SIZES, {each: _any(each) for each in _FEW}, 100 * rate, _any(rate), n, wanted, needed)
    others = ", ".join(f"{patients_to_see_one(each, wanted)} for {100 * each:g} in 100" for each in _FEW)
    return View(
        picture,
        f"An event that happens to {state['rate']:g} in 100 patients is seen in {count(_chance(rate, n))} of "
        f"100 trials of {n} patients. With {needed} patients {100 * wanted:g} of 100 trials see it at least "
        f"once. Other rates: {others}.",
        f"With {n} patients the chance to see an event of {state['rate']:g} in 100 is "
        f"{in_100(_chance(rate, n))} "
        f"in 100; {needed} patients are needed for {100 * wanted:g}.",
        "Exact arithmetic: one minus the chance that no patient has one. The rates are assumed; published ones "
        "are in the drawer above.",
    )


def _chance(rate: float, n: int) -> float:
    """The chance to see one at least; rounded down where the computer cannot tell it from certainty."""
    return min(chance_of_any_event(rate, n), _NEARLY)


@lru_cache(maxsize=64)
def _any(rate: float) -> Floats:
    return np.array([_chance(rate, int(n)) for n in _SIZES])


@lru_cache(maxsize=1024)
def _rule(acceptable: float, every: int, cutoff: float) -> tuple[SafetyRule, Floats]:
    n = our_trial().n
    rule = safety_rule(
        n, acceptable=acceptable, prior=(acceptable, 1 - acceptable), cutoff=cutoff, looks=range(every, n, every)
    )
    return rule, rule.stop_probability(RATES)


def _draw_rule(state: State) -> View:
    acceptable, high, every = state["acceptable"] / 100, state["high"] / 100, int(state["every"])
    if high <= acceptable:
        raise TrialsimError(
            "Serious events: a rate that is too high", state["high"],
            f"more than the acceptable {state['acceptable']} %",
            "Raise it, or lower the acceptable rate: the picture is the last one in which it was higher.",
        )  # fmt: skip
    rule, chances = _rule(acceptable, every, float(state["cutoff"]))
    false_alarm, caught = rule.stop_probability(acceptable), rule.stop_probability(high)
    never = "" if any(k <= m for m, k in zip(rule.looks, rule.stop_at, strict=True)) else " It can never stop."
    said = (
        f"At {state['acceptable']} in 100, which is acceptable, the rule stops {count(false_alarm)} of 100 trials for "
        f"nothing. At {state['high']} in 100, which is too high, it stops {count(caught)}, after "
        f"{rule.expected_n(high):.0f} of {rule.n} patients on average, and {count(1 - caught)} end without an alarm"
    )
    return View(
        rule_picture(rule, high, chances),
        f"{_first(rule)} {said}.{never}",
        f"{said}. {_first(rule)}",
        "Exact: sums over all orders in which the events may come; an alarm after the last patient counts as a stop. "
        f"Assumed: both rates, the cutoff, and a prior worth one patient at the acceptable rate. The call: "
        f"{_call(state)}. "
        f"Stopping rule in the record: {silence('Stopping rule')}.",
    )


def _call(state: State) -> str:
    """The line that gives the rule of this state."""
    n, rate, every = our_trial().n, state["acceptable"] / 100, int(state["every"])
    return (
        f"ts.safety_rule({n}, acceptable={rate:g}, prior=({rate:g}, {1 - rate:g}), cutoff={float(state['cutoff']):g}, "
        f"looks=range({every}, {n}, {every}))"
    )


def _first(rule: SafetyRule) -> str:
    """From which count on the first looks stop, in words."""
    able = [(m, k) for m, k in zip(rule.looks, rule.stop_at, strict=True) if k <= m]
    if not able:
        return "No count of events would stop this trial."
    (first, k), (last, j) = able[0], able[-1]
    if first == last:
        return f"Only serious events in {k} or more of {first} patients stop it."
    return f"Serious events in {k} of the first {first} patients stop it; at the end {j} of {last} do."
