"""The learner's work beside the notebooks: one file a lesson, so that two lessons open at once never write to the same.

>>> import tempfile
>>> from trialsim.exchange.work import LessonWork, Work
>>> with tempfile.TemporaryDirectory() as place:
...     folder = WorkFolder(place)
...     folder.keep(Work("Ada", 7, {"04": LessonWork(predictions={"guess": 80})}), "04")
...     folder.read().work.name
'Ada'
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from trialsim.errors import TrialsimError
from trialsim.exchange.work import Work, join_work, load_work, save_work
from trialsim.facts.course import lessons

__all__ = ["FOLDER", "Found", "WorkFolder"]

FOLDER = "my_work"
"""The name of the folder beside the notebooks."""


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
        for lesson in lessons():
            file = self._file(lesson.number)
            if file.exists():
                try:
                    works.append(load_work(file))
                except TrialsimError as error:
                    problems.append(str(error))
        return Found(join_work(*works), tuple(problems))

    def keep(self, work: Work, *numbers: str) -> None:
        """Write these lessons of `work`, each to its own file.

        A file that could not be read is kept aside under another name, not written over.

        Raises
        ------
        TrialsimError
            When the folder cannot be written to.
        """
        try:
            Path(self.path).mkdir(exist_ok=True)
            for number in numbers:
                self._set_aside(self._file(number))
        except OSError as problem:
            raise self._refused(problem) from None
        for number in numbers:
            save_work(replace(work, lessons={number: work.lessons[number]}), self._file(number))

    def forget(self, number: str) -> None:
        """Remove the file of a lesson, if there is one.

        Raises
        ------
        TrialsimError
            When it cannot be removed.
        """
        try:
            self._set_aside(self._file(number))
            self._file(number).unlink(missing_ok=True)
        except OSError as problem:
            raise self._refused(problem) from None

    def _refused(self, problem: OSError) -> TrialsimError:
        return TrialsimError("path", str(self.path), "a folder that can be written", f"{problem.strerror}.")

    def _file(self, number: str) -> Path:
        return Path(self.path) / f"lesson_{number}.json"

    @staticmethod
    def _set_aside(file: Path) -> None:
        if not file.exists():
            return
        try:
            load_work(file)
        except TrialsimError:
            file.replace(file.with_suffix(".unreadable.json"))
