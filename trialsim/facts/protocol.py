"""Trial protocols: those of `data/protocols/`, and any of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from os.path import isfile
from pathlib import Path

from trialsim.errors import TrialsimError
from trialsim.facts.protocol_file import read_protocol
from trialsim.facts.reading import facts_in, read_facts, read_file
from trialsim.facts.trial_protocol import TrialProtocol as TrialProtocol

OUR_TRIAL = "NCT04946669"
"""The protocol of the trial that this workbook is about; a bench begins with it."""


def load_protocol(which: str | Path) -> TrialProtocol:
    """Load a protocol that comes with the package, or one of your own.

    Parameters
    ----------
    which : str or Path
        An id such as ``"NCT02971683"``, one of those that `list_protocols` names, or the path of a TOML file.

    Raises
    ------
    TrialsimError
        If there is no such protocol, or the file has a mistake, with its path inside the file.

    Examples
    --------
    >>> load_protocol("NCT04946669")
    TrialProtocol(NCT04946669: n = 20, week 12, 4 inclusion and 7 exclusion criteria)
    """
    if isinstance(which, str) and which in _shipped():
        return _load_shipped(which)
    if isinstance(which, Path) or (isinstance(which, str) and (which.endswith(".toml") or isfile(which))):
        return read_protocol(read_file(which))
    raise TrialsimError("protocol", which, f"{' or '.join(map(repr, _shipped()))}, or the path of a TOML file")


def list_protocols() -> tuple[str, ...]:
    """The ids of the protocols that come with the package.

    Examples
    --------
    >>> list_protocols()
    ('NCT02971683', 'NCT04946669')
    """
    return tuple(sorted(_shipped()))


def our_trial() -> TrialProtocol:
    """The trial of the record, which this workbook is about.

    Examples
    --------
    >>> our_trial().n
    20
    """
    return _load_shipped(OUR_TRIAL)


def check_protocol(protocol: object) -> TrialProtocol:
    """Return `protocol`, or raise: it must have been loaded."""
    if not isinstance(protocol, TrialProtocol):
        raise TrialsimError("protocol", protocol, "a protocol that was loaded", f'Use load_protocol("{OUR_TRIAL}").')
    return protocol


@cache
def _shipped() -> Mapping[str, str]:
    return {name.removesuffix(".toml").upper(): name for name in facts_in("protocols")}


@cache
def _load_shipped(id: str) -> TrialProtocol:
    return read_protocol(read_facts("protocols", _shipped()[id]))
