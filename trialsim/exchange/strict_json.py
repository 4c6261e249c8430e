"""One small JSON file of ours, read word by word: what does not fit is refused with a sentence, never guessed at."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

from trialsim.errors import TrialsimError
from trialsim.facts.reading import Section
from trialsim.facts.versions import versions
from trialsim.files import read_local_file, write_whole
from trialsim.text import did_you_mean

BY_HAND = "The file was changed by hand."
_MAX_KEY = 80


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file: what stands at its head, how large it may be, and what the user calls it.

    Parameters
    ----------
    format : str
        Stands in the file, so that another file is recognised.
    version : int
        Goes up when an older file could be misread.
    largest : int
        Bytes.
    thing : str
        What the user calls the file's content: "saved bench".
    button : str
        What the user pressed to write it: "Save the bench".
    """

    format: str
    version: int
    largest: int
    thing: str
    button: str

    def write(self, content: Mapping[str, Any]) -> str:
        """The text of a file with this content."""
        about = {"format": self.format, "version": self.version, "trialsim": versions()["trialsim"]}
        text = json.dumps({**about, **content}, indent=2, ensure_ascii=False, allow_nan=False, default=_plain)
        # A field that cuts a character in half must not stop a save.
        return (text + "\n").encode("utf-8", "replace").decode()

    def read(self, text: str | bytes, name: str, keys: Collection[str]) -> dict[str, Any]:
        """The content of a file that has these keys and no others beside its head, without the head.

        Raises
        ------
        TrialsimError
            When it is too large, no JSON, of another kind or version, or has a key that is not known.

        Examples
        --------
        >>> kind = FileKind("trialsim note", 1, 1000, "saved note", "Save the note")
        >>> kind.read(kind.write({"note": 7}), "mine.json", ("note",))["note"]
        7
        """
        if len(text) > self.largest:
            fix = f"A {self.thing} is far smaller."
            raise TrialsimError(name, f"{len(text):,} bytes", f"at most {self.largest:,}", fix)
        content = self._parse(text, name)
        if content.get("format") != self.format:
            fix = f"Choose a file that {self.button} has written."
            raise TrialsimError(f"{name}, format", content.get("format"), repr(self.format), fix)
        version = content.get("version")
        if version != self.version or not isinstance(version, int) or isinstance(version, bool):
            newer = isinstance(version, int) and version > self.version
            fix = "It was saved by a newer trialsim: update." if newer else BY_HAND
            raise TrialsimError(f"{name}, version", version, str(self.version), fix)
        check_names(content, ("format", "version", "trialsim", *keys), name)
        return {key: content[key] for key in keys if key in content}

    def read_file(self, path: str | Path) -> bytes:
        """What stands in a file.

        Raises
        ------
        TrialsimError
            When it cannot be read or is too large.
        """
        return read_local_file(path, self.largest, self.thing)

    def write_file(self, text: str, path: str | Path) -> Path:
        """Write a file whole or not at all: a full disk leaves an older one as it was.

        Raises
        ------
        TrialsimError
            When it cannot be written.
        """
        return write_whole(path, text)

    def _parse(self, text: str | bytes, name: str) -> dict[str, Any]:
        def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
            table = dict(pairs)
            if len(table) < len(pairs):
                twice, _ = Counter(key for key, _ in pairs).most_common(1)[0]
                raise TrialsimError(f"{name}, {_short(twice)}", "two of them", "each key once", BY_HAND)
            return table

        def no_number(word: str) -> float:
            raise TrialsimError(name, word, "numbers", BY_HAND)

        allowed = f"the file that {self.button} has written"
        try:
            plain = text.decode("utf-8-sig") if isinstance(text, bytes) else text
            found = json.loads(plain, object_pairs_hook=once, parse_constant=no_number)
            _check_writable(found, name)
        except UnicodeDecodeError:
            raise TrialsimError(name, "bytes that are not UTF-8", allowed) from None
        except json.JSONDecodeError as problem:
            fix = f"In line {problem.lineno}, column {problem.colno} it is no JSON: cut off, or changed by hand."
            raise TrialsimError(name, problem.msg, allowed, fix) from None
        except (RecursionError, ValueError) as problem:
            if isinstance(problem, TrialsimError):
                raise
            raise TrialsimError(name, "values nested too deeply, or numbers too long", allowed) from None
        return check_table(found, name)


class Saved(Section):
    """A table of such a file, for `read_record`: each value as it stands, None where there is none.

    What may stand there is said by the checks in the annotations of the record.

    Examples
    --------
    >>> Saved({"verdikt": "right"}, "mine.json, try 1").end(also=("answer", "verdict"))
    Traceback (most recent call last):
    trialsim.errors.TrialsimError: mine.json, try 1: got 'verdikt'; allowed: the names answer, verdict. Did you mean \
'verdict'?
    """

    def __init__(self, values: object, place: str) -> None:
        super().__init__(check_table(values, place), place)

    def at(self, key: str) -> str:
        """The place of `key`, for a message."""
        return f"{self.place}, {key}"

    def raw(self, key: str) -> Any:
        """The value as it stands; its check refuses None where there has to be one."""
        return self.values[key] if self.has(key) else None

    def end(self, also: tuple[str, ...] = ()) -> None:
        """Refuse any key that was never asked for."""
        check_names(self.values, (*self._asked, *also), self.place)


def _plain(value: object) -> dict[str, Any]:
    """A record or a mapping as JSON knows it."""
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: getattr(value, each.name) for each in fields(value)}
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} cannot be written")


def _check_writable(found: Any, name: str) -> None:
    """Raise where a text or a number could be read but never be written again."""
    try:
        json.dumps(found, ensure_ascii=False, allow_nan=False).encode()
    except UnicodeEncodeError:
        raise TrialsimError(name, "half of a character", "whole characters", BY_HAND) from None
    except ValueError:
        raise TrialsimError(name, "a number too large to be one", "numbers", BY_HAND) from None


def _short(key: str) -> str:
    return key if len(key) <= _MAX_KEY else key[:_MAX_KEY] + "..."


def check_table(value: Any, where: str) -> dict[str, Any]:
    """Return `value`, or raise: it must be names with their values."""
    if not isinstance(value, dict):
        raise TrialsimError(where, value, "names with their values", "The file was changed by hand, or is another one.")
    return value


def check_names(values: Mapping[str, Any], names: Collection[str], where: str) -> None:
    """Raise where a name is not among those that may stand here."""
    for name in values:
        if name not in names:
            raise TrialsimError(where, name, "the names " + ", ".join(names), did_you_mean(name, names) or BY_HAND)
