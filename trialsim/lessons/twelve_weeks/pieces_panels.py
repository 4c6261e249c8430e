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
from trialsim.figures.pieces import Piece, pieces_picture
from trialsim.lessons.control_arms import control_arms
from trialsim.lessons.trial_controls import belief
from trialsim.lessons.twelve_weeks.many_trials import MANY_SEED, by_piece_in_steps
from trialsim.lessons.twelve_weeks.patient_courses import course, only_error
from trialsim.lessons.twelve_weeks.recruited_panels import GUESS, respond_without
from trialsim.lessons.twelve_weeks.twenty_patients import SIZE, our_trial, rule
from trialsim.patients.scenario import Scenario
from trialsim.power.decomposition import decompose
from trialsim.power.expectation import response_probability
from trialsim.widgets.controls import Checkbox, Slider
from trialsim.widgets.later import Later, Steps
from trialsim.widgets.panel import Panel, State, Task, View
from trialsim.widgets.table import Table

_WORKING = threading.RLock()
"""Held while pieces are worked out, so that nobody works out what `warm` is about to have."""
_OPTIMISM = 0.5
_SAME_RULE = "3 of 6 measures improved"
_DRUG = "drug"
_TIE = "nobody is selected here, so this is no regression to the mean"
_LABELS = {
    "noise": "Error of the instruments alone",
    "own": "+ each measure's ups and downs",
    "natural": "+ the disease's ups and downs",
    "regression": "+ entry tied to a passing phase",
    "background": "+ background treatment",
    "drug": "+ the drug",
    "optimism": "+ optimism, both globals",
}
SPREAD = Slider(
    "natural", "Spread of the disease's ups and downs (assumed)", 0, 35, 7,
    round(100 * Scenario().natural_fluctuation), unit="%",
)  # fmt: skip


@cache
def pieces_panel() -> Panel:
    """The stairs from no change at all to the response rate with the drug."""
    tasks = (
        Task("Move the assumed spread to 0. Who still responds without the drug?", lambda state: state["natural"] == 0),
        Task("Move it to 35. Is the disease still the largest piece?", lambda state: state["natural"] == SPREAD.high),
        Task("Let everybody know the treatment. What does optimism add?", lambda state: bool(state["optimism"])),
    )
    return Panel(
        "Where do the responders come from?",
        (
            SPREAD,
            Checkbox("optimism", f"Everybody knows the treatment: both globals {_OPTIMISM:g} cm better"),
        ),
        _draw,
        prediction=GUESS,
        found=respond_without,
        cost=900.0,
        tasks=tasks,
    )


def pieces(natural: float = SPREAD.default, optimism: bool = False) -> tuple[Piece, ...]:
    """The pieces of the base case, by the spread of the ups and downs (in percent) and whether an open label flatters
    both globals."""
    with _WORKING:
        return _pieces(natural, optimism)


@lru_cache(maxsize=16)
def _pieces(natural: float, optimism: bool) -> tuple[Piece, ...]:
    truth = replace(Scenario(), natural_fluctuation=natural / 100)
    if optimism:
        # Optimism is the last step: what stands below it is the same without it.
        *below, last = pieces(natural)
        found = response_probability(replace(truth, open_label_optimism=_OPTIMISM), our_trial(), rule())
        return (*below, replace(last, added=found.value - below[-1].total, total=found.value,
                                standard_error=found.standard_error))  # fmt: skip
    frame = decompose(truth, our_trial(), rule())
    columns = (frame[name].tolist() for name in ("piece", "added", "total", "standard_error"))
    return tuple(
        Piece(name, _LABELS[name], added, total, error, name == _DRUG)
        for name, added, total, error in zip(*columns, strict=True)
    )


def _draw(state: State) -> View:
    guess = state["prediction"]
    stairs = pieces(state["natural"], state["optimism"])
    without = next(at for at, piece in enumerate(stairs) if piece.drug)
    before, last = stairs[without - 1], stairs[-1]
    said = "" if guess is None else f" You guessed {guess:g} of {SIZE}, {100 * guess / SIZE:g} in 100."
    flattered = f" Optimism adds {100 * last.added:.1f} more." if state["optimism"] else ""
    sentence = (
        f"In our model {100 * before.total:.0f} in 100 respond without the drug.{said} The largest piece of them: "
        f"{_largest(stairs[:without])}. The drug brings {100 * stairs[without].added:.0f} more.{flattered}"
    )
    steps = "; ".join(f"{piece.label.removeprefix('+ ')} {100 * piece.added:+.1f}" for piece in stairs)
    shown = stairs if state["optimism"] else stairs[:-1]
    return View(
        pieces_picture(shown, prediction=None if guess is None else guess / SIZE),
        sentence,
        f"Steps up to {100 * last.total:.1f} in 100: {steps}. Without the drug {100 * before.total:.1f}.",
        f"Nearly exact (ts.decompose). Assumed: every spread, the drug ({belief(50)}) and the background, solved so "
        f"that 30 in 100 respond without the drug at week {our_trial().week}, our projection. In another order the "
        f"steps have other sizes. Entry tied to a passing phase: {_TIE}.",
    )


