"""Instruments put together from what is examined or asked: MMT-8, HAQ-DI, MYOACT, units, abatacept by weight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from trialsim.errors import TrialsimError, check_list, check_number, check_one_of, check_whole
from trialsim.facts.instruments import abatacept_plan, haq_form, mdaat_form, muscle_form
from trialsim.facts.points_table import exact
from trialsim.facts.reading import Words
from trialsim.rules.grid import MISSING, from_grid, grid_value

SIDES = ("both", "one", "right", "left")


def mmt8(grades: Mapping[str, Any], *, sides: str = "both") -> int:
    """The MMT-8 score from the grades of the eight muscle groups.

    Parameters
    ----------
    grades : mapping of muscle to grade or (left, right)
        `neck_flexors` (one grade) and `middle_deltoid biceps_brachii gluteus_maximus gluteus_medius quadriceps
        wrist_extensors ankle_dorsiflexors`, each graded 0 to 10. With ``sides="both"`` a single grade stands for two
        equal sides.
    sides : {"both", "one", "right", "left"}
        Both sides (0 to 150) or one (0 to 80). ``"one"`` takes single grades only; ``"right"`` and ``"left"`` take
        theirs of a pair.

    Returns
    -------
    int
        The neck counts once, so that a score of one side cannot be doubled or rescaled to both.

    Raises
    ------
    TrialsimError
        A muscle is missing or unknown, or a grade is not a whole number from 0 to 10.

    Notes
    -----
    IMACS Form 04. Which side to test if only one is: the form says right, other centres take the dominant one.

    Examples
    --------
    >>> grades = dict.fromkeys(["middle_deltoid", "biceps_brachii", "gluteus_maximus", "gluteus_medius", "quadriceps",
    ...                         "wrist_extensors", "ankle_dorsiflexors"], (8, 8))
    >>> mmt8({"neck_flexors": 6, **grades}), mmt8({"neck_flexors": 6, **grades}, sides="right")
    (118, 62)
    """
    check_one_of("sides", sides, SIDES)
    form = muscle_form()
    given = _named("grades", grades, form.muscles)
    total = 0
    for muscle in form.muscles:
        where = f"grades: {muscle}"
        if muscle not in given:
            raise TrialsimError(where, None, f"a grade from {form.lowest} to {form.highest}", "All eight are needed.")
        grade = given[muscle]
        pair = isinstance(grade, Sequence) and not isinstance(grade, str)
        if not pair:
            once = muscle in form.once or sides != "both"
            total += check_whole(where, grade, form.lowest, form.highest) * (1 if once else 2)
            continue
        if muscle in form.once:
            raise TrialsimError(where, grade, "one grade", "The neck has no sides.")
        if len(grade) != 2:
            raise TrialsimError(where, grade, "one grade or a pair (left, right)")
        if sides == "one":
            raise TrialsimError(where, grade, "one grade", "Say sides='right' or sides='left' to choose of a pair.")
        left, right = (check_whole(where, each, form.lowest, form.highest) for each in grade)
        total += {"both": left + right, "left": left, "right": right}[sides]
    return total


def haq_di(
    categories: Mapping[str, int | None],
    *,
    aids: Sequence[str] = (),
    needs_help: Sequence[str] = (),
    use_aids: bool = True,
) -> float:
    """The disability index of the Health Assessment Questionnaire.

    Parameters
    ----------
    categories : mapping of category to score
        `dressing arising eating walking hygiene reach grip activities`, each the worst of its questions, 0 to 3; absent
        or None is missing.
    aids, needs_help : sequence of str
        Categories in which an aid or device is used, or another person helps: they score at least 2. (No device on the
        form belongs to `activities`; help does.)
    use_aids : bool
        False gives the alternative index, which ignores aids and help; the two differ, so state which was used.

    Returns
    -------
    float
        0 to 3: the mean of the categories that were answered.

    Raises
    ------
    TrialsimError
        A name is unknown, a score is not 0, 1, 2 or 3, or fewer than six categories were answered.

    Notes
    -----
    CLINHAQ scoring note; that six categories must be answered is recalled and unverified.

    Examples
    --------
    >>> answers = dict(dressing=2, arising=1, eating=1, walking=3, hygiene=0, reach=2, grip=1, activities=1)
    >>> haq_di(answers, aids=("walking",), needs_help=("hygiene",))
    1.625
    >>> haq_di(answers, aids=("walking",), needs_help=("hygiene",), use_aids=False)
    1.375
    """
    form = haq_form()
    given = _named("categories", categories, form.categories)
    if not isinstance(use_aids, bool):
        raise TrialsimError("use_aids", use_aids, "True or False")
    helped = {*_names("aids", aids, form.categories), *_names("needs_help", needs_help, form.categories)}
    scores = []
    for category, value in given.items():
        if value is None or value != value:
            continue
        score = check_whole(f"categories: {category}", value, 0, form.highest)
        scores.append(max(score, form.with_help) if use_aids and category in helped else score)
    if len(scores) < form.needed:
        raise TrialsimError(
            "categories",
            Words(f"{len(scores)} of {len(form.categories)} answered"),
            f"at least {form.needed} categories answered",
            "With fewer the index is missing.",
        )
    return sum(scores) / len(scores)


@dataclass(frozen=True, slots=True)
class Myoact:
    """Organ activity by MYOACT: the sum in cm, the most that the organs assessed could give, and the share of it."""

    total: float
    possible: float
    share: float


def myoact(scales: Mapping[str, float | None]) -> Myoact:
    """Organ activity from the scales of the MDAAT form; it is not the extramuscular global, the core set measure.

    Parameters
    ----------
    scales : mapping of organ to cm
        `constitutional cutaneous skeletal gastrointestinal pulmonary cardiac`, each 0 to 10 with one decimal; an organ
        that is absent or None was not assessed and leaves the denominator.

    Returns
    -------
    Myoact

    Raises
    ------
    TrialsimError
        An organ is unknown, a value is off its scale, or no organ was assessed.

    Notes
    -----
    MDAAT form of 2009. A seventh scale, muscle, is often counted with them; that is recalled and left out.

    Examples
    --------
    >>> myoact({"cutaneous": 6.0, "pulmonary": 1.5, "cardiac": 0})
    Myoact(total=7.5, possible=30.0, share=0.25)
    """
    form = mdaat_form()
    given = _named("scales", scales, form.organs)
    # Each organ's scale is a 10 cm scale, kept in millimetres like the extramuscular global's.
    code = form.core_set_number.core_set
    cells = [grid_value(code, value, where=f"scales: {organ}") for organ, value in given.items()]
    assessed = [cell for cell in cells if cell != MISSING]
    if not assessed:
        raise TrialsimError("scales", dict(given), "at least one organ that was assessed")
    possible = form.organ_high * len(assessed)
    total = from_grid(code, sum(assessed))
    return Myoact(total, possible, total / possible)


def abatacept_iv_dose(kg: float) -> int:
    """The intravenous dose of abatacept for an adult, by body weight.

    Parameters
    ----------
    kg : float
        Body weight in kg.

    Returns
    -------
    int
        mg for one infusion.

    Raises
    ------
    TrialsimError
        The weight is not above 0, or above 500 kg.

    Notes
    -----
    Label text for adult arthritis; for dermatomyositis these bands are assumed.

    Examples
    --------
    >>> [abatacept_iv_dose(kg) for kg in (59.9, 60, 100, 100.1)]
    [500, 750, 750, 1000]
    """
    weight = check_number("kg", kg, 0, 500, open_low=True)
    return next(
        band.dose_mg
        for band in abatacept_plan().bands
        if band.end is None or weight < band.end or (band.inclusive and weight == band.end)
    )


def abatacept_iv_weeks(before: int) -> tuple[int, ...]:
    """The weeks of infusion before a visit at week `before`.

    Examples
    --------
    >>> abatacept_iv_weeks(12)
    (0, 2, 4, 8)
    """
    check_whole("before", before, 0, 10_000)
    plan = abatacept_plan().schedule
    weeks = list(plan.weeks)
    while weeks[-1] + plan.then_every < before:
        weeks.append(weeks[-1] + plan.then_every)
    return tuple(week for week in weeks if week < before)


def ukat_to_units(ukat: float) -> float:
    """An enzyme's catalytic activity in U/L from µkat/L: 60 U/L to 1 µkat/L.

    Parameters
    ----------
    ukat : float
        µkat/L.

    Returns
    -------
    float
        U/L, rounded to the one decimal that enzymes are kept with.

    Examples
    --------
    >>> ukat_to_units(3.3), ukat_to_units(4.13)
    (198.0, 247.8)
    """
    amount = exact(check_number("ukat", ukat, 0, 100_000))
    units = float(round(amount * _UNITS_PER_UKAT, 1))
    grid_value("CK", units, where="ukat")
    return units


# By the definitions of the units: 1 U is 1 µmol a minute, 1 kat is 1 mol a second.
_UNITS_PER_UKAT = Fraction(60)


def _named(where: str, values: Any, names: Sequence[str]) -> Mapping[str, Any]:
    if not isinstance(values, Mapping):
        raise TrialsimError(where, values, f"a mapping from names to values; names: {', '.join(names)}")
    for name in values:
        check_one_of(where, name, names)
    return values


def _names(where: str, given: Sequence[str], names: Sequence[str]) -> Sequence[str]:
    if isinstance(given, str):
        raise TrialsimError(where, given, "a tuple of names", f"Write ({given!r},).")
    return [check_one_of(where, name, names) for name in check_list(where, given, "a tuple of names")]
