"""Tables that are written: no cell is lost, none is evaluated by any spreadsheet, and all come back as they were."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import trialsim as ts
from trialsim.power.sweep import RESULTS
from trialsim.safe_csv import as_csv, guard, unguard

MARKS = "=+-@＝＋－＠"
# What a spreadsheet looks past at the beginning of a cell, written down apart from the code.
INVISIBLE = r"[\s\"\x00-\x1f\x7f-\x9f\u00a0\u00ad\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]*"
BEGINS = re.compile(INVISIBLE + f"[{re.escape(MARKS)}]")
# The 12 ways of attack.md, and their kin.
FORMULAS = [
    "=1",
    "\n=1",
    "\r\n=1",
    "\u200b=1",
    "\ufeff=1",
    "\u3000=1",
    "\u2003=1",
    "\u00a0=1",
    "\x0b=1",
    "\x0c@SUM(A1)",
    "\t=1",
    "a\n=1",
    "a\r=1",
    "a\u2028=1",
    "S1;=1+1",
    "S1\t+1",
    "S1|=1",
    'S1;"=1"',
    '"=1"',
    "'=1;=2",
    "-2+3",
    "＝1",
    '=HYPERLINK("http://x","y")',
]


def cells_as_seen(text: str, separator: str) -> list[str]:
    """Every cell that a spreadsheet may see, be it one that honours quotation marks or one that does not."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    honoured = [cell for row in rows for cell in row]
    plain = [cell for line in re.split(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]", text) for cell in line.split(separator)]
    return honoured if separator == "," else [*honoured, *plain]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"], ids=["comma", "semicolon", "tab", "bar"])
@pytest.mark.parametrize("formula", FORMULAS, ids=ascii)
def test_no_cell_begins_a_formula(formula: str, separator: str) -> None:
    """Whatever separator a spreadsheet takes, no cell, line or piece begins with what it evaluates."""
    text = as_csv(pd.DataFrame([["x", formula, "y"], [formula, 1.0, formula]], columns=["a", formula, "c"]))
    assert [cell for cell in cells_as_seen(text, separator) if BEGINS.match(cell)] == []


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from("'\"=+-@;|,ab \t\n\r\u200b\u3000\ufeff\x0b"), max_size=9))
def test_any_text_is_guarded_and_comes_back(text: str) -> None:
    """Guarded text begins no formula anywhere, and what is read back is what was there."""
    assert unguard(guard(text)) == text
    assert not any(BEGINS.match(piece) for piece in re.split(r"[;\t|\n\r\x0b]", guard(text)))
    written = as_csv(pd.DataFrame([[text, text]], columns=["a", text]))
    rows = [[unguard(cell) for cell in row] for row in csv.reader(io.StringIO(written, newline=""))]
    assert rows == [["a", text], [text, text]]


def test_equal_names_keep_their_cells(tmp_path: Path) -> None:
    """Two columns of one name are written with their own values, whatever the number of rows."""
    for rows in (1, 2, 3):
        table = pd.DataFrame([[f"a{at}", f"b{at}", at] for at in range(rows)], columns=["note", "note", "n"])
        written = ts.save_patients(table, tmp_path / "twice.csv").read_text(encoding="utf-8").splitlines()
        assert written == ["note,note,n", *(f"a{at},b{at},{at}" for at in range(rows))]
    own = ts.load_patients(b"SUBJID,AVISITN,PHGA,note,note\nS1,0,five,a,b\nS1,12,3,c,d\n")
    written = ts.save_patients(own.set_aside, tmp_path / "aside.csv").read_text(encoding="utf-8").splitlines()
    assert [line.rsplit(",", 5)[1:] for line in written[1:]] == [
        ["S1", "0", "five", "a", "b"],
        ["S1", "12", "3", "c", "d"],
    ]


@pytest.mark.parametrize("week", [1, 12, 999, 1000, 1039, 1040])
def test_late_visits_come_back(week: int, tmp_path: Path) -> None:
    """A visit of any week that is taken is read again from what was saved."""
    own = ts.load_patients(f"SUBJID,AVISITN,PHGA\nS1,0,5\nS1,{week},3\n".encode(), week=week)
    again = ts.load_patients(ts.save_patients(own.assessments, tmp_path / "late.csv"), week=week)
    assert again.assessments.equals(own.assessments) and again.patients == ("S1",)
    refused = ts.load_patients(b"SUBJID,AVISIT,PHGA\nS1,Baseline,5\nS1,Week 1041,3\n").refused
    assert refused["got"].tolist() == ["Week 1041"]


