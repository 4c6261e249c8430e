"""Drill: mark each measure improved, worse or neither, then say the verdict. Cases stand near the edges of the rule.

>>> sheet = counting("IMACS-2004", 70002)
>>> sheet.columns, len(sheet.boxes)
(('Measure', 'Baseline', 'Week 12', 'Counts as'), 7)
"""

from __future__ import annotations

from functools import partial

import numpy as np

from trialsim.facts.core_set import measure
from trialsim.facts.misconceptions import load_misconception
from trialsim.facts.responses import list_responses, load_response
from trialsim.lessons.practice.dealing import MEASURES, counted_limit, level_and_dice, pick, shown
from trialsim.rules.assess import Assessment, assess_patient
from trialsim.widgets.drill import Drill
from trialsim.widgets.sheet import Box, Key, Sheet, Slip

__all__ = ["EDGES", "counting", "counting_drills"]

EDGES = ("exactly the line", "just below the line", "exactly worse", "start of 0", "one HAQ step", "strong start",
         "normal enzyme")  # fmt: skip
_MARKS = {"improved": "improved", "worse": "worse", "neither": "neither"}
_VERDICTS = {"yes": "a response", "no": "no response"}
_HAQ = measure("HAQDI").step


def counting_drills() -> tuple[Drill, ...]:
    """One drill for each definition that counts measures."""
    counted = [load_response(name) for name in list_responses() if not load_response(name).scores]
    return tuple(
        Drill(f"counting-{definition.id}", f"Counting: {definition.label}", partial(counting, definition.id))
        for definition in counted
    )


def counting(definition: str, number: int) -> Sheet:
    """A patient at two visits under a definition that counts measures."""
    level, dice = level_and_dice("counting", number)
    start, end = _plain(dice)
    chosen: set[str] = set()
    if level > 1:
        chosen = {str(picked) for picked in dice.choice(EDGES, size=1 if level == 2 else 3, replace=False)}
    for edge in EDGES:
        if edge in chosen:
            _set_edge(edge, start, end, dice)
    found = assess_patient(start, end, definition, enzyme="CK", enzyme_uln=counted_limit())
    assert found.responded is not None
    sentences = dict(zip(MEASURES, found.findings, strict=True))
    keys = {code: _key(code, start[code], end[code], found, sentences[code]) for code in MEASURES}
    keys["verdict"] = _verdict_key(found)
    rows = []
    for code in MEASURES:
        name = f"CK (limit {counted_limit():g} U/L)" if code == "ENZYME" else measure(code).label
        name = f"{measure(code).label} (0 to 150)" if code == "MMT8" else name
        mark = Box(code, measure(code).label, _MARKS)
        rows.append((name, (shown(code, start[code]), shown(code, end[code]), mark)))
    rows.append(("Verdict", ("", "", Box("verdict", "verdict", _VERDICTS))))
    return Sheet(
        f"Count by: {load_response(definition).label}. Mark every measure, then the verdict.",
        ("Measure", "Baseline", "Week 12", "Counts as"),
        tuple(rows),
        keys,
        edges=frozenset(_edges(start, end, found)),
    )


def _plain(dice: np.random.Generator) -> tuple[dict[str, float], dict[str, float]]:
    """Values like those of a patient: every start above 0, changes both ways."""
    start: dict[str, float] = {}
    end: dict[str, float] = {}
    for code in MEASURES:
        change = float(dice.choice([dice.uniform(-0.6, -0.05), dice.uniform(-0.45, -0.22), dice.uniform(0.05, 0.45)]))
        match code:
            case "MMT8":
                first = int(dice.integers(70, 140))
                last = min(max(round(first * (1 - change / 2)), 0), 150)
                start[code], end[code] = float(first), float(last)
            case "HAQDI":
                steps = int(dice.integers(3, 20))
                start[code], end[code] = steps * _HAQ, min(max(round(steps * (1 + change)), 0), 24) * _HAQ
            case "ENZYME":
                first = int(dice.integers(22, 250)) * 10
                start[code], end[code] = float(first), float(max(round(first * (1 + change)), 20))
            case _:
                tenths = int(dice.integers(15, 85))
                start[code], end[code] = tenths / 10, min(max(round(tenths * (1 + change)), 0), 100) / 10
    return start, end


