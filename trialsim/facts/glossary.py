"""The field's words as this course uses them: what each means, where that comes from, and what computes it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Annotated

from trialsim.errors import TrialsimError
from trialsim.facts.course import lessons
from trialsim.facts.reading import Basis, Section, read_facts
from trialsim.facts.records import read_record
from trialsim.facts.sources import load_sources
from trialsim.text import did_you_mean


@dataclass(frozen=True, slots=True)
class Term:
    """One word of the field.

    Attributes
    ----------
    id : str
        Its anchor on the page of the glossary; follows from the term (`anchor_of`).
    term : str
        The word.
    text : str
        What it means, in our own words.
    source : tuple of str
        Keys of the list of sources; empty where the words are our own.
    basis : str
        ``"read"``, ``"recalled"``, ``"derived"`` or ``"assumed"``.
    lessons : tuple of str
        The numbers of the lessons where it is met.
    related : tuple of str
        Ids of terms to read next.
    also : tuple of str
        Other names for the same thing.
    computed : tuple of str
        Public names of the package that work with it.
    data : tuple of str
        Files of facts that hold it, from the data folder.
    """

    id: str
    term: str
    text: str
    source: Annotated[tuple[str, ...], _source_keys]
    basis: Basis
    lessons: Annotated[tuple[str, ...], _lesson_numbers]
    related: tuple[str, ...]
    also: tuple[str, ...] = ()
    computed: tuple[str, ...] = ()
    data: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.basis == "read" and not self.source:
            raise TrialsimError("source", [], "the source that was read", "Or say that it is recalled.")

    @property
    def origin(self) -> str:
        """Where the definition comes from, in a sentence without its links.

        Examples
        --------
        >>> glossary()["power"].origin
        'own words, standard usage; not looked up again (recalled)'
        """
        if self.source:
            named = "; ".join(load_sources()[key].citation for key in self.source)
            return f"own words after {named} ({self.basis})"
        return f"own words, {_OWN[self.basis]} ({self.basis})"


_OWN: Mapping[Basis, str] = {
    "read": "as read",
    "recalled": "standard usage; not looked up again",
    "derived": "follows by arithmetic",
    "assumed": "this course's use of the word",
}


def anchor_of(term: str) -> str:
    """The anchor of a term: small letters and digits, spaces as hyphens, other signs but hyphens left out.

    So GitHub, too, names the heading of the entry; one anchor then works wherever the page is read.

    Examples
    --------
    >>> anchor_of("Clopper-Pearson interval"), anchor_of("MMT-8")
    ('clopper-pearson-interval', 'mmt-8')
    """
    return re.sub(r"[^a-z0-9 -]", "", term.lower()).replace(" ", "-")


@cache
def glossary() -> Mapping[str, Term]:
    """All terms by their id, in the order of the alphabet.

    Examples
    --------
    >>> terms = glossary()
    >>> terms["boundary"].computed, terms["boundary"].related[0] in terms
    (('single_stage',), True)
    """
    return parse_glossary(read_facts("glossary.toml"))


def parse_glossary(file: Section) -> Mapping[str, Term]:
    """Build the terms from a file that has been read; refuse what does not fit with the path of the mistake."""
    sections = file.named_sections()
    found = [_term(key, section, tuple(sections)) for key, section in sections.items()]
    return MappingProxyType({term.id: term for term in sorted(found, key=lambda term: term.id)})


def _term(key: str, section: Section, ids: tuple[str, ...]) -> Term:
    anchor = anchor_of(section.text("term"))
    if key != anchor:
        raise TrialsimError(section.place, key, f"the anchor of its term, {anchor}")
    others = tuple(id for id in ids if id != key)
    related = _each(section.texts("related"), section.at("related"), others, "the id of another term")
    return read_record(Term, section, id=key, related=related)


def _source_keys(keys: tuple[str, ...], where: str) -> tuple[str, ...]:
    return _each(keys, where, tuple(load_sources()), "a key of data/sources.toml")


def _lesson_numbers(numbers: tuple[str, ...], where: str) -> tuple[str, ...]:
    return _each(numbers, where, tuple(lesson.number for lesson in lessons()), "the number of a lesson, such as 04")


def _each(found: tuple[str, ...], where: str, names: tuple[str, ...], allowed: str) -> tuple[str, ...]:
    """A list of names, each among `names`, none twice."""
    for at, name in enumerate(found):
        place = f"{where}[{at}]"
        if name not in names:
            raise TrialsimError(place, name, allowed, did_you_mean(name, names))
        if name in found[:at]:
            raise TrialsimError(place, name, "each name once")
    return found
