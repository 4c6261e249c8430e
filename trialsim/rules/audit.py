"""Published verdicts held against the rule that was printed with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialsim.facts.audit import PublishedCase, PublishedRow, PublishedTable, published_cases, published_table
from trialsim.facts.core_set import measure, measure_names
from trialsim.facts.responses import load_response
from trialsim.rules.assess import Assessment, assess_patient
from trialsim.rules.response import count_rule

if TYPE_CHECKING:
    import pandas as pd


def by_printed_rule(case: PublishedCase) -> Assessment:
    """What the printed rule gives for a published patient.

    Examples
    --------
    >>> [by_printed_rule(case).responded == case.reported for case in published_cases()]
    [True, False]
    """
    return assess_patient(case.baseline, case.followup, case.rule, mmt8_max=case.mmt8_max, enzyme_uln=case.enzyme_uln)


def audit_cases() -> pd.DataFrame:
    """The two corticotropin cases: what the printed rule gives, and what was reported.

    Returns
    -------
    DataFrame
        One row a case: ``patient, improved, worse, printed rule, reported, agree``.

    Examples
    --------
    >>> audit_cases()[["printed rule", "reported", "agree"]].values.tolist()
    [['response', 'response', 'yes'], ['response', 'no response', 'NO']]
    """
    import pandas as pd

    rows = {}
    for case in published_cases():
        found = by_printed_rule(case)
        rows[case.id] = {
            "patient": case.label,
            "improved": _changes(found, found.improved),
            "worse": _changes(found, found.worsened),
            "printed rule": _word(found.responded is True),
            "reported": _word(case.reported),
            "agree": "yes" if found.responded == case.reported else "NO",
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("case")


def _word(responded: bool) -> str:
    return "response" if responded else "no response"


def _changes(found: Assessment, codes: tuple[str, ...]) -> str:
    parts = [f"{measure(code).label} {abs(found.pct_improved[code] or 0):.1f} %" for code in codes]
    return ", ".join(parts) or "none"


def audit_table() -> pd.DataFrame:
    """The infliximab table: its lists, the outcome that its rule gives on them, the outcome it reports, what follows.

    The table lists symptoms outside muscle where others have the extramuscular global, whose value it prints of
    nobody. So a row has one outcome by its sure measures, and perhaps another if its symptoms stood for that global.

    Returns
    -------
    DataFrame
        One row a patient: ``disease, listed improved, listed worse, symptoms, CK, MMT-8`` (changes in percent of the
        start, + = better), ``rule on the lists, reported, follows, does not fit``.

    Examples
    --------
    >>> audit_table().loc["2", ["rule on the lists", "reported", "follows"]].tolist()
    ['unchanged; improved, if the symptoms stand for the sixth measure', 'improved', 'cannot be checked']
    >>> audit_table().loc["2", "does not fit"]
    'CK is worse by 105.3 % and not listed'
    """
    import pandas as pd

    table = published_table()
    rows = {}
    for row in table.rows:
        values, outcomes = _printed_values(row, table), _outcomes(row, table)
        rows[row.id] = {
            "disease": row.disease,
            "listed improved": _names(row.improved),
            "listed worse": _names(row.worse),
            "symptoms": _symptoms(row),
            "CK": f"{values.pct_improved['ENZYME'] or 0:+.1f} %",
            "MMT-8": f"{values.pct_improved['MMT8'] or 0:+.1f} %",
            "rule on the lists": "; ".join([outcomes[0], *(f"{each}, {_IF_SYMPTOMS}" for each in outcomes[1:])]),
            "reported": row.outcome,
            "follows": _follows(row.outcome, outcomes),
            "does not fit": "; ".join(contradictions(row, table)) or "nothing",
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("patient")


_IF_SYMPTOMS = "if the symptoms stand for the sixth measure"


def _printed_values(row: PublishedRow, table: PublishedTable) -> Assessment:
    """The printed rule on the two measures whose values were printed."""
    visits = [
        {"ENZYME": round(ck * table.units_per_ukat, 1), "MMT8": mmt8} for ck, mmt8 in zip(row.ck, row.mmt8, strict=True)
    ]
    return assess_patient(visits[0], visits[1], table.rule, mmt8_max=table.mmt8_max, missing="not_counted")


def contradictions(row: PublishedRow, table: PublishedTable) -> list[str]:
    """What in a row of the table does not fit with its own values, or with the rule whatever the symptoms stand for."""
    values, found = _printed_values(row, table), []
    for code, name in (("ENZYME", "CK"), ("MMT8", "MMT-8")):
        percent = abs(values.pct_improved[code] or 0)
        sides = (values.improved, row.improved, "improved"), (values.worsened, row.worse, "worse")
        for changed, listed, word in sides:
            if code in changed and code not in listed:
                found.append(f"{name} is {word} by {percent:.1f} % and not listed")
            elif code in listed and code not in changed:
                found.append(f"{name} is listed as {word}; its values do not reach the threshold")
    outcomes = _outcomes(row, table)
    if row.outcome not in outcomes:
        found.append(f"the lists give {' or '.join(outcomes)}, the outcome is {row.outcome}")
    return found


def _outcomes(row: PublishedRow, table: PublishedTable) -> tuple[str, ...]:
    """The outcome by the sure measures, then what it would be if the symptoms stood for one more measure."""
    better, worse = len(row.improved), len(row.worse)
    found = [_outcome(better, worse, table)]
    if row.symptoms_improved:
        found.append(_outcome(better + 1, worse, table))
    if row.symptoms_worse:
        found.append(_outcome(better, worse + 1, table))
    return tuple(dict.fromkeys(found))


def _outcome(better: int, worse: int, table: PublishedTable) -> str:
    """Improved by the rule; worse with more measures worse than it allows (assumed: the source does not say)."""
    rule = count_rule(load_response(table.rule))
    if worse > rule.max_worse:
        return "worse"
    return "improved" if better >= rule.needed else "unchanged"


def _follows(reported: str, outcomes: tuple[str, ...]) -> str:
    if reported not in outcomes:
        return "NO"
    return "yes" if reported == outcomes[0] else "cannot be checked"


def _symptoms(row: PublishedRow) -> str:
    parts = [
        f"{word}: {', '.join(symptoms)}"
        for word, symptoms in (("better", row.symptoms_improved), ("worse", row.symptoms_worse))
        if symptoms
    ]
    return "; ".join(parts) or "none"


def _names(codes: tuple[str, ...]) -> str:
    return measure_names(codes) or "none"
