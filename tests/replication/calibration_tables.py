"""Two tables of how the model stands to the literature: what it was tuned to, and what it is held against."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tests.replication.calibration import load_published, load_targets
from trialsim.design import response_interval
from trialsim.facts.protocol import our_trial
from trialsim.patients.adverse_events import adverse_events
from trialsim.patients.candidates import Candidates, generate_candidates
from trialsim.patients.disease import CLASSIC
from trialsim.patients.points import Streams
from trialsim.patients.readings import ENZYMES, PER_UNIT, SCALES
from trialsim.patients.scenario import Scenario
from trialsim.patients.steroid_doses import doses
from trialsim.power.expectation import ratio, response_chance, response_probability, smallest_nets
from trialsim.power.nets import Enrolled, enrolled_patients
from trialsim.rules.derived import CandidateFacts
from trialsim.rules.eligibility import eligible_mask
from trialsim.trial.endpoint import Endpoint

_SEED, _N = 12, 100_000
_WEAK = 135
_SEVERE = 6.5


@cache
def _referred() -> Candidates:
    return generate_candidates(Streams(_SEED, _N), Scenario())


def _response(scenario: Scenario, definition: str, week: int) -> float:
    return 100 * response_probability(scenario, our_trial(), definition, week=week).value


def _difference_in_the_weak(of: str, week: int) -> float:
    """Responders with the drug minus those without, of enrolled patients who are weak at entry, in points."""
    endpoint, place = Endpoint.of(our_trial(), of, week=week), SCALES.index("MMT8")

    def parts(enrolled: Enrolled) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        weak = (enrolled.baseline.scales[:, place] <= _WEAK * PER_UNIT[place]).astype(float)
        return weak * response_chance(enrolled, endpoint) * (1 - enrolled.missing), weak

    truths = Scenario(), Scenario().without_drug()
    with smallest_nets():  # a difference needs the same points, and is shown to a tenth of a point
        with_drug, without = (ratio(truth, our_trial(), week, parts).value for truth in truths)
    return 100 * (with_drug - without)


def _above_uln(of: str, week: int) -> float:
    k = ENZYMES.index(of)
    return float(100 * (_referred().readings.enzymes[:, k] > _referred().entry.uln[:, k]).mean())


def _transaminases(of: str, week: int) -> float:
    high = _referred().readings.enzymes > 2 * _referred().entry.uln
    return float(100 * high[:, [ENZYMES.index("AST"), ENZYMES.index("ALT")]].any(axis=1).mean())


def _missing(of: str, week: int) -> float:
    nets = list(enrolled_patients(Scenario().without_drug(), our_trial(), week))
    return float(100 * np.mean([net.weights @ net.missing / net.weights.sum() for net in nets]))


def _high_dose(of: str, week: int) -> float:
    column = CandidateFacts(_referred().arrays).column("gc_mg_per_kg")
    return float(100 * (column.values >= column.per).mean())  # type: ignore[union-attr]


def _weak(of: str, week: int) -> float:
    scales = _referred().readings.scales / PER_UNIT
    weak = (_referred().entry.phenotype == CLASSIC) & (scales[:, SCALES.index("MMT8")] <= _WEAK)
    return float(scales[weak, SCALES.index(of)].mean())


def _severe(of: str, week: int) -> float:
    global_ = _referred().readings.scales[:, SCALES.index("PHGA")] / PER_UNIT[SCALES.index("PHGA")]
    return float(100 * (global_ >= _SEVERE).mean())


def _steroid_fall(of: str, week: int) -> float:
    means = doses(Streams(_SEED, _N), _referred(), Scenario()).mean(axis=0)
    return float(100 * (means[-1] / means[0] - 1))


def _any_event(of: str, week: int) -> float:
    return float(100 * adverse_events(Streams(_SEED, _N), Scenario()).happened.any(axis=1).mean())


_STATISTICS: dict[str, Callable[[str, int], float]] = {
    "response without drug": lambda of, week: _response(Scenario().without_drug(), of, week),
    "response with drug": lambda of, week: _response(Scenario(), of, week),
    "difference in the weak": _difference_in_the_weak,
    "enzyme above ULN": _above_uln,
    "transaminase above twice ULN": _transaminases,
    "screen failure": lambda of, week: float(100 * (1 - eligible_mask(_referred().arrays, our_trial()).mean())),
    "missing without drug": _missing,
    "high steroid dose": _high_dose,
    "mean of the weak": _weak,
    "severe physician global": _severe,
    "steroid fall": _steroid_fall,
    "any event": _any_event,
}


def tuned_to() -> pd.DataFrame:
    """What the patient model was tuned to, and how near it comes.

    Returns
    -------
    DataFrame
        One row a target: label, definition, population, week, target, model, tolerance, unit, met, basis, source, note.

    Examples
    --------
    >>> bool(tuned_to()["met"].all())
    True
    """
    rows = []
    for target in load_targets():
        model = _STATISTICS[target.statistic](target.of, target.week)
        met = abs(model - target.target) <= target.tolerance
        where = [target.label, target.of, target.population, target.week]
        source = "; ".join(target.source)
        rows.append(
            [*where, target.target, model, target.tolerance, target.unit, met, target.basis, source, target.note]
        )
    columns = ["label", "of", "population", "week", "target", "model", "tolerance", "unit", "met"]
    return pd.DataFrame(rows, columns=[*columns, "basis", "source", "note"])


def checked_against() -> pd.DataFrame:
    """Published numbers beside the model: which of them are independent of it, and which do not fit.

    A number that is not independent fed a target or a parameter of the model: that it fits is consistency, and no
    validation.

    Returns
    -------
    DataFrame
        One row a published number: label, of, week, published, low, high (95 % interval: Clopper-Pearson of a count of
        patients, Newcombe of a difference of two; missing where there is neither), model, unit, fits (inside the
        interval; missing where there is none), independent, not_independent (how the number fed the model, empty where
        it did not), source, status, note.
    """
    rows = []
    for group in load_published():
        model = _STATISTICS[group.statistic](group.of, group.week)
        low = high = fits = None
        if group.responders is not None and group.n is not None:
            interval = response_interval(group.responders, group.n)
            low, high = 100 * interval.low, 100 * interval.high
        elif group.low is not None and group.high is not None:
            low, high = group.low, group.high
        if low is not None and high is not None:
            fits = bool(low <= model <= high)
        rows.append(
            [
                *(group.label, group.of, group.week, group.value, low, high, model, group.unit, fits),
                *(not group.not_independent, group.not_independent, group.source, group.status, group.note),
            ]
        )
    columns = ["label", "of", "week", "published", "low", "high", "model", "unit", "fits"]
    columns += ["independent", "not_independent", "source", "status", "note"]
    return pd.DataFrame(rows, columns=columns).astype({"fits": "boolean"})
