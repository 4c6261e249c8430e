"""Five candidates to be judged by hand: who they are, and how a learner's verdicts compare with the protocol's.

The widget that shows them is in `screening_by_hand`.

>>> patients = deal(7)
>>> len(patients), deal(7) == patients, deal(8) == patients
(5, True, False)
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache, lru_cache
from itertools import islice
from string import ascii_uppercase

import numpy as np
import pandas as pd

from trialsim.errors import TrialsimError
from trialsim.exchange.work import read_number
from trialsim.facts.misconceptions import load_misconception
from trialsim.lessons.who_gets_in.criteria_wording import LIVER_CRITERION, gate_names, record, worded
from trialsim.lessons.who_gets_in.forty_candidates import obstacles, verdicts
from trialsim.lessons.who_gets_in.patient_facts import MAX_CHART_WORDS, chart_words, facts_of
from trialsim.patients.cohort import generate_cohort
from trialsim.rules.eligibility import Screening, screen
from trialsim.widgets.by_hand import Card, Compared, Point

ANSWERS: Mapping[str, str] = {"in": "is eligible", "out": "is not eligible", "open": "cannot be decided yet"}
FIVE = 5
_CROWD = 400
"""Candidates from whom the five are picked: enough to find the rarer obstacles among them."""
_SEED = 500_000
_TRIED = 5
"""Undecided candidates among whom the one with the shortest chart is dealt."""


@lru_cache(maxsize=32)
def deal(number: int = 1) -> tuple[Card, ...]:
    """The five patients of a learner's number.

    One or two of them are eligible, one cannot be decided where the crowd has such a one; the others fail at different
    criteria, one of them at ALT or AST alone. Their charts are short, and their order tells nothing.
    """
    number = read_number(number)
    cohort = generate_cohort(_CROWD, seed=_SEED + number)
    screening = screen(cohort, record())
    found, (against, _) = verdicts(screening), obstacles(screening)
    chart = cache(lambda i: facts_of(cohort, screening.subjids[i]))  # no more charts are written than are looked at

    def short(i: int) -> bool:
        return chart_words(chart(i)) <= MAX_CHART_WORDS

    eligible, unsure = ([i for i, each in enumerate(found) if each == wanted] for wanted in ("in", "open"))
    picked = [*islice(filter(short, eligible), 1 + number % 2)]
    picked += sorted(unsure[:_TRIED], key=lambda i: chart_words(chart(i)))[:1]
    alone = against & (against.sum(axis=1, keepdims=True) == 1)  # where one criterion decides, there is one to find
    unlimited = verdicts(screen(cohort, worded("none")))
    by_limit = np.array([each == "out" and other == "in" for each, other in zip(found, unlimited, strict=True)])
    queues = [[int(i) for i in np.flatnonzero(mask)] for mask in (by_limit, *alone.T)]
    while len(picked) < FIVE and any(queues):
        for queue in queues:
            fresh = next((i for i in queue if i not in picked and short(i)), None)
            queue[:] = [] if fresh is None else queue[queue.index(fresh) + 1 :]
            if fresh is not None and len(picked) < FIVE:
                picked.append(fresh)
    picked.sort(key=lambda i: hashlib.sha256(f"{number} {i}".encode()).digest())
    told = screening.verdicts
    return tuple(
        Card(letter, chart(i), found[i], _criteria(screening, told, i))
        for letter, i in zip(ascii_uppercase, picked, strict=False)
    )


def _criteria(screening: Screening, told: pd.DataFrame, place: int) -> tuple[Point, ...]:
    against, unknown = obstacles(screening)
    reasons = told.loc[told["SUBJID"] == screening.subjids[place], "reason"].tolist()
    return tuple(
        Point(name, "out" if against[place, j] else "open" if unknown[place, j] else "in", str(reasons[j]))
        for j, name in enumerate(gate_names())
    )


def compare(patients: tuple[Card, ...], answers: Mapping[str, str]) -> tuple[Compared, ...]:
    """A learner's verdicts beside the protocol's, for every patient that was judged.

    Parameters
    ----------
    patients : tuple of Card
    answers : mapping of str to {"in", "out", "open"}
        By letter; patients that are not in it are left out.

    Raises
    ------
    TrialsimError
        For a patient that was not dealt, or a verdict that is none.
    """
    said = read_answers(answers)
    return tuple(_compared(patient, said[patient.name]) for patient in patients if patient.name in said)


def read_answers(raw: object) -> dict[str, str]:
    """Verdicts by letter, as they come from outside.

    Raises
    ------
    TrialsimError
        For a patient that was not dealt, or a verdict that is none.

    Examples
    --------
    >>> read_answers({"A": "in"})
    {'A': 'in'}
    """
    if not isinstance(raw, Mapping):
        raise TrialsimError("verdicts", raw, "a verdict for each patient")
    letters = ascii_uppercase[:FIVE]
    for name, answer in raw.items():
        if name not in tuple(letters):
            raise TrialsimError("patient", name, "one of " + ", ".join(letters))
        if answer not in tuple(ANSWERS):
            raise TrialsimError(f"verdict on patient {name}", answer, "one of: " + ", ".join(ANSWERS.values()))
    return dict(raw)


def _compared(patient: Card, answer: str) -> Compared:
    agrees = answer == patient.verdict
    if patient.verdict == "in":
        why = "no criterion stands against this patient"
    else:
        why = "; ".join(f"{criterion.name} ({criterion.reason})" for criterion in patient.decisive)
    if agrees:
        return Compared(patient.name, True, f"You agree with the protocol: {ANSWERS[answer]}; {why}.", "")
    key = _misconception(patient, answer)
    reply = f" {load_misconception(key).reply}" if key else " Compare your reading with the criteria below."
    return Compared(
        patient.name,
        False,
        f"You said {ANSWERS[answer]}; by the protocol this patient {ANSWERS[patient.verdict]}: {why}.{reply}",
        key,
    )


def _misconception(patient: Card, answer: str) -> str:
    """What may be behind a disagreement; empty where nothing says."""
    match patient.verdict, answer:
        case "open", "in":
            return "unknown-is-no"
        case "out", "open":
            return "unknown-decides-nothing"
        case "out", "in" if all(_of_muscle(criterion) for criterion in patient.decisive):
            return "liver-enzymes-mean-liver"
        case "in", "out" if _one_test_positive(patient):
            return "one-test-is-both"
    return ""


def _of_muscle(point: Point) -> bool:
    """Whether nothing but ALT or AST made this criterion exclude."""
    liver = gate_names()[record().criteria.index(record().criterion(LIVER_CRITERION))]
    return point.name == liver and all(part.startswith(("ALT ", "AST ")) for part in point.reason.split("; "))


def _one_test_positive(patient: Card) -> bool:
    positive, found, _ = dict(patient.facts)["Infection"].partition(" positive")
    return bool(found) and ("PPD" in positive) != ("T-SPOT" in positive)
