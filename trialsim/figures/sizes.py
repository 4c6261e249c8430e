"""Patients over p0 and p1 as a map: lines of equal size."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from trialsim.figures.style import BLUE, INK, ORANGE
from trialsim.figures.svg import Picture, draw_whole

_LEVELS = (10, 15, 20, 25, 30, 40, 50, 60, 80, 100, 150, 200)
_SMALL = 9.0


def sizes_picture(
    p0s: NDArray[np.float64], p1s: NDArray[np.float64], sizes: NDArray[np.float64], *, p0: float, p1: float, n: int
) -> Picture:
    """Draw the pairs of p0 and p1 that take equally many patients as lines, and the plan as a point among them.

    Parameters
    ----------
    p0s, p1s : ndarray, shape (a,) and (b,)
    sizes : ndarray, shape (a, b)
        Patients for each pair; NaN where there is no design.
    p0, p1 : float
        Of the plan.
    n : int
        The patients that the plan takes; 0 where there is no design.
    """

    def lay_out(figure: Figure) -> None:
        axes = figure.add_subplot()
        axes.set(xlim=(100 * p1s[0], 100 * p1s[-1]), ylim=(100 * p0s[0], 100 * p0s[-1]))
        axes.set_xlabel("p1 (%)", fontsize=_SMALL)
        axes.set_ylabel("p0 (%)", fontsize=_SMALL)
        axes.tick_params(labelsize=_SMALL)
        found = np.ma.masked_invalid(sizes)
        levels = [level for level in _LEVELS if found.count() and found.min() < level < found.max()]
        if levels and min(sizes.shape) > 1:
            lines = axes.contour(100 * p1s, 100 * p0s, found, levels=levels, colors=BLUE, linewidths=1.6)
            axes.clabel(lines, fmt="%d", fontsize=_SMALL, colors=INK)
        axes.plot([100 * p1], [100 * p0], "o", markersize=8, color=ORANGE, markeredgecolor=INK, zorder=4)
        said = f"{n} patients" if n else "no design"
        axes.annotate(said, (100 * p1, 100 * p0), (8, 8), textcoords="offset points", fontsize=_SMALL, weight="bold")

    return draw_whole(lay_out, width=4.6, height=2.6)
