"""Published arms, picked and pooled: who is in them, whom two of them share, and in what each differs from a trial."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from types import MappingProxyType

from trialsim.errors import TrialsimError, check_kind, check_list, check_one_of, check_whole
from trialsim.facts.published_arms import CONTROL_ROLE, population_groups, response_arms
from trialsim.facts.reading import read_facts
from trialsim.facts.responses import list_responses, load_response

CLOSEST_GROUP = "dermatomyositis"
"""The group of patients that the trial of this workbook treats."""

MAX_WEEK = 10**6

_SHORT = {
    "mixed myositis": "all myositis",
    "mixed with juveniles": "juveniles too",
    "no dermatomyositis": "no DM",
    "juvenile dermatomyositis": "juveniles",
}


@dataclass(frozen=True, slots=True)
class PublishedArm:
    """One published group and its responders under one rule at one week.

    Attributes
    ----------
    key : str
        Names it in saved files; made of study, arm, population, measure and week.
    study, arm, population, measure, definition, source, status, note : str
        As in `evidence`; `definition` is empty where the rule is none of the package's.
    role, group : str
        What was given, and which patients: see `response_arms`.
    responders, n, week : int
    """

    key: str
    study: str
    arm: str
    role: str
    population: str
    group: str
    responders: int
    n: int
    measure: str
    definition: str
    week: int
    source: str
    status: str
    note: str

    @property
    def rate(self) -> float:
        """Responders / patients."""
        return self.responders / self.n

    @property
    def control(self) -> bool:
        """Whether it had standard care."""
        return self.role == CONTROL_ROLE

    @property
    def name(self) -> str:
        """Study, arm and week, short enough for a list."""
        return f"{self.short_name}, week {self.week}"

    @property
    def short_name(self) -> str:
        """Study and arm, short enough for a picture."""
        study = self.study.split(" NCT")[0]
        who = {"DM subgroup": ", DM", "non-DM subgroup": ", not DM"}.get(self.population, "")
        return f"{study}, {self.arm.split(' (')[0]}{who}"

    def marks(self, definition: str) -> str:
        """What sets it apart besides its week, in a few words for a picture; may be empty."""
        words = [_SHORT[self.group]] if self.group != CLOSEST_GROUP else []
        if self.definition != definition:
            words.append(self.definition or "own rule")
        if self.status != "READ":
            words.append(self.status.lower())
        return ", ".join(words)

    def differs(self, definition: str, week: int) -> str:
        """In what it differs from a trial of adults with dermatomyositis judged by `definition` at `week`.

        Examples
        --------
        >>> arm = find_arms("IMACS-2004", week=8)[0]
        >>> arm.differs("IMACS-2004", 12)
        'week 8, not 12; adults with dermatomyositis or polymyositis, and juveniles with dermatomyositis; recalled'
        """
        check_kind("definition", definition, str, "the id of a definition")
        words = []
        if self.week != check_whole("week", week, 0, MAX_WEEK):
            words.append(f"week {self.week}, not {week}")
        if self.definition != definition:
            words.append(f"counted by {self.definition or self.measure}")
        if self.group != CLOSEST_GROUP:
            words.append(population_groups()[self.group])
        if self.status != "READ":
            words.append(self.status.lower())
        return "; ".join(words)


@dataclass(frozen=True, slots=True)
class Pooled:
    """Several published arms taken together, each patient counted once.

    Attributes
    ----------
    arms : tuple of PublishedArm
    responders, n : int
        Their sums.
    """

    arms: tuple[PublishedArm, ...]
    responders: int
    n: int

    @property
    def rate(self) -> float:
        """Responders / patients."""
        return self.responders / self.n

    def remarks(self, definition: str, week: int) -> tuple[str, ...]:
        """What makes each arm not comparable, arm by arm; arms that differ in nothing are left out."""
        found = [(arm.name, arm.differs(definition, week)) for arm in self.arms]
        return tuple(f"{name}: {words}" for name, words in found if words)


@cache
def _arms() -> Mapping[str, PublishedArm]:
    arms = {}
    for row in response_arms().dropna(subset=["week"]).to_dict("records"):  # at no week: held against none
        parts = (row["study"], row["arm"], row["population"], row["measure"], f"week {row['week']}")
        key = " | ".join(str(part) for part in parts)
        if key in arms:
            raise ValueError(f"two published arms have the key {key!r}")
        names = ("study", "arm", "role", "population", "group", "measure", "definition", "source", "status", "note")
        texts = {name: str(row[name]) for name in names}
        numbers = {name: int(row[name]) for name in ("responders", "n", "week")}
        arms[key] = PublishedArm(key=key, **texts, **numbers)  # type: ignore[arg-type]
    return MappingProxyType(arms)


def published_arm(key: str) -> PublishedArm:
    """Return the arm with this key.

    Raises
    ------
    TrialsimError
        When there is none; names the nearest.
    """
    if isinstance(key, str) and key in _arms():
        return _arms()[key]
    return _arms()[check_one_of("published arm", key, _arms())]


def find_arms(
    definition: str | None = None,
    *,
    week: int | None = None,
    weeks: tuple[int, int] | None = None,
    group: str | None = None,
) -> tuple[PublishedArm, ...]:
    """Return the published arms that a trial could be held against: standard care first, then by week.

    Parameters
    ----------
    definition : str, optional
        Id of the trial's definition of response. Arms counted by a rule of its kind are given: all that count improved
        measures are one kind; each cut-off of a score is one of its own. None: arms of every rule that has an id.
    week : int, optional
        Only this week.
    weeks : (int, int), optional
        Only weeks from the first to the second.
    group : str, optional
        Only this group of patients, one of `population_groups`.

    Examples
    --------
    >>> [(arm.name, arm.responders, arm.n) for arm in find_arms("NCT04946669", week=12) if arm.control]
    [('ARTEMIS, delayed start, week 12', 1, 9)]
    """
    first, last = _weeks(week, weeks)
    if definition is not None:
        check_one_of("definition", definition, list_responses(readings=True))
    if group is not None:
        check_one_of("group", group, population_groups())
    kind = None if definition is None else _kind(definition)
    found = [
        arm
        for arm in _arms().values()
        if arm.definition
        and (kind is None or _kind(arm.definition) == kind)
        and first <= arm.week <= last
        and group in (None, arm.group)
    ]
    order = {"standard care": 0, "abatacept": 1}
    return tuple(sorted(found, key=lambda arm: (order.get(arm.role, 2), arm.week, arm.study)))


def _weeks(week: int | None, weeks: tuple[int, int] | None) -> tuple[int, int]:
    if week is not None:
        first = check_whole("week", week, 0, MAX_WEEK)
        return first, first
    if weeks is None:
        return 0, MAX_WEEK
    pair = check_list("weeks", weeks, "the first and the last week")
    if len(pair) != 2:
        raise TrialsimError("weeks", weeks, "the first and the last week")
    first = check_whole("weeks, the first", pair[0], 0, MAX_WEEK)
    return first, check_whole("weeks, the last", pair[1], first, MAX_WEEK)


@cache
def _kind(definition: str) -> str:
    return definition if load_response(definition).scores else "measures counted"


def pool_arms(keys: Iterable[str]) -> Pooled:
    """Add published arms up, so that no patient is counted twice.

    Raises
    ------
    TrialsimError
        When none is given, one is given twice, or two share patients; says which and why.

    Examples
    --------
    >>> dm, rest = (f"ABA-P3 NCT02971683 | placebo+SOC | {who} | IMACS DOI without rescue | week 24"
    ...             for who in ("DM subgroup", "non-DM subgroup"))
    >>> pooled = pool_arms([dm, rest])
    >>> pooled.responders, pooled.n
    (31, 73)
    """
    arms = tuple(published_arm(key) for key in check_list("groups taken together", keys, "a list of keys of arms"))
    if not arms:
        raise TrialsimError("groups taken together", "none", "at least one", "Tick one first.")
    for arm, other in combinations(arms, 2):
        why = shared_patients(arm, other)
        if why:
            both = f"{arm.name} and {other.name}"
            raise TrialsimError("groups taken together", both, "groups without a common patient", f"{why} Keep one.")
    return Pooled(arms, sum(arm.responders for arm in arms), sum(arm.n for arm in arms))


def shared_patients(arm: PublishedArm, other: PublishedArm) -> str:
    """Say why two arms share patients, or may; empty where they do not.

    Examples
    --------
    >>> early, late = (arm for arm in find_arms() if arm.study == "Abatacept JDM")
    >>> shared_patients(early, late)
    'They are the same patients at two weeks.'
    """
    if arm.study != other.study:
        return ""
    if arm.key == other.key:
        return "It is the same arm twice."
    everyone, apart = _overlaps()
    if arm.arm == other.arm:
        if arm.population == other.population:
            return f"They are the same patients {'at two weeks' if arm.week != other.week else 'under two rules'}."
        if {arm.population, other.population} == set(apart):
            return ""
        return "One is a part of the other."
    if {arm.arm, other.arm} & set(everyone):
        return "One holds all patients of the study."
    return ""


@cache
def _overlaps() -> tuple[tuple[str, ...], tuple[str, ...]]:
    file = read_facts("pooling.toml")
    found = file.texts("everyone"), file.texts("apart")
    file.end()
    return found
