"""One patient under one definition of response."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trialsim.errors import check_list
from trialsim.facts.core_set import measure
from trialsim.facts.responses import ResponseDefinition, list_responses, load_response
from trialsim.rules.explain import explain_change, percent_better
from trialsim.rules.judgement import Judgement, judge, reason
from trialsim.rules.options import ResponseOptions, refuse_idle
from trialsim.rules.patient_values import read_patient

if TYPE_CHECKING:
    pass

Definition = str | Path | ResponseDefinition


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a definition says of one patient.

    Attributes
    ----------
    responded : bool or None
        None: it cannot be decided, because of what is missing.
    improved, worsened : tuple of str
        Codes of the measures that count as improved and as worse. Under a score: that earn points, and that are worse
        at all.
    pct_improved : mapping of code to float or None
        Change in percent of the baseline, + = better; None where it does not exist. Under a score: in percent of the
        instrument's range.
    definition : str
        Id of the definition.
    missing : tuple of str
        Measures without a value at one of the visits.
    score : float or None
        Where the definition scores.
    reason : str
        Why, in one line.
    findings : tuple of str
        A sentence on every measure.
    """

    responded: bool | None
    improved: tuple[str, ...]
    worsened: tuple[str, ...]
    pct_improved: Mapping[str, float | None]
    definition: str
    missing: tuple[str, ...]
    score: float | None
    reason: str
    findings: tuple[str, ...] = field(repr=False)

    def explain(self) -> str:
        """What became of every measure, and the verdict, as prose."""
        return "\n".join([f"{self.definition}: {self.reason}.", *self.findings])

    def __str__(self) -> str:
        return self.explain()


def assess_patient(
    baseline: Mapping[str, float | None],
    followup: Mapping[str, float | None],
    definition: Definition = "IMACS-2004",
    *,
    mmt8_max: int = 150,
    enzyme: str = "CK",
    enzyme_uln: float | Mapping[str, float] | None = None,
    zero_baseline: str = "strict",
    normal_enzyme: str = "counts",
    missing: str = "undecided",
) -> Assessment:
    """Did this patient respond?

    Parameters
    ----------
    baseline, followup : mapping of code to value
        Values of the core set measures (`PHGA PTGA EMGA` in cm, `MMT8` in points, `HAQDI`, `ENZYME` in U/L). What is
        absent, None or NaN is missing. The enzyme may stand under its own code instead, or all five may.
    definition : str, Path or ResponseDefinition
        An id of :func:`trialsim.list_responses`, a TOML file of one's own, or a definition.
    mmt8_max : {150, 80}
        MMT-8 of both sides or of one.
    enzyme : str
        Which enzyme `ENZYME` is, or ``"most_abnormal"`` where several are given.
    enzyme_uln : float or mapping of code to float, optional
        Upper limit of normal in U/L. Needed by the 2016 score when the enzyme improved, by
        ``normal_enzyme="never improves"``, and by ``zero_baseline="absolute"`` when it was 0.
    zero_baseline : {"strict", "ignore", "absolute"}
        A measure where lower is better rises from 0: worse; never counts; judged in percent of its range. A score has
        no place for it, nor for `normal_enzyme`.
    normal_enzyme : {"counts", "never improves"}
        Whether an enzyme within normal limits at baseline can improve.
    missing : {"undecided", "not_counted", "non_responder"}
        What a missing measure means.

    Returns
    -------
    Assessment

    Raises
    ------
    TrialsimError
        A code, value, definition or option is wrong.

    Notes
    -----
    Values are compared as whole numbers on their instrument's grid: an improvement from 0.5 to 0.4 cm is 20 %.

    Examples
    --------
    >>> start = {"PHGA": 6, "PTGA": 6, "MMT8": 100, "HAQDI": 1, "ENZYME": 500, "EMGA": 3}
    >>> week_12 = {"PHGA": 3, "PTGA": 3, "MMT8": 75, "HAQDI": 0.5, "ENZYME": 500, "EMGA": 3}
    >>> print(assess_patient(start, week_12))
    IMACS-2004: no response: MMT-8 worse by at least 25 %.
    Physician global improved by 50 % (6 to 3 cm).
    Patient global improved by 50 % (6 to 3 cm).
    MMT-8 worsened by exactly 25 % (100 to 75 points), which this definition does not allow.
    HAQ-DI improved by 50 % (1 to 0.5).
    Muscle enzyme (CK) did not change (500 U/L).
    Extramuscular global did not change (3 cm).
    """
    found = load_response(definition)
    options = ResponseOptions(mmt8_max, zero_baseline, normal_enzyme, missing)
    refuse_idle(options, found)
    patient = judge_patient(baseline, followup, found, options, enzyme=enzyme, enzyme_uln=enzyme_uln)
    verdict = patient.verdict
    improved = tuple(code for code, each in zip(found.items, verdict.improved, strict=True) if each)
    worsened = tuple(code for code, each in zip(found.items, verdict.worse, strict=True) if each)
    answer, score = int(verdict.response), None if verdict.score is None else float(verdict.score)
    why = reason(found, options, answer, n_improved=len(improved), worse=worsened, missing=patient.missing, score=score)
    return Assessment(
        responded=None if answer < 0 else bool(answer),
        improved=improved,
        worsened=worsened,
        pct_improved=patient.percents,
        definition=found.id,
        missing=patient.missing,
        score=score,
        reason=why,
        findings=patient.findings,
    )


