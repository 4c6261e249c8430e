"""What the patient model was tuned to, and which published numbers it is held against."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from trialsim.errors import TrialsimError
from trialsim.facts.evidence import evidence
from trialsim.facts.reading import Basis, Section, read_facts


@dataclass(frozen=True, slots=True)
class Target:
    """One row of what the model was tuned to: a statistic, its target, and how near it must come."""

    label: str
    statistic: str
    of: str
    population: str
    week: int
    target: float
    tolerance: float
    unit: str
    basis: Basis
    source: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Published:
    """One published number that the model is held against.

    `value` is as published; `responders` and `n` are there where it counts patients. `not_independent` says how the
    number fed the model all the same, by a target or by a parameter; empty where it did not.
    """

    label: str
    statistic: str
    of: str
    week: int
    population: str
    value: float
    responders: int | None
    n: int | None
    unit: str
    source: str
    status: str
    note: str
    not_independent: str


@cache
def load_targets() -> tuple[Target, ...]:
    """What the model was tuned to.

    Examples
    --------
    >>> [target.label for target in load_targets()][:2]
    ['Response under standard care alone', 'Response with the drug']
    """
    return tuple(_target(entry) for entry in read_facts("calibration.toml").sections("tuned"))


@cache
def load_published() -> tuple[Published, ...]:
    """The published numbers that the model is held against.

    Examples
    --------
    >>> load_published()[0].responders, load_published()[0].n
    (21, 42)
    """
    return tuple(_published(entry) for entry in read_facts("calibration.toml").sections("checked"))


def _target(entry: Section) -> Target:
    target = Target(
        label=entry.text("label"),
        statistic=entry.text("statistic"),
        of=str(entry.raw("of")),
        population=entry.text("population"),
        week=entry.whole("week"),
        target=entry.number("target"),
        tolerance=entry.number("tolerance"),
        unit=entry.text("unit"),
        basis=entry.basis(),
        source=entry.texts("source"),
        note=str(entry.raw("note")),
    )
    entry.end()
    return target


def _published(entry: Section) -> Published:
    names = ("study", "arm", "population", "measure")
    wanted = {name: entry.text(name) for name in names}
    table = evidence()
    rows = table[(table[list(names)] == list(wanted.values())).all(axis=1)]
    label, week = entry.text("label"), entry.whole("week")
    rows = rows[rows["week"] == week]
    if len(rows) != 1:
        raise TrialsimError(
            entry.place, wanted | {"week": week}, "exactly one row of evidence.csv", f"{len(rows)} fit."
        )
    row = rows.iloc[0]
    counted = bool(row.notna()["responders"] and row.notna()["n"])
    published = Published(
        label=label,
        statistic=entry.text("statistic"),
        of=str(entry.raw("of")),
        week=week,
        population=wanted["population"],
        value=100 * int(row["responders"]) / int(row["n"]) if counted else float(row["value"]),
        responders=int(row["responders"]) if counted else None,
        n=int(row["n"]) if counted else None,
        unit=entry.text("unit"),
        source=str(row["source"]),
        status=str(row["status"]),
        note=str(entry.raw("note")),
        not_independent=entry.text("not_independent", ""),
    )
    entry.end()
    return published
