"""Would another rater have given another verdict? One patient at two visits, scored again and again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trialsim.errors import TrialsimError, check_one_of, check_whole
from trialsim.facts.core_set import measure
from trialsim.facts.raters import RatingError, rating_errors
from trialsim.facts.responses import CountRule, ResponseDefinition, load_response
from trialsim.patients import quantiles
from trialsim.patients.estimate import Estimate
from trialsim.patients.points import Streams, check_seed
from trialsim.rules.assess import Definition
from trialsim.rules.grid import MISSING, Ints, highest_value
from trialsim.rules.judgement import judge
from trialsim.rules.options import ResponseOptions, refuse_idle
from trialsim.rules.patient_values import PatientValues, read_patient

Floats = NDArray[np.float64]

RATERS = ("another", "same")
OTHER_MEASURES = ("fixed", "vary")
MAX_PAIRS = 1_000_000


def verdict_flips(
    baseline: Mapping[str, float | None],
    followup: Mapping[str, float | None],
    definition: Definition = "IMACS-2004",
    *,
    raters: str = "another",
    seed: int,
    other_measures: str = "fixed",
    n: int = 10_000,
    mmt8_max: int = 150,
    enzyme: str = "CK",
    enzyme_uln: float | Mapping[str, float] | None = None,
    zero_baseline: str = "strict",
    normal_enzyme: str = "counts",
    missing: str = "undecided",
) -> Estimate:
    """How often the verdict changes when somebody else scores the second visit.

    A rater scores the baseline. The second visit is scored twice, by that rater and by another one (or twice by the
    same). The values that are given stand for the truth.

    Parameters
    ----------
    baseline, followup, definition, mmt8_max, enzyme, enzyme_uln, zero_baseline, normal_enzyme, missing
        As for :func:`trialsim.assess_patient`.
    raters : {"another", "same"}
        Who scores the second visit the second time.
    seed : int
        The same seed gives the same raters.
    other_measures : {"fixed", "vary"}
        What no rater decides (patient global, HAQ-DI, enzyme): as given, or read with its own error at each visit, the
        same for both raters.
    n : int
        How many pairs of scorings are drawn.

    Returns
    -------
    Estimate
        The share of pairs in which the two verdicts differ ("cannot be decided" being a verdict of its own), and its
        standard error. None of `n` pairs gives 0 with a standard error of 0; the true share may still be 3 / n.

    Raises
    ------
    TrialsimError
        As for :func:`trialsim.assess_patient`; or no measure of the definition is scored by a rater, or is one of whose
        error nothing is known.

    Notes
    -----
    The spreads are those of `data/raters.toml`: most of them assumed, and none from raters of this trial. A rater's
    offset is the same at both visits and so cancels if one person scores both.

    Examples
    --------
    >>> from trialsim import load_vignettes
    >>> case = load_vignettes()[1]
    >>> start, week_12 = (case.visits[visit].values for visit in ("Baseline", "Week 12"))
    >>> flips = verdict_flips(start, week_12, enzyme=case.enzyme, enzyme_uln=case.uln, seed=1)
    >>> round(flips.value, 1), flips.standard_error < 0.006
    (0.4, True)
    """
    found = load_response(definition)
    options = ResponseOptions(mmt8_max, zero_baseline, normal_enzyme, missing)
    refuse_idle(options, found)
    check_one_of("raters", raters, RATERS)
    check_one_of("other_measures", other_measures, OTHER_MEASURES)
    check_whole("n", n, 1, MAX_PAIRS)
    vary = other_measures == "vary"
    patient = read_patient(
        baseline,
        followup,
        found,
        options,
        enzyme=enzyme,
        enzyme_uln=enzyme_uln,
        limit_needed=vary and _sizes_matter(found),
    )
    scorings = _Scorings(Streams(check_seed(seed), n), options.mmt8_max)
    start, again = np.empty((n, len(found.items)), np.int64), np.empty((2, n, len(found.items)), np.int64)
    for j, error in enumerate(_errors(found, patient, vary)):
        code, (first, last) = found.items[j], (int(patient.baseline[j]), int(patient.followup[j]))
        if error is None:
            start[:, j], again[..., j] = first, last
            continue
        start[:, j] = scorings.read(code, error, first, "first rater", "Baseline")
        again[0, :, j] = scorings.read(code, error, last, "first rater", "second visit")
        second = ("second rater" if raters == "another" else "first rater", "second visit again")
        again[1, :, j] = scorings.read(code, error, last, *second) if error.rated else again[0, :, j]
    verdict = judge(start, again, found, options, uln=patient.uln, enzyme_multiple=patient.enzyme_multiple).response
    share = float(np.mean(verdict[0] != verdict[1]))
    return Estimate(share, float(np.sqrt(share * (1 - share) / n)))


def _sizes_matter(definition: ResponseDefinition) -> bool:
    """Whether the verdict hangs on an enzyme's change in percent of its range, and so on its upper limit."""
    rule = definition.rule
    return not isinstance(rule, CountRule) or "range" in (rule.improved.of, rule.worse.of)


