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
from functools import wraps
from typing import ParamSpec, TypeVar

ONE_THREAD = sys.platform == "emscripten"
_PAUSE_S = 0.05
_TURN_S = 0.0005  # after this a thread that works ahead lets the page have its turn
_LESS_URGENT = 10
_running: set[asyncio.Task[None]] = set()
_Found = TypeVar("_Found")
_Arguments = ParamSpec("_Arguments")
_TURN = threading.RLock()


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


def in_turn(work: Callable[_Arguments, _Found]) -> Callable[_Arguments, _Found]:
    """Let one thread at a time do this and all else that is done in turn.

    JupyterLab hands the messages of some widgets to a second thread of the kernel, while the first answers others or
    runs a cell: whatever answers a page, or changes what somebody did, is done in turn.

    Examples
    --------
    >>> @in_turn
    ... def count(seen):
    ...     return seen + 1
    >>> count(1)
    2
    """

    @wraps(work)
    def waiting(*args: _Arguments.args, **given: _Arguments.kwargs) -> _Found:
        with _TURN:
            return work(*args, **given)

    return waiting


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
