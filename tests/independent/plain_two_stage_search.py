"""A second search for Simon's designs: it tries every n, n1, continue_at and min_responders, and nothing clever."""

from __future__ import annotations

import numpy as np
from scipy.stats import binom


def plain_search(
    p0: float, p1: float, alpha: float, power: float, n_max: int
) -> dict[int, tuple[float, int, int, int]]:
    """For each n that has a design: the least expected size, with its n1, continue_at and min_responders."""
    count = np.arange(n_max + 1)
    point = [binom.pmf(count, count[:, None], p) for p in (p0, p1)]
    above = [binom.sf(count - 1, count[:, None], p) for p in (p0, p1)]
    best = {}
    for n in range(2, n_max + 1):
        least = float(n)
        for n1 in range(1, n):
            n2, first, total = n - n1, np.arange(n1 + 1), np.arange(n + 1)
            needed = np.clip(total - first[:, None], 0, n_max)
            success = [
                np.cumsum((point[i][n1, : n1 + 1, None] * above[i][n2, needed])[::-1], axis=0)[::-1] for i in (0, 1)
            ]
            expected = n1 + n2 * above[0][n1, : n1 + 1]
            fits = (success[0] <= alpha) & (success[1] >= power) & (total >= np.maximum(first, 1)[:, None])
            works = np.flatnonzero(fits.any(axis=1) & (expected < least))
            if works.size:
                look = int(works[expected[works].argmin()])
                least = float(expected[look])
                best[n] = (least, n1, look, int(total[fits[look]].max()))
    return best
