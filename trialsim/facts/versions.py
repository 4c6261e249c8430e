"""What a result was computed with: versions of Python, of this package and of those whose numbers it uses."""

from __future__ import annotations

import platform
from importlib import metadata

__all__ = ["versions"]


def versions() -> dict[str, str]:
    """Return name -> version of Python, trialsim, numpy, scipy, pandas and matplotlib.

    Examples
    --------
    >>> list(versions())[:2]
    ['Python', 'trialsim']
    """
    found = {"Python": platform.python_version()}
    for name in ("trialsim", "numpy", "scipy", "pandas", "matplotlib"):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:  # the sources are used where they lie
            found[name] = "not installed"
    return found
