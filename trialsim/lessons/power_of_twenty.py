"""Lesson 04: what can twenty patients tell us? Its panels, and the numbers it shows beside them.

A state of the first panel is four numbers, and what it shows is arithmetic:

>>> decision_panel().view(n=21).sentence.split(":")[0]
'With 21 patients and a true response rate of 50 %, 50 trials in 100 would succeed'
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from trialsim.design import SingleStage, find_single_stage, response_interval, single_stage
from trialsim.design.sample_size import power_by_n
from trialsim.errors import TrialsimError
from trialsim.facts.evidence import evidence
from trialsim.facts.protocol import TrialProtocol, load_protocol
from trialsim.figures.binomial import decision_picture, in_100, verdict_picture
from trialsim.figures.sawtooth import sawtooth_picture
from trialsim.lessons.asking import Check, Prediction
from trialsim.lessons.control_arms import compatible, control_arms, published_rates
from trialsim.lessons.controls import Choice, Slider
from trialsim.lessons.explorer import Explorer
from trialsim.lessons.panel import Panel, State, View
from trialsim.lessons.power_questions import apply_question, diagnose_question, recall_question
from trialsim.patients.points import Streams

__all__ = [
    "by_hand",
    "check_apply",
    "check_diagnose",
    "check_recall",
    "decision_panel",
    "exact_beside_simulated",
    "explorer",
    "one_more",
    "one_more_panel",
    "panels",
    "predict",
    "predict_one_more",
    "published_groups",
    "situation",
]

_N = Slider("n", "Patients in the trial (n)", 5, 60, 1, 20, unit="patients")
_P0 = Slider("p0", "Response rate without the drug (p0)", 5, 60, 1, 30, unit="%")
_P1 = Slider("p1", "True response rate with the drug (p1)", 20, 95, 1, 50, unit="%")
_ALPHA = Choice(
    "alpha", "False successes allowed (alpha)", {"0.05": "5 in 100", "0.025": "2.5 in 100", "0.1": "10 in 100"}
)
_POWER = Choice("power", "Successes wanted (power)", {"0.8": "80 in 100", "0.9": "90 in 100", "0.7": "70 in 100"})
_USUAL_ALPHA = 0.05
_LARGEST = 500
"""How far the second panel looks for a size with the wanted power."""


def situation() -> Explorer:
    """The trial as it might end, with the rates that this leaves plausible."""
    return Explorer(_situation_panel())


def predict() -> Prediction:
    """Ask how often the trial of the record would succeed."""
    return Prediction(decision_panel())


def explorer(prediction: Prediction | None = None) -> Explorer:
    """The decision of a trial, and how often it is right; opens once `prediction` is committed."""
    return Explorer(decision_panel(), prediction=prediction)


def predict_one_more() -> Prediction:
    """Ask what a twenty-first patient would do."""
    return Prediction(one_more_panel())


def one_more(prediction: Prediction | None = None) -> Explorer:
    """Power for every size of trial; opens once `prediction` is committed."""
    return Explorer(one_more_panel(), prediction=prediction)


def published_groups() -> pd.DataFrame:
    """The control groups of the first picture, with their sources."""
    return control_arms()


def check_recall() -> Check:
    """What power means."""
    return Check(recall_question())


def check_apply(number: int = 0) -> Check:
    """The boundary of another trial, which the learner's `number` (a seat, a birthday) picks."""
    return Check(apply_question(number))


def check_diagnose() -> Check:
    """A plausible claim, to be judged."""
    return Check(diagnose_question())


def panels() -> tuple[Panel, ...]:
    """All panels of the lesson, for whoever wants to try every control."""
    return (_situation_panel(), decision_panel(), one_more_panel())


@cache
def decision_panel() -> Panel:
    """The first panel: where the boundary falls, and how often a trial reaches it."""
    asked = Slider("guess", f"Of 100 such trials, in how many would {_trial().n} patients suffice?", 0, 100, 1, 80)
    return Panel("What can twenty patients tell us?", (_N, _P0, _P1, _ALPHA), _draw_decision, prediction=asked)


