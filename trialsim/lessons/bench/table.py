"""The tab of numbers: each unknown solved for with the patients at hand, and the patients over p0 and p1."""

from __future__ import annotations

import math
from base64 import b64encode
from html import escape

import numpy as np
import pandas as pd

from trialsim.design.planning import TABLE_DESIGNS, sample_size_table
from trialsim.design.solving import alpha_needed, rate_excluded, rate_found
from trialsim.design.wording import percent
from trialsim.power.bench import DESIGNS, MAX_PATIENTS, Bench
from trialsim.power.side_by_side import candidate

__all__ = ["sizes", "solved", "table_html"]

_OFF = np.array((-10, -5, 0, 5, 10))
"""Points off p0 and p1 that the table has."""


def solved(bench: Bench) -> tuple[tuple[str, str], ...]:
    """Each of five unknowns of an exact single stage, the other four being those of the bench.

    Examples
    --------
    >>> dict(solved(Bench()))["Patients, for the wanted power"]
    '39'
    """
    n, single = math.floor(bench.n * (1 - bench.loss) + 1e-9), candidate(bench, "single")
    at_hand, sides = candidate(bench, "at_hand"), {"sides": bench.sides}
    found = rate_found(n, bench.p0, bench.alpha, bench.power, **sides)
    excluded = rate_excluded(n, bench.p1, bench.alpha, bench.power, **sides)
    error = alpha_needed(n, bench.p0, bench.p1, bench.power) * bench.sides
    return (
        ("Patients, for the wanted power", str(single.n) if single.found else single.remark),
        (f"Power, with {n} patients analysed", f"{at_hand.power:.3f}" if at_hand.found else at_hand.remark),
        (f"p1 that {n} patients can find", percent(found, 1) if found < 1 else "none"),
        (f"p0 that {n} patients can exclude", percent(excluded, 1) if excluded > 0 else "none"),
        (f"Alpha that {n} patients would need", f"{error:.3f}" if error < 1 else "none"),
    )


def sizes(bench: Bench) -> pd.DataFrame:
    """The patients of the design taken, or of a single stage, over p0 and p1 near those of the bench.

    Examples
    --------
    >>> sizes(Bench()).query("p0 == 0.3 and p1 == 0.5")["n"].tolist()
    [39]
    """
    p0s, p1s = (
        [round(rate, 8) for off in _OFF if 0 < (rate := centre + off / 100) < 1] for centre in (bench.p0, bench.p1)
    )
    kind = bench.design if bench.design in TABLE_DESIGNS and bench.sides == 1 else "single"
    return sample_size_table(
        p0s,
        p1s,
        alpha=bench.alpha,
        power=bench.power,
        loss=bench.loss,
        design=kind,
        sides=bench.sides,
        n_max=MAX_PATIENTS,
    )


def table_html(bench: Bench) -> str:
    """Both as HTML, with the table as a CSV file to take away."""
    rows = "".join(
        f"<tr><th scope='row' style='text-align:left'>{escape(a)}</th><td>{escape(b)}</td></tr>"
        for a, b in solved(bench)
    )
    frame = sizes(bench)
    p1s = sorted(set(frame["p1"]))
    head = "".join(f"<th scope='col'>p1 {percent(p1)}</th>" for p1 in p1s)
    body = ""
    for p0 in sorted(set(frame["p0"])):
        part = frame[frame["p0"] == p0]
        cells = "".join(
            f"<td title='{escape(reason)}'>{'-' if pd.isna(n) else f'{n} ({enrolled})'}</td>"
            for n, enrolled, reason in zip(part["n"], part["enrolled"], part["reason"], strict=True)
        )
        body += f"<tr><th scope='row'>p0 {percent(p0)}</th>{cells}</tr>"
    kind = bench.design if bench.design in TABLE_DESIGNS and bench.sides == 1 else "single"
    file = b64encode(frame.to_csv(index=False).encode()).decode()
    return (
        "<p>An exact single stage solved for each unknown, the other four as on the left:</p>"
        f"<table>{rows}</table><p>{escape(DESIGNS[kind])}: patients analysed (enrolled); "
        f"- : none up to {MAX_PATIENTS}, or p1 not above p0. "
        f'<a download="sample_sizes.csv" href="data:text/csv;base64,{file}">Download as CSV</a></p>'
        f"<table><thead><tr><th></th>{head}</tr></thead><tbody>{body}</tbody></table>"
    )
