"""Glucocorticoid doses as prednisone."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from math import lcm

import numpy as np
from numpy.typing import NDArray

from trialsim.errors import check_number, check_one_of
from trialsim.facts.candidate_schema import candidate_schema
from trialsim.facts.drugs import Drug, drugs

MAX_MG = 100_000.0  # more than any dose: a slip of the pen


def prednisone_equivalent(mg: float, drug: str) -> float:
    """Mg of prednisone that a dose of a glucocorticoid equals.

    Sources disagree for two drugs: betamethasone (5 mg of prednisone are 0.75 mg in a list after the FDA label, 0.6 mg
    in another table) and dexamethasone (0.75 mg in the list, 0.8 mg by a potency of 25). The first is used; the others
    stand in ``data/drugs.toml``. Deflazacort is recalled and unverified.

    Parameters
    ----------
    mg : float
        The dose in mg, 0 or more.
    drug : str
        Lower-case generic name.

    Raises
    ------
    TrialsimError
        For a dose that is no dose, or a drug that is not in the table; the message lists those that are.

    Examples
    --------
    >>> prednisone_equivalent(48, "methylprednisolone")
    60.0
    """
    table = _table()
    check_one_of("drug", drug, table)
    factor = table[drug].prednisone_per_mg
    assert factor is not None
    return float(Fraction(str(check_number("mg", mg, 0, MAX_MG))) * factor)


def equivalence_factors() -> tuple[NDArray[np.int64], int]:
    """Whole-number factors by drug code, and their common divisor: prednisone mg = mg * factor / divisor.

    Drugs that are no glucocorticoids have a factor of 0.
    """
    exact = [drug.prednisone_per_mg or Fraction(0) for drug in drugs()]
    divisor = lcm(*(each.denominator for each in exact))
    return np.array([int(each * divisor) for each in exact], dtype=np.int64), divisor


def dose_per() -> int:
    """Grid steps of a dose in one mg."""
    return candidate_schema().course["dose"].per


@cache
def _table() -> dict[str, Drug]:
    return {drug.name: drug for drug in drugs() if drug.equals_5mg is not None}
