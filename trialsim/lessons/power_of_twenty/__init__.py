"""Lesson 04: what can twenty patients tell us? Its panels, and the numbers it shows beside them.

A state of the first panel is four numbers, and what it shows is arithmetic:

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
from trialsim.lessons.control_arms import control_arms, distances, published_rates, studies
from trialsim.lessons.power_of_twenty.one_more_panels import one_more_panel
from trialsim.lessons.power_of_twenty.other_designs import intervals_panel, other_designs_panel
from trialsim.lessons.power_of_twenty.questions import apply_question, diagnose_question, recall_question
from trialsim.lessons.trial_controls import P0, P1, PATIENTS, belief, check_rates
from trialsim.patients.points import Streams
from trialsim.power.randomised import phase_three
from trialsim.text import count, in_100
from trialsim.widgets.controls import Select, Slider
from trialsim.widgets.frame import LessonPlan, Varied
from trialsim.widgets.panel import Panel, State, View
from trialsim.widgets.table import Table

__all__ = ["PLAN", "begin", "beliefs", "by_hand", "decision_panel", "exact_beside_simulated", "published_groups"]

_ALPHA = Select(
    "alpha", "False successes allowed (alpha)", {"0.05": "5 in 100", "0.025": "2.5 in 100", "0.1": "10 in 100"}
)


def published_groups() -> Table:
    """The control groups of the first picture, with their sources."""
    caption = "Patients without the new drug who responded. The two parts of ABA-P3 are patients of the whole."
    return Table(control_arms(), caption)


@cache
def decision_panel() -> Panel:
    """The first panel: where the boundary falls, and how often a trial reaches it."""
    question = f"Of 100 such trials of {our_trial().n} patients, how many succeed?"
    asked = Slider("successes", question, 0, 100, 1, 80)
    return Panel(
        "What can twenty patients tell us?",
        (PATIENTS, P0, P1, _ALPHA),
        _draw_decision,
        prediction=asked,
        found=lambda: round(100 * single_stage(our_trial().n, P0.default / 100).power(P1.default / 100)),
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
        f"or more, one-sided. Phase 3, dermatomyositis: {phase_three().sentence}",
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
    return Table(frame, f"Share of trials that succeed. Assumed: both rates; seed {seed}.")


def _derived(study: str) -> tuple[float, str]:
    """A derived number of the evidence, in percent, with its source."""
    row = evidence().query("kind == 'derived' and study == @study and statistic == 'percent'").iloc[0]
    return float(row["value"]), str(row["source"])


@cache
def _situation_panel() -> Panel:
    return Panel("A trial that may end like this", (), _draw_situation)


def _draw_situation(_: State) -> View:
    n, row = our_trial().n, evidence().query("study == 'p1 pooled wk12'").iloc[0]
    x = round(n * int(row["responders"]) / int(row["n"]))
    low, high = interval = response_interval(x, n)
    return View(
        verdict_picture(x, n, interval),
        f"If {x} of {n} patients respond, the 95 % interval of the true response rate runs from {100 * low:.0f} to "
        f"{100 * high:.0f} %. Is that better than without the drug? The record names no rate to compare with.",
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
    design = single_stage(n, p0, float(state["alpha"]))
    rates = published_rates(our_trial())
    beside = distances(rates, p0)
    beside = beside[0].upper() + beside[1:]
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
            "trials in 100 "
            f"would succeed: {_needed(design)}. With {state['p0']} %, as without the drug, "
            f"{count(design.attained_alpha)} in 100 would still succeed."
        )
    lowest, highest = (100 * extreme(rate.rate for rate in studies(rates)) for extreme in (min, max))
    said = "" if guess is None else f" You predicted {guess:g}."
    return View(
        decision_picture(design, p1, published=rates, prediction=guess),
        f"{result}{said} {beside}.",
        f"{where}. Of the trials at p0, {in_100(design.attained_alpha)} in 100 succeed; of those at p1, "
        f"{in_100(design.power(p1))} in 100. {beside}; their rates run from {lowest:.0f} to {highest:.0f} %.",
        _decision_source(),
    )


def _needed(design: SingleStage) -> str:
    m = design.min_responders
    return "every patient has to respond" if m == design.n else f"{m} responders or more are needed"


@cache
def _decision_source() -> str:
    (low, low_source), (high, high_source) = _derived("p0 projection"), _derived("p1 pooled wk12")
    return (
        "Exact binomial arithmetic. Assumed: p0, p1 and alpha, for the record names none. The start at "
        f"{P0.default} % is near a projection to week 12 ({low:g} %, {low_source}); the start at {P1.default} % is "
        f"the rate of two small series ({high:g} %, {high_source}): {belief(P1.default)}. Randomised, in "
        "dermatomyositis: "
        f"{phase_three().words} at week {phase_three().treated.week}. Control groups: counts with exact 95 % "
        "intervals; sources in the table below; hollow: a part of the group above it."
    )


PLAN = LessonPlan(
    "04",
    panels={
        "situation": _situation_panel,
        "decision": decision_panel,
        "one more": one_more_panel,
        "other designs": other_designs_panel,
        "intervals": intervals_panel,
    },
    questions={"recall": recall_question, "apply": Varied(apply_question), "diagnose": diagnose_question},
    words="Which sentence do you ask them to add, and what would you recommend?",
)
begin = PLAN.begin
