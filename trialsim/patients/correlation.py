"""How the measures hang together at entry: the correlation matrix of severity and its factor."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from trialsim.errors import TrialsimError

# The order of the severity coordinates. The physician global comes first: a passing bad phase is tied to it.
SEVERITY = ("PHGA", "PTGA", "EMGA", "HAQDI", "MMT8", "CK")

_PAIRS = {
    ("PHGA", "EMGA"): "r_phga_emga",
    ("PHGA", "PTGA"): "r_phga_ptga",
    ("PTGA", "HAQDI"): "r_ptga_haq",
    ("MMT8", "HAQDI"): "r_mmt_haq",
    ("PHGA", "MMT8"): "r_phga_mmt",
    ("PHGA", "HAQDI"): "r_phga_haq",
    ("PTGA", "MMT8"): "r_ptga_mmt",
    ("PTGA", "EMGA"): "r_ptga_emga",
    ("MMT8", "EMGA"): "r_mmt_emga",
    ("HAQDI", "EMGA"): "r_haq_emga",
    ("CK", "MMT8"): "r_ck_mmt",
    ("CK", "HAQDI"): "r_ck_haq",
    ("CK", "PHGA"): "r_ck_phga",
    ("CK", "PTGA"): "r_ck_ptga",
    ("CK", "EMGA"): "r_ck_emga",
}


def severity_factor(assumptions: object) -> NDArray[np.float64]:
    """The Cholesky factor of the correlations between the true states at entry, shape (6, 6), order `SEVERITY`.

    Parameters
    ----------
    assumptions : object
        A scenario: it has each correlation as an attribute.

    Raises
    ------
    TrialsimError
        If no patients can have these correlations together.
    """
    return _factor(tuple(getattr(assumptions, name) for name in _PAIRS.values()))


@lru_cache(maxsize=64)
def _factor(correlations: tuple[float, ...]) -> NDArray[np.float64]:
    matrix = np.eye(len(SEVERITY))
    for (a, b), r in zip(_PAIRS, correlations, strict=True):
        i, j = SEVERITY.index(a), SEVERITY.index(b)
        matrix[i, j] = matrix[j, i] = r
    try:
        factor = np.asarray(np.linalg.cholesky(matrix), dtype=np.float64)
    except np.linalg.LinAlgError:
        shown = ", ".join(f"{name} {r:g}" for name, r in zip(_PAIRS.values(), correlations, strict=True))
        allowed = "correlations that can hold together (a positive definite matrix)"
        fix = "Bring the extreme ones closer to zero: two measures that follow a third must follow each other."
        raise TrialsimError("correlations at entry", shown, allowed, fix) from None
    factor.flags.writeable = False
    return factor
