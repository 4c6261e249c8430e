"""A made-up patient's measure at two visits, on the scale of its instrument: lessons 00 and 02 draw the same."""

from __future__ import annotations

from trialsim.facts.core_set import measure
from trialsim.facts.worked_patients import WorkedPatient
from trialsim.figures.definition_words import change_words
from trialsim.figures.scales import Scale

__all__ = ["scale_of"]


def scale_of(code: str, one: WorkedPatient, end: float) -> Scale:
    """The measure from its start to `end`, with the change in words."""
    found, start = measure(code), one.baseline[code]
    high = 2 * max(start, one.followup[code]) if found.is_enzyme else found.high
    if code == "MMT8":
        high = float(one.mmt8_max)
    unit = "U/L" if found.is_enzyme else "" if found.unit == "index" else found.unit
    label = "CK" if found.is_enzyme else found.label[0].upper() + found.label[1:]
    note = f"{start:g} to {end:g}\n{change_words(code, start, end)}"
    return Scale(label, unit, 0, high, found.higher_is_better, start, note, followup=end)
