"""Vignettes scored: the six measures of each visit, from its sheets and from the middle of the expert's ranges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from types import MappingProxyType
from typing import Any

from trialsim.errors import TrialsimError, check_one_of
from trialsim.facts.core_set import measures
from trialsim.facts.vignettes import VISITS, WrittenVignette, WrittenVisit, written_vignettes
from trialsim.rules.grid import from_grid, grid_value
from trialsim.rules.instruments import haq_di, mmt8


@dataclass(frozen=True, slots=True)
class VignetteVisit(WrittenVisit):
    """A visit of a vignette: what is written of it, and its six measures.

    Attributes
    ----------
    values : mapping of code to float
        The core set measures, ready for :func:`trialsim.assess_patient`: scales at the middle of the expert's range,
        MMT-8 (of 150) and HAQ-DI from the sheets, the enzyme that is followed in U/L.
    """

    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Vignette(WrittenVignette):
    """A made-up patient to learn rating on, for teaching only (basis: assumed).

    Attributes
    ----------
    id, title, basis
        ``"V1"``, its name in a list, ``"assumed"``.
    enzyme : str
        The enzyme that is followed: the most abnormal at baseline, by multiple of its limit.
    uln : mapping of code to float
        Upper limits of normal of the five enzymes, U/L.
    activity, damage, teaches : str
        What is activity; what is damage, a drug's doing or another disease; what the patient is here to show.
    reasons : mapping of code to str
        Why each of the six measures is rated as it is.
    visits : mapping of str to VignetteVisit
        ``"Baseline"`` and ``"Week 12"``, each with `text`, `grades`, `felt`, `haq`, `aids`, `help`, `laboratory`,
        `organs`, `expert` and `values`.
    """

    visits: Mapping[str, VignetteVisit] = field(repr=False)


@cache
def load_vignettes() -> tuple[Vignette, ...]:
    """The eight made-up patients on whom rating is learned: charts, sheets, and ranges that an expert would accept.

    Returns
    -------
    tuple of Vignette
        In the order of their ids; read once, then kept.

    Raises
    ------
    TrialsimError
        A file has a mistake; the message names its place.

    Notes
    -----
    Every vignette is assumed: written for teaching, nobody's case, one author's ranges.

    Examples
    --------
    >>> first = load_vignettes()[0]
    >>> start, end = (first.visits[name].values for name in ("Baseline", "Week 12"))
    >>> start["PHGA"], first.visits["Baseline"].expert["PHGA"], end["MMT8"]
    (6.8, (6.2, 7.4), 136)
    >>> import trialsim as ts
    >>> ts.assess_patient(start, end, enzyme=first.enzyme, enzyme_uln=first.uln).responded
    True
    """
    return tuple(scored(each) for each in written_vignettes())


def load_vignette(id: str) -> Vignette:
    """The vignette of that name, such as ``"V1"``."""
    found = {vignette.id: vignette for vignette in load_vignettes()}
    return found[check_one_of("id", id, found)]


def scored(written: WrittenVignette) -> Vignette:
    """The vignette with the six measures of each visit."""
    visits = {name: VignetteVisit(**_fields(written.visits[name]), values=_values(written, name)) for name in VISITS}
    return Vignette(**{**_fields(written), "visits": MappingProxyType(visits)})


def _fields(record: WrittenVignette | WrittenVisit) -> dict[str, Any]:
    return {each.name: getattr(record, each.name) for each in fields(record)}


def _values(vignette: WrittenVignette, visit: str) -> Mapping[str, float]:
    written = vignette.visits[visit]
    of_sheets = {
        "MMT8": mmt8(written.grades),
        "HAQDI": haq_di(written.haq, aids=written.aids, needs_help=written.help),
        "ENZYME": written.laboratory[vignette.enzyme],
    }
    values = {}
    for measure in measures():
        low, high = written.expert[measure.code]
        value = of_sheets.get(measure.code)
        if value is None:
            value = _middle(measure.code, low, high, f"{vignette.id} at {visit}: {measure.code}")
        elif not low <= value <= high:
            raise TrialsimError(f"{vignette.id} at {visit}: {measure.code}", value, f"the expert's {low:g} to {high:g}")
        values[measure.code] = value
    return MappingProxyType(values)


def _middle(code: str, low: float, high: float, where: str) -> float:
    """The middle of a range, which must lie on the measure's grid."""
    both = grid_value(code, low, where=where) + grid_value(code, high, where=where)
    if both % 2:
        raise TrialsimError(where, [low, high], "a range whose middle is on the grid of the scale")
    return from_grid(code, both // 2)
