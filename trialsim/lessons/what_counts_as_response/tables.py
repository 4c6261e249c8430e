"""The tables of lesson 02: by hand, in many patients, and published verdicts held against their rule."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from trialsim.facts.audit import published_cases as cases
from trialsim.facts.audit import published_table
from trialsim.facts.core_set import measure
from trialsim.facts.protocol import our_trial
from trialsim.facts.responses import load_response
from trialsim.facts.sources import load_sources
from trialsim.facts.worked_patients import worked_patient
from trialsim.lessons.what_counts_as_response.definitions_panels import FIRST
from trialsim.lessons.what_counts_as_response.wordings_panels import SEED, forty_patients, wordings_in_many
from trialsim.patients.scenario import Scenario
from trialsim.power.expectation import response_in_pieces
from trialsim.rules.assess import assess_patient
from trialsim.rules.audit import audit_table
from trialsim.rules.compare_table import compare_cohort
from trialsim.rules.explain import percent_text
from trialsim.rules.score_points import score_rule
from trialsim.rules.total_improvement import total_improvement_score
from trialsim.trial.endpoint import Endpoint, counts, responses
from trialsim.trial.enrolment import enrol
from trialsim.widgets.later import Later, Steps
from trialsim.widgets.table import Table

__all__ = [
    "Folded",
    "audited_table",
    "by_definition",
    "by_hand",
    "many_patients",
    "published_cases",
    "who_flips",
]

_RECORD, _USUAL, _SCORE = our_trial().primary.definition, "IMACS-2004", "TIS-MINIMAL"


@dataclass(frozen=True, slots=True, repr=False)
class Folded:
    """A table that opens when its summary is chosen: for what should be read after an answer."""

    summary: str
    table: Table

    def __repr__(self) -> str:
        return f"{self.summary}\n{self.table!r}"

    def _repr_html_(self) -> str:
        return f"<details><summary>{escape(self.summary)}</summary>{self.table._repr_html_()}</details>"


def who_flips(first: str = _USUAL, second: str = _RECORD) -> Table:
    """The patients of the forty on whom two definitions disagree, with the reason of each.

    Examples
    --------
    >>> who_flips().frame["patient"].tolist()
    ['P00016']
    """
    found = compare_cohort(forty_patients(), [first, second]).patients
    found = found.rename(columns=lambda name: name.replace("_", " ")).rename(columns={"SUBJID": "patient"})
    return Table(
        found,
        f"Patients of the forty on whom {first} and {second} disagree. Virtual patients, seed {SEED}.",
        "Who changes sides between 2004 and our record?",
    )


def published_cases() -> Table:
    """Two published patients: all values at both visits, and the verdict that was reported.

    Examples
    --------
    >>> published_cases().frame.loc["reported", "case B"]
    'no response'
    """
    found = cases()
    columns = {
        f"case {case.id}": {
            "patient": case.label,
            **{measure(code).label: f"{start:g} → {case.followup[code]:g}" for code, start in case.baseline.items()},
            "reported": "response" if case.reported else "no response",
        }
        for case in found
    }
    frame = pd.DataFrame(columns).rename_axis("before → after")
    source = load_sources()[found[0].source]
    return Table(frame, f"Read on case pages of the maker; trial: {source}. Assumed: {' '.join(found[0].assumed)}")


def audited_table() -> Folded:
    """A published table, each row held against its own rule and its own values.

    Examples
    --------
    >>> audited_table().table.frame["does not fit"].ne("nothing").sum()
    np.int64(1)
    """
    table = audit_table().drop(columns=["listed improved", "listed worse"])
    table = table.rename(columns={"CK": "change of CK", "MMT-8": "change of MMT-8", "rule on the lists": "rule gives"})
    found, rule = published_table(), load_response(published_table().rule)
    said = Table(
        table,
        f"{found.label}: {load_sources()[found.source]}. Rule: {rule.text} Assumed: {' '.join(rule.assumed)} Changes "
        f"worked out from the printed values, + is better. {len(found.dropped_out)} of {found.enrolled} dropped out. "
        f"{' '.join(found.remarks)} Worse as an outcome: more than two measures worse (assumed).",
    )
    return Folded("Another table to audit: one row contradicts itself, three cannot be checked", said)


def by_hand(key: str = FIRST) -> Table:
    """One patient by hand: each change in percent of the start, whether it counts in 2004, and what it earns in 2016.

    Examples
    --------
    >>> by_hand().frame.loc["MMT-8", "in percent of the start"]
    '(75 − 100) / 100 = −25 %'
    """
    patient, rows = worked_patient(key), {}
    options: dict[str, Any] = {"mmt8_max": patient.mmt8_max, "enzyme_uln": patient.enzyme_uln}
    found = assess_patient(patient.baseline, patient.followup, _USUAL, **options)
    score = total_improvement_score(patient.baseline, patient.followup, **options)
    of_range = assess_patient(patient.baseline, patient.followup, _SCORE, **options).pct_improved
    for code, start in patient.baseline.items():
        end, up = patient.followup[code], measure(code).higher_is_better
        change = f"{end:g} − {start:g}" if up else f"{start:g} − {end:g}"
        percent = found.pct_improved[code]
        sums = "none from 0" if percent is None else f"({change}) / {start:g} = {percent:.4g} %".replace("-", "−")
        counts = "improved" if code in found.improved else "worse" if code in found.worsened else "neither"
        rows[measure(code).label] = {
            "start": f"{start:g}",
            "week 12": f"{end:g}",
            "in percent of the start": sums,
            "counts in 2004 as": counts,
            "in the 2016 score, of the range": _earned(code, of_range[code], score.points[code]),
        }
    frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis("measure")
    lines = score_rule(load_response(_SCORE)).table.categories
    ladder = ", ".join(f"from {float(line):g} {name}" for name, line in lines)
    return Table(
        frame,
        f"Patient {key} by hand, + is better. Values assumed; thresholds of {_USUAL}. {found.reason}. "
        f"The 2016 score: {' + '.join(f'{points:g}' for points in score.points.values())} = {score.score:g}, "
        f"{score.category} ({ladder}).",
        f"Patient {key} by hand",
    )


def _earned(code: str, percent: float | None, points: float) -> str:
    if not percent:
        return "did not change: 0 points."
    if percent < 0:
        return "worsened: 0 points, and the score takes nothing off."
    table = score_rule(load_response(_SCORE)).table
    amount = percent_text(Fraction(percent), table.above[table.items.index(code)])
    return f"improved by {amount} of its range: {points:g} points."


def many_patients() -> Table:
    """How often each change of words changes a verdict, in 4,000 virtual patients."""
    said = "The game again with 4,000 other virtual patients (seed 2, drug effect assumed); interval: exact, 95 %."
    return Table(wordings_in_many(), said, "How often, in four thousand patients?")


def by_definition(trials: int = 100, *, seed: int = 2) -> Later:
    """How many enrolled patients of 100 respond, by definition: computed, and counted in simulated trials.

    Parameters
    ----------
    trials, seed : int
        Of the simulation; the same trials under every definition.
    """
    return Later("One drug, five definitions", lambda: _by_definition(trials, seed))


_AT_ONCE = 5
"""Trials simulated in one step, between two of which the page answers."""


def _by_definition(trials: int, seed: int) -> Steps:
    truth, protocol, rows = Scenario(), our_trial(), {}
    enrolled = []
    for first in range(0, trials, _AT_ONCE):
        some = min(_AT_ONCE, trials - first)
        enrolled.append((some, enrol(protocol, truth, protocol.n, seed=seed, first=first, count=some)))
        yield
    for name in (_USUAL, _RECORD, _SCORE, "TIS-MODERATE", "TIS-MAJOR"):
        found = yield from response_in_pieces(truth, protocol, name)
        endpoint, responders = Endpoint.of(protocol, name), 0
        for some, part in enrolled:
            told = counts(responses(part, truth, endpoint), np.full(some, protocol.n), endpoint.missing_visit)
            responders += int(told.responders.sum())
            yield
        share = responders / (trials * protocol.n)
        rows[name] = {
            "computed": round(100 * found.value, 1),
            f"counted in {trials * protocol.n:,} patients": round(100 * share, 1),
            "standard error": round(100 * (share * (1 - share) / (trials * protocol.n)) ** 0.5, 1),
        }
    return Table(
        pd.DataFrame.from_dict(rows, orient="index").rename_axis("responders of 100, by"),
        f"Patients enrolled as the record asks, {protocol.n} a trial; the drug effect is assumed so that 50 of 100 "
        f"respond by {_USUAL}. Computed: standard error below 0.1. Counted: {trials} simulated trials, seed {seed}.",
    )
