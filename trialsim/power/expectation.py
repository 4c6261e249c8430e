"""What an enrolled patient is expected to do: an integral over the disease, with everything else worked out exactly.

Given the state at entry and the shared improvement, each measure is improved, unchanged or worse with a normal
probability, and the verdict follows by an exact count. Only the disease is left to integrate, over scrambled Sobol
nets; independent nets give the standard error. Where it is too large every net is doubled, and doubled again.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from trialsim.ahead import cores, give_back_memory
from trialsim.errors import TrialsimError
from trialsim.facts.protocol import TrialProtocol
from trialsim.facts.responses import CountRule, ResponseDefinition
from trialsim.patients import disease as disease_model
from trialsim.patients import improvement as improvement_model
from trialsim.patients.attendance import missing_by
from trialsim.patients.capped import below_caps
from trialsim.patients.cohort import check_scenario
from trialsim.patients.disease import AtEntry, Entry
from trialsim.patients.improvement import at_one_week
from trialsim.patients.points import Net, Points
from trialsim.patients.readings import Readings
from trialsim.patients.scenario import Scenario
from trialsim.patients.trajectory import Course, expected_course
from trialsim.power.chances import band_chances, measure_chances
from trialsim.power.eligibility import enrolment_weights, enzyme_caps
from trialsim.power.estimate import Estimate, ResponseChance
from trialsim.rules.response_chance import response_probability_given
from trialsim.rules.score_chance import score_probability_given
from trialsim.trial.outcomes import Endpoint

Floats = NDArray[np.float64]

# Coordinates of the nets, those that matter most first: a net is evenest in its first ones. Measured, this order halves
# the standard error against that of the model.
_FIRST = (
    "phenotype",
    "fluctuation.Week 12",
    "fluctuation.entry",
    *(f"severity.{code}" for code in ("PHGA", "EMGA", "PTGA")),
    "drug.strength",
    "drug.touches",
    *(f"severity.{code}" for code in ("HAQDI", "CK", "AST", "ALT", "LDH", "ALDOLASE", "MMT8")),
    *(f"error.{code}.Baseline" for code in ("PHGA", "PTGA", "EMGA", "HAQDI")),
)
_ALL = (*improvement_model.COORDINATES, *disease_model.COORDINATES, "sex")
# What is asked of a patient's point after entry, at the last week.
_AFTER_ENTRY = ("fluctuation.Week 12", "drug.strength", "drug.touches")
COORDINATES = (*_FIRST, *(name for name in _ALL if name not in _FIRST))
_REPLICATES, _LOG2_POINTS = 16, 13
# The nets are doubled until the standard error is this small, or until each has so many parts of its first size: that
# takes some seconds, and only a scenario in which little is left to chance would need more.
WANTED_ERROR = 0.0002
_MOST_PARTS: ContextVar[int] = ContextVar("most_parts", default=32)
# Parts whose patients stay at hand; more are seldom needed, and they are many.
_KEPT_PARTS = 2
# How many nets are worked on at once; one, where the cores are shared out already.
_CORES: int = min(4, cores())
THREADS: ContextVar[int] = ContextVar("threads", default=_CORES)


@contextmanager
def smallest_nets() -> Iterator[None]:
    """Leave the nets at their first size: for a search, or for differences, which need the same points throughout."""
    token = _MOST_PARTS.set(1)
    try:
        yield
    finally:
        _MOST_PARTS.reset(token)


@dataclass(frozen=True, slots=True, eq=False)
class Enrolled:
    """Enrolled patients of one net, before the measures are drawn.

    Attributes
    ----------
    weights : array (n,)
        Chance to be enrolled.
    improvement, missing : array (n,)
        Shared improvement at the week, and the chance that the visit does not take place.
    """

    entry: Entry
    baseline: Readings
    weights: Floats
    improvement: Floats
    course: Course
    missing: Floats


def enrolled_patients(scenario: Scenario, protocol: TrialProtocol, week: float) -> Iterator[Enrolled]:
    """Enrolled patients at a week, net after net; the nets are independent replicates of each other."""
    for replicate in range(_REPLICATES):
        yield next(_growing_net(replicate, scenario, protocol, week))


def _growing_net(replicate: int, scenario: Scenario, protocol: TrialProtocol, week: float) -> Iterator[Enrolled]:
    """The enrolled patients of a net, then those of the parts that make it larger, as long as they are asked for."""
    at_entry = _at_entry(scenario)
    for part in count():
        entered = _entered if part < _KEPT_PARTS else _enter
        yield _followed(entered(replicate, part, at_entry, protocol), scenario, week)


@dataclass(slots=True, eq=False)
class _Kept:
    """The points of those who may be enrolled, as far as what follows their entry asks for them; the rest of their net,
    which is large, is made again if it is asked for."""

    replicate: int
    part: int
    places: NDArray[np.intp]
    columns: dict[str, Floats]

    @property
    def n(self) -> int:
        return len(self.places)

    def __call__(self, coordinate: str) -> Floats:
        if coordinate not in self.columns:
            self.columns[coordinate] = _net(self.replicate, self.part)(coordinate).take(self.places)
        return self.columns[coordinate]


# The points of those who may be enrolled, what they enter with, and how likely they are to be enrolled.
_Entered = tuple[Points, Entry, Readings, Floats]


def _net(replicate: int, part: int) -> Net:
    return Net(replicate, _LOG2_POINTS, COORDINATES, part)


def _followed(entered: _Entered, scenario: Scenario, week: float) -> Enrolled:
    points, kept, read, weights = entered
    entry, baseline = _with_integers(kept, _wide), _with_integers(read, _wide)
    improvement, at_usual_week = at_one_week(points, entry, scenario, week)
    missing = missing_by(at_usual_week, scenario, week)
    course = expected_course(entry, improvement, scenario, week)
    return Enrolled(entry, baseline, weights, improvement, course, missing)


# About 1.5 MB each: the entry of one scenario stays at hand, in all parts that are kept.
@lru_cache(maxsize=_KEPT_PARTS * _REPLICATES)
def _entered(replicate: int, part: int, scenario: Scenario, protocol: TrialProtocol) -> _Entered:
    points, entry, baseline, weights = _enter(replicate, part, scenario, protocol)
    if not part and not weights.any():
        raise TrialsimError(
            "scenario",
            scenario,
            "one in which some candidates are eligible",
            f"Of {1 << _LOG2_POINTS:,} candidates none may enter {protocol.id}.",
        )
    return points, _with_integers(entry, _narrow), _with_integers(baseline, _narrow), weights


def _enter(replicate: int, part: int, scenario: Scenario, protocol: TrialProtocol) -> _Entered:
    points = _net(replicate, part)
    capped, below = below_caps(points, scenario, _caps(scenario, protocol))
    at_entry = AtEntry(capped, scenario)
    entry, baseline = at_entry.entry(), at_entry.readings()
    weights = below * enrolment_weights(entry, baseline, protocol, scenario, replicate)
    places = np.flatnonzero(weights)
    if not len(places):
        places = np.zeros(1, dtype=np.intp)  # of no weight, but nobody at all would need a path of its own
    columns = {name: points(name).take(places) for name in _AFTER_ENTRY}
    return _Kept(replicate, part, places, columns), entry.rows(places), baseline.rows(places), weights[places]


_Record = TypeVar("_Record", Entry, Readings)


def _with_integers(record: _Record, changed: Callable[[NDArray[Any]], NDArray[Any]]) -> _Record:
    """The same with its columns of whole numbers in another type."""
    columns = {field.name: getattr(record, field.name) for field in fields(record)}
    return replace(record, **{name: changed(values) for name, values in columns.items() if values.dtype.kind in "iu"})


def _narrow(values: NDArray[Any]) -> NDArray[Any]:
    """The same whole numbers in as few bytes as hold the largest of them."""
    return values.astype(np.result_type(np.min_scalar_type(values.min()), np.min_scalar_type(values.max())))


def _wide(values: NDArray[Any]) -> NDArray[Any]:
    return values.astype(np.int64)


@lru_cache(maxsize=64)
def _caps(scenario: Scenario, protocol: TrialProtocol) -> dict[str, Fraction]:
    return enzyme_caps(scenario, protocol)


@lru_cache(maxsize=64)
def _at_entry(scenario: Scenario) -> Scenario:
    """The scenario as far as it decides who is enrolled, so that moving anything else finds the enrolled ready."""
    blocks = ("demographics", "phenotype", "entry", "entry_correlations", "enzymes", "measurement_error", "selection")
    return scenario.only(*blocks, "history", "organs", "screening")


Parts = Callable[[Enrolled], tuple[Floats, Floats]]
Sums = tuple[float, float, float]
# What sums the next part of a net, and how many parts of each net are wanted; back come the sums of each net.
_Pass = tuple[Callable[[int], Sums], int]


def ratio(scenario: Scenario, protocol: TrialProtocol, week: float, parts: Parts) -> ResponseChance:
    """The weighted mean of a statistic of enrolled patients: `parts` gives its numerator and its denominator.

    The denominator alone, of the enrolled, is the share that was analysed.
    """
    passes = _passes(scenario, protocol, week, parts)
    one, wanted = next(passes)
    while True:

        def sums(net: int, one: Callable[[int], Sums] = one, wanted: int = wanted) -> Sums:
            return _added(one(net) for _ in range(wanted))

        try:
            one, wanted = passes.send(_for_each_net(sums))
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


def _in_pieces(
    scenario: Scenario, protocol: TrialProtocol, week: float, parts: Parts
) -> Generator[None, None, ResponseChance]:
    """The same a part of a net at a time: the same sums in the same order, and so the same number."""
    passes = _passes(scenario, protocol, week, parts)
    one, wanted = next(passes)
    while True:
        totals = []
        for net in range(_REPLICATES):
            found = []
            for _ in range(wanted):
                found.append(one(net))
                yield
            totals.append(_added(found))
        try:
            one, wanted = passes.send(totals)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


def _added(sums: Iterable[Sums]) -> Sums:
    above, below, everybody = 0.0, 0.0, 0.0
    for part in sums:
        above, below, everybody = above + part[0], below + part[1], everybody + part[2]
    return above, below, everybody


def _passes(
    scenario: Scenario, protocol: TrialProtocol, week: float, parts: Parts
) -> Generator[_Pass, list[Sums], ResponseChance]:
    """Ask for the sums of all nets, and of nets twice as large, until the standard error is small enough."""
    nets = [_growing_net(replicate, scenario, protocol, week) for replicate in range(_REPLICATES)]
    totals, done = np.zeros((_REPLICATES, 3)), 0
    made = _entered.cache_info().misses

    def one(replicate: int) -> Sums:
        enrolled = next(nets[replicate])
        numerator, denominator = parts(enrolled)
        weights = enrolled.weights
        return float(weights @ numerator), float(weights @ denominator), float(weights.sum())

    while True:
        totals += np.array((yield one, max(1, done)))
        done += max(1, done)
        if not totals[:, 1].all():
            raise TrialsimError(
                "scenario",
                scenario,
                f"one in which some patients have a week {week:g}",
                "Nobody is left to be analysed: lower missing_week12, or count a missing visit as failure.",
            )
        found, analysed = _mean(totals[:, 0] / totals[:, 1]), _mean(totals[:, 1] / totals[:, 2])
        if found.standard_error <= WANTED_ERROR or 2 * done > _MOST_PARTS.get():
            if _entered.cache_info().misses > made:
                give_back_memory()  # making the entries frees many times what stays
            return ResponseChance(found.value, found.standard_error, analysed)


def _mean(nets: Floats) -> Estimate:
    """The mean over independent nets, and its standard error."""
    return Estimate(float(np.mean(nets)), float(np.std(nets, ddof=1) / np.sqrt(_REPLICATES)))


def _for_each_net(work: Callable[[int], Sums]) -> list[Sums]:
    """Nets are independent, their arithmetic releases the interpreter, and results come in the order of the nets."""
    if THREADS.get() == 1:
        return [work(replicate) for replicate in range(_REPLICATES)]
    with ThreadPoolExecutor(THREADS.get()) as threads:
        return list(threads.map(work, range(_REPLICATES)))


def response_probability(
    scenario: Scenario | None,
    protocol: TrialProtocol,
    definition: str | Path | ResponseDefinition | None = None,
    **options: Any,
) -> ResponseChance:
    """The chance that an enrolled patient responds, at the week and by the definition of the protocol.

    Parameters
    ----------
    scenario : Scenario
        The assumed truth.
    protocol : TrialProtocol
        Who may enter, what counts as response, and when it is read.
    definition : str, Path or ResponseDefinition, optional
        What counts as response; the protocol's primary outcome unless given.
    **options
        As in `assess_response`: `enzyme` (``"most_abnormal"`` at baseline, by multiple of its upper limit, unless one
        is fixed by its code), `zero_baseline`, `normal_enzyme`; `missing_visit`, by which a patient without the visit
        counts as ``"failure"`` or is left out, ``"complete_cases"``; and `week`, from 4 to 52, the protocol's unless
        given. Standard care goes on in a straight line to its plateau at week 24, the drug towards its own; the
        disease's ups and downs stay as wide as at week 12, and patients go on leaving.

    Returns
    -------
    ResponseChance
        The probability and its standard error (from 16 independent nets): 0.0002 or less, unless a scenario leaves so
        little to chance that some seconds of work do not get there. Among complete cases `analysed` is the chance that
        an enrolled patient is one.

    Raises
    ------
    TrialsimError
        For an unknown option or one that could change nothing, or a scenario in which nobody is eligible.

    Examples
    --------
    >>> from trialsim.facts.protocol import load_protocol
    >>> chance = response_probability(Scenario(), load_protocol("NCT04946669"), "IMACS-2004")
    >>> round(chance.value, 2), chance.standard_error <= 0.0002
    (0.5, True)
    """
    return expected_response(check_scenario(scenario), protocol, Endpoint.of(protocol, definition, **options))


def response_in_pieces(
    scenario: Scenario | None, protocol: TrialProtocol, definition: str | None = None
) -> Generator[None, None, ResponseChance]:
    """Return the same number, a part of a net at a time, for a page that answers meanwhile.

    Examples
    --------
    >>> from trialsim.ahead import at_once
    >>> from trialsim.facts.protocol import our_trial
    >>> round(at_once(response_in_pieces(Scenario(), our_trial(), "IMACS-2004")).value, 2)
    0.5
    """
    endpoint = Endpoint.of(protocol, definition)
    return _in_pieces(check_scenario(scenario), protocol, endpoint.week, _responding(endpoint))


def expected_response(scenario: Scenario, protocol: TrialProtocol, endpoint: Endpoint) -> ResponseChance:
    """The same for an endpoint that was settled before."""
    return ratio(scenario, protocol, endpoint.week, _responding(endpoint))


def _responding(endpoint: Endpoint) -> Parts:
    """Who responds, and who is analysed."""

    def parts(enrolled: Enrolled) -> tuple[Floats, Floats]:
        present = 1 - enrolled.missing
        responds = response_chance(enrolled, endpoint) * present
        return responds, present if endpoint.missing_visit == "complete_cases" else np.ones_like(present)

    return parts


def response_chance(enrolled: Enrolled, endpoint: Endpoint) -> Floats:
    """The chance of response of each patient whose visit takes place, shape (n,)."""
    definition = endpoint.definition
    if isinstance(definition.rule, CountRule):
        improved, worse = measure_chances(
            enrolled.entry, enrolled.baseline, enrolled.course, definition, endpoint.options, endpoint.enzyme
        )
        return np.asarray(response_probability_given(improved, worse, definition))
    bands = band_chances(enrolled.entry, enrolled.baseline, enrolled.course, definition, endpoint.enzyme)
    return np.asarray(score_probability_given(bands, definition))
