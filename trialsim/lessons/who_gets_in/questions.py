"""The checks of lesson 01. Their keys are what the screening gives for the candidates that the lesson shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from trialsim.errors import check_whole
from trialsim.lessons.who_gets_in.criteria_wording import record
from trialsim.lessons.who_gets_in.five_candidates import ANSWERS
from trialsim.lessons.who_gets_in.forty_candidates import (
    MANY,
    SIZE,
    Verdict,
    many,
    many_ck,
    many_eligible,
    muscle_is_well,
    verdicts,
)
from trialsim.lessons.who_gets_in.patient_facts import Facts, facts_of
from trialsim.lessons.wrong_answers import wrong
from trialsim.rules.eligibility import Screening, screen, verdict_matrix
from trialsim.rules.truth import FALSE, TRUE, UNKNOWN
from trialsim.widgets.question import OneOf, Question, SeveralOf

Bools = NDArray[np.bool_]
_SHOWN = 2_000
"""Candidates on whom the rules of the first question are tried."""


@cache
def _many_screened() -> Screening:
    return screen(many().only(many().ids[:_SHOWN].tolist()), record())


@cache
def _met() -> NDArray[np.int8]:
    """Truth of each criterion's wording for the twenty thousand."""
    return verdict_matrix(many().arrays, record())


def _rules() -> dict[str, Callable[[NDArray[np.int8]], Bools]]:
    """Four ways to say when a candidate is eligible, each as a rule on the truth of the eleven wordings."""
    inclusion = np.array([criterion.category == "inclusion" for criterion in record().criteria])
    good = np.where(inclusion, TRUE, FALSE)
    bad = np.where(inclusion, FALSE, TRUE)
    return {
        "all": lambda met: np.asarray((met == good).all(axis=1)),
        "unless": lambda met: np.asarray((met != bad).all(axis=1)),
        "most": lambda met: np.asarray((met == good).sum(axis=1) >= len(good) - 1),
        "advice": lambda met: np.asarray((met == good)[:, inclusion].all(axis=1)),
    }


def recall_question() -> Question:
    """When a candidate is eligible."""
    n_in, n_out = len(record().inclusion), len(record().exclusion)

    def key() -> str:
        screening = _many_screened()
        eligible = np.isin(screening.subjids, screening.eligible)
        return next(name for name, rule in _rules().items() if (rule(screening.matrix) == eligible).all())

    counts = {name: int(rule(_met()).sum()) for name, rule in _rules().items()}
    return Question(
        name="01-recall",
        text="When is a candidate eligible?",
        answer=OneOf(
            {
                "advice": f"All {n_in} inclusion criteria are true; the {n_out} exclusion criteria are advice",
                "unless": f"Nothing is known that speaks against any one of the {n_in + n_out} criteria",
                "all": f"All {n_in} inclusion criteria are known true, all {n_out} exclusion criteria false",
                "most": f"Not more than one of the {n_in + n_out} criteria is missed, whichever it is",
            }
        ),
        key=key,
        right="Each criterion must be settled, and settled in the candidate's favour.",
        hint="Think of a candidate whose hepatitis tests are not back yet.",
        worked=(
            f"Tried on {MANY:,} simulated candidates, the four rules admit {counts['all']:,} (all settled in favour), "
            f"{counts['unless']:,} (nothing known against), {counts['most']:,} (one may be missed) and "
            f"{counts['advice']:,} (inclusion only). This lesson screens by the rule that admits fewest."
        ),
        wrong=(
            wrong("unknown-is-no", "unless"),
            wrong("most-is-enough", "most"),
            wrong("exclusions-are-advice", "advice"),
        ),
    )


@dataclass(frozen=True, slots=True)
class NewCandidate:
    """Someone whom only the tests for infection decide."""

    kind: str
    subjid: str
    facts: Facts
    verdict: Verdict
    reason: str


