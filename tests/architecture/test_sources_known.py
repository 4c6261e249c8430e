"""Files of facts refer to one another: every name they use is there."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

from trialsim.facts.evidence import evidence
from trialsim.facts.evidence_columns import DEFINITIONS
from trialsim.facts.sources import load_sources

DATA = Path(str(resources.files("trialsim").joinpath("data")))


def lists_of_sources(values: Any) -> Iterator[list[str]]:
    """Every list that stands under the key `source`, however deep."""
    if isinstance(values, dict):
        for key, value in values.items():
            if key == "source" and isinstance(value, list):
                yield value
            else:
                yield from lists_of_sources(value)
    elif isinstance(values, list):
        for value in values:
            yield from lists_of_sources(value)


def test_listed_sources_are_studies_or_keys() -> None:
    """A list of sources names studies of the published numbers and keys of the list of sources, nothing else."""
    known = {*evidence()["study"], *load_sources()}
    unknown = {
        f"{file.name}: {name}"
        for file in sorted(DATA.rglob("*.toml"))
        for names in lists_of_sources(tomllib.loads(file.read_text("utf-8")))
        for name in names
        if name not in known
    }
    assert not unknown


def test_definitions_of_published_responses_exist() -> None:
    """Every id of a definition that the published numbers may use is a file of responses."""
    ids = {tomllib.loads(file.read_text("utf-8"))["id"] for file in (DATA / "responses").glob("*.toml")}
    assert set(DEFINITIONS) - {""} <= ids
