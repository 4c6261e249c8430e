"""Patients made up to show what the wording of a definition decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from trialsim.errors import TrialsimError, check_one_of
from trialsim.facts.core_set import item_codes
from trialsim.facts.reading import Basis, Section, Words, read_facts

__all__ = ["WorkedPatient", "wording_patients", "worked_patient", "worked_patients"]


@dataclass(frozen=True, slots=True)
class WorkedPatient:
    """One made-up patient at two visits.

    Attributes
    ----------
    id, label, story : str
        Its key, its name in a list, and what happened, without a verdict.
    shows : str
        What it was made to show.
    baseline, followup : mapping of code to float
        Values in public units.
    mmt8_max, enzyme_uln : int, float
        Both sides or one; the upper limit of normal of CK in U/L.
    basis
        ``"assumed"``: nobody had these values.
    """

    id: str
    label: str
    story: str
    shows: str
    baseline: Mapping[str, float]
    followup: Mapping[str, float]
    mmt8_max: int
    enzyme_uln: float
    basis: Basis


@cache
def _all() -> tuple[tuple[WorkedPatient, ...], tuple[WorkedPatient, ...]]:
    return read_worked_patients(read_facts("worked_patients.toml"))


def read_worked_patients(file: Section) -> tuple[tuple[WorkedPatient, ...], tuple[WorkedPatient, ...]]:
    """Read the patients of the panel and those of the game of wordings; a mistake is refused with its path."""
    found = tuple(tuple(_read(one) for one in file.sections(key)) for key in ("patient", "wording"))
    file.end()
    for patients in found:
        ids = [patient.id for patient in patients]
        if len(set(ids)) < len(ids):
            raise TrialsimError(file.place, Words(", ".join(ids)), "each id once")
    return found[0], found[1]


def _read(section: Section) -> WorkedPatient:
    patient = WorkedPatient(
        id=section.text("id"),
        label=section.text("label"),
        story=section.text("story"),
        shows=section.text("shows"),
        baseline=read_values(section.section("baseline")),
        followup=read_values(section.section("followup")),
        mmt8_max=section.whole("mmt8_max"),
        enzyme_uln=section.number("enzyme_uln"),
        basis=section.basis(),
    )
    section.end()
    if patient.baseline.keys() != patient.followup.keys():
        raise TrialsimError(section.at("followup"), list(patient.followup), "the measures of the baseline")
    return patient


def read_values(section: Section) -> Mapping[str, float]:
    """The values of a visit by code; only known codes."""
    values = {code: section.number(code) for code in item_codes() if code in section}
    section.end(also=item_codes())
    return MappingProxyType(values)


def worked_patients() -> tuple[WorkedPatient, ...]:
    """The patients under eight definitions, in the order of the list.

    Examples
    --------
    >>> [patient.id for patient in worked_patients()]
    ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H']
    """
    return _all()[0]


def wording_patients() -> tuple[WorkedPatient, ...]:
    """One patient for each of the four wordings.

    Examples
    --------
    >>> [patient.id for patient in wording_patients()]
    ['line', 'weaker', 'quality', 'low']
    """
    return _all()[1]


def worked_patient(key: str) -> WorkedPatient:
    """One of :func:`worked_patients` by its id.

    Examples
    --------
    >>> worked_patient("A").followup["MMT8"]
    75
    """
    known = {patient.id: patient for patient in worked_patients()}
    return known[check_one_of("patient", key, known)]
