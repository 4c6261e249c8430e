"""What the learner has done in one lesson: read when the lesson begins, written beside the notebook at every change.

>>> import tempfile
>>> with tempfile.TemporaryDirectory() as place:
...     Keeper("04", WorkFolder(place)).keep("predictions", "guess", 80)
...     Keeper("04", WorkFolder(place)).mine.predictions["guess"]
80
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Literal

from trialsim.errors import TrialsimError
from trialsim.exchange.work import LONGEST_NAME, LessonWork, Work, join_work, read_number
from trialsim.exchange.work_folder import WorkFolder

__all__ = ["FIRST_NUMBER", "Keeper", "Part"]

Part = Literal["predictions", "settings", "checks", "words"]

FIRST_NUMBER = 7
"""The learner's number until they choose their own."""

# A longer pause is a break, and not counted as time at work.
_LONGEST_PAUSE = 300


def _now() -> datetime:
    return datetime.now(UTC)


class Keeper:
    """The learner's work in one lesson, and whoever wants to know when it changes.

    Parameters
    ----------
    lesson : str
        The lesson's number.
    folder : WorkFolder
        Where it is kept.
    clock : callable, optional
        Gives the time.

    Attributes
    ----------
    work : Work
        All lessons as far as the folder holds them; this one as it stands now.
    problems : tuple of str
        Sentences on what could not be read or written.
    """

    def __init__(self, lesson: str, folder: WorkFolder, *, clock: Callable[[], datetime] = _now) -> None:
        self.lesson, self._folder, self._clock = lesson, folder, clock
        found = folder.read()
        self.work = found.work if found.work.last else replace(found.work, number=FIRST_NUMBER)
        self.problems = found.problems
        self._before: Work | None = None
        self._watchers: list[Callable[[], None]] = []

    @property
    def mine(self) -> LessonWork:
        """What was done in this lesson."""
        return self.work.lessons.get(self.lesson, LessonWork())

    @property
    def undoable(self) -> bool:
        """Whether the last loading or starting over can be taken back."""
        return self._before is not None

    def watch(self, changed: Callable[[], None]) -> None:
        """Call `changed` after every change."""
        self._watchers.append(changed)

    def keep(self, part: Part, name: str, value: Any) -> None:
        """Keep what was done in one place of the lesson; None forgets it."""
        kept = dict(getattr(self.mine, part))
        if kept.get(name) == value:
            return
        kept[name] = value
        if value is None:
            del kept[name]
        changes: dict[str, Any] = {part: kept}
        self._change(replace(self.mine, **changes))

    def call(self, name: str) -> None:
        """Take the learner's name; empty is allowed.

        Raises
        ------
        TrialsimError
            When it is too long.
        """
        if len(name) > LONGEST_NAME:
            raise TrialsimError("Your name", f"{len(name)} characters", f"at most {LONGEST_NAME}")
        if name != self.work.name:
            self.work = replace(self.work, name=name)
            self._change(self.mine)

    def renumber(self, number: object) -> None:
        """Take the learner's number, which picks the patients and trials of some questions.

        Raises
        ------
        TrialsimError
            When it is no such number.
        """
        checked = read_number(number)
        if checked != self.work.number:
            self.work = replace(self.work, number=checked)
            self._change(self.mine)

    def put(self, work: Work) -> None:
        """Take the lessons of a file that was loaded; those it does not hold stay as they are."""
        self._before = self.work
        self.work = replace(
            join_work(self.work, work),
            name=work.name or self.work.name,
            number=work.number,
            lessons={**self.work.lessons, **work.lessons},
        )
        self._write(*work.lessons)

    def start_over(self) -> None:
        """Forget this lesson."""
        self._before = self.work
        self.work = replace(self.work, lessons={k: one for k, one in self.work.lessons.items() if k != self.lesson})
        self._write()

    def undo(self) -> None:
        """Take back the last loading or starting over."""
        if self._before is not None:
            self.work, self._before = self._before, None
            self._write(*self.work.lessons)

    def trouble(self, sentence: str) -> None:
        """Say what of the kept work could not be shown."""
        if sentence not in self.problems:
            self.problems = (*self.problems, sentence)
            self._tell()

    def _change(self, mine: LessonWork) -> None:
        now = self._clock().replace(microsecond=0)
        worked = mine.seconds
        if mine.last:
            pause = (now - datetime.fromisoformat(mine.last)).total_seconds()
            worked += round(pause) if 0 <= pause <= _LONGEST_PAUSE else 0
        said = now.isoformat(timespec="seconds")
        mine = replace(mine, began=mine.began or said, last=said, seconds=worked)
        self.work = replace(self.work, lessons={**self.work.lessons, self.lesson: mine})
        self._write(self.lesson)

    def _write(self, *lessons: str) -> None:
        try:
            if self.lesson not in self.work.lessons:
                self._folder.forget(self.lesson)
            self._folder.keep(self.work, *lessons)
        except TrialsimError as error:
            self.trouble(f"{error} Your work is not kept beside the notebook: press Save my work before you leave.")
        self._tell()

    def _tell(self) -> None:
        for changed in self._watchers:
            changed()
