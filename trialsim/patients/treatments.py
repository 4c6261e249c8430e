"""What a candidate was treated with before: a glucocorticoid, immunosuppressants one after the other, a biologic."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trialsim.facts.drugs import drug_names, drugs
from trialsim.facts.population import load_population
from trialsim.patients import quantiles
from trialsim.patients.points import Points
from trialsim.patients.scenario import Scenario
from trialsim.rules.candidate import Treatments

Ints = NDArray[np.int64]

# Slots of the record: the glucocorticoid, up to four immunosuppressants (the first is the present one), a biologic.
GLUCOCORTICOID, FIRST, BIOLOGIC = 0, 1, 5
SLOTS = 6
IMMUNOSUPPRESSANTS = BIOLOGIC - FIRST

# Doses come in quarters of the tablet that equals 5 mg of prednisone.
QUARTER_TABLET = 1.25

_EMPTY = -1
_HUNDREDTHS = 100  # Treatments keeps doses in hundredths of the drug's unit


def prior_treatments(points: Points, scenario: Scenario) -> Treatments:
    """The earlier treatments of the candidates at `points`, a column a slot."""
    n, s = points.n, scenario
    drug = np.full((n, SLOTS), _EMPTY, dtype=np.int64)
    dose = np.zeros((n, SLOTS))
    numbers = {
        name: np.zeros((n, SLOTS), dtype=np.int64)
        for name in ("current", "weeks", "stable_weeks", "weeks_since_last", "n_improved", "n_worsened", "intolerance")
    }
    shares = load_population().shares

    used = _immunosuppressants(points)
    how_many = 1 + quantiles.poisson(points("immunosuppressants"), s.immunosuppressants, most=IMMUNOSUPPRESSANTS - 1)
    since = np.zeros(n, dtype=np.int64)
    for k in range(IMMUNOSUPPRESSANTS):
        slot, has = FIRST + k, k < how_many
        drug[:, slot] = np.where(has, used[:, k], _EMPTY)
        dose[:, slot] = _usual_doses()[used[:, k]]
        weeks = _weeks(points(f"course.{k}.weeks"), s.course_weeks_median, s.course_weeks_spread)
        stable = _weeks(points(f"course.{k}.stable"), s.stable_weeks_median, s.stable_weeks_spread)
        numbers["current"][:, slot] = k == 0
        numbers["weeks"][:, slot] = weeks
        numbers["stable_weeks"][:, slot] = np.minimum(stable, weeks)
        numbers["weeks_since_last"][:, slot] = since
        for column, table in (("n_improved", "measures_improved"), ("n_worsened", "measures_worse")):
            counts = np.array([int(name) for name in shares[table].values])
            numbers[column][:, slot] = counts[quantiles.category(points(f"course.{k}.{column}"), shares[table].values)]
        numbers["n_worsened"][:, slot] = np.minimum(numbers["n_worsened"][:, slot], 6 - numbers["n_improved"][:, slot])
        # Who still takes a drug tolerates it.
        numbers["intolerance"][:, slot] = (k > 0) & quantiles.happens(
            points(f"course.{k}.intolerance"), s.intolerance_share
        )
        since = since + np.where(has, weeks, 0)

    _glucocorticoid(points, s, drug, dose, numbers, all_weeks=since)
    _biologic(points, s, drug, numbers)
    return Treatments(drug, np.rint(dose * _HUNDREDTHS).astype(np.int64), **numbers)


def _weeks(u: NDArray[np.float64], median: float, spread: float) -> Ints:
    return np.rint(np.clip(quantiles.lognormal(u, median, spread), 2, 1500)).astype(np.int64)


def _codes(shares: str) -> Ints:
    names = drug_names()
    return np.array([names.index(name) for name in load_population().shares[shares].values])


def _usual_doses() -> NDArray[np.float64]:
    doses = load_population().doses
    return np.array([doses[name].value if name in doses else 0.0 for name in drug_names()])


def _immunosuppressants(points: Points) -> Ints:
    """Which immunosuppressants, none twice: a drug's key grows with its share, and the highest keys come first."""
    shares = load_population().shares["immunosuppressant"].values
    keys = np.column_stack([points(f"immunosuppressant.{name}") ** (1 / share) for name, share in shares.items()])
    return _codes("immunosuppressant")[np.argsort(-keys, axis=1, kind="stable")[:, :IMMUNOSUPPRESSANTS]]


def _glucocorticoid(
    points: Points,
    s: Scenario,
    drug: Ints,
    dose: NDArray[np.float64],
    numbers: dict[str, Ints],
    all_weeks: Ints,
) -> None:
    shares = load_population().shares["glucocorticoid"].values
    which = _codes("glucocorticoid")[quantiles.category(points("which glucocorticoid"), shares)]
    takes = ~quantiles.happens(points("glucocorticoid"), s.no_glucocorticoid)
    prednisone = np.clip(
        quantiles.lognormal(points("glucocorticoid dose"), s.gc_dose_median, s.gc_dose_spread), 2.5, 120
    )
    per_mg = np.array([float(one.prednisone_per_mg or 1) for one in drugs()])[which]
    drug[:, GLUCOCORTICOID] = np.where(takes, which, _EMPTY)
    dose[:, GLUCOCORTICOID] = np.maximum(np.rint(prednisone / QUARTER_TABLET), 1) * QUARTER_TABLET / per_mg
    numbers["current"][:, GLUCOCORTICOID] = 1
    numbers["weeks"][:, GLUCOCORTICOID] = all_weeks
    stable = _weeks(points("glucocorticoid stable"), s.stable_weeks_median, s.stable_weeks_spread)
    numbers["stable_weeks"][:, GLUCOCORTICOID] = np.minimum(stable, all_weeks)


def _biologic(points: Points, s: Scenario, drug: Ints, numbers: dict[str, Ints]) -> None:
    shares = load_population().shares["biologic"].values
    which = _codes("biologic")[quantiles.category(points("which biologic"), shares)]
    drug[:, BIOLOGIC] = np.where(quantiles.happens(points("biologic"), s.biologic_share), which, _EMPTY)
    numbers["weeks"][:, BIOLOGIC] = _weeks(points("biologic weeks"), s.course_weeks_median, s.course_weeks_spread)
    numbers["weeks_since_last"][:, BIOLOGIC] = _weeks(
        points("biologic since"), s.biologic_weeks, s.biologic_weeks_spread
    )
