"""A sheet to fill in: rows of given values and of boxes, with the right entry and the reply to each wrong one.

>>> sheet = Sheet("Add up.", ("", "entry"), (("2 + 2", (Box("sum", "2 + 2"),)),), {
...     "sum": Key((4, 4), "Two and two.", {"22": Slip("Added, not written side by side.")})})
>>> sheet.judge({"sum": "22"})["sum"]
Mark(verdict='wrong', text='Added, not written side by side.', misconception='')
>>> [sheet.judge({"sum": entry})["sum"].verdict for entry in (" 4,0 ", "", "x")]
['right', 'empty', 'refused']
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

MAX_TYPED = 40
"""Characters that are read of one box."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line to set a mark on: its lower and upper end, and what they mean; it begins without a mark."""

    low: float
    high: float
    step: float
    ends: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Box:
    """A place to fill in: typed, set on a line as well, or chosen where there are options (value to what is shown)."""

    name: str
    label: str
    options: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    line: Line | None = None

    def wire(self) -> dict[str, Any]:
        """What the browser needs to show it."""
        options = [[value, shown] for value, shown in self.options.items()]
        made = {"name": self.name, "label": self.label, "options": options, "unit": self.unit}
        return made if self.line is None else made | {"line": asdict(self.line)}


@dataclass(frozen=True, slots=True)
class Slip:
    """The reply to a wrong entry, and the id of the idea behind it, where it has one."""

    reply: str
    misconception: str = ""


@dataclass(frozen=True, slots=True)
class Key:
    """What is right in a box.

    Parameters
    ----------
    right : str or (float, float)
        The option, or the lowest and the highest number that are right.
    why : str
        Why; said to a right entry, and to a wrong one that has no reply of its own.
    slips : mapping of str to Slip
        By the entry: an option, or a number as ``format(number, "g")`` writes it.
    problem : callable, optional
        A typed entry to why it cannot be a value here; empty where it can. A wrong entry with a reply gets its reply.
    """

    right: str | tuple[float, float]
    why: str
    slips: Mapping[str, Slip] = field(default_factory=dict)
    problem: Callable[[str], str] | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """What is said of one entry: right, wrong, empty or refused."""

    verdict: Literal["right", "wrong", "empty", "refused"]
    text: str
    misconception: str = ""


Cell = str | Box | tuple[Box, ...]
"""What is given, or what is to be filled in; several boxes stand side by side."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A task with its boxes.

    Parameters
    ----------
    text : str
        What is to be done.
    columns : tuple of str
        Heads of the columns; the first stands over the names of the rows.
    rows : tuple of (str, tuple of str or Box)
        The name of a row, and its cells.
    keys : mapping of str to Key
        What is right, by the name of the box.
    notes : tuple of (str, str)
        What is given beside the table: headings with texts.
    folded : tuple of (str, str)
        The same in a drawer, one line a row: what is looked up.
    edges : frozenset of str
        Which traps the task holds, by name.
    """

    text: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    keys: Mapping[str, Key]
    notes: tuple[tuple[str, str], ...] = ()
    folded: tuple[tuple[str, str], ...] = ()
    edges: frozenset[str] = frozenset()

    @property
    def boxes(self) -> tuple[Box, ...]:
        """Every box, row by row."""
        return tuple(
            box for _, cells in self.rows for cell in cells if not isinstance(cell, str) for box in _boxes(cell)
        )

    def judge(self, entries: Mapping[str, object]) -> dict[str, Mark]:
        """A mark for every box."""
        return {box.name: self._mark(box, entries.get(box.name)) for box in self.boxes}

    def refused(self, entries: Mapping[str, object]) -> dict[str, str]:
        """By box, why its entry cannot be; nothing of what is right."""
        return {name: mark.text for name, mark in self.judge(entries).items() if mark.verdict == "refused"}

    def shown(self, name: str) -> str:
        """What is right in a box, in words."""
        right, options = self.keys[name].right, {box.name: box.options for box in self.boxes}[name]
        if isinstance(right, str):
            return options[right]
        return f"{right[0]:g}" if right[0] == right[1] else f"{right[0]:g} to {right[1]:g}"

    def wire(self) -> dict[str, Any]:
        """What the browser needs to show it; what is right is not in it."""
        rows = [
            [name, [cell if isinstance(cell, str) else [box.wire() for box in _boxes(cell)] for cell in cells]]
            for name, cells in self.rows
        ]
        notes, folded = ([list(note) for note in each] for each in (self.notes, self.folded))
        return {"text": self.text, "columns": list(self.columns), "rows": rows, "notes": notes, "folded": folded}

    def _mark(self, box: Box, raw: object) -> Mark:
        entry = "" if raw is None else str(raw).strip()[:MAX_TYPED]
        key = self.keys[box.name]
        if not entry:
            return Mark("empty", "Nothing is entered here yet.")
        if isinstance(key.right, str):
            if entry not in box.options:
                return Mark("refused", "Choose one of: " + "; ".join(box.options.values()) + ".")
            return self._said(key, entry, entry == key.right)
        number = read_typed(entry)
        named = number is not None and f"{number:g}" in key.slips
        if key.problem and not named and (problem := key.problem(entry)):
            return Mark("refused", problem)
        if number is None:
            return Mark("refused", f"“{entry}” is not a number; write it in digits, such as 1.25.")
        low, high = key.right
        return self._said(key, f"{number:g}", low - 1e-6 <= number <= high + 1e-6)

    def _said(self, key: Key, entry: str, right: bool) -> Mark:
        slip = key.slips.get(entry)
        if right or slip is None:
            return Mark("right" if right else "wrong", key.why)
        return Mark("wrong", slip.reply, slip.misconception)


def _boxes(cell: Box | tuple[Box, ...]) -> tuple[Box, ...]:
    return (cell,) if isinstance(cell, Box) else cell


def read_typed(text: str) -> float | None:
    """A number as somebody types it, with a comma or a point; None for what is none.

    Examples
    --------
    >>> read_typed(" 1,25 "), read_typed("4+"), read_typed("nan")
    (1.25, None, None)
    """
    plain = text.strip().replace(",", ".")
    digits = plain.removeprefix("-").replace(".", "", 1)
    return float(plain) if digits.isascii() and digits.isdecimal() and len(digits) < 12 else None