_KINDS = ("one test positive, the other missing", "one test positive, the other negative", "HBsAg alone")


_WHY = dict(
    zip(
        _KINDS,
        (
            "One of the two tests that must both be positive is, the other has no result: it decides",
            "Of the two tests that must both be positive only one is",
            "As read here, HBsAg alone is enough",
        ),
        strict=True,
    )
)


@cache
def _pools() -> dict[str, tuple[int, ...]]:
    """Places among the twenty thousand, by what is special about them; everything else lets them in."""
    met, criteria = _met(), record().criteria
    good = np.array([TRUE if criterion.category == "inclusion" else FALSE for criterion in criteria])
    infection = [criterion.id for criterion in criteria].index("EXCL04")
    clean = np.delete(met == good, infection, axis=1).all(axis=1)
    state = {name: _state(name) for name in ("ppd_positive", "tspot_positive", "hbsag", "hcv_antibody")}
    ppd, tspot = state["ppd_positive"], state["tspot_positive"]
    no_virus = (state["hbsag"] == FALSE) & (state["hcv_antibody"] == FALSE)
    one_unknown = ((ppd == TRUE) & (tspot == UNKNOWN)) | ((ppd == UNKNOWN) & (tspot == TRUE))
    one_negative = ((ppd == TRUE) & (tspot == FALSE)) | ((ppd == FALSE) & (tspot == TRUE))
    no_tb = (ppd == FALSE) & (tspot == FALSE)
    here = met[:, infection]
    masks = (
        clean & one_unknown & no_virus & (here == UNKNOWN),
        clean & one_negative & no_virus & (here == FALSE),
        clean & no_tb & (state["hbsag"] == TRUE) & (state["hcv_antibody"] == FALSE) & (here == TRUE),
    )
    # The first ones have the names of the forty in the pictures, and would be taken for them.
    places = (SIZE + np.flatnonzero(mask[SIZE:])[:50] for mask in masks)
    return {kind: tuple(found.tolist()) for kind, found in zip(_KINDS, places, strict=True)}


def _state(name: str) -> NDArray[np.int8]:
    column = many().arrays.facts[name]
    truth = np.where(column.values, TRUE, FALSE)
    return np.asarray(truth if column.known is None else np.where(column.known, truth, UNKNOWN))


