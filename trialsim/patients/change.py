"""Paired change from baseline to week 12: of the core measures, and of the glucocorticoid dose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from trialsim.errors import TrialsimError, check_number
from trialsim.facts.core_set import measure
from trialsim.facts.reading import Words
from trialsim.patients.cohort import Cohort
from trialsim.patients.readings import ENZYMES, SCALES


@dataclass(frozen=True, slots=True)
class PairedChange:
    """The mean of paired differences with its t interval; None where fewer than two pairs are left."""

    n: int
    mean: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class SteroidChange:
    """The glucocorticoid dose at baseline and at the last visit, in mg of prednisone a day.

    Attributes
    ----------
    n, n_missing : int
        Patients whose dose is known at both visits, and the others. A patient without glucocorticoid has a dose of 0.
    week : float
        When the last visit was.
    baseline, last : float or None
        Mean doses of those with both.
    change : PairedChange
        Last minus baseline.
    ratio : PairedChange
        Geometric mean of last over baseline, with its interval, of patients with a dose above 0 at both.
    n_stopped : int
        Patients with a dose at baseline whose last dose is zero.
    """

    n: int
    n_missing: int
    week: float
    baseline: float | None
    last: float | None
    change: PairedChange
    ratio: PairedChange
    n_stopped: int

    @property
    def week12(self) -> float | None:
        """The mean dose at week 12, where that was the last visit."""
        if self.week != 12:
            seen = Words(f"a dose of week {self.week:g}")
            raise TrialsimError("week12", seen, "a last visit at week 12", "The dose at the last visit is .last.")
        return self.last

    def __repr__(self) -> str:
        if self.baseline is None or self.last is None:
            return f"Glucocorticoid: no patient with both visits ({self.n_missing} missing)"
        text = (
            f"Glucocorticoid, mg of prednisone a day: {self.baseline:.1f} at baseline, {self.last:.1f} at week "
            f"{self.week:g} ({self.n} patients, {self.n_missing} missing)"
        )
        if self.change.low is not None and self.ratio.mean is not None and self.ratio.low is not None:
            text += (
                f"; change {self.change.mean:+.1f} (95 % interval {self.change.low:+.1f} to {self.change.high:+.1f}), "
                f"geometric mean of each patient's own ratio: {self.ratio.mean:.2f} ({self.ratio.low:.2f} to "
                f"{self.ratio.high:.2f})"
            )
        return text


def paired(differences: NDArray[np.float64], level: float = 0.95) -> PairedChange:
    """The mean of differences, shape (n,), and its t interval."""
    n = len(differences)
    if n < 2:
        return PairedChange(n, float(differences[0]) if n else None, None, None)
    mean = float(differences.mean())
    half = float(scipy.special.stdtrit(n - 1, (1 + level) / 2) * differences.std(ddof=1) / np.sqrt(n))
    return PairedChange(n, mean, mean - half, mean + half)


def steroid_change(cohort: Cohort, *, level: float = 0.95) -> SteroidChange:
    """How the glucocorticoid dose changed until the last visit.

    Parameters
    ----------
    cohort : Cohort
        One that was followed.
    level : float
        Of the intervals.

    Returns
    -------
    SteroidChange
        Means, paired change and ratio with intervals, and how many are missing.

    Raises
    ------
    TrialsimError
        If the cohort was not followed.

    Examples
    --------
    >>> from trialsim.patients.cohort import follow, generate_cohort
    >>> from trialsim.patients.scenario import Scenario
    >>> found = steroid_change(follow(generate_cohort(20, seed=1), Scenario(), seed=1))
    >>> found.n + found.n_missing
    20
    """
    check_number("level", level, 0, 1, open_low=True, open_high=True)
    if not isinstance(cohort, Cohort):
        raise TrialsimError("cohort", cohort, "a cohort that follow() returned")
    doses = cohort.steroid_doses.pivot(index="SUBJID", columns="AVISITN", values="dose")
    wide = doses.reindex(columns=[0, cohort.last_week])
    both = wide.dropna()
    first, last = both[0].to_numpy(), both[cohort.last_week].to_numpy()
    on_dose = (first > 0) & (last > 0)
    ratio = paired(np.log(last[on_dose] / first[on_dose]), level)
    return SteroidChange(
        n=len(both),
        n_missing=len(wide) - len(both),
        baseline=float(first.mean()) if len(both) else None,
        week=cohort.last_week,
        last=float(last.mean()) if len(both) else None,
        change=paired(last - first, level),
        ratio=PairedChange(
            ratio.n, *(None if value is None else float(np.exp(value)) for value in (ratio.mean, ratio.low, ratio.high))
        ),
        n_stopped=int(((first > 0) & (last == 0)).sum()),
    )


def measure_changes_table(cohort: Cohort, *, level: float = 0.95) -> pd.DataFrame:
    """Change of each measure and enzyme from baseline to the last visit.

    Returns
    -------
    DataFrame
        One row a code: PARAMCD, PARAM, n, baseline, last, change, low, high (interval of the mean change); only codes
        with at least two patients at both visits.
    """
    table, week = cohort.assessments, cohort.last_week
    wide = table.pivot(index=["PARAMCD", "SUBJID"], columns="AVISITN", values="AVAL").reindex(columns=[0, week])
    rows = []
    for code in (*SCALES, *ENZYMES):
        both = wide.loc[code].dropna()
        change = paired((both[week] - both[0]).to_numpy(), level)
        if change.low is not None:
            name = measure(code).label
            rows.append([code, name, change.n, both[0].mean(), both[week].mean(), change.mean, change.low, change.high])
    return pd.DataFrame(rows, columns=["PARAMCD", "PARAM", "n", "baseline", "last", "change", "low", "high"])
