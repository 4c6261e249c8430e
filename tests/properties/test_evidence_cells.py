"""The published numbers: whatever is put into a cell, it is either sound or refused where it stands."""

from __future__ import annotations

import csv
import io
from importlib import resources

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from trialsim.errors import TrialsimError
from trialsim.facts.evidence import parse_evidence
from trialsim.facts.evidence_columns import COLUMNS

TEXT = resources.files("trialsim").joinpath("data", "evidence.csv").read_text("utf-8")
LINES = list(csv.reader(io.StringIO(TEXT, newline="")))[:60]
STRICT = [name for name, column in COLUMNS.items() if column.vocabulary is not None or column.holds != "text"]


def with_cell(row: int, column: str, cell: str) -> bytes:
    lines = [list(line) for line in LINES]
    lines[row - 1][list(COLUMNS).index(column)] = cell
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue().encode()


@given(row=st.integers(2, len(LINES)), column=st.sampled_from(STRICT), cell=st.text("aexyz§ -.,;", min_size=1))
def test_nonsense_is_refused_where_it_stands(row: int, column: str, cell: str) -> None:
    """Text that is no number and no word of the vocabulary is refused with its row and column."""
    with pytest.raises(TrialsimError) as caught:
        parse_evidence(with_cell(row, column, cell), "evidence.csv")
    assert caught.value.where == f"evidence.csv row {row}, column {column}"
    assert caught.value.got == cell


@given(row=st.integers(2, len(LINES)), responders=st.integers(-5, 500))
def test_a_changed_count_never_slips_through(row: int, responders: int) -> None:
    """A number of responders that does not agree with the printed number and n is refused."""
    old = dict(zip(COLUMNS, LINES[row - 1], strict=True))
    assume(old["statistic"] in ("percent", "responders") and old["responders"] not in ("", str(responders)))
    with pytest.raises(TrialsimError, match=f"^evidence.csv row {row}, column responders: "):
        parse_evidence(with_cell(row, "responders", str(responders)), "evidence.csv")


@given(row=st.integers(2, len(LINES)), value=st.floats(-1000, 1000).map(lambda number: f"{number:.3f}"))
def test_what_is_accepted_is_what_was_written(row: int, value: str) -> None:
    """A changed value is either refused in its row or read as it was written."""
    try:
        frame = parse_evidence(with_cell(row, "value", value), "evidence.csv")
    except TrialsimError as refused:
        assert refused.where.startswith(f"evidence.csv row {row}, column ")
    else:
        assert frame.loc[row - 2, "value"] == float(value)
