"""A table of one's own: what is recognised, what is refused with row and column, and that no row is lost."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from trialsim.errors import TrialsimError
from trialsim.exchange.own_patients import OwnPatients, load_patients, save_patients, save_template
from trialsim.facts.own_tables import TEMPLATES, own_table_limits
from trialsim.facts.protocol import load_protocol
from trialsim.facts.responses import list_responses, load_response
from trialsim.rules.assess_table import assess_response
from trialsim.rules.compare_table import compare_cohort

HEAD = "SUBJID,AVISITN,PHGA,PTGA,MMT8,HAQDI,EMGA,CK,CK_ULN\n"
GOOD = "G,0,6,6,100,1,3,500,200\nG,12,3,3,100,0.5,3,500,200\n"


def load(rows: str, head: str = HEAD, **options: Any) -> OwnPatients:
    """Patient G, who is fine, and other rows."""
    return load_patients((head + GOOD + rows).encode(), **options)


def problems(own: OwnPatients) -> list[tuple[int, str, str]]:
    """Row, column and what came, of everything refused."""
    return [(row, column, got) for row, column, got, *_ in own.refused.itertuples(index=False)]


def test_a_good_table_goes_through_the_rules() -> None:
    """The good rows have the shape that the rules take, and the verdict is theirs."""
    own = load("")
    columns = ["SUBJID", "AVISIT", "AVISITN", "PARAMCD", "PARAM", "AVAL", "ANRHI"]
    assert own.assessments.columns.tolist() == columns
    assert own.assessments["AVISIT"].unique().tolist() == ["Baseline", "Week 12"]
    assert (len(own.refused), len(own.set_aside), own.notes) == (0, 0, ())
    assert assess_response(own.assessments)["response"].tolist() == [True]
    assert compare_cohort(own.assessments).verdicts["TIS-MAJOR"].tolist() == [False]
    verdicts = own.verdicts()
    assert verdicts["definition"].tolist() == list(list_responses())
    assert verdicts["response"].tolist() == compare_cohort(own.assessments).verdicts.iloc[0, 1:].tolist()


@pytest.mark.parametrize(
    ("rows", "row", "column", "got", "said"),
    [
        ("B,0,50,6,100,1,3,500,200\n", 4, "PHGA", "50", "looks like millimetres"),
        ("B,0,10.1,6,100,1,3,500,200\n", 4, "PHGA", "10.1", "centimetres from 0 to 10"),
        ("B,0,-1,6,100,1,3,500,200\n", 4, "PHGA", "-1", "centimetres from 0 to 10"),
        ("B,0,6.05,6,100,1,3,500,200\n", 4, "PHGA", "6.05", "one decimal"),
        ("B,0,6,6,151,1,3,500,200\n", 4, "MMT8", "151", "whole points from 0 to 150"),
        ("B,0,6,6,100.5,1,3,500,200\n", 4, "MMT8", "100.5", "whole points"),
        ("B,0,6,6,100,0.63,3,500,200\n", 4, "HAQDI", "0.63", "Did you mean 0.625?"),
        ("B,0,6,6,100,3.125,3,500,200\n", 4, "HAQDI", "3.125", "eighths from 0 to 3"),
        ("B,0,6,6,100,1,3,3.2,200\n", 4, "CK", "3.2", "looks like µkat/L: 3.2 µkat/L are 192 U/L"),
        ("B,0,6,6,100,1,3,500,3.3\n", 4, "CK_ULN", "3.3", "looks like µkat/L"),
        ("B,0,6,6,100,1,3,500,0\n", 4, "CK_ULN", "0", "upper limit of normal above 0"),
        ("B,0,6,6,100,1,3,-5,200\n", 4, "CK", "-5", "not below 0"),
        ('B,0,6,6,100,1,3,"1,234",200\n', 4, "CK", "1,234", "Write 1234 or 1.234"),
        ("B,0,6,6,100,1,3,<20,200\n", 4, "CK", "<20", "leave the cell empty"),
        ('B,0,6,6,100,1,3,"1,234.5",200\n', 4, "CK", "1,234.5", "without marks between thousands"),
        ("B,0,=2+4,6,100,1,3,500,200\n", 4, "PHGA", "=2+4", "kept as text, not evaluated"),
        ("B,0,+6,6,100,1,3,500,200\n", 4, "PHGA", "+6", "kept as text, not evaluated"),
        ("B,0,@SUM(A1),6,100,1,3,500,200\n", 4, "PHGA", "@SUM(A1)", "kept as text, not evaluated"),
        ("B,0,six,6,100,1,3,500,200\n", 4, "PHGA", "six", "a number"),
        ("B,0,\u0663,6,100,1,3,500,200\n", 4, "PHGA", "\u0663", "a number"),
        ("B,0,inf,6,100,1,3,500,200\n", 4, "PHGA", "inf", "a number"),
        ("B,0," + "9" * 500 + ",6,100,1,3,500,200\n", 4, "PHGA", "9" * 500, "centimetres"),
        ("B,0," + "x" * 500 + ",6,100,1,3,500,200\n", 4, "PHGA", "x" * 500, "The cell has 500 characters"),
        (",0,6,6,100,1,3,500,200\n", 4, "SUBJID", "", "the patient's id"),
        ("B" * 65 + ",0,6,6,100,1,3,500,200\n", 4, "SUBJID", "B" * 65, "at most 64 characters"),
        ("B\u202e,0,6,6,100,1,3,500,200\n", 4, "SUBJID", "B\u202e", "can be printed"),
        ("B,,6,6,100,1,3,500,200\n", 4, "AVISITN", "", "0 is the baseline"),
        ("B,-1,6,6,100,1,3,500,200\n", 4, "AVISITN", "-1", "a whole number of weeks"),
        ("B,11.9,6,6,100,1,3,500,200\n", 4, "AVISITN", "11.9", "the week it was planned for"),
        ("B,week 0,6,6,100,1,3,500,200\n", 4, "AVISITN", "week 0", "a whole number of weeks"),
        ("B,12,6,6,100,1,3,500,200\n", 4, "AVISITN", "12", "baseline"),
        ("B,0,,,,,,,\nB,12,6,6,100,1,3,500,200\n", 4, "AVISITN", "0", "baseline"),
        ("B,0,5,5,6,100,1,3,500,200\n", 4, "", "200", "Decimal commas between commas?"),
        ('"B,0,6,6,100,1,3,500,200\n', 4, "", '"B,0,6,6,100,1,3,500,200', "not closed on its line"),
    ],
)
def test_what_is_wrong_is_named(rows: str, row: int, column: str, got: str, said: str) -> None:
    """Each mistake is listed with row, column, what came and what to do; the other patient is judged all the same."""
    own = load(rows)
    assert (row, column, got) in problems(own)
    found = own.refused[(own.refused["row"] == row) & (own.refused["column"] == column)].iloc[0]
    assert said in f"{found['allowed']} {found['fix']}"
    assert own.patients == ("G",)
    assert len(own.set_aside) == rows.count("\n")
    assert got in own.set_aside.to_numpy().astype(str)


def test_a_patient_is_judged_whole_or_not_at_all() -> None:
    """With one row wrong, the patient's good rows are set aside with it, and say which row is wrong."""
    own = load("B,0,6,6,100,1,3,500,200\nB,12,66,3,100,0.5,3,500,200\n")
    assert own.patients == ("G",)
    assert own.set_aside["row"].tolist() == [4, 5]
    assert own.set_aside["why set aside"].iloc[0] == "row 5 of this patient is wrong"


