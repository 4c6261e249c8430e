"""The six measures in one view: who rates, the question, the ends of the scale, the pitfall."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from trialsim.errors import TrialsimError
from trialsim.facts.core_set import measure_codes
from trialsim.facts.reading import read_facts
from trialsim.facts.records import read_list


@dataclass(frozen=True, slots=True)
class CardRow:
    """One measure on the card.

    Attributes
    ----------
    code, who, question, pitfall : str
        Which measure; who rates it and when; the question; what goes wrong most.
    ends : tuple of str
        What the lower and the upper end of the scale mean.
    sources, known
        Where this was read, and how well it is known.
    """

    code: str
    who: str
    question: str
    ends: tuple[str, ...]
    pitfall: str
    sources: tuple[str, ...]
    known: str


@cache
def card_rows() -> tuple[CardRow, ...]:
    """The rows of the card, in the order of the core set.

    Examples
    --------
    >>> [row.code for row in card_rows()]
    ['PHGA', 'PTGA', 'MMT8', 'HAQDI', 'ENZYME', 'EMGA']
    """
    found = read_list(CardRow, read_facts("measures_card.toml"), "row", alone=True)
    if tuple(row.code for row in found) != measure_codes():
        raise TrialsimError("measures_card.toml", [row.code for row in found], "the six measures in their order")
    return found
