"""Patients made up to show what the wording of a definition decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Annotated

from trialsim.errors import TrialsimError, Words, check_one_of
from trialsim.facts.core_set import item_codes
from trialsim.facts.reading import Basis, Section, read_facts
from trialsim.facts.records import read_list


def by_code(values: Mapping[str, float], where: str) -> Mapping[str, float]:
    """The values of a visit in the order of the codes; only known codes."""
    for code in values:
        check_one_of(where, code, item_codes())
    return MappingProxyType({code: values[code] for code in item_codes() if code in values})


ByCode = Annotated[Mapping[str, float], by_code]


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
    baseline: ByCode
    followup: ByCode
    mmt8_max: int
    enzyme_uln: float
    basis: Basis

    def __post_init__(self) -> None:
        if self.baseline.keys() != self.followup.keys():
            raise TrialsimError("followup", list(self.followup), "the measures of the baseline")


@cache
def _all() -> tuple[tuple[WorkedPatient, ...], tuple[WorkedPatient, ...]]:
    return read_worked_patients(read_facts("worked_patients.toml"))


def read_worked_patients(file: Section) -> tuple[tuple[WorkedPatient, ...], tuple[WorkedPatient, ...]]:
    """Read the patients of the panel and those of the game of wordings; a mistake is refused with its path."""
    found = read_list(WorkedPatient, file, "patient"), read_list(WorkedPatient, file, "wording")
    file.end()
    for patients in found:
        ids = [patient.id for patient in patients]
        if len(set(ids)) < len(ids):
            raise TrialsimError(file.place, Words(", ".join(ids)), "each id once")
    return found


def worked_patients() -> tuple[WorkedPatient, ...]:
    """The patients under each definition, in the order of the list.

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
    75.0
    """
    known = {patient.id: patient for patient in worked_patients()}
    return known[check_one_of("patient", key, known)]
