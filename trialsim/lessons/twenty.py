"""The twenty patients of lesson 03: the same people while what twelve weeks do to them is changed.

They are the patients whom `simulate_trial` enrols with the seed below, one replicate after the other. Everybody is a
place in named random streams, so switching the drug off gives the same patients, not others like them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from trialsim.facts.protocol import TrialProtocol, load_protocol
from trialsim.facts.responses import ResponseDefinition, load_response
from trialsim.patients.course import WEEKS, attended, leaves_at, read_course
from trialsim.patients.disease import Readings, read_entry
from trialsim.patients.items import followed_enzyme, item_limits, item_readings
from trialsim.patients.points import BATCH, Points, Rows, Uniforms
from trialsim.patients.scenario import Scenario
from trialsim.power.decomposition import PIECES
from trialsim.power.estimate import Estimate
from trialsim.rules.judgement import judge
from trialsim.rules.response import YES
from trialsim.trial.enrolment import Enrolment, Part, enrol
from trialsim.trial.outcomes import Endpoint, responses

__all__ = [
    "FIRST_SEED",
    "SIZE",
    "THRESHOLDS",
    "Course",
    "Twelve",
    "Twins",
    "by_piece",
    "course",
    "many_share",
    "many_twins",
    "only_error",
    "our_trial",
    "rule",
    "scenario",
    "twins",
]

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

FIRST_SEED = 328
"""The first twenty were chosen as typical: with the base case, without the drug, without background treatment and
without the disease's ups and downs they respond about as often as the model expects of any twenty."""
MANY_SEED = 1
THRESHOLDS = tuple(step / 2 for step in range(15))
"""Lowest physician global that a site recruits, in cm; 0 is none, as in the record."""
_MANY_TWINS, _MANY_RECRUITED = 100, 300  # trials of twenty
_DEFINITION = "IMACS-2004"
_ERRORS = tuple(name for name in Scenario.__dataclass_fields__ if name.endswith("_error"))


@cache
def our_trial() -> TrialProtocol:
    """The trial of the record."""
    return load_protocol("NCT04946669")


SIZE = our_trial().n


@cache
def rule() -> ResponseDefinition:
    """What counts as response in this lesson: the usual definition, which the base case is solved for."""
    return load_response(_DEFINITION)


@cache
def _endpoint() -> Endpoint:
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


@cache
def only_error() -> Scenario:
    """Nobody changes in twelve weeks; only the instruments err."""
    still = {name: 0.0 for _, _, brought in PIECES for name in brought}
    return replace(Scenario(), **still)


@cache
def _without_error() -> dict[str, float]:
    return dict.fromkeys(_ERRORS, 0.0)


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


def _held(seed: int, first: int, count: int, truth: Scenario) -> Enrolment:
    found = enrol(our_trial(), truth, SIZE, seed=seed, first=first, count=count)
    parts = (Part(_Remembered(part.points), part.candidates, part.trial) for part in found.parts)
    return Enrolment(tuple(parts), found.screened)


# ---- twenty ---------------------------------------------------------------------------------------------------------
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


@lru_cache(maxsize=256)
def seated(draw: int, threshold: float = 0.0) -> _Seated:
    """Who sits where when a site recruits from a physician global on.

    Whoever is recruited at both thresholds keeps the seat; the seats of the others go to the next who come.
    """
    enrolment = _held(FIRST_SEED, draw - 1, 1, scenario(threshold=threshold))
    came = _candidates(enrolment)
    if threshold == THRESHOLDS[0]:
        return _Seated(enrolment, np.arange(SIZE), tuple(came), tuple(range(1, SIZE + 1)))
    names: dict[int, int] = {}
    for lower in THRESHOLDS[: THRESHOLDS.index(threshold)]:
        names |= dict(zip(seated(draw, lower).candidates, seated(draw, lower).labels, strict=True))
    before = seated(draw, THRESHOLDS[THRESHOLDS.index(threshold) - 1]).candidates
    waiting = iter([one for one in came if one not in before])
    seats = [one if one in came else next(waiting) for one in before]
    for one in seats:
        names.setdefault(one, max(names.values()) + 1)
    order = np.array([came.index(one) for one in seats])
    return _Seated(enrolment, order, tuple(seats), tuple(names[one] for one in seats))


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
    with_drug = responses(sat.enrolment, truth, _endpoint())
    without = responses(sat.enrolment, _no_drug(truth), _endpoint())
    return Twins(
        sat.labels,
        *(found.responded[0, sat.order] for found in (with_drug, without)),
        *(~found.came[0, sat.order] for found in (with_drug, without)),
    )


@lru_cache(maxsize=1024)
def _no_drug(truth: Scenario) -> Scenario:
    return truth.without_drug()


# ---- twelve weeks of twenty -----------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, eq=False)
class Twelve:
    """One way through twelve weeks: what was read and what a perfect instrument would have read, on the grid.

    Attributes
    ----------
    read, true : array of int (20, visits, items)
    here : array of bool (20, visits)
        Which visits took place.
    """

    read: NDArray[np.int64]
    true: NDArray[np.int64]
    here: Bools


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """Twelve weeks of twenty patients, measure by measure, and what the definition says of them.

    Attributes
    ----------
    labels : tuple of int
    weeks : tuple of int
    uln : array of int (20,)
        Upper limit of normal of the enzyme that is followed, on its grid.
    improved, worse : array of bool (20, items)
        As the definition words it; false without week 12.
    responded : array of bool (20,)
    """

    labels: tuple[int, ...]
    weeks: tuple[int, ...]
    twelve: Twelve
    uln: NDArray[np.int64]
    improved: Bools
    worse: Bools
    responded: Bools