def test_visits_given_twice() -> None:
    """A visit that stands twice is refused in both rows, wide and long; which one is right cannot be known."""
    own = load("B,0,6,6,100,1,3,500,200\nB,0,6,6,100,1,3,500,200\n")
    assert problems(own) == [(4, "AVISITN", "0"), (5, "AVISITN", "0")]
    long = b"SUBJID,AVISITN,PARAMCD,AVAL\nB,0,PHGA,6\nB,0,PTGA,6\nB,0,PHGA,5\nB,12,PHGA,6\n"
    assert problems(load_patients(long)) == [(2, "AVISITN", "0"), (4, "AVISITN", "0")]


def test_missing_values_and_visits() -> None:
    """Empty cells are missing measures; a patient without the visit stays in and is named."""
    own = load("B,0,6,NA,100,.,3,500,200\nB,12,5,n/a,100,-,3,500,200\nC,0,6,6,100,1,3,500,200\n")
    assert own.patients == ("G", "B", "C")
    assert set(own.assessments.loc[own.assessments["SUBJID"] == "B", "PARAMCD"]) == {"PHGA", "MMT8", "EMGA", "CK"}
    assert own.notes == ("No visit at week 12, which counts as failure unless you say otherwise: C.",)
    verdicts = own.verdicts(["IMACS-2004"])
    assert verdicts["reason"].iloc[-1] == "no visit at week 12, counted as failure"


