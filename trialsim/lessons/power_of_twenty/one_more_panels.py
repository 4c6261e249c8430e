"""The second panel of lesson 04: would one more patient help?

>>> one_more_panel().view(n=21).sentence.split(",")[0]
'With 21 patients 50 trials in 100 succeed'
"""

from __future__ import annotations

from functools import cache

import numpy as np

from trialsim.design import SingleStage, find_single_stage, power_by_n, single_stage
from trialsim.errors import TrialsimError
from trialsim.facts.protocol import our_trial
from trialsim.figures.sawtooth import sawtooth_picture
from trialsim.lessons.trial_controls import P0, P1, PATIENTS, belief, check_rates
from trialsim.text import count, in_100
from trialsim.widgets.controls import Select
from trialsim.widgets.panel import Panel, State, Task, View

_POWER = Select("power", "Successes wanted (power)", {"0.8": "80 in 100", "0.9": "90 in 100", "0.7": "70 in 100"})
_USUAL_ALPHA = 0.05
_MAX_N = 500
"""How far the second panel looks for a size with the wanted power."""


@cache
def one_more_panel() -> Panel:
    """The second panel: power against the number of patients."""
    now, then = our_trial().n, our_trial().n + 1
    options = {
        "better": f"{then} have more power than {now}",
        "same": f"{then} have as much power as {now}",
        "worse": f"{then} have less power than {now}",
    }
    asked = Select("one_more", f"Has a trial of {then} patients more power than one of {now}?", options)
    tasks = (
        Task(f"Move n from {now} to {then}. What must happen for a success now?", lambda state: state["n"] == then),
        Task("Find the first n that reaches the wanted power.", lambda state: state["n"] == _wanted(state)[0]),
        Task("Find the n from which it never falls below it again.", lambda state: state["n"] == _wanted(state)[1]),
    )
    return Panel(
        "Would one more patient help?",
        (PATIENTS, P0, P1, _POWER),
        _draw_one_more,
        prediction=asked,
        found=_found,
        tasks=tasks,
    )


def _wanted(state: State) -> tuple[int | None, int | None]:
    return _sizes_wanted(state["p0"] / 100, state["p1"] / 100, float(state["power"]))


def _found() -> str:
    """How one patient more compares where the controls begin."""
    now, then = (single_stage(our_trial().n + more, P0.default / 100).power(P1.default / 100) for more in (0, 1))
    return "worse" if then < now else "better" if then > now else "same"


def _draw_one_more(state: State) -> View:
    check_rates(state)
    n, p0, p1, wanted = state["n"], state["p0"] / 100, state["p1"] / 100, float(state["power"])
    sizes, power = _power_by_n(p0, p1)
    smallest, lasting = _sizes_wanted(p0, p1, wanted)
    shown = [*range(int(PATIENTS.low), int(PATIENTS.high) + 1)]
    here = single_stage(n, p0)
    picture = sawtooth_picture(
        sizes[shown[0] - 1 : shown[-1]], power[shown[0] - 1 : shown[-1]], n,
        wanted=wanted, smallest=smallest, lasting=lasting, note=_guessed(state["prediction"]),
    )  # fmt: skip
    sentence = f"{_last_patient(single_stage(n - 1, p0), here, p1)} {_size_sentence(smallest, lasting, wanted)}"
    falls = int((np.diff(power[shown[0] - 1 : shown[-1]]) < 0).sum())
    return View(
        picture,
        sentence,
        f"Power rises from {in_100(power[shown[0] - 1])} in 100 with {shown[0]} patients to "
        f"{in_100(power[shown[-1] - 1])} with {shown[-1]}, but falls at {falls} of the {len(shown) - 1} steps between. "
        f"{n} patients: {in_100(power[n - 1])}.",
        "Exact binomial arithmetic. Assumed: p0, p1, the wanted power, and 5 false successes in 100 allowed, "
        "one-sided. "
        f"A p1 of {P1.default} % is {belief(P1.default)}.",
    )


def _guessed(guess: str | None) -> str:
    asked = one_more_panel().prediction
    return "" if guess is None or asked is None else f"you: {asked.show(guess)}"


def _last_patient(before: SingleStage, now: SingleStage, p1: float) -> str:
    """What the last patient added, in words."""
    powers = f"With {now.n} patients {count(now.power(p1))} trials in 100 succeed, with {before.n} it was "
    powers += f"{count(before.power(p1))}: "
    if now.power(p1) < before.power(p1):
        return (
            f"{powers}the last patient made it worse, because {now.min_responders} responders are now needed "
            f"instead of {before.min_responders}."
        )
    if now.min_responders > now.n:
        return f"{powers}no result could succeed."
    if now.min_responders == before.min_responders:
        return f"{powers}the last patient helped, because {now.min_responders} responders are enough for both."
    return f"{powers}the last patient helped, although {now.min_responders} responders are now needed."


def _size_sentence(smallest: int | None, lasting: int | None, wanted: float) -> str:
    goal = f"{100 * wanted:g} in 100"
    if smallest is None:
        return f"No trial of up to {_MAX_N} patients reaches {goal}."
    holds = f"stays so from {lasting}" if lasting else f"does not stay so up to {_MAX_N}"
    if smallest == lasting:
        return f"{goal} is reached with {smallest} patients, and {holds}."
    return f"{goal} is first reached with {smallest} patients, and {holds}."


@cache
def _power_by_n(p0: float, p1: float) -> tuple[np.ndarray, np.ndarray]:
    """The power of every size up to the largest, at the usual allowed error."""
    table = power_by_n(p0, p1, _USUAL_ALPHA, np.arange(1, _MAX_N + 1))
    return table["n"].to_numpy(), table["power"].to_numpy()


@cache
def _sizes_wanted(p0: float, p1: float, wanted: float) -> tuple[int | None, int | None]:
    """The smallest size with the wanted power and the size from which it lasts; None beyond the largest."""
    if _power_by_n(p0, p1)[1].max() < wanted:
        return None, None
    smallest = find_single_stage(p0, p1, _USUAL_ALPHA, wanted, n_max=_MAX_N).n
    try:
        return smallest, find_single_stage(p0, p1, _USUAL_ALPHA, wanted, lasting=True, n_max=_MAX_N).n
    except TrialsimError:
        return smallest, None
