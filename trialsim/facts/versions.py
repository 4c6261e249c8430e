"""What a result was computed with: versions of Python, of this package and of those whose numbers it uses."""

from __future__ import annotations

import platform
from functools import cache
from importlib import metadata


def versions() -> dict[str, str]:
    """Return name -> version of Python, trialsim, numpy, scipy, pandas and matplotlib.

    Examples
    --------
    >>> list(versions())[:2]
    ['Python', 'trialsim']
    """
    found = {"Python": platform.python_version()}
    return found | {name: _version(name) for name in ("trialsim", "numpy", "scipy", "pandas", "matplotlib")}


@cache  # it is looked up in the files of the package, and written with every change that a learner makes
def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:  # the sources are used where they lie
        return "not installed"
