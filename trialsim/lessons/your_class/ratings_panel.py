"""A rating exercise: everybody's marks beside the author's range, and how many verdicts differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import pandas as pd

from trialsim.exchange.class_work import ClassWork
from trialsim.facts.core_set import measure
from trialsim.facts.responses import list_responses, load_response
from trialsim.facts.vignettes import VISITS
from trialsim.figures.class_ratings import RatedLine, ratings_picture
from trialsim.lessons.six_numbers.marks import KEPT, authors_verdicts, mark_of, marks_of, sheet_numbers, verdicts
from trialsim.lessons.your_class.predictions_panels import SOURCE, people
from trialsim.rules.vignettes import load_vignettes
from trialsim.widgets.controls import Select
from trialsim.widgets.panel import Panel, State, View

__all__ = ["ratings_panel"]

_JUDGED = ("PHGA", "EMGA")
_Sheets = Mapping[int, Sequence[str]]


def ratings_panel(work: ClassWork) -> Panel:
    """The marks of the class on one made-up patient at a time; of each learner the first of each sheet counts."""
    handed = _by_learner(work)
    filled = {number for sheets in handed.values() for number in sheets}
    patients = {vignette.id: vignette for vignette in load_vignettes()}
    first = next((id for id in patients if filled & set(sheet_numbers(id))), next(iter(patients)))
    options = {patient.id: f"{patient.id} {patient.title}" for patient in patients.values()}
    rules = {name: load_response(name).label for name in list_responses()}
    controls = (Select("vignette", "Patient", options, default=first), Select("definition", "Verdict by", rules))

    def draw(state: State) -> View:
        chosen = patients[state["vignette"]]
        if not filled & set(sheet_numbers(chosen.id)):
            said = f"Nobody has rated {chosen.id} yet: that is done in the lesson of six numbers."
            return View(ratings_picture([], measure("PHGA").high), said, said, SOURCE)
        lines, told = [], []
        for code in _JUDGED:
            inside = of = 0
            for name, number in zip(VISITS, sheet_numbers(chosen.id), strict=True):
                low, high = chosen.visits[name].expert[code]
                found = (mark_of(code, sheets.get(number, ())) for sheets in handed.values())
                marks = tuple(mark for mark in found if mark is not None)
                lines.append(RatedLine(f"{measure(code).label}, {name.lower()}", low, high, marks))
                inside, of = inside + sum(low <= mark <= high for mark in marks), of + len(marks)
            told.append(f"{inside} of {of} marks of the {measure(code).label}")
        sentence = (
            f"{chosen.id}: {told[0]} and {told[1]} lie in the author's range. {_differing(chosen.id, state, handed)}"
        )
        listed = (f"{line.name}: {', '.join(f'{mark:g}' for mark in sorted(line.marks))}." for line in lines)
        picture = ratings_picture(lines, measure("PHGA").high)
        return View(picture, sentence, " ".join([sentence, *listed]), f"{SOURCE} Ranges: one author's, assumed.")

    return Panel("How did they rate the same patient?", controls, draw)


def _by_learner(work: ClassWork) -> dict[str, dict[int, Sequence[str]]]:
    found: dict[str, dict[int, Sequence[str]]] = {}
    for row in work.sheets.to_dict("records"):
        if row["question"] == KEPT:
            found.setdefault(row["learner"], {}).setdefault(row["number"], row["answer"])
    return found


def _differing(vignette: str, state: State, handed: Mapping[str, _Sheets]) -> str:
    """How many who rated both visits come to another verdict than the author, and how many pairs of them disagree."""
    definition = state["definition"]
    whole = [found for found in (marks_of(vignette, sheets) for sheets in handed.values()) if found is not None]
    if not whole:
        return "Nobody has rated both visits, so no verdict follows."
    said = [_verdict(verdicts(vignette, found), definition) for found in whole]
    author = _verdict(authors_verdicts(vignette), definition)
    pairs = list(combinations(said, 2))
    differ = sum(verdict != author for verdict in said)
    sentence = f"By {load_response(definition).label}, {differ} of {people(len(said))} who rated "
    sentence += "both visits come to another verdict than the author"
    return sentence + (f"; {sum(a != b for a, b in pairs)} of {len(pairs)} pairs of them differ." if pairs else ".")


def _verdict(table: pd.DataFrame, definition: str) -> Any:
    found = table.loc[table["definition"] == definition, "response"].iloc[0]
    return None if pd.isna(found) else bool(found)
