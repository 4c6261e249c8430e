"""Bytes of a file to lines of cells: encoding and separator are recognised and said, and what is no text is refused."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from trialsim.errors import TrialsimError
from trialsim.exchange.safe_csv import unguard
from trialsim.facts.own_patients import own_table_limits
from trialsim.facts.reading import Words
from trialsim.files import read_local_file

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
    separator = _separator(lines[start], {one.upper() for one in known})
    if separator != ",":
        notes.append(f"Cells are separated by a {SEPARATORS[separator]}, not a comma: recognised.")
    header = _cells(start + 1, lines[start], separator)
    most = own_table_limits().most_columns
    if len(header.cells) > most or header.problem:
        got = header.problem or f"{len(header.cells):,} columns"
        raise TrialsimError(f"{name}: header", Words(got), f"at most {most} columns, named as in the template")
    found = [_cells(i + 1, lines[i], separator) for i in range(start + 1, len(lines)) if lines[i].strip()]
    rows = [one for one in found if any(one.cells)]
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
