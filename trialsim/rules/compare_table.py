"""One patient, or a table of patients, under several definitions of response: who flips from one to another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from trialsim.errors import TrialsimError
from trialsim.facts.responses import ResponseDefinition
from trialsim.rules.assess import Definition, assess_patient, load_definitions
from trialsim.rules.assess_table import assess_response
from trialsim.rules.grid import MISSING
from trialsim.rules.options import ResponseOptions, asked
from trialsim.rules.patient_values import limit_matters, read_patient

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, eq=False)
class CohortComparison:
    """The verdicts of several definitions on the same patients.

    Attributes
    ----------
    verdicts : DataFrame
        One row a patient: `SUBJID` and a nullable column a definition.
    flips : DataFrame
        Definition by definition, how many patients have opposite verdicts; undecided ones are not counted.
    patients : DataFrame
        One row a flip: ``SUBJID, responder_by, not_by, reason_for, reason_against``.
    """

    verdicts: pd.DataFrame
    flips: pd.DataFrame
    patients: pd.DataFrame

    def __str__(self) -> str:
        return f"Patients whose verdict differs, of {len(self.verdicts)}:\n{self.flips}"


def compare_cohort(
    assessments: pd.DataFrame, definitions: Iterable[Definition] | None = None, **options: Any
) -> CohortComparison:
    """A table of patients under several definitions of response.

    Parameters
    ----------
    assessments : DataFrame
        As for :func:`trialsim.assess_response`.
    definitions : iterable of str, Path or ResponseDefinition, optional
        None: all of :func:`trialsim.list_responses`.
    **options
        As for :func:`trialsim.assess_response`; each holds for the definitions that have a place for it.

    Returns
    -------
    CohortComparison

    Raises
    ------
    TrialsimError
        As for :func:`trialsim.assess_response`; or a definition is given twice.

    Examples
    --------
    >>> import pandas as pd
    >>> codes = ["PHGA", "PTGA", "MMT8", "HAQDI", "CK", "EMGA"]
    >>> rows = [("A", 0, [5, 5, 125, 1, 500, 3]), ("A", 12, [4, 4, 150, 1, 500, 3])]
    >>> table = pd.DataFrame(
    ...     [(who, week, code, value) for who, week, values in rows for code, value in zip(codes, values)],
    ...     columns=["SUBJID", "AVISITN", "PARAMCD", "AVAL"],
    ... )
    >>> found = compare_cohort(table, ["IMACS-2004", "NCT04946669"])
    >>> int(found.flips.loc["IMACS-2004", "NCT04946669"]), found.patients["reason_against"].tolist()
    (1, ['no response: 0 improved, 3 needed'])
    """
    import pandas as pd

    found = load_definitions(definitions)
    names = [each.id for each in found]
    if len(set(names)) < len(names):
        raise TrialsimError("definitions", names, "each definition once")
    assessed = {each.id: assess_response(assessments, each, **asked(each, options)) for each in found}
    verdicts = pd.DataFrame({name: table["response"] for name, table in assessed.items()})
    verdicts.insert(0, "SUBJID", next(iter(assessed.values()))["SUBJID"] if assessed else [])
    flips = pd.DataFrame(0, index=names, columns=names)
    rows = []
    for first, second in combinations(names, 2):
        differs = (verdicts[first] != verdicts[second]).fillna(False).to_numpy(dtype=bool)
        flips.loc[first, second] = flips.loc[second, first] = int(differs.sum())
        for i in differs.nonzero()[0]:
            yes, no = (first, second) if verdicts[first].iloc[i] else (second, first)
            reasons = assessed[yes]["reason"].iloc[i], assessed[no]["reason"].iloc[i]
            rows.append((verdicts["SUBJID"].iloc[i], yes, no, *reasons))
    columns = ["SUBJID", "responder_by", "not_by", "reason_for", "reason_against"]
    return CohortComparison(verdicts, flips, pd.DataFrame(rows, columns=columns))


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
            assessed = assess_patient(baseline, followup, found, **asked(found, options))
            row |= {
                "response": pd.NA if assessed.responded is None else assessed.responded,
                "n_improved": len(assessed.improved),
                "n_worsened": len(assessed.worsened),
                "mmt_worsened": "MMT8" in assessed.worsened,
                "improved": " ".join(assessed.improved),
                "worsened": " ".join(assessed.worsened),
                "score": assessed.score,
                "reason": assessed.reason,
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
