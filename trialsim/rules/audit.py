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

__all__ = ["audit_cases", "audit_table", "by_printed_rule", "contradictions"]


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
    """The infliximab table: its lists, the verdict that its rule gives on them, its outcome, and what does not fit.

    Returns
    -------
    DataFrame
        One row a patient: ``disease, listed improved, listed worse, CK, MMT-8`` (changes in percent of the start, + =
        better), ``rule on the lists, reported, does not fit``.

    Examples
    --------
    >>> audit_table().loc["2", "does not fit"]
    'CK is worse by 105.3 % and not listed; extramuscular global is listed as improved and as worse'
    """
    import pandas as pd

    table = published_table()
    rows = {}
    for row in table.rows:
        values = _printed_values(row, table)
        rows[row.id] = {
            "disease": row.disease,
            "listed improved": _names(row.improved),
            "listed worse": _names(row.worse),
            "CK": f"{values.pct_improved['ENZYME'] or 0:+.1f} %",
            "MMT-8": f"{values.pct_improved['MMT8'] or 0:+.1f} %",
            "rule on the lists": _on_lists(row, table),
            "reported": row.outcome,
            "does not fit": "; ".join(contradictions(row, table)) or "nothing",
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("patient")


def _printed_values(row: PublishedRow, table: PublishedTable) -> Assessment:
    """The printed rule on the two measures whose values were printed."""
    visits = [
        {"ENZYME": round(ck * table.units_per_ukat, 1), "MMT8": mmt8} for ck, mmt8 in zip(row.ck, row.mmt8, strict=True)
    ]
    return assess_patient(visits[0], visits[1], table.rule, mmt8_max=table.mmt8_max, missing="not_counted")


def contradictions(row: PublishedRow, table: PublishedTable) -> list[str]:
    """What in a row of the table does not fit with the rule or with its own values, in words."""
    values, found = _printed_values(row, table), []
    for code, name in (("ENZYME", "CK"), ("MMT8", "MMT-8")):
        percent = abs(values.pct_improved[code] or 0)
        sides = (values.improved, row.improved, "improved"), (values.worsened, row.worse, "worse")
        for changed, listed, word in sides:
            if code in changed and code not in listed:
                found.append(f"{name} is {word} by {percent:.1f} % and not listed")
            elif code in listed and code not in changed:
                found.append(f"{name} is listed as {word}; its values do not reach the threshold")
    both = [code for code in row.improved if code in row.worse]
    if both:
        found.append(f"{measure_names(both)} is listed as improved and as worse")
    if (_least(row, table) and row.outcome != "improved") or (not _most(row, table) and row.outcome == "improved"):
        found.append(f"the lists give {_on_lists(row, table)}, the outcome is {row.outcome}")
    return found


def _least(row: PublishedRow, table: PublishedTable) -> bool:
    """Response, if a measure in both lists counts as worse only."""
    return _enough(len(set(row.improved) - set(row.worse)), row, table)


def _most(row: PublishedRow, table: PublishedTable) -> bool:
    """Response, if a measure in both lists counts as improved, too."""
    return _enough(len(row.improved), row, table)


def _enough(improved: int, row: PublishedRow, table: PublishedTable) -> bool:
    rule = count_rule(load_response(table.rule))
    return improved >= rule.needed and len(row.worse) <= rule.max_worse and not set(row.worse) & set(rule.never_worse)


def _on_lists(row: PublishedRow, table: PublishedTable) -> str:
    least, most = _least(row, table), _most(row, table)
    return _word(most) if least == most else "response or not, by the reading"


def _names(codes: tuple[str, ...]) -> str:
    return measure_names(codes) or "none"
