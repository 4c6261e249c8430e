"""Strength against the physician's global assessment of the eligible, and what a required activity would cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from trialsim.figures.parts import mark, ring, write
from trialsim.figures.style import BLUE, GREY, INK, ORANGE
from trialsim.figures.svg import Picture, laid_out


@dataclass(frozen=True, slots=True)
class Patient:
    """One who is eligible by the record: label, MMT-8, physician global (cm), and whether muscle shows no disease."""

    label: str
    mmt8: float
    phga: float
    well: bool


def activity_picture(
    patients: Sequence[Patient], *, mmt8: float | None, phga: float | None, full: float, least: str
) -> Picture:
    """Show those who are eligible by strength and physician global, and who would go if activity were required.

    Parameters
    ----------
    patients : sequence of Patient
    mmt8, phga : float or None
        At most that strength, at least that physician global (cm); None where nothing is required.
    full : float
        MMT-8 of full strength.
    least : str
        Label of the least ill, who gets a ring.
    """

    def paint(axes: Axes) -> None:
        low, high = axes.get_xlim()
        if mmt8 is not None:
            axes.axvspan(mmt8, high, color=GREY, alpha=0.18, linewidth=0)
            axes.axvline(mmt8, color=INK, linestyle="--", linewidth=1.2)
            write(axes, mmt8 - 0.5, 9.7, f"MMT-8 of at most {mmt8:g}", side="right", level="top")
        if phga is not None:
            axes.axhspan(0, phga, color=GREY, alpha=0.18, linewidth=0)
            axes.axhline(phga, color=INK, linestyle="--", linewidth=1.2)
            write(axes, low + 0.5, phga + 0.1, f"physician global of at least {phga:g} cm", level="bottom")
        for stays, colour, marker in ((True, BLUE, "o"), (False, ORANGE, "X")):
            xy = ((patient.mmt8, patient.phga) for patient in patients if _meets(patient, mmt8, phga) is stays)
            mark(axes, xy, marker, color=colour, markersize=8)
        written: list[tuple[float, float]] = []
        for patient in patients:
            side, shift = ("right", -0.9) if patient.mmt8 > full - 3 else ("left", 0.9)
            y = patient.phga
            while any(abs(patient.mmt8 - x) < 4 and abs(y - beside) < 0.4 for x, beside in written):
                y += 0.1
            written.append((patient.mmt8, y))
            write(axes, patient.mmt8 + shift, y, patient.label + "*" * patient.well, side=side)
            if patient.label == least:
                ring(axes, patient.mmt8, patient.phga, 15)

    return _canvas(full).picture(paint)


def _meets(patient: Patient, mmt8: float | None, phga: float | None) -> bool:
    return (mmt8 is None or patient.mmt8 <= mmt8) and (phga is None or patient.phga >= phga)


@laid_out(width=8.4, height=4.0)
def _canvas(figure: Figure, full: float) -> Axes:
    axes = figure.add_subplot()
    axes.set(xlim=(full - 75, full + 2), ylim=(0, 10))
    axes.set(xlabel=f"Strength, MMT-8 ({full:g} is full)", ylabel="Physician global, cm (0 is no activity)")
    for x, marker, colour in ((0.02, "o", BLUE), (0.2, "X", ORANGE)):
        axes.plot([x], [1.05], marker, color=colour, markersize=8, transform=axes.transAxes, clip_on=False)
    ring(axes, 0.38, 1.05, 13, width=1.0, transform=axes.transAxes, clip_on=False)
    words = (
        (0.04, "eligible"),
        (0.22, "would go"),
        (0.405, "least ill, eligible"),
        (0.66, "* no muscle disease at all"),
    )
    for x, text in words:
        write(axes, x, 1.05, text, transform=axes.transAxes)
    return axes
