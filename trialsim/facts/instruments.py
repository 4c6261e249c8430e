"""How the instruments are built: MMT-8, HAQ-DI, the numbers of MDAAT, the weight bands of abatacept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated

from trialsim.errors import TrialsimError, Words
from trialsim.facts.reading import Basis, Section, read_facts
from trialsim.facts.records import Key, read_record


@dataclass(frozen=True, slots=True)
class MuscleGrade:
    """A grade of Kendall (0 to 10), the grade of the MRC (0 to 5) beside it, and what the examiner feels."""

    grade: int
    mrc: str
    felt: str


@dataclass(frozen=True, slots=True)
class MuscleForm:
    """The muscles of MMT-8: those graded once and those graded on each side, with the ends of the grades.

    `moves` says which part of the body each muscle moves, `key` what is felt of it at each grade.
    """

    once: tuple[str, ...]
    each_side: tuple[str, ...]
    lowest: int
    highest: int
    moves: Mapping[str, str]
    key: tuple[MuscleGrade, ...]
    sources: tuple[str, ...]
    basis: Basis

    def __post_init__(self) -> None:
        if set(self.moves) != set(self.muscles):
            raise TrialsimError("moves", list(self.moves), "each muscle once")
        if [each.grade for each in self.key] != list(range(self.lowest, self.highest + 1)):
            raise TrialsimError("key", [each.grade for each in self.key], "each grade once, rising")

    @property
    def muscles(self) -> tuple[str, ...]:
        """All muscles, the neck first."""
        return (*self.once, *self.each_side)

    def felt(self, muscle: str, grade: int | tuple[int, int]) -> str:
        """What the examiner feels of a muscle with this grade, or with these grades (left, right).

        Examples
        --------
        >>> muscle_form().felt("biceps_brachii", (6, 10))
        'left: the forearm withstands slight pressure and no more; right: withstands full force'
        """
        left, right = (grade, grade) if isinstance(grade, int) else grade
        words = f"{self.moves[muscle]} {self.key[left - self.lowest].felt}"
        return words if left == right else f"left: {words}; right: {self.key[right - self.lowest].felt}"


@dataclass(frozen=True, slots=True)
class HaqForm:
    """The categories of HAQ-DI, their highest score, what aids and help raise a score to, and how many are needed."""

    categories: tuple[str, ...]
    highest: int
    with_help: int
    needed: int
    sources: tuple[str, ...]
    basis: Basis
    needed_basis: Basis


@dataclass(frozen=True, slots=True)
class WeightBand:
    """A dose for weights up to `end` kg, with `end` itself if `inclusive`; None: no upper end."""

    end: float | None
    inclusive: bool
    dose_mg: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """Weeks of infusion: the first ones, then every so many."""

    weeks: tuple[int, ...]
    then_every: int


@dataclass(frozen=True, slots=True)
class AbataceptPlan:
    """Doses by weight band, rising, and weeks of infusion."""

    bands: tuple[WeightBand, ...]
    schedule: Schedule
    sources: tuple[str, ...]
    basis: Basis
    assumed: tuple[str, ...]

    def __post_init__(self) -> None:
        ends = [band.end for band in self.bands]
        if not ends or ends[-1] is not None or None in ends[:-1]:
            raise TrialsimError("band", Words("bands that leave a weight out"), "only the last band without an end")


@dataclass(frozen=True, slots=True)
class MdaatNumber:
    """One of the numbers that the MDAAT form gives; `core_set` is its code among the core set measures, or empty."""

    name: str
    text: str
    low: float
    high: float
    unit: str
    sources: tuple[str, ...]
    basis: Basis
    core_set: str = ""
    note: str = ""

    def describe(self) -> str:
        """The number in a sentence, with its range, what it is to the core set, and how well it is known."""
        role = f"the core set measure {self.core_set}" if self.core_set else "not a core set measure"
        known = f"{self.basis}: {', '.join(self.sources)}" if self.sources else f"{self.basis}, unverified"
        note = f"; {self.note}" if self.note else ""
        return f"{self.name}: {self.text} ({self.low:g} to {self.high:g} {self.unit}); {role}{note} [{known}]."


@dataclass(frozen=True, slots=True)
class MdaatForm:
    """The organ systems that the form judges outside muscle, the end of their scales, and the numbers it gives."""

    organs: tuple[str, ...]
    organ_high: float
    numbers: Annotated[tuple[MdaatNumber, ...], Key("number")]
    sources: tuple[str, ...]
    basis: Basis

    def __post_init__(self) -> None:
        core = [number.core_set for number in self.numbers if number.core_set]
        if core != ["EMGA"]:
            raise TrialsimError("number", core, "exactly one number that is EMGA")

    @property
    def core_set_number(self) -> MdaatNumber:
        """The number that is a core set measure."""
        return next(number for number in self.numbers if number.core_set)

    def describe(self) -> str:
        """What the form gives, a line for each number."""
        return "\n".join(number.describe() for number in self.numbers)


@cache
def mdaat_form() -> MdaatForm:
    """MDAAT, the disease activity form: which of its numbers is the core set measure, and what the others are.

    Examples
    --------
    >>> mdaat_form().core_set_number.name, [number.name for number in mdaat_form().numbers]
    ('extramuscular global', ['extramuscular global', 'MYOACT', 'MITAX'])
    """
    return read_record(MdaatForm, read_facts("instruments.toml").section("mdaat"))


@cache
def muscle_form() -> MuscleForm:
    """MMT-8 as examined.

    Examples
    --------
    >>> form = muscle_form()
    >>> form.highest * (len(form.once) + 2 * len(form.each_side))
    150
    """
    return read_record(MuscleForm, read_facts("instruments.toml").section("mmt8"))


@cache
def haq_form() -> HaqForm:
    """HAQ-DI as scored.

    Examples
    --------
    >>> haq_form().needed, haq_form().needed_basis
    (6, 'recalled')
    """
    return read_record(HaqForm, read_facts("instruments.toml").section("haq_di"))


@cache
def abatacept_plan() -> AbataceptPlan:
    """Intravenous abatacept by weight.

    Examples
    --------
    >>> [band.dose_mg for band in abatacept_plan().bands]
    [500, 750, 1000]
    """
    file = read_facts("abatacept.toml")
    bands = tuple(_band(table) for table in file.sections("band"))
    return read_record(AbataceptPlan, file, bands=bands)


def _band(table: Section) -> WeightBand:
    inclusive = table.has("to")
    end = float(table.number("to" if inclusive else "below")) if inclusive or table.has("below") else None
    return read_record(WeightBand, table, end=end, inclusive=inclusive)
