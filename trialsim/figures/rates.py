"""Response rates of assumed patients, and a belief about a rate before and after a trial."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from trialsim.design import Beta, BetaMixture
from trialsim.figures.style import BLUE, GREY, INK, ORANGE
from trialsim.figures.svg import Canvas, Picture

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


@lru_cache(maxsize=1)
def _patients_canvas() -> Canvas:
    def lay_out(figure: Figure) -> Axes:
        axes = figure.add_subplot()
        axes.set(xlim=(0, 100), ylim=(2.15, -0.55), xticks=range(0, 101, 10), yticks=[0.35, 1.55])
        axes.set_yticklabels(["Without the drug", "With the drug"])
        axes.set_xlabel("Enrolled patients who respond at the end, of 100")
        axes.grid(axis="x")
        return axes

    return Canvas(lay_out, width=8.0, height=2.7)


def _paint_patients(
    axes: Axes, rates: tuple[float, float], start: tuple[float, float], planned: tuple[float, float]
) -> None:
    for at, rate, first, colour, hatch in (
        (0.35, rates[0], start[0], ORANGE, "////"),
        (1.55, rates[1], start[1], BLUE, ""),
    ):
        axes.barh([at], [100 * rate], height=0.55, facecolor=colour, edgecolor=INK, linewidth=0.8, hatch=hatch)
        axes.plot([100 * first] * 2, [at - 0.36, at + 0.36], color=INK, linewidth=2, linestyle=":")
        side = "left" if rate < 0.85 else "right"
        shift, weight = (1.2, "bold") if rate < 0.85 else (-1.2, "bold")
        axes.text(100 * rate + shift, at, f"{100 * rate:.1f}", va="center", ha=side, fontweight=weight)
        axes.text(100 * first, at + 0.37, "base case", fontsize=_SMALL - 1.5, ha="center", va="top")
    for name, rate, style in (("p0", planned[0], "--"), ("p1", planned[1], "-.")):
        axes.axvline(100 * rate, color=INK, linestyle=style, linewidth=1.2)
        axes.text(100 * rate, -0.2, f" planned: {name} {100 * rate:g}", fontsize=_SMALL, va="bottom")


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


@lru_cache(maxsize=1)
def _belief_canvas() -> Canvas:
    def lay_out(figure: Figure) -> Axes:
        axes = figure.add_subplot()
        axes.set(xlim=(0, 100), ylim=(0, _HIGHEST), xticks=range(0, 101, 10), yticks=[])
        axes.set_xlabel("True response rate (%)")
        axes.set_ylabel("how likely")
        return axes

    return Canvas(lay_out, width=8.0, height=3.0)


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
        axes.fill_between(
            x, density, where=p0 <= _GRID, facecolor=colour, alpha=0.22, hatch=hatch, edgecolor=INK, linewidth=0
        )
    axes.axvline(100 * p0, color=INK, linewidth=1.4)
    axes.text(100 * p0 - 0.6, 0.96 * _HIGHEST, f"p0 {100 * p0:g}", ha="right", va="top", fontsize=_SMALL)
    axes.legend(handles=lines, loc="upper right", fontsize=_SMALL)
