"""The list of sources."""

from __future__ import annotations

import dataclasses

import pytest

from trialsim.errors import TrialsimError
from trialsim.facts.reading import Section
from trialsim.facts.sources import load_sources, parse_sources


def test_every_source_says_how_much_was_read() -> None:
    """Each source has a citation and an extent of reading; a link, where there is one, leads to an address."""
    sources = load_sources()
    assert {"REG", "R04", "A17", "JDM17", "ABA3", "IFX", "LABEL"} <= set(sources)
    for key, source in sources.items():
        assert source.key == key
        assert source.citation and source.extent
        assert source.url.startswith("https://") == bool(source.link)
        assert source.extent in str(source)


def test_addresses() -> None:
    """Each kind of identifier becomes the address where it is found."""
    sources = load_sources()
    assert sources["R04"].url == "https://doi.org/10.1002/art.20349"
    assert sources["R03"].url == "https://pubmed.ncbi.nlm.nih.gov/12610824/"
    assert sources["IMPR"].url == "https://pmc.ncbi.nlm.nih.gov/articles/PMC2774891/"
    assert sources["REG"].url == "https://clinicaltrials.gov/study/NCT04946669"
    assert sources["NIEHS"].url == "https://niehs.nih.gov"
    assert sources["RCODE"].url == ""


def test_sources_are_read_once_and_cannot_be_changed() -> None:
    """The same mapping comes at each call; neither it nor a source takes an assignment."""
    sources = load_sources()
    assert load_sources() is sources
    with pytest.raises(TypeError):
        sources["R04"] = sources["REG"]  # type: ignore[index]
    with pytest.raises(dataclasses.FrozenInstanceError):
        sources["R04"].citation = "another"  # type: ignore[misc]


def test_an_unknown_key_is_refused_with_the_nearest() -> None:
    """A mistyped key raises and names what was probably meant; asking whether it is there does not raise."""
    sources = load_sources()
    with pytest.raises(TrialsimError, match=r"source: got 'ABA4'; .* Did you mean 'ABA3'\?"):
        sources["ABA4"]
    assert "ABA4" not in sources
    assert sources.get("ABA4") is None


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"citation": "c", "link": "", "raed": "abstract"}, "sources.toml: X.read: got nothing"),
        ({"citation": "c", "link": "", "read": "all", "year": 2004}, "sources.toml: X: got unknown key 'year'"),
        ({"citation": "", "link": "", "read": "all"}, "sources.toml: X.citation: got ''"),
        ({"citation": "c", "link": "dio:10.1002/x", "read": "all"}, "sources.toml: X.link: got 'dio'; allowed: 'doi'"),
        ({"citation": "c", "link": "doi:art.20349", "read": "all"}, "sources.toml: X.link: got 'doi:art.20349'"),
        ({"citation": "c", "read": "all"}, "sources.toml: X.link: got nothing"),
    ],
)
def test_a_wrong_entry_is_refused_with_its_path(entry: dict[str, object], message: str) -> None:
    """A mistake in the file is named by its place."""
    with pytest.raises(TrialsimError) as caught:
        parse_sources(Section({"X": entry}, "sources.toml"))
    assert str(caught.value).startswith(message)
