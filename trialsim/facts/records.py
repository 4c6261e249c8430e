"""Builds a record from a table of a file: its fields are the keys, its annotations say what may stand there.

A record is then declared once. What an annotation may be: ``str`` (not empty), ``bool``, ``int``, ``float``,
``Fraction`` (the decimal as written), ``Literal``, ``X | None``, another record, ``tuple`` and ``Mapping`` of these,
``Any``; and ``Annotated[X, check]``, where ``check(value, where)`` gives it back or raises. A field with a default may
be left out of the file, also one that may be None. What must fit together is checked by the record's own
``__post_init__``, which names the field; the place in the file is put before it here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from fractions import Fraction
from functools import cache
from types import MappingProxyType, NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, TypeVar, Union, get_args, get_origin, get_type_hints

from trialsim.errors import TrialsimError, check_number, check_one_of, check_whole
from trialsim.facts.reading import Section, Words

Check = Callable[[Any, str], Any]
_R = TypeVar("_R")


class Written(NamedTuple):
    """What stands in the file where it is not what the record holds, and what makes one of the other."""

    kind: Any
    make: Check


class Key(NamedTuple):
    """What a field is called in the file, where that is not its own name."""

    name: str


def whole(low: int, high: int) -> Check:
    """The check of a whole number between two ends, for ``Annotated``."""
    return lambda value, where: check_whole(where, value, low, high)


def number(low: float, high: float, *, open_low: bool = False, open_high: bool = False, fix: str = "") -> Check:
    """The check of a number between two ends, for ``Annotated``."""
    return lambda value, where: check_number(where, value, low, high, open_low=open_low, open_high=open_high, fix=fix)


def among(names: Callable[[], tuple[str, ...]]) -> Check:
    """The check of one name, or of several, each among those that `names` gives, for ``Annotated``."""

    def check(value: Any, where: str) -> Any:
        for name in (value,) if isinstance(value, str) else value:
            check_one_of(where, name, names())
        return value

    return check


def read_record(record: type[_R], section: Section, **given: Any) -> _R:
    """Build a record from a table; a mistake is refused with its path.

    Parameters
    ----------
    record : type
        A dataclass. A key of the table that is no field of it is refused.
    section : Section
        The table.
    **given
        Fields that the caller has read, or that stand elsewhere.

    Raises
    ------
    TrialsimError
        With the place, what came, what is allowed, and the nearest key where one was misspelt.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Washout:
    ...     drug: str
    ...     weeks: Annotated[int, whole(1, 520)]
    ...     note: str = ""
    >>> read_record(Washout, Section({"drug": "rituximab", "weeks": 52}, "own.toml"))
    Washout(drug='rituximab', weeks=52, note='')
    >>> read_record(Washout, Section({"drug": "rituximab", "weeks": 0}, "own.toml"))
    Traceback (most recent call last):
    trialsim.errors.TrialsimError: own.toml: weeks: got 0; allowed: a whole number from 1 to 520.
    """
    values = dict(given)
    for each, kind, name in _declared(record):  # type: ignore[arg-type]  # a class can be hashed
        if each.name not in given:
            has_default = each.default is not MISSING or each.default_factory is not MISSING
            if section.has(name):
                # An empty text where the default is empty says what leaving it out says.
                empty = each.default == "" == section.values[name]
                values[each.name] = "" if empty else _read(kind, section, name)
            elif not has_default:
                values[each.name] = None if NoneType in get_args(kind) else _read(kind, section, name)
    section.end()
    try:
        return record(**values)
    except TrialsimError as problem:
        where = section.at(problem.where) if problem.where else section.place
        raise TrialsimError(where, problem.got, problem.allowed, problem.fix) from None


def read_list(record: type[_R], section: Section, name: str, *, alone: bool = False) -> tuple[_R, ...]:
    """Build a record from each table of a list; `alone`: the section holds nothing else."""
    found = tuple(read_record(record, table) for table in section.sections(name))
    if alone:
        section.end()
    return found


def read_records(record: type[_R], section: Section, name: str = "id", **given: Any) -> Mapping[str, _R]:
    """Build a record from each table in this one; the name under which it stands becomes its field `name`."""
    tables = section.named_sections()
    return MappingProxyType({id: read_record(record, table, **{name: id}, **given) for id, table in tables.items()})


def check_fields(record: Any) -> None:
    """Let the checks in the annotations of a record, which somebody has made by hand, look at its fields.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Wish:
    ...     power: Annotated[float, number(0, 1)]
    ...
    ...     def __post_init__(self) -> None:
    ...         check_fields(self)
    >>> Wish(power=80)
    Traceback (most recent call last):
    trialsim.errors.TrialsimError: power: got 80; allowed: a number at least 0 and at most 1.
    """
    for each, kind, _ in _declared(type(record)):  # type: ignore[arg-type]  # a class can be hashed
        for check in get_args(kind)[1:] if get_origin(kind) is Annotated else ():
            object.__setattr__(record, each.name, check(getattr(record, each.name), each.name))


@cache
def _declared(record: type) -> tuple[tuple[Field[Any], Any, str], ...]:
    """Each field with its annotation and its key."""
    hints = get_type_hints(record, include_extras=True)
    found = []
    for each in fields(record):
        if each.init:
            keys = [part.name for part in get_args(hints[each.name]) if isinstance(part, Key)]
            found.append((each, hints[each.name], *(keys or [each.name])))
    return tuple(found)


def _read(kind: Any, section: Section, name: str) -> Any:
    """The value of a key as its annotation says."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated:
        kind, *checks = (part for part in parts if not isinstance(part, Key))
        if checks and isinstance(checks[0], Written):
            kind, checks = checks[0].kind, [checks[0].make, *checks[1:]]
        found = _read(kind, section, name)
        for check in checks:
            found = check(found, section.at(name))
        return found
    if origin in (Union, UnionType):  # X | None: where it is absent, the default None stands
        return _read(next(part for part in parts if part is not NoneType), section, name)
    if origin is Literal:
        return section.one_of(name, parts)
    if origin is tuple:
        return _read_list(parts, section, name)
    if origin is not None and issubclass(origin, Mapping):
        table = section.section(name)
        return MappingProxyType({inner: _read(parts[1], table, inner) for inner in table})
    if isinstance(kind, type) and is_dataclass(kind):
        return read_record(kind, section.section(name))
    return _LEAVES[kind](section, name)


def _read_list(parts: tuple[Any, ...], section: Section, name: str) -> tuple[Any, ...]:
    kind, *more = parts
    if kind is str:
        return section.texts(name)
    entries = section.entries(name, "a list of tables" if is_dataclass(kind) else "a list of numbers")
    found = tuple(_read(kind, entries, at) for at in entries)
    if more != [...] and len(found) != len(parts):
        raise TrialsimError(section.at(name), Words(f"{len(found)} numbers"), f"{len(parts)} numbers")
    return found


_LEAVES: Mapping[Any, Callable[[Section, str], Any]] = {
    str: Section.text,
    bool: Section.flag,
    int: Section.whole,
    float: lambda section, name: float(section.number(name)),
    Fraction: Section.exact,
    Any: lambda section, name: section.raw(name),  # a kind of section may have its own
}
