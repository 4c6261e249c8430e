"""The twenty patients of lesson 05: their doses under any physician, with the drug and without it.

They are the patients whom `simulate_trial` enrols with the seed below, one replicate after the other. Everybody is a
place in named random streams, so another physician, or no drug, is met by the same patients.

>>> usual = world("usual")
>>> doses(1, usual).shape, responders(1, usual) > responders(1, usual.without_drug())
((20, 2), True)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from trialsim.facts.population import load_population
from trialsim.facts.protocol import our_trial
from trialsim.patients import adverse_events, quantiles, steroid_doses
from trialsim.patients.improvement import shared_improvement
from trialsim.patients.scenario import Scenario
from trialsim.trial.endpoint import Endpoint, responses
from trialsim.trial.enrolment import Enrolment, Part, enrol

__all__ = [
    "DRUG_SET",
    "DRUG_STEP",
    "FIRST_SEED",
    "MANY",
    "PHYSICIANS",
    "SIZE",
    "doses",
    "events",
    "factors",
    "many_doses",
    "our_trial",
    "responders",
    "silence",
    "twenty",
    "world",
]

Floats = NDArray[np.float64]

FIRST_SEED = 131
"""The first twenty were chosen as typical: their dose falls about as much as the model expects of any twenty, with the
drug and without it, and none of them has a serious event, as in about half of all such trials."""
_MANY_SEED, _MANY_TRIALS = 2, 50
_DEFINITION = "IMACS-2004"
_HABIT = load_population().parameters["gc_ratio_median"]

PHYSICIANS = {"cautious": _HABIT.high, "usual": _HABIT.value, "quick": _HABIT.low}
"""Share of the dose at entry that each would have reached by week 12 if all went as under standard care."""


DRUG_STEP = 2.5
DRUG_SET = DRUG_STEP * round(100 * Scenario().drug_effect / DRUG_STEP)
"""Improvement by the drug, in percent, where its slider begins, and the step of that slider."""

SIZE = our_trial().n
MANY = SIZE * _MANY_TRIALS


def silence(item: str) -> str:
    """What the record leaves open under this name, in its own list."""
    return next(silence.text for silence in our_trial().silences if silence.item == item)


@lru_cache(maxsize=1024)
def world(physician: str, drug: float | None = None, follows: float | None = None) -> Scenario:
    """The base case with this physician, improvement by the drug and heed of the patient's state.

    Nobody misses week 12, so that the same twenty stand in every picture.
    """
    base = Scenario()
    return replace(
        base,
        gc_ratio_median=PHYSICIANS[physician],
        drug_effect=base.drug_effect if drug is None else drug,
        gc_follows_state=base.gc_follows_state if follows is None else follows,
        missing_week12=0.0,
    )


@lru_cache(maxsize=256)
def twenty(draw: int) -> Enrolment:
    """The enrolled of one draw."""
    return enrol(our_trial(), Scenario(), SIZE, seed=FIRST_SEED, first=draw - 1, count=1)


@cache
def _many() -> Enrolment:
    """Many trials of twenty from the same clinic, for what twenty are too few to show."""
    return enrol(our_trial(), Scenario(), SIZE, seed=_MANY_SEED, first=0, count=_MANY_TRIALS)


def _of_all(enrolment: Enrolment, of_part: Callable[[Part], NDArray[np.generic]]) -> NDArray[np.generic]:
    return np.concatenate([of_part(part) for part in enrolment.parts])


def _doses(enrolment: Enrolment, truth: Scenario) -> Floats:
    found = _of_all(enrolment, lambda part: steroid_doses.doses(part.points, part.candidates, truth))
    return np.asarray(found[:, [0, -1]], dtype=np.float64)


@lru_cache(maxsize=2048)
def doses(draw: int, truth: Scenario) -> Floats:
    """Doses of the twenty at entry and at week 12, mg of prednisone a day, shape (20, 2)."""
    return _doses(twenty(draw), truth)


def factors(draw: int, truth: Scenario) -> Floats:
    """What the dose at entry is multiplied by until week 12, shape (20, 3): the physician's plan, the scatter round it,
    and what the physician sees of the patient's state."""

    def of_part(part: Part) -> Floats:
        improved = shared_improvement(part.points, part.candidates.entry, truth, our_trial().week) - truth.background
        scatter = np.exp(truth.gc_ratio_spread * quantiles.normal(part.points("steroid habit")))
        seen = np.exp(-truth.gc_follows_state * improved)
        return np.stack([np.full(len(seen), truth.gc_ratio_median), scatter, seen], axis=-1)

    return np.asarray(_of_all(twenty(draw), of_part), dtype=np.float64)


@lru_cache(maxsize=64)
def many_doses(truth: Scenario) -> Floats:
    """The same of a thousand others, shape (1000, 2)."""
    return _doses(_many(), truth)


@lru_cache(maxsize=1024)
def _responders(draw: int, drug: float) -> int:
    endpoint = Endpoint.of(our_trial(), _DEFINITION)
    return int(responses(twenty(draw), world("usual", drug), endpoint).responded.sum())


def responders(draw: int, truth: Scenario) -> int:
    """How many of the twenty respond; in this model the dose of glucocorticoid has no part in it."""
    return _responders(draw, truth.drug_effect)


@lru_cache(maxsize=64)
def events(draw: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which adverse events the twenty have by week 12, and which are serious; (20, 4) in the order of `KINDS`."""
    truth = Scenario()
    found = [adverse_events.adverse_events(part.points, truth) for part in twenty(draw).parts]
    return np.concatenate([each.happened for each in found]), np.concatenate([each.serious for each in found])
