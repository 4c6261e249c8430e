"""Spoils files in many ways, the same ways at every run, and counts what a reader makes of them."""

from __future__ import annotations

import signal
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random

from trialsim.errors import TrialsimError

MAX_SECONDS = 20.0  # for one file: on a busy machine the slowest took five

# What means something to a reader of JSON, TOML or CSV, and what should not be there.
TOKENS: tuple[bytes, ...] = (
    b"",
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xed\xa0\x80",
    b"\\ud83d",
    "\u202e\u200b".encode(),
    "\u2028".encode(),
    b"\x1b[31m",
    b"NaN",
    b"nan",
    b"-Infinity",
    b"inf",
    b"1e999",
    b"-0",
    b"-1",
    b"0",
    b"1e-320",
    b"3.9e15",
    b"10000000000000000000000000",
    b"9" * 400,
    b"9" * 5000,
    b"0x1F",
    b"1_000",
    b"true",
    b"null",
    b'""',
    b"''",
    b'"',
    b"'",
    b"{}",
    b"[]",
    b"[" * 3000,
    b'{"a":' * 3000,
    b"a." * 200,
    b"[[a]]\n" * 50,
    b"\n",
    b"\r",
    b"\r\n",
    b",",
    b";",
    b"\t",
    b"=1+1",
    b"@SUM(A1)",
    b"../../etc/passwd",
    b"/dev/zero",
    b"http://127.0.0.1:9/x.csv",
    b"a" * 5000,
    b"2026-11-28",
    b"2026-11-23T09:00:00+00:00",
    b"9999-12-31T23:59:59-23:59",
    b"0001-01-01T00:00:00+23:59",
    b"IMACS-2004",
    b"NCT04946669",
    b"SUBJID",
    b"CK_ULN",
    b"drug_effect",
)
_BREAKS = b",;:=[]{}\"'\n\t #."


def spoilt(whole: bytes, chance: Random) -> bytes:
    """The content with one to four things done to it."""
    content = whole
    for _ in range(chance.randint(1, 4)):
        content = chance.choice(_WAYS)(content, chance)
    return content


def _place(content: bytes, chance: Random) -> tuple[int, int]:
    start = chance.randint(0, len(content))
    return start, min(len(content), start + chance.choice((0, 1, 2, 8, 40)))


def _replaced(content: bytes, chance: Random) -> bytes:
    start, end = _place(content, chance)
    return content[:start] + chance.choice(TOKENS) + content[end:]


def _value_replaced(content: bytes, chance: Random) -> bytes:
    """A piece between two marks of the format becomes something else: what a reader gets to see."""
    start, _ = _place(content, chance)
    while start > 0 and content[start - 1] not in _BREAKS:
        start -= 1
    end = start
    while end < len(content) and content[end] not in _BREAKS:
        end += 1
    return content[:start] + chance.choice(TOKENS) + content[end:]


def _flipped(content: bytes, chance: Random) -> bytes:
    if not content:
        return content
    at = chance.randrange(len(content))
    return content[:at] + bytes([content[at] ^ (1 << chance.randrange(8))]) + content[at + 1 :]


def _cut(content: bytes, chance: Random) -> bytes:
    start, end = sorted((chance.randint(0, len(content)), chance.randint(0, len(content))))
    return content[:start] if chance.random() < 0.5 else content[:start] + content[end:]


def _doubled(content: bytes, chance: Random) -> bytes:
    start, end = sorted((chance.randint(0, len(content)), chance.randint(0, len(content))))
    return content[:end] + content[start:end] * chance.choice((1, 1, 1, 5)) + content[end:]


def _lines_moved(content: bytes, chance: Random) -> bytes:
    lines = content.split(b"\n")
    at, to = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines.insert(to, lines.pop(at) if chance.random() < 0.6 else lines[at])
    return b"\n".join(lines)


_WAYS = (_replaced, _value_replaced, _value_replaced, _value_replaced, _flipped, _cut, _doubled, _lines_moved)


@dataclass
class Counts:
    """What became of spoilt inputs."""

    refused: int = 0
    accepted: int = 0
    foreign: list[str] = field(default_factory=list)
    hangs: list[str] = field(default_factory=list)
    slowest: float = 0.0

    def take(self, which: str, use: Callable[[], object]) -> None:
        """Try one input: `use` reads it and works with what it gives."""
        started = time.monotonic()
        try:
            with time_limit():
                use()
            self.accepted += 1
        except TrialsimError as error:
            self.refused += 1
            said = str(error)
            if len(said) > 6_000 or any(ord(sign) < 32 and sign not in "\n\t" for sign in said):
                self.foreign.append(f"{which}: a message that cannot be shown: {said[:100]!r}")
        except _Hang:
            self.hangs.append(which)
        except Exception:
            self.foreign.append(f"{which}: {traceback.format_exc(limit=-3)}")
        self.slowest = max(self.slowest, time.monotonic() - started)

    def __str__(self) -> str:
        tried = self.refused + self.accepted + len(self.foreign) + len(self.hangs)
        return (
            f"{tried:,} tried: {self.refused:,} clean errors, {self.accepted:,} accepted, "
            f"{len(self.foreign):,} foreign exceptions, {len(self.hangs):,} hangs; slowest {self.slowest:.1f} s"
        )

    def check(self) -> None:
        """Fail with the first of what may not happen."""
        assert not self.foreign, f"{self}\n" + "\n".join(self.foreign[:3])
        assert not self.hangs, f"{self}\n" + "\n".join(self.hangs[:3])


class _Hang(BaseException):
    """Nobody catches it by mistake."""


@contextmanager
def time_limit() -> Iterator[None]:
    """Raise in the middle of what takes too long, where the system can."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def stop(*_: object) -> None:
        raise _Hang

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, MAX_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