@cache
def one_more_panel() -> Panel:
    """The second panel: power against the number of patients."""
    now, then = _trial().n, _trial().n + 1
    options = {
        "better": f"{then} are better than {now}",
        "same": f"{then} are as good as {now}",
        "worse": f"{then} are worse than {now}",
    }
    asked = Choice("guess", f"Is a trial of {then} patients better than one of {now}?", options)
    return Panel("Would one more patient help?", (_N, _P0, _P1, _POWER), _draw_one_more, prediction=asked)


def by_hand(n: int = 20, p0: float = 0.30, p1: float = 0.50, alpha: float = 0.05) -> pd.DataFrame:
    """The numbers of responders round the boundary, with the chance of each or more, as one would tabulate by hand.

    Examples
    --------
    >>> by_hand().loc["10 or more"].tolist()
    [4.8, 58.8, 'yes']
    """
    design = single_stage(n, p0, alpha)
    counts = np.arange(max(0, design.min_responders - 3), min(n, design.min_responders + 2) + 1)
    exactly = design.outcomes().probabilities([p0, p1])
    under_p0, under_p1 = (chances[::-1].cumsum()[::-1][counts] for chances in exactly)
    return pd.DataFrame(
        {
            f"of 100 trials, if {100 * p0:g} % respond": (100 * under_p0).round(1),
            f"of 100 trials, if {100 * p1:g} % respond": (100 * under_p1).round(1),
            f"at most {100 * alpha:g} by luck?": np.where(counts >= design.min_responders, "yes", "no"),
        },
        index=pd.Index([f"{count} or more" for count in counts], name="responders"),
    )


def exact_beside_simulated(
    n: int = 20, p0: float = 0.30, p1: float = 0.50, alpha: float = 0.05, *, trials: int = 10_000, seed: int = 4
) -> pd.DataFrame:
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
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("true response rate")


@cache
def _trial() -> TrialProtocol:
    return load_protocol("NCT04946669")


def _derived(study: str) -> tuple[float, str]:
    """A derived number of the evidence, in percent, with its source."""
    row = evidence().query("kind == 'derived' and study == @study and statistic == 'percent'").iloc[0]
    return float(row["value"]), str(row["source"])


@cache
def _situation_panel() -> Panel:
    return Panel("A trial that may end like this", (), _draw_situation)


def _draw_situation(_: State) -> View:
    n, row = _trial().n, evidence().query("study == 'p1 pooled wk12'").iloc[0]
    x = round(n * int(row["responders"]) / int(row["n"]))
    low, high = interval = response_interval(x, n)
    return View(
        verdict_picture(x, n, interval),
        f"If {x} of {n} patients respond, the true response rate may be anything from {100 * low:.0f} to "
        f"{100 * high:.0f} %. Is that better than without the drug? The record names no rate to compare with.",
        f"{n} patients in a row, {x} of them responders; an exact interval from {100 * low:.0f} to {100 * high:.0f} %.",
        f"{n} patients, week {_trial().week}: registry record of {_trial().id}. {x} of {n} is invented here; it is "
        f"what two published abatacept series had together at week 12 ({row['note'].split(';')[-1].strip()}). "
        "Interval: exact (Clopper-Pearson), 95 %.",
    )


def _check_rates(state: State) -> None:
    if state["p1"] <= state["p0"]:
        allowed = f"more than the {state['p0']} % without the drug"
        fix = "Raise p1 or lower p0: the picture below is the last one with p1 above p0."
        raise TrialsimError(_P1.label, state["p1"], allowed, fix)


