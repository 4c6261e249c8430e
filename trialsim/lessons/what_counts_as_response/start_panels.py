"""What a patient's start allows: the traps near zero and near the top, as a panel."""

from __future__ import annotations

from functools import cache

from trialsim.facts.core_set import measure, measure_names, measures
from trialsim.facts.responses import load_response
from trialsim.facts.worked_patients import worked_patient
from trialsim.figures.scales import Scale, scales_picture
from trialsim.rules.grid import from_grid, grid_value
from trialsim.rules.options import ResponseOptions
from trialsim.rules.response import count_rule, follow_up_edges
from trialsim.rules.total_improvement import total_improvement_score
from trialsim.text import capital
from trialsim.widgets.controls import Select, Slider
from trialsim.widgets.panel import Panel, State, Task, View

__all__ = ["start_panel"]

_DEFINITION = "IMACS-2004"
_START = worked_patient("C")
_DRAWN_CK = 300
_POLICY = {"never improves": "a normal CK cannot improve", "counts": "a normal CK may improve (as printed)"}
_CONTROLS = (
    Slider("ptga", "Patient global at the start", 0, 10, 0.1, 1.0, unit="cm"),
    Slider("mmt", "MMT-8 at the start (of 150)", 90, 150, 1, 150, unit="points"),
    Slider("haq", "HAQ-DI at the start", 0, 3, 0.125, 0),
    Select("enzyme", "CK within normal limits", _POLICY),
)


@cache
def start_panel() -> Panel:
    """From which follow-up on a measure counts, and which cannot count at all."""
    tasks = (
        Task("Set the MMT-8 to 125, then to 126. What is lost with one point?", lambda state: state["mmt"] == 126),
        Task("Set the HAQ to 0.125, then to 0. What does one step mean?", lambda state: state["haq"] == 0.125),
        Task(
            "Let a normal CK count. What does its daily variation now decide?",
            lambda state: state["enzyme"] == "counts",
        ),
    )
    return Panel("Which measures can improve at all?", _CONTROLS, _draw, tasks=tasks)


def _draw(state: State) -> View:
    start = {**_START.baseline, "PTGA": state["ptga"], "MMT8": state["mmt"], "HAQDI": state["haq"]}
    scales = [_scale(code, float(start[code]), state["enzyme"]) for code in load_response(_DEFINITION).items]
    able = tuple(each.code for each, scale in zip(measures(), scales, strict=True) if scale.improved_at is not None)
    score = total_improvement_score(start, start, enzyme_uln=_START.enzyme_uln)
    sentence = f"{_room(able)} {_one_step(state['haq'])} The 2016 score can reach {score.reachable:g} at most."
    return View(
        scales_picture(scales, (("start", "start"), ("improved", "counts as improved"), ("worse", "counts as worse"))),
        sentence,
        f"Six scales with the start on each. {sentence}",
        f"Rule: {load_response(_DEFINITION).source}. The start of this patient is assumed: a rash, CK "
        f"{start['ENZYME']:g} U/L with an upper limit of {_START.enzyme_uln:g}. Rising from 0 counts as worse (the "
        "strict reading; the definition does not say). Points: 2016 ACR/EULAR criteria.",
    )


def _scale(code: str, start: float, normal_enzyme: str) -> Scale:
    found, definition = measure(code), load_response(_DEFINITION)
    at = definition.items.index(code)
    baseline = [0] * len(definition.items)
    baseline[at] = grid_value(code, start, mmt8_max=150, where=code)
    limit = grid_value("ENZYME", _START.enzyme_uln, mmt8_max=150, where="enzyme_uln")
    edges = follow_up_edges(
        baseline, definition, ResponseOptions(normal_enzyme=normal_enzyme), uln=[limit] * len(baseline)
    )
    better, worse = int(edges.improved_at[at]), int(edges.worse_at[at])
    high = _DRAWN_CK if found.is_enzyme else found.high
    top, step = round(high * found.grid), max(1, round(found.step * found.grid))
    low_edge, high_edge = (worse, better) if found.higher_is_better else (better, worse)
    # The kernel's edges lie on its fine grid; a learner reads the steps that the instrument has.
    low_value = None if low_edge < 0 else from_grid(code, low_edge // step * step)
    high_value = None if high_edge > top else from_grid(code, -(-high_edge // step) * step)
    improved_at, worse_at = (high_value, low_value) if found.higher_is_better else (low_value, high_value)
    label, unit = "CK" if found.is_enzyme else capital(found.label), found.shown_unit
    note = _note(found.higher_is_better, high, improved_at, worse_at)
    return Scale(label, unit, 0, high, found.higher_is_better, start, note, improved_at=improved_at, worse_at=worse_at)


def _note(up: bool, high: float, improved_at: float | None, worse_at: float | None) -> str:
    best, worst = (high, 0.0) if up else (0.0, high)
    toward, away = ("or more", "or less") if up else ("or less", "or more")
    first = _from("improved", improved_at, best, toward) or "cannot improve"
    return f"{first}\n{_from('worse', worse_at, worst, away) or 'cannot be worse'}"


def _from(word: str, edge: float | None, end: float, side: str) -> str:
    return "" if edge is None else f"{word} at {edge:g} {'only' if edge == end else side}"


def _room(able: tuple[str, ...]) -> str:
    needed = count_rule(load_response(_DEFINITION)).needed
    names = measure_names(able) or "none"
    said = f"From this start {len(able)} of the 6 measures can improve by 20 % ({names}), and {needed} are needed"
    if len(able) < needed:
        return f"{said}: no course can be a response."
    if len(able) == needed:
        return f"{said}: all of them must improve."
    return f"{said}: {len(able) - needed} may stay behind."


def _one_step(haq: float) -> str:
    step = measure("HAQDI").step
    if haq + step > measure("HAQDI").high:
        return "The HAQ cannot get worse."
    if not haq:
        return f"One HAQ step up, to {step:g}, already counts as worse: there is no percentage of 0."
    return f"One HAQ step ({step:g}) is {100 * step / haq:.3g} % of this start."
