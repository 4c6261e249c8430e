"""The published numbers against figures taken from the list they were collected in, before they were made tidy."""

from __future__ import annotations

import csv
import hashlib
import io
from importlib import resources

# SHA-256 over the sorted lines "study|year|n|week|value|status" of the 271 numbers as collected.
AS_COLLECTED = "0a0431420dc926ab2d3e00df9b3a310f1bc94d71aaac619b0845cc51daa2c403"


def test_no_number_was_lost_or_changed() -> None:
    """All 271 numbers are there once, each with its study, year, n, week and status, to the printed digit."""
    text = resources.files("trialsim").joinpath("data", "evidence.csv").read_text("utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 271
    statuses = [row["status"] for row in rows]
    assert {word: statuses.count(word) for word in statuses} == {"READ": 260, "RECALLED": 7, "DERIVED": 4}
    assert round(sum(float(row["value"]) for row in rows), 6) == 7640.34
    assert len({row["study"] for row in rows}) == 60
    assert all(row["source"] for row in rows)
    names = ("study", "year", "n", "week", "value", "status")
    lines = sorted("|".join(row[name] for name in names) for row in rows)
    assert hashlib.sha256("\n".join(lines).encode()).hexdigest() == AS_COLLECTED
