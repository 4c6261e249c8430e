"""How many responded in published arms: what a trial's p0 and p1 can be held against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import pandas as pd

from trialsim.errors import check_one_of, check_whole
from trialsim.facts.evidence import evidence
from trialsim.facts.evidence_columns import COLUMNS, DEFINITIONS
from trialsim.facts.reading import read_facts
from trialsim.facts.records import read_record

CONTROL_ROLE = "standard care"


@dataclass(frozen=True, slots=True)
class Kind:
    """What arms or populations of one kind have in common, and how they are labelled in the published numbers."""

    meaning: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ArmKinds:
    """Roles of arms and groups of patients, by name."""

    role: Mapping[str, Kind]
    group: Mapping[str, Kind]


def response_arms(
    definition: str | None = None, week: int | None = None, population: str | None = None
) -> pd.DataFrame:
    """Return the published arms of which both the responders and the patients are known.

    Parameters
    ----------
    definition : str, optional
        Id of a definition of response, for example ``"IMACS-2004"``. None: every rule, also those without an id.
    week : int, optional
        Week of the assessment. None: every week. A week at which nothing was published gives an empty table.
    population : str, optional
        Group of patients, one of `population_groups`, for example ``"dermatomyositis"``. None: every group.

    Returns
    -------
    pandas.DataFrame
        One row an arm and rule: study, year, arm, role (standard care, abatacept, other drug), control (True for
        standard care), population, group, n, responders, percent (of n), measure, definition, week, note, source,
        status. Rows may share patients: a subgroup beside its whole arm, one arm at two weeks or under two rules.

    Raises
    ------
    TrialsimError
        If the definition or the group is unknown, or the week is no whole number from 0 to 520.

    Examples
    --------
    >>> arms = response_arms("IMACS-2004", week=12)
    >>> arms.loc[arms["control"], ["study", "responders", "n"]].values.tolist()
    [['ARTEMIS NCT01315938', 1, 9]]
    """
    rows = evidence()
    rows = rows[(rows["kind"] == "arm") & rows["responders"].notna() & rows["n"].notna()]
    if definition is not None:
        check_one_of("definition", definition, [name for name in DEFINITIONS if name])
        rows = rows[rows["definition"] == definition]
    if week is not None:
        latest = int(COLUMNS["week"].high)
        rows = rows[rows["week"].eq(check_whole("week", week, 0, latest)).fillna(False).astype(bool)]
    groups = _members(_kinds().group)
    if population is not None:
        check_one_of("population", population, population_groups())
        rows = rows[rows["population"].map(groups) == population]
    rows = rows.reset_index(drop=True).astype({"n": "int64", "responders": "int64"})
    role = rows["arm"].map(_members(_kinds().role))
    return pd.DataFrame(
        {
            **{name: rows[name] for name in ("study", "year", "arm")},
            "role": role,
            "control": role == CONTROL_ROLE,
            "population": rows["population"],
            "group": rows["population"].map(groups),
            **{name: rows[name] for name in ("n", "responders")},
            "percent": 100 * rows["responders"] / rows["n"],
            **{name: rows[name] for name in ("measure", "definition", "week", "note", "source", "status")},
        }
    )


def population_groups() -> Mapping[str, str]:
    """Return the groups of patients that published arms fall into, each with its meaning.

    Examples
    --------
    >>> population_groups()["dermatomyositis"]
    'adults with dermatomyositis'
    """
    return _meanings(_kinds().group)


def arm_roles() -> Mapping[str, str]:
    """Return the roles of published arms, each with its meaning.

    Examples
    --------
    >>> list(arm_roles())
    ['standard care', 'abatacept', 'other drug']
    """
    return _meanings(_kinds().role)


@cache
def _kinds() -> ArmKinds:
    return read_record(ArmKinds, read_facts("arms.toml"))


def _meanings(kinds: Mapping[str, Kind]) -> Mapping[str, str]:
    return MappingProxyType({name: kind.meaning for name, kind in kinds.items()})


def _members(kinds: Mapping[str, Kind]) -> dict[str, str]:
    """Label -> name of the kind that lists it."""
    return {label: name for name, kind in kinds.items() for label in kind.labels}
