"""Drill: the points of the 2016 score measure by measure, their total, and the category.

>>> sheet = score_sheet(70002)
>>> [box.name for box in sheet.boxes]
['PHGA', 'PTGA', 'MMT8', 'HAQDI', 'ENZYME', 'EMGA', 'total', 'category']
"""

from __future__ import annotations

import numpy as np

from trialsim.facts.core_set import enzymes, measure
from trialsim.facts.points_table import PointsTable
from trialsim.facts.responses import load_response
from trialsim.lessons.practice.dealing import MEASURES, counted_limit, level_and_dice, pick, shown
from trialsim.rules.score_points import score_rule
from trialsim.rules.total_improvement import TotalImprovement, total_improvement_score
from trialsim.widgets.sheet import Box, Key, Sheet, Slip

__all__ = ["EDGES", "score_sheet"]

EDGES = ("on a band's end", "worse earns nothing", "a total of exactly 20, 40 or 60")
_MAX_TRIED = 40


def _table() -> PointsTable:
    return score_rule(load_response("TIS-MINIMAL")).table


def _lines() -> dict[str, float]:
    return {name: float(line) for name, line in _table().categories}


def score_sheet(number: int) -> Sheet:
    """A patient at two visits, to be scored by the criteria of 2016."""
    level, dice = level_and_dice("score", number)
    lines, categories = _lines().values(), {"none": "below minimal"} | {name: name for name in _lines()}
    on_line = level > 1 and dice.random() < 0.25
    for _ in range(_MAX_TRIED):
        start, end = _visits(dice, level)
        found = total_improvement_score(start, end, enzyme="CK", enzyme_uln=counted_limit())
        if not on_line or found.score in lines:
            break
    keys = {
        code: _points_key(code, start[code], end[code], found, sentence)
        for code, sentence in zip(MEASURES, found.findings, strict=True)
    }
    total = " + ".join(f"{found.points[code]:g}" for code in MEASURES) + f" = {found.score:g}"
    keys["total"] = Key((found.score, found.score), f"{total}.", _total_slips(found, start, end))
    category = categories[found.category]
    ladder = ", ".join(f"from {line:g} {name}" for name, line in _lines().items())
    why = f"{found.score:g} points: {category}. It goes {ladder}; the line itself counts."
    keys["category"] = Key(found.category, why)
    table = _table()
    rows = []
    for code, above, points in zip(table.items, table.above, table.points, strict=True):
        options = {f"{each:g}": f"{each:g}" for each in (0.0, *map(float, points))}
        name = f"CK (range 0 to {_multiple()} × {counted_limit():g})"
        if code != "ENZYME":
            name = f"{measure(code).label} (range {measure(code).low:g} to {measure(code).high:g})"
        box = Box(code, f"points for {measure(code).label}", options)
        bands = ", ".join(f"{float(line):g} %: {float(earned):g}" for line, earned in zip(above, points, strict=True))
        rows.append((name, (bands, shown(code, start[code]), shown(code, end[code]), box)))
    rows += [
        ("Total", ("", "", "", Box("total", "total of the points"))),
        ("Category", ("", "", "", Box("category", "category", categories))),
    ]
    return Sheet(
        "Score by the 2016 criteria: change in percent of the range, its points (0 up to the first line), their total.",
        ("Measure", "Above so many %: points", "Baseline", "Week 12", "Points"),
        tuple(rows),
        keys,
        edges=frozenset(_edges(start, end, found)),
    )


def _multiple() -> int:
    return next(enzyme.range_multiple for enzyme in enzymes() if enzyme.code == "CK")


def _width(code: str) -> float:
    return _multiple() * counted_limit() if code == "ENZYME" else measure(code).high - measure(code).low


def _visits(dice: np.random.Generator, level: int) -> tuple[dict[str, float], dict[str, float]]:
    table = _table()
    start, end = {}, {}
    for code, above in zip(table.items, table.above, strict=True):
        grid = {"MMT8": 1.0, "HAQDI": 0.125, "ENZYME": 10.0}.get(code, 0.1)
        width = _width(code)
        steps = round(width / grid)
        low, high = (0.45, 0.9) if code == "MMT8" else (0.2, 0.8)
        first = int(dice.integers(round(low * steps), round(high * steps)))
        gain = round(float(dice.uniform(-0.12, 0.45)) * steps)
        if level > 1 and dice.random() < 0.3 * (level - 1):
            line = float(pick(dice, above)) / 100 * steps
            if abs(line - round(line)) < 1e-9:
                gain = round(line) + (0 if dice.random() < 0.6 else 1)
        last = first + gain if measure(code).higher_is_better else first - gain
        last = min(max(last, 0), steps)
        start[code], end[code] = round(first * grid, 3), round(last * grid, 3)
    return start, end


def _percent(code: str, start: float, end: float) -> float:
    return float(100 * measure(code).gain(start, end) / _width(code))


def _edges(start: dict[str, float], end: dict[str, float], found: TotalImprovement) -> set[str]:
    table = _table()
    met = set()
    for code, above in zip(table.items, table.above, strict=True):
        percent = _percent(code, start[code], end[code])
        met |= {"on a band's end"} if any(abs(percent - float(line)) < 1e-9 for line in above) else set()
        met |= {"worse earns nothing"} if percent < 0 else set()
    return met | ({"a total of exactly 20, 40 or 60"} if found.score in _lines().values() else set())


def _points_key(code: str, start: float, end: float, found: TotalImprovement, why: str) -> Key:
    table = _table()
    at = table.items.index(code)
    above, points = ([float(number) for number in row[at]] for row in (table.above, table.points))
    right, percent = f"{found.points[code]:g}", _percent(code, start, end)
    slips = {}
    relative = 100 * percent * _width(code) / 100 / start if start else 0.0
    by_start = next((p for line, p in zip(above[::-1], points[::-1], strict=True) if relative > line), 0.0)
    slips[f"{by_start:g}"] = Slip(
        f"{why} You took percent of the start, {relative:.1f} %; this score takes percent of the range."
    )
    reached = next((p for line, p in zip(above[::-1], points[::-1], strict=True) if percent > line - 1e-9), 0.0)
    slips[f"{reached:g}"] = Slip(f"{why} A band begins above its line: exactly on the line earns what lies below.")
    slips.pop(right, None)
    return Key(right, why, slips)


def _total_slips(found: TotalImprovement, start: dict[str, float], end: dict[str, float]) -> dict[str, Slip]:
    change = sum(_percent(code, start[code], end[code]) for code in MEASURES)
    slips = {f"{change:g}": Slip("That adds percent. The total adds the points that each percent earns.")}
    slips.pop(f"{found.score:g}", None)
    return slips
