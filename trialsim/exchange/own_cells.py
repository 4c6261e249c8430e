"""A table of one's own, taken apart: a file to lines of cells, and a cell to a value or to what is wrong with it.

Encoding and separator are recognised and said; what is no text is refused.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from trialsim.errors import TrialsimError, check_one_of
from trialsim.facts.core_set import enzyme_codes, measure
from trialsim.facts.own_tables import own_table_limits
from trialsim.facts.reading import Words
from trialsim.files import read_local_file
from trialsim.rules.grid import from_grid, grid_value
from trialsim.rules.instruments import ukat_to_units
from trialsim.safe_csv import looks_like_formula, unguard

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
_CSV = "Save the table as CSV (UTF-8) and give that file."
_NO_TEXT = {
    b"PK\x03\x04": "an Excel workbook or another packed file",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a packed file",
}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file: its number, its cells, and what is wrong with the line itself."""

    number: int
    cells: tuple[str, ...]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class OwnText:
    """The header, the lines under it, and what was noticed on the way."""

    header: tuple[str, ...]
    header_line: int
    lines: tuple[Line, ...]
    separator: str
    notes: tuple[str, ...]


def read_content(source: str | Path | bytes, largest: int) -> tuple[bytes, str]:
    """The bytes of a file and what to call it; its size is looked at before it is read."""
    if isinstance(source, (bytes, bytearray)):
        if len(source) > largest:
            fix = "A table of a thousand patients is far smaller: is it another file? If not, give it in parts."
            raise TrialsimError("file", Words(f"{len(source) / 1e6:,.1f} MB"), f"at most {largest / 1e6:g} MB", fix)
        return bytes(source), "file"
    if not isinstance(source, (str, Path)):
        raise TrialsimError("source", source, "the path of a CSV file, or its content as bytes")
    if "\n" in str(source):
        raise TrialsimError("source", source, "the path of a CSV file, or its content as bytes", "Encode the text.")
    return read_local_file(source, largest, "CSV file", where="source"), Path(source).name


def read_text(content: bytes, name: str, known: Iterable[str]) -> OwnText:
    """Take a file apart into cells.

    Parameters
    ----------
    content : bytes
        Of the file.
    name : str
        What to call it.
    known : iterable of str
        Names of columns, in capitals: the separator is the one that finds most of them.

    Raises
    ------
    TrialsimError
        It is empty, no text, or has a header only.
    """
    text, notes = _decode(content, name)
    lines = re.split(r"\r\n|\n|\r", text)
    start = 0
    told = re.fullmatch(r'"?sep=(.)"?', lines[0].strip(" "), re.IGNORECASE)
    if told:  # a line that spreadsheets write to say how the rest is separated
        start = 1
    while start < len(lines) and not lines[start].strip(" \t,;|\u00a0"):
        start += 1
    if start == len(lines):
        raise TrialsimError(name, Words("an empty file"), "a header and a row for each visit", "Start from a template.")
    separator = _separator(lines[start], {name.upper() for name in known})
    if separator != ",":
        notes.append(f"Cells are separated by a {SEPARATORS[separator]}, not a comma: recognised.")
    header = _cells(start + 1, lines[start], separator)
    most = own_table_limits().max_columns
    if len(header.cells) > most or header.problem:
        got = header.problem or f"{len(header.cells):,} columns"
        raise TrialsimError(f"{name}: header", Words(got), f"at most {most} columns, named as in the template")
    found = [_cells(i + 1, lines[i], separator) for i in range(start + 1, len(lines)) if lines[i].strip()]
    rows = [line for line in found if any(line.cells)]
    if not rows:
        raise TrialsimError(name, Words("a header without rows"), "a row for each visit", "Start from a template.")
    return OwnText(header.cells, start + 1, tuple(rows), separator, tuple(notes))


def _decode(content: bytes, name: str) -> tuple[str, list[str]]:
    for start, what in _NO_TEXT.items():
        if content.startswith(start):
            raise TrialsimError(name, Words(what), "a text file with separated cells (CSV)", _CSV)
    notes: list[str] = []
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        notes.append("The file is in UTF-16: recognised.")
        text = content.decode("utf-16", errors="replace")
    else:
        if content.startswith(b"\xef\xbb\xbf"):
            notes.append("The file begins with a byte-order mark: taken away.")
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            # Latin-1 gives every byte a letter, so that nothing is lost; names may look odd, numbers cannot.
            text = content.decode("latin-1")
            notes.append("The file is not in UTF-8 and was read as Latin-1: look at letters with accents in names.")
    if _CONTROL.search(text):
        raise TrialsimError(name, Words("bytes that are no text"), "a text file with separated cells (CSV)", _CSV)
    return text, notes


def _separator(header: str, known: set[str]) -> str:
    def found(separator: str) -> tuple[int, int]:
        cells = _cells(1, header, separator).cells
        return sum(cell.upper() in known for cell in cells), len(cells)

    return max(SEPARATORS, key=found)


def _cells(number: int, text: str, separator: str) -> Line:
    # A line at a time: no cell of ours holds a line break, and an open quotation mark then spoils its own line only.
    try:
        found = next(csv.reader([text], delimiter=separator, strict=True))
    except csv.Error as problem:
        open_mark = "end of data" in str(problem)
        why = "a quotation mark that is not closed on its line" if open_mark else f"a line that is no CSV ({problem})"
        return Line(number, (text,), why)
    return Line(number, tuple(unguard(cell.strip()) for cell in found))


#: What stands for a missing value, in small letters.
MISSING_TEXTS = ("", "na", "n/a", "nan", ".", "-")
VAS_UNITS = ("cm", "mm")
ENZYME_UNITS = ("U/L", "ukat/L")
ENZYMES = enzyme_codes()

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
    longest = own_table_limits().max_cell_characters
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
