"""What a protocol should say: the items of the SPIRIT checklist that touch a sample size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from trialsim.facts.reading import read_facts
from trialsim.facts.records import read_records


@dataclass(frozen=True, slots=True)
class SpiritItem:
    """One item.

    Attributes
    ----------
    id, label : str
        Its number in SPIRIT 2013, and what it is about.
    asks : str
        What the protocol should say, in our own words.
    basis : str
    """

    id: str
    label: str
    asks: str
    basis: Literal["read", "recalled"]


@cache
def spirit_items() -> Mapping[str, SpiritItem]:
    """All of them, by number.

    Examples
    --------
    >>> spirit_items()["14"].label
    'Sample size'
    """
    return read_records(SpiritItem, read_facts("spirit.toml"))
