"""The learner's work beside the notebooks: one file a lesson, so that two lessons open at once never write to the same.

>>> import tempfile
>>> from trialsim.exchange.work import LessonWork, Work
>>> with tempfile.TemporaryDirectory() as place:
...     folder = WorkFolder(place)
...     _ = folder.keep(Work("Ada", 7, {"04": LessonWork(predictions={"guess": 80})}), "04")
...     folder.read().work.name
'Ada'
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import count
from os.path import lexists
from pathlib import Path

from trialsim.ahead import ONE_THREAD
from trialsim.errors import TrialsimError
from trialsim.exchange.merge import merge_lesson, within_limits
from trialsim.exchange.work import MAX_WORK_BYTES, LessonWork, Work, join_work, load_work, read_work, write_work
from trialsim.facts.course import whole_course
from trialsim.files import check_path, only_writer, read_local_file, reason, write_whole

FOLDER = "my_work"
"""The name of the folder beside the notebooks."""

_SHOWN = 80
# Nobody else's business; but JupyterLite keeps a folder whose mode is not this one as an empty file.
_FOLDER_MODE = 0o777 if ONE_THREAD else 0o700
_SAID = (
    "Lesson {number} is open in another window, too, and your own words were changed in both: the file keeps both "
    "texts. The other one begins: {start!r}."
)


@dataclass(frozen=True, slots=True)
class Found:
    """What a folder holds: the work of all lessons together, and a sentence on each file that cannot be read."""

    work: Work
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkFolder:
    """A folder with one file for each lesson that was begun; it is made when something is kept.

    Parameters
    ----------
    path : str or Path
    """

    path: str | Path

    def read(self) -> Found:
        """All lessons together. A file that cannot be read is left as it is, and named."""
        works, problems = [], []
        for lesson in whole_course():
            file = self._file(lesson.number)
            if lexists(file):
                try:
                    works.append(load_work(file))
                except TrialsimError as error:
                    problems.append(str(error))
        return Found(join_work(*works), tuple(problems))

    def keep(self, work: Work, *numbers: str, known: Mapping[str, LessonWork] | None = None) -> tuple[str, ...]:
        """Write these lessons of `work`, each to its own file.

        A file that could not be read is kept aside under another name, not written over.

        Parameters
        ----------
        work : Work
        *numbers : str
            Which of its lessons.
        known : mapping, optional
            The lessons as they stood here when they were last read or kept. What another window has written to the file
            since stays; None: the file holds this work afterwards and nothing else.

        Returns
        -------
        tuple of str
            A sentence on each text that was written in another window in the same place. It is kept, too.

        Raises
        ------
        TrialsimError
            When the folder cannot be written to, or what was done could not be read back.
        """
        said: list[str] = []
        try:
            check_path(self.path).mkdir(mode=_FOLDER_MODE, exist_ok=True)
            for number in numbers:
                said += self._keep(work, number, known)
        except (OSError, ValueError) as problem:
            raise self._refused(problem) from None
        return tuple(said)

    def _keep(self, work: Work, number: str, known: Mapping[str, LessonWork] | None) -> list[str]:
        file, lesson = self._file(number), work.lessons[number]
        twice: tuple[str, ...] = ()
        with only_writer(file):
            there = self._there(file)
            if known is not None and there is not None and number in there.lessons:
                lesson, twice = merge_lesson(known.get(number, LessonWork()), lesson, there.lessons[number])
            text = write_work(replace(work, lessons={number: within_limits(lesson)}))
            read_work(text, file.name)  # what could not be read back must not take the place of what can
            write_whole(file, text)
        return [_SAID.format(number=number, start=other[:_SHOWN]) for other in twice]

    def forget(self, number: str) -> None:
        """Remove the file of a lesson, if there is one.

        Raises
        ------
        TrialsimError
            When it cannot be removed.
        """
        file = self._file(number)
        try:
            if lexists(file):
                with only_writer(file):
                    self._there(file)
                    file.unlink(missing_ok=True)
        except (OSError, ValueError) as problem:
            raise self._refused(problem) from None

    def _refused(self, problem: Exception) -> TrialsimError:
        if isinstance(problem, TrialsimError):
            return problem
        return TrialsimError("path", str(self.path), "a folder that can be written", reason(problem))

    def _file(self, number: str) -> Path:
        return Path(self.path) / f"lesson_{number}.json"

    @staticmethod
    def _there(file: Path) -> Work | None:
        """What the file holds; one that does not hold any work is set aside under a name that is free."""
        if not lexists(file):
            return None
        content = read_local_file(file, MAX_WORK_BYTES, "saved work")  # a file that cannot be opened stays where it is
        try:
            return read_work(content, file.name)
        except TrialsimError:
            names = (file.with_suffix(f".unreadable{f'-{at}' if at > 1 else ''}.json") for at in count(1))
            file.rename(next(name for name in names if not lexists(name)))
            return None