def _errors(definition: ResponseDefinition, patient: PatientValues, vary: bool) -> list[RatingError | None]:
    """The error of each item; None where it stays as given."""
    known = rating_errors()
    codes = [patient.enzyme if code == "ENZYME" else code for code in definition.items]
    if not any(code in known and known[code].rated for code in codes):
        raise TrialsimError("definition", definition.id, "a definition with a measure that a rater scores")
    if vary:
        for code in codes:
            if code not in known:
                fix = f"How far {measure(code).label} varies between two readings is not known here."
                raise TrialsimError("other_measures", "vary", f"'fixed' under {definition.id}", fix)
    return [known[code] if code in known and (known[code].rated or vary) else None for code in codes]


@dataclass(frozen=True, slots=True)
class _Scorings:
    """Readings of one patient, `points.n` of them at a time."""

    points: Streams
    mmt8_max: int

    def read(self, code: str, error: RatingError, value: int, rater: str, reading: str) -> Ints:
        """What is read where the truth is `value`, all on the grid."""
        found = measure(code)
        if value == MISSING:
            return np.full(self.points.n, MISSING, dtype=np.int64)
        sizes: Any = error.one_side if error.one_side is not None and self.mmt8_max == found.one_side else error
        slip = sizes.within * self._normal(f"slip.{error.code}.{reading}")
        if found.is_enzyme:
            return np.asarray(np.rint(value * np.exp(slip)), dtype=np.int64)
        top, step = round(highest_value(code, self.mmt8_max) * found.grid), _step(code, value)
        off = slip + (sizes.between * self._offset(error, rater) if error.rated else 0.0)
        whole = value + off * found.grid * _share_left(error.ends, value, top, sizes.full_from * found.grid)
        return np.asarray(np.clip(step * np.rint(whole / step), 0, top), dtype=np.int64)

    def _offset(self, error: RatingError, rater: str) -> Floats:
        """How strict each rater is on a measure, in standard deviations."""
        own = self._normal(f"offset.{error.code}.{rater}")
        if error.as_strict_as is None:
            return own
        tied, r = rating_errors()[error.as_strict_as.measure], error.as_strict_as.correlation
        return np.asarray(r * self._offset(tied, rater) + np.sqrt(1 - r**2) * own)

    def _normal(self, coordinate: str) -> Floats:
        return quantiles.normal(self.points(f"rating.{coordinate}"))


def _step(code: str, value: int) -> int:
    """The grid on which a measure is read: of HAQ-DI eighths, or sevenths or sixths where the value is on these."""
    found = measure(code)
    usual = round(found.step * found.grid)
    parts = [found.grid // missing for missing in (7, 6)] if code == "HAQDI" else []
    return next((step for step in (usual, *parts) if value % step == 0), usual)


def _share_left(ends: str, value: int, top: int, full_from: float) -> float:
    """How much of the error is left so near the ends of the scale."""
    distances = {"both": min(value, top - value), "low": value, "high": top - value}
    return float(min(np.sqrt(distances[ends] / full_from), 1.0)) if ends in distances else 1.0
