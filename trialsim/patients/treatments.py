"""What a candidate was treated with before: which drugs, at which doses, with what result; `histories` says when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trialsim.facts.candidate_schema import candidate_schema
from trialsim.facts.drugs import drug_names, drugs
from trialsim.facts.population import load_population
from trialsim.patients import histories, quantiles
from trialsim.patients.columns import Columns, column
from trialsim.patients.disease import AtEntry
from trialsim.patients.drug_choice import chosen_drugs, drug_codes
from trialsim.patients.points import Points
from trialsim.patients.readings import beside
from trialsim.patients.scenario import Scenario
from trialsim.rules.candidate_arrays import Treatments
from trialsim.rules.values import Bools, FactColumn, Values

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

# Slots of the record: the glucocorticoid and an earlier course of it; immunosuppressants, those taken now first and
# then from the latest back; immunoglobulin, another biologic, an immunomodulator.
GLUCOCORTICOID, EARLIER, FIRST = 0, 1, 2
IMMUNOGLOBULIN = FIRST + histories.MAX_IMMUNOSUPPRESSANTS
BIOLOGIC, IMMUNOMODULATOR = IMMUNOGLOBULIN + 1, IMMUNOGLOBULIN + 2
SLOTS = IMMUNOMODULATOR + 1
_KINDS = (
    *("glucocorticoid",) * 2,
    *("immunosuppressant",) * histories.MAX_IMMUNOSUPPRESSANTS,
    *("biologic",) * 2,
    "immunomodulator",
)

# Doses of a glucocorticoid come in halves of the tablet that equals 5 mg of prednisone, above 20 mg in whole ones; in
# the course of a trial in quarters.
QUARTER_TABLET = 1.25
_HALF_TABLET, _TABLET, _WHOLE_ABOVE = 2.5, 5.0, 20.0

_EMPTY = -1
_HUNDREDTHS = 100  # Treatments keeps doses in hundredths of the drug's unit


class PriorTreatments:
    """The earlier treatments of the candidates at `points`, each column worked out when it is first asked for."""

    __slots__ = ("at_entry", "columns", "points", "scenario")

    def __init__(self, points: Points, scenario: Scenario, columns: Columns, at_entry: AtEntry) -> None:
        self.points, self.scenario, self.columns, self.at_entry = points, scenario, columns, at_entry

    @column
    def suppression(self) -> histories.Immunosuppression:
        """When which immunosuppressant was taken."""
        return histories.immunosuppression(self.points, self.scenario, self.at_entry)

    @column
    def steroid(self) -> histories.Courses:
        """When a glucocorticoid was taken."""
        return histories.glucocorticoid(self.points, self.scenario, self.at_entry)

    @column
    def others(self) -> histories.Courses:
        """When immunoglobulin, another biologic and an immunomodulator were taken."""
        return histories.other_courses(self.points, self.scenario, self.at_entry)

    @property
    def induced(self) -> Bools:
        """Who was meant for an induction with cyclophosphamide."""
        return histories.induction(self.points, self.scenario, self.at_entry)

    @property
    def early(self) -> Bools:
        """Whose disease was treated for two months or more in its first half year."""
        return histories.early(self.steroid, self.suppression.courses, self.at_entry.since_onset)

    @column
    def pregnant(self) -> Bools:
        """Who is pregnant, of women below 45: decided before what they are treated with."""
        young = self.at_entry.female & (self.at_entry.age < 45)
        return np.asarray(young & quantiles.happens(self.points("pregnancy"), self.scenario.pregnant_share))

    def occupied(self, slot: int) -> Bools:
        """Who has a course of treatment in this slot."""
        return np.asarray(self._dates(slot)[0] >= 0)

    def course(self, name: str, slot: int) -> Values:
        """A stored fact of the course in a slot; where there is none it does not matter."""
        if name == "kind":
            return FactColumn(np.full(self.points.n, candidate_schema().course["kind"].code(_KINDS[slot]), np.int8))
        return self.columns(
            f"{name} of course {slot}",
            lambda: FactColumn(_FACTS[name](self, slot), None, candidate_schema().course[name].per),
        )

    def _dates(self, slot: int) -> tuple[Ints, Ints]:
        if slot < FIRST:
            courses, place = self.steroid, slot
        elif slot < IMMUNOGLOBULIN:
            courses, place = self.suppression.courses, slot - FIRST
        else:
            courses, place = self.others, slot - IMMUNOGLOBULIN
        return courses.start[:, place], courses.end[:, place]

    def weeks(self, slot: int) -> Ints:
        """How long a course has lasted."""
        start, end = self._dates(slot)
        return np.asarray(np.maximum(start - end, 0))

    def since(self, slot: int) -> Ints:
        """Weeks since the last dose."""
        return self._dates(slot)[1]

    def current(self, slot: int) -> Bools:
        """Who takes the drug now."""
        start, end = self._dates(slot)
        return np.asarray((start >= 0) & (end == 0))

    @column
    def prednisone(self) -> Floats:
        """The dose of the glucocorticoid in mg of prednisone a day."""
        s, u = self.scenario, self.points("glucocorticoid dose")
        drawn = np.clip(quantiles.lognormal(u, s.gc_dose_median, s.gc_dose_spread), _HALF_TABLET, 120)
        step = np.where(drawn > _WHOLE_ABOVE, _TABLET, _HALF_TABLET)
        return np.asarray(np.maximum(np.rint(drawn / step), 1) * step)

    def all_courses(self) -> Treatments:
        """All facts of all courses side by side; an empty slot has no drug."""

        def of(name: str, slot: int) -> NDArray[Any]:
            values = self.course(name, slot).values
            return np.where(self.occupied(slot), values, _EMPTY) if name == "drug" else values

        names = [field.name for field in fields(Treatments)]
        return Treatments(*(beside([of(name, slot) for slot in range(SLOTS)]).astype(np.int64) for name in names))

    @column
    def used(self) -> Ints:
        """Which immunosuppressants, (n, places), none twice and none but cyclophosphamide where there was induction."""
        return chosen_drugs(self.points, self.at_entry, self.suppression, self.pregnant)


def _drug(t: PriorTreatments, slot: int) -> Ints:
    if slot < FIRST:
        return _picked(t, "glucocorticoid")
    if slot < IMMUNOGLOBULIN:
        return np.asarray(t.used[:, slot - FIRST])
    if slot == IMMUNOGLOBULIN:
        return np.full(t.points.n, drug_names().index("intravenous immunoglobulin"))
    if slot == BIOLOGIC:
        return _picked(t, "biologic")
    share = np.where(t.at_entry.spared, t.scenario.hcq_spared, t.scenario.hcq_classic)
    hydroxychloroquine = t.points("immunomodulator") < share
    return np.where(hydroxychloroquine, drug_names().index("hydroxychloroquine"), drug_names().index("thalidomide"))


def _picked(t: PriorTreatments, kind: str) -> Ints:
    """One drug of a kind, by the shares of the population."""
    shares = load_population().shares[kind].values
    return drug_codes(shares)[quantiles.category(t.points(f"which {kind}"), shares)]


def _dose(t: PriorTreatments, slot: int) -> Ints:
    if slot in (IMMUNOGLOBULIN, BIOLOGIC):
        return np.zeros(t.points.n, dtype=np.int64)
    drug = t.course("drug", slot).values
    if slot < FIRST:
        per_mg = np.array([float(each.prednisone_per_mg or 1) for each in drugs()])[drug]
        dose = t.prednisone / per_mg
    else:
        dose, u = np.zeros(t.points.n), t.points(f"dose.{slot - FIRST}")
        for code in np.unique(drug):
            rows = np.flatnonzero(drug == code)
            usual = load_population().doses[drug_names()[code]].values
            dose[rows] = np.array([float(amount) for amount in usual])[quantiles.category(u[rows], usual)]
    return np.asarray(np.rint(dose * _HUNDREDTHS), dtype=np.int64)


def _stable_weeks(t: PriorTreatments, slot: int) -> Ints:
    """Weeks at the present, or last, dose, at most those of the course; of a biologic nobody asks."""
    if slot in (IMMUNOGLOBULIN, BIOLOGIC):
        return np.zeros(t.points.n, dtype=np.int64)
    s = t.scenario
    if slot < FIRST:
        median = s.gc_stable_weeks * (t.prednisone / s.gc_dose_median) ** -s.gc_stable_slope
        stable = quantiles.lognormal(t.points(f"glucocorticoid stable.{slot}"), 1.0, s.gc_stable_spread) * median
    else:
        stable = quantiles.lognormal(
            t.points(f"course.{slot - FIRST}.stable"), s.stable_weeks_median, s.stable_weeks_spread
        )
    return np.minimum(np.maximum(np.rint(stable), 1).astype(np.int64), t.weeks(slot))


def _suppressant(slot: int) -> bool:
    return FIRST <= slot < IMMUNOGLOBULIN


def _counted(t: PriorTreatments, slot: int, fact: str, table: str) -> Ints:
    if not _suppressant(slot):
        return np.zeros(t.points.n, dtype=np.int64)
    shares = load_population().shares[table].values
    counts: Ints = np.array([int(name) for name in shares])
    return np.asarray(counts[quantiles.category(t.points(f"course.{slot - FIRST}.{fact}"), shares)])


def _n_worsened(t: PriorTreatments, slot: int) -> Ints:
    worse = _counted(t, slot, "n_worsened", "measures_worse")
    improved: Ints = t.course("n_improved", slot).values
    return np.minimum(worse, 6 - improved)


def _intolerance(t: PriorTreatments, slot: int) -> Bools:
    if slot == GLUCOCORTICOID:
        return quantiles.happens(t.points("glucocorticoid intolerance"), t.scenario.gc_intolerance)
    if not _suppressant(slot):  # who still takes a drug tolerates it
        return np.zeros(t.points.n, dtype=bool)
    return np.asarray(t.suppression.intolerant[:, slot - FIRST])


_FACTS: dict[str, Callable[[PriorTreatments, int], NDArray[Any]]] = {
    "drug": _drug,
    "dose": _dose,
    "current": PriorTreatments.current,
    "weeks": PriorTreatments.weeks,
    "stable_weeks": _stable_weeks,
    "weeks_since_last": PriorTreatments.since,
    "n_improved": lambda t, slot: _counted(t, slot, "n_improved", "measures_improved"),
    "n_worsened": _n_worsened,
    "intolerance": _intolerance,
}
