"""What the model of patients lets have no effect on response: one place that says it, for everything that reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated

from trialsim.facts.population import load_population
from trialsim.facts.reading import Basis, read_facts
from trialsim.facts.records import among, read_records


def _parameters() -> tuple[str, ...]:
    return tuple(load_population().parameters)


@dataclass(frozen=True, slots=True)
class NoEffect:
    """Something that changes who is enrolled, or what else is seen, and never whether a patient responds.

    Attributes
    ----------
    id, label : str
        Its key, and what it is.
    fields : tuple of str
        The fields of `Scenario` that describe it; none where the model has no such thing at all.
    text : str
        What is assumed, as a clause.
    """

    id: str
    label: str
    fields: Annotated[tuple[str, ...], among(_parameters)]
    text: str
    basis: Basis


@cache
def no_effects() -> Mapping[str, NoEffect]:
    """All of them, by id.

    Examples
    --------
    >>> no_effects()["duration"].text
    'early and late disease respond alike, but for strength that is lost for good'
    """
    return read_records(NoEffect, read_facts("no_effect.toml"))


def describe_no_effect() -> str:
    """All of them as one paragraph, to print beside any number of the model.

    Examples
    --------
    >>> describe_no_effect()[:52]
    'In the model these have no effect on response (assum'
    """
    clauses = "; ".join(f"{each.label.lower()}: {each.text}" for each in no_effects().values())
    return f"In the model these have no effect on response (assumed, not known): {clauses}."
