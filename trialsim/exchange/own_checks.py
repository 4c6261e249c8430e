"""What no single cell of an own table shows: units that look wrong, a visit twice, no baseline, no limit."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from trialsim.exchange.own_cells import ENZYMES, Units
from trialsim.exchange.own_rows import CODES, Columns, Row
from trialsim.facts.core_set import measure
from trialsim.safe_csv import looks_like_formula
from trialsim.text import some


def formula_ids(rows: list[Row]) -> list[int]:
    """The lines whose patient's id begins like a formula; it is kept as text."""
    return [row.line.number for row in rows if looks_like_formula(row.subject)]


_MAX_LISTED = 5


def check_rows(rows: list[Row], columns: Columns, units: Units, week: int) -> list[str]:
    """Note what is wrong in the rows; return what is worth saying of the file as a whole."""
    _refuse_twice(rows, columns)
    if units.vas is None:
        _doubt_units(rows, columns, _SCALES)
    if units.enzyme is None:
        _doubt_units(rows, columns, _ENZYMES)
    patients: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.subject:
            patients[row.subject].append(row)
    whole = {who: own for who, own in patients.items() if not any(row.problems and row.taints for row in own)}
    _want_baseline(whole)
    _want_limits(whole, columns)
    good = {who: own for who, own in whole.items() if not any(row.problems and row.taints for row in own)}
    return [*_decimal_commas(rows), *_gaps(good, week), *_one_side(good, units)]


def _refuse_twice(rows: list[Row], columns: Columns) -> None:
    seen: dict[tuple[str, int, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row.subject and row.week is not None:
            codes = tuple(row.values) if columns.long else ("",)
            for code in codes:
                seen[row.subject, row.week, code].append(row)
    for (_, week, code), own in seen.items():
        if len(own) > 1:
            lines = " and ".join(str(row.line.number) for row in own[:_MAX_LISTED])
            what = f"{code} at week {week}" if code else f"week {week}"
            for row in own:
                row.wrong("AVISITN", str(week), "each visit once", f"{what} of this patient stands in rows {lines}.")


@dataclass(frozen=True, slots=True)
class _Doubt:
    """Codes whose values look like `unit` where a fix says so; what they should be, and the option that says it.

    `also` names further columns of a long table in which the same doubt is noted.
    """

    codes: tuple[str, ...]
    unit: str
    allowed: str
    option: str
    also: tuple[str, ...] = ()


_SCALES = _Doubt(
    tuple(code for code in CODES if measure(code).unit == "cm"), "millimetres", "centimetres from 0 to 10", "vas_unit"
)
_ENZYMES = _Doubt(ENZYMES, "µkat/L", "U/L", "enzyme_unit", ("ANRHI",))


def _doubt_units(rows: list[Row], columns: Columns, doubt: _Doubt) -> None:
    """Where most of a column is in other units by its looks, the rest of it is as well."""
    wrong = [row for row in rows if row.problems]
    for code in doubt.codes:
        column = "AVAL" if columns.long else code
        odd = [row for row in wrong if _says(row, (column, *doubt.also), doubt.unit)]
        if columns.long:
            odd = [row for row in odd if _code_of(row, columns) == code]
        rest = [row for row in rows if code in row.values] if odd else []
        if len(odd) >= 2 and len(odd) >= len(rest):
            looks = f"{len(odd)} of {len(odd) + len(rest)} values of {code} look like {doubt.unit}"
            for row in rest:
                row.wrong(column, row.values[code][0], doubt.allowed, f"{looks}: say {doubt.option}.")


def _says(row: Row, columns: tuple[str, ...], word: str) -> bool:
    return any(problem.column in columns and word in problem.fix for problem in row.problems)


def _code_of(row: Row, columns: Columns) -> str:
    at = columns.place["PARAMCD"]
    return row.line.cells[at].upper() if at < len(row.line.cells) else ""


def _want_baseline(patients: dict[str, list[Row]]) -> None:
    for own in patients.values():
        if not any(row.week == 0 and row.values for row in own):
            fix = "Without it no change can be judged."
            own[0].wrong("AVISITN", str(own[0].week), "a visit at week 0 (baseline) with values", fix)


def _want_limits(patients: dict[str, list[Row]], columns: Columns) -> None:
    """Several enzymes can be compared by their upper limits only."""
    for own in patients.values():
        start = [(row, code) for row in own if row.week == 0 for code in row.values if code in ENZYMES]
        for row, code in start:
            if len(start) > 1 and row.values[code][2] is None:
                column = "ANRHI" if columns.long else f"{code}_ULN"
                fix = "Several enzymes are given: which is most abnormal is decided by multiples of the limit."
                row.wrong(column, "", f"the upper limit of normal of {code} at baseline", fix)


def _decimal_commas(rows: list[Row]) -> list[str]:
    if any("," in text for row in rows for text, *_ in row.values.values()):
        return ["Numbers have decimal commas: read as decimal points."]
    return []


def _gaps(patients: dict[str, list[Row]], week: int) -> list[str]:
    notes = []
    absent = [who for who, own in patients.items() if not any(row.week == week and row.values for row in own)]
    if absent:
        notes.append(
            f"No visit at week {week}, which counts as failure unless you say otherwise: {some(absent, _MAX_LISTED)}."
        )
    bare = [
        who
        for who, own in patients.items()
        if any(row.week == 0 and c in ENZYMES and v[2] is None for row in own for c, v in row.values.items())
    ]
    if bare:
        who = some(bare, _MAX_LISTED)
        notes.append(f"No upper limit of normal for the enzyme, which the 2016 score needs: {who}.")
    return notes


def _one_side(patients: dict[str, list[Row]], units: Units) -> list[str]:
    both, one_side = measure("MMT8").high, measure("MMT8").one_side
    scores = [row.values["MMT8"][1] for own in patients.values() for row in own if "MMT8" in row.values]
    if units.mmt8_max == both and scores and one_side is not None and max(scores) <= one_side:
        return [f"No MMT-8 is above {one_side:g}: if one side was tested, say mmt8_max={one_side:g}."]
    return []
