"""The tables of this folder, as tests and reference pages read them."""

from __future__ import annotations

import csv
from pathlib import Path

HERE = Path(__file__).parent
TRUTH = {"yes": True, "no": False, "?": None, "": None}


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a table, cells as text."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def named(row: dict[str, str]) -> str:
    """What a test calls a row: its cells."""
    return " ".join(cell for key, cell in row.items() if cell and key != "why")


def pair(text: str) -> tuple[float, float]:
    """Two visits written as `5 -> 4`."""
    first, last = text.split("->")
    return float(first), float(last)
