"""Two visits of a patient: each measure on the scale of its instrument, and what it earns in the score of 2016."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trialsim.errors import TrialsimError
from trialsim.facts.core_set import measure
from trialsim.facts.worked_patients import WorkedPatient
from trialsim.figures.definition_words import change_words
from trialsim.figures.scales import Scale
from trialsim.rules.total_improvement import total_improvement_score
from trialsim.text import capital

__all__ = ["points_earned", "scale_of"]

_OF_THE_SCORE = ("mmt8_max", "enzyme", "enzyme_uln")


def scale_of(code: str, patient: WorkedPatient, end: float) -> Scale:
    """The measure from its start to `end`, with the change in words."""
    found, start = measure(code), patient.baseline[code]
    high = 2 * max(start, patient.followup[code]) if found.is_enzyme else found.high
    if code == "MMT8":
        high = float(patient.mmt8_max)
    label = "CK" if found.is_enzyme else capital(found.label)
    note = f"{start:g} to {end:g}\n{change_words(code, start, end)}"
    return Scale(label, found.shown_unit, 0, high, found.higher_is_better, start, note, followup=end)


def points_earned(
    baseline: Mapping[str, float | None], followup: Mapping[str, float | None], options: Mapping[str, Any]
) -> Mapping[str, float] | None:
    """What each measure earns, with the options that a comparison of definitions was given; None where nothing can.

    Examples
    --------
    >>> points_earned({"PHGA": 6, "CK": 900}, {"PHGA": 3, "CK": 300}, {"enzyme_uln": 200})["PHGA"]
    17.5
    >>> points_earned({"PHGA": 6, "CK": 900}, {"PHGA": 3, "CK": 300}, {})
    """
    known = {"enzyme_uln": None} | {name: options[name] for name in _OF_THE_SCORE if name in options}
    try:
        return total_improvement_score(baseline, followup, allow_missing=True, **known).points
    except TrialsimError:
        return None  # the row of the score says why
