"""What a table of one's own may be: limits, the units that look wrong, and templates to fill in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Annotated

from trialsim.errors import check_one_of
from trialsim.facts.core_set import enzyme_codes
from trialsim.facts.reading import Basis, read_facts
from trialsim.facts.records import Key, among, read_list, read_record

#: What there is a template of -> the name of its file. A table of patients is wide (a row a visit) or long (a row a
#: measurement).
TEMPLATES = MappingProxyType(
    {
        "wide": "patients_wide.csv",
        "long": "patients_long.csv",
        "protocol": "protocol.toml",
        "response": "response.toml",
    }
)


@dataclass(frozen=True, slots=True)
class LowestUnits:
    """U/L below which a value, or an upper limit, of an enzyme is taken to be in µkat/L."""

    code: Annotated[str, among(enzyme_codes)]
    value: Annotated[float, Key("lowest_value")]
    limit: Annotated[float, Key("lowest_limit")]
    basis: Basis


@dataclass(frozen=True, slots=True)
class OwnTableLimits:
    """Sizes that are taken: bytes of a file in Python and in a lesson, characters of a cell and of an id, columns."""

    max_file_bytes: int
    max_lesson_bytes: int
    max_cell_characters: int
    max_id_characters: int
    max_columns: int
    lowest_units: Mapping[str, LowestUnits]


@cache
def own_table_limits() -> OwnTableLimits:
    """The limits for a table of one's own.

    Examples
    --------
    >>> own_table_limits().max_lesson_bytes
    2000000
    """
    file = read_facts("own_patients.toml")
    units = read_list(LowestUnits, file, "unit")
    return read_record(OwnTableLimits, file, lowest_units=MappingProxyType({unit.code: unit for unit in units}))


def template(kind: str) -> str:
    """The text of a template to fill in.

    Parameters
    ----------
    kind : {"wide", "long", "protocol", "response"}
        Patients, one row a visit or one row a measurement; a trial protocol; a definition of response.

    Examples
    --------
    >>> template("long").splitlines()[0]
    'SUBJID,AVISITN,PARAMCD,AVAL,ANRHI'
    """
    check_one_of("template", kind, TEMPLATES)
    return resources.files("trialsim").joinpath("data", "templates", TEMPLATES[kind]).read_text("utf-8")
