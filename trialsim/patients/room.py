"""Is there room for so many patients? Asked before they are made, so that a machine is never filled to a standstill."""

from __future__ import annotations

import os

from trialsim.ahead import ONE_THREAD
from trialsim.errors import TrialsimError
from trialsim.facts.reading import Words

# Measured on this model, rounded up: bytes of a candidate while it is made, and of one row of a tidy table.
PER_CANDIDATE = 1_500
PER_ROW = 300

_GIB = 2**30
# Below this nobody need ask the machine.
_SMALL = 2**24
# What a page in a browser can be given: its memory ends at 4 GiB, and Python has a part of it.
_PAGE = 2**30


def free_memory() -> int:
    """Bytes that can be had now: what the machine has free, or what a hub leaves of its limit."""
    if ONE_THREAD:  # a page in a browser has no machine to ask
        return _PAGE
    import psutil  # only where many patients are asked for

    free = int(psutil.virtual_memory().available)
    limit = os.environ.get("MEM_LIMIT", "")  # how a hub tells its limit, which the machine's own figures do not show
    return max(0, min(free, int(limit) - int(psutil.Process().memory_info().rss))) if limit.isdigit() else free


def check_room(where: str, rows: int, bytes_each: int, fix: str) -> None:
    """Raise if `rows` of `bytes_each` need more memory than there is.

    Examples
    --------
    >>> check_room("n", 40, PER_CANDIDATE, "Take fewer.")
    """
    needed = rows * bytes_each
    if needed < _SMALL:
        return
    free = free_memory()
    if needed > free:
        came = Words(f"{rows:,} rows, about {needed / _GIB:.1f} GiB")
        raise TrialsimError(where, came, f"what fits into {free / _GIB:.1f} GiB of free memory", fix)
