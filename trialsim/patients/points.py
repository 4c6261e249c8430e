"""Points of the unit cube, one named coordinate after the other: what a patient is a function of.

Two drivers feed the same model. `Streams` gives every coordinate a random stream of its own, keyed by the
coordinate's name, so that a patient does not depend on how many others are drawn, nor on which coordinates the model
asks for first. `Net` gives the coordinates of a scrambled Sobol sequence, for expectations that are nearly exact.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from trialsim.errors import check_whole
from trialsim.patients.sobol import ScrambledSobol

Uniforms = NDArray[np.float64]

# The open unit interval: a quantile function is infinite at its ends.
SMALLEST, LARGEST = 2.0**-54, 1 - 2.0**-53

# Patients that a replicate of a trial draws at a time. A replicate is a place in every stream, so any of them can be
# run again alone, and many of them are drawn in one go.
BATCH = 80


class Points(Protocol):
    """Patients as points: `n` of them, and the values of any coordinate by its name."""

    @property
    def n(self) -> int: ...

    def __call__(self, coordinate: str) -> Uniforms:
        """The coordinate's values, shape (n,), strictly between 0 and 1."""


def check_seed(seed: object) -> int:
    """Return `seed` as an int, or raise: it must be a whole number that is not negative."""
    return check_whole("seed", seed, 0, 2**63 - 1, fix="The same seed gives the same patients.")


class _Workers(threading.local):
    """One generator for each thread: making one costs more than the patients. It has no state of its own between calls,
    because every call sets it to a place in a stream first."""

    def __init__(self) -> None:
        self.stream = np.random.PCG64(0)
        self.generator = np.random.Generator(self.stream)


_workers = _Workers()


@lru_cache(maxsize=4096)
def _state(seed: int, coordinate: str, batch: int) -> dict[str, Any]:
    key = int.from_bytes(hashlib.sha256(coordinate.encode()).digest()[:8], "little")
    stream = np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(key,)))
    return dict(stream.jumped(batch).state) if batch else dict(stream.state)


@dataclass(frozen=True, slots=True)
class Streams:
    """Named random streams.

    Parameters
    ----------
    seed : int
        Same seed, same patients, in any process and on any platform.
    n : int
        How many patients.
    start : int
        The position of the first one in every stream.
    batch : int
        Which batch of a replicate; every batch is a stream far away from the others.

    Examples
    --------
    >>> few, many = Streams(seed=1, n=20), Streams(seed=1, n=21)
    >>> bool((many("age")[:20] == few("age")).all())
    True
    """

    seed: int
    n: int
    start: int = 0
    batch: int = 0

    def __call__(self, coordinate: str) -> Uniforms:
        return _drawn(_state(self.seed, coordinate, self.batch), self.start, self.n)


def _drawn(state: dict[str, Any], start: int, n: int) -> Uniforms:
    stream = _workers.stream
    stream.state = state  # type: ignore[assignment]
    if start:
        stream.advance(start)
    # Generator.random takes one draw of 64 bits a value: that is what makes a place in the stream a patient.
    drawn = _workers.generator.random(n)
    return drawn if drawn.min(initial=1.0) else np.maximum(drawn, SMALLEST, out=drawn)


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Some of the patients of other points; `some_of` makes them."""

    points: Points
    rows: NDArray[np.intp]

    @property
    def n(self) -> int:
        """How many patients."""
        return len(self.rows)

    def __call__(self, coordinate: str) -> Uniforms:
        return self.points(coordinate).take(self.rows)


def some_of(points: Points, rows: NDArray[np.intp]) -> Rows:
    """Some of the patients; some of some are some of all."""
    return Rows(points.points, points.rows[rows]) if isinstance(points, Rows) else Rows(points, rows)


class Net:
    """A scrambled Sobol net over the coordinates that matter; any other coordinate falls back to a stream.

    It is held as long as this object is: some 2 MB for 8,192 points.

    Parameters
    ----------
    seed : int
        Decides the scrambling; nets of different seeds are independent replicates.
    log2_n : int
        The net has 2 ** log2_n points.
    coordinates : sequence of str
        The coordinates of the net, the most important first.
    part : int
        0, or which of the parts that make the same net larger: the first 2 ** k parts are together the net of
        2 ** (log2_n + k) points, so that a result is refined without losing what was worked out before.

    Examples
    --------
    >>> small, more, large = Net(1, 2, "ab"), Net(1, 2, "ab", part=1), Net(1, 3, "ab")
    >>> bool((np.hstack([small("b"), more("b")]) == large("b")).all())
    True
    """

    __slots__ = ("_columns", "_streams", "n")

    def __init__(self, seed: int, log2_n: int, coordinates: Sequence[str], part: int = 0) -> None:
        self.n = 1 << log2_n
        self._streams = Streams(seed, self.n, part * self.n)
        rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(len(coordinates),))))
        columns = ScrambledSobol(len(coordinates), rng).part(part * self.n, self.n)
        np.clip(columns, SMALLEST, 1 - SMALLEST, out=columns)
        columns.flags.writeable = False
        self._columns = dict(zip(coordinates, columns, strict=True))

    def __call__(self, coordinate: str) -> Uniforms:
        return self._columns[coordinate] if coordinate in self._columns else self._streams(coordinate)


@dataclass(frozen=True, slots=True)
class Replicate:
    """The first `n` patients of one replicate of a trial, batch after batch."""

    seed: int
    replicate: int
    n: int

    def __call__(self, coordinate: str) -> Uniforms:
        batches = [
            Streams(self.seed, min(BATCH, self.n - start), self.replicate * BATCH, start // BATCH)(coordinate)
            for start in range(0, self.n, BATCH)
        ]
        return np.concatenate(batches)


@dataclass(frozen=True, slots=True, eq=False)
class SomeReplicates:
    """One batch of patients for each of a few replicates that lie apart, replicate after replicate."""

    seed: int
    replicates: NDArray[np.int64]
    batch: int = 0

    @property
    def n(self) -> int:
        """How many patients: `BATCH` for each replicate."""
        return len(self.replicates) * BATCH

    def __call__(self, coordinate: str) -> Uniforms:
        state = _state(self.seed, coordinate, self.batch)
        return np.concatenate([_drawn(state, k * BATCH, BATCH) for k in self.replicates.tolist()])


@dataclass(frozen=True, slots=True)
class Replicates:
    """One batch of patients for each of several replicates of a trial, replicate after replicate.

    Parameters
    ----------
    seed : int
        As in `Streams`.
    first, count : int
        The first replicate and how many follow it.
    batch : int
        Which batch of `BATCH` patients of each.
    """

    seed: int
    first: int
    count: int
    batch: int = 0

    @property
    def n(self) -> int:
        """How many patients: `BATCH` for each replicate."""
        return self.count * BATCH

    def __call__(self, coordinate: str) -> Uniforms:
        return Streams(self.seed, self.n, self.first * BATCH, self.batch)(coordinate)
