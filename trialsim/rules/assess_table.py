"""A table of patients under one definition of response: the same kernel, one row a patient."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from trialsim.errors import TrialsimError, check_one_of
from trialsim.facts.core_set import enzyme_codes, enzymes, measure
from trialsim.facts.responses import ResponseDefinition, load_response
from trialsim.rules.assess import Definition
from trialsim.rules.enzymes import most_abnormal_index, upper_limit
from trialsim.rules.grid import MISSING, Ints
from trialsim.rules.judgement import Judgement, judge, reason
from trialsim.rules.options import MISSING_VISIT, ResponseOptions, refuse_idle
from trialsim.rules.patient_values import MOST_ABNORMAL, limit_matters
from trialsim.rules.visit_table import VisitTable, read_visits

if TYPE_CHECKING:
    import pandas as pd


def assess_response(
    assessments: pd.DataFrame,
    definition: Definition = "IMACS-2004",
    *,
    mmt8_max: int = 150,
    enzyme: str = MOST_ABNORMAL,
    enzyme_uln: float | Mapping[str, float] | None = None,
    zero_baseline: str = "strict",
    normal_enzyme: str = "counts",
    missing: str = "undecided",
    missing_visit: str = "failure",
    week: float = 12,
) -> pd.DataFrame:
    """Which patients of a table responded?

    Parameters
    ----------
    assessments : DataFrame
        One row a patient, visit and measure: ``SUBJID, AVISITN`` (weeks, 0 is the baseline), ``PARAMCD`` (`PHGA PTGA
        MMT8 HAQDI EMGA`, `CK ALDOLASE LDH AST ALT`), ``AVAL`` and, for enzymes, ``ANRHI`` (upper limit of normal).
    definition : str, Path or ResponseDefinition
        As for :func:`trialsim.assess_patient`, like all options that are not named here.
    enzyme : str
        The code of one enzyme, or ``"most_abnormal"``: at baseline, by multiple of ANRHI, ties in the order CK,
        ALDOLASE, LDH, AST, ALT; the same enzyme is followed.
    enzyme_uln : float or mapping of code to float, optional
        Upper limits for where ANRHI has none.
    missing_visit : {"failure", "complete_cases"}
        A patient without any value at the later visit is no responder, or is left out (response missing).
    week : float
        Of the later visit.

    Returns
    -------
    DataFrame
        One row a patient, in the order of first appearance: ``SUBJID, n_improved, n_worsened, mmt_worsened, response``
        (nullable), ``reason``; and ``score`` where the definition scores.

    Raises
    ------
    TrialsimError
        The table or an option is wrong; the message names patient, visit and code.

    Examples
    --------
    >>> import pandas as pd
    >>> codes = ["PHGA", "PTGA", "MMT8", "HAQDI", "CK", "EMGA"]
    >>> rows = [("A", 0, [5, 5, 125, 1, 500, 3]), ("A", 12, [4, 4, 150, 1, 500, 3]), ("B", 0, [6, 6, 100, 1, 500, 3])]
    >>> table = pd.DataFrame(
    ...     [(who, week, code, value) for who, week, values in rows for code, value in zip(codes, values)],
    ...     columns=["SUBJID", "AVISITN", "PARAMCD", "AVAL"],
    ... )
    >>> print(assess_response(table)[["SUBJID", "response", "reason"]].to_string(index=False))
    SUBJID  response                                   reason
         A      True         response: 3 improved, 0 worse
         B     False no visit at week 12, counted as failure
    """
    import pandas as pd

    found = load_response(definition)
    options = ResponseOptions(mmt8_max, zero_baseline, normal_enzyme, missing)
    refuse_idle(options, found)
    check_one_of("missing_visit", missing_visit, MISSING_VISIT)
    check_one_of("enzyme", enzyme, [*enzyme_codes(), MOST_ABNORMAL])
    table = read_visits(assessments, mmt8_max=mmt8_max, week=week)
    fill_limits(table, enzyme, enzyme_uln)
    baseline, followup, limits, multiple = _item_arrays(table, found, enzyme)
    _refuse_unknown_limits(table, found, options, baseline, followup, limits)
    verdict = judge(
        baseline, followup, found, options, uln=np.where(limits == MISSING, 1, limits), enzyme_multiple=multiple
    )
    absent = 0 if missing_visit == "failure" else -1
    answer = np.where(table.attended, verdict.response, absent)
    response = pd.array(answer == 1, dtype="boolean")
    response[answer < 0] = pd.NA
    mmt = [j for j, code in enumerate(found.items) if code == "MMT8"]
    columns = {
        "SUBJID": table.subjects,
        "n_improved": verdict.improved.sum(axis=1),
        "n_worsened": verdict.worse.sum(axis=1),
        "mmt_worsened": verdict.worse[:, mmt].any(axis=1),
        "response": response,
        "reason": _reasons(table, found, options, verdict, missing_visit),
    }
    if verdict.score is not None:
        score = pd.array(verdict.score, dtype="Float64")
        score[~table.attended] = pd.NA
        columns["score"] = score
    return pd.DataFrame(columns)


def fill_limits(table: VisitTable, enzyme: str, enzyme_uln: float | Mapping[str, float] | None) -> None:
    """Enter limits given as an argument where the table has none."""
    given: dict[str, float] = {}
    if isinstance(enzyme_uln, Mapping):
        given = {check_one_of("enzyme_uln", code, enzyme_codes()): enzyme_uln[code] for code in enzyme_uln}
    elif enzyme_uln is not None:
        if enzyme == MOST_ABNORMAL:
            raise TrialsimError("enzyme_uln", enzyme_uln, "a mapping from enzyme codes to upper limits in U/L")
        given = {enzyme: enzyme_uln}
    for code, limit in given.items():
        column = table.column(table.limits, code)
        column[column == MISSING] = upper_limit(code, limit, where="enzyme_uln")


def _item_arrays(table: VisitTable, definition: ResponseDefinition, enzyme: str) -> tuple[Ints, Ints, Ints, Ints]:
    """Baseline, follow-up, limits and range multiples in the order of the definition's items, shape (n, items)."""
    arrays = [np.full((len(table.subjects), len(definition.items)), MISSING, dtype=np.int64) for _ in range(4)]
    baseline, followup, limits, multiple = arrays
    multiple[:] = 1
    codes = enzyme_codes()
    multiples = np.array([enzyme.range_multiple for enzyme in enzymes()])
    every = [table.codes.index(code) for code in codes]
    for j, code in enumerate(definition.items):
        if code == "ENZYME" and enzyme == MOST_ABNORMAL:
            which = _choose(table, every)
            chosen = np.maximum(which, 0)[:, None]
            for target, source in ((baseline, table.baseline), (followup, table.followup), (limits, table.limits)):
                own = np.take_along_axis(source[:, every], chosen, axis=1)[:, 0]
                target[:, j] = np.where(which < 0, MISSING, own)
            multiple[:, j] = multiples[chosen[:, 0]]
            continue
        own_code = enzyme if code == "ENZYME" else code
        baseline[:, j] = table.column(table.baseline, own_code)
        followup[:, j] = table.column(table.followup, own_code)
        limits[:, j] = table.column(table.limits, own_code)
        if measure(code).is_enzyme:
            multiple[:, j] = multiples[codes.index(own_code)]
    return baseline, followup, limits, multiple


