"""One cell of a table of one's own: its text to a value on the instrument's grid, or to what is wrong with it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from trialsim.errors import TrialsimError, check_one_of
from trialsim.exchange.safe_csv import looks_like_formula
from trialsim.facts.core_set import enzymes, measure
from trialsim.facts.own_patients import own_table_limits
from trialsim.facts.reading import Words
from trialsim.rules.grid import from_grid, grid_value
from trialsim.rules.instruments import ukat_to_units

#: What stands for a missing value, in small letters.
MISSING_TEXTS = ("", "na", "n/a", "nan", ".", "-")
VAS_UNITS = ("cm", "mm")
ENZYME_UNITS = ("U/L", "ukat/L")
ENZYMES = tuple(one.code for one in enzymes())

_NUMBER = re.compile(r"[-−]?[0-9]+(?:[.,][0-9]+)?(?:[eE][+-]?[0-9]{1,2})?")
_THOUSAND = re.compile(r"[0-9]{1,3}[.,][0-9]{3}")
_MINUS = str.maketrans("−,", "-.")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one cell: `got` is its text, `allowed` what it may be, `fix` what to do."""

    row: int
    column: str
    got: str
    allowed: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Units:
    """How the file gives values; None: centimetres and U/L, unless they look otherwise."""

    mmt8_max: int
    vas: str | None
    enzyme: str | None

    def __post_init__(self) -> None:
        if self.vas is not None:
            check_one_of("vas_unit", self.vas, VAS_UNITS)
        if self.enzyme is not None:
            check_one_of("enzyme_unit", self.enzyme, ENZYME_UNITS)


def is_missing(text: str) -> bool:
    """Whether a cell says that there is no value.

    Examples
    --------
    >>> is_missing(""), is_missing("NA"), is_missing("0")
    (True, True, False)
    """
    return not text or (len(text) < 4 and text.lower() in MISSING_TEXTS)


def read_number(text: str) -> Decimal:
    """A number as written, with a point or a comma before its decimals; anything else is refused.

    Examples
    --------
    >>> read_number("4,5")
    Decimal('4.5')
    >>> read_number("=4+0.5")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    trialsim.errors.TrialsimError: cell: got '=4+0.5'; allowed: a number. It begins like a formula: kept as text, ...
    """
    if _NUMBER.fullmatch(text):
        return Decimal(text.translate(_MINUS))
    fix = ""
    longest = own_table_limits().longest_cell
    if len(text) > longest:
        fix = f"The cell has {len(text):,} characters."
    elif looks_like_formula(text):
        fix = "It begins like a formula: kept as text, not evaluated. Give its value."
    elif text.startswith(("<", ">")):
        fix = "Give the number that was measured, or leave the cell empty."
    elif re.fullmatch(r"[0-9]{1,3}([., '][0-9]{3})+([.,][0-9]+)?", text):
        fix = "Write numbers without marks between thousands."
    raise TrialsimError("cell", text, "a number", fix)


def read_value(code: str, text: str, units: Units, *, limit: bool = False) -> float:
    """The value of a measure in public units, or a refusal; `limit`: it is an upper limit of normal.

    Examples
    --------
    >>> read_value("PHGA", "45", Units(150, "mm", None)), read_value("CK", "3,3", Units(150, None, "ukat/L"))
    (4.5, 198.0)
    >>> read_value("CK", "3.2", Units(150, None, None))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    trialsim.errors.TrialsimError: CK: got 3.2; allowed: U/L. This looks like µkat/L: 3.2 µkat/L are 192 U/L. Say ...
    """
    number = read_number(text)
    found = measure(code)
    if code == "MMT8" or (found.is_enzyme and units.enzyme != "ukat/L" and not text.startswith("0")):
        _refuse_thousand(code, text)
    if found.unit == "cm" and units.vas == "mm":
        if number != int(number) or not 0 <= number <= 10 * int(found.high):
            raise TrialsimError(code, Words(text), f"whole millimetres from 0 to {10 * found.high:g}")
        number /= 10
    value = float(number)
    if found.is_enzyme and units.enzyme == "ukat/L":
        value = ukat_to_units(value)
    value = from_grid(code, grid_value(code, value, mmt8_max=units.mmt8_max))
    if found.is_enzyme:
        if limit and value == 0:
            raise TrialsimError(code, Words(text), "an upper limit of normal above 0")
        if units.enzyme is None and looks_like_ukat(code, value, limit):
            shown = f"{ukat_to_units(value):g}"
            fix = f"This looks like µkat/L: {text} µkat/L are {shown} U/L. Say so with enzyme_unit, or that it is U/L."
            raise TrialsimError(code, Words(text), "U/L", fix)
    return value


def looks_like_ukat(code: str, value: float, limit: bool) -> bool:
    """Whether U/L this low are rather µkat/L.

    Examples
    --------
    >>> looks_like_ukat("CK", 3.2, limit=False), looks_like_ukat("CK", 66, limit=False)
    (True, False)
    """
    lowest = own_table_limits().lowest_units[code]
    return 0 < value < (lowest.limit if limit else lowest.value)


def _refuse_thousand(code: str, text: str) -> None:
    if _THOUSAND.fullmatch(text):
        plain, decimal = re.sub("[.,]", "", text), text.replace(",", ".").rstrip("0").rstrip(".")
        raise TrialsimError(code, text, "a number that can be read in one way", f"Write {plain} or {decimal}.")
