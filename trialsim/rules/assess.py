"""One patient under one definition of response, or under several."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trialsim.errors import check_list
from trialsim.facts.core_set import measure
from trialsim.facts.responses import ResponseDefinition, list_responses, load_response
from trialsim.rules.explain import explain_change, percent_better
from trialsim.rules.grid import MISSING
from trialsim.rules.judgement import Judgement, judge, reason
from trialsim.rules.options import ResponseOptions, asked, refuse_idle
from trialsim.rules.patient_values import limit_matters, read_patient

if TYPE_CHECKING:
    import pandas as pd

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
        baseline,
        followup,
        definition,
        options,
        enzyme=enzyme,
        enzyme_uln=enzyme_uln,
        limit_needed=limit_needed,
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


def compare_definitions(
    baseline: Mapping[str, float | None],
    followup: Mapping[str, float | None],
    definitions: Iterable[Definition] | None = None,
    **options: Any,
) -> pd.DataFrame:
    """One patient under several definitions of response.

    Parameters
    ----------
    baseline, followup : mapping of code to value
        As for :func:`assess_patient`.
    definitions : iterable of str, Path or ResponseDefinition, optional
        None: all of :func:`trialsim.list_responses`.
    **options
        As for :func:`assess_patient`; each holds for the definitions that have a place for it.

    Returns
    -------
    DataFrame
        One row a definition: ``definition, label, response`` (nullable), ``n_improved, n_worsened, mmt_worsened,
        improved, worsened, score`` (nullable), ``reason``. Where the enzyme improved and its upper limit of normal is
        not given, a score cannot be computed: its response is missing and the reason says so.

    Raises
    ------
    TrialsimError
        As for :func:`assess_patient`.

    Examples
    --------
    >>> start = {"PHGA": 5, "PTGA": 5, "MMT8": 125, "HAQDI": 1, "ENZYME": 500, "EMGA": 3}
    >>> week_12 = {"PHGA": 4, "PTGA": 4, "MMT8": 150, "HAQDI": 1, "ENZYME": 500, "EMGA": 3}
    >>> table = compare_definitions(start, week_12, ["IMACS-2004", "NCT04946669"])
    >>> print(table[["definition", "response", "reason"]].to_string(index=False))
     definition  response                             reason
     IMACS-2004      True   response: 3 improved, 0 worse
    NCT04946669     False no response: 0 improved, 3 needed
    """
    import pandas as pd

    rows: list[dict[str, Any]] = []
    for found in load_definitions(definitions):
        row: dict[str, Any] = {"definition": found.id, "label": found.label}
        gap = _limit_gap(baseline, followup, found, options)
        if gap:
            row |= {"response": pd.NA, "reason": gap}
        else:
            one = assess_patient(baseline, followup, found, **asked(found, options))
            row |= {
                "response": pd.NA if one.responded is None else one.responded,
                "n_improved": len(one.improved),
                "n_worsened": len(one.worsened),
                "mmt_worsened": "MMT8" in one.worsened,
                "improved": " ".join(one.improved),
                "worsened": " ".join(one.worsened),
                "score": one.score,
                "reason": one.reason,
            }
        rows.append(row)
    columns = {
        "definition": "object",
        "label": "object",
        "response": "boolean",
        "n_improved": "Int64",
        "n_worsened": "Int64",
        "mmt_worsened": "boolean",
        "improved": "object",
        "worsened": "object",
        "score": "Float64",
        "reason": "object",
    }
    return pd.DataFrame(rows, columns=list(columns)).astype(columns)


def load_definitions(definitions: Iterable[Definition] | None) -> list[ResponseDefinition]:
    """The definitions to compare: those that are named, or all that are published."""
    if definitions is None:
        return [load_response(name) for name in list_responses()]
    asked_for = check_list("definitions", definitions, "a list of definitions", "Put it in a list.")
    return [load_response(definition) for definition in asked_for]


def _limit_gap(
    baseline: Mapping[str, Any], followup: Mapping[str, Any], found: ResponseDefinition, options: Mapping[str, Any]
) -> str:
    """Why a score cannot be computed for want of an upper limit; empty where it can.

    The limit is an argument of its own, so that a table of several definitions need not fail for one of them.
    """
    if options.get("enzyme_uln") is not None or options.get("enzyme") == "most_abnormal" or not found.scores:
        return ""
    enzyme = options.get("enzyme", "CK")
    settled = ResponseOptions(mmt8_max=options.get("mmt8_max", 150))
    patient = read_patient(baseline, followup, found, settled, enzyme=enzyme, enzyme_uln={enzyme: 1.0})
    start, end = patient.baseline[found.items.index("ENZYME")], patient.followup[found.items.index("ENZYME")]
    if MISSING in (start, end) or not limit_matters(found, settled, start, end):
        return ""
    return f"cannot be computed: the upper limit of normal of {patient.enzyme} (enzyme_uln) is not given"
