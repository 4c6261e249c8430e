"""What if a criterion had another limit: the same protocol with one threshold moved, or left out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from fractions import Fraction

from trialsim.errors import TrialsimError, check_number, check_one_of
from trialsim.facts.conditions import (
    AllOf,
    AnyOf,
    Compare,
    Condition,
    KOf,
    NoneOf,
    ReadingOf,
    leaves,
    plain,
)
from trialsim.facts.protocol import TrialProtocol
from trialsim.facts.trial_protocol import Assumed, Criterion, Reading
from trialsim.text import listed

_WHY = "changed to see what the limit does"
_MOVABLE = ("above", "at_least", "below", "at_most")
_MAX_LIMIT = 10**6


def limits_of(protocol: TrialProtocol, criterion: str) -> dict[str, Fraction]:
    """The limits that a criterion sets, itself or through the chosen readings, by the name of the fact.

    Examples
    --------
    >>> from trialsim.facts.protocol import load_protocol
    >>> limits = limits_of(load_protocol("NCT04946669"), "EXCL03")
    >>> limits["AST_xuln"], limits["leucocytes"]
    (Fraction(2, 1), Fraction(2, 1))
    """
    return {found.fact.name: Fraction(found.values[0]) for found in _limits_of(protocol, criterion)}


def with_limit(protocol: TrialProtocol, criterion: str, facts: Collection[str], limit: float | None) -> TrialProtocol:
    """The same protocol with another limit in one criterion; its readings stay, and `describe` names the change.

    Parameters
    ----------
    protocol : TrialProtocol
    criterion : str
        Id of the criterion, for example ``"EXCL03"``.
    facts : collection of str
        Names of the facts whose limit moves, for example ``("ALT_xuln", "AST_xuln")``.
    limit : float or None
        The new limit in the unit of the fact; None leaves these comparisons out.

    Raises
    ------
    TrialsimError
        If the criterion sets no limit for such a fact, if the limit is no number, or if nothing would be left.

    Examples
    --------
    >>> from trialsim.facts.protocol import load_protocol
    >>> wider = with_limit(load_protocol("NCT04946669"), "EXCL03", ("ALT_xuln", "AST_xuln"), 5)
    >>> limits_of(wider, "EXCL03")["AST_xuln"]
    Fraction(5, 1)
    """
    found = protocol.criterion(criterion)
    movable = limits_of(protocol, criterion)
    for name in facts:
        check_one_of("fact", name, sorted(movable))
    if not facts:
        raise TrialsimError("facts", list(facts), "at least one of " + ", ".join(sorted(movable)))
    value = None if limit is None else Fraction(str(check_number("limit", limit, 0, _MAX_LIMIT)))
    limits = [part.fact for part in _limits_of(protocol, criterion) if part.fact.name in facts]
    units = {fact.unit for fact in limits}
    said = "none" if value is None else f"{plain(value)} {units.pop() if len(units) == 1 else ''}".rstrip()
    readings, gone = _moved_readings(protocol, found, frozenset(facts), value, said)
    when = _moved(found.when, frozenset(facts), value, gone)
    if when is None:
        raise TrialsimError("limit", None, "a number: without this limit nothing is left of " + criterion)
    note = Assumed(f"limit of {listed([fact.label for fact in limits], 'and')}", said, _WHY)
    changed = replace(found, when=when, assumed=(*found.assumed, note))
    criteria = tuple(changed if each is found else each for each in protocol.criteria)
    return replace(protocol, criteria=criteria, readings=readings)


def _limits_of(protocol: TrialProtocol, criterion: str) -> list[Compare]:
    return _limits(protocol.condition(protocol.criterion(criterion)))


def _moved_readings(
    protocol: TrialProtocol, criterion: Criterion, facts: frozenset[str], limit: Fraction | None, said: str
) -> tuple[tuple[Reading, ...], frozenset[str]]:
    """The readings, with the limit moved in the chosen options that the criterion takes; those with nothing left."""
    taken, gone, readings = _taken(protocol, criterion.when), set[str](), []
    for reading in protocol.readings:  # each builds on earlier ones only
        when = _moved(reading.option.when, facts, limit, frozenset(gone)) if reading.name in taken else None
        if reading.name in taken and when is None:
            gone.add(reading.name)
        if when is None or when == reading.option.when:
            readings.append(reading)
            continue
        moved = replace(reading.option, when=when, text=f"{reading.option.text} (limit changed: {said})")
        options = tuple(moved if option is reading.option else option for option in reading.options)
        readings.append(replace(reading, options=options))
    return tuple(readings), frozenset(gone)


def _taken(protocol: TrialProtocol, condition: Condition) -> set[str]:
    """The readings that a condition takes, directly or through others."""
    options = {reading.name: reading.option.when for reading in protocol.readings}
    names = {leaf.name for leaf in leaves(condition) if isinstance(leaf, ReadingOf)}
    return names.union(*(_taken(protocol, options[name]) for name in names))


def _limits(condition: Condition) -> list[Compare]:
    return [leaf for leaf in leaves(condition) if isinstance(leaf, Compare) and leaf.test in _MOVABLE]


def _moved(
    condition: Condition, facts: frozenset[str], limit: Fraction | None, gone: frozenset[str]
) -> Condition | None:
    """The condition with the limit moved; None where nothing is left of it. `gone`: readings of which nothing is."""
    match condition:
        case ReadingOf(name):
            return None if name in gone else condition
        case Compare() if condition.test in _MOVABLE and condition.fact.name in facts:
            return None if limit is None else replace(condition, values=(limit,))
        case AllOf(parts) | AnyOf(parts) | NoneOf(parts) | KOf(_, parts):
            moved = [_moved(part, facts, limit, gone) for part in parts]
            kept = tuple(part for part in moved if part is not None)
            if isinstance(condition, KOf) and len(kept) < len(parts):
                raise TrialsimError("limit", None, "a number: a count of conditions cannot do without one of them")
            return replace(condition, parts=kept) if kept else None
        case _:
            return condition
