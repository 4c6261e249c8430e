"""The sources that files of facts name by a short key, each with how much of it was read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

from trialsim.errors import TrialsimError, check_one_of
from trialsim.facts.reading import Section, read_facts
from trialsim.facts.records import Key, Written, read_records
from trialsim.text import did_you_mean

# Kind of link -> (how it is written, the address it stands for).
_LINKS = {
    "doi": (r"10\.\d{4,9}/\S+", "https://doi.org/{}"),
    "pmid": (r"\d{1,8}", "https://pubmed.ncbi.nlm.nih.gov/{}/"),
    "pmc": (r"PMC\d+", "https://pmc.ncbi.nlm.nih.gov/articles/{}/"),
    "nct": (r"NCT\d{8}", "https://clinicaltrials.gov/study/{}"),
    "web": (r"[\w-]+(\.[\w-]+)+(/\S*)?", "https://{}"),
}


@dataclass(frozen=True, slots=True)
class Source:
    """A source: what it is, where it is found and how much of it was read.

    Attributes
    ----------
    key : str
        Short name by which files of facts refer to it.
    citation : str
        Authors, place and year, or what the page is.
    link : str
        ``doi:``, ``pmid:``, ``pmc:``, ``nct:`` or ``web:`` and the identifier; empty where none is known.
    extent : str
        How much was read, for example ``"abstract"``.

    Examples
    --------
    >>> print(load_sources()["R04"])
    Rider et al., Arthritis Rheum 2004;50:2281-90: preliminary IMACS definition of improvement (read: abstract)
    """

    key: str
    citation: str
    link: Annotated[str, Written(Any, _linked)]
    extent: Annotated[str, Key("read")]

    @property
    def url(self) -> str:
        """Address of the source, empty where none is known.

        Examples
        --------
        >>> load_sources()["REG"].url
        'https://clinicaltrials.gov/study/NCT04946669'
        """
        kind, _, identifier = self.link.partition(":")
        return _LINKS[kind][1].format(identifier) if self.link else ""

    def __str__(self) -> str:
        return f"{self.citation} (read: {self.extent})"


class Sources(Mapping[str, Source]):
    """Key -> `Source`, in the order of the file. An unknown key is refused with the nearest known one.

    Examples
    --------
    >>> load_sources()["RO4"]
    Traceback (most recent call last):
    trialsim.errors.TrialsimError: source: got 'RO4'; allowed: a key of data/sources.toml. Did you mean 'R04'?
    """

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = dict(sources)

    def __getitem__(self, key: str) -> Source:
        try:
            return self._sources[key]
        except (KeyError, TypeError):
            raise TrialsimError("source", key, "a key of data/sources.toml", did_you_mean(key, self._sources)) from None

    def __contains__(self, key: object) -> bool:
        return key in self._sources

    def get(self, key: str, default: Source | None = None) -> Source | None:  # type: ignore[override]
        """Return the source of that key, or `default`."""
        return self._sources.get(key, default)

    def __iter__(self) -> Iterator[str]:
        return iter(self._sources)

    def __len__(self) -> int:
        return len(self._sources)

    def __repr__(self) -> str:
        return f"Sources({', '.join(self._sources)})"


@cache
def load_sources() -> Sources:
    """Return every source by its key.

    Returns
    -------
    Sources
        A read-only mapping; a key it does not have raises `TrialsimError`.

    Examples
    --------
    >>> load_sources()["A17"].extent
    'abstract'
    """
    return parse_sources(read_facts("sources.toml"))


def parse_sources(file: Section) -> Sources:
    """Return the sources that `file` holds, or refuse it with the path of the mistake."""
    return Sources(read_records(Source, file, "key"))


def _linked(link: Any, where: str) -> str:
    """An address as the file writes it: empty, or a kind, a colon and an identifier of that kind."""
    if link == "":
        return ""
    kind, _, identifier = str(link).partition(":")
    check_one_of(where, kind, _LINKS, "Write the kind, a colon and the identifier, or leave it empty.")
    if not re.fullmatch(_LINKS[kind][0], identifier):
        raise TrialsimError(where, link, f"{kind}: and an identifier of that kind")
    return str(link)


def known_source(name: str, where: str) -> str:
    """Return `name`, or raise: it must be a key of the list of sources."""
    if name not in load_sources():
        raise TrialsimError(where, name, "a key of data/sources.toml", did_you_mean(name, load_sources()))
    return name
