"""What a planner asks of the exact single-arm tests: tables of n, and room for patients who are lost."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from trialsim.design.binomial import MAX_N, TIE, check_chance, check_rate_inside, check_two_rates
from trialsim.design.single_stage import MAX_SEARCH, find_single_stage, single_stage, single_stage_powers
from trialsim.design.two_stage_search import find_two_stage
from trialsim.errors import TrialsimError, check_number, check_one_of, check_whole

TABLE_DESIGNS = ("single", "lasting", "optimal", "minimax", "admissible")

MAX_PAIRS = 10_000
"""The most pairs of rates of one table."""


def enrolled_for(n: int, loss: float) -> int:
    """How many patients to enrol so that `n` are expected to be analysed when a share is lost; rounded up.

    Only for patients who are left out of the analysis. Where a missing assessment counts as no response nobody is
    lost: lower the assumed rates instead.

    Examples
    --------
    >>> enrolled_for(39, 0.10)
    44
    """
    n = check_whole("n", n, 1, MAX_N)
    fix = "It is the share of enrolled patients who will not be analysed; somebody has to be left."
    loss = check_number("loss", loss, 0, 1, open_high=True, fix=fix)
    return int(np.ceil(n / (1 - loss) * (1 - TIE)))


def sample_size_table(
    p0s: Iterable[float],
    p1s: Iterable[float],
    *,
    alpha: float = 0.05,
    power: float = 0.80,
    loss: float = 0.0,
    design: str = "single",
    sides: int = 1,
    n_max: int = 500,
) -> pd.DataFrame:
    """The patients that each pair of rates takes.

    Parameters
    ----------
    p0s, p1s : iterable of float
        Rates not worth pursuing, and rates worth finding; every pair is a row.
    alpha, power : float
        As in `find_single_stage`.
    loss : float
        The share of enrolled patients who will not be analysed, see `enrolled_for`.
    design : str
        ``"single"``, ``"lasting"`` (every larger n has the power too), or Simon's two stages: ``"optimal"``,
        ``"minimax"``, ``"admissible"``.
    sides : int
        1, or 2 for single stages with half of alpha in each tail.
    n_max : int
        The largest n that would be accepted; at most 1,000 for two stages.

    Returns
    -------
    pandas.DataFrame
        One row a pair: ``p0, p1, n, enrolled, min_responders, attained_alpha, power, reason``. Without a solution the
        numbers are missing and `reason` says why; otherwise it is empty.

    Examples
    --------
    >>> table = sample_size_table([0.2, 0.3], [0.3, 0.5], loss=0.1)
    >>> table["n"].tolist(), table["enrolled"].tolist()
    ([116, 17, <NA>, 39], [129, 19, <NA>, 44])
    """
    alpha, power = check_chance("alpha", alpha), check_chance("power", power)
    enrolled_for(1, loss)
    check_one_of("design", design, TABLE_DESIGNS)
    sides = check_whole("sides", sides, 1, 2)
    staged = design not in ("single", "lasting")
    if staged and sides == 2:
        raise TrialsimError("sides", sides, f"1 with design={design!r}", "Two stages show only a rate above p0.")
    n_max = check_whole("n_max", n_max, 2, 1_000 if staged else MAX_SEARCH)
    rates = {name: _rates(name, given) for name, given in (("p0s", p0s), ("p1s", p1s))}
    if len(rates["p0s"]) * len(rates["p1s"]) > MAX_PAIRS:
        raise TrialsimError("p1s", len(rates["p1s"]), f"up to {MAX_PAIRS:,} pairs of rates in one table")
    rows: list[dict[str, Any]] = []
    for p0 in rates["p0s"]:
        for p1 in rates["p1s"]:
            row: dict[str, Any] = {"p0": p0, "p1": p1, "reason": ""}
            rows.append(row)
            try:
                check_two_rates(p0, p1)
                found: Any
                if design == "single":  # the same search as find_single_stage, with the boundaries of p0 shared
                    powers = single_stage_powers(p0, p1, alpha / sides, n_max)
                    enough = powers >= power * (1 - TIE)
                    best = int((enough if enough.any() else powers).argmax())
                    if not enough.any():
                        near = f"the nearest is n = {best + 1:,} with power {powers[best]:.3f}"
                        row["reason"] = f"No n up to {n_max:,} has this power; {near}."
                        continue
                    found = single_stage(best + 1, p0, alpha, sides=sides)
                if design == "lasting":
                    found = find_single_stage(p0, p1, alpha, power, lasting=True, n_max=n_max, sides=sides)
                if staged:
                    found = find_two_stage(p0, p1, alpha, power, criterion=design, n_max=n_max)
            except TrialsimError as refusal:
                row["reason"] = str(refusal)
            else:
                row |= {"n": found.n, "enrolled": enrolled_for(found.n, loss), "min_responders": found.min_responders}
                row |= {"attained_alpha": found.attained_alpha, "power": found.power(p1)}
    columns = ["p0", "p1", "n", "enrolled", "min_responders", "attained_alpha", "power", "reason"]
    table = pd.DataFrame(rows, columns=columns)
    whole = dict.fromkeys(("n", "enrolled", "min_responders"), "Int64")
    return table.astype(whole | {"attained_alpha": "Float64", "power": "Float64"})


def _rates(where: str, given: Any) -> list[float]:
    if isinstance(given, (str, bytes)) or not isinstance(given, Iterable):
        raise TrialsimError(where, given, "a list of rates between 0 and 1")
    listed = [check_rate_inside(where, rate) for rate in given]
    if not listed:
        raise TrialsimError(where, given, "at least one rate")
    return listed
