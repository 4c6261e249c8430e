"""The tables of lesson 05: published rates and doses, one patient by hand, and counts beside exact numbers."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from math import exp, log
from typing import Any

import numpy as np
import pandas as pd

from trialsim.design import response_interval, zero_events_bound
from trialsim.facts.evidence import evidence
from trialsim.figures.published import PublishedRate
from trialsim.lessons.steroids_and_safety.dose_patients import MANY, doses, factors, many_doses, our_trial, world
from trialsim.patients.adverse_events import adverse_events
from trialsim.patients.points import Streams
from trialsim.patients.scenario import Scenario
from trialsim.widgets.table import Table

_PLAIN = {"ABA-P3 NCT02971683": "ABA-P3", "ARTEMIS NCT01315938": "ARTEMIS", "Etanercept NCT00112385": "Etanercept"}
_ARMS = {"abatacept": "abatacept", "abatacept IV": "abatacept", "placebo+SOC": "placebo", "placebo": "placebo"}
_PATIENTS = {"refractory IIM": "myositis", "undifferentiated arthritis": "arthritis"}
_EVENTS = (
    "any adverse event", "serious adverse event", "serious adverse events", "infection", "serious infection",
    "herpes zoster", "herpes zoster causing dose interruption", "acute infusion-related event within 1 h",
)  # fmt: skip
_DOSES = ("GC dose", "prednisone dose", "weaned off prednisone on schedule")
_NOT_LIKE_OURS = "Acthar RCI NCT01906372"
"""Left out: corticotropin makes the body's own steroid, which replaces prednisone."""


def _rows(measures: tuple[str, ...]) -> pd.DataFrame:
    table = evidence()
    table = table[table["measure"].isin(measures) & table["study"].ne(_NOT_LIKE_OURS)]
    return table.assign(study=table["study"].replace(_PLAIN), status=table["status"].str.lower())


@cache
def serious_rates() -> tuple[PublishedRate, ...]:
    """Published groups of whom it is known how many patients had a serious event, with exact intervals."""
    rows = _rows(("serious adverse event",)).dropna(subset=["responders", "n"])
    return tuple(
        PublishedRate(
            f"{row.study} {_ARMS[str(row.arm)]}: {row.responders} of {row.n} ({_PATIENTS[str(row.population)]})",
            int(str(row.responders)) / int(str(row.n)),
            response_interval(int(str(row.responders)), int(str(row.n))),
            f"week {row.week}",
            "patients with a serious adverse event",
        )
        for row in rows.itertuples()
    )


def published_events() -> Table:
    """Published rates of adverse events, with their sources."""
    rows = _rows(_EVENTS).sort_values("measure", key=lambda measure: measure.map(_EVENTS.index), kind="stable")
    frame = pd.DataFrame(
        {
            "event": rows["measure"],
            "study, group": _who(rows),
            "patients": rows["population"],
            "week": rows["week"].map(_whole),
            "found": [_found(row) for row in rows.itertuples()],
            "status": rows["status"],
            "source": _sources(rows),
        }
    )
    caption = "Adverse events. Recalled means that the number was not read again in its source."
    return Table(frame, caption, drawer="Published rates of adverse events, with their sources")


def published_doses() -> Table:
    """Published doses of glucocorticoid at the start and later, with their sources."""
    rows = _rows(_DOSES)
    frame = pd.DataFrame(
        {
            "study, group": _who(rows),
            "patients": rows["population"],
            "what": rows["measure"].str.replace("GC", "glucocorticoid"),
            "week": rows["week"].map(_whole),
            "found": [_found(row) for row in rows.itertuples()],
            "status": rows["status"],
            "source": _sources(rows),
        }
    )
    caption = "Glucocorticoid in myositis trials. None is week 12 of adults on abatacept: nothing was found."
    return Table(frame, caption, drawer="Published doses of glucocorticoid, with their sources")


def _found(row: Any) -> str:
    """A number of the evidence with its unit, and the patients where they were counted."""
    statistic, counted, n = row.statistic, row.responders, row.n
    shown = f"{row.value:g} {row.unit}"
    if statistic in ("mean", "median"):
        shown = f"{shown} ({statistic})"
    if not pd.isna(counted) and not pd.isna(n):
        return f"{counted} of {n}" if statistic == "responders" else f"{shown} ({counted} of {n})"
    return shown if pd.isna(n) or statistic not in ("percent", "rate") else f"{shown} ({n:,} patients)"


def _who(rows: pd.DataFrame) -> list[str]:
    return [", ".join(filter(None, pair)) for pair in zip(rows["study"], rows["arm"], strict=True)]