def new_candidate(number: int = 0) -> NewCandidate:
    """The candidate that a learner's number picks; neighbours get different ones."""
    number = check_whole("number", number, 0, 10**9, "Any number of your own: a seat, a day of birth.")
    kind = _KINDS[number % len(_KINDS)]
    pool = _pools()[kind]
    subjid = str(many().ids[pool[(number // len(_KINDS)) % len(pool)]])
    cohort = many().only([subjid])
    screening = screen(cohort, record())
    told = screening.verdicts.set_index("IETESTCD")["reason"]
    return NewCandidate(kind, subjid, facts_of(cohort, subjid), verdicts(screening)[0], str(told["EXCL04"]))


def _read_here(clause: str) -> str:
    """How an unclear clause is read in this workbook."""
    return next(reading.option.text for reading in record().readings if reading.name == clause)


def apply_question(number: int = 0) -> Question:
    """Whether a new candidate is eligible."""
    candidate = new_candidate(number)
    notes = dict(candidate.facts)
    tuberculosis = (wrong("unknown-is-no", "in"), wrong("one-test-is-both", "out"))
    contradicting = {
        _KINDS[0]: tuberculosis,
        _KINDS[1]: (wrong("one-test-is-both", "out"), wrong("one-test-is-both", "open")),
        _KINDS[2]: (wrong("and-means-both", "in"), wrong("unknown-decides-nothing", "open")),
    }[candidate.kind]
    return Question(
        name="01-apply",
        text=(
            f"A new candidate, {candidate.subjid}. {notes['Who']} Everything but infection has been looked at and is "
            f"in order. Infection: {notes['Infection']} Is this candidate eligible? (Read here as excluding: "
            f"{_read_here('tuberculosis')}; {_read_here('hepatitis')}.)"
        ),
        answer=OneOf({name: f"{candidate.subjid} {words}" for name, words in ANSWERS.items()}),
        key=lambda: new_candidate(number).verdict,
        right=f"{_WHY[candidate.kind]} ({candidate.reason}).",
        hint="Which results does the clause combine by and, which by or? What if a part of each is missing?",
        worked=(
            f"{record().criterion('EXCL04').label}: {candidate.reason}. Read here as excluding: "
            f"{_read_here('tuberculosis')}; {_read_here('hepatitis')}. {{key}}."
        ),
        wrong=contradicting,
    )


_STATEMENTS = {
    "active": "Every patient enrolled had active muscle disease, since the criteria require it",
    "liver": "The limit for ALT and AST removed patients with a sick liver, not with active muscle",
    "order": "With the exclusion criteria applied first, the same patients would be eligible",
    "missing": "A candidate without a result of HBsAg was not enrolled until the result was there",
}


def _wrong_statements() -> frozenset[str]:
    """Which of the four the screening of the twenty thousand contradicts."""
    met, eligible = _met(), many_eligible()
    enters, kept_out = many_ck()
    rule = _rules()["all"]
    hbsag_missing = _state("hbsag") == UNKNOWN
    contradicted = {
        "active": bool((muscle_is_well(many()) & eligible).any()),
        "liver": kept_out is not None and kept_out.value > enters.value + 3 * kept_out.standard_error,
        "order": bool((rule(met) != _one_by_one(met, exclusions_first=True)).any()),
        "missing": bool((hbsag_missing & eligible).any()),
    }
    return frozenset(name for name, wrong in contradicted.items() if wrong)


def _one_by_one(met: NDArray[np.int8], *, exclusions_first: bool) -> Bools:
    """Who is left when the criteria are applied one after the other."""
    order = sorted(
        range(met.shape[1]), key=lambda j: (record().criteria[j].category == "inclusion") is exclusions_first
    )
    left = np.ones(len(met), bool)
    for j in order:
        left[left] = met[left, j] == (TRUE if record().criteria[j].category == "inclusion" else FALSE)
    return left


def diagnose_question() -> Question:
    """A methods section with mistakes in it."""
    well = int((muscle_is_well(many()) & many_eligible()).sum())
    enters, kept_out = many_ck()
    shut = 0.0 if kept_out is None else kept_out.value
    right = frozenset({"active", "liver"})
    return Question(
        name="01-diagnose",
        text="A draft of the trial's report says four things about who was enrolled. Mark those that are wrong.",
        answer=SeveralOf(_STATEMENTS, "Choose all that are wrong"),
        key=_wrong_statements,
        right="No criterion asks for activity, and the limit for ALT and AST took the most active muscle disease away.",
        hint="For each statement, look for the criterion that would make it true.",
        worked=(
            f"Of {MANY:,} simulated candidates {int(many_eligible().sum()):,} are eligible, {well:,} of them with full "
            f"strength, a HAQ-DI of 0 and normal enzymes. Those whom the limit for ALT and AST alone keeps out have a "
            f"median CK of {shut:.1f} x ULN, the eligible {enters.value:.1f}. Applied in the other order, the "
            "criteria leave the same patients; and a missing HBsAg leaves the infection clause unsettled."
        ),
        wrong=(
            wrong("criteria-imply-activity", right - {"active"}),
            wrong("liver-enzymes-mean-liver", right - {"liver"}),
            wrong("order-of-criteria", right | {"order"}),
            wrong("unknown-is-no", right | {"missing"}),
            wrong("order-of-criteria", frozenset({"order"})),
        ),
        close="All but one are judged rightly.",
        otherwise="Not these. Take them one by one: which criterion would make the statement true?",
    )
