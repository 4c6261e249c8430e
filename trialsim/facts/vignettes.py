"""Vignettes: made-up patients to learn rating on, with charts, score sheets and an expert's ranges."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Annotated, Any

from trialsim.errors import TrialsimError, check_one_of, check_whole
from trialsim.facts.core_set import enzyme_codes, measure_codes, measures
from trialsim.facts.instruments import haq_form, mdaat_form, muscle_form
from trialsim.facts.reading import Basis, Section, Words, facts_in, read_facts
from trialsim.facts.records import Check, Written, among, read_record

VISITS = ("Baseline", "Week 12")

Grade = int | tuple[int, int]
"""Of the neck one grade, of any other muscle (left, right)."""
Range = tuple[float, float]


def _each_of(all_names: Callable[[], tuple[str, ...]]) -> Check:
    """The check of a mapping that has each of these names and no other; it comes out in their order."""

    def check(values: Mapping[str, Any], where: str) -> Mapping[str, Any]:
        names = all_names()
        for name in values:
            check_one_of(where, name, names)
        if len(values) < len(names):
            lacking = ", ".join(name for name in names if name not in values)
            raise TrialsimError(where, Words(f"nothing for {lacking}"), f"each of {', '.join(names)}")
        return MappingProxyType({name: values[name] for name in names})

    return check


def _haq_categories() -> tuple[str, ...]:
    return haq_form().categories


_CATEGORIES, _ENZYME, _ENZYMES = among(_haq_categories), among(enzyme_codes), _each_of(enzyme_codes)
_MEASURES, _ORGANS = _each_of(measure_codes), _each_of(lambda: mdaat_form().organs)
_BOTH_VISITS = _each_of(lambda: VISITS)


def _grades(values: Mapping[str, Any], where: str) -> Mapping[str, Grade]:
    form = muscle_form()
    found: dict[str, Grade] = {}
    for muscle, grade in _each_of(lambda: form.muscles)(values, where).items():
        place, pair = f"{where}.{muscle}", isinstance(grade, Sequence) and not isinstance(grade, str)
        if pair != (muscle in form.each_side) or (pair and len(grade) != 2):
            raise TrialsimError(place, grade, "[left, right]" if muscle in form.each_side else "one grade")
        sides = [check_whole(place, side, form.lowest, form.highest) for side in (grade if pair else [grade])]
        found[muscle] = (sides[0], sides[1]) if pair else sides[0]
    return MappingProxyType(found)


def _scores(values: Mapping[str, int], where: str) -> Mapping[str, int]:
    form = haq_form()
    whole = {name: check_whole(f"{where}.{name}", score, 0, form.highest) for name, score in values.items()}
    found: Mapping[str, int] = _each_of(_haq_categories)(whole, where)
    return found


def _ranges(values: Mapping[str, Range], where: str) -> Mapping[str, Range]:
    found: Mapping[str, Range] = _MEASURES(values, where)
    for measure in measures():
        low, high = found[measure.code]
        if not measure.low <= low <= high <= measure.highest:
            allowed = f"low and high, from {measure.low:g} to {measure.high:g}"
            raise TrialsimError(f"{where}.{measure.code}", [low, high], allowed)
    return found


def _table(kind: Any, check: Check) -> Written:
    """A table of a file; its names are checked by `check`."""
    return Written(Mapping[str, kind], check)


@dataclass(frozen=True, slots=True)
class WrittenVisit:
    """One visit of a vignette, as it is written.

    Attributes
    ----------
    text : str
        The chart: what the patient says and what is found.
    grades : mapping of muscle to grade or (left, right)
        The eight muscles, 0 to 10; the neck has one grade.
    haq : mapping of category to int
        The eight categories, 0 to 3, before aids and help are counted.
    aids, help : tuple of str
        Categories in which an aid is used, or another person helps.
    laboratory : mapping of code to float
        The five enzymes, U/L.
    organs : mapping of organ to float
        The six organ scales of the MDAAT, cm.
    expert : mapping of code to (low, high)
        What a trained rater would be taken to accept for each of the six measures; where nothing is judged (patient
        global, sheets, laboratory) both ends are the value.
    """

    text: str = field(repr=False)
    grades: Annotated[Mapping[str, Grade], _table(Any, _grades)]
    haq: Annotated[Mapping[str, int], _table(int, _scores)]
    aids: Annotated[tuple[str, ...], _CATEGORIES]
    help: Annotated[tuple[str, ...], _CATEGORIES]
    laboratory: Annotated[Mapping[str, float], _table(float, _ENZYMES)]
    organs: Annotated[Mapping[str, float], _table(float, _ORGANS)]
    expert: Annotated[Mapping[str, Range], _table(tuple[float, float], _ranges)]

    @property
    def felt(self) -> Mapping[str, str]:
        """What the examiner felt of each muscle: the grade put into words, for somebody who is to find it."""
        return MappingProxyType({muscle: muscle_form().felt(muscle, grade) for muscle, grade in self.grades.items()})


@dataclass(frozen=True, slots=True)
class WrittenVignette:
    """A made-up patient at two visits, as written.

    Attributes
    ----------
    id, title : str
        ``"V1"``, and its name in a list.
    basis
        ``"assumed"``: written for teaching; nobody had this disease or these values.
    enzyme : str
        The enzyme that is followed: the most abnormal at baseline.
    uln : mapping of code to float
        Upper limits of normal of the five enzymes, U/L.
    activity, damage, teaches : str
        What is activity; what is damage, a drug's doing or another disease; what the patient is here to show.
    reasons : mapping of code to str
        Why each of the six measures is rated as it is, in a sentence.
    visits : mapping of str to visit
        ``"Baseline"`` and ``"Week 12"``.
    """

    id: str
    title: str
    basis: Basis
    enzyme: Annotated[str, _ENZYME]
    uln: Annotated[Mapping[str, float], _table(float, _ENZYMES)]
    activity: str = field(repr=False)
    damage: str = field(repr=False)
    teaches: str = field(repr=False)
    reasons: Annotated[Mapping[str, str], _table(str, _MEASURES)] = field(repr=False)
    visits: Annotated[Mapping[str, WrittenVisit], _table(WrittenVisit, _BOTH_VISITS)] = field(repr=False)

    def __post_init__(self) -> None:
        if self.basis != "assumed":
            raise TrialsimError("basis", self.basis, "'assumed'", "A vignette is nobody's case.")
        for code, limit in self.uln.items():
            if not limit > 0:
                raise TrialsimError(f"uln.{code}", limit, "U/L above 0")


def read_vignette(file: Section) -> WrittenVignette:
    """Build a vignette from a file that has been read; a mistake is refused with its path."""
    return read_record(WrittenVignette, file)


@cache
def written_vignettes() -> tuple[WrittenVignette, ...]:
    """All vignettes of the folder, in the order of their ids.

    Examples
    --------
    >>> [each.id for each in written_vignettes()][:2]
    ['V1', 'V2']
    """
    found = sorted((read_vignette(read_facts("vignettes", name)) for name in facts_in("vignettes")), key=lambda v: v.id)
    ids = [each.id for each in found]
    if len(set(ids)) < len(ids):
        raise TrialsimError("data/vignettes", ids, "each id once")
    return tuple(found)
