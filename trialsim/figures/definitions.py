"""One patient under several definitions: what became of each measure, whether it counted, and the verdict.

>>> rows = [DefinitionRow("IMACS-2004", False, ("PHGA",), ("MMT8",), "no response: MMT-8 worse by at least 25 %")]
>>> picture = definitions_picture(rows, {"PHGA": 6, "MMT8": 100}, {"PHGA": 3, "MMT8": 75})
>>> "barred" in picture.layer
True
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from trialsim.facts.core_set import enzyme_codes, measure, measure_codes
from trialsim.facts.protocol import our_trial
from trialsim.facts.responses import CountRule, list_responses, load_response
from trialsim.figures.definition_words import change_words, rule_words
from trialsim.figures.parts import sheet
from trialsim.figures.style import BLUE, INK, ORANGE
from trialsim.figures.svg import Canvas, Picture

_LEFT, _COLUMN, _RIGHT = 2.3, 0.87, 1.4
_HEAD, _ROW, _FOOT = 1.05, 0.46, 0.62
_SMALL, _SMALLER = 9.5, 8.5
_LONGEST = 12  # letters of two values that a column has room for with spaces around the arrow
_UP, _DOWN = "^", "v"
_VERDICTS = {True: "Response", False: "No response", None: "Undecided"}
_ABOVE = {
    "PHGA": "Physician\nglobal",
    "PTGA": "Patient\nglobal",
    "ENZYME": "Muscle\nenzyme",
    "EMGA": "Extra-\nmuscular",
    "SF36PCS": "SF-36\nphysical",
}


@dataclass(frozen=True, slots=True)
class DefinitionRow:
    """What one definition says of the patient.

    Parameters
    ----------
    definition : str
        Its id, or what to call it.
    responded : bool or None
        None: cannot be decided.
    improved, worsened : tuple of str
        Codes of the measures that count as improved and as worse; under a score, that earn points and that are worse.
    reason : str
        The verdict in one line, as the rules word it.
    score : float, optional
        The score, where it has one.
    points : mapping of code to float, optional
        What each measure earned, where that is known.
    """

    definition: str
    responded: bool | None
    improved: tuple[str, ...]
    worsened: tuple[str, ...]
    reason: str
    score: float | None = None
    points: Mapping[str, float] | None = None


def rows_of(table: pd.DataFrame, points: Mapping[str, float] | None = None) -> list[DefinitionRow]:
    """The table that `compare_definitions` gives, as rows of the picture.

    Parameters
    ----------
    table : DataFrame
        As `trialsim.compare_definitions` returns it.
    points : mapping of code to float, optional
        ``total_improvement_score(...).points``: shown in the rows that score.
    """
    rows = []
    for row in table.to_dict("records"):
        score = None if pd.isna(row["score"]) else float(row["score"])
        rows.append(
            DefinitionRow(
                definition=str(row["definition"]),
                responded=None if pd.isna(row["response"]) else bool(row["response"]),
                improved=_split(row["improved"]),
                worsened=_split(row["worsened"]),
                reason=str(row["reason"]),
                score=score,
                points=points if score is not None else None,
            )
        )
    return rows


def _split(codes: Any) -> tuple[str, ...]:
    return tuple(codes.split()) if isinstance(codes, str) else ()


def definitions_picture(
    rows: Sequence[DefinitionRow] | pd.DataFrame,
    baseline: Mapping[str, float | None],
    followup: Mapping[str, float | None],
    *,
    prediction: float | None = None,
    note: str = "",
) -> Picture:
    """Show definitions as rows, measures as columns, and what counted.

    Parameters
    ----------
    rows : sequence of DefinitionRow, or DataFrame
        As `rows_of` gives them, or the table of `trialsim.compare_definitions` itself.
    baseline, followup : mapping of code to value
        The patient's two visits, as they were given to `compare_definitions`.
    prediction : float, optional
        How many of the definitions the learner expected to say response.
    note : str, optional
        What stands beside that mark, where the prediction was for another patient.
    """
    found = rows_of(rows) if isinstance(rows, pd.DataFrame) else list(rows)
    codes = _columns(found, baseline)
    visits = [_under_columns(visit, codes) for visit in (baseline, followup)]
    canvas = _canvas(tuple(row.definition for row in found), codes)
    return canvas.picture(lambda axes: _paint(axes, found, codes, visits[0], visits[1], prediction, note))


def _columns(rows: Iterable[DefinitionRow], baseline: Mapping[str, Any]) -> tuple[str, ...]:
    """The six, and what else a definition looks at."""
    core = measure_codes()
    seen = [code for row in rows for code in (*row.improved, *row.worsened)]
    further = [code for code in (*baseline, *seen) if code not in core]
    own = [code for code in dict.fromkeys(further) if code not in enzyme_codes() or code in seen]
    return (*core, *own)


def _under_columns(visit: Mapping[str, float | None], codes: tuple[str, ...]) -> dict[str, float | None]:
    """A visit with the one enzyme that was given standing for the laboratory measure."""
    values = {code: visit.get(code) for code in codes}
    single = [code for code in enzyme_codes() if visit.get(code) is not None]
    if values["ENZYME"] is None and len(single) == 1:
        values["ENZYME"] = visit[single[0]]
    return {code: None if value is None or value != value else value for code, value in values.items()}


@cache
def _canvas(names: tuple[str, ...], codes: tuple[str, ...]) -> Canvas:
    width = _LEFT + _COLUMN * len(codes) + _RIGHT
    height = _HEAD + _ROW * len(names) + _FOOT

    def lay_out(figure: Figure) -> Axes:
        axes = sheet(figure, width, height)
        for j, code in enumerate(codes):
            name = _ABOVE.get(code, measure(code).label)
            axes.text(_x(j) + 0.06, 0.36, name, fontsize=_SMALL, fontweight="bold", va="bottom", linespacing=1.05)
        axes.text(_x(len(codes)) + 0.1, 0.36, "Verdict", fontsize=_SMALL, fontweight="bold", va="bottom")
        for i, name in enumerate(names):
            ours = " (our trial)" if name == our_trial().primary.definition else ""
            axes.text(0.06, _y(i) + 0.17, name + ours, fontsize=_SMALL, fontweight="bold", va="center")
            axes.text(0.06, _y(i) + 0.34, _rule_of(name), fontsize=_SMALLER, va="center")
        edges: list[Any] = [[(0, _y(i)), (width, _y(i))] for i in range(len(names) + 1)]
        edges += [[(_x(j), 0.1), (_x(j), _y(len(names)))] for j in range(len(codes) + 1)]
        axes.add_collection(LineCollection(edges, colors=INK, linewidths=0.5, alpha=0.45))
        axes.text(0.06, _y(len(names)) + 0.36, "Definitions that say response", fontsize=_SMALL, va="center")
        return axes

    return Canvas(lay_out, width=width, height=height)


def _x(j: int) -> float:
    return _LEFT + _COLUMN * j


def _y(i: int) -> float:
    return _HEAD + _ROW * i


def _rule_of(name: str) -> str:
    return rule_words(load_response(name)) if name in list_responses(readings=True) else ""


def _paint(
    axes: Axes,
    rows: Sequence[DefinitionRow],
    codes: tuple[str, ...],
    baseline: Mapping[str, float | None],
    followup: Mapping[str, float | None],
    prediction: float | None,
    note: str,
) -> None:
    changes = [change_words(code, baseline[code], followup[code]) for code in codes]
    for j, code in enumerate(codes):
        said = changes[j].replace(" % ", " %\n") if "%" in changes[j] else changes[j]
        if changes[j] != "not measured":
            said = f"{_values(code, baseline[code], followup[code])}\n{said}"
        _say(axes, _x(j) + 0.05, 0.45, said, va="top", fontsize=_SMALLER + 0.5)
    marks: dict[tuple[str, str, float], list[tuple[float, float]]] = {}
    for i, row in enumerate(rows):
        for j, code in enumerate(codes):
            shape, face, words = _cell(row, code, changes[j])
            if shape:
                marks.setdefault((shape, face, 6.5), []).append((_x(j) + 0.11, _y(i) + 0.23))
            _say(axes, _x(j) + (0.2 if shape else 0.07), _y(i) + 0.23, words)
        x = _x(len(codes)) + 0.08
        marks.setdefault(("s", BLUE if row.responded else "none", 7.5), []).append((x + 0.05, _y(i) + 0.16))
        _say(axes, x + 0.17, _y(i) + 0.16, _VERDICTS[row.responded], fontweight="bold" if row.responded else "normal")
        _say(axes, x, _y(i) + 0.345, _short(row), fontsize=_SMALLER)
    _count(axes, rows, prediction, note, marks)
    for (shape, face, size), places in marks.items():
        look: Any = {"marker": shape, "markersize": size, "markerfacecolor": face, "markeredgecolor": INK}
        axes.add_line(Line2D(*zip(*places, strict=True), linestyle="none", **look))


def _say(axes: Axes, x: float, y: float, words: str, **how: Any) -> None:
    axes.text(x, y, words, **{"fontsize": _SMALL, "va": "center", "linespacing": 1.1, "clip_on": False, **how})


def _values(code: str, before: float | None, after: float | None) -> str:
    unit = " cm" if measure(code).unit == "cm" else ""
    if before == after:
        return f"{before:g}{unit}"
    apart = f"{before:g} → {after:g}{unit}"
    return apart if len(apart) <= _LONGEST else apart.replace(" → ", "→")


def _cell(row: DefinitionRow, code: str, change: str) -> tuple[str, str, str]:
    """Marker, its face, and words: what happened, and whether it counted."""
    if change == "not measured":
        return "", "", "missing"
    if change == "no change":
        return "", "", "unchanged"
    better = "better" in change
    shape, verb = (_UP, "improved") if better else (_DOWN, "worse")
    if row.score is not None:
        earned = None if row.points is None else row.points.get(code, 0.0)
        tail = f"+{earned:g}" if earned else "counts" if code in row.improved else "0 points"
        return shape, BLUE if code in row.improved else "none", f"{verb}\n{tail}"
    if code in (row.improved if better else row.worsened):
        barred = not better and code in _barred(row.definition)
        return shape, BLUE if better else ORANGE, f"{verb}\n{'barred' if barred else 'counts'}"
    return shape, "none", f"{verb}\n{'too little' if change.split()[0] != 'worse' else 'not counted'}"


def _barred(name: str) -> tuple[str, ...]:
    rule = load_response(name).rule if name in list_responses(readings=True) else None
    return rule.never_worse if isinstance(rule, CountRule) else ()


def _short(row: DefinitionRow) -> str:
    """Why, in one cell."""
    if row.score is not None:
        return f"score {row.score:g}"
    tally = f"{len(row.improved)} improved, {len(row.worsened)} worse"
    barred = [code for code in row.worsened if code in _barred(row.definition)]
    return f"{measure(barred[0]).label} worse: barred" if barred else tally


def _count(
    axes: Axes,
    rows: Sequence[DefinitionRow],
    prediction: float | None,
    note: str,
    marks: dict[tuple[str, str, float], list[tuple[float, float]]],
) -> None:
    """How many say response, as squares, with the prediction among them."""
    count, y, step = sum(row.responded is True for row in rows), _y(len(rows)) + 0.36, 0.3
    for k in range(len(rows)):
        marks.setdefault(("s", BLUE if k < count else "none", 10.0), []).append((_LEFT + 0.2 + step * k, y))
    end = _LEFT + 0.2 + step * len(rows)
    _say(axes, end, y, f"{count} of {len(rows)}", fontsize=_SMALL + 3, fontweight="bold")
    if prediction is not None:
        x = _LEFT + 0.2 + step * (prediction - 0.5)
        axes.add_line(Line2D([x, x], [y - 0.22, y + 0.22], color=INK, linewidth=2, linestyle=(0, (2, 1))))
        _say(axes, end + 0.8, y, note or f"you guessed {prediction:g}")
