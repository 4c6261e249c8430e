"""Lesson 01: which of these forty patients may enter? Its panels, and the numbers it shows beside them.

A state of the first panel is one wording of the criteria and one draw of candidates:

>>> forty_panel().view(limit="5").sentence.split(":")[0]
'Relaxing the ALT and AST limit from 2 to 5 x ULN lets in 5'
"""

from __future__ import annotations

from functools import cache
from math import sqrt

import numpy as np
import pandas as pd

from trialsim.errors import TrialsimError
from trialsim.facts.population import load_population
from trialsim.figures.forty import unscreened_picture
from trialsim.lessons.who_gets_in.activity_panels import activity_panel
from trialsim.lessons.who_gets_in.candidate_panels import candidate_panel
from trialsim.lessons.who_gets_in.classification_panels import classification_panel, classification_table
from trialsim.lessons.who_gets_in.forty_candidates import (
    MANY,
    SIZE,
    Bools,
    many,
)
from trialsim.lessons.who_gets_in.forty_panels import forty_panel
from trialsim.lessons.who_gets_in.questions import apply_question, diagnose_question, recall_question
from trialsim.lessons.who_gets_in.screening_by_hand import ten_by_hand
from trialsim.lessons.who_gets_in.wording import (
    gate_names,
    record,
)
from trialsim.widgets.by_hand import ByHand, Kept
from trialsim.widgets.frame import LessonPlan, OpenLesson, Varied
from trialsim.widgets.panel import Panel, State, View
from trialsim.widgets.table import Table

__all__ = [
    "PLAN",
    "begin",
    "by_hand",
    "disagreements",
    "exact_beside_simulated",
    "forty_panel",
    "unclear_clauses",
]

_TEN = "ten by hand"
"""Where the verdicts on the ten are kept among the settings of the lesson."""


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


def by_hand(lesson: OpenLesson) -> ByHand:
    """Ten candidates for the learner to judge against the criteria; the learner's number deals them.

    Parameters
    ----------
    lesson : OpenLesson
        This lesson, begun: it keeps the verdicts.
    """
    progress = lesson.progress

    def kept() -> Kept:
        try:
            return ten_by_hand().read_kept(progress.mine.settings.get(_TEN, {}))
        except TrialsimError as error:
            progress.trouble(f"Lesson {lesson.plan.number}, kept verdicts were left out: {error}")
            return {}

    widget = ByHand(ten_by_hand(), progress.number, kept=kept())
    widget.observe(lambda change: progress.keep("settings", _TEN, change["new"] or None), "kept")
    widget.observe(lambda change: progress.renumber(change["new"]), "number")
    progress.watch(lambda: widget.take(progress.number, kept()))
    return widget


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


PLAN = LessonPlan(
    "01",
    panels={
        "situation": _situation_panel,
        "forty": forty_panel,
        "activity": activity_panel,
        "one candidate": candidate_panel,
        "classifications": classification_panel,
    },
    questions={"recall": recall_question, "apply": Varied(apply_question), "diagnose": diagnose_question},
    words="Which criterion would you change or add, to what wording, and what does it cost in patients?",
)
begin = PLAN.begin
