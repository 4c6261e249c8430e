"""Scrambled Sobol sequences, bit for bit those of `scipy.stats.qmc`, without it.

Importing `scipy.stats` costs half a second and some 50 MB, in every kernel of a class; this needs numpy alone. A test
holds it against SciPy.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from trialsim.facts.directions import direction_numbers

Words = NDArray[np.uint64]

BITS = 52
_PLACES = np.arange(BITS, dtype=np.uint64)
_ONE = np.uint64(1)


class ScrambledSobol:
    """A Sobol sequence under a random linear scramble of its digits and a random shift.

    Parameters
    ----------
    dimensions : int
        At most as many as there are direction numbers.
    rng : numpy.random.Generator
        Decides scramble and shift.

    Examples
    --------
    >>> few = ScrambledSobol(2, np.random.default_rng(1)).part(0, 4)
    >>> np.sort(few[0] * 4).astype(int).tolist()
    [0, 1, 2, 3]
    """

    def __init__(self, dimensions: int, rng: np.random.Generator) -> None:
        own = rng.spawn(1)[0]
        digits = own.integers(0, 2, size=(dimensions, BITS), dtype=np.uint64)
        self._shift = (digits << _PLACES).sum(axis=1, dtype=np.uint64)
        lower = np.tril(own.integers(0, 2, size=(dimensions, BITS, BITS), dtype=np.uint64))
        lower[:, range(BITS), range(BITS)] = 1
        self._steps = _scrambled(lower, _directions(dimensions))

    def part(self, start: int, n: int) -> NDArray[np.float64]:
        """Points `start` to `start + n` of the sequence, shape (dimensions, n); `start` is a multiple of `n`, a power
        of two."""
        words = np.zeros((len(self._shift), n), dtype=np.uint64)
        for place in range(n.bit_length() - 1):
            # In the order of Gray's code, in which neighbours differ in one digit, the second half mirrors the first.
            done = 1 << place
            words[:, done : 2 * done] = words[:, :done][:, ::-1] ^ self._steps[:, place, None]
        before = start ^ (start >> 1)
        common = self._shift.copy()
        for place in range(before.bit_length()):
            if before >> place & 1:
                common ^= self._steps[:, place]
        words ^= common[:, None]
        return np.asarray(words * 2.0**-BITS, dtype=np.float64)


@cache
def _directions(dimensions: int) -> Words:
    """What each digit of a point's number does to its coordinates, shape (dimensions, BITS)."""
    rows = []
    for polynomial, first in direction_numbers()[:dimensions]:
        degree = len(first)
        row = list(first) or [1] * BITS
        for at in range(len(row), BITS):
            new = row[at - degree]
            for back in range(1, degree + 1):
                if polynomial >> (degree - back) & 1:
                    new ^= row[at - back] << back
            row.append(new)
        rows.append(row)
    return np.array(rows, dtype=np.uint64) << _PLACES[::-1]


def _scrambled(lower: Words, directions: Words) -> Words:
    """The directions, each multiplied by the lower triangular matrix of its coordinate, in arithmetic of two."""
    digits = directions[:, :, None] >> _PLACES[::-1] & _ONE  # the first digit first
    # Counts of at most 52 are exact in single precision, and that is fast.
    counts = digits.astype(np.float32) @ lower.astype(np.float32).transpose(0, 2, 1)
    odd = counts.astype(np.uint64) & _ONE
    return np.asarray((odd << _PLACES[::-1]).sum(axis=2, dtype=np.uint64))
