"""The first panel of lesson 05: the dose of glucocorticoid, the physician who sets it, and the drug.

>>> "without the drug it would be the same" in dose_panel().view(follows=0.0).sentence
True
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from trialsim.facts.population import load_population
from trialsim.figures.doses import doses_picture, ending_picture
from trialsim.lessons.steroids_and_safety.dose_patients import (
    DRUG_SET,
    DRUG_STEP,
    FIRST_SEED,
    MANY,
    PHYSICIANS,
    SIZE,
    doses,
    events,
    many_doses,
    our_trial,
    responders,
    silence,
    world,
)
from trialsim.lessons.trial_controls import belief
from trialsim.patients.adverse_events import KINDS
from trialsim.patients.change import paired
from trialsim.patients.scenario import Scenario
from trialsim.widgets.controls import Button, Select, Slider
from trialsim.widgets.panel import Panel, State, Task, View

_Pairs = dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]]
_Means = dict[str, tuple[float, float]]

_BASE = Scenario()
_CONTROLS = (
    Select(
        "physician", "The physician's habit",
        {name: f"{name}: plans to reach {100 * share:.0f} % of the dose" for name, share in PHYSICIANS.items()},
        "usual",
    ),
    Slider(
        "follows", "How much the dose follows the patient's state (0: not at all)", 0.0, 1.5, 0.1,
        _BASE.gc_follows_state,
    ),
    Slider(
        "drug", "The drug improves the disease by", 0.0, 40.0, DRUG_STEP, DRUG_SET, unit="%",
    ),
    Button("patients", "New patients", "The first twenty again"),
)  # fmt: skip


@cache
def ending_panel() -> Panel:
    """How such a trial may end: doses and adverse events."""
    return Panel("A trial that may end like this", (), _draw_ending)


@cache
def dose_panel() -> Panel:
    """The dose under three physicians, with the drug and without."""
    tasks = (
        Task("Let the dose follow nothing: move the second control to 0.", lambda state: state["follows"] == 0),
        Task(
            "Put it back, and take the drug away. How much of the fall is left?",
            lambda state: state["drug"] == 0 and state["follows"] > 0,
        ),
        Task(
            "Choose the quick physician, without the drug.",
            lambda state: state["drug"] == 0 and state["physician"] == "quick",
        ),
        Task(
            "Then the cautious one, with it. Which trial would be called steroid-sparing?",
            lambda state: state["drug"] > 0 and state["physician"] == "cautious",
        ),
    )
    return Panel("Why did the dose fall?", _CONTROLS, _draw, tasks=tasks)


def _draw_ending(_: State) -> View:
    found = doses(1, world("usual"))
    change = paired(found[:, 1] - found[:, 0])
    happened, serious = events(1)
    entry, later = found.mean(axis=0)
    assert change.low is not None and change.high is not None
    interval = f"95 % interval of the change {_mg(change.low)} to {_mg(change.high)}"
    fell = f"from {entry:.1f} to {later:.1f} mg a day ({interval})"
    some, ill = (int(each.any(axis=1).sum()) for each in (happened, serious))
    safe = f"{_few(some)} of {SIZE} had an adverse event, {_few(ill)} a serious one"
    return View(
        ending_picture(found[:, 0], found[:, 1], KINDS, happened, serious),
        f"All {SIZE} get abatacept. By week {our_trial().week} the mean dose of glucocorticoid fell {fell}; {safe}. "
        "So abatacept spares steroids and is safe?",
        f"{SIZE} rows, one a patient: the dose fell in {int((found[:, 1] < found[:, 0]).sum())}, the mean {fell}; "
        f"{safe}.",
        f"Made-up patients of the model, seed {FIRST_SEED}, chosen as typical; parameters assumed. What the record "
        "says of "
        f"a taper: {silence('Steroid taper')}. Of safety: {silence('Safety outcome')}.",
    )


def _worlds(state: State) -> dict[str, Scenario]:
    """The base case as it is set, under each physician."""
    return {physician: world(physician, state["drug"] / 100, state["follows"]) for physician in PHYSICIANS}


def _pairs(state: State) -> _Pairs:
    """Doses of the same patients under each physician, with the drug and without it."""
    draw = state["patients"]
    return {each: (doses(draw, truth), doses(draw, truth.without_drug())) for each, truth in _worlds(state).items()}


def _means(pairs: _Pairs) -> _Means:
    """Mean doses at week 12 under each physician, with the drug and without it."""
    return {each: (float(a[:, 1].mean()), float(b[:, 1].mean())) for each, (a, b) in pairs.items()}


def _moves(means: _Means, physician: str) -> tuple[float, float]:
    """What the drug takes off the mean dose under this physician, and what a quick one takes off instead of a cautious
    one."""
    with_drug, without = means[physician]
    treated = [each for each, _ in means.values()]
    return without - with_drug, max(treated) - min(treated)


def _draw(state: State) -> View:
    name, draw, drug = state["physician"], state["patients"], state["drug"] / 100
    truths, pairs = _worlds(state), _pairs(state)
    means = _means(pairs)
    treated, untreated = pairs[name]
    entry, (with_drug, without) = float(treated[:, 0].mean()), means[name]
    others = (many_doses(truths[name]), many_doses(truths[name].without_drug()))
    picture = doses_picture(
        treated[:, 0],
        treated[:, 1],
        untreated[:, 1],
        means,
        name,
        (MANY, _fall(others[0]), _fall(others[1])),
    )
    by_drug, by_physician = _moves(means, name)
    respond = responders(draw, truths[name]), responders(draw, truths[name].without_drug())
    answers = f"{respond[0]} of {SIZE} respond" + (f" with the drug and {respond[1]} without" if drug else "")
    said = (
        f"Under the {name} physician the mean dose goes from {entry:.1f} to {with_drug:.1f} mg; "
        f"{_drug_part(drug, without, by_drug)} A quick physician ends lower than a cautious one, by "
        f"{_mg(by_physician)} mg{_which(by_drug, by_physician)}"
    )
    return View(
        picture,
        f"{said} {answers}, whoever the physician is.{_turned(means) if drug else ''}",
        said,
        _source(),
    )


def _drug_part(drug: float, without: float, by_drug: float) -> str:
    if not drug:
        return "nobody gets the drug."
    if not by_drug:
        return "without the drug it would be the same."
    return f"without the drug the same {SIZE} patients come to {without:.1f}. So the drug takes off {_mg(by_drug)} mg."


def _which(by_drug: float, by_physician: float) -> str:
    if not by_drug:
        return "."
    return (
        ": in our model the physician moves the dose more."
        if by_physician > by_drug
        else ": here the drug moves it more."
    )


def _turned(means: _Means) -> str:
    """What a comparison of two clinics would make of it."""
    if means["quick"][1] >= means["cautious"][0]:
        return ""
    return " The quick physician ends lower without the drug than the cautious one with it."


def _fall(found: NDArray[np.float64]) -> float:
    return float((found[:, 0] - found[:, 1]).mean())


def _mg(value: float) -> str:
    return f"{round(value, 1) + 0.0:.1f}".replace("-", "\N{MINUS SIGN}")


def _few(count: int) -> str:
    return "none" if count == 0 else str(count)


@cache
def _source() -> str:
    known = load_population().parameters
    habit, follows = known["gc_ratio_median"], known["gc_follows_state"]
    leaning = " and ".join(habit.source)
    return (
        f"Made-up patients of the model; the first twenty (seed {FIRST_SEED}) were chosen as typical. "
        f"{habit.basis.capitalize()}: "
        f"the three habits ({habit.low:g}, {habit.value:g} and {habit.high:g} of the dose at entry, leaning on "
        f"{leaning}), each "
        f"patient's scatter round them ({known['gc_ratio_spread'].value:g} on the logarithm), how much the dose "
        "follows the state "
        f"({follows.value:g}), the drug's effect ({belief(50)}). Also assumed: nobody leaves, and a lower dose "
        "does not make the "
        "disease worse."
    )
