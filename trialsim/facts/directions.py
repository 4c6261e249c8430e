"""The direction numbers of Sobol sequences, from `data/sobol.toml`."""

from __future__ import annotations

from functools import cache

from trialsim.facts.reading import read_facts


@cache
def direction_numbers() -> tuple[tuple[int, tuple[int, ...]], ...]:
    """Of each coordinate its polynomial, as binary digits, and the first direction numbers.

    Examples
    --------
    >>> direction_numbers()[2]
    (7, (1, 3))
    """
    return tuple((row[0], tuple(row[1:])) for row in read_facts("sobol.toml").raw("directions"))
