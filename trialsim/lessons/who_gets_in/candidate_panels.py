"""One of the forty against all eleven criteria, with the reason for each verdict."""

from __future__ import annotations

from functools import cache, lru_cache

import numpy as np

from trialsim.figures.card import Line, card_picture
from trialsim.lessons.who_gets_in.criteria_wording import LIMITS, gate_names, limit_words, readings, record
from trialsim.lessons.who_gets_in.forty_candidates import (
    SIZE,
    ck_multiples,
    forty,
    liver_multiples,
    obstacles,
    out_by_limit_alone,
    scale,
    screened,
    verdicts,
)
from trialsim.patients.cohort import Cohort
from trialsim.widgets.controls import Button, Select, Slider
from trialsim.widgets.panel import Panel, State, View


@cache
def candidate_panel() -> Panel:
    """One candidate's card; it begins with one whom nothing but the limit for ALT and AST keeps out."""
    first = int(np.argmax(out_by_limit_alone())) + 1
    limits = {limit: limit_words(limit) + (" (as recorded)" if limit == "record" else "") for limit in LIMITS}
    return Panel(
        "Why is this one eligible, or not?",
        (
            Slider("who", "Candidate", 1, SIZE, 1, first, format=lambda value: f"number {value}"),
            Select("limit", "Limit for ALT and AST", limits),
            Select("reading", "Read one unclear clause in another way", readings()),
            Button("draw", "New candidates", "The first candidates again"),
        ),
        _draw,
        drawer="By hand, for one candidate: all eleven criteria",
    )


def _draw(state: State) -> View:
    screening = screened(state["draw"], state["limit"], state["reading"])
    place = state["who"] - 1
    subjid = screening.subjids[place]
    told = _reasons(state["draw"], state["limit"], state["reading"])[subjid]
    against, unknown = obstacles(screening)
    lines = [
        Line(name, "out" if against[place, j] else "open" if unknown[place, j] else "in", told[j])
        for j, name in enumerate(gate_names())
    ]
    sentence = verdict_words(subjid, verdicts(screening)[place], lines)
    alt = sentence + " " + " ".join(f"{line.name}: {line.reason}." for line in lines)
    return View(
        card_picture(in_brief(forty(state["draw"]), place), lines),
        sentence,
        alt,
        f"Criteria: registry record of {record().id}; limits it does not give are assumed. Candidate: simulated.",
    )


@lru_cache(maxsize=64)
def _reasons(draw: int, limit: str, reading: str) -> dict[str, list[str]]:
    """The reasons of every candidate, in protocol order."""
    found: dict[str, list[str]] = {}
    for subjid, reason in screened(draw, limit, reading).verdicts[["SUBJID", "reason"]].itertuples(index=False):
        found.setdefault(str(subjid), []).append(str(reason))
    return found


def verdict_words(subjid: str, verdict: str, lines: list[Line]) -> str:
    """The verdict on one candidate, with what decided it."""
    if verdict == "in":
        n_in = len(record().inclusion)
        return (
            f"{subjid} is eligible: all {n_in} inclusion criteria are true, and none of the "
            f"{len(record().exclusion)} exclusion criteria."
        )
    decisive = [line for line in lines if line.verdict == verdict]
    reasons = "; and ".join(f"{criterion.name} ({criterion.reason})" for criterion in decisive)
    if verdict == "out":
        return f"{subjid} is not eligible, because of {reasons}."
    return f"{subjid} cannot be decided yet, because of {reasons}; until the result is there, {subjid} stays outside."


def in_brief(cohort: Cohort, place: int) -> tuple[str, ...]:
    """One candidate in two lines."""
    subject = cohort.subjects.iloc[place]
    sex = {"F": "woman", "M": "man"}[subject["SEX"]]
    values = {name: scale(cohort, name)[place] for name in ("PHGA", "PTGA", "MMT8", "HAQDI")}
    ck, liver = ck_multiples(cohort.arrays)[place], liver_multiples(cohort.arrays)[place]
    return (
        f"{subject['SUBJID']}: {sex}, {subject['AGE']} years, {subject['weight_kg']:g} kg, skin disease for "
        f"{subject['skin_months']:g} months",
        f"physician global {values['PHGA']:g} cm, patient global {values['PTGA']:g} cm, MMT-8 {values['MMT8']:g}, "
        f"HAQ-DI {values['HAQDI']:.3g}, CK {ck:.1f} x ULN, ALT or AST {liver:.1f} x ULN",
    )
