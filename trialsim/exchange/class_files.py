"""The files that a class handed in: each readable one with its learner, and a sentence on whatever else is there.

>>> import tempfile
>>> from trialsim.exchange.work import save_work
>>> with tempfile.TemporaryDirectory() as place:
...     _ = save_work(Work("Ada", 12), f"{place}/one.json")
...     Path(place, "two.json").write_text("not JSON")
...     handed = read_folder(place)
8
>>> [each.learner for each in handed.learners], len(handed.problems)
(['Ada'], 1)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from os import scandir
from pathlib import Path

from trialsim.errors import TrialsimError
from trialsim.exchange.work import Work, join_work, load_work, write_work
from trialsim.files import check_path, reason
from trialsim.text import some

MAX_FILES = 2_000
"""More than any class hands in; a folder with more of them is another one."""

_MAX_NAMED = 5


@dataclass(frozen=True, slots=True)
class Learner:
    """One learner: what to call them, the files that are theirs, and all of their work."""

    learner: str
    files: tuple[str, ...]
    work: Work


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What a folder holds: the learners by name, and a sentence on each thing that an instructor should know of."""

    learners: tuple[Learner, ...]
    problems: tuple[str, ...]


def read_folder(folder: str | Path) -> HandedIn:
    """Read every file of a folder whose name ends in .json; folders in it and hidden files are left alone.

    Raises
    ------
    TrialsimError
        When there is no such folder or it cannot be read.
    """
    files, problems = _listed(folder)
    works: list[tuple[str, Work]] = []
    for file in files[:MAX_FILES]:
        try:
            works.append((file.name, _load(file)))
        except TrialsimError as error:
            problems.append(str(error))
    works, copies = _without_copies(works)
    learners, shared = _by_learner(works)
    return HandedIn(learners, tuple(map(one_line, (*problems, *copies, *shared))))


def _listed(folder: str | Path) -> tuple[list[Path], list[str]]:
    """The files to read, by name, and what is to be said of the others."""
    try:
        with scandir(check_path(folder, "folder")) as entries:
            found = sorted((entry for entry in entries if not entry.name.startswith(".")), key=lambda entry: entry.name)
        plain = [entry for entry in found if entry.is_file()]
    except (OSError, ValueError) as problem:
        fix = "" if isinstance(problem, TrialsimError) else reason(problem)
        raise TrialsimError("folder", folder, "a folder that can be read", fix) from None
    files = [Path(entry.path) for entry in plain if entry.name.lower().endswith(".json")]
    others = [entry.name for entry in plain if not entry.name.lower().endswith(".json")]
    problems = []
    if len(files) > MAX_FILES:
        problems.append(f"There are {len(files):,} files; the first {MAX_FILES:,} of them were read.")
    if not files:
        problems.append("No file in this folder has a name that ends in .json.")
    if others:
        problems.append(f"Not read, because the name does not end in .json: {some(others, _MAX_NAMED)}.")
    return files, problems


def _load(file: Path) -> Work:
    try:
        return load_work(file)
    except TrialsimError as error:
        if error.where == "path":  # the whole path is nobody's business; every other message begins with the name
            raise TrialsimError(file.name, "a file that cannot be opened", error.allowed, error.fix) from None
        raise


def _without_copies(works: Sequence[tuple[str, Work]]) -> tuple[list[tuple[str, Work]], list[str]]:
    """Each piece of work once. Work in which nothing was done may look the same without being a copy."""
    kept: dict[str, tuple[str, Work]] = {}
    problems = []
    for name, work in works:
        content = write_work(work) if work.lessons else name
        if content in kept:
            problems.append(f"{name} holds the same as {kept[content][0]}: counted once.")
        else:
            kept[content] = (name, work)
    return list(kept.values()), problems


def _by_learner(works: Sequence[tuple[str, Work]]) -> tuple[tuple[Learner, ...], list[str]]:
    """Files that one learner's work went into belong together; a file that does not say so is somebody's own."""
    groups: dict[tuple[str, str], list[tuple[str, Work]]] = {}
    for file, work in works:
        groups.setdefault(("learner", work.learner) if work.learner else ("file", file), []).append((file, work))
    learners = []
    for group in groups.values():
        work = join_work(*(part for _, part in group))
        files = tuple(file for file, _ in group)
        learners.append(Learner(one_line(work.name) or one_line(Path(files[0]).stem), files, work))
    times = Counter(each.learner.casefold() for each in learners)
    named = [
        replace(each, learner=f"{each.learner} ({each.files[0]})") if times[each.learner.casefold()] > 1 else each
        for each in sorted(learners, key=lambda each: (each.learner.casefold(), each.files))
    ]
    return tuple(named), list(_said(learners, times))


def _said(learners: Sequence[Learner], times: Counter[str]) -> Iterator[str]:
    for each in learners:
        if len(each.files) > 1:
            yield f"{', '.join(each.files)}: the work of one learner ({each.learner}), taken together."
    for folded, count in times.items():
        if count > 1:
            called = next(each.learner for each in learners if each.learner.casefold() == folded)
            yield (
                f"{count} learners are called {called}, and their work began apart: taken as different people. If they "
                "are one, let them load the older file in a lesson and save again."
            )


def one_line(text: str) -> str:
    """A text on one line, without characters that print nothing or turn the line around.

    Examples
    --------
    >>> one_line(" Ada\\n Li\\u202e")
    'Ada Li'
    """
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
