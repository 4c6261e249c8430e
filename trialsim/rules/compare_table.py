"""A table of patients under several definitions of response: who flips from one to another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from trialsim.errors import TrialsimError
from trialsim.rules.assess import Definition, load_definitions
from trialsim.rules.assess_table import assess_response
from trialsim.rules.options import asked

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
