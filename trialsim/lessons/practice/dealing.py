"""What all drills deal with: the level and the dice of a case, and values on the grid of a measure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from trialsim.facts.core_set import measure
from trialsim.facts.practice import practice_numbers

__all__ = ["MEASURES", "counted_limit", "level_and_dice", "pick", "shown"]

MEASURES = ("PHGA", "PTGA", "MMT8", "HAQDI", "ENZYME", "EMGA")
_T = TypeVar("_T")


def level_and_dice(kind: str, number: int) -> tuple[int, np.random.Generator]:
    """The level that a case number ends with, and the random numbers of this case of this drill."""
    return number % 10 or 1, np.random.default_rng([number, *kind.encode()])


def pick(dice: np.random.Generator, options: Sequence[_T]) -> _T:
    """One of these, each as likely as the others."""
    return options[int(dice.integers(len(options)))]


def shown(code: str, value: float) -> str:
    """A value with its unit."""
    return measure(code).with_unit(f"{value:g}")


def counted_limit() -> float:
    """The upper limit of CK of the patients who are counted and scored, U/L (assumed)."""
    return practice_numbers().counted_limit.value