def _sources(rows: pd.DataFrame) -> list[str]:
    """Each source, with what is to be known of the number."""
    notes = [
        [part for part in str(note).split("; ") if part and not part.startswith(("count empty", "interval", "spread"))]
        for note in rows["note"]
    ]
    return ["; ".join([str(source), *note]) for source, note in zip(rows["source"], notes, strict=True)]


def _whole(value: Any) -> str:
    return "" if pd.isna(value) else str(value)


def by_hand(n: int | None = None, rates: tuple[float, ...] = (0.01, 0.05, 0.10, 0.15)) -> Table:
    """Zero events by hand: how often one patient, and how often all patients, have none at some rates and at the bound.

    Examples
    --------
    >>> by_hand(20).frame["excluded"].tolist()
    ['no', 'no', 'no', 'no', 'yes']
    """
    size = our_trial().n if n is None else n
    bound = zero_events_bound(size)
    listed = sorted((*rates, bound))
    frame = pd.DataFrame(
        {
            "one patient has none": [f"{100 * (1 - rate):.1f} in 100" for rate in listed],
            f"all {size} have none": [f"{100 * (1 - rate) ** size:.1f} in 100" for rate in listed],
            "excluded": ["no" if rate <= bound else "yes" for rate in listed],
        },
        index=pd.Index([f"{100 * rate:.1f} in 100" for rate in listed], name="true rate"),
    )
    return Table(
        frame,
        "Exact. Excluded with 95 % confidence, one-sided: none seen has a chance below 5 in 100. The rates are "
        "assumed.",
        drawer="By hand: how often do all twenty have no event?",
    )


def dose_by_hand(patient: int = 11, physician: str = "usual") -> Table:
    """One patient's dose at week 12, step by step, with the drug and without."""
    treated = world(physician)
    sides = {}
    for name, truth in (("with the drug", treated), ("without it", treated.without_drug())):
        entry, later = doses(1, truth)[patient - 1]
        shares = factors(1, truth)[patient - 1]
        times = [f"\N{MULTIPLICATION SIGN} {share:.2f}" for share in shares]
        sides[name] = [f"{entry:g} mg", *times, f"{entry * shares.prod():.1f} mg", f"{later:g} mg"]
    steps = [
        "dose at entry", f"plan of the {physician} physician", "how the plan went in this patient",
        "what the physician saw of the disease", "together", "as tablets",
    ]  # fmt: skip
    frame = pd.DataFrame(sides, index=pd.Index(steps, name=f"patient {patient}"))
    caption = f"Patient {patient} of the picture above, a made-up one. Assumed: every factor."
    return Table(frame, caption, drawer="By hand: one dose as a chain of decisions")


def exact_beside_simulated(trials: int = 10_000, seed: int = 5) -> Table:
    """What arithmetic says and what made-up patients do, with the standard error of the latter."""
    rows: dict[str, tuple[float, float, float, str]] = {}
    for name, truth in (("with the drug", world("usual")), ("without it", world("usual").without_drug())):
        # On the logarithm the factors add up, and all but the plan and the drug average to none.
        mean = log(truth.gc_ratio_median) - truth.gc_follows_state * truth.drug_effect * (1 - truth.untouched_share)
        found = many_doses(truth)
        found = found[(found > 0).all(axis=1)]
        ratios = np.log(found[:, 1] / found[:, 0])
        value = float(np.exp(ratios.mean()))
        error = value * float(ratios.std(ddof=1)) / len(ratios) ** 0.5
        rows[f"dose at week 12 as a share of entry, {name}"] = (exp(mean), value, error, f"{MANY:,} patients")
    n, base = our_trial().n, Scenario()
    for rate in (base.serious_event, zero_events_bound(n)):
        truth = replace(base, serious_event=rate)
        serious = adverse_events(Streams(seed, n * trials), truth).serious.any(axis=1).reshape(trials, n)
        share = float((~serious.any(axis=1)).mean())
        rows[f"trials of {n} without a serious event, true rate {100 * rate:.1f} in 100"] = (
            (1 - rate) ** n, share, (share * (1 - share) / trials) ** 0.5, f"{trials:,} trials",
        )  # fmt: skip
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["exact", "simulated", "standard error", "counted in"])
    frame = frame.round(4).rename_axis("what")
    return Table(
        frame,
        f"Usual physician. The dose as a geometric mean of those with a dose at both ends. Parameters assumed; "
        f"events: seed {seed}.",
        drawer="The same counted in made-up patients",
    )
