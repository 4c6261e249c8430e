"""The misconceptions that thinking people hold of small trials: what they say, and what a teacher replies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from trialsim.errors import TrialsimError, check_one_of
from trialsim.facts.course import whole_course
from trialsim.facts.reading import Section, read_facts
from trialsim.facts.records import read_records

_IDENTIFIER = re.compile(r"[a-z][a-z0-9-]*")


@dataclass(frozen=True, slots=True)
class Misconception:
    """One wrong idea with a name.

    Attributes
    ----------
    id : str
        Its key, by which checks refer to it.
    name : str
        What a teacher calls it.
    idea : str
        The idea itself, as the one who holds it would say it.
    reply : str
        What helps: why it tempts, and where it fails.
    lesson : str
        The number of the lesson that treats it.
    """

    id: str
    name: str
    idea: str
    reply: str
    lesson: str

    def __post_init__(self) -> None:
        if not _IDENTIFIER.fullmatch(self.id):
            raise TrialsimError("id", self.id, "small letters, digits and hyphens")


def read_misconceptions(file: Section, numbers: tuple[str, ...]) -> Mapping[str, Misconception]:
    """Read a catalogue strictly; a mistake is refused with its path.

    Parameters
    ----------
    file : Section
        As `trialsim.facts.reading` gives it: one table for each misconception, under its id.
    numbers : tuple of str
        The numbers of the lessons there are.
    """
    found = read_records(Misconception, file)
    for id, misconception in found.items():
        check_one_of(f"{file.at(id)}.lesson", misconception.lesson, numbers)
    return found


@cache
def misconceptions() -> Mapping[str, Misconception]:
    """The whole catalogue, by id.

    Examples
    --------
    >>> misconceptions()["more-is-better"].lesson
    '04'
    """
    return read_misconceptions(read_facts("misconceptions.toml"), tuple(lesson.number for lesson in whole_course()))


def load_misconception(key: str) -> Misconception:
    """One of the catalogue.

    Raises
    ------
    TrialsimError
        When the catalogue has no such id.

    Examples
    --------
    >>> load_misconception("zero-means-safe").name
    'None seen, so none to fear'
    """
    return misconceptions()[check_one_of("misconception", key, misconceptions())]
