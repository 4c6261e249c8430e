"""Drill on charts: say whether a candidate is eligible, and at which criterion it fails.

>>> [box.name for box in eligible_sheet(70002).boxes]
['verdict', 'first']
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trialsim.lessons.practice.dealing import level_and_dice, pick
from trialsim.lessons.who_gets_in.criteria_wording import gate_names, record
from trialsim.lessons.who_gets_in.forty_candidates import obstacles, verdicts
from trialsim.lessons.who_gets_in.patient_facts import MAX_CHART_WORDS, Facts, chart_words, facts_of
from trialsim.patients.cohort import generate_cohort
from trialsim.rules.eligibility import Screening, screen
from trialsim.widgets.sheet import Box, Key, Sheet, Slip

__all__ = ["ELIGIBLE_EDGES", "MAX_CHART_WORDS", "charts_ahead", "eligible_sheet"]

ELIGIBLE_EDGES = ("eligible", "not known decides", "one criterion alone", "muscle enzymes exclude")
_CROWD, _KEPT, _CROWDS, _SHARED, _SEED = 640, 56, 6, 100, 700_000
_VERDICTS = {"in": "eligible", "out": "not eligible", "open": "cannot be decided yet"}
_NONE = "none"


def eligible_sheet(number: int) -> Sheet:
    """A candidate's chart against the criteria of the record."""
    level, dice = level_and_dice("eligible", number)
    names, wanted = gate_names(), pick(dice, ("in", "in", "out", "out", "out", "open"))
    crowd, place, facts = _chosen(_block(number), wanted, level, int(dice.integers(_CROWD)))
    verdict, against = crowd.verdicts[place], crowd.against[place]
    stands = against if verdict == "out" else crowd.unknown[place]
    first = next((name for name, stop in zip(names, stands, strict=True) if stop and verdict != "in"), _NONE)
    told = dict(zip(names, crowd.reasons[place], strict=True))
    why = "No criterion stands against this patient." if first == _NONE else f"{first}: {told[first]}."
    slips = {}
    if verdict == "open":
        slips["in"] = Slip(f"{why} What is not known is not negative.", "unknown-is-no")
    liver = first != _NONE and verdict == "out" and told[first].startswith(("ALT", "AST"))
    if liver:
        slips["in"] = Slip(f"{why} From muscle or liver, the record does not ask.", "liver-enzymes-mean-liver")
    options = {_NONE: "none: eligible"} | {name: name for name in names}
    firsts = {name: Slip(f"{told[name]} {why}") for name in names if name != first}
    edges = {"in": {"eligible"}, "open": {"not known decides"}, "out": set()}[verdict]
    edges |= {"one criterion alone"} if against.sum() == 1 else set()
    return Sheet(
        "Is this candidate eligible by the record? Name the first criterion that fails, or that cannot be decided.",
        ("Question", "Your answer"),
        (
            ("Verdict", (Box("verdict", "verdict", _VERDICTS),)),
            ("First criterion in the way", (Box("first", "first criterion in the way", options),)),
        ),
        {"verdict": Key(verdict, why, slips), "first": Key(first, why, firsts)},
        notes=facts,
        edges=frozenset(edges | ({"muscle enzymes exclude"} if liver else set())),
    )


def charts_ahead(number: int) -> Iterator[None]:
    """Screen those of whom the charts from this number on tell, so that no chart is waited for."""
    for more in range(2):
        _crowd((_block(number) + more) % _CROWDS)
        yield


def _block(number: int) -> int:
    """The crowd from which a case is taken; neighbouring cases share one."""
    return number // 10 // _SHARED % _CROWDS


class _Tables(NamedTuple):
    """What is on file of some candidates."""

    subjects: pd.DataFrame
    prior_treatments: pd.DataFrame
    assessments: pd.DataFrame

    def of(self, subjids: Sequence[str]) -> _Tables:
        """The rows of these."""
        return _Tables(*(table[table["SUBJID"].isin(subjids)] for table in self))


@dataclass(frozen=True, slots=True, eq=False)
class _Crowd:
    """Candidates who were screened once, as many of each verdict as there is room for, and the reasons of each."""

    subjids: tuple[str, ...]
    tables: _Tables
    verdicts: tuple[str, ...]
    against: NDArray[np.bool_]
    unknown: NDArray[np.bool_]
    reasons: tuple[tuple[str, ...], ...]


@lru_cache(maxsize=_CROWDS)
def _crowd(block: int) -> _Crowd:
    """The candidates of a block of numbers, those with few courses of treatment first: their charts are short."""
    cohort = generate_cohort(_CROWD, seed=_SEED + block)
    all_of = screen(cohort, record())
    said, courses = verdicts(all_of), cohort.prior_treatments["SUBJID"].value_counts()
    order = sorted(range(_CROWD), key=lambda i: int(courses.get(all_of.subjids[i], 0)))
    kept = np.array([i for verdict in _VERDICTS for i in [i for i in order if said[i] == verdict][:_KEPT]])
    subjids = tuple(all_of.subjids[i] for i in kept)
    some = Screening(subjids, all_of.protocol, all_of.matrix[kept], all_of.arrays.rows(kept))
    against, unknown = obstacles(some)
    tables = _Tables(cohort.subjects, cohort.prior_treatments, cohort.assessments).of(subjids)
    reasons = some.verdicts["reason"].to_numpy().reshape(len(kept), -1)
    told = tuple(tuple(str(reason) for reason in row) for row in reasons)
    return _Crowd(subjids, tables, tuple(said[i] for i in kept), against, unknown, told)


def _chosen(block: int, wanted: str, level: int, first: int) -> tuple[_Crowd, int, Facts]:
    """A candidate of this verdict with a short chart; below the hardest level at most one criterion excludes."""
    for more in range(_CROWDS):
        crowd = _crowd((block + more) % _CROWDS)
        fitting = [i for i, said in enumerate(crowd.verdicts) if said == wanted]
        fitting = [i for i in fitting if level == 3 or crowd.against[i].sum() <= 1]
        start = first % len(fitting) if fitting else 0
        for i in [*fitting[start:], *fitting[:start]]:
            facts = _short(facts_of(crowd.tables.of([crowd.subjids[i]]), crowd.subjids[i]))
            if chart_words(facts) <= MAX_CHART_WORDS:
                return crowd, i, facts
    raise AssertionError("no short chart in some thousand candidates")


def _short(facts: Facts) -> Facts:
    """Without the six measures, of which no criterion asks; the enzymes stay."""
    return tuple((heading, text.rpartition("; ")[2] if heading == "Now" else text) for heading, text in facts)
