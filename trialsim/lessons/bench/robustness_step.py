"""What the designs do when standard care is better than assumed, and when patients are lost."""

from __future__ import annotations

from functools import cache

from trialsim.errors import TrialsimError
from trialsim.lessons.bench.steps import BENCH, DESIGN_FIELDS, Step, bench_of, given, given_text
from trialsim.power.bench import Bench
from trialsim.power.side_by_side import Candidate, candidate
from trialsim.report.pictures import against_figure, success_without_effect
from trialsim.report.words import percent
from trialsim.text import count, in_100
from trialsim.widgets.controls import Slider
from trialsim.widgets.panel import Panel, State, View

__all__ = ["robustness_step"]

_NEEDS = (*DESIGN_FIELDS, "design")
_TRUTH = 40
"""Where standard care begins, in percent: the question is about it."""


@cache
def robustness_step() -> Step:
    """The panel of assumptions that fail."""
    controls = (
        Slider("truth", "What standard care truly gives", 10, 70, 1, _TRUTH, unit="%"),
        Slider("more", "Patients more or fewer than planned", -5, 5, 1, 0),
        Slider("lost", "Lost beyond what the rates allow for (failures)", 0, 30, 1, 0, unit="%"),
    )
    question = (
        f"A single stage of {candidate(Bench()).n} patients, planned against {percent(Bench().p0)}: standard care "
        f"truly gives {_TRUTH} %, the drug adds nothing. How many of 100 such trials succeed?"
    )
    asked = Slider("successes_at_wrong_p0", question, 0, 100, 1, 5)
    title, needs = "What if an assumption fails?", (given(_NEEDS),)
    panel = Panel(title, controls, _draw, prediction=asked, given=needs, cost=50.0, found=_found)
    return Step(panel, _NEEDS, lambda bench: {}, lambda bench, state: bench)


def _found() -> int:
    """Of 100 trials as the bench begins, those that succeed at the truth of the question."""
    return round(100 * success_without_effect(candidate(Bench()), _TRUTH / 100, 0.0))


def _draw(state: State) -> View:
    bench, truth, lost = bench_of(state), state["truth"] / 100, state["lost"] / 100
    planned, taken = candidate(bench), candidate(bench, more=state["more"])
    guess = state["prediction"]
    picture = against_figure(bench, truth=truth, more=state["more"], lost=lost, prediction=guess)
    if planned.found and not planned.tested:
        fix = "An interval alone promises no error that could be broken: take another design."
        raise TrialsimError("the design", planned.label, "one with a test", fix)
    if picture is None:
        raise TrialsimError("the design", planned.label, "one that exists under these assumptions", taken.remark)
    success, power = (
        success_without_effect(taken, truth, lost),
        taken.success(bench.p1 * (1 - lost), bench.p0 * (1 - lost)),
    )
    moved, allowed = _moved(planned, taken, power), count(bench.alpha_above)
    about = "" if _asked_about(state) else " for the trial in question"
    said = f" You guessed {guess:g}{about}." if guess is not None else ""
    return View(
        picture,
        f"{planned.label}, {taken.n} patients: if standard care truly gives {percent(truth)} and the drug adds "
        f"nothing, {count(success)} of 100 trials still succeed; {allowed} were allowed.{said} {moved}",
        f"Success without any effect of the drug: {in_100(success)} in 100 at {percent(truth)}. Power at p1: "
        f"{in_100(power)} in 100 with {taken.n} patients. The table gives the same for every design at 20 to 50 %.",
        "Exact sums; every design keeps the boundary that it was planned with, worked out again where the number of "
        "patients changes. Assumed: that patients are lost by chance.",
    )


def _asked_about(state: State) -> bool:
    """Whether this is the trial that the prediction was about."""
    as_asked = (state["truth"], state["more"], state["lost"]) == (_TRUTH, 0, 0)
    return as_asked and state[BENCH] == given_text(Bench(), _NEEDS)


def _moved(planned: Candidate, taken: Candidate, power: float) -> str:
    """What is left of the power, and why."""
    if abs(power - planned.power) < 5e-4:
        return f"The power at p1 is {count(power)} in 100."
    return f"The power at p1 is {count(power)} in 100 instead of {count(planned.power)}: success takes {taken.rule}."
