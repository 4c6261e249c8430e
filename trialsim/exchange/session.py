"""A bench as one small file: saved, checked word by word when it is loaded, refused with a sentence if it does not fit.

>>> from trialsim.power.bench import Bench
>>> read_bench(write_bench(Bench(p0=0.25))).p0
0.25
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import fields
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any

from trialsim.errors import TrialsimError
from trialsim.facts.versions import versions
from trialsim.patients.scenario import Scenario
from trialsim.power.bench import Bench

__all__ = ["LARGEST_FILE", "VERSION", "load_bench", "pack", "read_bench", "save_bench", "unpack", "write_bench"]

FORMAT = "trialsim bench"
VERSION = 1
"""Of the form of the file; goes up when an older file could be misread. Files of another version are refused."""

LARGEST_FILE = 200_000
"""Bytes; a saved bench takes about two thousand."""

_SCENARIOS = ("scenario", "p0_patients", "p1_patients")
_LISTS = ("p0_arms", "p1_arms", "prior_arms")


def write_bench(bench: Bench) -> str:
    """Return a bench as the text of its file.

    Every field is written, also those at their start; of the patients what differs from the base case.
    """
    about = {"format": FORMAT, "version": VERSION, "trialsim": versions()["trialsim"]}
    return json.dumps({**about, "bench": pack(bench)}, indent=2, ensure_ascii=False) + "\n"


def pack(bench: Bench) -> dict[str, Any]:
    """Return the fields of a bench as plain values."""
    values: dict[str, Any] = {}
    for one in fields(bench):
        value = getattr(bench, one.name)
        values[one.name] = value.changed() if isinstance(value, Scenario) else value
    return values


def read_bench(text: str | bytes, name: str = "saved bench") -> Bench:
    """Return the bench that a file holds.

    Parameters
    ----------
    text : str or bytes
        The content of the file.
    name : str
        What to call the file in a message.

    Raises
    ------
    TrialsimError
        When it is no saved bench, comes from a version that is not known, or was changed into something that cannot
        be: says where, what came and what is allowed.

    Examples
    --------
    >>> read_bench('{"format": "trialsim bench", "version": 9, "bench": {}}', "mine.json")
    Traceback (most recent call last):
    trialsim.errors.TrialsimError: mine.json, version: got 9; allowed: 1. It was saved by a newer trialsim: update.
    """
    if len(text) > LARGEST_FILE:
        raise TrialsimError(name, f"{len(text):,} bytes", f"at most {LARGEST_FILE:,}", "A saved bench is far smaller.")
    content = _parse(text, name)
    if content.get("format") != FORMAT:
        fix = "Choose a file that Save the bench has written."
        raise TrialsimError(f"{name}, format", content.get("format"), repr(FORMAT), fix)
    version = content.get("version")
    if version != VERSION or not isinstance(version, int) or isinstance(version, bool):
        newer = isinstance(version, int) and version > VERSION
        fix = "It was saved by a newer trialsim: update." if newer else "The file was changed by hand."
        raise TrialsimError(f"{name}, version", version, str(VERSION), fix)
    _known(content, ("format", "version", "trialsim", "bench"), name)
    values = _table(content.get("bench"), f"{name}, bench")
    return unpack(values, name)


def save_bench(bench: Bench, path: str | Path) -> Path:
    """Write a bench to a file and return its path; a full disk leaves an older file whole.

    Raises
    ------
    TrialsimError
        When the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from trialsim.power.bench import Bench
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     load_bench(save_bench(Bench(), folder + "/bench.json")) == Bench()
    True
    """
    if not isinstance(bench, Bench):
        raise TrialsimError("bench", bench, "a Bench")
    file = Path(path)
    draft = file.with_name(file.name + ".part")
    try:
        draft.write_text(write_bench(bench), encoding="utf-8")
        draft.replace(file)
    except OSError as problem:
        with suppress(OSError):
            draft.unlink()
        raise TrialsimError("path", str(path), "a file that can be written", f"{problem.strerror}.") from None
    return file


def load_bench(path: str | Path) -> Bench:
    """Read a bench from a file, or refuse the file with a sentence.

    Raises
    ------
    TrialsimError
        As `read_bench`, and when there is no such file.

    Examples
    --------
    >>> import tempfile
    >>> from trialsim.power.bench import Bench
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     load_bench(save_bench(Bench(), folder + "/bench.json")) == Bench()
    True
    """
    file = Path(path)
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST_FILE + 1)
    except OSError as problem:
        raise TrialsimError("path", str(path), "a saved bench that can be read", f"{problem.strerror}.") from None
    return read_bench(content, file.name)


def _parse(text: str | bytes, name: str) -> dict[str, Any]:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        for key, _ in pairs:
            if sum(key == other for other, _ in pairs) > 1:
                raise TrialsimError(f"{name}, {key}", "two of them", "each key once", "The file was changed by hand.")
        return dict(pairs)

    def no_number(word: str) -> float:
        raise TrialsimError(name, word, "numbers", "The file was changed by hand.")

    allowed = "the file that Save the bench has written"
    try:
        plain = text.decode("utf-8-sig") if isinstance(text, bytes) else text
        found = json.loads(plain, object_pairs_hook=once, parse_constant=no_number)
    except UnicodeDecodeError:
        raise TrialsimError(name, "bytes that are not UTF-8", allowed) from None
    except json.JSONDecodeError as problem:
        fix = f"In line {problem.lineno}, column {problem.colno} it is no JSON: cut off, or changed by hand."
        raise TrialsimError(name, problem.msg, allowed, fix) from None
    except (RecursionError, ValueError) as problem:
        if isinstance(problem, TrialsimError):
            raise
        raise TrialsimError(name, "values nested too deeply, or numbers too long", allowed) from None
    return _table(found, name)


def _table(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TrialsimError(where, value, "names with their values", "The file was changed by hand, or is another one.")
    return value


def _known(values: Mapping[str, Any], names: tuple[str, ...], where: str) -> None:
    for name in values:
        if name not in names:
            near = get_close_matches(name, names, n=1)
            fix = f"Did you mean {near[0]!r}?" if near else "The file was changed by hand."
            raise TrialsimError(f"{where}", name, "the names " + ", ".join(names), fix)


def unpack(values: Mapping[str, Any], name: str) -> Bench:
    """Return the bench of plain values, every one of them checked; `name` is what messages call their place."""
    names = tuple(one.name for one in fields(Bench))
    where = f"{name}, bench"
    _known(values, names, where)
    missing = [one for one in names if one not in values]
    if missing:
        raise TrialsimError(where, f"no {missing[0]}", "every assumption", "The file was changed by hand.")
    ready = dict(values)
    for key in _SCENARIOS:
        if ready[key] is not None or key == "scenario":
            changed = _table(ready[key], f"{where}, {key}")
            _known(changed, tuple(one.name for one in fields(Scenario)), f"{where}, {key}")
            ready[key] = _made(partial(Scenario, **changed), f"{where}, {key}")
    for key in _LISTS:
        if not isinstance(ready[key], (list, tuple)) or not all(isinstance(one, str) for one in ready[key]):
            raise TrialsimError(f"{where}, {key}", ready[key], "a list of keys of published arms")
        ready[key] = tuple(ready[key])
    bench: Bench = _made(partial(Bench, **ready), where)
    return bench


def _made(make: Callable[[], Any], where: str) -> Any:
    """What `make` gives; an error names the file, too."""
    try:
        return make()
    except TrialsimError as error:
        raise TrialsimError(f"{where}, {error.where}", error.got, error.allowed, error.fix) from None
