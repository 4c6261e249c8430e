"""A user's own files: read up to a size and never from a device; written whole or not at all.

>>> import tempfile
>>> with tempfile.TemporaryDirectory() as folder:
...     read_local_file(write_whole(folder + "/mine.txt", "20 patients"), 100, "note")
b'20 patients'
"""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex

from trialsim.errors import TrialsimError, Words

__all__ = ["check_path", "only_writer", "read_local_file", "reason", "write_new", "write_whole"]

_WINDOWS = os.name == "nt"
# Where a system has these, a pipe does not make us wait, and a planted link is not followed.
_READ = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
_NO_FSYNC = (errno.EINVAL, errno.ENOSYS, getattr(errno, "ENOTSUP", errno.EINVAL))

_MAX_NAME_IN_DRAFT = 40
_MAX_DRAFT_SECONDS = 600
"""A draft that is older was left by a program that was killed."""
_MAX_HELD_SECONDS = 2.0
"""A lock that stands unchanged for longer was left by a program that was killed."""
_MAX_WAIT_SECONDS = 10.0
_MAX_TRIES = 25  # on Windows, where a file that is being read cannot be replaced for a moment


def check_path(path: object, where: str = "path") -> Path:
    """Return `path` as a Path, or raise: it must be text or a Path, and may name a file.

    Examples
    --------
    >>> check_path(None)
    Traceback (most recent call last):
    trialsim.errors.TrialsimError: path: got None; allowed: the path of a file, as text or a Path.
    """
    if not isinstance(path, (str, Path)) or not str(path).strip() or "\0" in str(path):
        raise TrialsimError(where, path, "the path of a file, as text or a Path")
    return Path(path)


def read_local_file(path: object, max_bytes: int, what: str, *, where: str = "path") -> bytes:
    """Read a file whole: no device, no pipe, no folder, and not more than `max_bytes`.

    Parameters
    ----------
    path : str or Path
    max_bytes : int
        A larger file is refused, unread.
    what : str
        What the user calls it: "saved bench".
    where : str
        What the argument is called.

    Raises
    ------
    TrialsimError
        When it is not there, cannot be read, is too large or no file at all.
    """
    file = check_path(path, where)
    allowed = f"a {what} that can be read"
    try:
        _refuse_what_is_no_file(os.stat(file), path, where, allowed)
        with open(os.open(file, _READ), "rb") as opened:
            about = os.fstat(opened.fileno())  # once more: another may stand there by now
            _refuse_what_is_no_file(about, path, where, allowed)
            content = b"" if about.st_size > max_bytes else opened.read(max_bytes + 1)
    except (OSError, ValueError) as problem:
        if isinstance(problem, TrialsimError):
            raise
        raise TrialsimError(where, str(path), allowed, reason(problem)) from None
    size = max(about.st_size, len(content))
    if size > max_bytes:
        fix = f"A {what} is far smaller: is it another file?"
        raise TrialsimError(file.name, Words(f"{size / 1e6:,.1f} MB"), f"at most {max_bytes / 1e6:g} MB", fix)
    return content


def _refuse_what_is_no_file(about: os.stat_result, path: object, where: str, allowed: str) -> None:
    if stat.S_ISDIR(about.st_mode):
        raise TrialsimError(where, str(path), allowed, "There is no such file, but a folder of that name.")
    if not stat.S_ISREG(about.st_mode):
        raise TrialsimError(where, str(path), allowed, "There is a device or a pipe of that name, not a file.")


def write_whole(path: object, content: str | bytes) -> Path:
    """Write a file whole or not at all: whatever happens, an older one of that name stays as it was until then.

    It is written beside its place under a name that no one else uses, and then put there. A link of that name is
    replaced, not followed.

    Raises
    ------
    TrialsimError
        When it cannot be written.
    """
    file = check_path(path)
    try:
        _refuse_in_the_way(file)
        draft = _drafted(file, content)
        with _gone_if_it_fails(draft):
            _put(draft, file)
    except (OSError, ValueError) as problem:
        raise TrialsimError("path", str(path), "a file that can be written", reason(problem)) from None
    _sync_folder(file)
    return file


def write_new(path: object, content: str | bytes) -> Path:
    """Write a file as `write_whole`, where there is none of that name yet.

    Raises
    ------
    TrialsimError
        When there is one, or it cannot be written; nothing is left then.
    """
    file = check_path(path)
    try:
        draft = _drafted(file, content)
        with _gone_if_it_fails(draft):
            os.close(os.open(file, _CREATE, 0o666))  # takes the name, or finds it taken
            with _gone_if_it_fails(file):
                _put(draft, file)
    except (OSError, ValueError) as problem:
        raise TrialsimError("path", str(path), "a new file that can be written", reason(problem)) from None
    _sync_folder(file)
    return file


