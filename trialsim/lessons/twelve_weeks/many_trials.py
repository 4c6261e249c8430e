"""Many patients of the same clinic as the twenty of lesson 03, for what twenty are too few to show."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from functools import cache, lru_cache
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from trialsim.ahead import at_once, give_back_memory
from trialsim.lessons.twelve_weeks.twenty_patients import FIRST_SEED, SIZE, THRESHOLDS, Bools, endpoint, held, no_drug
from trialsim.patients.scenario import Scenario
from trialsim.power.decomposition import PIECES
from trialsim.power.estimated_chance import Estimate
from trialsim.trial.endpoint import responses
from trialsim.trial.enrolment import Enrolment

MANY_SEED = 1
_TWIN_TRIALS, _MANY_TRIALS = 100, 300
_AT_ONCE = 20  # trials in one step, between two of which the page answers
MANY_TWINS = SIZE * _TWIN_TRIALS


@lru_cache(maxsize=2)
def _crowd(trials: int) -> Enrolment:
    """Many trials of twenty from the same clinic, recruited as in the record; some 10 MB for a hundred of them."""
    return held(MANY_SEED, 0, trials, Scenario())


@lru_cache(maxsize=2048)
def _many_responders(trials: int, truth: Scenario) -> Bools:
    return responses(_crowd(trials), truth, endpoint()).responded.ravel()


def many_twins(truth: Scenario) -> tuple[Estimate, Estimate]:
    """The share of two thousand such patients who respond with the drug and without it; the same patients each time."""
    with_drug, without = (_many_responders(_TWIN_TRIALS, world) for world in (truth, no_drug(truth)))
    return _share(with_drug), _share(without)


def many_share(truth: Scenario) -> tuple[Estimate, int]:
    """The share of many patients from a physician global on who respond, and how many they are.

    Six thousand patients are enrolled as in the record; those who reach the threshold are kept.
    """
    everybody = _many_responders(_MANY_TRIALS, replace(truth, entry_phga_min=THRESHOLDS[0]))
    kept = everybody[_many_phga() >= round(10 * truth.entry_phga_min)]
    return _share(kept), len(kept)


@cache
def _many_phga() -> NDArray[np.int64]:
    """Physician global of the six thousand at baseline, in mm, in the order of their responses."""
    parts = _crowd(_MANY_TRIALS).parts
    trial = np.concatenate([part.trial for part in parts])
    phga = np.concatenate([part.candidates.readings.scales[:, 0] for part in parts])
    return np.asarray(phga[np.argsort(trial, kind="stable")])


def _share(responded: Bools) -> Estimate:
    value, n = float(responded.mean()), len(responded)
    return Estimate(value, sqrt(value * (1 - value) / n))


@cache
def by_piece() -> tuple[tuple[int, Estimate, int], ...]:
    """The same as `by_piece_in_steps`, at once."""
    return at_once(by_piece_in_steps())


def by_piece_in_steps() -> Generator[None, None, tuple[tuple[int, Estimate, int], ...]]:
    """Count what `decompose` works out: at each of its steps the responders of the first twenty, the share of many who
    respond, and how many these are. They are enrolled anew only where a step makes them otherwise at entry."""
    still = {name: 0.0 for _, _, brought in PIECES for name in brought}
    # Of all that are entered the last; they go when all is counted.
    entered = lru_cache(maxsize=1 + _MANY_TRIALS // _AT_ONCE)(held)
    found = []
    for _, _, brought in PIECES:
        for name in brought:
            del still[name]
        truth = replace(Scenario(), **still)
        at_entry, many = truth.only("selection"), []
        twenty = responses(entered(FIRST_SEED, 0, 1, at_entry), truth, endpoint()).responded
        for first in range(0, _MANY_TRIALS, _AT_ONCE):
            some = entered(MANY_SEED, first, _AT_ONCE, at_entry)
            many.append(responses(some, truth, endpoint()).responded.ravel())
            yield
        found.append((int(twenty.sum()), _share(np.concatenate(many)), SIZE * _MANY_TRIALS))
    del entered
    give_back_memory()
    return tuple(found)
