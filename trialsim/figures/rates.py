"""Response rates of assumed patients, and a belief about a rate before and after a trial."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from trialsim.design import Beta, BetaMixture
from trialsim.figures.parts import bar, write
from trialsim.figures.style import BLUE, GREY, INK, ORANGE
from trialsim.figures.svg import Picture, laid_out

_SMALL = 9.5
_Prior = Beta | BetaMixture


def patients_picture(
    without: float, with_drug: float, *, start: tuple[float, float], planned: tuple[float, float]
) -> Picture:
    """Show the share of patients who respond without and with the drug.

    Parameters
    ----------
    without, with_drug : float
        The two response rates.
    start : (float, float)
        The same two in the base case.
    planned : (float, float)
        p0 and p1 of the bench.
    """
    return _patients_canvas().picture(lambda axes: _paint_patients(axes, (without, with_drug), start, planned))


@laid_out(width=8.0, height=2.7)
def _patients_canvas(figure: Figure) -> Axes:
    axes = figure.add_subplot()
    axes.set(xlim=(0, 100), ylim=(2.15, -0.55), xticks=range(0, 101, 10))
    axes.set_yticks([0.35, 1.55], ["Without the drug", "With the drug"])
    axes.set_xlabel("Enrolled patients who respond at the end, of 100")
    axes.grid(axis="x")
    return axes


def _paint_patients(
    axes: Axes, rates: tuple[float, float], start: tuple[float, float], planned: tuple[float, float]
) -> None:
    looks = ((0.35, ORANGE, "////"), (1.55, BLUE, ""))
    for (at, colour, hatch), rate, first in zip(looks, rates, start, strict=True):
        bar(axes, at, 100 * rate, colour, hatch, height=0.55)
        axes.plot([100 * first] * 2, [at - 0.36, at + 0.36], color=INK, linewidth=2, linestyle=":")
        side, shift = ("left", 1.2) if rate < 0.85 else ("right", -1.2)
        write(axes, 100 * rate + shift, at, f"{100 * rate:.1f}", size=10, bold=True, side=side)
        write(axes, 100 * first, at + 0.37, "base case", size=_SMALL - 1.5, side="center", level="top")
    for name, rate, style in (("p0", planned[0], "--"), ("p1", planned[1], "-.")):
        axes.axvline(100 * rate, color=INK, linestyle=style, linewidth=1.2)
        write(axes, 100 * rate, -0.2, f" planned: {name} {100 * rate:g}", size=_SMALL, level="bottom")


def belief_picture(prior: _Prior, after: Sequence[tuple[str, _Prior]], *, p0: float) -> Picture:
    """Show what is believed of a response rate before a trial and after some of its results.

    Parameters
    ----------
    prior : Beta or BetaMixture
    after : sequence of (str, Beta or BetaMixture)
        At most two results, each with what is believed after it.
    p0 : float
        The rate to be exceeded.
    """
    return _belief_canvas().picture(lambda axes: _paint_belief(axes, prior, after, p0))


_GRID = np.linspace(0.0, 1.0, 401)
_HIGHEST = 10.0


@laid_out(width=8.0, height=3.0)
def _belief_canvas(figure: Figure) -> Axes:
    axes = figure.add_subplot()
    axes.set(xlim=(0, 100), ylim=(0, _HIGHEST), xticks=range(0, 101, 10), yticks=[])
    axes.set(xlabel="True response rate (%)", ylabel="how likely")
    return axes


def _density(belief: _Prior) -> np.ndarray:
    """The density, by differences of the distribution; bounded where it would be infinite."""
    above = np.array([belief.chance_above(rate) for rate in _GRID])
    return np.asarray(np.minimum(-np.gradient(above, _GRID), _HIGHEST))


def _paint_belief(axes: Axes, prior: _Prior, after: Sequence[tuple[str, _Prior]], p0: float) -> None:
    x = 100 * _GRID
    lines = axes.plot(x, _density(prior), color=GREY, linewidth=2, linestyle="--", label="before the trial")
    styles = ((ORANGE, ":", "////"), (BLUE, "-", ""))
    for (name, belief), (colour, style, hatch) in zip(after, styles, strict=False):
        density = _density(belief)
        lines += axes.plot(x, density, color=colour, linewidth=2, linestyle=style, label=name)
        look: dict[str, Any] = {"facecolor": colour, "alpha": 0.22, "hatch": hatch, "edgecolor": INK, "linewidth": 0}
        axes.fill_between(x, density, where=p0 <= _GRID, **look)
    axes.axvline(100 * p0, color=INK, linewidth=1.4)
    write(axes, 100 * p0 - 0.6, 0.96 * _HIGHEST, f"p0 {100 * p0:g}", size=_SMALL, side="right", level="top")
    axes.legend(handles=lines, loc="upper right", fontsize=_SMALL)
