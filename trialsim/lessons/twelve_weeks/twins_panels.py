"""The first pictures of lesson 03: what a trial sees of twenty patients, and the same patients without the drug.

A state of the panel is a scenario and a draw, and what it shows is counted in twenty patients:

>>> twins_panel().view(drug=0).sentence.split(".")[0]
'Nobody gets the drug, and 6 of 20 respond all the same'
"""

from __future__ import annotations

from functools import cache

from trialsim.figures.twenty import Token, seen_picture, twins_picture
from trialsim.lessons.trial_controls import belief
from trialsim.lessons.twelve_weeks.many_trials import MANY_TWINS, many_twins
from trialsim.lessons.twelve_weeks.pieces_panels import warm
from trialsim.lessons.twelve_weeks.recruited_panels import GUESS, respond_without
from trialsim.lessons.twelve_weeks.twenty_patients import FIRST_SEED, SIZE, Twins, our_trial, rule, scenario, twins
from trialsim.patients.scenario import Scenario
from trialsim.power.randomised import phase_three
from trialsim.widgets.controls import Button, Slider
from trialsim.widgets.panel import Panel, State, Task, View
from trialsim.widgets.request_widget import is_live


def _percent(fraction: float, step: float) -> float:
    """A fraction in percent, on the grid of a slider."""
    return round(100 * fraction / step) * step


_BASE = Scenario()
_TUNED = 50
"""Percent who respond with the drug in the base case."""
_DRUG = Slider(
    "drug", "The drug improves the disease by", 0.0, 40.0, 2.5, _percent(_BASE.drug_effect, 2.5), unit="%"
)  # fmt: skip
_BACKGROUND = Slider(
    "background", "Background treatment improves it by", 0.0, 20.0, 0.5, _percent(_BASE.background, 0.5), unit="%"
)  # fmt: skip
_NATURAL = Slider(
    "natural", "The disease's own ups and downs, spread", 0.0, 36.0, 2.0, _percent(_BASE.natural_fluctuation, 2.0),
    unit="%",
)  # fmt: skip


@cache
def twins_panel() -> Panel:
    """The first panel: what is at work in twelve weeks, and in which twenty patients."""
    controls = (_DRUG, _BACKGROUND, _NATURAL, Button("draw", "New patients", "The same patients again"))
    title = "What would have happened without the drug?"
    tasks = (
        Task("Move the drug to 0. Who still responds?", lambda state: state["drug"] == 0),
        Task(
            "Move background treatment to 0, too. Nothing is given any more.",
            lambda state: state["drug"] == state["background"] == 0,
        ),
        Task(
            "Move the ups and downs to 0 as well. Who is left, and why?",
            lambda state: state["drug"] == state["background"] == state["natural"] == 0,
        ),
        Task("Press New patients a few times. How far does the count swing?", lambda state: state["draw"] > 2),
    )
    return Panel(title, controls, _draw_twins, prediction=GUESS, found=respond_without, tasks=tasks)


@cache
def situation_panel() -> Panel:
    """A trial that is over, as those who ran it see it."""
    return Panel("A trial that ended like this", (), _draw_situation)


def _tokens(found: Twins) -> list[Token]:
    columns = (found.treated, found.untreated, found.left, found.left_untreated)
    return [Token(at, *(bool(each) for each in row)) for at, row in enumerate(zip(*columns, strict=True), 1)]


def _draw_situation(_: State) -> View:
    found = twins(1, scenario())
    responders = int(found.treated.sum())
    return View(
        seen_picture(_tokens(found)),
        f"{responders} of {SIZE} patients responded after {our_trial().week} weeks with the drug. How many of them owe "
        "it to the drug?",
        f"{SIZE} patients, {responders} of them responders, one without week {our_trial().week}.",
        f"{SIZE} patients, week {our_trial().week}: registry record of {our_trial().id}. The patients are simulated; "
        f"the base case is tuned so that {_TUNED} in 100 respond with the drug (assumed: {belief(_TUNED)}). "
        "Randomised, "
        f"in dermatomyositis: {phase_three().words} at week {phase_three().treated.week}. {_response()}",
    )


def _draw_twins(state: State) -> View:
    truth = scenario(state["drug"] / 100, state["background"] / 100, state["natural"] / 100)
    found, guess = twins(state["draw"], truth), state["prediction"]
    if guess is not None and is_live():
        warm()  # the last picture of the lesson is slow, and opens with this one
    many_with, many_without = many_twins(truth)
    responders, anyway, owed = int(found.treated.sum()), found.anyway, found.owed
    if state["drug"]:
        first = (
            f"With the drug {responders} of {SIZE} respond. {_count(anyway)} of them would have responded without it, "
            f"and {owed} owe{'s' if owed == 1 else ''} it to the drug. The trial cannot tell how many, or who."
        )
    else:
        first = f"Nobody gets the drug, and {responders} of {SIZE} respond all the same."
    said = "" if guess is None else f" You guessed {guess:g} without the drug."
    sentence = (
        f"{first}{said} Of {MANY_TWINS:,} other such patients {100 * many_with.value:.0f} in 100 respond, "
        f"{100 * many_without.value:.0f} without the drug."
    )
    if not state["drug"]:
        sentence = f"{first}{said} Of {MANY_TWINS:,} other such patients {100 * many_without.value:.0f} in 100 do."
    chosen = " The first twenty were chosen as typical; press New patients for others." if state["draw"] == 1 else ""
    return View(
        twins_picture(
            _tokens(found),
            many=MANY_TWINS,
            many_without=many_without.value,
            many_with=many_with.value,
            prediction=guess,
        ),
        sentence,
        f"Twenty tokens twice. With the drug {responders} respond; the same patients without it: {anyway}; difference "
        f"{owed}. Of {MANY_TWINS:,} others, {100 * many_with.value:.0f} and {100 * many_without.value:.0f} in 100.",
        f"Simulated patients, seed {FIRST_SEED}, trial {state['draw']}.{chosen} Assumed: all three numbers, and "
        f"that the drug takes no response away. Standard errors: "
        f"{100 * many_with.standard_error:.1f} and {100 * many_without.standard_error:.1f}. "
        "Where the controls begin is the base case, "
        f"tuned to {_TUNED} in 100 with the drug ({belief(_TUNED)}) and 30 without, our projection. {_response()}",
    )


def _count(number: int) -> str:
    return "None" if number == 0 else f"{number:g}"


@cache
def _response() -> str:
    return f"Response: {rule().label} ({rule().source}); no week 12 counts as no response."
