"""Lesson 01: which of these forty patients may enter? Its panels, and the numbers it shows beside them.

A state of the first panel is one wording of the criteria and one draw of candidates:

>>> forty_panel().view(limit="5").sentence.split(":")[0]
'Relaxing the ALT and AST limit from 2 to 5 x ULN lets in 4'
"""

from __future__ import annotations

from functools import cache
from math import sqrt

import numpy as np
import pandas as pd

from trialsim.facts.population import load_population
from trialsim.figures.forty import unscreened_picture
from trialsim.lessons.activity import activity_panel
from trialsim.lessons.asking import Check, Prediction
from trialsim.lessons.by_hand import ByHand
from trialsim.lessons.explorer import Explorer
from trialsim.lessons.forty import (
    MANY,
    SIZE,
    Bools,
    many,
)
from trialsim.lessons.forty_panel import forty_panel
from trialsim.lessons.one_candidate import candidate_panel
from trialsim.lessons.panel import Panel, State, View
from trialsim.lessons.screening_questions import apply_question, diagnose_question, recall_question
from trialsim.lessons.table import Table
from trialsim.lessons.three_classifications import classification_panel, classification_table
from trialsim.lessons.wording import (
    gate_names,
    record,
)

__all__ = [
    "by_hand",
    "check_apply",
    "check_diagnose",
    "check_recall",
    "disagreements",
    "exact_beside_simulated",
    "explorer",
    "forty_panel",
    "how_ill",
    "one_candidate",
    "panels",
    "predict",
    "situation",
    "three_classifications",
    "unclear_clauses",
]


def situation() -> Explorer:
    """The forty before anybody has looked, and what stands before them."""
    return Explorer(_situation_panel())


def predict() -> Prediction:
    """Ask how many of the forty may enter."""
    return Prediction(forty_panel())


def explorer(prediction: Prediction | None = None) -> Explorer:
    """Who may enter, and whom a limit or a reading moves; opens once `prediction` is committed."""
    return Explorer(forty_panel(), prediction=prediction)


def how_ill() -> Explorer:
    """How ill those are who may enter, and what a requirement of activity would do."""
    return Explorer(activity_panel())


def one_candidate() -> Explorer:
    """One candidate against every criterion, with the reasons."""
    return Explorer(candidate_panel())


def three_classifications() -> Explorer:
    """The same forty by Bohan and Peter, by EULAR/ACR 2017 and by the amyopathic labels."""
    return Explorer(classification_panel())


def disagreements() -> Table:
    """Those of the forty on whom the classifications disagree."""
    return Table(
        classification_table(),
        "Candidates whom one of the two takes as probable or definite and the other does not; the rash taken as "
        "Gottron's sign (assumed).",
    )


def unclear_clauses() -> Table:
    """Every clause of the record that can be read in more than one way, and how it is read here."""
    rows = [
        {
            "question": one.question,
            "read here": one.option.text,
            "or": "; ".join(option.text for option in one.options if option.name != one.chosen),
            "why": one.why,
        }
        for one in record().readings
    ]
    return Table(pd.DataFrame(rows), f"Unclear clauses of {record().id}. How they are read here: assumed.")


def by_hand(number: int = 1) -> ByHand:
    """Ten candidates for the learner to judge against the criteria; a `number` of one's own deals others."""
    return ByHand(number)


def check_recall() -> Check:
    """When a candidate is eligible."""
    return Check(recall_question())


def check_apply(number: int = 0) -> Check:
    """A new candidate, whom the learner's `number` (a seat, a birthday) picks."""
    return Check(apply_question(number))


def check_diagnose() -> Check:
    """A paragraph with mistakes in it."""
    return Check(diagnose_question())


def panels() -> tuple[Panel, ...]:
    """All panels of the lesson, for whoever wants to try every control."""
    return (_situation_panel(), forty_panel(), activity_panel(), candidate_panel(), classification_panel())


def exact_beside_simulated() -> Table:
    """How many candidates an infection clause excludes by each reading: by probability, and counted.

    HBsAg and HCV antibody are independent in the model; PPD depends on T-SPOT. A test without result is not positive.
    """
    p = {name: one.value for name, one in load_population().parameters.items()}
    done = 1 - p["test_missing"]
    hbsag, hcv = p["hbsag_share"] * done, p["hcv_share"] * done
    tspot, ppd = p["tspot_share"], {True: p["ppd_if_tspot"] * done, False: p["ppd_if_not"] * done}
    exact = {
        "HBsAg or HCV antibody": 1 - (1 - hbsag) * (1 - hcv),
        "HBsAg and HCV antibody": hbsag * hcv,
        "PPD and T-SPOT": tspot * done * ppd[True],
        "PPD or T-SPOT": tspot * (done + (1 - done) * ppd[True]) + (1 - tspot) * ppd[False],
    }
    hbv, hcv_there, ppd_there, tspot_there = (
        _positive(name) for name in ("hbsag", "hcv_antibody", "ppd_positive", "tspot_positive")
    )
    counted = (hbv | hcv_there, hbv & hcv_there, ppd_there & tspot_there, ppd_there | tspot_there)
    frame = pd.DataFrame(
        {
            "by probability, %": [round(100 * value, 2) for value in exact.values()],
            f"counted in {MANY:,}, %": [round(100 * float(mask.mean()), 2) for mask in counted],
            "standard error": [round(100 * sqrt(value * (1 - value) / MANY), 2) for value in exact.values()],
        },
        index=pd.Index(list(exact), name="positive"),
    )
    return Table(
        frame,
        f"T-SPOT positive in {100 * tspot:g} % (read), PPD then in {100 * p['ppd_if_tspot']:g} % and otherwise in "
        f"{100 * p['ppd_if_not']:g} % (assumed); HBsAg in {100 * p['hbsag_share']:g} % (derived), HCV antibody in "
        f"{100 * p['hcv_share']:g} % (assumed); each test without a result in {100 * p['test_missing']:g} % (assumed).",
    )


def _positive(name: str) -> Bools:
    column = many().arrays.facts[name]
    return np.asarray(column.values, bool) & (True if column.known is None else column.known)


@cache
def _situation_panel() -> Panel:
    return Panel("Who is at the door, and what they must pass", (), _draw_situation)


def _draw_situation(_: State) -> View:
    protocol = record()
    inside, outside = len(protocol.inclusion), len(protocol.exclusion)
    return View(
        unscreened_picture(range(1, SIZE + 1), gate_names()),
        f"{SIZE} people with a myositis clinic's diagnosis are referred. The trial wants {protocol.n}. "
        f"{inside} inclusion criteria must be true of each, and none of {outside} exclusion criteria.",
        f"{SIZE} numbered candidates, none judged yet, beside the {inside + outside} criteria in protocol order: "
        + ", ".join(gate_names())
        + ".",
        f"Criteria: registry record of {protocol.id}. Candidates: simulated; how common each finding is, is read or "
        "assumed, see the last section.",
    )
