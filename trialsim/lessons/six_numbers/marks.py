"""What a learner's own marks at both visits make of a vignette: the verdict under each definition, beside the author's.

>>> told = {"PHGA": "6.8", "EMGA": "5", "MMT8": "112", "HAQDI": "1.375", "ENZYME": "CK"}
>>> later = {"PHGA": "5.9", "EMGA": "4.8", "MMT8": "120", "HAQDI": "1.375", "ENZYME": "CK"}
>>> sheets = {10: [f"{name}: {text}" for name, text in told.items()], 20: [f"{n}: {t}" for n, t in later.items()]}
>>> followed("V1", sheets).sentence
"Your marks: a response under 1 of 8 definitions; the author's: 8 of 8. 7 verdicts differ."
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

import pandas as pd

from trialsim.errors import TrialsimError
from trialsim.facts.core_set import enzymes, measures
from trialsim.facts.responses import load_response
from trialsim.facts.vignettes import VISITS
from trialsim.lessons.practice.dealing import shown
from trialsim.rules.compare_table import compare_definitions
from trialsim.rules.grid import grid_value
from trialsim.rules.vignettes import Vignette, load_vignette, load_vignettes
from trialsim.widgets.form import Followed, FormTable
from trialsim.widgets.sheet import read_typed

__all__ = ["KEPT", "RATED", "authors_verdicts", "followed", "mark_of", "marks_of", "sheet_numbers", "verdicts"]

KEPT = "six_numbers-rating"
"""The key under which what was entered is kept."""

RATED = ("PHGA", "EMGA", "MMT8", "HAQDI")
"""What is entered as a number; the enzyme is chosen, the patient's own mark is given."""

_WORDS = {True: "response", False: "no response", None: "cannot be decided"}
_Values = Mapping[str, float]


def sheet_numbers(vignette: str) -> tuple[int, int]:
    """The numbers of the two visits of a vignette, as sheets of the lesson: 10 is V1 at baseline, 20 V1 at week 12."""
    at = [each.id for each in load_vignettes()].index(vignette)
    return (at * 2 + 1) * 10, (at * 2 + 2) * 10


def marks_of(vignette: str, sheets: Mapping[int, Sequence[str]]) -> tuple[_Values, _Values, str] | None:
    """The six values at both visits and the enzyme that was followed; None where a sheet lacks or cannot be read.

    Parameters
    ----------
    vignette : str
    sheets : mapping of int to sequence of str
        By the number of the sheet what was entered, each as ``"PHGA: 6.5"``.
    """
    rated = load_vignette(vignette)
    answers = [sheets.get(number, ()) for number in sheet_numbers(vignette)]
    enzyme = _entered(answers[0]).get("ENZYME", "")
    if enzyme not in {each.code for each in enzymes()}:
        return None
    visits = []
    for name, answer in zip(VISITS, answers, strict=True):
        values: dict[str, float] = {}
        for code in RATED:
            mark = mark_of(code, answer)
            if mark is None:
                return None
            values[code] = mark
        visit = rated.visits[name]
        values |= {"PTGA": visit.values["PTGA"], "ENZYME": visit.laboratory[enzyme]}
        visits.append({each.code: values[each.code] for each in measures()})
    return visits[0], visits[1], enzyme


def mark_of(code: str, answer: Iterable[str]) -> float | None:
    """The mark of one measure on one sheet; None where there is none, or none on its scale.

    Examples
    --------
    >>> mark_of("PHGA", ["PHGA: 6.5"]), mark_of("PHGA", ["PHGA: 65"])
    (6.5, None)
    """
    number = read_typed(_entered(answer).get(code, ""))
    return number if number is not None and _fits(code, number) else None


def verdicts(vignette: str, marks: tuple[_Values, _Values, str]) -> pd.DataFrame:
    """One row a definition: what it says of these values of this vignette."""
    start, end, enzyme = marks
    rated = load_vignette(vignette)
    return compare_definitions(start, end, enzyme=enzyme, enzyme_uln=rated.uln[enzyme])


@cache
def authors_verdicts(vignette: str) -> pd.DataFrame:
    """The same at the middle of the author's ranges."""
    return verdicts(vignette, _authors(load_vignette(vignette)))


def followed(vignette: str, sheets: Mapping[int, Sequence[str]]) -> Followed:
    """What follows from a learner's marks at both visits, once both are there."""
    mine = marks_of(vignette, sheets)
    if mine is None:
        done = sum(number in sheets for number in sheet_numbers(vignette))
        if done < len(VISITS):
            return Followed("Rate both visits, and your marks are carried to the verdict of each definition.")
        return Followed("One of your marks is not on its scale, so no verdict follows: rate the visit again.")
    rated = load_vignette(vignette)
    theirs = _authors(rated)
    said, wanted = verdicts(vignette, mine), authors_verdicts(vignette)
    words = [
        [_WORDS[None if pd.isna(response) else bool(response)] for response in table["response"]]
        for table in (said, wanted)
    ]
    labels = [load_response(str(name)).label for name in said["definition"]]
    rows = list(zip(labels, *words, map(str, said["reason"]), strict=True))
    differ, of = sum(row[1] != row[2] for row in rows), len(rows)
    yours, authors = (sum(row[at] == _WORDS[True] for row in rows) for at in (1, 2))
    sentence = f"Your marks: a response under {yours} of {of} definitions; the author's: {authors} of {of}. "
    sentence += {0: "No verdict differs.", 1: "1 verdict differs."}.get(differ, f"{differ} verdicts differ.")
    changes = [
        {code: f"{shown(code, v[0][code])} → {shown(code, v[1][code])}" for code in v[0]} for v in (mine, theirs)
    ]
    values = tuple((each.label, *(change[each.code] for change in changes)) for each in measures())
    heads = ("Definition", "Yours", "The author's", "Your reason")
    return Followed(
        sentence,
        (
            FormTable("Your six numbers, and the author's (assumed)", ("Measure", "Yours", "The author's"), values),
            FormTable("The verdict under each definition", heads, tuple(rows)),
        ),
    )


def _authors(vignette: Vignette) -> tuple[_Values, _Values, str]:
    start, end = (vignette.visits[name].values for name in VISITS)
    return start, end, vignette.enzyme


def _entered(answer: Iterable[str]) -> dict[str, str]:
    """Entries by the name of their box."""
    return {name.strip(): text.strip() for name, _, text in (line.partition(":") for line in answer)}


def _fits(code: str, number: float) -> bool:
    try:
        grid_value(code, number, where=code)
    except TrialsimError:
        return False
    return True
