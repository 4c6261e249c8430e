"""The field's words as this course uses them: what each means, where that comes from, and what computes it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType

from trialsim.errors import TrialsimError
from trialsim.facts.course import lessons
from trialsim.facts.reading import Basis, Section, read_facts
from trialsim.facts.sources import load_sources

__all__ = ["Term", "anchor_of", "glossary", "parse_glossary"]


@dataclass(frozen=True, slots=True)
class Term:
    """One word of the field.

    Attributes
    ----------
    id : str
        Its anchor on the page of the glossary; follows from the term (`anchor_of`).
    term : str
        The word.
    also : tuple of str
        Other names for the same thing.
    text : str
        What it means, in our own words.
    source : tuple of str
        Keys of the list of sources; empty where the words are our own.
    basis : str
        ``"read"``, ``"recalled"``, ``"derived"`` or ``"assumed"``.
    computed : tuple of str
        Public names of the package that work with it.
    data : tuple of str
        Files of facts that hold it, from the data folder.
    lessons : tuple of str
        The numbers of the lessons where it is met.
    related : tuple of str
        Ids of terms to read next.
    """

    id: str
    term: str
    also: tuple[str, ...]
    text: str
    source: tuple[str, ...]
    basis: Basis
    computed: tuple[str, ...]
    data: tuple[str, ...]
    lessons: tuple[str, ...]
    related: tuple[str, ...]

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
    numbers = tuple(lesson.number for lesson in lessons())
    found = [_term(key, section, numbers, tuple(sections)) for key, section in sections.items()]
    return MappingProxyType({one.id: one for one in sorted(found, key=lambda one: one.id)})


def _term(key: str, section: Section, numbers: tuple[str, ...], ids: tuple[str, ...]) -> Term:
    term = section.text("term")
    if key != anchor_of(term):
        raise TrialsimError(section.place, key, f"the anchor of its term, {anchor_of(term)}")
    built = Term(
        id=key,
        term=term,
        also=section.texts("also", ()),
        text=section.text("text"),
        source=_each(section, "source", tuple(load_sources()), "a key of data/sources.toml"),
        basis=section.basis(),
        computed=section.texts("computed", ()),
        data=section.texts("data", ()),
        lessons=_each(section, "lessons", numbers, "the number of a lesson, such as 04"),
        related=_each(section, "related", tuple(one for one in ids if one != key), "the id of another term"),
    )
    if built.basis == "read" and not built.source:
        raise TrialsimError(section.at("source"), [], "the source that was read", "Or say that it is recalled.")
    section.end()
    return built


def _each(section: Section, key: str, names: tuple[str, ...], allowed: str) -> tuple[str, ...]:
    """A list of names, each among `names`, none twice."""
    found = section.texts(key)
    for at, one in enumerate(found):
        place = f"{section.at(key)}[{at}]"
        if one not in names:
            near = get_close_matches(one, names, n=1)
            raise TrialsimError(place, one, allowed, f"Did you mean {near[0]!r}?" if near else "")
        if one in found[:at]:
            raise TrialsimError(place, one, "each name once")
    return found
