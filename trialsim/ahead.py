"""What there is to work with: threads, memory, and work done ahead: in a thread, or where there is none, between.

A page in a browser runs Python in one thread. What is worked out ahead there is worked out a step at a time, each when
nothing else is wanted.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from typing import TypeVar

ONE_THREAD = sys.platform == "emscripten"
_PAUSE_S = 0.05
_TURN_S = 0.0005  # after this a thread that works ahead lets the page have its turn
_LESS_URGENT = 10
_running: set[asyncio.Task[None]] = set()
_Found = TypeVar("_Found")


def cores() -> int:
    """How many threads can work at once."""
    return 1 if ONE_THREAD else os.cpu_count() or 1


def give_back_memory() -> None:
    """Return to the system what was freed after much work; the C library of Linux keeps it otherwise.

    Examples
    --------
    >>> give_back_memory()
    """
    if sys.platform == "linux":
        # Only the usual C library has this; with another one nothing is to be done.
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)


def at_once(steps: Generator[None, None, _Found]) -> _Found:
    """Take all steps of a work, and give what it returns.

    Examples
    --------
    >>> def work():
    ...     yield
    ...     return 39
    >>> at_once(work())
    39
    """
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


def compute_ahead(work: Callable[[], Iterator[None] | None], name: str) -> None:
    """Let `work` be done while nobody waits for it; a generator may be left between its steps.

    Examples
    --------
    >>> compute_ahead(lambda: None, "nothing")
    """

    def all_of_it() -> None:
        sys.setswitchinterval(min(_TURN_S, sys.getswitchinterval()))
        if sys.platform == "linux":  # elsewhere this would be said of the whole process
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _LESS_URGENT)
        for _ in work() or ():
            pass

    async def between() -> None:
        await asyncio.sleep(_PAUSE_S)
        for _ in work() or ():
            await asyncio.sleep(_PAUSE_S)

    if not ONE_THREAD:
        threading.Thread(target=all_of_it, name=name, daemon=True).start()
        return
    task = asyncio.get_event_loop().create_task(between(), name=name)
    _running.add(task)
    task.add_done_callback(_running.discard)