IDS = st.text(st.sampled_from("'\"=+-@;|,abß0 漢"), min_size=1, max_size=8).map(str.strip).filter(bool)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(IDS, st.integers(1, 1040), st.integers(0, 100)), min_size=1, max_size=4))
def test_patients_that_are_saved_are_read_back_equal(visits: list[tuple[str, int, int]]) -> None:
    """Ids of any signs, any week, any value: what was judged is judged the same from the saved file."""
    rows = [["SUBJID", "AVISITN", "PHGA"]]
    for subject, week, value in visits:
        rows += [[subject, "0", "5"], [subject, str(week), f"{value / 10}"]]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    own = ts.load_patients(text.getvalue().encode())
    if own.patients:
        again = ts.load_patients(as_csv(own.assessments).encode())
        pd.testing.assert_frame_equal(again.assessments, own.assessments, check_exact=True)
        wide = ts.load_patients(as_csv(own.wide()).encode())
        pd.testing.assert_frame_equal(wide.assessments, own.assessments, check_exact=True)


NAMES = st.text(max_size=8).filter(lambda text: ("\x00" not in text and text.isascii()) or text.isprintable())
CHANCES = st.floats(0, 1)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.floats(allow_nan=False, allow_infinity=False), NAMES, NAMES, *[CHANCES] * 4), max_size=4))
def test_sweeps_that_are_saved_are_read_back_equal(rows: list[tuple[float | str, ...]]) -> None:
    """Names of designs of any signs, numbers to the last digit."""
    frame = pd.DataFrame(rows, columns=["drug_effect", "definition", "design", *RESULTS])
    frame = frame.astype({"definition": "str", "design": "str"} | dict.fromkeys(["drug_effect", *RESULTS], "float64"))
    again = _there_and_back(frame)
    pd.testing.assert_frame_equal(again, frame, check_exact=True)


def _there_and_back(frame: pd.DataFrame) -> pd.DataFrame:
    with tempfile.TemporaryDirectory() as folder:
        return ts.load_sweep(ts.save_sweep(frame, folder + "/sweep.csv"))


def a_sweep(**changes: object) -> pd.DataFrame:
    """A sweep of one row with some values changed."""
    row: dict[str, object] = {"drug_effect": 0.1, "definition": "IMACS-2004", "design": "n = 20"}
    row |= dict.fromkeys(RESULTS, 0.25) | changes
    return pd.DataFrame([row])


def test_the_design_of_a_sweep_is_no_formula(tmp_path: Path) -> None:
    """A design named like a formula is guarded in the file and comes back as it was named."""
    name = '=HYPERLINK("http://x","y")'
    file = ts.save_sweep(a_sweep(design=name), tmp_path / "sweep.csv")
    assert "'=HYPERLINK" in file.read_text(encoding="utf-8")
    assert ts.load_sweep(file)["design"].tolist() == [name]


@pytest.mark.parametrize(
    "changes",
    [
        {"response_probability": 3.9e15},
        {"power": -0.1},
        {"power": np.nan},
        {"standard_error": np.inf},
        {"drug_effect": "much"},
        {"design": 5},
        {"definition": None},
    ],
    ids=str,
)
def test_impossible_sweeps_are_neither_saved_nor_loaded(changes: dict[str, object], tmp_path: Path) -> None:
    """A chance above 1, a value that is no number, a name that is no text."""
    (column,) = changes
    with pytest.raises(ts.TrialsimError, match=rf"frame row 2, column {column}"):
        ts.save_sweep(a_sweep(**changes), tmp_path / "sweep.csv")
    assert list(tmp_path.iterdir()) == []
    if column not in ("design", "definition"):
        (tmp_path / "mine.csv").write_text(as_csv(a_sweep(**changes)), encoding="utf-8")
        with pytest.raises(ts.TrialsimError, match=rf"mine.csv row 2, column {column}"):
            ts.load_sweep(tmp_path / "mine.csv")
