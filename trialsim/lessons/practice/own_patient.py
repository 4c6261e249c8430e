"""A patient of one's own in twelve boxes: the verdict by every definition, the 2016 score, and what would turn it.

>>> found = own_patient().read({"PHGA before": "45"})
>>> found.problems["PHGA before"]
'got 45; allowed: centimetres from 0 to 10 with one decimal. This looks like millimetres: give 4.5 if it is.'
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from trialsim.exchange.own_cells import looks_like_ukat
from trialsim.facts.core_set import enzymes, measure
from trialsim.facts.protocol import our_trial
from trialsim.facts.responses import list_responses, load_response
from trialsim.lessons.practice.dealing import MEASURES, shown
from trialsim.lessons.practice.entries import entry_problem, entry_value
from trialsim.rules.assess import assess_patient
from trialsim.rules.compare_table import compare_definitions
from trialsim.rules.grid import from_grid, grid_value, highest_value
from trialsim.rules.instruments import ukat_to_units
from trialsim.rules.total_improvement import total_improvement_score
from trialsim.text import capital
from trialsim.widgets.form import Followed, Form, FormTable
from trialsim.widgets.sheet import Box, Sheet, read_typed

__all__ = ["own_patient"]

_VISITS = {"before": "before", "after": "week 12"}
_SIDES = {"150": "both sides, 0 to 150", "80": "one side, 0 to 80"}
_FLIPPED = ("IMACS-2004", our_trial().primary.definition)
_WORDS = {True: "response", False: "no response", None: "cannot be decided"}
_NOTE = (
    "Nothing is stored: what you type goes to the program that runs this page and is forgotten. On Binder that program "
    "runs on somebody else's machine, so leave out whatever names a patient. For learning; not medical advice."
)
_HIGH_ENZYME = 100_000.0  # U/L: nobody has more
_Values = dict[str, float | None]


def own_patient() -> Form:
    """The form with which a reader enters a patient of the clinic; nothing is stored."""
    rows: list[tuple[str, tuple[str | Box, ...]]] = [
        ("MMT-8 was of", (Box("sides", "MMT-8 was of", _SIDES), "")),
        ("Enzyme that is followed", (Box("enzyme", "enzyme", {enzyme.code: enzyme.label for enzyme in enzymes()}), "")),
        ("Its upper limit of normal", (Box("limit", "upper limit of normal", unit="U/L"), "")),
    ]
    for code in MEASURES:
        scale = measure(code)
        boxes = (Box(f"{code} {at}", f"{scale.label}, {when}", unit=scale.shown_unit) for at, when in _VISITS.items())
        rows.append((capital(scale.label), tuple(boxes)))
    sheet = Sheet("Enter a patient: what follows is shown as you type.", ("", "Before", "Week 12"), tuple(rows), {})
    return Form("Your own patient", sheet, _follow, _NOTE)


def _follow(entries: Mapping[str, str]) -> Followed:
    problems: dict[str, str] = {}
    most, enzyme = int(entries["sides"] or 150), entries["enzyme"] or "CK"
    codes = {code: enzyme if measure(code).is_enzyme else code for code in MEASURES}
    limit = _value("limit", enzyme, entries["limit"], most, problems)
    before, after = (
        {code: _value(f"{code} {at}", codes[code], entries[f"{code} {at}"], most, problems) for code in MEASURES}
        for at in _VISITS
    )
    if limit == 0:
        problems["limit"] = "An upper limit of normal is above 0."
    if before["ENZYME"] is not None and limit is None and "limit" not in problems:
        problems["limit"] = "The 2016 score needs the laboratory's upper limit for this enzyme."
    if problems.keys() - {"limit"}:
        return Followed("Mend the boxes that say why they cannot be read; the rest stays.", (), problems)
    filled = [sum(value is not None for value in visit.values()) for visit in (before, after)]
    if not all(filled):
        which = "Week 12 is" if filled[0] else "The first visit is" if filled[1] else "Both visits are"
        return Followed(f"{which} empty so far.", (), problems)
    options: dict[str, Any] = {"mmt8_max": most, "enzyme": enzyme, "enzyme_uln": None if problems else limit}
    whole = min(filled) == len(MEASURES) and not problems and limit is not None
    names = [name for name in list_responses() if whole or not load_response(name).scores]
    table = compare_definitions(before, after, names, **options)
    verdicts = [None if pd.isna(response) else bool(response) for response in table["response"]]
    rows = tuple(
        (load_response(name).label, _WORDS[said], str(reason))
        for name, said, reason in zip(names, verdicts, table["reason"], strict=True)
    )
    sentence = f"{verdicts.count(True)} of {len(names)} definitions call this a response."
    for box, value in {"limit": limit, "ENZYME before": before["ENZYME"], "ENZYME after": after["ENZYME"]}.items():
        sentence += f" “{entries[box]}” is read as {value:g}." if value not in (None, read_typed(entries[box])) else ""
    if not whole:
        sentence += " The 2016 score waits for all six measures at both visits and the limit of the enzyme."
    tables = [FormTable("The verdict by every definition", ("Definition", "Verdict", "Reason"), rows)]
    tables += [_score(before, after, options)] if whole else []
    tables.append(_flips(before, after, options))
    return Followed(sentence, tuple(tables), problems)


def _value(box: str, code: str, text: str, most: int, problems: dict[str, str]) -> float | None:
    """What a box holds; None, and a sentence in `problems`, where it cannot be read."""
    if not text:
        return None
    problem, value = entry_problem(code, text, mmt8_max=most), entry_value(code, text)
    units = value if not problem and measure(code).is_enzyme else None
    if units is not None and looks_like_ukat(code, units, box == "limit"):
        problem = f"{text} U/L is too low for this enzyme. If it is in µkat/L, enter {ukat_to_units(units):g}."
    if problem:
        problems[box] = problem
        return None
    return value


def _score(before: _Values, after: _Values, options: Mapping[str, Any]) -> FormTable:
    found = total_improvement_score(before, after, **options)
    rows = [
        (measure(code).label, f"{found.points[code]:g}", sentence)
        for code, sentence in zip(MEASURES, found.findings, strict=True)
    ]
    total = " + ".join(f"{found.points[code]:g}" for code in MEASURES) + f" = {found.score:g}"
    category = "below minimal" if found.category == "none" else found.category
    rows.append(("Sum", f"{found.score:g}", f"{total}: {category}; {found.reachable:g} could have been reached."))
    return FormTable("The 2016 score, with its sum", ("Measure", "Points", "Why"), tuple(rows))


def _flips(before: _Values, after: _Values, options: Mapping[str, Any]) -> FormTable:
    rows = []
    for name in _FLIPPED:
        said = assess_patient(before, after, name, **options).responded
        for code in MEASURES:
            flipped = _flip(before, after, code, name, said, options)
            if flipped is not None:
                way = f"{abs(flipped - (after[code] or 0)):g} away"
                text = f"{shown(code, flipped)} in place of {shown(code, after[code] or 0)} ({way})"
                rows.append((f"{measure(code).label}, week 12", text, load_response(name).label, _WORDS[not said]))
    if not rows:
        rows = [("None", "no single measure at week 12", "either", "would turn the verdict")]
    title = "What would turn the verdict: one measure at week 12 alone"
    return FormTable(title, ("Measure", "Value", "Definition", "Then"), tuple(rows))


def _flip(
    before: _Values, after: _Values, code: str, name: str, said: bool | None, options: Mapping[str, Any]
) -> float | None:
    """The nearest value of one measure at week 12 with the opposite verdict; a better value never undoes a response."""
    scale, now = measure(code), after[code]
    if said is None or now is None or before[code] is None:
        return None
    step = round(scale.step * scale.grid)
    at = grid_value(code, now, where=code)
    top = _HIGH_ENZYME if scale.is_enzyme else highest_value(code, options["mmt8_max"])
    worse_is_up = not scale.higher_is_better
    upwards = worse_is_up if said else not worse_is_up
    most = max(0, round(top * scale.grid) - at if upwards else at) // step

    def turned(steps: int) -> bool:
        value = from_grid(code, at + (steps if upwards else -steps) * step)
        return assess_patient(before, {**after, code: value}, name, **options).responded is (not said)

    if most < 1 or not turned(most):
        return None
    low, high = 0, most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if turned(middle) else (middle, high)
    return from_grid(code, at + (high if upwards else -high) * step)
