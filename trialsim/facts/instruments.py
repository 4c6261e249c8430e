"""How the instruments are built: MMT-8, HAQ-DI, the numbers of MDAAT, the weight bands of abatacept."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from trialsim.errors import TrialsimError
from trialsim.facts.reading import Basis, Section, Words, read_facts


@dataclass(frozen=True, slots=True)
class MuscleForm:
    """The muscles of MMT-8: those graded once and those graded on each side, with the ends of the grades."""

    once: tuple[str, ...]
    each_side: tuple[str, ...]
    lowest: int
    highest: int
    sources: tuple[str, ...]
    basis: Basis


@dataclass(frozen=True, slots=True)
class HaqForm:
    """The categories of HAQ-DI, their highest score, what aids and help raise a score to, and how many are needed."""

    categories: tuple[str, ...]
    highest: int
    with_help: int
    needed: int
    sources: tuple[str, ...]
    basis: Basis
    needed_basis: str


@dataclass(frozen=True, slots=True)
class WeightBand:
    """A dose for weights up to `end` kg, with `end` itself if `inclusive`; None: no upper end."""

    end: float | None
    inclusive: bool
    dose_mg: int


@dataclass(frozen=True, slots=True)
class AbataceptPlan:
    """Doses by weight band, rising, and weeks of infusion: the first ones, then every so many."""

    bands: tuple[WeightBand, ...]
    weeks: tuple[int, ...]
    then_every: int
    sources: tuple[str, ...]
    basis: Basis
    assumed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MdaatNumber:
    """One of the numbers that the MDAAT form gives; `core_set` is its code among the core set measures, or empty."""

    name: str
    text: str
    low: float
    high: float
    unit: str
    core_set: str
    sources: tuple[str, ...]
    basis: Basis
    note: str

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
    numbers: tuple[MdaatNumber, ...]
    sources: tuple[str, ...]
    basis: Basis

    @property
    def core_set_number(self) -> MdaatNumber:
        """The number that is a core set measure."""
        return next(one for one in self.numbers if one.core_set)

    def describe(self) -> str:
        """What the form gives, a line for each number."""
        return "\n".join(one.describe() for one in self.numbers)


@cache
def mdaat_form() -> MdaatForm:
    """MDAAT, the disease activity form: which of its numbers is the core set measure, and what the others are.

    Examples
    --------
    >>> mdaat_form().core_set_number.name, [one.name for one in mdaat_form().numbers]
    ('extramuscular global', ['extramuscular global', 'MYOACT', 'MITAX'])
    """
    section = read_facts("instruments.toml").section("mdaat")
    form = MdaatForm(
        organs=section.texts("organs"),
        organ_high=float(section.number("organ_high")),
        numbers=tuple(_mdaat_number(one) for one in section.sections("number")),
        sources=section.texts("sources"),
        basis=section.basis(),
    )
    section.end()
    core = [one.core_set for one in form.numbers if one.core_set]
    if core != ["EMGA"]:
        raise TrialsimError(section.at("number"), core, "exactly one number that is EMGA")
    return form


def _mdaat_number(section: Section) -> MdaatNumber:
    number = MdaatNumber(
        name=section.text("name"),
        text=section.text("text"),
        low=float(section.number("low")),
        high=float(section.number("high")),
        unit=section.text("unit"),
        core_set=section.text("core_set", ""),
        sources=section.texts("sources"),
        basis=section.basis(),
        note=section.text("note", ""),
    )
    section.end()
    return number


@cache
def muscle_form() -> MuscleForm:
    """MMT-8 as examined.

    Examples
    --------
    >>> form = muscle_form()
    >>> form.highest * (len(form.once) + 2 * len(form.each_side))
    150
    """
    section = read_facts("instruments.toml").section("mmt8")
    form = MuscleForm(
        once=section.texts("once"),
        each_side=section.texts("each_side"),
        lowest=section.whole("lowest"),
        highest=section.whole("highest"),
        sources=section.texts("sources"),
        basis=section.basis(),
    )
    section.end()
    return form


@cache
def haq_form() -> HaqForm:
    """HAQ-DI as scored.

    Examples
    --------
    >>> haq_form().needed, haq_form().needed_basis
    (6, 'recalled')
    """
    section = read_facts("instruments.toml").section("haq_di")
    form = HaqForm(
        categories=section.texts("categories"),
        highest=section.whole("highest"),
        with_help=section.whole("with_help"),
        needed=section.whole("needed"),
        sources=section.texts("sources"),
        basis=section.basis(),
        needed_basis=section.basis("needed_basis"),
    )
    section.end()
    return form


@cache
def abatacept_plan() -> AbataceptPlan:
    """Intravenous abatacept by weight.

    Examples
    --------
    >>> [band.dose_mg for band in abatacept_plan().bands]
    [500, 750, 1000]
    """
    file = read_facts("abatacept.toml")
    bands = []
    for one in file.sections("band"):
        inclusive = "to" in one
        end = None if not inclusive and "below" not in one else float(one.number("to" if inclusive else "below"))
        bands.append(WeightBand(end, inclusive, one.whole("dose_mg")))
        one.end()
    ends = [band.end for band in bands]
    if not ends or ends[-1] is not None or None in ends[:-1]:
        raise TrialsimError(
            file.at("band"), Words("bands that leave a weight out"), "only the last band without an end"
        )
    schedule = file.section("schedule")
    plan = AbataceptPlan(
        bands=tuple(bands),
        weeks=tuple(int(week) for week in schedule.numbers("weeks")),
        then_every=schedule.whole("then_every"),
        sources=file.texts("sources"),
        basis=file.basis(),
        assumed=file.texts("assumed"),
    )
    schedule.end()
    file.end()
    return plan
