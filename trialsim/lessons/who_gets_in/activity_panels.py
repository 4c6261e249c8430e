"""How ill are the eligible? The record requires no activity; this panel shows it, and tries a requirement."""

from __future__ import annotations

from functools import cache

import numpy as np

from trialsim.facts.core_set import core_set
from trialsim.figures.activity import Patient, activity_picture
from trialsim.lessons.who_gets_in.criteria_wording import named, record
from trialsim.lessons.who_gets_in.forty_candidates import (
    MANY,
    forty,
    many,
    many_eligible,
    muscle_is_well,
    scale,
    screened,
    share,
    verdicts,
)
from trialsim.widgets.controls import Button, Slider
from trialsim.widgets.panel import Panel, State, Task, View

_ASKED_MMT8 = (110, 150, 5)  # what the slider offers; its upper end is full strength, which asks for nothing


@cache
def full_strength() -> float:
    """MMT-8 of full strength on both sides."""
    return float(dict(zip(core_set()["code"], core_set()["high"], strict=True))["MMT8"])


@cache
def activity_panel() -> Panel:
    """The eligible by strength and physician global; two sliders ask for activity that the record does not."""
    low, high, step = _ASKED_MMT8
    if high != full_strength():
        raise ValueError("the slider must end at full strength")
    return Panel(
        "How ill are those who are eligible?",
        (
            Slider("mmt8", "Ask for an MMT-8 of at most", low, high, step, high, format=_show_mmt8),
            Slider("phga", "Ask for a physician global of at least", 0.0, 6.0, 0.5, 0.0, format=_show_phga),
            Button("draw", "New candidates", "The first candidates again"),
        ),
        _draw,
        tasks=(
            Task(
                "Ask for an MMT-8 of at most 135. How many are left?",
                lambda state: bool(state["mmt8"] == 135 and state["phga"] == 0),
            ),
            Task("Ask for a physician global of at least 3 cm as well.", _both),
        ),
    )


def _both(state: State) -> bool:
    return bool(state["mmt8"] == 135 and state["phga"] == 3)


def _show_mmt8(value: float) -> str:
    return "150: nothing asked" if value >= full_strength() else f"{value:g} points"


def _show_phga(value: float) -> str:
    return "0: nothing asked" if value == 0 else f"{value:g} cm"


def least_ill(draw: int = 1) -> int | None:
    """Place among the forty of the least ill who is eligible: strongest first, then HAQ-DI, raised enzymes, global."""
    cohort, found = forty(draw), verdicts(screened(draw))
    enters = [i for i, verdict in enumerate(found) if verdict == "in"]
    raised = (cohort.arrays.enzymes > cohort.arrays.enzyme_uln).sum(axis=1)
    mmt8, haq, phga = (scale(cohort, name) for name in ("MMT8", "HAQDI", "PHGA"))
    return min(enters, key=lambda i: (-mmt8[i], haq[i], raised[i], phga[i]), default=None)


def _draw(state: State) -> View:
    cohort, found = forty(state["draw"]), verdicts(screened(state["draw"]))
    mmt8, phga, well = scale(cohort, "MMT8"), scale(cohort, "PHGA"), muscle_is_well(cohort)
    enters = [i for i, verdict in enumerate(found) if verdict == "in"]
    patients = [Patient(str(i + 1), float(mmt8[i]), float(phga[i]), bool(well[i])) for i in enters]
    asked_mmt8 = None if state["mmt8"] >= full_strength() else float(state["mmt8"])
    asked_phga = None if state["phga"] == 0 else float(state["phga"])
    least = least_ill(state["draw"])
    picture = activity_picture(
        patients, mmt8=asked_mmt8, phga=asked_phga, full=full_strength(), least="" if least is None else str(least + 1)
    )
    stays = [
        i
        for i in enters
        if (asked_mmt8 is None or mmt8[i] <= asked_mmt8) and (asked_phga is None or phga[i] >= asked_phga)
    ]
    if asked_mmt8 is None and asked_phga is None:
        sentence = f"{_least_words(state['draw'], least)} {_many_words()}"
    else:
        asked = _asked_words(asked_mmt8, asked_phga)
        gone = named([str(cohort.ids[i]) for i in enters if i not in stays]) or "nobody"
        sentence = f"Asking for {asked} would leave {len(stays)} of the {len(enters)} eligible; {gone} would go. "
        sentence += _many_after(asked_mmt8, asked_phga)
    return View(picture, sentence, _alt(patients, len(stays), sentence), _source())


def _least_words(draw: int, least: int | None) -> str:
    if least is None:
        return "None of these forty is eligible."
    cohort = forty(draw)
    raised = int((cohort.arrays.enzymes[least] > cohort.arrays.enzyme_uln[least]).sum())
    enzymes = "no enzyme above its ULN" if raised == 0 else f"{raised} of 5 enzymes above the ULN"
    mmt8, haq, phga = (float(scale(cohort, name)[least]) for name in ("MMT8", "HAQDI", "PHGA"))
    return (
        f"No criterion requires active disease. {cohort.ids[least]} is eligible with an MMT-8 of {mmt8:g} of "
        f"{full_strength():g}, a HAQ-DI of {haq:g}, {enzymes} and a physician global of {phga:g} cm."
    )


@cache
def _many_scales() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return scale(many(), "MMT8"), scale(many(), "PHGA"), muscle_is_well(many())


def _many_words() -> str:
    of_eligible = share(_many_scales()[2][many_eligible()])
    return (
        f"Of {MANY:,} simulated candidates, {100 * of_eligible.value:.1f} % of those who are eligible (standard error "
        f"{100 * of_eligible.standard_error:.1f}) show no muscle disease: full strength, HAQ-DI 0, normal enzymes."
    )


def _many_after(asked_mmt8: float | None, asked_phga: float | None) -> str:
    mmt8, phga, _ = _many_scales()
    stays = np.ones(MANY, bool)
    if asked_mmt8 is not None:
        stays &= mmt8 <= asked_mmt8
    if asked_phga is not None:
        stays &= phga >= asked_phga
    left = share(stays[many_eligible()])
    return (
        f"Among {MANY:,} simulated candidates it would leave {100 * left.value:.0f} % of those who are eligible "
        f"(standard error {100 * left.standard_error:.1f})."
    )


def _asked_words(asked_mmt8: float | None, asked_phga: float | None) -> str:
    parts = [] if asked_mmt8 is None else [f"an MMT-8 of at most {asked_mmt8:g}"]
    parts += [] if asked_phga is None else [f"a physician global of at least {asked_phga:g} cm"]
    return " and ".join(parts)


def _alt(patients: list[Patient], stays: int, sentence: str) -> str:
    if not patients:
        return "No candidate of these forty is eligible."
    low, high = min(each.mmt8 for each in patients), max(each.mmt8 for each in patients)
    return (
        f"{len(patients)} eligible candidates, with an MMT-8 from {low:g} to {high:g} and a physician global from "
        f"{min(each.phga for each in patients):g} to {max(each.phga for each in patients):g} cm; {stays} meet what is "
        f"asked. {sentence}"
    )


@cache
def _source() -> str:
    return (
        f"Who is eligible: the criteria of {record().id} as recorded. Strength and globals: simulated, means from "
        "published trials, spreads assumed; a true physician global below 2 cm is assumed not to be referred at all."
    )
