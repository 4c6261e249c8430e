"""The first picture of lesson 04: a trial that may end so, where the boundary falls, and how often a trial reaches it.

A state of the panel is three numbers, and what it shows is arithmetic:

>>> decision_panel().view(n=21, p1=51).sentence.split(":")[0]
'With 21 patients and a true response rate of 51 %, 54 trials in 100 would succeed'
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from trialsim.design import SingleStage, response_interval, single_stage
from trialsim.facts.evidence import evidence
from trialsim.facts.protocol import our_trial
from trialsim.facts.scenarios import named_scenarios
from trialsim.figures.binomial import decision_picture, verdict_picture
from trialsim.lessons.trial_controls import P0, P1, PATIENTS, belief, check_rates
from trialsim.patients.points import Streams
from trialsim.power.randomised import phase_three
from trialsim.text import count, in_100
from trialsim.widgets.controls import Slider
from trialsim.widgets.panel import Panel, State, Task, View
from trialsim.widgets.table import Table

_WEAK = 33
"""The sceptical belief, in percent: what the learner is sent to look at."""


@cache
def decision_panel() -> Panel:
    """Where the boundary falls, and how often a trial reaches it."""
    question = f"Of 100 such trials of {our_trial().n} patients, how many succeed?"
    asked = Slider("successes", question, 0, 100, 1, 50)
    tasks = (
        Task("Set p0 to 20. What must be true of your patients for that?", lambda state: state["p0"] == 20),
        Task("Set p0 to 40. How many trials succeed now?", lambda state: state["p0"] == 40),
        Task(
            f"Set p0 back to 30, and p1 to {_WEAK}: what phase 3 suggests.",
            lambda state: (state["p0"], state["p1"]) == (30, _WEAK),
        ),
    )
    return Panel(
        "How often would the trial succeed?",
        (PATIENTS, P0, P1),
        _draw_decision,
        prediction=asked,
        found=lambda: round(100 * single_stage(our_trial().n, P0.default / 100).power(P1.default / 100)),
        tasks=tasks,
    )


def by_hand(n: int = 20, p0: float = 0.30, p1: float = 0.50, alpha: float = 0.05) -> Table:
    """The numbers of responders round the boundary, and how many of 100 trials reach each, at both rates.

    Examples
    --------
    >>> by_hand().frame.loc[["9 or more", "10 or more"], "rare enough"].tolist()
    ['no', 'yes']
    """
    design = single_stage(n, p0, alpha)
    counts = np.arange(max(0, design.min_responders - 3), min(n, design.min_responders + 2) + 1)
    exactly = design.outcomes().probabilities([p0, p1])
    under_p0, under_p1 = (chances[::-1].cumsum()[::-1][counts] for chances in exactly)
    frame = pd.DataFrame(
        {
            f"at {100 * p0:g} %": (100 * under_p0).round(1),
            f"at {100 * p1:g} %": (100 * under_p1).round(1),
            "rare enough": np.where(counts >= design.min_responders, "yes", "no"),
        },
        index=pd.Index([f"{enough} or more" for enough in counts], name="trials in 100 with"),
    )
    return Table(
        frame,
        f"{n} patients, exact. Assumed: both rates{_named(100 * p1)}. Rare enough: at most {100 * alpha:g} at "
        f"{100 * p0:g} %.",
        drawer="Where does the boundary come from? Counted by hand",
    )


def beliefs() -> Table:
    """What may be believed of the drug, by name, and how often a trial of the planned size would succeed.

    Examples
    --------
    >>> beliefs().frame["power"].tolist()
    ['0.087', '0.190', '0.588']
    """
    design = single_stage(our_trial().n, P0.default / 100)
    rows = {
        held.name: {
            "respond with the drug, %": f"{held.response:g}",
            "power": f"{design.power(held.response / 100):.3f}",
            "from": held.reason,
        }
        for held in named_scenarios().values()
    }
    frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis("belief")
    return Table(
        frame,
        f"{design.n} patients; {P0.default} % respond without the drug (assumed), success with {design.min_responders} "
        f"or more, one-sided. The rates with the drug are derived. Phase 3, dermatomyositis: {phase_three().sentence}",
        drawer="Three beliefs about the drug, and the power under each",
    )


def _named(percent: float, before: str = "; ") -> str:
    """The name of a response rate with the drug, to be added to a sentence."""
    name = belief(round(percent, 6))
    return f"{before}{percent:g} % is {name}" if name else ""


def exact_beside_simulated(
    n: int = 20, p0: float = 0.30, p1: float = 0.50, alpha: float = 0.05, *, trials: int = 10_000, seed: int = 4
) -> Table:
    """The share of trials that succeed, computed exactly and counted in simulated trials, with its standard error.

    Every simulated patient responds with the true rate or does not; the same patients are used for both rates.
    """
    design = single_stage(n, p0, alpha)
    patients = Streams(seed, n * trials)("responds in lesson 04").reshape(trials, n)
    rows = {}
    for name, rate in (("p0", p0), ("p1", p1)):
        share = float(((patients < rate).sum(axis=1) >= design.min_responders).mean())
        rows[f"{name} = {100 * rate:g} %"] = {
            "exact": round(design.power(rate), 4),
            f"simulated ({trials:,} trials)": round(share, 4),
            "standard error": round((share * (1 - share) / trials) ** 0.5, 4),
        }
    frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis("true response rate")
    caption = f"Share of trials that succeed. Assumed: both rates; seed {seed}."
    return Table(frame, caption, drawer=f"The same counted in {trials:,} simulated trials")


@cache
def situation_panel() -> Panel:
    """A trial that is over, without a rate to compare it with."""
    return Panel("A trial that may end like this", (), _draw_situation)


def _draw_situation(_: State) -> View:
    n, row = our_trial().n, evidence().query("study == 'p1 pooled wk12'").iloc[0]
    x = round(n * int(row["responders"]) / int(row["n"]))
    low, high = interval = response_interval(x, n)
    return View(
        verdict_picture(x, n, interval),
        f"{x} of {n} responded. With 95 % confidence the true response rate lies between {100 * low:.0f} and "
        f"{100 * high:.0f} %. Is that better than without the drug?",
        f"{n} patients in a row, {x} of them responders; an exact interval from {100 * low:.0f} to {100 * high:.0f} %.",
        f"{n} patients, week {our_trial().week}: registry record of {our_trial().id}. {x} of {n} is invented "
        f"here; two published abatacept series had it together at week 12 ({row['note'].split(';')[-1].strip()}): "
        f"{belief(100 * x / n)}. Randomised, in dermatomyositis: {phase_three().words} at week "
        f"{phase_three().treated.week}. "
        "Interval: exact (Clopper-Pearson), 95 %.",
    )


def _draw_decision(state: State) -> View:
    check_rates(state)
    n, p0, p1, guess = state["n"], state["p0"] / 100, state["p1"] / 100, state["prediction"]
    design = single_stage(n, p0)
    named = f" ({belief(state['p1'])})" if belief(state["p1"]) else ""
    if design.min_responders > n:
        result = (
            f"With {n} patients this trial can never succeed: even {n} responders of {n} are not rare enough when "
            f"{state['p0']} % respond without the drug."
        )
        where = f"No number of responders of {n} is rare enough at p0"
    else:
        where = f"The boundary lies at {design.min_responders} of {n}"
        result = (
            f"With {n} patients and a true response rate of {state['p1']} %{named}, {count(design.power(p1))} "
            f"trials in 100 would succeed: {_needed(design)}. If only {state['p0']} % respond, "
            f"{count(design.attained_alpha)} in 100 would still succeed, by luck."
        )
    said = "" if guess is None else f" You guessed {guess:g}."
    return View(
        decision_picture(design, p1, prediction=guess),
        f"{result}{said}",
        f"{where}. Of the trials at p0, {in_100(design.attained_alpha)} in 100 succeed; of those at p1, "
        f"{in_100(design.power(p1))} in 100.",
        "Exact binomial arithmetic. Assumed: both rates; 5 of 100 trials of a useless drug may succeed (one-sided).",
    )


def _needed(design: SingleStage) -> str:
    m = design.min_responders
    return "every patient has to respond" if m == design.n else f"{m} responders or more are needed"
