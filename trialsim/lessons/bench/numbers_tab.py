"""The tab of numbers: each unknown solved for with the patients at hand, and the patients over p0 and p1."""

from __future__ import annotations

import math
from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from trialsim.design.solving import alpha_needed, rate_excluded, rate_found
from trialsim.design.wording import percent
from trialsim.errors import TrialsimError
from trialsim.figures.sizes import sizes_picture
from trialsim.lessons.bench.html_table import html_table
from trialsim.power.bench import DESIGNS, MAX_PATIENTS, Bench
from trialsim.power.side_by_side import candidate, enrolled

__all__ = ["sizes", "sizes_html", "sizes_in_pieces", "solved", "solved_html"]

_SIZED = ("single", "minimax", "admissible", "optimal", "bayes")
"""Designs whose patients are searched for."""

_SPAN, _STEP = 0.10, 0.05
"""How far off p0 and p1 the sizes reach, and the steps of the table that is printed."""


def solved(bench: Bench) -> tuple[tuple[str, str], ...]:
    """Each of five unknowns of an exact single stage, the other four being those of the bench.

    Examples
    --------
    >>> dict(solved(Bench()))["Patients, for the wanted power"]
    '39'
    """
    n, single = math.floor(bench.n * (1 - bench.loss) + 1e-9), candidate(bench, "single")
    asked = ("Patients, for the wanted power", str(single.n) if single.found else single.remark)
    if n < 1:
        return (asked, (f"The {bench.n} patients at hand", f"nobody is left with a loss of {percent(bench.loss)}"))
    at_hand, sides = candidate(bench, "at_hand"), {"sides": bench.sides}
    found = rate_found(n, bench.p0, bench.alpha, bench.power, **sides)
    excluded = rate_excluded(n, bench.p1, bench.alpha, bench.power, **sides)
    error = alpha_needed(n, bench.p0, bench.p1, bench.power, **sides)
    return (
        asked,
        (f"Power, with {n} patients analysed", f"{at_hand.power:.3f}" if at_hand.found else at_hand.remark),
        (f"p1 that {n} patients can find", percent(found, 1) if found < 1 else "none"),
        (f"p0 that {n} patients can exclude", percent(excluded, 1) if excluded > 0 else "none"),
        (f"Alpha that {n} patients would need", f"{error:.3f}" if error < 1 else "none"),
    )


def sizes_in_pieces(bench: Bench) -> Iterator[None]:
    """Find the designs that `sizes` shows, one a step: it is quick afterwards."""
    for pair in _pairs(bench):
        with suppress(TrialsimError):
            candidate(replace(bench, **pair))
            yield


def sizes(bench: Bench) -> pd.DataFrame:
    """The patients of the design taken, or of a single stage, over p0 and p1 near those of the bench.

    A single stage is so quickly found that its pairs stand closer.

    Examples
    --------
    >>> sizes(Bench()).query("p0 == 0.3 and p1 == 0.5")["n"].tolist()
    [39]
    """
    rows: list[dict[str, Any]] = []
    for pair in _pairs(bench):
        row: dict[str, Any] = {name: pair[name] for name in ("p0", "p1")}
        rows.append(row)
        try:
            planned = replace(bench, **pair)
            found = candidate(planned)
        except TrialsimError as refusal:  # p1 not above p0
            row["reason"] = str(refusal)
            continue
        row["reason"] = "" if found.found else found.remark
        if found.found:
            row |= {"n": found.n, "enrolled": enrolled(planned, found), "success": found.rule}
            row |= {"attained_alpha": found.attained_alpha, "power": found.power}
    columns = ["p0", "p1", "n", "enrolled", "success", "attained_alpha", "power", "reason"]
    table = pd.DataFrame(rows, columns=columns)
    return table.astype({"n": "Int64", "enrolled": "Int64", "attained_alpha": "Float64", "power": "Float64"})


def _pairs(bench: Bench) -> Iterator[dict[str, Any]]:
    kind = _kind(bench)
    off = np.linspace(-_SPAN, _SPAN, 9 if kind == "single" else 5)
    p0s, p1s = ([round(rate, 8) for rate in centre + off if 0 < rate < 1] for centre in (bench.p0, bench.p1))
    return ({"p0": p0, "p1": p1, "design": kind} for p0 in p0s for p1 in p1s)


def _kind(bench: Bench) -> str:
    return bench.design if bench.design in _SIZED and bench.sides == 1 else "single"


def solved_html(bench: Bench) -> str:
    """Each unknown solved for, as HTML."""
    return html_table(solved(bench), caption="A single stage, solved for each unknown in turn")


def sizes_html(bench: Bench) -> str:
    """The patients over p0 and p1 as HTML: a table, a map, and all of it as a CSV file to take away."""
    frame = sizes(bench)
    near = frame[_whole_step(frame["p0"] - bench.p0) & _whole_step(frame["p1"] - bench.p1)]
    head = "".join(f"<th scope='col'>p1 {percent(p1)}</th>" for p1 in sorted(set(near["p1"])))
    body = ""
    for p0 in sorted(set(near["p0"])):
        part = near[near["p0"] == p0]
        cells = "".join(
            f"<td title='{escape(reason)}'>{'-' if pd.isna(n) else f'{n} ({enrolled})'}</td>"
            for n, enrolled, reason in zip(part["n"], part["enrolled"], part["reason"], strict=True)
        )
        body += f"<tr><th scope='row'>p0 {percent(p0)}</th>{cells}</tr>"
    file = b64encode(frame.to_csv(index=False).encode()).decode()
    grid = frame.pivot(index="p0", columns="p1", values="n").astype("Float64")
    taken = candidate(bench, _kind(bench))
    numbers = grid.to_numpy(dtype=float, na_value=math.nan)
    p0s, p1s = grid.index.to_numpy(dtype=float), grid.columns.to_numpy(dtype=float)
    alt = f"A map of the patients over p1 and p0; the plan takes {taken.n or 'none'}. The table gives the numbers."
    drawn = sizes_picture(p0s, p1s, numbers, p0=bench.p0, p1=bench.p1, n=taken.n if taken.found else 0)
    return (
        f"<p>{escape(DESIGNS[_kind(bench)])}: patients analysed (enrolled); "
        f"- : none up to {MAX_PATIENTS}, or p1 not above p0. "
        f'<a download="sample_sizes.csv" href="data:text/csv;base64,{file}">Download as CSV</a></p>'
        '<div style="display:flex;flex-wrap:wrap;gap:0 1.5rem;align-items:flex-start">'
        f"<table><thead><tr><th></th>{head}</tr></thead><tbody>{body}</tbody></table>"
        f'<div style="flex:1 1 16rem;max-width:22rem">{drawn.alone(alt=alt)}</div></div>'
    )


def _whole_step(off: pd.Series) -> pd.Series:
    """Which rates are a whole step of the printed table off the plan."""
    return ((off / _STEP).round() - off / _STEP).abs() < 1e-6