def _choose(table: VisitTable, every: list[int]) -> Ints:
    """The place of the most abnormal enzyme at baseline; a limit is needed where there are several to compare."""
    values, limits = table.baseline[:, every], table.limits[:, every]
    known = values != MISSING
    gap = known & (limits == MISSING) & (known.sum(axis=1) > 1)[:, None]
    if gap.any():
        i, k = (int(each) for each in np.argwhere(gap)[0])
        _want_limit(table.codes[every[k]], table.subjects[i])
    return most_abnormal_index(values, np.where(limits == MISSING, 1, limits))


def _refuse_unknown_limits(
    table: VisitTable,
    definition: ResponseDefinition,
    options: ResponseOptions,
    baseline: Ints,
    followup: Ints,
    limits: Ints,
) -> None:
    for j, code in enumerate(definition.items):
        if measure(code).is_enzyme:
            matters = limit_matters(definition, options, baseline[:, j], followup[:, j])
            gap = matters & (limits[:, j] == MISSING) & table.attended
            if gap.any():
                _want_limit(code, table.subjects[int(np.argmax(gap))])


def _want_limit(code: str, subject: object) -> None:
    name = measure(code).label
    raise TrialsimError(
        f"ANRHI of {name} of patient {subject} at baseline",
        None,
        "an upper limit of normal in U/L above 0",
        "Fill the column ANRHI, or give enzyme_uln.",
    )


def _reasons(
    table: VisitTable, definition: ResponseDefinition, options: ResponseOptions, verdict: Judgement, missing_visit: str
) -> npt.NDArray[np.object_]:
    """A line for every patient; each different combination is worded once."""
    items = len(definition.items)
    powers = 1 << np.arange(items, dtype=np.int64)
    units = np.zeros(len(table.subjects), dtype=np.int64)
    if verdict.score is not None:
        units = np.rint(verdict.score * 100).astype(np.int64)
    tally = verdict.improved.sum(axis=1) + 16 * ((verdict.response + 1) + 4 * table.attended)
    key = (((units << items) + verdict.worse @ powers) << items) + (~verdict.known) @ powers
    key = key * 256 + tally
    _, first, place = np.unique(key, return_index=True, return_inverse=True)
    words = np.empty(len(first), dtype=object)
    for k, i in enumerate(first):
        if not table.attended[i]:
            meaning = "counted as failure" if missing_visit == "failure" else "not analysed"
            words[k] = f"no visit at week {table.week:g}, {meaning}"
            continue
        words[k] = reason(
            definition,
            options,
            int(verdict.response[i]),
            n_improved=int(verdict.improved[i].sum()),
            worse=tuple(code for code, each in zip(definition.items, verdict.worse[i], strict=True) if each),
            missing=tuple(code for code, known in zip(definition.items, verdict.known[i], strict=True) if not known),
            score=None if verdict.score is None else float(verdict.score[i]),
        )
    return np.asarray(words[place.reshape(-1)])
