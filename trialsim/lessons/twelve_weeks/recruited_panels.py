"""Whom do you recruit? Twelve weeks of twenty patients when only those with a bad enough day may come."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from trialsim.design import single_stage
from trialsim.facts.core_set import measure
from trialsim.facts.responses import CountRule
from trialsim.figures.trajectories import MeasureChange, Scale, trajectories_picture
from trialsim.lessons.twelve_weeks.many_trials import many_share
from trialsim.lessons.twelve_weeks.patient_courses import Course, course
from trialsim.lessons.twelve_weeks.twenty_patients import SIZE, THRESHOLDS, rule, scenario, twins
from trialsim.widgets.controls import Select, Slider
from trialsim.widgets.panel import Panel, State, Task, View

GUESS = Slider("respond_anyway", f"Of {SIZE} patients without the drug, how many respond at week 12?", 0, SIZE, 1, 3)
"""What the learner commits to; every panel of the lesson shows it."""


def respond_without() -> int:
    """What that is held against: how many of the first twenty respond where the controls begin, but without the drug.

    Examples
    --------
    >>> respond_without()
    6
    """
    return int(twins(1, scenario()).untreated.sum())


PLANNED_P0 = 0.30

_SCALES = {
    "PHGA": Scale("Physician global (cm)", 0, 10),
    "PTGA": Scale("Patient global (cm)", 0, 10),
    "MMT8": Scale("Strength, MMT-8 (points)", 60, 151),
    "HAQDI": Scale("HAQ-DI (index)", 0, 3),
    "ENZYME": Scale("Enzyme followed (multiples of ULN)", 0.1, 30, ratios=True),
    "EMGA": Scale("Extramuscular global (cm)", 0, 10),
}
_SHORT = {
    "PHGA": "Physician",
    "PTGA": "Patient",
    "MMT8": "MMT-8",
    "HAQDI": "HAQ-DI",
    "ENZYME": "Enzyme",
    "EMGA": "Extramusc.",
}
_FIRST = 7


@cache
def recruited_panel() -> Panel:
    """Twelve weeks of the first twenty, without the drug at first, from any physician global on."""
    return Panel(
        "Whom do you recruit?",
        (
            Slider(
                "threshold", "Recruit from a physician global of", THRESHOLDS[0], THRESHOLDS[-1], 0.5, 0.0,
                format=_show_threshold,
            ),
            Slider("patient", "Look closely at patient", 1, SIZE, 1, _FIRST),
            Select("measure", "Measure to follow", {code: scale.label for code, scale in _SCALES.items()}),
        ),
        _draw,
        prediction=GUESS,
        found=respond_without,
        tasks=(
            Task("Recruit from 6 cm. How many respond now, without any drug?", lambda state: state["threshold"] == 6),
            Task(
                "Stay at 6 cm and look closely at patient 13. Why did this patient come?",
                lambda state: (state["threshold"], state["patient"]) == (6, 13),
            ),
        ),
    )  # fmt: skip


def _show_threshold(value: float) -> str:
    return "none" if value == 0 else f"{value:g} cm"


def _draw(state: State) -> View:
    threshold, at, code = state["threshold"], state["patient"] - 1, state["measure"]
    truth = scenario(drug=0.0, threshold=threshold)
    found = course(1, truth)
    read, true = (_public(found, values, code) for values in (found.twelve.read, found.twelve.true))
    count, (share, kept) = int(found.responded.sum()), many_share(truth)
    recruited = f"from {threshold:g} cm" if threshold else "anybody who is eligible"
    changes = _changes(found, at)
    improved, worse = int(found.improved[at].sum()), int(found.worse[at].sum())
    verdict = "responds" if found.responded[at] else "does not respond"
    if not found.twelve.here[at, -1]:
        verdict = "has no week 12 and counts as no response"
    new = ", a newcomer," if found.labels[at] > SIZE else ""
    guess = state["prediction"]
    picture = trajectories_picture(
        _SCALES[code],
        found.weeks,
        read,
        true,
        found.responded,
        chosen=at,
        threshold=threshold if threshold and code == "PHGA" else None,
        changes=changes,
        limits=limits(),
        titles=(
            f"{count} of {SIZE} respond without the drug" + ("" if guess is None else f" (you: {guess:g})"),
            f"Patient {at + 1}{', new' if new else ''}: {improved} improved, {worse} worse",
        ),
    )
    start, end = (_mean(column, code) for column in (read[:, 0], read[:, -1]))
    design = single_stage(SIZE, PLANNED_P0)
    lucky = 100 * design.power(share.value)
    whom = f"Recruited from {threshold:g} cm on" if threshold else "Recruited as they come"
    said = "" if guess is None else f" You guessed {guess:g} without the drug."
    sentence = (
        f"{whom}, without the drug: {count} of {SIZE} respond.{said} The mean {_name(code)} goes from {start} "
        f"to {end}. "
        f"Of {kept:,} others recruited so, {100 * share.value:.0f} in 100 respond. A trial that needs "
        f"{design.min_responders} of {SIZE} would be called a success in about {lucky:.0f} of 100 tries, although "
        f"nobody got the drug. Patient {at + 1}{new} {verdict}."
    )
    return View(
        picture,
        sentence,
        f"{SIZE} patients recruited {recruited}, without the drug: mean {_name(code)} {start} at week 0, "
        f"{end} at week 12; "
        f"{count} respond. Patient {at + 1}: {improved} of {len(changes)} measures improved, {worse} worse.",
        "Simulated patients (ts.simulate_trial); parameters with their sources: ts.load_population(). Assumed: how "
        f"much of a high physician global is a passing phase (r = {truth.entry_correlation:g}); the record has no "
        f"threshold. Standard error of the share: {100 * share.standard_error:.1f}. "
        f"Response: {rule().label} ({rule().source}). Success: exact, "
        f"p0 = {100 * PLANNED_P0:.0f} % (assumed).",
    )


@cache
def limits() -> tuple[float, float]:
    """Percent from which on a measure is improved, and worse."""
    found = rule().rule
    assert isinstance(found, CountRule)
    return float(found.improved.percent), float(found.worse.percent)


def _public(found: Course, values: NDArray[np.int64], code: str) -> NDArray[np.float64]:
    """One measure in its public unit, an enzyme in multiples of its limit; NaN where a visit did not take place."""
    column = values[:, :, rule().items.index(code)]
    per = found.uln[:, None] if measure(code).is_enzyme else measure(code).grid
    return np.asarray(np.where(found.twelve.here, column / per, np.nan))


def _mean(values: NDArray[np.float64], code: str) -> str:
    """The mean of a visit as the sentence says it; of ratios the geometric one."""
    if measure(code).is_enzyme:
        return f"{np.exp(np.nanmean(np.log(values))):.1f} x ULN"
    return measure(code).with_unit(f"{np.nanmean(values):.1f}")


def _name(code: str) -> str:
    return measure(code).label


def _changes(found: Course, at: int) -> list[MeasureChange]:
    """What became of each measure of one patient."""
    rows = []
    here = bool(found.twelve.here[at, -1])
    for j, code in enumerate(rule().items):
        first, last = (int(found.twelve.read[at, visit, j]) for visit in (0, -1))
        scale = measure(code)
        better = scale.gain(first, last)
        per = scale.grid
        form = ".2f" if code == "HAQDI" else ".0f" if scale.is_enzyme or code == "MMT8" else ".1f"
        values = f"{first / per:{form}} to {last / per:{form}}" if here else f"{first / per:{form}}, no week 12"
        verdict = "improved" if found.improved[at, j] else "worse" if found.worse[at, j] else ""
        rows.append(MeasureChange(_SHORT[code], values, 100 * better / first if here and first else None, verdict))
    return rows
