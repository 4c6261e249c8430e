"""What the learner has done in one lesson: read when the lesson begins, written beside the notebook at every change.

>>> import tempfile
>>> with tempfile.TemporaryDirectory() as place:
...     ProgressStore("04", WorkFolder(place)).keep("predictions", "guess", 80)
...     ProgressStore("04", WorkFolder(place)).mine.predictions["guess"]
80
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any, Literal

from trialsim.ahead import in_turn
from trialsim.errors import TrialsimError
from trialsim.exchange.kept_values import MAX_NAME, believable
from trialsim.exchange.merge import merge_lesson
from trialsim.exchange.work import LessonWork, Work, join_work, read_number
from trialsim.exchange.work_folder import WorkFolder

Part = Literal["predictions", "settings", "checks", "words"]

FIRST_NUMBER = 7
"""The learner's number until they choose their own."""

# A longer pause is a break, and not counted as time at work.
_MAX_PAUSE = 300


def _now() -> datetime:
    return datetime.now(UTC)


class ProgressStore:
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
    written : bool
        Whether the last change reached the folder.
    """

    def __init__(self, lesson: str, folder: WorkFolder, *, clock: Callable[[], datetime] = _now) -> None:
        self.lesson, self._folder, self._clock = lesson, folder, clock
        found = folder.read()
        self.work, self.problems = found.work, found.problems
        self._known = dict(found.work.lessons)  # as each stood here when it was last read or written
        self._before: Work | None = None
        self.written = True
        self._watchers: list[Callable[[], None]] = []

    @property
    def mine(self) -> LessonWork:
        """What was done in this lesson."""
        return self.work.lessons.get(self.lesson, LessonWork())

    @property
    def number(self) -> int:
        """The learner's number, or the one that everybody has until they choose their own."""
        return FIRST_NUMBER if self.work.number is None else self.work.number

    @property
    def undoable(self) -> bool:
        """Whether the last loading or starting over can be taken back."""
        return self._before is not None

    @in_turn
    def all_work(self) -> Work:
        """All lessons as they stand now, those that are open elsewhere included: what a saved file holds.

        Examples
        --------
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as place:
        ...     one, other = (ProgressStore(lesson, WorkFolder(place)) for lesson in ("04", "05"))
        ...     other.keep("predictions", "guess", 60)
        ...     sorted(one.all_work().lessons)
        ['05']
        """
        self._catch_up()
        there, work = self._folder.read().work, self.work
        if self.lesson in there.lessons:  # another window may have this lesson, too
            base = self._known.get(self.lesson, LessonWork())
            mine, _ = merge_lesson(base, self.mine, there.lessons[self.lesson])
            work = replace(work, lessons={**work.lessons, self.lesson: mine})
        return join_work(there, work)

    @in_turn
    def watch(self, changed: Callable[[], None]) -> None:
        """Call `changed` after every change; and now, for something may have been done since it was made."""
        self._watchers.append(changed)
        changed()

    @in_turn
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

    @in_turn
    def call(self, name: str) -> None:
        """Take the learner's name; empty is allowed.

        Raises
        ------
        TrialsimError
            When it is too long.
        """
        if len(name) > MAX_NAME:
            raise TrialsimError("Your name", f"{len(name)} characters", f"at most {MAX_NAME}")
        if name != self.work.name:
            self._change(self.mine, name=name)

    @in_turn
    def renumber(self, number: object) -> None:
        """Take the learner's number, which picks the patients and trials of some questions.

        Raises
        ------
        TrialsimError
            When it is no such number.
        """
        checked = read_number(number)
        if checked != self.number:
            self._change(self.mine, number=checked)

    @in_turn
    def put(self, work: Work) -> None:
        """Take the lessons of a file that was loaded; those it does not hold stay as they are."""
        self._before = self.work
        self.work = Work(
            work.name or self.work.name,
            self.work.number if work.number is None else work.number,
            {**self.work.lessons, **work.lessons},
            work.learner or self.work.learner,
        )
        self._write(*work.lessons)

    @in_turn
    def start_over(self) -> None:
        """Forget this lesson."""
        self._before = self.work
        self.work = replace(self.work, lessons={k: done for k, done in self.work.lessons.items() if k != self.lesson})
        self._write()

    @in_turn
    def undo(self) -> None:
        """Take back the last loading or starting over."""
        if self._before is not None:
            loaded = set(self.work.lessons) - set(self._before.lessons)
            self.work, self._before = self._before, None
            self._write(*self.work.lessons, forget=loaded)

    @in_turn
    def trouble(self, sentence: str) -> None:
        """Say what of the kept work could not be shown."""
        if sentence not in self.problems:
            self.problems = (*self.problems, sentence)
            self._tell()

    def _change(self, mine: LessonWork, **about: Any) -> None:
        self._catch_up()
        now = believable(self._clock()).replace(microsecond=0)
        worked = mine.seconds
        if mine.last:
            pause = (now - datetime.fromisoformat(mine.last)).total_seconds()
            worked += round(pause) if 0 <= pause <= _MAX_PAUSE else 0
        said = now.isoformat(timespec="seconds")
        mine = replace(mine, began=mine.began or said, last=said, seconds=worked)
        learner = self.work.learner or token_hex(8)
        self.work = replace(self.work, lessons={**self.work.lessons, self.lesson: mine}, learner=learner, **about)
        self._write(self.lesson)

    def _catch_up(self) -> None:
        """Take in what other open lessons have kept since; not their number, which would change questions on screen."""
        there = self._folder.read().work
        gone = set(self._known) - set(there.lessons)
        own = {k: lesson for k, lesson in self.work.lessons.items() if k == self.lesson or k not in gone}
        newer = {k: lesson for k, lesson in there.lessons.items() if k != self.lesson}
        self._known = {k: lesson for k, lesson in self._known.items() if k == self.lesson} | newer
        name = there.name if there.name and there.last > self.mine.last else self.work.name
        learner = self.work.learner or there.learner
        self.work = replace(self.work, name=name, lessons={**own, **newer}, learner=learner)

    def _write(self, *lessons: str, forget: Collection[str] = ()) -> None:
        try:
            for number in {*forget, *({self.lesson} - set(self.work.lessons))}:
                self._folder.forget(number)
                self._known.pop(number, None)
            for sentence in self._folder.keep(self.work, *lessons, known=self._known):
                self.trouble(sentence)
            self._known |= {number: self.work.lessons[number] for number in lessons}
            self.written = True
        except TrialsimError as error:
            self.written = False
            self.trouble(f"{error} Your work is not kept beside the notebook: press Save my work before you leave.")
        self._tell()

    def _tell(self) -> None:
        for changed in self._watchers:
            changed()
