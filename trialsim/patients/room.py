"""Is there room for so many patients? Asked before they are made, so that a machine is never filled to a standstill."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from trialsim.errors import TrialsimError
from trialsim.facts.reading import Words

# Measured on this model, rounded up: bytes of a candidate while it is made, and of one row of a tidy table.
PER_CANDIDATE = 1_500
PER_ROW = 300

_GIB = 2**30
_CONTAINER = Path("/sys/fs/cgroup")  # a container's limit; a laptop has none there


def free_memory() -> int | None:
    """Bytes that can be had now; None where the system does not tell."""
    found = []
    with suppress(AttributeError, OSError, ValueError):
        found.append(os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") + _cached())
    with suppress(OSError, ValueError):
        limit = (_CONTAINER / "memory.max").read_text(encoding="ascii").strip()
        used = int((_CONTAINER / "memory.current").read_text(encoding="ascii"))
        if limit != "max":
            found.append(max(0, int(limit) - used))
    return min(found) if found else None


def _cached() -> int:
    """Bytes that the system gives up when they are wanted: files it keeps at hand."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    sizes = {line.split(":")[0]: int(line.split()[1]) * 1024 for line in lines if line.endswith("kB")}
    return sizes.get("Cached", 0)


def check_room(where: str, rows: int, bytes_each: int, fix: str) -> None:
    """Raise if `rows` of `bytes_each` need more memory than there is.

    Examples
    --------
    >>> check_room("n", 40, PER_CANDIDATE, "Take fewer.")
    """
    needed, free = rows * bytes_each, free_memory()
    if free is not None and needed > free:
        came = Words(f"{rows:,} rows, about {needed / _GIB:.1f} GiB")
        raise TrialsimError(where, came, f"what fits into {free / _GIB:.1f} GiB of free memory", fix)
