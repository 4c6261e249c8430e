"""The words of the field: each is computed, met and sourced where its entry says, and a broken file is refused."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import nbformat
import pytest

import trialsim as ts
from trialsim.errors import TrialsimError
from trialsim.facts.course import lessons
from trialsim.facts.glossary import Term, anchor_of, glossary, parse_glossary
from trialsim.facts.reading import Section

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
# The idea fills the lesson; its name stands in the glossary, for those who want to read on.
IDEA_WITHOUT_ITS_NAME = {
    ("analysed", "02"),
    ("complete-cases", "02"),
    ("confounding-by-indication", "05"),
    ("early-stop", "06"),
    ("effective-sample-size", "06"),
    ("missing-as-failure", "02"),
}

every_term = pytest.mark.parametrize("term", glossary().values(), ids=lambda term: term.id)


@cache
def words_of_lesson(notebook: str) -> str:
    """All that a lesson shows where no kernel runs, in small letters, hyphens as spaces."""
    cells = nbformat.read(FOLDER / notebook, as_version=4).cells
    shown = [cell.source for cell in cells]
    for output in (output for cell in cells for output in cell.get("outputs", ())):
        shown += [output.get("text", ""), *output.get("data", {}).values()]
    return evened(re.sub(r"<[^>]*>", " ", " ".join(shown)))


def evened(text: str) -> str:
    """Small letters, and a single space for whatever stands between words."""
    return re.sub(r"[^a-z0-9%]+", " ", text.lower())


def is_met(term: Term, notebook: str) -> bool:
    """Whether the lesson uses the term, another name of it, or the word before design, interval or criterion."""
    names = {*term.also, term.term, re.sub(r" (design|interval|criterion|percent)$", "", term.term)}
    return any(re.search(rf"\b{re.escape(evened(name))}s?\b", words_of_lesson(notebook)) for name in names)


@every_term
def test_a_term_is_computed_where_it_says(term: Term) -> None:
    """Every name is a public one that can be imported, every file of facts is there."""
    assert set(term.computed) <= set(ts.__all__)
    assert all(getattr(ts, name) is not None for name in term.computed)
    data = resources.files("trialsim").joinpath("data")
    assert [name for name in term.data if not data.joinpath(name).is_file()] == []


@every_term
def test_a_term_is_met_where_it_says(term: Term) -> None:
    """Each lesson that an entry lists uses the word, or its idea."""
    found = {lesson.number: lesson.notebook for lesson in lessons() if lesson.number in term.lessons}
    missing = [number for number, notebook in found.items() if not is_met(term, notebook)]
    gone = [number for number in missing if (term.id, number) not in IDEA_WITHOUT_ITS_NAME]
    assert not gone, f"take {gone} out of the entry's lessons in glossary.toml, then: python -m tests.spec.pages"


@every_term
def test_a_term_is_explained_briefly(term: Term) -> None:
    """One to three sentences that end as sentences do, and do not begin with the word they explain."""
    sentences = re.split(r"(?<=[.?])\s+(?=[A-Z])", term.text)
    assert 1 <= len(sentences) <= 3 and term.text.endswith(".")
    assert len(term.text.split()) <= 55
    assert not term.text.lower().startswith(term.term.lower())
    assert list(term.lessons) == sorted(term.lessons)


def test_what_a_trainee_meets_has_an_entry() -> None:
    """The measures, the numbers of a design and the words of a population are all there."""
    names = {evened(name) for term in glossary().values() for name in (term.term, *term.also)}
    asked = [
        *("IMACS", "core set", "MMT-8", "HAQ-DI", "ULN", "CK", "LDH", "aldolase", "DOI", "TIS", "SUBJID", "AVAL"),
        *("screened", "eligible", "enrolled", "analysed", "refractory", "amyopathic", "hypomyopathic"),
        *("p0", "p1", "alpha", "attained alpha", "power", "min_responders", "PET", "expected size", "prior"),
        *("optimal", "minimax", "admissible", "single stage", "Wald", "Wilson", "Clopper-Pearson", "rule of three"),
        *("complete cases", "missing as failure", "standard error", "seed", "replicate", "scenario", "Sobol net"),
    ]
    assert [name for name in asked if evened(name) not in names] == []


def test_no_name_has_two_entries() -> None:
    """A word leads to one entry only."""
    names = [evened(name) for term in glossary().values() for name in (term.term, *term.also)]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_terms_stand_in_the_order_of_the_alphabet() -> None:
    """The page is read from A to Z, and each anchor is what GitHub calls the heading."""
    assert list(glossary()) == sorted(glossary())
    assert all(term.id == anchor_of(term.term) for term in glossary().values())
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9-]*", key) for key in glossary())


def entry(**changed: Any) -> dict[str, Any]:
    """An entry that can be read, but for what is changed; None takes a key away."""
    good = {"term": "power", "text": "How often.", "source": [], "basis": "recalled", "lessons": ["04"], "related": []}
    return {key: value for key, value in {**good, **changed}.items() if value is not None}


def test_a_good_entry_is_read() -> None:
    """What the others below change can be read as it stands."""
    (term,) = parse_glossary(Section({"power": entry()}, "own.toml")).values()
    assert (term.term, term.also, term.lessons) == ("power", (), ("04",))


@pytest.mark.parametrize(
    ("key", "changed", "place"),
    [
        ("Power", {}, "own.toml: Power: got 'Power'; allowed: the anchor of its term, power"),
        ("power", {"text": "  "}, "own.toml: power.text: got '  '"),
        ("power", {"text": None}, "own.toml: power.text: got nothing"),
        ("power", {"basis": "known"}, "own.toml: power.basis: got 'known'"),
        ("power", {"basis": "read"}, "own.toml: power.source: got []; allowed: the source that was read"),
        ("power", {"source": ["RO4"]}, "own.toml: power.source[0]: got 'RO4'; allowed: a key of data/sources"),
        ("power", {"lessons": ["04", "99"]}, "own.toml: power.lessons[1]: got '99'"),
        ("power", {"lessons": ["04", "04"]}, "own.toml: power.lessons[1]: got '04'; allowed: each name once"),
        ("power", {"related": ["power"]}, "own.toml: power.related[0]: got 'power'"),
        ("power", {"related": "alpha"}, "own.toml: power.related: got 'alpha'; allowed: a list of texts"),
        ("power", {"txt": "How often."}, "own.toml: power: got unknown key 'txt'"),
    ],
)
def test_a_broken_entry_is_refused_with_its_path(key: str, changed: dict[str, Any], place: str) -> None:
    """The message says where in the file the mistake stands."""
    with pytest.raises(TrialsimError) as caught:
        parse_glossary(Section({key: entry(**changed)}, "own.toml"))
    assert str(caught.value).startswith(place)
