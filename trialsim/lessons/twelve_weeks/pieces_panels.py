"""Where do the responders come from? The response rate in pieces that add up, nearly exact and counted."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, lru_cache

import numpy as np
import pandas as pd

from trialsim.ahead import compute_ahead
from trialsim.facts.core_set import measure
from trialsim.facts.scenarios import named_scenarios
from trialsim.figures.pieces import Piece, pieces_picture
from trialsim.figures.published import PublishedRate
from trialsim.lessons.control_arms import control_arms, published_rates
from trialsim.lessons.twelve_weeks.many_trials import MANY_SEED, by_piece
from trialsim.lessons.twelve_weeks.patient_courses import course, only_error
from trialsim.lessons.twelve_weeks.recruited_panels import GUESS, respond_without
from trialsim.lessons.twelve_weeks.twenty_patients import SIZE, our_trial, rule
from trialsim.patients.scenario import Scenario
from trialsim.power.decomposition import decompose
from trialsim.power.estimate import Estimate
from trialsim.power.expectation import response_probability
from trialsim.power.randomised import phase_three
from trialsim.widgets.controls import Checkbox, Select
from trialsim.widgets.panel import Panel, State, View
from trialsim.widgets.table import Table

__all__ = ["LATER_WEEK", "error_alone", "groups", "piece_by_piece", "pieces", "pieces_panel", "warm"]

LATER_WEEK = 24
_WORKING = threading.RLock()
"""Held while pieces are worked out, so that nobody works out what `warm` is about to have."""
_RECRUITED = {"none": 0.0, "4": 4.0, "6": 6.0}
_OPTIMISM = 0.5
_SAME_RULE = "3 of 6 measures improved"
_DRUG = "drug"
_SELECTED = "+ recruited at a bad moment"
_TIE = "nobody is selected here, so this is no regression to the mean"
_LABELS = {
    "noise": "Error of the instruments alone",
    "own": "+ each measure's own ups and downs",
    "natural": "+ the disease's ups and downs",
    "regression": "+ entry tied to a passing phase",
    "background": "+ background treatment",
    "drug": "+ the drug",
    "optimism": "+ optimism, both globals",
}


@cache
def pieces_panel() -> Panel:
    """The stairs from no change at all to the response rate with the drug."""
    return Panel(
        "Where do the responders come from?",
        (
            Select(
                "recruited",
                "Recruited",
                {"none": "as they come, as in the record", "4": "physician global from 4 cm", "6": "from 6 cm"},
            ),
            Checkbox("optimism", f"Everybody knows the treatment: both globals {_OPTIMISM:g} cm better"),
        ),
        _draw,
        prediction=GUESS,
        found=respond_without,
    )


def pieces(recruited: str = "none", optimism: bool = False) -> tuple[Piece, ...]:
    """The pieces of the base case, by how patients are recruited and whether an open label flatters both globals."""
    with _WORKING:
        return _pieces(recruited, optimism)


@lru_cache(maxsize=16)
def _pieces(recruited: str, optimism: bool) -> tuple[Piece, ...]:
    truth = replace(Scenario(), entry_phga_min=_RECRUITED[recruited])
    if optimism:
        # Optimism is the last step: what stands below it is the same without it.
        *below, last = pieces(recruited)
        found = response_probability(replace(truth, open_label_optimism=_OPTIMISM), our_trial(), rule())
        return (*below, replace(last, added=found.value - below[-1].total, total=found.value,
                                standard_error=found.standard_error))  # fmt: skip
    frame = decompose(truth, our_trial(), rule())
    columns = (frame[name].tolist() for name in ("piece", "added", "total", "standard_error"))
    return tuple(
        Piece(name, _label(name, recruited), added, total, error, name == _DRUG)
        for name, added, total, error in zip(*columns, strict=True)
    )


def _label(name: str, recruited: str) -> str:
    """A piece in words: who is let in at any reading is not recruited at a bad moment."""
    return _SELECTED if name == "regression" and recruited != "none" else _LABELS[name]


def later(recruited: str = "none") -> Estimate:
    """The share who respond without the drug at the week at which most published groups were seen."""
    with _WORKING:
        return _later(recruited)


@lru_cache(maxsize=8)
def _later(recruited: str) -> Estimate:
    truth = replace(Scenario(), entry_phga_min=_RECRUITED[recruited]).without_drug()
    return response_probability(truth, our_trial(), rule(), week=LATER_WEEK)


@cache
def _published() -> tuple[PublishedRate, ...]:
    return tuple(one for one in published_rates(our_trial()) if one.family == _SAME_RULE)


def _draw(state: State) -> View:
    recruited, guess = state["recruited"], state["prediction"]
    stairs, carried = pieces(recruited, state["optimism"]), later(recruited)
    without = next(at for at, one in enumerate(stairs) if one.drug)
    before, last = stairs[without - 1], stairs[-1]
    rates = [one.rate for one in _published()]
    said = "" if guess is None else f" You predicted {guess:g} of {SIZE}, {100 * guess / SIZE:g} in 100."
    ill = "" if recruited == "none" else f" when nobody below {recruited} cm is recruited"
    flattered = f" Optimism adds {100 * last.added:.1f} more." if state["optimism"] else ""
    sentence = (
        f"Without the drug {100 * before.total:.0f} in 100 respond{ill}.{said} The largest piece of them: "
        f"{_largest(stairs[:without])}. The drug brings {100 * stairs[without].added:.0f} more.{flattered} Published "
        f"groups without the drug run from {100 * min(rates):.0f} to {100 * max(rates):.0f} in 100."
    )
    steps = "; ".join(f"{one.label.removeprefix('+ ')} {100 * one.added:+.1f}" for one in stairs)
    return View(
        pieces_picture(
            stairs, before.total, _published(), (f"this model, week {LATER_WEEK}, without the drug", carried.value),
            prediction=None if guess is None else guess / SIZE,
        ),
        sentence,
        f"Steps up to {100 * last.total:.1f} in 100: {steps}. Without the drug {100 * before.total:.1f}. "
        f"{len(_published())} published groups run from {100 * min(rates):.0f} to {100 * max(rates):.0f} in 100.",
        "Nearly exact (ts.decompose); se = standard error of the total. Assumed: every spread, and the background, "
        f"solved so that 30 in 100 respond without the drug at week {our_trial().week}: our projection from the "
        f"placebo group with dermatomyositis at week {LATER_WEEK}, so that the diamond beside it is a check of "
        f"consistency, no validation. The order of the pieces is a choice, and decides their sizes. "
        f"{_selected(recruited)}{_base()}Published groups: counts with exact 95 % intervals; sources in the "
        "table below.",
    )  # fmt: skip


def _selected(recruited: str) -> str:
    return "" if recruited != "none" else f"Entry tied to a passing phase: {_TIE}. "


def _base() -> str:
    """What the last steps rest on, and what has been seen since."""
    seen = phase_three()
    return (
        f"The drug: {named_scenarios()['hopeful'].describe()} Randomised, in dermatomyositis: {seen.words} at week "
        f"{seen.treated.week}. "
    )


def _largest(stairs: tuple[Piece, ...]) -> str:
    top = max(stairs, key=lambda one: one.added)
    return f"{top.label.removeprefix('+ ')}, {100 * top.added:.0f}"


def warm() -> None:
    """Work out what the panel may be asked for, in the background, while the learner reads."""

    def work() -> Iterator[None]:
        for recruited in _RECRUITED:
            for optimism in (False, True):
                pieces(recruited, optimism)
                yield
            later(recruited)
            yield

    compute_ahead(work, "pieces of lesson 03")


# ---- tables ---------------------------------------------------------------------------------------------------------
def error_alone(draw: int = 1, patient: int | None = None) -> Table:
    """One patient in whom nothing changes in twelve weeks, as the instruments read it at both ends.

    Parameters
    ----------
    draw, patient : int
        Which twenty, and who of them; the one in whom error alone improves most measures unless given.

    Examples
    --------
    >>> error_alone().frame.columns.tolist()
    ['measure', 'true, weeks 0 and 12', 'read, week 0', 'read, week 12', 'change, %', 'counts as']
    """
    found = course(draw, only_error())
    at = int(np.argmax(found.improved.sum(axis=1))) if patient is None else patient - 1
    rows = []
    for j, code in enumerate(rule().items):
        one = measure(code)
        true, first, last = (int(values[at, visit, j]) for values, visit in (
            (found.twelve.true, 0), (found.twelve.read, 0), (found.twelve.read, -1)))  # fmt: skip
        better = 100 * (last - first if one.higher_is_better else first - last) / first if first else None
        shown = [_value(code, value) for value in (true, first, last)]
        counts = "improved" if found.improved[at, j] else "worse" if found.worse[at, j] else "neither"
        unit = "x ULN" if one.is_enzyme else one.unit
        if one.is_enzyme:
            shown = [f"{value / found.uln[at]:.2f}" for value in (true, first, last)]
        name = f"{one.label}, {unit}" if unit != "index" else one.label
        rows.append([name, *shown, "" if better is None else f"{better:+.0f}", counts])
    columns = ["measure", "true, weeks 0 and 12", "read, week 0", "read, week 12", "change, %", "counts as"]
    improved, worse = int(found.improved[at].sum()), int(found.worse[at].sum())
    verdict = "a responder" if found.responded[at] else "not a responder"
    return Table(
        pd.DataFrame(rows, columns=columns),
        f"Patient {at + 1}, if nothing changes and only the instruments err: {improved} improved, {worse} worse, "
        f"{verdict}. + is better. Assumed: the error of each instrument.",
    )


def _value(code: str, value: int) -> str:
    return f"{value / measure(code).grid:{'.3f' if code == 'HAQDI' else '.0f' if code == 'MMT8' else '.1f'}}"


def groups() -> Table:
    """The published groups of the picture, with their sources."""
    arms = control_arms()
    arms = arms[arms["rule"] == _SAME_RULE].drop(columns="rule")
    return Table(
        arms, f"Patients without the new drug who responded ({_SAME_RULE}). Groups of one study share patients."
    )


def piece_by_piece() -> Table:
    """The stairs in numbers: nearly exact, counted in simulated patients, and counted in the first twenty.

    Examples
    --------
    >>> piece_by_piece().frame.columns[0]
    'nearly exact, in 100'
    """
    rows = {}
    for one, (twenty, share, count) in zip(pieces(), by_piece(), strict=True):
        rows[one.label] = {
            "nearly exact, in 100": f"{100 * one.total:.2f}",
            "standard error": f"{100 * one.standard_error:.3f}",
            f"counted in {count:,}, in 100": f"{100 * share.value:.1f}",
            "its standard error": f"{100 * share.standard_error:.1f}",
            f"of our {SIZE}": twenty,
        }
    frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis("everything up to")
    return Table(
        frame,
        f"Patients who respond at week {our_trial().week} when pieces are switched on one after the other "
        f"(ts.decompose). Assumed: the base case, no optimism; in another order the steps have other sizes. Entry tied "
        f"to a passing phase: {_TIE}. Seed {MANY_SEED}.",
    )