def _largest(stairs: tuple[Piece, ...]) -> str:
    top = max(stairs, key=lambda piece: piece.added)
    return f"{top.label.removeprefix('+ ')}, {100 * top.added:.0f}"


@cache
def warm() -> None:
    """Work out in the background, once, what the panel may be asked for: the learner is at the pictures before it."""

    def work() -> Iterator[None]:
        first = (SPREAD.default, SPREAD.default / 2)  # the second is asked for by a question
        for natural in (*first, *(value for value in SPREAD.values if value not in first)):
            for optimism in (False, True):
                pieces(natural, optimism)
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
        scale = measure(code)
        true, first, last = (int(values[at, visit, j]) for values, visit in (
            (found.twelve.true, 0), (found.twelve.read, 0), (found.twelve.read, -1)))  # fmt: skip
        better = 100 * scale.gain(first, last) / first if first else None
        shown = [reading_text(code, value) for value in (true, first, last)]
        counts = "improved" if found.improved[at, j] else "worse" if found.worse[at, j] else "neither"
        unit = "x ULN" if scale.is_enzyme else scale.unit
        if scale.is_enzyme:
            shown = [f"{value / found.uln[at]:.2f}" for value in (true, first, last)]
        name = f"{scale.label}, {unit}" if unit != "index" else scale.label
        rows.append([name, *shown, "" if better is None else f"{better:+.0f}", counts])
    columns = ["measure", "true, weeks 0 and 12", "read, week 0", "read, week 12", "change, %", "counts as"]
    improved, worse = int(found.improved[at].sum()), int(found.worse[at].sum())
    verdict = "a responder" if found.responded[at] else "not a responder"
    return Table(
        pd.DataFrame(rows, columns=columns),
        f"Patient {at + 1}, if nothing changes and only the instruments err: {improved} improved, {worse} worse, "
        f"{verdict}. + is better. Assumed: the error of each instrument.",
        drawer="By hand: one patient in whom nothing changes",
    )


def reading_text(code: str, value: int) -> str:
    """A value on the grid as an instrument shows it."""
    scale = measure(code)
    return f"{value / scale.grid:{'.3f' if code == 'HAQDI' else '.0f' if scale.is_enzyme or code == 'MMT8' else '.1f'}}"


def groups() -> Table:
    """The published groups of the picture, with their sources."""
    arms = control_arms()
    arms = arms[arms["rule"] == _SAME_RULE].drop(columns="rule")
    caption = (
        f"Patients without the new drug who responded ({_SAME_RULE}). Groups of one study share patients. Recalled: "
        "the number was not read again in its source."
    )
    return Table(arms, caption, drawer="Published patients without the drug respond, too")


def piece_by_piece() -> Later:
    """The stairs in numbers: nearly exact, counted in simulated patients, and counted in the first twenty.

    Examples
    --------
    >>> piece_by_piece().table.frame.columns[0]
    'nearly exact, in 100'
    """
    return Later("The steps in numbers, and the same counted in simulated patients", _piece_by_piece)


def _piece_by_piece() -> Steps:
    counted = yield from by_piece_in_steps()
    while not _WORKING.acquire(blocking=False):  # the pieces are being worked out ahead
        yield
    _WORKING.release()
    rows = {}
    for piece, (twenty, share, count) in zip(pieces(), counted, strict=True):
        rows[piece.label] = {
            "nearly exact, in 100": f"{100 * piece.total:.2f}",
            "standard error": f"{100 * piece.standard_error:.3f}",
            f"counted in {count:,}, in 100": f"{100 * share.value:.1f}",
            "its standard error": f"{100 * share.standard_error:.1f}",
            f"of our {SIZE}": twenty,
        }
    frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis("everything up to")
    return Table(
        frame,
        f"Patients who respond at week {our_trial().week} when causes are added one by one "
        f"(ts.decompose). Assumed: the base case, no optimism; in another order the steps have other sizes. Entry tied "
        f"to a passing phase: {_TIE}. Seed {MANY_SEED}.",
    )
