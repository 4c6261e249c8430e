"""Forty candidates, eleven criteria, one wording: the main panel of lesson 01."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from trialsim.figures.forty import Gate, Token, forty_picture
from trialsim.lessons.who_gets_in.forty_candidates import (
    MANY,
    SIZE,
    ck_multiples,
    forty,
    liver_multiples,
    many_ck,
    many_eligible,
    obstacles,
    out_by_limit_alone,
    places,
    screened,
    share,
    verdicts,
)
from trialsim.lessons.who_gets_in.wording import (
    LIMITS,
    change_words,
    code,
    gate_names,
    limit_value,
    limit_words,
    multiples,
    named,
    readings,
    record,
)
from trialsim.rules.eligibility import Screening
from trialsim.widgets.controls import Button, Select, Slider
from trialsim.widgets.panel import Panel, State, View

__all__ = ["forty_panel"]


@cache
def forty_panel() -> Panel:
    """The first panel: forty candidates, eleven criteria, one wording."""
    limits = {one: limit_words(one) + (" (as recorded)" if one == "record" else "") for one in LIMITS}
    return Panel(
        f"Which of these {SIZE} candidates may enter?",
        (
            Select("limit", "Limit for ALT and AST", limits),
            Select("reading", "Read one unclear clause in another way", readings()),
            Button("draw", "New candidates", "The first candidates again"),
        ),
        _draw_forty,
        prediction=Slider("may_enter", f"How many of the {SIZE} candidates may enter?", 0, SIZE, 1, 20),
        found=lambda: verdicts(screened()).count("in"),
    )


def _draw_forty(state: State) -> View:
    limit, reading, draw, guess = state["limit"], state["reading"], state["draw"], state["prediction"]
    screening, before = screened(draw, limit, reading), verdicts(screened(draw))
    now = verdicts(screening)
    arrays = forty(draw).arrays
    ck, liver, alone = ck_multiples(arrays), liver_multiples(arrays), out_by_limit_alone(draw, limit, reading)
    tokens = [
        Token(i + 1, now[i], leaves, _moved(before[i], now[i]), float(ck[i]), float(liver[i]), bool(alone[i]))
        for i, leaves in enumerate(places(screening))
    ]
    enters, kept_out = many_ck(limit, reading)
    picture = forty_picture(
        tokens, _gates(screening), limit=limit_value(limit), many=MANY, prediction=guess,
        medians=(enters.value, None if kept_out is None else kept_out.value),
    )  # fmt: skip
    said = "" if guess is None else f" (you predicted {guess:g})"
    counts = f"{now.count('in')} of these {SIZE} may enter{said}, {_rest(screening)}."
    parts = [_what_changed(state, tokens), counts, _what_the_limit_does(limit, reading)]
    return View(picture, " ".join(filter(None, parts)), _alt(screening, tokens), _source(state))


def _moved(before: str, now: str) -> str:
    if (before == "in") == (now == "in"):
        return ""
    return "in" if now == "in" else "out"


def _gates(screening: Screening) -> list[Gate]:
    rows = screening.attrition[["n_before", "n_failed", "n_unknown", "n_after"]].to_numpy().tolist()
    return [Gate(name, *(int(value) for value in row)) for name, row in zip(gate_names(), rows, strict=True)]


def _rest(screening: Screening) -> str:
    """How many may not enter, and who cannot be decided, with what is not known."""
    found = verdicts(screening)
    text = f"{found.count('out')} may not"
    undecided = [i for i, verdict in enumerate(found) if verdict == "open"]
    if not undecided:
        return text
    _, unknown = obstacles(screening)
    criteria = screening.protocol.criteria
    who = named([f"{screening.subjids[i]} at {code(criteria[int(np.argmax(unknown[i]))])}" for i in undecided])
    return f"{text}, and {len(undecided)} cannot be decided, a result being missing ({who})"


def _what_changed(state: State, tokens: Sequence[Token]) -> str:
    words = change_words(state["limit"], state["reading"])
    if not words:
        return ""
    ids = forty(state["draw"]).ids
    came, left = ([one for one in tokens if one.moved == way] for way in ("in", "out"))
    said = []
    if came:
        said.append(f"lets in {len(came)}: {named([ids[one.number - 1] for one in came])}")
    if left:
        said.append(f"shuts out {len(left)}: {named([ids[one.number - 1] for one in left])}")
    text = f"{words} {' and '.join(said) or 'moves none of these'}."
    if came and state["limit"] != "record":
        text += f" The CK of those let in is {multiples([one.ck for one in came])} x ULN."
    return text


def _what_the_limit_does(limit: str, reading: str) -> str:
    eligible, (enters, kept_out) = share(many_eligible(limit, reading)), many_ck(limit, reading)
    text = (
        f"Of {MANY:,} simulated candidates {100 * eligible.value:.1f} % may enter, with a median CK of "
        f"{enters.value:.2f} x ULN; "
    )
    if kept_out is None:
        return text + "no limit for ALT and AST keeps anyone out."
    return f"{text}those whom the ALT and AST limit alone keeps out have {kept_out.value:.1f}."


def _alt(screening: Screening, tokens: Sequence[Token]) -> str:
    found = verdicts(screening)
    ids = screening.subjids
    enters = ", ".join(ids[i] for i, verdict in enumerate(found) if verdict == "in") or "nobody"
    frame = screening.attrition
    lost = (frame["n_failed"] + frame["n_unknown"]).tolist()
    worst = int(np.argmax(lost))
    above = [one for one in tokens if one.alone]
    kept = named([ids[one.number - 1] for one in above]) or "nobody"
    return (
        f"May enter: {enters}. Most leave at {gate_names()[worst]}: {lost[worst]}. "
        f"The ALT or AST limit alone keeps out {kept}; in the plot of ALT or AST against CK both rise together."
    )


def _source(state: State) -> str:
    picked = (
        " The first forty were picked so that the changes to try below move somebody." if state["draw"] == 1 else ""
    )
    limit, reading = state["limit"], state["reading"]
    enters, kept_out = many_ck(limit, reading)
    errors = [
        f"{100 * share(many_eligible(limit, reading)).standard_error:.1f} points of percent who may enter",
        f"{enters.standard_error:.2f} their median CK",
    ]
    if kept_out is not None:
        errors.append(f"{kept_out.standard_error:.1f} the median CK of those whom the limit alone keeps out")
    return (
        f"Criteria: registry record of {record().id}; how its unclear clauses are read: assumed. Candidates: "
        "simulated; the shares of raised CK, AST and ALT and their correlations are read in published series, their "
        "spreads are assumed; a few livers raise ALT and AST by themselves (share derived)."
        f"{picked} Standard errors: {'; '.join(errors)}."
    )