def reason(problem: Exception) -> str:
    """Why the system refused, as a sentence.

    Examples
    --------
    >>> reason(IsADirectoryError(21, "Is a directory")), reason(OSError("odd"))
    ('Is a directory.', 'odd.')
    """
    if isinstance(problem, FileNotFoundError):
        return "There is no such file or folder."
    said = problem.strerror if isinstance(problem, OSError) and problem.strerror else str(problem)
    return f"{said or type(problem).__name__}.".replace("..", ".")


@contextmanager
def only_writer(file: Path) -> Iterator[None]:
    """Hold `file` while it is read, changed and written, so that no other program of ours does the same meanwhile.

    A file beside it says so; where the system offers no locks (a browser), this works all the same. One that a killed
    program left there is taken away.

    Raises
    ------
    OSError
        When the folder cannot be written to, or others hold the file for many seconds.
    """
    lock = file.with_name(f".{file.name}.lock")
    began = time.monotonic()
    seen: tuple[int, int] | None = None
    since = began
    while not _taken(lock):
        now, there = time.monotonic(), _mark(lock)
        if there != seen:
            seen, since = there, now
        elif there is not None and now - since > _MAX_HELD_SECONDS:
            with suppress(FileNotFoundError):
                lock.unlink()
        if now - began > _MAX_WAIT_SECONDS:
            raise TimeoutError(errno.ETIMEDOUT, "Another program holds it")
        time.sleep(0.002)
    try:
        yield
    finally:
        with suppress(OSError):
            lock.unlink()


def _taken(lock: Path) -> bool:
    try:
        os.close(os.open(lock, _CREATE, 0o666))
    except FileExistsError:
        return False
    except PermissionError:
        if not _WINDOWS:  # there it is what a file gives that is just being removed
            raise
        return False
    return True


def _mark(lock: Path) -> tuple[int, int] | None:
    try:
        about = os.lstat(lock)
    except OSError:
        return None
    return about.st_ino, about.st_mtime_ns


@contextmanager
def _gone_if_it_fails(file: Path) -> Iterator[None]:
    """Take the file away when what is done meanwhile fails or is broken off."""
    try:
        yield
    except BaseException:
        with suppress(OSError):
            file.unlink()
        raise


def _refuse_in_the_way(file: Path) -> None:
    """Raise where something stands that is no file: putting ours in its place would take it away."""
    try:
        mode = os.stat(file).st_mode
    except FileNotFoundError:
        return
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "There is a folder of that name")
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "There is a device or a pipe of that name")


def _drafted(file: Path, content: str | bytes) -> Path:
    """The content in a new file beside `file`, safely on the disk."""
    data = content if isinstance(content, bytes) else content.encode("utf-8")
    start = f".{file.name[:_MAX_NAME_IN_DRAFT]}."
    draft = file.with_name(f"{start}{token_hex(8)}.part")
    descriptor = os.open(draft, _CREATE, 0o666)
    with _gone_if_it_fails(draft), open(descriptor, "wb") as opened:
        opened.write(data)
        opened.flush()
        _sync(opened.fileno())
        written = os.fstat(opened.fileno()).st_mtime
    _remove_left(file.parent, start, written)
    return draft


def _remove_left(folder: Path, start: str, now: float) -> None:
    """Take away the drafts of this file that killed programs left; `now` is the time as the disk has it."""
    with suppress(OSError), os.scandir(folder) as entries:
        left = [
            entry.path
            for entry in entries
            if entry.name.startswith(start)
            and entry.name.endswith(".part")
            and len(entry.name) == len(start) + 21
            and now - entry.stat(follow_symlinks=False).st_mtime > _MAX_DRAFT_SECONDS
        ]
        for path in left:
            os.unlink(path)


def _put(draft: Path, file: Path) -> None:
    for at in range(_MAX_TRIES):
        try:
            os.replace(draft, file)
        except PermissionError:
            if not _WINDOWS or at == _MAX_TRIES - 1:
                raise
            time.sleep(0.02)
        else:
            return


def _sync(descriptor: int) -> None:
    try:
        os.fsync(descriptor)
    except OSError as problem:
        if problem.errno not in _NO_FSYNC:
            raise


def _sync_folder(file: Path) -> None:
    """So that the new name outlives a power cut; a system that cannot do it for a folder is left alone."""
    with suppress(OSError):
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
