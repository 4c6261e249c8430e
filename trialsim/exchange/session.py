"""A bench as one small file: saved, checked word by word when it is loaded, refused with a sentence if it does not fit.

>>> from trialsim.power.bench import Bench
>>> read_bench(write_bench(Bench(p0=0.25))).p0
0.25
"""

from __future__ import annotations

import binascii
import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any

from trialsim.errors import TrialsimError, Words
from trialsim.exchange.strict_json import BY_HAND, FileKind, check_names, check_table
from trialsim.patients.scenario import Scenario
from trialsim.power.bench import Bench

MAX_BENCH_BYTES = 200_000
"""Bytes; a saved bench takes about two thousand."""

_KIND = FileKind("trialsim bench", 1, MAX_BENCH_BYTES, "saved bench", "Save the bench")

_SCENARIOS = ("scenario", "p0_patients", "p1_patients")
_ADDED = ("p0_reason", "p1_reason", "rescue", "stopped", "prior_controls", "prior_flat", "sides", "loss")
"""Fields that files saved by earlier versions do not have; they are then as at the start."""


def write_bench(bench: Bench) -> str:
    """Return a bench as the text of its file.

    Every field is written, also those at their start; of the patients what differs from the base case.
    """
    return _KIND.write({"bench": pack(bench)})


def pack(bench: Bench) -> dict[str, Any]:
    """Return the fields of a bench as plain values."""
    if not isinstance(bench.protocol, str):
        fix = "Save the protocol as a file and give the bench its path."
        raise TrialsimError("protocol", bench.trial.id, "an id or the path of a file", fix)
    return {name: value.changed() if isinstance(value, Scenario) else value for name, value in bench.values().items()}


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
    content = _KIND.read(text, name, ("bench",))
    values = check_table(content.get("bench"), f"{name}, bench")
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
    return _KIND.write_file(write_bench(bench), path)


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
    return read_bench(_KIND.read_file(path), Path(path).name)


def unpack(values: Mapping[str, Any], name: str) -> Bench:
    """Return the bench of plain values, every one of them checked; `name` is what messages call their place."""
    names = tuple(Bench().values())
    where = f"{name}, bench"
    check_names(values, names, where)
    missing = [field for field in names if field not in values and field not in _ADDED]
    if missing:
        raise TrialsimError(where, f"no {missing[0]}", "every assumption", BY_HAND)
    ready = dict(values)
    for key in _SCENARIOS:
        if ready[key] is not None or key == "scenario":
            changed = check_table(ready[key], f"{where}, {key}")
            check_names(changed, tuple(field.name for field in fields(Scenario)), f"{where}, {key}")
            ready[key] = _made(partial(Scenario, **changed), f"{where}, {key}")
    bench: Bench = _made(partial(Bench, **ready), where)
    return bench


_TEXT, _TEXT_VERSION = "bench", 1
_WHOLE = "a text that was copied whole from the page of the bench"


def bench_to_text(bench: Bench) -> str:
    """Return a bench as one short line that opens it elsewhere: what differs from the start, and a check sum.

    Examples
    --------
    >>> bench_from_text(bench_to_text(Bench(p0=0.25))).p0
    0.25
    """
    values = pack(bench)
    changed = {name: values[name] for name in bench.changed()}
    packed = (
        urlsafe_b64encode(zlib.compress(json.dumps(changed, separators=(",", ":")).encode(), 9)).decode().rstrip("=")
    )
    return f"{_TEXT}{_TEXT_VERSION}.{packed}.{zlib.crc32(packed.encode()):08x}"


def bench_from_text(text: str) -> Bench:
    """Return the bench of such a line; line breaks that a mail has put into it do not matter.

    Raises
    ------
    TrialsimError
        When it is none, is cut off or changed, comes from another version, or holds what cannot be.

    Examples
    --------
    >>> bench_from_text("bench1.eJyrVi")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    trialsim.errors.TrialsimError: pasted text: got cut off or changed; allowed: a text that was copied whole from ...
    """
    where, again = "pasted text", "Copy it again, from its first letter to its last."
    if not isinstance(text, str) or len(text) > MAX_BENCH_BYTES:
        raise TrialsimError(where, Words("too much"), _WHOLE)
    head, _, rest = "".join(text.split()).partition(".")
    packed, _, sum_ = rest.rpartition(".")
    if not head.startswith(_TEXT):
        raise TrialsimError(where, text[:40], f"{_WHOLE}; it begins with {_TEXT}{_TEXT_VERSION}.")
    if head != f"{_TEXT}{_TEXT_VERSION}" and head.removeprefix(_TEXT).isdecimal():
        raise TrialsimError(where, head[:20], f"{_TEXT}{_TEXT_VERSION}", "It was made by another trialsim: update.")
    if not packed or sum_ != f"{zlib.crc32(packed.encode()):08x}":
        raise TrialsimError(where, Words("cut off or changed"), _WHOLE, again)
    try:
        raw = urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
        changed = json.loads(zlib.decompressobj().decompress(raw, MAX_BENCH_BYTES))
    except (binascii.Error, zlib.error, ValueError, RecursionError):
        raise TrialsimError(where, Words("no bench"), _WHOLE, again) from None
    values = check_table(changed, where)
    start = pack(_made(partial(Bench, protocol=values.get("protocol", Bench().protocol)), where))
    return unpack({**start, **values}, where)


def _made(make: Callable[[], Any], where: str) -> Any:
    """What `make` gives; an error names the file, too."""
    try:
        return make()
    except TrialsimError as error:
        raise TrialsimError(f"{where}, {error.where}", error.got, error.allowed, error.fix) from None
