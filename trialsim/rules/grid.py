"""Public values to whole numbers on the instrument's grid, and back; what is not on the grid is refused.

On the grid a comparison is exact: in floats an improvement from 0.5 to 0.4 cm is 19.999999999999996 %, in tenths of a
centimetre it is 20 %.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from trialsim.errors import TrialsimError
from trialsim.facts.core_set import Measure, measure
from trialsim.facts.reading import Words

Ints = npt.NDArray[np.int64]

#: Stands for a missing value in arrays of grid values; no measure can be negative.
MISSING = -1


def highest_value(code: str, mmt8_max: int = 150) -> float:
    """The upper end of a measure's public values (MMT-8: of the sides tested)."""
    found = measure(code)
    return float(mmt8_max) if found.one_side is not None else found.highest


def to_grid(code: str, values: npt.ArrayLike, *, mmt8_max: int = 150, name: Callable[[int], str] | None = None) -> Ints:
    """Put public values of one measure on its grid.

    Parameters
    ----------
    code : str
        Code of the measure or of an enzyme.
    values : array_like
        Public values (cm, points, index, U/L); NaN and None are missing.
    mmt8_max : {150, 80}
        Both sides or one.
    name : callable, optional
        What to call value number i (flat) in a message, for instance ``"PHGA of patient S-004 at Week 12"``.

    Returns
    -------
    ndarray of int64
        Whole grid units, `MISSING` where there is no value.

    Raises
    ------
    TrialsimError
        A value is no number, outside the range, or off the grid.

    Examples
    --------
    >>> to_grid("PHGA", [4.4, None, 10])
    array([ 44,  -1, 100])
    >>> to_grid("MMT8", [120, 151])
    Traceback (most recent call last):
    trialsim.errors.TrialsimError: MMT8: got 151; allowed: whole points from 0 to 150.
    """
    found = measure(code)
    cells, rounding = _as_floats(values, code, name)
    numbers = cells.reshape(-1)
    known = ~np.isnan(numbers)
    scaled = np.where(known, numbers, 0.0) * found.grid
    with np.errstate(invalid="ignore"):  # infinity minus itself; refused below as out of range
        whole = np.rint(scaled)
        # only the rounding of binary numbers is forgiven
        wrong = ~(np.abs(scaled - whole) <= rounding * np.maximum(1.0, np.abs(scaled)))
    top = highest_value(code, mmt8_max)
    wrong |= (whole < found.low * found.grid) | (whole > top * found.grid)
    if found.code == "HAQDI":
        wrong |= ~_is_haq(np.where(wrong, 0.0, whole))
        for i in np.flatnonzero(wrong):
            rounded = _rounded_haq(float(numbers[i]), top)
            if rounded is not None:
                whole[i], wrong[i] = rounded, False
    if wrong.any():
        first = int(np.flatnonzero(wrong)[0])
        where = name(first) if name else code
        raise _refusal(where, found, float(numbers[first]), top)
    return np.where(known, whole, MISSING).astype(np.int64).reshape(cells.shape)


def grid_value(code: str, value: Any, *, mmt8_max: int = 150, where: str | None = None) -> int:
    """Put one public value on its measure's grid; missing (None or NaN) is `MISSING`.

    Examples
    --------
    >>> grid_value("MMT8", 120), grid_value("CK", 195.5), grid_value("HAQDI", 1.625)
    (120, 1955, 273)
    """
    if isinstance(value, (list, tuple, dict, set)) or np.ndim(value):
        raise TrialsimError(where or code, value, "one number")
    return int(to_grid(code, value, mmt8_max=mmt8_max, name=lambda _: where or code))


def from_grid(code: str, value: int) -> float:
    """The public value of a grid value.

    Examples
    --------
    >>> from_grid("PTGA", 44)
    4.4
    """
    return value / measure(code).grid


def _rounded_haq(value: float, top: float) -> int | None:
    """Grid units of a sixth or seventh written with three decimals or more, such as 1.333; None for anything else."""
    if not 0 < value < top:
        return None
    for parts in (7, 6):
        near = round(value * parts)
        if any(abs(value - round(near / parts, digits)) < 1e-12 for digits in range(3, 12)):
            return near * measure("HAQDI").grid // parts
    return None


def _is_haq(whole: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    # A mean of 8, 7 or 6 whole category scores.
    return np.asarray((whole % 21 == 0) | (whole % 24 == 0) | (whole % 28 == 0))


def _as_floats(values: Any, code: str, name: Callable[[int], str] | None) -> tuple[npt.NDArray[np.float64], float]:
    """Numbers in double precision, and the relative rounding that they came with."""
    if hasattr(values, "to_numpy"):
        values = values.to_numpy(dtype=object if values.dtype.kind not in "iuf" else None)
    array = np.asarray(values)
    if array.dtype.kind in "iuf":
        narrow = array.dtype.kind == "f" and array.dtype.itemsize < 8
        return array.astype(np.float64), 1e-6 if narrow else 1e-9
    cells = np.asarray(values, dtype=object)
    numbers = np.empty(cells.shape, dtype=np.float64)
    for i, cell in enumerate(cells.flat):
        missing = cell is None or type(cell).__name__ in ("NAType", "NaTType")
        number = isinstance(cell, (int, float, np.integer, np.floating, Decimal, Fraction))
        if not missing and (not number or isinstance(cell, bool)):
            raise TrialsimError(name(i) if name else code, cell, "a number")
        try:
            numbers.flat[i] = np.nan if missing else float(cell)
        except OverflowError:
            raise TrialsimError(name(i) if name else code, cell, "a number within reach of an instrument") from None
    return numbers, 1e-9


def _refusal(where: str, found: Measure, value: float, top: float) -> TrialsimError:
    shown: object = int(value) if value == np.rint(value) and abs(value) < 1e15 else value
    fix = ""
    if found.unit == "cm":
        allowed = f"centimetres from 0 to {top:g} with one decimal"
        if top < value <= 10 * top and value == round(value):
            fix = f"This looks like millimetres: give {value / 10:g} if it is."
    elif found.is_enzyme:
        allowed = f"U/L with one decimal, not below 0 (and below {top:,.0f})"
    elif found.code == "HAQDI":
        allowed = f"eighths from 0 to {top:g} (sevenths or sixths when categories are missing)"
        if 0 < value < top:
            fix = f"Did you mean {_nearest_haq(value)}?"
    elif found.one_side is not None:
        allowed = f"whole points from 0 to {top:g}"
        if top == found.one_side and top < value <= found.high:
            fix = f"If both sides were tested, say mmt8_max={found.high:g}."
    else:
        allowed = f"{found.unit} from {found.low:g} to {top:g} in steps of {found.step:g}"
    return TrialsimError(where, Words(f"{shown}"), allowed, fix)


def _nearest_haq(value: float) -> str:
    """A mean of eight, seven or six categories if `value` is one rounded to two decimals; else the nearest eighth."""
    for parts in (8, 7, 6):
        near = round(value * parts)
        if abs(near / parts - value) <= 0.0051:
            return f"{near / parts:.3f}".rstrip("0") + ("" if parts == 8 else f" ({near}/{parts})")
    return f"{round(value * 8) / 8:g}"