def _draw_decision(state: State) -> View:
    _check_rates(state)
    n, p0, p1, guess = state["n"], state["p0"] / 100, state["p1"] / 100, state["prediction"]
    design = single_stage(n, p0, float(state["alpha"]))
    rates = published_rates(_trial())
    agree = f"{compatible(rates, p0)} of the {len(rates)} published control groups are compatible with {state['p0']} %"
    if design.min_responders > n:
        result = (
            f"With {n} patients this trial can never succeed: even {n} responders of {n} are not rare enough when "
            f"{state['p0']} % respond without the drug."
        )
    else:
        result = (
            f"With {n} patients and a true response rate of {state['p1']} %, {_count(design.power(p1))} trials in 100 "
            f"would succeed: {_needed(design)}. With {state['p0']} %, as without the drug, "
            f"{_count(design.attained_alpha)} in 100 would still succeed."
        )
    said = "" if guess is None else f" You predicted {guess:g}."
    return View(
        decision_picture(design, p1, published=rates, prediction=guess),
        f"{result}{said} {agree}.",
        f"The boundary lies at {design.min_responders} of {n}. Of the trials at p0, "
        f"{in_100(design.attained_alpha)} in 100 reach it; of those at p1, {in_100(design.power(p1))} in 100. {agree}; "
        f"their rates run from {100 * min(rate.rate for rate in rates):.0f} to {100 * max(rate.rate for rate in rates):.0f} %.",
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
        f"{_P0.default} % is near a projection to week 12 ({low:g} %, {low_source}); the start at {_P1.default} % is "
        f"the rate of two small series ({high:g} %, {high_source}). Control groups: counts with exact 95 % intervals; "
        "sources in the table below; compatible means inside the interval."
    )


def _draw_one_more(state: State) -> View:
    _check_rates(state)
    n, p0, p1, wanted = state["n"], state["p0"] / 100, state["p1"] / 100, float(state["power"])
    sizes, power = _power_by_n(p0, p1)
    smallest, lasting = _sizes_wanted(p0, p1, wanted)
    shown = [*range(int(_N.low), int(_N.high) + 1)]
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
        "Exact binomial arithmetic. Assumed: p0, p1, the wanted power, and 5 false successes in 100 allowed.",
    )


def _guessed(guess: str | None) -> str:
    asked = one_more_panel().prediction
    return "" if guess is None or asked is None else f"you: {asked.show(guess)}"


def _last_patient(before: SingleStage, now: SingleStage, p1: float) -> str:
    """What the last patient added, in words."""
    powers = f"With {now.n} patients {_count(now.power(p1))} trials in 100 succeed, with {before.n} it was "
    powers += f"{_count(before.power(p1))}: "
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
        return f"No trial of up to {_LARGEST} patients reaches {goal}."
    holds = f"holds for good from {lasting}" if lasting else f"does not hold for good up to {_LARGEST}"
    if smallest == lasting:
        return f"{goal} is reached with {smallest} patients, and {holds}."
    return f"{goal} is first reached with {smallest} patients, but {holds}."


@cache
def _power_by_n(p0: float, p1: float) -> tuple[np.ndarray, np.ndarray]:
    """The power of every size up to the largest, at the usual allowed error."""
    table = power_by_n(p0, p1, _USUAL_ALPHA, np.arange(1, _LARGEST + 1))
    return table["n"].to_numpy(), table["power"].to_numpy()


@cache
def _sizes_wanted(p0: float, p1: float, wanted: float) -> tuple[int | None, int | None]:
    """The smallest size with the wanted power and the size from which it lasts; None beyond the largest."""
    if _power_by_n(p0, p1)[1].max() < wanted:
        return None, None
    smallest = find_single_stage(p0, p1, _USUAL_ALPHA, wanted, n_max=_LARGEST).n
    try:
        return smallest, find_single_stage(p0, p1, _USUAL_ALPHA, wanted, lasting=True, n_max=_LARGEST).n
    except TrialsimError:
        return smallest, None


def _count(chance: float) -> str:
    """Trials in 100 as a whole number in words that never claim none or all."""
    if chance in (0, 1):
        return f"{100 * chance:.0f}"
    if chance < 0.005:
        return "fewer than 1"
    return "more than 99" if chance >= 0.995 else f"{100 * chance:.0f}"
