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
from pathlib import Path
from typing import Any

import numpy as np

from trialsim.ahead import at_once, cores, give_back_memory
from trialsim.errors import TrialsimError
from trialsim.facts.protocol import TrialProtocol
from trialsim.facts.responses import CountRule, ResponseDefinition
from trialsim.patients.cohort import check_scenario
from trialsim.patients.readings import Floats
from trialsim.patients.scenario import Scenario
from trialsim.power.chances import band_chances, measure_chances
from trialsim.power.estimated_chance import Estimate, ResponseChance
from trialsim.power.nets import REPLICATES, Enrolled, entries_made, growing_net
from trialsim.rules.response_chance import response_probability_given
from trialsim.rules.score_chance import score_probability_given
from trialsim.trial.endpoint import Endpoint

# The nets are doubled until the standard error is this small, or until each has so many parts of its first size: that
# takes some seconds, and only a scenario in which little is left to chance would need more.
WANTED_ERROR = 0.0002
_MAX_PARTS: ContextVar[int] = ContextVar("max_parts", default=32)
# How many nets are worked on at once; one, where the cores are shared out already.
_CORES: int = min(4, cores())
THREADS: ContextVar[int] = ContextVar("threads", default=_CORES)


@contextmanager
def smallest_nets() -> Iterator[None]:
    """Leave the nets at their first size: for a search, or for differences, which need the same points throughout."""
    token = _MAX_PARTS.set(1)
    try:
        yield
    finally:
        _MAX_PARTS.reset(token)


Parts = Callable[[Enrolled], tuple[Floats, Floats]]
Sums = tuple[float, float, float]
# Of every net so many further parts, each summed by the function: all sums of each net.
_Further = Callable[[Callable[[int], Sums], int], Generator[None, None, list[Sums]]]


def ratio(scenario: Scenario, protocol: TrialProtocol, week: float, parts: Parts) -> ResponseChance:
    """The weighted mean of a statistic of enrolled patients: `parts` gives its numerator and its denominator.

    The denominator alone, of the enrolled, is the share that was analysed.
    """
    return at_once(_ratio(scenario, protocol, week, parts, _side_by_side))


def _side_by_side(next_part: Callable[[int], Sums], wanted: int) -> Generator[None, None, list[Sums]]:
    """Nets are independent, their arithmetic releases the interpreter, and results come in the order of the nets."""

    def sums(net: int) -> Sums:
        return _added(next_part(net) for _ in range(wanted))

    yield
    if THREADS.get() == 1:
        return [sums(net) for net in range(REPLICATES)]
    with ThreadPoolExecutor(THREADS.get()) as threads:
        return list(threads.map(sums, range(REPLICATES)))


def _one_by_one(next_part: Callable[[int], Sums], wanted: int) -> Generator[None, None, list[Sums]]:
    """The same sums in the same order, and so the same number, with a pause after each part."""
    totals = []
    for net in range(REPLICATES):
        found = []
        for _ in range(wanted):
            found.append(next_part(net))
            yield
        totals.append(_added(found))
    return totals


def _added(sums: Iterable[Sums]) -> Sums:
    above, below, everybody = 0.0, 0.0, 0.0
    for part in sums:
        above, below, everybody = above + part[0], below + part[1], everybody + part[2]
    return above, below, everybody


def _ratio(
    scenario: Scenario, protocol: TrialProtocol, week: float, parts: Parts, further: _Further
) -> Generator[None, None, ResponseChance]:
    """Sum all nets, and nets twice as large, until the standard error is small enough."""
    nets = [growing_net(replicate, scenario, protocol, week) for replicate in range(REPLICATES)]
    totals, done = np.zeros((REPLICATES, 3)), 0
    made = entries_made()

    def next_part(replicate: int) -> Sums:
        enrolled = next(nets[replicate])
        numerator, denominator = parts(enrolled)
        weights = enrolled.weights
        return float(weights @ numerator), float(weights @ denominator), float(weights.sum())

    while True:
        totals += np.array((yield from further(next_part, max(1, done))))
        done += max(1, done)
        if not totals[:, 1].all():
            fix = "Nobody is left to be analysed: lower missing_week12, or count a missing visit as failure."
            raise TrialsimError("scenario", scenario, f"one in which some patients have a week {week:g}", fix)
        found, analysed = _mean(totals[:, 0] / totals[:, 1]), _mean(totals[:, 1] / totals[:, 2])
        if found.standard_error <= WANTED_ERROR or 2 * done > _MAX_PARTS.get():
            if entries_made() > made:
                give_back_memory()  # making the entries frees many times what stays
            return ResponseChance(found.value, found.standard_error, analysed)


def _mean(nets: Floats) -> Estimate:
    """The mean over independent nets, and its standard error."""
    return Estimate(float(np.mean(nets)), float(np.std(nets, ddof=1) / np.sqrt(REPLICATES)))


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
        Who is eligible, what counts as response, and when it is read.
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
    return _ratio(check_scenario(scenario), protocol, endpoint.week, _responding(endpoint), _one_by_one)


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
