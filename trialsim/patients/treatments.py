"""What a candidate was treated with before: a glucocorticoid, immunosuppressants one after the other, a biologic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trialsim.facts.candidate import candidate_schema
from trialsim.facts.drugs import drug_names, drugs
from trialsim.facts.population import load_population
from trialsim.patients import quantiles
from trialsim.patients.columns import Columns
from trialsim.patients.disease import beside
from trialsim.patients.drawn import Drawn, Total
from trialsim.patients.points import Points
from trialsim.patients.scenario import Scenario
from trialsim.rules.candidate import Treatments
from trialsim.rules.values import Bools, FactColumn, Least, Values

Ints = NDArray[np.int64]

# Slots of the record: the glucocorticoid, up to four immunosuppressants (the first is the present one), a biologic.
GLUCOCORTICOID, FIRST, BIOLOGIC = 0, 1, 5
SLOTS = 6
IMMUNOSUPPRESSANTS = BIOLOGIC - FIRST

# Doses come in quarters of the tablet that equals 5 mg of prednisone.
QUARTER_TABLET = 1.25

_EMPTY = -1
_HUNDREDTHS = 100  # Treatments keeps doses in hundredths of the drug's unit


class PriorTreatments:
    """The earlier treatments of the candidates at `points`, each column worked out when it is first asked for."""

    __slots__ = ("columns", "points", "scenario")

    def __init__(self, points: Points, scenario: Scenario, columns: Columns) -> None:
        self.points, self.scenario, self.columns = points, scenario, columns

    def occupied(self, slot: int) -> Bools:
        """Who has a course of treatment in this slot."""
        return self.columns(f"occupied {slot}", lambda: self._occupied(slot))

    def _occupied(self, slot: int) -> Bools:
        if slot == GLUCOCORTICOID:
            return ~quantiles.happens(self.points("glucocorticoid"), self.scenario.no_glucocorticoid)
        if slot == BIOLOGIC:
            return quantiles.happens(self.points("biologic"), self.scenario.biologic_share)
        return np.asarray(slot - FIRST < self._how_many())

    def course(self, name: str, slot: int) -> Values:
        """A stored fact of the course in a slot; where there is none it does not matter."""
        if name == "kind":
            kinds = ("glucocorticoid", *("immunosuppressant",) * IMMUNOSUPPRESSANTS, "biologic")
            return FactColumn(np.full(self.points.n, candidate_schema().course["kind"].code(kinds[slot]), np.int8))
        return self.columns(f"{name} of course {slot}", lambda: self._stored(name, slot))

    def _stored(self, name: str, slot: int) -> Values:
        if name == "weeks":
            return self._weeks(slot)
        if name == "stable_weeks":
            return self._stable_weeks(slot)
        return FactColumn(_FACTS[name](self, slot), None, candidate_schema().course[name].per)

    def _stable_weeks(self, slot: int) -> Values:
        """Weeks at a stable dose, at most those of the course; of a biologic nobody asks."""
        if slot == BIOLOGIC:
            return FactColumn(np.zeros(self.points.n, dtype=np.int64))
        name, s = "glucocorticoid stable" if slot == GLUCOCORTICOID else f"course.{slot - FIRST}.stable", self.scenario
        stable = Drawn(self.points, name, _length, (s.stable_weeks_median, s.stable_weeks_spread))
        return Least(stable, self.course("weeks", slot))

    def _weeks(self, slot: int) -> Values:
        """Weeks of the course; a glucocorticoid is taken as long as all immunosuppressants together."""
        if slot == GLUCOCORTICOID:
            slots = range(FIRST, BIOLOGIC)
            return Total(tuple((self.occupied(k), self.course("weeks", k)) for k in slots), self.points.n)
        name, s = "biologic weeks" if slot == BIOLOGIC else f"course.{slot - FIRST}.weeks", self.scenario
        return Drawn(self.points, name, _length, (s.course_weeks_median, s.course_weeks_spread))

    def all_courses(self) -> Treatments:
        """All facts of all courses side by side; an empty slot has no drug."""

        def of(name: str, slot: int) -> NDArray[Any]:
            values = self.course(name, slot).values
            return np.where(self.occupied(slot), values, _EMPTY) if name == "drug" else values

        names = [one.name for one in fields(Treatments)]
        return Treatments(*(beside([of(name, slot) for slot in range(SLOTS)]).astype(np.int64) for name in names))

    def _how_many(self) -> Ints:
        """Immunosuppressants of each candidate."""

        def how_many() -> Ints:
            u = self.points("immunosuppressants")
            return 1 + quantiles.poisson(u, self.scenario.immunosuppressants, most=IMMUNOSUPPRESSANTS - 1)

        return self.columns("immunosuppressants", how_many)

    def since(self, slot: int) -> Ints:
        """Weeks since the last dose of the immunosuppressant in a slot: those of all that came after it."""
        return self.columns(f"weeks until slot {slot}", lambda: self._since(slot))

    def _since(self, slot: int) -> Ints:
        if slot == FIRST:
            return np.zeros(self.points.n, dtype=np.int64)
        weeks = self.course("weeks", slot - 1).values
        return self.since(slot - 1) + np.where(self.occupied(slot - 1), weeks, 0)

    def used(self) -> Ints:
        """Which immunosuppressants, (n, 4), none twice: a drug's key grows with its share, the highest come first."""
        return self.columns("immunosuppressants used", lambda: _in_order(self.points))