def _set_edge(edge: str, start: dict[str, float], end: dict[str, float], dice: np.random.Generator) -> None:
    scale = pick(dice, ("PHGA", "PTGA", "EMGA"))
    match edge:
        case "exactly the line":
            fifths = int(dice.integers(3, 17))
            start[scale], end[scale] = fifths / 2, fifths * 4 / 10
        case "just below the line":
            tenths = pick(dice, (31, 36, 41, 46, 51, 56, 61, 66, 71, 76))
            start[scale], end[scale] = tenths / 10, (tenths - tenths // 5) / 10
        case "exactly worse":
            code = pick(dice, ("MMT8", scale))
            fours = int(dice.integers(20, 32)) if code == "MMT8" else int(dice.integers(4, 19))
            if code == "MMT8":
                start[code], end[code] = fours * 4.0, fours * 3.0
            else:
                start[code], end[code] = fours * 4 / 10, fours * 5 / 10
        case "start of 0":
            start[scale], end[scale] = 0.0, int(dice.integers(1, 15)) / 10
        case "one HAQ step":
            steps = int(dice.integers(1, 9))
            start["HAQDI"], end["HAQDI"] = steps * _HAQ, (steps - 1) * _HAQ
        case "strong start":
            start["MMT8"], end["MMT8"] = float(dice.integers(126, 146)), 150.0
        case "normal enzyme":
            first = int(dice.integers(80, 190))
            start["ENZYME"], end["ENZYME"] = float(first), float(round(first * dice.uniform(0.55, 0.95)))


def _edges(start: dict[str, float], end: dict[str, float], found: Assessment) -> set[str]:
    met = set()
    for code in MEASURES:
        change = found.pct_improved[code]
        scale = code in ("PHGA", "PTGA", "EMGA")
        met |= {"exactly the line"} if change is not None and abs(change - 20) < 1e-9 else set()
        met |= {"just below the line"} if change is not None and 19 <= change < 20 - 1e-9 else set()
        met |= {"exactly worse"} if change is not None and abs(change + 25) < 1e-9 else set()
        met |= {"start of 0"} if scale and start[code] == 0 < end[code] else set()
    met |= {"one HAQ step"} if abs(start["HAQDI"] - end["HAQDI"] - _HAQ) < 1e-9 else set()
    met |= {"strong start"} if start["MMT8"] > 125 else set()
    met |= {"normal enzyme"} if start["ENZYME"] <= counted_limit() else set()
    return met


def _key(code: str, start: float, end: float, found: Assessment, why: str) -> Key:
    right = "improved" if code in found.improved else "worse" if code in found.worsened else "neither"
    went = measure(code).gain(start, end)
    change = found.pct_improved[code]
    ideas = {}
    for entry in _MARKS:
        idea = ""
        if entry == "improved":
            idea = "any-better-counts" if went > 0 else "improvement-is-higher" if went < 0 < end - start else ""
        elif entry == "worse":
            idea = "improvement-is-higher" if code == "MMT8" and went > 0 else ""
            idea = "thresholds-mixed" if went < 0 and change is not None else idea
        elif change is not None and change in (20, -25):
            idea = "at-least-is-more-than"
        reply = f" {load_misconception(idea).reply}" if idea else ""
        ideas[entry] = Slip(why + reply, idea)
    return Key(right, why, {entry: slip for entry, slip in ideas.items() if entry != right})


def _verdict_key(found: Assessment) -> Key:
    right = "yes" if found.responded else "no"
    wrong = "no" if found.responded else "yes"
    idea = ""
    if right == "no" and len(found.improved) >= 3:
        idea = "worse-is-not-looked-at"
    elif right == "yes" and found.worsened:
        idea = "one-worse-vetoes"
    reply = f"{found.reason} {load_misconception(idea).reply}" if idea else found.reason
    return Key(right, found.reason, {wrong: Slip(reply, idea)})
