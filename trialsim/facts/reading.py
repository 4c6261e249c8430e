"""Reads a TOML file of facts strictly: a mistake is refused with the path of the place where it stands."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from importlib import resources
from pathlib import Path
from typing import Any, Literal, TypeVar

from trialsim.errors import TrialsimError
from trialsim.errors import Words as Words
from trialsim.files import read_local_file
from trialsim.text import did_you_mean

Basis = Literal["read", "recalled", "derived", "assumed"]
BASES: tuple[Basis, ...] = ("read", "recalled", "derived", "assumed")

MAX_TOML_BYTES = 1_000_000
"""Of a file of one's own; the longest that comes with the package has some ten thousand."""
MAX_TOML_DEPTH = 32
MAX_TOML_NUMBER = 10**15

_T = TypeVar("_T")
_S = TypeVar("_S", bound=str)
_REQUIRED: Any = object()


class Section:
    """One table of a TOML file and its place in it.

    Values are asked for by key and kind. `end` then refuses every key that was not asked for, so the keys a reader
    knows are listed in one place only: in the code that reads them.

    Parameters
    ----------
    values : mapping
        The table as `tomllib` gives it.
    place : str
        Where the table stands, for messages: the file, then the path inside it.

    Examples
    --------
    >>> section = Section({"id": "AGE", "abovee": 18}, "own.toml: criterion[0].when")
    >>> section.text("id")
    'AGE'
    >>> section.end(also=("above", "at_least"))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    trialsim.errors.TrialsimError: own.toml: criterion[0].when: got unknown key 'abovee'; allowed: id, above...
    """

    def __init__(self, values: Mapping[str, Any], place: str) -> None:
        self.values, self.place = values, place
        self._asked: dict[str, None] = {}

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)

    def at(self, key: str) -> str:
        """The place of `key`, for a message."""
        if key.startswith("["):
            return f"{self.place}{key}"
        return f"{self.place}.{key}" if ": " in self.place else f"{self.place}: {key}"

    def has(self, key: str) -> bool:
        """Whether `key` is there; asking makes it one of those that may be."""
        self._asked[key] = None
        return key in self.values

    def _take(self, key: str, allowed: str, fits: Callable[[Any], bool], default: _T) -> Any | _T:
        self._asked[key] = None
        if key not in self.values:
            if default is _REQUIRED:
                raise TrialsimError(self.at(key), Words("nothing"), allowed, "This key must be there.")
            return default
        value = self.values[key]
        if not fits(value):
            raise TrialsimError(self.at(key), value, allowed)
        return value

    def text(self, key: str, default: str = _REQUIRED) -> str:
        """A text that is not empty."""
        found = self._take(key, "a text", lambda v: isinstance(v, str) and bool(v.strip()), default)
        return str(found)

    def flag(self, key: str) -> bool:
        """True or false."""
        return bool(self._take(key, "true or false", lambda v: isinstance(v, bool), _REQUIRED))

    def number(self, key: str) -> float:
        """A number, whole or not; infinity is one, not-a-number is none."""
        found: float = self._take(key, "a number", _is_number, _REQUIRED)
        return found

    def whole(self, key: str, default: int = _REQUIRED) -> int:
        """A whole number."""
        found: int = self._take(key, "a whole number", lambda v: _is_number(v) and isinstance(v, int), default)
        return found

    def exact(self, key: str) -> Fraction:
        """A decimal as it is written, not the binary number nearest to it: 0.6 is three fifths."""
        found = self._take(key, "a number", lambda v: _is_number(v) and abs(v) <= MAX_TOML_NUMBER, _REQUIRED)
        return Fraction(str(found))

    def one_of(self, key: str, names: tuple[_S, ...], default: _S = _REQUIRED) -> _S:
        """One of the given names."""
        found: _S = self._take(key, " or ".join(names), lambda v: v in names, default)
        return found

    def texts(self, key: str, default: tuple[str, ...] = _REQUIRED) -> tuple[str, ...]:
        """A list of texts."""
        fits = lambda v: isinstance(v, list) and all(isinstance(text, str) and text.strip() for text in v)  # noqa: E731
        return tuple(self._take(key, "a list of texts", fits, default))

    def numbers(self, key: str) -> tuple[float, ...]:
        """A list of numbers; not-a-number is left to the caller, who knows what the numbers are for."""
        fits = lambda v: isinstance(v, list) and all(_is_number(number) or number != number for number in v)  # noqa: E731
        return tuple(self._take(key, "a list of numbers", fits, _REQUIRED))

    def section(self, key: str, *, optional: bool = False) -> Section:
        """A table inside this one; empty if it is optional and absent."""
        found = self._take(key, "a table", lambda v: isinstance(v, dict), {} if optional else _REQUIRED)
        return Section(found, self.at(key))

    def sections(self, key: str, *, optional: bool = False) -> tuple[Section, ...]:
        """A list of tables inside this one."""
        fits = lambda v: isinstance(v, list) and all(isinstance(table, dict) for table in v)  # noqa: E731
        found = self._take(key, "a list of tables", fits, [] if optional else _REQUIRED)
        return tuple(Section(table, f"{self.at(key)}[{i}]") for i, table in enumerate(found))

    def entries(self, key: str, allowed: str) -> Section:
        """A list inside this table as a table of its own: its keys are ``[0]``, ``[1]`` and so on."""
        found = self._take(key, allowed, lambda v: isinstance(v, list), _REQUIRED)
        return Section({f"[{at}]": value for at, value in enumerate(found)}, self.at(key))

    def named_sections(self) -> dict[str, Section]:
        """All that stands in this table, each a table under a name of its own."""
        return {key: self.section(key) for key in self.values}

    def raw(self, key: str) -> Any:
        """The value as it stands; the caller checks it."""
        return self._take(key, "a value", lambda v: True, _REQUIRED)

    def end(self, also: tuple[str, ...] = ()) -> None:
        """Refuse any key that was never asked for (`also`: keys allowed here that this reading did not need)."""
        allowed = [*self._asked, *(key for key in also if key not in self._asked)]
        for key in self.values:
            if key not in allowed:
                fix = did_you_mean(key, allowed)
                raise TrialsimError(self.place, Words(f"unknown key {key!r}"), ", ".join(allowed), fix)


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return value == value if isinstance(value, float) else abs(value) <= MAX_TOML_NUMBER