@dataclass(frozen=True, slots=True, eq=False)
class JudgedPatient:
    """The kernel's verdict on one patient, with the percentages and the sentences that go with it."""

    verdict: Judgement
    percents: dict[str, float | None]
    missing: tuple[str, ...]
    findings: tuple[str, ...]


def judge_patient(
    baseline: Mapping[str, Any],
    followup: Mapping[str, Any],
    definition: ResponseDefinition,
    options: ResponseOptions,
    *,
    enzyme: str,
    enzyme_uln: float | Mapping[str, float] | None,
    limit_needed: bool = False,
) -> JudgedPatient:
    """Put one patient on the grid, apply the definition, and say what became of every measure.

    With `limit_needed` the enzyme's upper limit must be there even where the verdict does not hang on it.
    """
    patient = read_patient(
        baseline, followup, definition, options, enzyme=enzyme, enzyme_uln=enzyme_uln, limit_needed=limit_needed
    )
    verdict = judge(
        patient.baseline,
        patient.followup,
        definition,
        options,
        uln=patient.uln,
        enzyme_multiple=patient.enzyme_multiple,
    )
    percents: dict[str, float | None] = {}
    findings = []
    for j, code in enumerate(definition.items):
        limit, label = patient.limits[j], measure(code).label
        b, f = int(patient.baseline[j]), int(patient.followup[j])
        full = None if limit is None else limit * int(patient.enzyme_multiple[j])
        percent = percent_better(code, b, f, definition, options, full)
        percents[code] = None if percent is None else float(percent)
        findings.append(
            explain_change(
                code,
                f"{label} ({patient.enzyme})" if code == "ENZYME" else label,
                b,
                f,
                definition=definition,
                options=options,
                improved=bool(verdict.improved[j]),
                worse=bool(verdict.worse[j]),
                percent=percent,
                points=None if verdict.points is None else float(verdict.points[j]),
                limit=limit,
            )
        )
    missing = tuple(code for code, known in zip(definition.items, verdict.known, strict=True) if not known)
    return JudgedPatient(verdict, percents, missing, tuple(findings))


def load_definitions(definitions: Iterable[Definition] | None) -> list[ResponseDefinition]:
    """The definitions to compare: those that are named, or all that are published."""
    if definitions is None:
        return [load_response(name) for name in list_responses()]
    asked_for = check_list("definitions", definitions, "a list of definitions", "Put it in a list.")
    return [load_response(definition) for definition in asked_for]
