"""What the patient model was tuned to, and which published numbers it is held against."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from trialsim.errors import TrialsimError
from trialsim.facts.evidence import evidence
from trialsim.facts.reading import Basis, Section, read_facts
from trialsim.facts.records import read_record


@dataclass(frozen=True, slots=True)
class Target:
    """One row of what the model was tuned to: a statistic, its target, and how near it must come."""

    label: str
    statistic: str
    population: str
    week: int
    target: float
    tolerance: float
    unit: str
    basis: Basis
    source: tuple[str, ...]
    of: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """One published number that the model is held against.

    `value` is as published; `responders` and `n` are there where it counts patients, `low` and `high` where a 95 %
    interval was published or derived. `not_independent` says how the
    number fed the model all the same, by a target or by a parameter; empty where it did not.
    """

    label: str
    statistic: str
    study: str
    arm: str
    population: str
    measure: str
    week: int
    value: float
    responders: int | None
    n: int | None
    low: float | None
    high: float | None
    unit: str
    source: str
    status: str
    of: str = ""
    note: str = ""
    not_independent: str = ""


@cache
def load_targets() -> tuple[Target, ...]:
    """What the model was tuned to.

    Examples
    --------
    >>> [target.label for target in load_targets()][:2]
    ['Response under standard care alone', 'Response with the drug']
    """
    return tuple(read_record(Target, entry) for entry in read_facts("calibration.toml").sections("tuned"))


@cache
def load_published() -> tuple[Published, ...]:
    """The published numbers that the model is held against.

    Examples
    --------
    >>> load_published()[0].responders, load_published()[0].n
    (21, 42)
    """
    return tuple(_published(entry) for entry in read_facts("calibration.toml").sections("checked"))


def _published(entry: Section) -> Published:
    """The row of the evidence that an entry names, with what the entry says of it."""
    wanted = {name: entry.text(name) for name in ("study", "arm", "population", "measure")}
    wanted_at: dict[str, object] = wanted | {"week": entry.whole("week")}
    table = evidence()
    rows = table[(table[list(wanted_at)] == list(wanted_at.values())).fillna(False).all(axis=1)]
    if len(rows) != 1:
        raise TrialsimError(entry.place, wanted_at, "exactly one row of evidence.csv", f"{len(rows)} fit.")
    row = rows.iloc[0]
    counted = bool(row.notna()["responders"] and row.notna()["n"])
    interval = "interval 95 % CI" in str(row["note"]).split("; ")
    return read_record(
        Published,
        entry,
        value=100 * int(row["responders"]) / int(row["n"]) if counted else float(row["value"]),
        responders=int(row["responders"]) if counted else None,
        n=int(row["n"]) if counted else None,
        low=float(row["low"]) if interval else None,
        high=float(row["high"]) if interval else None,
        source=str(row["source"]),
        status=str(row["status"]),
    )
