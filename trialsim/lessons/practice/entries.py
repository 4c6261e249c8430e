"""What is said at once of a typed value that cannot be: of another scale, beyond the end, no number; lines to mark.

>>> entry_problem("PHGA", "45")
'got 45; allowed: centimetres from 0 to 10 with one decimal. This looks like millimetres: give 4.5 if it is.'
>>> grade_problem("4+")
'“4+” is a grade of the MRC: here it is 9, of 0 to 10. Enter 9 if that is what was felt.'
>>> grade_problem("7"), entry_problem("MMT8", "112")
('', '')
>>> entry_value("CK", "2,380"), entry_value("HAQDI", "1,125")
(2380.0, 1.125)
>>> entry_problem("CK", "2.380")
'“2.380” can be read as 2380 or as 2.38; write the one that is meant without a mark between thousands.'
"""

from __future__ import annotations

import re

from trialsim.errors import TrialsimError
from trialsim.facts.core_set import measure
from trialsim.facts.instruments import muscle_form
from trialsim.facts.measures_card import card_rows
from trialsim.facts.reading import Words
from trialsim.rules.grid import grid_value
from trialsim.widgets.sheet import Box, Line, read_typed

__all__ = ["entry_problem", "entry_value", "global_box", "grade_problem"]

# Digits in groups of three. Of an enzyme, in U/L with one decimal, a comma or a space before three digits can only
# stand between thousands; a point might stand before decimals of µkat/L.
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(?:[,'’ \u00a0\u202f][0-9]{3})+")
_EITHER = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}")
_MRC = re.compile(r"(?:MRC\s*)?([0-5])\s*([+-]?)", re.IGNORECASE)


def entry_problem(code: str, text: str, *, mmt8_max: int = 150) -> str:
    """Why an entry is no value of this measure; empty where it is one."""
    if code == "MMT8" and (grade := _mrc(text)):
        mapped = f"a grade of the MRC, which is {grade} of {muscle_form().highest}"
        return f"“{text.strip()}” looks like {mapped}. MMT-8 is the sum of eight such grades."
    number = entry_value(code, text)
    if number is None:
        return _not_a_number(text)
    if measure(code).is_enzyme and _EITHER.fullmatch(text.strip()):
        either = f"“{text.strip()}” can be read as {text.strip().replace('.', '')} or as {number:g}"
        return f"{either}; write the one that is meant without a mark between thousands."
    if code == "MMT8" and number > mmt8_max:
        side = measure(code).one_side
        one_side = f"one side ends at {mmt8_max}. Was the other form used?"
        both = f"both sides end at {mmt8_max}. Was the neck counted twice?"
        return f"{number:g} is more than MMT-8 can be: {one_side if mmt8_max == side else both}"
    if code == "MMT8" and 0 < number <= muscle_form().highest:
        return f"{number:g} looks like the grade of one muscle. MMT-8 adds eight grades of 0 to 10, none of the MRC."
    try:
        grid_value(code, number, where=code)
    except TrialsimError as error:
        as_typed = TrialsimError(code, Words(text.strip()), error.allowed, error.fix)
        return str(as_typed).removeprefix(f"{code}: ")
    return ""


def entry_value(code: str, text: str) -> float | None:
    """The number that an entry stands for, 2380 for an enzyme of “2,380”; None where it is no number."""
    grouped = measure(code).is_enzyme and _THOUSANDS.fullmatch(text.strip())
    return read_typed(re.sub("[^0-9]", "", text) if grouped else text)


def grade_problem(text: str) -> str:
    """Why an entry is no grade of a muscle; empty where it is one."""
    form = muscle_form()
    if (grade := _mrc(text)) and not text.strip().isdecimal():
        mapped = f"here it is {grade}, of 0 to {form.highest}"
        return f"“{text.strip()}” is a grade of the MRC: {mapped}. Enter {grade} if that is what was felt."
    number = read_typed(text)
    if number is None:
        return _not_a_number(text, form.highest - 2)
    if number != round(number) or not form.lowest <= number <= form.highest:
        return f"A grade is a whole number from {form.lowest} to {form.highest}; got {text.strip()}."
    return ""


def global_box(code: str) -> Box:
    """A line from 0 to 10 with what its ends mean, and a box beside it."""
    scale = measure(code)
    ends = next(row.ends for row in card_rows() if row.code == code)
    return Box(code, scale.label, unit=scale.unit, line=Line(scale.low, scale.high, scale.step, (ends[0], ends[1])))


def _mrc(text: str) -> int | None:
    """The grade that one of the MRC with a sign stands for, or None."""
    found = _MRC.fullmatch(text.strip())
    if not found or not (found[2] or text.strip()[:1] in "Mm"):
        return None
    return next((grade.grade for grade in muscle_form().key if grade.mrc == found[1] + found[2]), None)


def _not_a_number(text: str, such_as: float = 4.5) -> str:
    return f"“{text}” is not a number; write digits alone, such as {such_as}."