@pytest.mark.parametrize(("separator", "name"), [(";", "semicolon"), ("\t", "tab"), ("|", "vertical bar")])
def test_other_separators_decimal_commas_and_marks(separator: str, name: str) -> None:
    """A separator other than a comma, decimal commas and a byte-order mark are recognised, and said."""
    text = (HEAD + GOOD).replace(",", separator).replace("0.5", "0,5").replace("\n", "\r\n")
    own = load_patients(b"\xef\xbb\xbf" + text.encode())
    assert own.assessments.equals(load("").assessments)
    assert [name in note for note in own.notes] == [False, True, False]
    assert "byte-order mark" in own.notes[0] and "decimal commas" in own.notes[2]


def test_other_encodings() -> None:
    """UTF-16 and Latin-1 are read, and said; nothing is lost."""
    text = (HEAD + GOOD).replace("G,", "Gö,")
    utf16, latin = load_patients(text.encode("utf-16")), load_patients(text.encode("latin-1"))
    assert utf16.patients == latin.patients == ("Gö",)
    assert "UTF-16" in utf16.notes[0] and "Latin-1" in latin.notes[0]
    assert load_patients(("sep=,\n" + text).encode()).patients == ("Gö",)


def test_long_tables() -> None:
    """One row a measurement, visits by name; a code that is none of ours is refused and harms nobody."""
    rows = "A,Baseline,PHGA,5,\nA,Baseline,CRP,12,\nA,Week 12,PHGA,4,\nB,Baseline,PGHA,5,\nC,Month 3,PHGA,5,\n"
    own = load_patients(("SUBJID,AVISIT,PARAMCD,AVAL,ANRHI\n" + rows).encode())
    assert problems(own) == [(3, "PARAMCD", "CRP"), (5, "PARAMCD", "PGHA"), (6, "AVISIT", "Month 3")]
    assert own.patients == ("A",)
    assert own.assessments["AVISITN"].tolist() == [0, 12]
    enzyme = load_patients(b"SUBJID,AVISITN,PARAMCD,AVAL\nA,0,ENZYME,500\n")
    assert "derived" in enzyme.refused["fix"].iloc[0]


def test_visits_that_contradict() -> None:
    """AVISIT and AVISITN of a row must name the same visit."""
    own = load_patients(b"SUBJID,AVISIT,AVISITN,PHGA\nA,Baseline,0,5\nA,Week 12,8,5\n")
    assert problems(own) == [(3, "AVISIT", "Week 12")]


def test_a_whole_column_in_other_units() -> None:
    """Where most of a column is in mm or µkat/L, the values that could be cm or U/L are refused with it."""
    rows = "B,0,50,6,100,1,3,500,200\nB,12,8,6,100,1,3,500,200\nC,0,40,6,100,1,3,500,200\nC,12,30,6,100,1,3,500,200\n"
    own = load_patients((HEAD + rows).encode())
    assert [row for row, column, _ in problems(own) if column == "PHGA"] == [2, 3, 4, 5]
    low = "B,0,5,6,100,1,3,2.1,\nB,12,5,6,100,1,3,60,\nC,0,5,6,100,1,3,2.5,\nC,12,5,6,100,1,3,3.1,\n"
    own = load_patients((HEAD + low).encode())
    assert [row for row, column, _ in problems(own) if column == "CK"] == [2, 3, 4, 5]


