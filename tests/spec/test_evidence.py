"""The published numbers: the table is what its columns say it is."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from importlib import resources
from typing import Any

import pandas as pd
import pytest

from trialsim.errors import TrialsimError
from trialsim.facts.evidence import evidence, parse_evidence
from trialsim.facts.evidence_columns import (
    COLUMNS,
    DEFINITIONS,
    INTERVAL_NOTES,
    KINDS,
    NOTE_BEGINNINGS,
    SPREAD_NOTES,
    STATISTICS,
    STATUSES,
    UNITS,
)

FILE = resources.files("trialsim").joinpath("data", "evidence.csv").read_bytes()
CELLS = list(csv.DictReader(io.StringIO(FILE.decode("utf-8"), newline="")))
HEADER = [
    *("study", "year", "arm", "kind", "population", "n", "responders", "measure", "definition", "week"),
    *("statistic", "value", "low", "high", "spread", "unit", "note", "source", "status"),
]


def one(frame: pd.DataFrame, **wanted: Any) -> pd.Series:
    """The only row with these cells."""
    for column, cell in wanted.items():
        frame = frame[frame[column].eq(cell).fillna(False).astype(bool)]
    assert len(frame) == 1, frame
    return frame.iloc[0]


def altered(row: int, column: str, cell: str) -> bytes:
    """The file with one cell changed; rows are numbered as a spreadsheet numbers them."""
    lines = list(csv.reader(io.StringIO(FILE.decode("utf-8"), newline="")))
    lines[row - 1][HEADER.index(column)] = cell
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue().encode()


def test_columns_and_their_types() -> None:
    """The columns come in the agreed order, numbers as numbers, whole numbers as whole numbers."""
    frame = evidence()
    assert list(frame) == HEADER
    assert frame["year"].dtype == "int64"
    assert {str(frame[name].dtype) for name in ("n", "responders", "week")} == {"Int64"}
    assert {str(frame[name].dtype) for name in ("value", "low", "high", "spread")} == {"float64"}
    for name, column in COLUMNS.items():
        if column.holds == "text":
            assert all(isinstance(cell, str) for cell in frame[name]), name
    assert frame["value"].notna().all()


def test_every_call_gives_a_fresh_table() -> None:
    """What a reader does to the table does not reach the next reader."""
    mine = evidence()
    mine.loc[0, "value"] = 99.0
    assert evidence().loc[0, "value"] == 56.0


def test_file_is_written_one_way_only() -> None:
    """UTF-8, line feeds, quotation marks only where needed: writing the cells again gives the same bytes."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, HEADER, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    writer.writeheader()
    writer.writerows(CELLS)
    assert text.getvalue().encode("utf-8") == FILE


@pytest.mark.parametrize(
    ("column", "vocabulary"),
    [("kind", KINDS), ("statistic", STATISTICS), ("unit", UNITS), ("definition", DEFINITIONS), ("status", STATUSES)],
)
def test_vocabularies_are_closed(column: str, vocabulary: dict[str, str]) -> None:
    """Every word in the column is declared."""
    assert set(evidence()[column]) <= set(vocabulary)


def test_no_word_is_declared_for_nothing() -> None:
    """Every declared kind, statistic and unit occurs."""
    frame = evidence()
    for column, vocabulary in (("kind", KINDS), ("statistic", STATISTICS), ("unit", UNITS)):
        assert set(vocabulary) == set(frame[column]), column


def test_counts_are_exactly_those_that_percentages_allow() -> None:
    """A percentage of known n has a count when exactly one whole number rounds to it, or the source prints it."""
    for row in CELLS:
        if row["statistic"] != "percent":
            continue
        reason = "count empty: " in row["note"]
        assert reason != bool(row["responders"]), row
        if not row["n"] or any(
            words in row["note"] for words in ("approximate", "standardised", "a projection", "n is cycles")
        ):
            assert not row["responders"], row
            continue
        n, value = int(row["n"]), Decimal(row["value"])
        half = Decimal(1).scaleb(int(value.as_tuple().exponent)) / 2
        fitting = [k for k in range(n + 1) if abs(Decimal(100 * k) / n - value) <= half]
        assert ([row["responders"]] == [str(k) for k in fitting]) if len(fitting) == 1 else not row["responders"], row


