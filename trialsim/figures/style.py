"""How pictures look: one ink, five colours, and a second carrier for each of them.

The ink is a sentinel: `trialsim.figures.svg` turns it into the colour of the text around the picture, so that the
same picture is read in a light and in a dark theme. Text is always in ink. The colours are for marks and areas only:
each has a contrast of at least 3 to 1 (WCAG 2.2, 1.4.11) on white and on the dark grounds of JupyterLab, and none is
ever the only carrier: the marker, the hatch or the line of the same `Series` says it again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cycler import cycler

INK = "#010203"
"""The colour of text, axes and neutral marks; becomes the colour of the surrounding text."""

BLUE = "#0072b2"
ORANGE = "#d55e00"
GREEN = "#009e73"
PURPLE = "#b45fa0"
GREY = "#808080"


@dataclass(frozen=True, slots=True)
class Series:
    """What tells one group of marks from another, in colour and without.

    Examples
    --------
    >>> SERIES[0].marker
    'o'
    """

    colour: str
    marker: str
    hatch: str
    line: str


SERIES = (
    Series(BLUE, "o", "", "-"),
    Series(ORANGE, "s", "////", "--"),
    Series(GREEN, "^", "....", "-."),
    Series(PURPLE, "D", "xxxx", ":"),
)
"""Four groups that stay apart in black and white, too. `GREY` is for what stands back."""

RC: Any = {
    "axes.edgecolor": INK,
    "axes.facecolor": "none",
    "axes.labelcolor": INK,
    "axes.labelsize": 10,
    "axes.linewidth": 0.8,
    "axes.prop_cycle": cycler(color=[series.colour for series in SERIES]),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": INK,
    "axes.titlelocation": "left",
    "axes.titlesize": 11,
    "figure.dpi": 72,
    "figure.edgecolor": "none",
    "figure.facecolor": "none",
    "font.family": ["DejaVu Sans"],
    "font.size": 10,
    "grid.alpha": 0.25,
    "grid.color": INK,
    "grid.linewidth": 0.6,
    "hatch.color": INK,
    "legend.edgecolor": INK,
    "legend.facecolor": "none",
    "legend.fontsize": 9.5,
    "legend.frameon": False,
    "legend.labelcolor": INK,
    "lines.color": INK,
    "patch.edgecolor": INK,
    "savefig.facecolor": "none",
    "svg.fonttype": "none",
    "svg.hashsalt": "trialsim",
    "text.color": INK,
    "text.parse_math": False,
    "xtick.color": INK,
    "xtick.labelcolor": INK,
    "xtick.labelsize": 9.5,
    "ytick.color": INK,
    "ytick.labelcolor": INK,
    "ytick.labelsize": 9.5,
}
"""What matplotlib is told while a picture is drawn, whatever the reader's own settings are."""
