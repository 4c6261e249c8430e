"""Published definitions of response, read from `data/responses/`, and definitions of a user's own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from trialsim.errors import TrialsimError, check_kind, check_one_of
from trialsim.facts.reading import facts_in, read_facts, read_file
from trialsim.facts.response_definition import CountRule as CountRule
from trialsim.facts.response_definition import Example as Example
from trialsim.facts.response_definition import ResponseDefinition as ResponseDefinition
from trialsim.facts.response_definition import ScoreRule as ScoreRule
from trialsim.facts.response_definition import Threshold as Threshold
from trialsim.facts.response_file import read_response


def list_responses(*, readings: bool = False) -> tuple[str, ...]:
    """The ids of the published definitions of response, in the order in which they are compared.

    Parameters
    ----------
    readings : bool
        Also list the other readings of the record's own wording (seven parameters, each enzyme by itself).

    Examples
    --------
    >>> list_responses()[0], "NCT04946669-SEVEN" in list_responses()
    ('IMACS-2004', False)
    >>> [each for each in list_responses(readings=True) if each not in list_responses()]
    ['NCT04946669-SEVEN', 'NCT04946669-ENZYMES']
    """
    check_kind("readings", readings, bool, "True or False")
    found = _shipped().values()
    return tuple(each.id for each in found if not each.reading_of or readings)


def load_response(definition: str | Path | ResponseDefinition) -> ResponseDefinition:
    """Load a definition of response.

    Parameters
    ----------
    definition : str, Path or ResponseDefinition
        An id of :func:`list_responses`, the path of a TOML file of one's own, or a definition, given back as it is.

    Raises
    ------
    TrialsimError
        The id is unknown, or the file is wrong: the message names the place of the mistake in it.

    Examples
    --------
    >>> load_response("NCT04946669").rule.improved.strict
    True
    """
    if isinstance(definition, ResponseDefinition):
        return definition
    if isinstance(definition, Path):
        return read_response(read_file(definition))
    known = list_responses(readings=True)
    if isinstance(definition, str) and definition not in known and (definition.endswith(".toml") or "/" in definition):
        return read_response(read_file(definition))
    return _shipped()[check_one_of("definition", definition, known)]


@cache
def _shipped() -> Mapping[str, ResponseDefinition]:
    """All definitions that the folder holds, by id: those of their own in their order, then other readings of them."""
    found = [read_response(read_facts("responses", name)) for name in facts_in("responses")]
    found.sort(key=lambda each: (bool(each.reading_of), each.order, each.id))
    ids = [each.id for each in found]
    if len(set(ids)) < len(ids):
        raise TrialsimError("data/responses", ids, "each id once")
    return MappingProxyType(dict(zip(ids, found, strict=True)))