def test_patients_given_as_a_count_are_the_responders() -> None:
    """Where the number itself counts patients, the responders repeat it."""
    rows = evidence().query("unit == 'patients'")
    assert len(rows) == 39
    assert (rows["responders"] == rows["value"]).all()


def test_notes_say_what_intervals_and_spreads_are() -> None:
    """Low and high come together, and the note names their kind; so it does for the spread, and only for these."""
    for row in CELLS:
        parts = row["note"].split("; ")
        assert (row["low"] != "") == (row["high"] != "") == any(part in INTERVAL_NOTES for part in parts), row
        assert (row["spread"] != "") == any(part in SPREAD_NOTES for part in parts), row


def test_remarks_begin_as_declared() -> None:
    """A remark that opens with a declared word opens with it exactly, and every declared opening is in use."""
    parts = [part for row in CELLS for part in row["note"].split("; ")]
    for begins in NOTE_BEGINNINGS:
        word = begins.rstrip(":")
        opening = [part for part in parts if part.lower().startswith(word)]
        assert opening and all(part.startswith(f"{begins} ") for part in opening), begins


def test_kinds_follow_from_what_was_counted() -> None:
    """Projections are told from arms; an arm is a response in percent or as a number of patients."""
    frame = evidence()
    assert (frame["kind"] == "derived").equals(frame["status"] == "DERIVED")
    arms = frame[frame["kind"] == "arm"]
    assert set(arms["statistic"]) == {"percent", "responders"}
    assert (arms["arm"] != "").all()
    assert set(frame[frame["statistic"] == "responders"]["kind"]) == {"arm"}


def test_a_category_is_not_the_response_above_its_lower_limit() -> None:
    """The 20 to 39 category of the improvement score does not pass for a score of at least 20."""
    frame = evidence()
    categories = frame[frame["measure"].str.contains("category")]
    assert len(categories) == 9
    assert set(categories["definition"]) == {""} and set(categories["kind"]) == {"other"}
    scores = frame[frame["definition"].str.startswith("TIS-") & (frame["kind"] == "arm")]
    wanted = {"TIS>=20": "TIS-MINIMAL", "TIS>=40": "TIS-MODERATE", "TIS>=60": "TIS-MAJOR"}
    assert scores["measure"].map(wanted).equals(scores["definition"])


def test_units_fit_the_measures() -> None:
    """Scales are in centimetres, strength in points, the disability index in its own unit, enzymes in activity."""
    frame = evidence()
    level = frame[frame["statistic"].isin(["value", "mean", "median"])]
    for measure, unit in {
        "physician global": {"cm"},
        "patient global": {"cm"},
        "extramuscular global": {"cm"},
        "MMT-8 (0-150)": {"points"},
        "MMT-8 (0-80)": {"points"},
        "HAQ-DI": {"index"},
        "CK": {"U/L", "ukat/L"},
        "CDASI-A": {"points"},
        "TIS": {"points"},
    }.items():
        rows = level[level["measure"] == measure]
        assert len(rows) and set(rows["unit"]) == unit, measure


def test_known_rows() -> None:
    """Some rows that lessons lean on stand as published."""
    frame = evidence()
    placebo = one(frame, study="ABA-P3 NCT02971683", population="DM subgroup", arm="placebo+SOC", kind="arm")
    assert (placebo["responders"], placebo["n"], placebo["definition"], placebo["week"]) == (21, 42, "NCT02971683", 24)
    delayed = one(frame, study="ARTEMIS NCT01315938", arm="delayed start (standard care)")
    assert (delayed["responders"], delayed["n"], delayed["definition"], delayed["week"]) == (1, 9, "IMACS-2004", 12)
    infliximab = one(frame, definition="INFLIXIMAB-2008")
    assert (infliximab["responders"], infliximab["n"]) == (3, 13)
    pooled = one(frame, study="p1 pooled wk12")
    assert (pooled["kind"], pooled["responders"], pooled["low"], pooled["high"]) == ("derived", 10, 27, 73)
    steroid = one(frame, study="Acthar RCI NCT01906372", measure="prednisone dose", week=24)
    assert (steroid["value"], steroid["spread"], steroid["unit"]) == (2.3, 3.2, "mg/day")
    assert one(frame, definition="IMACS-2004", week=8, responders=21)["status"] == "RECALLED"


