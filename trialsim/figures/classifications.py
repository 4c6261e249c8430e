"""The same patients by two classifications at once: levels of the one against levels of the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from trialsim.figures.parts import mark, write
from trialsim.figures.style import BLUE, GREEN, GREY, INK, ORANGE
from trialsim.figures.svg import Picture, laid_out

SHAPES = {
    "classic": (BLUE, "o"),
    "hypomyopathic": (GREEN, "^"),
    "amyopathic": (ORANGE, "D"),
    "neither": (GREY, "s"),
}
"""How the label of skin and muscle looks: colour and marker."""

_ACROSS, _DOWN = 5, 4  # tokens side by side and one above the other in a cell


@dataclass(frozen=True, slots=True)
class Classified:
    """One patient: label, level by row, level by column, skin and muscle label, and whether the row is still open."""

    label: str
    row: str
    column: str
    shape: str
    unsure: bool


def classification_picture(
    patients: Sequence[Classified], *, rows: Sequence[str], columns: Sequence[str], names: tuple[str, str]
) -> Picture:
    """Show every patient in the cell of its two levels, best at the top left; the shape is the skin and muscle label.

    Parameters
    ----------
    patients : sequence of Classified
    rows, columns : sequence of str
        Levels from best to worst.
    names : (str, str)
        What the rows and the columns are.
    """

    def paint(axes: Axes) -> None:
        counts = Counter((patient.row, patient.column) for patient in patients)
        taken: Counter[tuple[str, str]] = Counter()
        spots: dict[str, list[tuple[float, float]]] = {shape: [] for shape in SHAPES}
        for patient in patients:
            cell = patient.row, patient.column
            x, y = _spot(columns.index(patient.column), rows.index(patient.row), taken[cell], counts[cell])
            taken[cell] += 1
            spots[patient.shape].append((x, y))
            write(axes, x + 0.028, y, patient.label + "?" * patient.unsure, size=8)
        for shape, (colour, marker) in SHAPES.items():
            mark(axes, spots[shape], marker, color=colour, markersize=7)
        for (row, column), count in counts.items():
            x, y = columns.index(column) + 0.95, rows.index(row) + 0.1
            write(axes, x, y, str(count), size=10, bold=True, side="right")

    return _canvas(tuple(rows), tuple(columns), names).picture(paint)


def _spot(column: int, row: int, at: int, count: int) -> tuple[float, float]:
    """Where one of so many tokens of a cell stands; more rows than there is room for stand closer."""
    down, across = divmod(at, _ACROSS)
    squeeze = 0.2 * _DOWN / max(_DOWN, -(-count // _ACROSS))
    return column + 0.06 + across * 0.185, row + 0.28 + down * squeeze


@laid_out(width=9.0, height=4.6)
def _canvas(figure: Figure, rows: tuple[str, ...], columns: tuple[str, ...], names: tuple[str, str]) -> Axes:
    axes = figure.add_subplot()
    axes.set(xlim=(0, len(columns)), ylim=(len(rows), 0), xlabel=names[1], ylabel=names[0])
    axes.set_xticks([at + 0.5 for at in range(len(columns))], columns)
    axes.set_yticks([at + 0.5 for at in range(len(rows))], rows)
    axes.tick_params(length=0)
    for at in range(1, len(columns)):
        axes.axvline(at, color=INK, linewidth=0.6)
    for at in range(1, len(rows)):
        axes.axhline(at, color=INK, linewidth=0.6)
    for x, (shape, (colour, marker)) in zip((0.01, 0.17, 0.4, 0.6), SHAPES.items(), strict=True):
        axes.plot([x], [1.045], marker, color=colour, markersize=8, transform=axes.transAxes, clip_on=False)
        write(axes, x + 0.02, 1.045, shape, transform=axes.transAxes)
    return axes
