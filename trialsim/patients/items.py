"""Readings of a definition's items: the six measures, with the enzyme that is followed in each patient."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from trialsim.errors import check_one_of
from trialsim.facts.core_set import enzymes
from trialsim.facts.responses import ResponseDefinition
from trialsim.patients.readings import ENZYMES, Ints, beside
from trialsim.rules.enzymes import most_abnormal_index
from trialsim.rules.patient_values import MOST_ABNORMAL


class Read(Protocol):
    """What was read at one visit: `Readings`, which holds it, or `AtEntry` and `AtVisit`, which read what is asked."""

    def of(self, code: str) -> Ints:
        """The readings of one scale or enzyme, shape (n,)."""

    def of_followed(self, followed: Ints) -> Ints:
        """The readings of the enzyme that is followed in each patient, by its place."""


def check_enzyme(enzyme: str) -> str:
    """Return the name of the rule that picks the enzyme, or raise."""
    return check_one_of("enzyme", enzyme, (MOST_ABNORMAL, *ENZYMES))


def followed_enzyme(readings: Read, uln: Ints, enzyme: str) -> Ints:
    """The place of the enzyme that is followed in each patient, shape (n,)."""
    if enzyme == MOST_ABNORMAL:
        return most_abnormal_index(beside([readings.of(code) for code in ENZYMES]), uln)
    return np.full(len(uln), ENZYMES.index(enzyme))


def item_readings(readings: Read, definition: ResponseDefinition, followed: Ints) -> Ints:
    """Readings of the definition's items, shape (n, items)."""
    return beside(
        [readings.of_followed(followed) if code == "ENZYME" else readings.of(code) for code in definition.items]
    )


def item_limits(uln: Ints, definition: ResponseDefinition, followed: Ints) -> tuple[Ints, Ints]:
    """Upper limits of normal and how many of them make the range, shape (n, items); 1 where an item has none."""
    rows = np.arange(len(followed))
    multiples = np.array([enzyme.range_multiple for enzyme in enzymes()])
    limits = np.ones((len(followed), len(definition.items)), dtype=np.int64)
    ranges = np.ones_like(limits)
    for j, code in enumerate(definition.items):
        if code == "ENZYME":
            limits[:, j], ranges[:, j] = uln[rows, followed], multiples[followed]
        elif code in ENZYMES:
            limits[:, j], ranges[:, j] = uln[:, ENZYMES.index(code)], multiples[ENZYMES.index(code)]
    return limits, ranges
