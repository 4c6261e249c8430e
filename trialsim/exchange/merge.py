"""One lesson that is at work in two places at once: what was done in either is in the file.

>>> base = LessonWork()
>>> here, there = LessonWork(words={"transfer": "mine"}), LessonWork(predictions={"guess": 80})
>>> both, twice = merge_lesson(base, here, there)
>>> dict(both.words), dict(both.predictions), twice
({'transfer': 'mine'}, {'guess': 80}, ())
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from trialsim.exchange.kept_values import MAX_NAME
from trialsim.exchange.work import MAX_SECONDS, MAX_TRIES, LessonWork, Try

ELSEWHERE = " (other window)"
"""What the name of a text gets after it, where another was written in its place elsewhere meanwhile."""


def merge_lesson(base: LessonWork, mine: LessonWork, theirs: LessonWork) -> tuple[LessonWork, tuple[str, ...]]:
    """What was done here since `base` goes on top of what the file holds by now.

    Parameters
    ----------
    base : LessonWork
        As it stood here when it was last read or written.
    mine : LessonWork
        As it stands here now.
    theirs : LessonWork
        As it stands in the file, where another window may have written since.

    Returns
    -------
    (LessonWork, tuple of str)
        The lesson to write, and the other text wherever both have written in one place: it is kept beside mine.
    """
    words = _changed(base.words, mine.words, theirs.words)
    twice = []
    for name in {**base.words, **mine.words}:
        before, text, other = (lesson.words.get(name, "") for lesson in (base, mine, theirs))
        if text != before and other != before and other not in text:
            words[name[: MAX_NAME - len(ELSEWHERE)] + ELSEWHERE] = other
            twice.append(other)
    merged = LessonWork(
        began=min(filter(None, (mine.began, theirs.began)), default=""),
        last=max(mine.last, theirs.last),
        seconds=theirs.seconds + max(0, mine.seconds - base.seconds),
        predictions=_changed(base.predictions, mine.predictions, theirs.predictions),
        settings=_changed(base.settings, mine.settings, theirs.settings),
        checks=_tried(base.checks, mine.checks, theirs.checks),
        words=words,
    )
    return merged, tuple(twice)


def within_limits(lesson: LessonWork) -> LessonWork:
    """The lesson as it can be read back: of tries without end the last ones, and no more time than is believed."""
    checks = {name: tuple(tries[-MAX_TRIES:]) for name, tries in lesson.checks.items()}
    return replace(lesson, checks=checks, seconds=min(lesson.seconds, MAX_SECONDS))


def _changed(base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    """By name: mine where it was changed here since, theirs elsewhere."""
    merged = dict(theirs)
    for name in {**base, **mine}:
        if mine.get(name) != base.get(name):
            merged.pop(name, None)
            if name in mine:
                merged[name] = mine[name]
    return merged


def _tried(
    base: Mapping[str, tuple[Try, ...]], mine: Mapping[str, tuple[Try, ...]], theirs: Mapping[str, tuple[Try, ...]]
) -> dict[str, tuple[Try, ...]]:
    """As `_changed`, but tries that were added here follow those that were added elsewhere."""
    merged = _changed(base, mine, theirs)
    for name, tries in mine.items():
        before, there = base.get(name, ()), theirs.get(name, ())
        if len(tries) > len(before) and tuple(tries[: len(before)]) == tuple(before):
            merged[name] = (*there, *tries[len(before) :])
    return merged
