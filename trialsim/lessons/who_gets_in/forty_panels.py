"""Forty candidates, eleven criteria: who comes, and who is eligible by one reading of the unclear clauses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np

from trialsim.figures.forty import Gate, Token, forty_picture, unscreened_picture
from trialsim.lessons.who_gets_in.criteria_wording import (
    AS_READ,
    change_words,
    code,
    gate_names,
    named,
    readings,
    record,
)
from trialsim.lessons.who_gets_in.forty_candidates import (
    MANY,
    SIZE,
    ck_multiples,
    forty,
    liver_multiples,
    many_eligible,
    obstacles,
    out_by_limit_alone,
    places,
    screened,
    share,
    verdicts,
)
from trialsim.rules.eligibility import Screening
from trialsim.widgets.controls import Button, Select, Slider
from trialsim.widgets.panel import Panel, State, Task, View


@cache
def situation_panel() -> Panel:
    """The forty before anybody has looked, and the criteria that they will meet."""
    return Panel(f"{SIZE} candidates, {len(record().criteria)} criteria", (), _draw_situation)


def _draw_situation(_: State) -> View:
    protocol = record()
    inside, outside = len(protocol.inclusion), len(protocol.exclusion)
    return View(
        unscreened_picture(range(1, SIZE + 1), gate_names()),
        f"A myositis clinic refers {SIZE} people. The trial wants {protocol.n}. "
        f"All {inside} inclusion criteria must be true of each, and none of the {outside} exclusion criteria.",
        f"{SIZE} numbered candidates, none judged yet, beside the {inside + outside} criteria in protocol order: "
        + ", ".join(gate_names())
        + ".",
        f"Criteria: registry record of {protocol.id}. Candidates: simulated; how common each finding is, is read or "
        "assumed, see the last section.",
    )


@cache
def forty_panel() -> Panel:
    """Who of the forty is eligible, one unclear clause read in another way."""
    return Panel(
        f"Which of these {SIZE} candidates are eligible?",
        (
            Select("reading", "Read one unclear clause in another way", readings()),
            Button("draw", "New candidates", "The first candidates again"),
        ),
        _draw_forty,
        prediction=Slider("may_enter", f"How many of the {SIZE} candidates are eligible?", 0, SIZE, 1, 20),
        found=lambda: verdicts(screened()).count("in"),
        tasks=(
            Task("Read the tuberculosis clause (PPD and T-SPOT) as either. Who goes?", _reads("tuberculosis=either")),
            Task("Read the hepatitis clause (HBsAg, HCV antibody) as both. Who comes in? Would you treat them?",
                 _reads("hepatitis=both")),
        ),
    )  # fmt: skip


def _reads(reading: str) -> Callable[[State], bool]:
    return lambda state: bool(state["reading"] == reading)


def tokens_of(draw: int, limit: str = "record", reading: str = AS_READ) -> list[Token]:
    """The forty under one wording, those ringed who change sides against the record as read here."""
    screening, before = screened(draw, limit, reading), verdicts(screened(draw))
    now, arrays = verdicts(screening), forty(draw).arrays
    ck, liver, alone = ck_multiples(arrays), liver_multiples(arrays), out_by_limit_alone(draw, limit, reading)
    return [
        Token(i + 1, now[i], leaves, _moved(before[i], now[i]), float(ck[i]), float(liver[i]), bool(alone[i]))
        for i, leaves in enumerate(places(screening))
    ]


def _draw_forty(state: State) -> View:
    draw, reading, guess = state["draw"], state["reading"], state["prediction"]
    screening, tokens = screened(draw, "record", reading), tokens_of(draw, "record", reading)
    said = "" if guess is None else f" (you guessed {guess:g})"
    counts = f"{verdicts(screening).count('in')} of these {SIZE} are eligible{said}, {_rest(screening)}."
    of_many = f"Of {MANY:,} simulated candidates {100 * share(many_eligible('record', reading)).value:.1f} % are."
    changed = who_moved(draw, tokens, change_words("record", reading))
    return View(
        forty_picture(tokens, _gates(screening), prediction=guess),
        " ".join(filter(None, [changed, counts, of_many])),
        _alt(screening),
        _source(draw, reading),
    )


def _moved(before: str, now: str) -> str:
    if (before == "in") == (now == "in"):
        return ""
    return "in" if now == "in" else "out"


def _gates(screening: Screening) -> list[Gate]:
    rows = screening.attrition[["n_before", "n_failed", "n_unknown", "n_after"]].to_numpy().tolist()
    return [Gate(name, *(int(value) for value in row)) for name, row in zip(gate_names(), rows, strict=True)]


def _rest(screening: Screening) -> str:
    """How many are not eligible, and who cannot be decided, with what is not known."""
    found = verdicts(screening)
    text = f"{found.count('out')} are not"
    undecided = [i for i, verdict in enumerate(found) if verdict == "open"]
    if not undecided:
        return text
    _, unknown = obstacles(screening)
    criteria = screening.protocol.criteria
    who = named([f"{screening.subjids[i]} at {code(criteria[int(np.argmax(unknown[i]))])}" for i in undecided])
    return f"{text}, and {len(undecided)} cannot be decided: a result is missing ({who})"


def who_moved(draw: int, tokens: Sequence[Token], change: str) -> str:
    """Whom a change of the wording lets in or shuts out, by name; empty for no change."""
    if not change:
        return ""
    ids = forty(draw).ids
    came, left = ([token for token in tokens if token.moved == way] for way in ("in", "out"))
    said = []
    if came:
        said.append(f"lets in {len(came)}: {named([ids[each.number - 1] for each in came])}")
    if left:
        said.append(f"shuts out {len(left)}: {named([ids[each.number - 1] for each in left])}")
    return f"{change} {' and '.join(said) or 'moves none of these'}."


def _alt(screening: Screening) -> str:
    eligible = ", ".join(screening.eligible) or "nobody"
    frame = screening.attrition
    lost = (frame["n_failed"] + frame["n_unknown"]).tolist()
    worst = int(np.argmax(lost))
    return f"Eligible: {eligible}. Most leave at {gate_names()[worst]}: {lost[worst]}."


def _source(draw: int, reading: str) -> str:
    picked = " The first forty were picked so that the things to try move somebody." if draw == 1 else ""
    error = 100 * share(many_eligible("record", reading)).standard_error
    return (
        f"Criteria: registry record of {record().id}; how its unclear clauses are read: assumed. Candidates: "
        f"simulated.{picked} Standard error of the percentage: {error:.1f} points."
    )