def _in_order(points: Points) -> Ints:
    shares = load_population().shares["immunosuppressant"].values
    keys = np.column_stack([points(f"immunosuppressant.{name}") ** (1 / share) for name, share in shares.items()])
    return _codes("immunosuppressant")[np.argsort(-keys, axis=1, kind="stable")[:, :IMMUNOSUPPRESSANTS]]


def _drug(t: PriorTreatments, slot: int) -> Ints:
    if slot in (GLUCOCORTICOID, BIOLOGIC):
        kind = "glucocorticoid" if slot == GLUCOCORTICOID else "biologic"
        shares = load_population().shares[kind].values
        return _codes(kind)[quantiles.category(t.points(f"which {kind}"), shares)]
    return np.asarray(t.used()[:, slot - FIRST])


def _dose(t: PriorTreatments, slot: int) -> Ints:
    dose: NDArray[np.float64]
    if slot == GLUCOCORTICOID:
        s, u = t.scenario, t.points("glucocorticoid dose")
        prednisone = np.clip(quantiles.lognormal(u, s.gc_dose_median, s.gc_dose_spread), 2.5, 120)
        per_mg = np.array([float(one.prednisone_per_mg or 1) for one in drugs()])[t.course("drug", slot).values]
        dose = np.maximum(np.rint(prednisone / QUARTER_TABLET), 1) * QUARTER_TABLET / per_mg
    else:
        dose = _usual_doses()[t.course("drug", slot).values] if slot != BIOLOGIC else np.zeros(t.points.n)
    return np.asarray(np.rint(dose * _HUNDREDTHS), dtype=np.int64)


def _current(t: PriorTreatments, slot: int) -> Bools:
    return np.full(t.points.n, slot in (GLUCOCORTICOID, FIRST))


def _weeks_since_last(t: PriorTreatments, slot: int) -> Ints:
    if slot == GLUCOCORTICOID:
        return np.zeros(t.points.n, dtype=np.int64)
    if slot == BIOLOGIC:
        return _length(t.points("biologic since"), t.scenario.biologic_weeks, t.scenario.biologic_weeks_spread)
    return t.since(slot)


def _counted(t: PriorTreatments, slot: int, fact: str, table: str) -> Ints:
    if slot in (GLUCOCORTICOID, BIOLOGIC):
        return np.zeros(t.points.n, dtype=np.int64)
    shares = load_population().shares[table].values
    counts: Ints = np.array([int(name) for name in shares])
    return np.asarray(counts[quantiles.category(t.points(f"course.{slot - FIRST}.{fact}"), shares)])


def _n_worsened(t: PriorTreatments, slot: int) -> Ints:
    worse = _counted(t, slot, "n_worsened", "measures_worse")
    improved: Ints = t.course("n_improved", slot).values
    return np.minimum(worse, 6 - improved)


def _intolerance(t: PriorTreatments, slot: int) -> Bools:
    if not FIRST < slot < BIOLOGIC:  # who still takes a drug tolerates it
        return np.zeros(t.points.n, dtype=bool)
    return quantiles.happens(t.points(f"course.{slot - FIRST}.intolerance"), t.scenario.intolerance_share)


_FACTS: dict[str, Callable[[PriorTreatments, int], NDArray[Any]]] = {
    "drug": _drug,
    "dose": _dose,
    "current": _current,
    "weeks_since_last": _weeks_since_last,
    "n_improved": lambda t, slot: _counted(t, slot, "n_improved", "measures_improved"),
    "n_worsened": _n_worsened,
    "intolerance": _intolerance,
}


def _length(u: NDArray[np.float64], median: float, spread: float) -> Ints:
    weeks: Ints = np.rint(np.clip(quantiles.lognormal(u, median, spread), 2, 1500)).astype(np.int64)
    return weeks


def _codes(shares: str) -> Ints:
    names = drug_names()
    return np.array([names.index(name) for name in load_population().shares[shares].values])


def _usual_doses() -> NDArray[np.float64]:
    doses = load_population().doses
    return np.array([doses[name].value if name in doses else 0.0 for name in drug_names()])