@lru_cache(maxsize=128)
def course(draw: int, truth: Scenario) -> Course:
    """Weeks 0, 4, 8 and 12 of the twenty of one draw under a scenario."""
    sat = seated(draw, truth.entry_phga_min)
    parts = [_of_part(part, truth) for part in sat.enrolment.parts]
    read, true, here, uln, improved, worse, responded = (
        np.concatenate(columns)[sat.order] for columns in zip(*parts, strict=True)
    )
    weeks = (0, *WEEKS.values())
    return Course(sat.labels, weeks, Twelve(read, true, here), uln, improved, worse, responded)


def _of_part(part: Part, truth: Scenario) -> tuple[NDArray[np.generic], ...]:
    entry, baseline = part.candidates.entry, part.candidates.readings
    perfect = _errorless(truth)
    followed = followed_enzyme(baseline, entry.uln, _endpoint().enzyme)
    uln, multiple = item_limits(entry.uln, rule(), followed)
    leaves = leaves_at(part.points, entry, truth)

    def items(first: Readings, later: Callable[[Scenario], Iterator[Readings]], world: Scenario) -> NDArray[np.int64]:
        visits = [first, *later(world)]
        return np.stack([item_readings(one, rule(), followed) for one in visits], axis=1)

    def later(world: Scenario) -> Iterator[Readings]:
        return (read_course(part.points, entry, world, visit) for visit in WEEKS)

    read = items(baseline, later, truth)
    true = items(read_entry(part.points, entry, perfect), later, perfect)
    here = np.stack([np.ones(len(leaves), bool), *(attended(leaves, visit) for visit in WEEKS)], axis=1)
    found = judge(read[:, 0], read[:, -1], rule(), _endpoint().options, uln=uln, enzyme_multiple=multiple)
    came = here[:, -1]
    enzyme = uln[:, rule().items.index("ENZYME")]
    return (
        read, true, here, enzyme, found.improved & came[:, None], found.worse & came[:, None],
        (found.response == YES) & came,
    )  # fmt: skip


@lru_cache(maxsize=256)
def _errorless(truth: Scenario) -> Scenario:
    return replace(truth, **_without_error())


# ---- two thousand, and six thousand ---------------------------------------------------------------------------------
@lru_cache(maxsize=2)
def _crowd(trials: int) -> Enrolment:
    """Many trials of twenty from the same clinic, recruited as in the record, for what twenty are too few to show."""
    return _entered(MANY_SEED, trials, Scenario())


@lru_cache(maxsize=2048)
def _many_responders(trials: int, truth: Scenario) -> Bools:
    return responses(_crowd(trials), truth, _endpoint()).responded.ravel()


def many_twins(truth: Scenario) -> tuple[Estimate, Estimate]:
    """The share of two thousand such patients who respond with the drug and without it; the same patients each time."""
    with_drug, without = (_many_responders(_MANY_TWINS, world) for world in (truth, _no_drug(truth)))
    return _share(with_drug), _share(without)


def many_share(truth: Scenario) -> tuple[Estimate, int]:
    """The share of many patients from a physician global on who respond, and how many they are.

    Six thousand patients are enrolled as in the record; those who reach the threshold are kept.
    """
    everybody = _many_responders(_MANY_RECRUITED, replace(truth, entry_phga_min=THRESHOLDS[0]))
    kept = everybody[_many_phga() >= round(10 * truth.entry_phga_min)]
    return _share(kept), len(kept)


@cache
def _many_phga() -> NDArray[np.int64]:
    """Physician global of the six thousand at baseline, in mm, in the order of their responses."""
    parts = _crowd(_MANY_RECRUITED).parts
    trial = np.concatenate([part.trial for part in parts])
    phga = np.concatenate([part.candidates.readings.scales[:, 0] for part in parts])
    return np.asarray(phga[np.argsort(trial, kind="stable")])


def _share(responded: Bools) -> Estimate:
    value, n = float(responded.mean()), len(responded)
    return Estimate(value, sqrt(value * (1 - value) / n))


# ---- piece by piece -------------------------------------------------------------------------------------------------
@cache
def by_piece() -> tuple[tuple[int, Estimate, int], ...]:
    """Count what `decompose` works out: at each of its steps the responders of the first twenty, the share of many who
    respond, and how many these are."""
    still = {name: 0.0 for _, _, brought in PIECES for name in brought}
    found = []
    for _, _, brought in PIECES:
        for name in brought:
            del still[name]
        truth = replace(Scenario(), **still)
        twenty, many = (
            responses(_afresh(seed, trials, truth), truth, _endpoint()).responded
            for seed, trials in ((FIRST_SEED, 1), (MANY_SEED, _MANY_RECRUITED))
        )
        found.append((int(twenty.sum()), _share(many.ravel()), many.size))
    return tuple(found)


def _afresh(seed: int, trials: int, truth: Scenario) -> Enrolment:
    """Trials of the patients of `seed`, enrolled anew only where the scenario makes them otherwise at entry."""
    return _entered(seed, trials, truth.only("selection"))


@lru_cache(maxsize=4)
def _entered(seed: int, trials: int, at_entry: Scenario) -> Enrolment:
    return _held(seed, 0, trials, at_entry)
