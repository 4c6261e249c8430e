"""The total improvement score of 2016, for one patient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from trialsim.errors import TrialsimError
from trialsim.facts.core_set import measure_names
from trialsim.facts.responses import load_response
from trialsim.rules.assess import judge_patient
from trialsim.rules.options import ResponseOptions
from trialsim.rules.score_points import score_rule


@dataclass(frozen=True, slots=True)
class TotalImprovement:
    """A total improvement score.

    Attributes
    ----------
    score : float
        0 to 100.
    points : mapping of code to float
        What each measure earned; 0 where it was not measured.
    category : {"none", "minimal", "moderate", "major"}
        The adult category.
    reachable : float
        The most this patient could have scored from this baseline; a measure without a value adds nothing.
    missing : tuple of str
        Measures without a value at one of the visits.
    findings : tuple of str
        A sentence on every measure.
    """

    score: float
    points: Mapping[str, float]
    category: str
    reachable: float
    missing: tuple[str, ...]
    findings: tuple[str, ...] = field(repr=False)

    def explain(self) -> str:
        """The points of every measure and their sum, as prose."""
        total = f"Total improvement score {self.score:g} ({self.category}); {self.reachable:g} could have been reached."
        return "\n".join([*self.findings, total])

    def __str__(self) -> str:
        return self.explain()


def total_improvement_score(
    baseline: Mapping[str, float | None],
    followup: Mapping[str, float | None],
    *,
    mmt8_max: int = 150,
    enzyme: str = "CK",
    enzyme_uln: float | Mapping[str, float] | None,
    allow_missing: bool = False,
) -> TotalImprovement:
    """The total improvement score of the 2016 ACR/EULAR criteria, with the category for adults.

    Parameters
    ----------
    baseline, followup : mapping of code to value
        As for :func:`trialsim.assess_patient`.
    mmt8_max : {150, 80}
        MMT-8 of both sides or of one.
    enzyme : str
        Which enzyme `ENZYME` is, or ``"most_abnormal"`` where several are given.
    enzyme_uln : float or mapping of code to float, or None
        Its upper limit of normal in U/L; None only where no enzyme was measured.
    allow_missing : bool
        Whether a measure may be missing; it then earns nothing, and less can be reached.

    Returns
    -------
    TotalImprovement

    Raises
    ------
    TrialsimError
        A value is wrong, or one is missing and that is not allowed.

    Notes
    -----
    Improvement is counted in percent of the instrument's range (of an enzyme: so many times its upper limit); bands are
    closed on the right, so exactly 5 % earns nothing. Points as in Rider et al. 2017 (PMC5577002, table 3).

    Examples
    --------
    >>> start = {"PHGA": 6, "PTGA": 6, "MMT8": 120, "HAQDI": 1.125, "ENZYME": 1000, "EMGA": 4}
    >>> week_12 = {"PHGA": 5.4, "PTGA": 5.5, "MMT8": 124, "HAQDI": 0.875, "ENZYME": 1100, "EMGA": 4}
    >>> print(total_improvement_score(start, week_12, enzyme_uln=200))
    Physician global improved by 6 % of its range (6 to 5.4 cm): 7.5 points.
    Patient global improved by exactly 5 % of its range (6 to 5.5 cm): 0 points.
    MMT-8 improved by 2.7 % of its range (120 to 124 points): 10 points.
    HAQ-DI improved by 8.3 % of its range (1.125 to 0.875): 5 points.
    Muscle enzyme (CK) worsened (1000 to 1100 U/L): 0 points, and the score takes nothing off.
    Extramuscular global did not change (4 cm): 0 points.
    Total improvement score 22.5 (minimal); 80 could have been reached.
    """
    if not isinstance(allow_missing, bool):
        raise TrialsimError("allow_missing", allow_missing, "True or False")
    definition = load_response("TIS-MINIMAL")
    options = ResponseOptions(mmt8_max, missing="not_counted")
    found = judge_patient(
        baseline, followup, definition, options, enzyme=enzyme, enzyme_uln=enzyme_uln, limit_needed=True
    )
    if found.missing and not allow_missing:
        raise TrialsimError(
            "baseline and followup",
            found.missing,
            "all six measures at both visits",
            f"{measure_names(found.missing)} not measured: say allow_missing=True if it may count as no improvement.",
        )
    verdict = found.verdict
    assert verdict.score is not None and verdict.points is not None and verdict.reachable is not None
    score = float(verdict.score)
    return TotalImprovement(
        score=score,
        points={code: float(each) for code, each in zip(definition.items, verdict.points, strict=True)},
        category=score_rule(definition).table.category(Fraction(score)),
        reachable=float(verdict.reachable.sum()),
        missing=found.missing,
        findings=found.findings,
    )
