"""A response rate in pieces that add up, and published groups on the same axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from trialsim.figures.published import PublishedRate
from trialsim.figures.style import BLUE, GREY, INK, ORANGE
from trialsim.figures.svg import Canvas, Picture

__all__ = ["Piece", "pieces_picture"]

_SMALL = 9.0
_HIGHEST = 80


@dataclass(frozen=True, slots=True)
class Piece:
    """One step of the stairs.

    Attributes
    ----------
    name, label : str
        Its key, and what stands beside its step.
    added, total : float
        Response rate that it adds, and with all pieces up to it.
    standard_error : float
        Of the total.
    drug : bool
        Whether it is the drug's own; all others are there without it, or only seem.
    """

    name: str
    label: str
    added: float
    total: float
    standard_error: float
    drug: bool


def pieces_picture(
    pieces: Sequence[Piece],
    without: float,
    published: Sequence[PublishedRate],
    later: tuple[str, float],
    *,
    prediction: float | None = None,
) -> Picture:
    """Show each piece where the ones before it end, the rate without the drug, and published groups below.

    Parameters
    ----------
    pieces : sequence of Piece
        In the order in which they are switched on.
    without : float
        Response rate without the drug.
    published : sequence of PublishedRate
        Groups without the new drug.
    later : (str, float)
        What the same patients do without the drug at the week of the largest groups: its words and its rate.
    prediction : float, optional
        The rate that the learner expected without the drug.
    """
    labels = tuple(one.label for one in pieces)

    def paint(axes: tuple[Axes, Axes]) -> None:
        stairs, arms = axes
        for row, one in enumerate(pieces):
            colour, hatch = (BLUE, "") if one.drug else (ORANGE, "////")
            start = 100 * (one.total - one.added)
            stairs.barh(
                [row], [100 * one.added], left=[start], height=0.62, facecolor=colour, edgecolor=INK, linewidth=0.8,
                hatch=hatch,
            )  # fmt: skip
            stairs.plot([100 * one.total] * 2, [row - 0.31, row + 1], color=INK, linewidth=0.7)
            before_drug = row + 1 < len(pieces) and pieces[row + 1].drug
            words = f"{100 * one.added:+.1f}  to {100 * one.total:.1f} (se {_small(100 * one.standard_error)})"
            low, high = sorted((start, 100 * one.total))
            x, side = (high + 0.8, "left") if high < 0.6 * _HIGHEST or low < 40 else (low - 0.8, "right")
            stairs.text(
                x, row, words + ": no drug" * before_drug, fontsize=_SMALL, va="center", ha=side,
                fontweight="bold" if before_drug else "normal",
            )  # fmt: skip
            if before_drug:
                stub = (len(pieces) - 0.4, len(pieces) + 0.1)
                stairs.plot([100 * without] * 2, stub, color=INK, linewidth=1.2, linestyle="--")
        arms.axvline(100 * without, color=INK, linewidth=1.2, linestyle="--")
        row = len(published)
        arms.plot([100 * later[1]], [row], "D", markersize=7, markerfacecolor=ORANGE, markeredgecolor=INK)
        arms.text(100 * later[1] + 1.6, row, f"{100 * later[1]:.0f}", fontsize=_SMALL, va="center")
        if prediction is not None:
            x, last = 100 * prediction, len(pieces)
            shown = min(x, _HIGHEST)
            stairs.plot([shown] * 2, [last - 0.9, last], color=INK, linewidth=2, linestyle=":")
            arms.axvline(shown, color=INK, linewidth=2, linestyle=":")
            side, shift = ("left", 0.6) if shown < 0.75 * _HIGHEST else ("right", -0.6)
            stairs.text(shown + shift, last - 0.25, f"you: {x:g}", fontsize=_SMALL, ha=side, va="center")

    return _canvas(labels, tuple(published), later[0]).picture(paint)


def _small(error: float) -> str:
    """A standard error that is never shown as none."""
    return "under 0.01" if 0 < error < 0.005 else f"{error:.2f}"


@cache
def _canvas(labels: tuple[str, ...], published: tuple[PublishedRate, ...], later: str) -> Canvas:
    def lay_out(figure: Figure) -> tuple[Axes, Axes]:
        figure.set_layout_engine("none")
        stairs = figure.add_axes((0.37, 0.44, 0.615, 0.54))
        stairs.set(xlim=(0, _HIGHEST), ylim=(len(labels) + 0.1, -0.6), yticks=range(len(labels)))
        stairs.set_yticklabels(labels)
        stairs.set_xticks(range(0, _HIGHEST + 1, 10), [""] * (_HIGHEST // 10 + 1))
        arms = figure.add_axes((0.37, 0.095, 0.615, 0.29))
        arms.set(xlim=(0, _HIGHEST), ylim=(len(published) + 0.5, -0.6), xticks=range(0, _HIGHEST + 1, 10))
        arms.set_yticks(range(len(published) + 1), [*(f"{one.label}: {one.differs}" for one in published), later])
        arms.set_xlabel("Patients who respond, of 100", fontsize=_SMALL + 0.5)
        for row, one in enumerate(published):
            low, high = (100 * limit for limit in one.interval)
            arms.plot([low, min(high, _HIGHEST)], [row, row], color=INK, linewidth=1.3, marker="|", markersize=5)
            arms.plot([100 * one.rate], [row], "o", color=GREY, markeredgecolor=INK, markersize=6)
        for axes in (stairs, arms):
            axes.tick_params(labelsize=_SMALL)
            axes.tick_params(axis="y", length=0)
        figure.text(0.005, 0.392, "Published groups without the new drug", fontsize=_SMALL, fontweight="bold")
        return stairs, arms

    return Canvas(lay_out, width=8.8, height=5.6)