def read_facts(*path: str) -> Section:
    """Read a file of the package's own data folder, by its path in it.

    Examples
    --------
    >>> "measure" in read_facts("core_set.toml")
    True
    """
    file = resources.files("trialsim").joinpath("data", *path)
    return _parse(file.read_bytes(), path[-1])


def facts_in(folder: str) -> tuple[str, ...]:
    """The names of the TOML files in a folder of the package's own data.

    Examples
    --------
    >>> facts_in("protocols")[0]
    'nct02971683.toml'
    """
    place = resources.files("trialsim").joinpath("data", folder)
    return tuple(sorted(file.name for file in place.iterdir() if file.name.endswith(".toml")))


def read_file(path: str | Path) -> Section:
    """Read a TOML file of the user's own."""
    content = read_local_file(path, MAX_TOML_BYTES, "TOML file", where="file")
    found = _parse(content, Path(path).name)
    _check_depth(found)
    return found


def _parse(content: bytes, name: str) -> Section:
    try:
        return Section(tomllib.loads(content.decode("utf-8-sig")), name)
    except UnicodeDecodeError:
        got = Words("bytes that are not UTF-8")
        raise TrialsimError(name, got, "a text file in UTF-8", "Save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as problem:
        raise TrialsimError(name, Words("text that is not TOML"), "TOML", f"The reader says: {problem}.") from None
    except (RecursionError, ValueError):
        raise TrialsimError(name, Words("tables nested too deeply, or numbers too long"), "TOML of one's own") from None


def _check_depth(section: Section) -> None:
    """Raise where tables go on and on inside each other, or a number has more digits than any fact."""
    inside: list[Any] = [section.values]
    for _ in range(MAX_TOML_DEPTH):
        found = [value for table in inside for value in (table.values() if isinstance(table, dict) else table)]
        for value in found:
            if isinstance(value, int) and abs(value) > MAX_TOML_NUMBER:
                raise TrialsimError(section.place, Words("a number of too many digits"), f"at most {MAX_TOML_NUMBER:g}")
        inside = [value for value in found if isinstance(value, (dict, list))]
    if inside:
        got = Words(f"tables more than {MAX_TOML_DEPTH} deep")
        raise TrialsimError(section.place, got, f"at most {MAX_TOML_DEPTH} inside each other")