def test_units_that_are_said() -> None:
    """Millimetres and µkat/L are converted when the file is said to hold them, and low U/L taken as they are."""
    row = b"A,0,55,60,100,1,3,3.3,3.3\n"
    own = load_patients(HEAD.encode() + row, vas_unit="mm", enzyme_unit="ukat/L")
    values = dict(zip(own.assessments["PARAMCD"], own.assessments["AVAL"], strict=True))
    assert (values["PHGA"], values["EMGA"], values["CK"]) == (5.5, 0.3, 198.0)
    assert own.assessments["ANRHI"].dropna().tolist() == [198.0]
    own = load_patients(HEAD.encode() + b"A,0,5,6,100,1,3,3.3,3.3\n", enzyme_unit="U/L")
    assert own.assessments.loc[own.assessments["PARAMCD"] == "CK", "AVAL"].tolist() == [3.3]
    assert problems(load_patients(HEAD.encode() + b"A,0,5.5,6,100,1,3,500,200\n", vas_unit="mm"))


def test_one_side_of_mmt() -> None:
    """MMT-8 that never goes above 80 raises the question; said to be of one side, above 80 is refused."""
    rows = "A,0,6,6,70,1,3,500,200\nA,12,6,6,80,1,3,500,200\n"
    assert "mmt8_max=80" in load_patients((HEAD + rows).encode()).notes[0]
    assert load_patients((HEAD + rows).encode(), mmt8_max=80).notes == ()
    assert problems(load("", mmt8_max=80)) == [(2, "MMT8", "100"), (3, "MMT8", "100")]


def test_limits_that_are_needed() -> None:
    """Several enzymes without limits are refused; with a single one only the score is missing, with a reason."""
    head = "SUBJID,AVISITN,PHGA,PTGA,MMT8,HAQDI,EMGA,CK,LDH\n"
    own = load_patients((head + "A,0,6,6,100,1,3,500,300\nA,12,3,3,100,0.5,3,500,300\n").encode())
    assert problems(own) == [(2, "CK_ULN", ""), (2, "LDH_ULN", "")]
    own = load("B,0,6,6,100,1,3,500,\nB,12,3,3,100,0.5,3,400,\n")
    assert own.patients == ("G", "B") and "2016 score needs: B" in own.notes[0]
    verdicts = own.verdicts(["IMACS-2004", "TIS-MINIMAL"]).set_index(["definition", "SUBJID"])
    assert verdicts.loc[("IMACS-2004", "B"), "response"]
    assert verdicts.loc[("TIS-MINIMAL", "G"), "score"] == 32.5
    assert verdicts["response"].isna().tolist() == [False, False, False, True]
    assert "cannot be computed" in verdicts.loc[("TIS-MINIMAL", "B"), "reason"]
    assert own.verdicts(["TIS-MINIMAL"], enzyme_uln={"CK": 200})["response"].notna().all()


@pytest.mark.parametrize(
    ("head", "column", "said"),
    [
        ("PATIENT,AVISITN,PHGA", "SUBJID", "a column SUBJID"),
        ("SUBJID,VISIT,PHGA", "AVISITN", "a column AVISITN"),
        ("SUBJID,AVISITN,AGE", "PHGA", "PARAMCD with AVAL"),
        ("SUBJID,AVISITN,PHGA,phga", "phga", "each column once"),
        ("SUBJID,AVISITN,PHGA,PTGAA", "PTGAA", "Did you mean PTGA?"),
        ("SUBJID,AVISITN,PHGA,ENZYME", "ENZYME", "CK, ALDOLASE"),
    ],
)
def test_a_header_that_is_not_understood(head: str, column: str, said: str) -> None:
    """Without its columns nothing is judged; every row is kept, and the header's mistake is named."""
    own = load_patients(f"{head}\nA,0,5,5\nA,12,4,4\n".encode())
    found = own.refused[own.refused["column"] == column].iloc[0]
    assert said in f"{found['allowed']} {found['fix']}" and found["row"] == 1
    assert (own.rows, len(own.set_aside), own.patients) == (2, 2, ())
    assert own.verdicts().empty


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "an empty file"),
        (b"\n , ,\n\n", "an empty file"),
        (HEAD.encode(), "a header without rows"),
        (b"\x00\x01\x02\x03", "bytes that are no text"),
        (bytes(range(256)) * 20, "bytes that are no text"),
        (b"PK\x03\x04rest", "an Excel workbook"),
        (b"%PDF-1.7", "a PDF"),
        (b"SUBJID," + b"x," * 300 + b"\nA,0\n", "302 columns"),
        (12, "the path of a CSV file"),
        ("no-such-file.csv", "There is no such file"),
        ("SUBJID\nA", "its content as bytes"),
        (".", "There is no such file"),
    ],
)
def test_what_is_no_table_is_refused(content: Any, said: str) -> None:
    """Nothing, binary junk, workbooks and paths that lead nowhere are refused with a sentence."""
    with pytest.raises(TrialsimError, match=said):
        load_patients(content)