@pytest.mark.parametrize(
    ("row", "column", "cell", "message"),
    [
        (17, "kind", "amr", "row 17, column kind: got 'amr'; allowed: 'arm', 'derived' or 'other'. Did you mean"),
        (17, "responders", "11", "row 17, column responders: got '11'; allowed: at most n, 10."),
        (17, "responders", "4", "row 17, column responders: got '4'; allowed: the value, 5."),
        (2, "responders", "43", "row 2, column responders: got '43'; allowed: a count that is 56.0 % of 75. 43 of 75"),
        (2, "n", "", "row 2, column n: got ''; allowed: a number of patients, because responders are given."),
        (2, "value", "NaN", "row 2, column value: got 'NaN'; allowed: a number."),
        (2, "value", "", "row 2, column value: got ''; allowed: the published number. This cell may not be empty."),
        (2, "week", "24.0", "row 2, column week: got '24.0'; allowed: a whole number at least 0 and at most 520."),
        (2, "unit", "CK U/L; VAS 0-10", "row 2, column unit: got 'CK U/L; VAS 0-10'; allowed: '%', 'patients'"),
        (2, "status", "read", "row 2, column status: got 'read'; allowed: 'READ', 'RECALLED', 'DERIVED' or 'ASSUMED'"),
        (60, "low", "-9", "row 60, column low: got '-9'; allowed: at most the value, -9.36."),
        (60, "high", "-10", "row 60, column high: got '-10'; allowed: at least the value, -9.36."),
        (60, "note", "", "row 60, column note: got ''; allowed: one of 'interval 95 % CI', 'interval IQR', 'interval"),
        (60, "high", "", "row 60, column high: got ''; allowed: a number. The note says 'interval 95 % CI'."),
        (64, "spread", "-1", "row 64, column spread: got '-1'; allowed: a number at least 0."),
        (2, "source", " abstract", "row 2, column source: got ' abstract'; allowed: one line without blanks"),
        (1, "week", "visit", "row 1, column 10: got 'visit'; allowed: 'week'."),
    ],
)
def test_a_wrong_cell_is_refused_with_its_place(row: int, column: str, cell: str, message: str) -> None:
    """The message names the file, the row as a spreadsheet counts it, and the column."""
    with pytest.raises(TrialsimError) as caught:
        parse_evidence(altered(row, column, cell), "evidence.csv")
    assert str(caught.value).startswith(f"evidence.csv {message}")


def test_a_damaged_file_is_refused() -> None:
    """A missing cell, a repeated row, an empty file and bytes that are no text are all named."""
    lines = FILE.decode("utf-8").splitlines(keepends=True)
    for content, message in (
        (FILE.replace(b",READ\n", b"\n", 1), "evidence.csv row 2: got '18 cells'; allowed: 19 cells, one a column."),
        ("".join([*lines, lines[1]]).encode(), "evidence.csv row 348, column measure: got 'IMACS DOI without rescue'"),
        (b"", "evidence.csv row 1: got '0 cells'; allowed: 19 cells"),
        (FILE + b"\xff", f"evidence.csv byte {len(FILE) + 1}: got b'\\xff'; allowed: UTF-8."),
        (FILE + b'"', "evidence.csv: got"),
    ):
        with pytest.raises(TrialsimError) as caught:
            parse_evidence(content, "evidence.csv")
        assert str(caught.value).startswith(message)
