"""The twenty patients of lesson 03: the same people while what twelve weeks do to them is changed.

They are the patients whom `simulate_trial` enrols with the seed below, one replicate after the other. Everybody is a
place in named random streams, so switching the drug off gives the same patients, not others like them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from trialsim.facts.protocol import our_trial
from trialsim.facts.responses import ResponseDefinition, load_response
from trialsim.patients.points import BATCH, Points, Rows, Uniforms
from trialsim.patients.scenario import Scenario
from trialsim.trial.endpoint import Endpoint, responses
from trialsim.trial.enrolment import Enrolment, enrol

__all__ = [
    "FIRST_SEED",
    "SIZE",
    "THRESHOLDS",
    "Bools",
    "Twins",
    "endpoint",
    "held",
    "no_drug",
    "our_trial",
    "rule",
    "scenario",
    "seated",
    "twins",
]

Bools = NDArray[np.bool_]

FIRST_SEED = 553
"""The first twenty were chosen as typical: with the base case, without the drug, without background treatment and
without the disease's ups and downs they respond about as often as the model expects of any twenty."""
THRESHOLDS = tuple(step / 2 for step in range(15))
"""Lowest physician global that a site recruits, in cm; 0 is none, as in the record."""
_DEFINITION = "IMACS-2004"


SIZE = our_trial().n


@cache
def rule() -> ResponseDefinition:
    """What counts as response in this lesson: the usual definition, which the base case is solved for."""
    return load_response(_DEFINITION)


@cache
def endpoint() -> Endpoint:
    return Endpoint.of(our_trial(), rule())


@lru_cache(maxsize=1024)
def scenario(
    drug: float | None = None, background: float | None = None, natural: float | None = None, threshold: float = 0.0
) -> Scenario:
    """The base case with the drug's improvement, the background's, the spread of the ups and downs as given.

    Examples
    --------
    >>> scenario(drug=0.0) == Scenario().without_drug()
    True
    """
    given = {"drug_effect": drug, "background": background, "natural_fluctuation": natural}
    return replace(
        Scenario(), entry_phga_min=threshold, **{name: value for name, value in given.items() if value is not None}
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Remembered:
    """Points that keep every coordinate they were asked for: the same patients are asked again at every move."""

    points: Points
    known: dict[str, Uniforms] = field(default_factory=dict)

    @property
    def n(self) -> int:
        return self.points.n

    def __call__(self, coordinate: str) -> Uniforms:
        if coordinate not in self.known:
            self.known[coordinate] = self.points(coordinate)
        return self.known[coordinate]


def held(seed: int, first: int, count: int, truth: Scenario, size: int = SIZE) -> Enrolment:
    found = enrol(our_trial(), truth, size, seed=seed, first=first, count=count)
    parts = (replace(part, points=_Remembered(part.points)) for part in found.parts)
    return Enrolment(tuple(parts), found.screened)


@dataclass(frozen=True, slots=True, eq=False)
class _Seated:
    """Twenty enrolled patients on their seats.

    Attributes
    ----------
    order : array of int (20,)
        Who of the enrolled sits on each seat.
    candidates, labels : tuple of int
        By seat: number among the candidates of the trial, and name on the picture (1 to 20, newcomers from 21).
    """

    enrolment: Enrolment
    order: NDArray[np.intp]
    candidates: tuple[int, ...]
    labels: tuple[int, ...]


def _candidates(enrolment: Enrolment) -> list[int]:
    """Number of each enrolled patient among the candidates of a single trial, from 1."""
    found: list[int] = []
    for batch, part in enumerate(enrolment.parts):
        rows = part.points.points  # type: ignore[attr-defined]
        assert isinstance(rows, Rows)
        found += (batch * BATCH + rows.rows + 1).tolist()
    return found


@lru_cache(maxsize=16)
def _in_order(draw: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Who is eligible in the order in which they come, until twenty reach the highest threshold: number among the
    candidates and physician global in mm. All thresholds share it."""
    n = 8 * SIZE
    while True:
        found = held(FIRST_SEED, draw - 1, 1, scenario(), n)
        phga = np.concatenate([part.candidates.readings.scales[:, 0] for part in found.parts])
        if (phga >= round(10 * THRESHOLDS[-1])).sum() >= SIZE:
            return np.array(_candidates(found)), phga
        n *= 2


def _came(draw: int, threshold: float) -> list[int]:
    """Numbers of the twenty who are recruited at a threshold, in the order in which they come."""
    numbers, phga = _in_order(draw)
    return [int(number) for number in numbers[phga >= round(10 * threshold)][:SIZE]]


@lru_cache(maxsize=256)
def _seats(draw: int, threshold: float) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """By seat: number among the candidates, and name on the picture."""
    came = _came(draw, threshold)
    if threshold == THRESHOLDS[0]:
        return tuple(came), tuple(range(1, SIZE + 1))
    names: dict[int, int] = {}
    for lower in THRESHOLDS[: THRESHOLDS.index(threshold)]:
        names |= dict(zip(*_seats(draw, lower), strict=True))
    before = _seats(draw, THRESHOLDS[THRESHOLDS.index(threshold) - 1])[0]
    waiting = iter([each for each in came if each not in before])
    seats = [each if each in came else next(waiting) for each in before]
    for seat in seats:
        names.setdefault(seat, max(names.values()) + 1)
    return tuple(seats), tuple(names[seat] for seat in seats)


@lru_cache(maxsize=256)
def seated(draw: int, threshold: float = 0.0) -> _Seated:
    """Who sits where when a site recruits from a physician global on.

    Whoever is recruited at both thresholds keeps the seat; the seats of the others go to the next who come.
    """
    enrolment = held(FIRST_SEED, draw - 1, 1, scenario(threshold=threshold))
    came = _candidates(enrolment)
    if threshold == THRESHOLDS[0]:
        return _Seated(enrolment, np.arange(SIZE), tuple(came), tuple(range(1, SIZE + 1)))
    seats, names = _seats(draw, threshold)
    order = np.array([came.index(seat) for seat in seats])
    return _Seated(enrolment, order, seats, names)


@dataclass(frozen=True, slots=True, eq=False)
class Twins:
    """The same patients with the drug and without it, seat by seat.

    Attributes
    ----------
    labels : tuple of int
        Names on the picture.
    treated, untreated : array of bool (n,)
        Who responds with the drug, and who would without it. No week 12 is no response.
    left, left_untreated : array of bool (n,)
        Who has no week 12.
    """

    labels: tuple[int, ...]
    treated: Bools
    untreated: Bools
    left: Bools
    left_untreated: Bools

    @property
    def anyway(self) -> int:
        """How many of the responders would have responded without the drug."""
        return int((self.treated & self.untreated).sum())

    @property
    def owed(self) -> int:
        """How many respond because of the drug."""
        return int((self.treated & ~self.untreated).sum())


def twins(draw: int, truth: Scenario) -> Twins:
    """The twenty of one draw under a scenario, and the same twenty with its drug effect set to none."""
    sat = seated(draw, truth.entry_phga_min)
    with_drug = responses(sat.enrolment, truth, endpoint())
    without = responses(sat.enrolment, no_drug(truth), endpoint())
    return Twins(
        sat.labels,
        *(found.responded[0, sat.order] for found in (with_drug, without)),
        *(~found.came[0, sat.order] for found in (with_drug, without)),
    )


@lru_cache(maxsize=1024)
def no_drug(truth: Scenario) -> Scenario:
    return truth.without_drug()