def test_a_file_too_large_is_not_read(tmp_path: Path) -> None:
    """200 MB are refused by the size alone."""
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        os.truncate(file.fileno(), 200_000_000)
    with pytest.raises(TrialsimError, match=r"large.csv: got 200.0 MB; allowed: at most 20 MB"):
        load_patients(path)
    with pytest.raises(TrialsimError, match="at most 2 MB"):
        load_patients(b"x" * 2_000_001, largest=own_table_limits().max_lesson_bytes)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"mmt8_max": 100}, "mmt8_max"),
        ({"week": 0}, "week"),
        ({"vas_unit": "inch"}, "vas_unit"),
        ({"enzyme_unit": "nkat"}, "enzyme_unit"),
    ],
)
def test_wrong_options_are_refused(options: dict[str, Any], said: str) -> None:
    """An option that is none is refused by name."""
    with pytest.raises(TrialsimError, match=said):
        load("", **options)


def test_formulas_are_text_and_written_back_safely(tmp_path: Path) -> None:
    """An id like a formula is kept as text, said, written with an apostrophe, and read back as it was."""
    own = load("=CMD(),0,6,6,100,1,3,500,200\n+B,0,=1+1,6,100,1,3,500,200\n")
    assert own.patients == ("G", "=CMD()") and "row 4, 5" in own.notes[-1]
    path = save_patients(own.assessments, tmp_path / "back.csv")
    text = path.read_text(encoding="utf-8")
    assert "'=CMD()" in text and "\n=" not in text
    assert load_patients(path).assessments.equals(own.assessments)
    aside = save_patients(own.set_aside, tmp_path / "aside.csv").read_text(encoding="utf-8")
    assert aside.splitlines()[1].endswith(",'+B,0,'=1+1,6,100,1,3,500,200")
    assert "<b>x" not in load("<b>x</b>,0,6,6,100,1,3,500,200\n")._repr_html_()


def test_writing_leaves_an_older_file_whole(tmp_path: Path) -> None:
    """A place that cannot be written is refused; no half-written file is left."""
    (tmp_path / "mine.csv").mkdir()
    with pytest.raises(TrialsimError, match="a file that can be written"):
        save_patients(pd.DataFrame({"a": [1]}), tmp_path / "mine.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.csv"]
    with pytest.raises(TrialsimError, match="a table"):
        save_patients([1], tmp_path / "list.csv")  # type: ignore[arg-type]


def test_templates_work_as_they_are(tmp_path: Path) -> None:
    """Each template is read as it stands, and an existing file is not overwritten by one."""
    for kind, name in TEMPLATES.items():
        save_template(tmp_path / name, kind)
    for kind in ("wide", "long"):
        own = load_patients(tmp_path / TEMPLATES[kind])
        assert (len(own.refused), own.notes) == (0, ())
        assert own.verdicts()["response"].notna().all()
    assert load_protocol(tmp_path / "protocol.toml").id == "MINE"
    assert load_response(tmp_path / "response.toml").rule == load_response("IMACS-2004").rule
    with pytest.raises(TrialsimError, match="a new file"):
        save_template(tmp_path / "protocol.toml", "protocol")
    with pytest.raises(TrialsimError, match="template"):
        save_template(tmp_path / "x.csv", "x")
