"""Wrong answers with a name: the misconception behind each, and the catalogue's reply to it."""

from __future__ import annotations

from typing import Any

from trialsim.facts.misconceptions import load_misconception
from trialsim.widgets.question import Wrong

__all__ = ["wrong"]


def wrong(misconception: str, answer: Any) -> Wrong:
    """An answer that a thinking person would give.

    Parameters
    ----------
    misconception : str
        Its id in the catalogue, which has the reply.
    answer : value or callable
        The answer itself, or a function of the key that gives it.

    Raises
    ------
    TrialsimError
        When the catalogue has no such id.

    Examples
    --------
    >>> wrong("more-is-better", "yes").reply[:28]
    'Responders are whole people.'
    """
    return Wrong(misconception, answer, load_misconception(misconception).reply)
