"""Which of the muscle enzymes is the most abnormal: exactly, with the order that decides a tie declared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from trialsim.errors import TrialsimError, check_list, check_one_of
from trialsim.facts.core_set import enzyme_codes, enzymes, measure
from trialsim.rules.grid import MISSING, Ints, grid_value


def most_abnormal_index(values: npt.ArrayLike, uln: npt.ArrayLike, *, by: str = "uln") -> Ints:
    """The place of the most abnormal enzyme, in the order of :func:`trialsim.facts.core_set.enzymes`.

    Parameters
    ----------
    values : array_like of int, shape (..., 5)
        Enzymes on the grid, `MISSING` where not measured.
    uln : array_like of int, shape (..., 5) or one that broadcasts
        Upper limits of normal on the same grid; above 0 wherever there is a value.
    by : {"uln", "range"}
        Compare multiples of the upper limit, or shares of the 2016 range (so many times the upper limit).

    Returns
    -------
    ndarray of int64, shape (...)
        0 to 4; the first in order on a tie; -1 where no enzyme was measured.

    Examples
    --------
    >>> most_abnormal_index([8000, -1, 6250, 600, -1], [2000, 75, 2500, 400, 400])
    array(0)
    >>> most_abnormal_index([8000, -1, 6250, 600, -1], [2000, 75, 2500, 400, 400], by="range")
    array(2)
    """
    check_one_of("by", by, ("uln", "range"))
    amounts = np.asarray(values, dtype=np.int64)
    limits = np.broadcast_to(np.asarray(uln, dtype=np.int64), amounts.shape)
    scale = [1 if by == "uln" else enzyme.range_multiple for enzyme in enzymes()]
    best = np.where(amounts[..., 0] >= 0, 0, -1)
    top = amounts[..., 0]
    bottom = limits[..., 0] * scale[0]
    for j in range(1, len(scale)):
        value, limit = amounts[..., j], limits[..., j] * scale[j]
        # value / limit > top / bottom without dividing; a missing value is negative and loses to any other
        wins = (value >= 0) & ((top < 0) | (value * bottom > top * limit))
        best = np.where(wins, j, best)
        top = np.where(wins, value, top)
        bottom = np.where(wins, limit, bottom)
    return np.asarray(best, dtype=np.int64)


def most_abnormal_enzyme(
    values: Mapping[str, float | None], uln: Mapping[str, float], *, by: str = "uln", tie: Sequence[str] | None = None
) -> str:
    """The enzyme that stands for the laboratory measure: the most abnormal one.

    Parameters
    ----------
    values : mapping of code to U/L
        What was measured; None or NaN is missing.
    uln : mapping of code to U/L
        The laboratory's upper limit of normal for each enzyme in `values`.
    by : {"uln", "range"}
        Compare multiples of the upper limit, or shares of the 2016 range (so many times the upper limit).
    tie : sequence of codes, optional
        Which enzyme to take of several that are equally abnormal. Without it a tie is an error, because it has to be
        settled before the data are seen.

    Returns
    -------
    str
        ``"CK"``, ``"ALDOLASE"``, ``"LDH"``, ``"AST"`` or ``"ALT"``.

    Raises
    ------
    TrialsimError
        A code is unknown, a limit is missing or not above 0, nothing was measured, or a tie is not settled.

    Notes
    -----
    That the most abnormal enzyme at trial entry is followed was read in ACR Convergence 2020, abstract 1058; no text
    seen fixes how abnormality is measured.

    Examples
    --------
    >>> enzymes_found, limits = {"CK": 800, "LDH": 625, "AST": 60}, {"CK": 200, "LDH": 250, "AST": 40}
    >>> most_abnormal_enzyme(enzymes_found, limits), most_abnormal_enzyme(enzymes_found, limits, by="range")
    ('CK', 'LDH')
    """
    check_one_of("by", by, ("uln", "range"))
    codes = enzyme_codes()
    order = _tie_order(tie, codes)
    amounts, limits = enzyme_arrays(values, uln)
    winner = int(most_abnormal_index(amounts, limits, by=by))
    if winner < 0:
        raise TrialsimError("values", dict(values), f"at least one of {', '.join(codes)} measured")
    tied = [code for j, code in enumerate(codes) if amounts[j] >= 0 and _as_abnormal(amounts, limits, j, winner, by)]
    if len(tied) == 1:
        return tied[0]
    settled = [code for code in order if code in tied]
    if len(settled) < len(tied):
        raise TrialsimError(
            "tie", tie, f"an order of {', '.join(tied)}", "They are equally abnormal; declare before which is followed."
        )
    return settled[0]


def enzyme_arrays(values: Mapping[str, Any], uln: Mapping[str, Any], where: str = "values") -> tuple[Ints, Ints]:
    """Five values and five upper limits on the grid, in the declared order; limits of what was not measured are 1."""
    codes = enzyme_codes()
    values, uln = _mapping(where, values, codes), _mapping("uln", uln, codes)
    amounts = np.array([grid_value(code, values.get(code), where=f"{where}: {code}") for code in codes])
    limits = np.ones(len(codes), dtype=np.int64)
    for j, code in enumerate(codes):
        if amounts[j] != MISSING:
            limits[j] = upper_limit(code, uln.get(code), where=f"uln: {code}")
    return amounts, limits


def _mapping(argument: str, given: Any, codes: Sequence[str]) -> Mapping[str, Any]:
    if hasattr(given, "to_dict"):  # a row of a table
        given = given.to_dict()
    if not isinstance(given, Mapping):
        raise TrialsimError(argument, given, "a mapping from enzyme codes to U/L")
    for code in given:
        check_one_of(argument, code, codes)
    return given


def upper_limit(code: str, value: Any, *, where: str) -> int:
    """An upper limit of normal on the grid; it must be there and above 0."""
    limit = grid_value(code, value, where=where)
    if limit <= 0:
        name = measure(code).label
        raise TrialsimError(where, value, "U/L above 0", f"Give the laboratory's upper limit of normal for {name}.")
    return limit


def _tie_order(tie: Sequence[str] | None, codes: Sequence[str]) -> list[str]:
    if tie is None:
        return []
    allowed = "a sequence of enzyme codes, each once"
    order = [check_one_of("tie", code, codes) for code in check_list("tie", tie, allowed)]
    if len(set(order)) < len(order):
        raise TrialsimError("tie", tie, allowed)
    return order


def _as_abnormal(amounts: Ints, limits: Ints, j: int, winner: int, by: str) -> bool:
    scale = [1 if by == "uln" else enzyme.range_multiple for enzyme in enzymes()]
    a, b = int(amounts[j]) * int(limits[winner]) * scale[winner], int(amounts[winner]) * int(limits[j]) * scale[j]
    return a == b
