"""Where p0 could come from, in lesson 04: a rate held against what was seen in patients without the new drug.

>>> evidence_panel().view(p0=31).sentence.split(".")[0]
'If p0 is 31 %, a success takes 11 or more of 20: ten of twenty is no success'
"""

from __future__ import annotations

from functools import cache

from trialsim.design import single_stage
from trialsim.facts.evidence import evidence
from trialsim.facts.protocol import our_trial
from trialsim.figures.published import published_picture
from trialsim.lessons.control_arms import control_arms, distances, published_rates, studies
from trialsim.lessons.trial_controls import P0
from trialsim.widgets.panel import Panel, State, Task, View
from trialsim.widgets.table import Table

_ENOUGH = 10
"""Responders of twenty in the trial that the lesson begins with."""


def published_groups() -> Table:
    """The control groups of the picture, with their sources."""
    caption = (
        "Patients without the new drug who responded. The two parts of ABA-P3 are patients of the whole. Recalled: the "
        "number was not read again in its source."
    )
    return Table(control_arms(), caption, drawer="The control groups, with their sources")


@cache
def evidence_panel() -> Panel:
    """One rate without the drug, held against the published ones."""
    largest = round(100 * max(rate.rate for rate in studies(published_rates(our_trial()))))
    tasks = (
        Task(
            f"Set p0 to {largest}, as in the whole phase 3 trial. How many must respond?",
            lambda state: state["p0"] == largest,
        ),
        Task("Find the lowest p0 at which ten of twenty is no success.", _just_too_high),
    )
    return Panel("Which p0 do published groups support?", (P0,), _draw, tasks=tasks)


def _needed(percent: float) -> int:
    return single_stage(our_trial().n, percent / 100).min_responders


def _just_too_high(state: State) -> bool:
    return _needed(state["p0"]) > _ENOUGH >= _needed(state["p0"] - 1)


def _draw(state: State) -> View:
    rates, p0, needed = published_rates(our_trial()), state["p0"] / 100, _needed(state["p0"])
    n = our_trial().n
    verdict = "ten of twenty is a success" if needed <= _ENOUGH else "ten of twenty is no success"
    whole = ", ".join(f"{rate.label.split()[0]} {100 * rate.rate:.0f} %" for rate in studies(rates))
    row = evidence().query("kind == 'derived' and study == 'p0 projection' and statistic == 'percent'").iloc[0]
    return View(
        published_picture(rates, p0, f"p0 {state['p0']:g}: success with {needed} or more of {n}"),
        f"If p0 is {state['p0']:g} %, a success takes {needed} or more of {n}: {verdict}. "
        f"Whole studies that count measures: {whole}.",
        f"Six published groups and two parts of one, with their intervals. A p0 of "
        f"{state['p0']:g} % takes {needed} of {n}. "
        f"{distances(rates, p0)}.",
        f"Counts with exact 95 % intervals; hollow: a part of the group above it. The start at {P0.default} % is near "
        f"a projection of the dermatomyositis part to week 12 ({row['value']:g} %, derived).",
    )
