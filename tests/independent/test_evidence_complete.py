"""The published numbers against figures taken from the lists they were collected in, before they were made tidy."""

from __future__ import annotations

import csv
import hashlib
import io
from importlib import resources

import pytest

ROWS = list(
    csv.DictReader(io.StringIO(resources.files("trialsim").joinpath("data", "evidence.csv").read_text("utf-8")))
)
FIRST = 271  # numbers of the first collection; the second stands behind it
# SHA-256 over the sorted lines "study|year|n|week|value|status" of the numbers as collected.
AS_COLLECTED = "0a0431420dc926ab2d3e00df9b3a310f1bc94d71aaac619b0845cc51daa2c403"
THEN_COLLECTED = "438a429d7fc52a274d8369044129707b364fa0cd74238a26ff69541d09663786"


@pytest.mark.parametrize(
    ("rows", "statuses", "total", "collected"),
    [
        (ROWS[:FIRST], {"READ": 260, "RECALLED": 7, "DERIVED": 4}, 7640.34, AS_COLLECTED),
        (ROWS[FIRST:], {"READ": 70, "DERIVED": 4, "RECALLED": 1}, 2673.7, THEN_COLLECTED),
    ],
    ids=["first", "second"],
)
def test_no_number_was_lost_or_changed(
    rows: list[dict[str, str]], statuses: dict[str, int], total: float, collected: str
) -> None:
    """Every number is there once, with its study, year, n, week and status, to the printed digit."""
    assert len(rows) == sum(statuses.values())
    found = [row["status"] for row in rows]
    assert {word: found.count(word) for word in found} == statuses
    assert round(sum(float(row["value"]) for row in rows), 6) == total
    assert all(row["source"] for row in rows)
    names = ("study", "year", "n", "week", "value", "status")
    lines = sorted("|".join(row[name] for name in names) for row in rows)
    assert hashlib.sha256("\n".join(lines).encode()).hexdigest() == collected


def test_studies() -> None:
    """The two collections name 86 studies."""
    assert len({row["study"] for row in ROWS}) == 86
