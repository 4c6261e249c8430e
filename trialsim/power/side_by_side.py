"""The designs of a bench side by side: what each asks of the same assumptions, and what it does when they fail."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache
from typing import Any

import pandas as pd

from trialsim.design.planning import enrolled_for
from trialsim.errors import TrialsimError, check_kind, check_list, check_number, check_whole
from trialsim.power.bench import DESIGNS, Bench
from trialsim.power.design_candidate import Candidate as Candidate
from trialsim.power.design_candidate import DesignRequest, NoDesign
from trialsim.power.made_designs import BUILDERS

TRUTHS = (0.20, 0.25, 0.30, 0.35, 0.40, 0.45, 0.50)
"""What standard care alone may truly give, where the designs are tried."""


def side_by_side(bench: Bench) -> tuple[Candidate, ...]:
    """All designs of `DESIGNS` under the assumptions of the bench, in that order.

    Examples
    --------
    >>> {design.name: design.n for design in side_by_side(Bench())}["optimal"]
    46
    """
    check_kind("bench", bench, Bench, "a Bench")
    return tuple(candidate(bench, name) for name in DESIGNS)


def candidate(bench: Bench, name: str | None = None, *, more: int = 0) -> Candidate:
    """One design under the assumptions of the bench; the one taken unless `name` says which.

    With `more` (or fewer, below 0) patients than planned the rule is worked out again for the new number: the most
    favourable one that keeps the allowed error.

    Examples
    --------
    >>> [round(candidate(Bench(), "at_hand", more=k).power, 3) for k in (0, 1)]
    [0.588, 0.5]
    """
    wanted = bench.design if name is None else name
    if wanted not in DESIGNS:
        raise TrialsimError("design", wanted, ", ".join(DESIGNS))
    check_whole("more", more, -50, 50)
    prior = None if bench.control_prior else bench.prior
    names = ("p0", "p1", "alpha", "power", "sides", "cutoff", "weight", "half_width", "narrow")
    given = {name: getattr(bench, name) for name in names}
    at_hand = math.floor(bench.n * (1 - bench.loss) + 1e-9)
    return _candidate(wanted, DesignRequest(n=at_hand, prior=prior, more=more, **given))


def enrolled(bench: Bench, taken: Candidate) -> int:
    """How many patients are enrolled so that as many as the design takes are expected to be analysed.

    Examples
    --------
    >>> bench = Bench(loss=0.10)
    >>> enrolled(bench, candidate(bench)), enrolled(bench, candidate(bench, "at_hand"))
    (44, 20)
    """
    if taken.name in ("at_hand", "pilot"):
        return bench.n
    return enrolled_for(taken.n, bench.loss) if taken.found else 0


@lru_cache(maxsize=4096)
def _candidate(name: str, request: DesignRequest) -> Candidate:
    try:
        found = BUILDERS[name](request)
    except (NoDesign, TrialsimError) as why:
        found = Candidate("", "", remark=str(getattr(why, "fix", "") or why))
    return replace(found, name=name, label=DESIGNS[name], p0=request.p0)


def design_table(bench: Bench) -> pd.DataFrame:
    """The designs side by side: one row each.

    Returns
    -------
    pandas.DataFrame
        ``design, n, success, attained_alpha, power, expected_n, stop_early, remark``; the numbers of a design that
        was not found are missing, and the remark says why. So are the chances of success where nothing is tested.

    Examples
    --------
    >>> design_table(Bench()).loc[["single", "pilot"], ["n", "power"]].round(3).to_numpy().tolist()
    [[39, 0.832], [20, 0.126]]
    """
    rows = side_by_side(bench)

    def known(name: str) -> Any:
        values = [getattr(design, name) for design in rows]
        return pd.array([None if math.isnan(value) else value for value in values], dtype="Float64")

    return pd.DataFrame(
        {
            "design": [design.label for design in rows],
            "n": pd.array([design.n or None for design in rows], dtype="Int64"),
            "success": [design.rule for design in rows],
            "attained_alpha": known("attained_alpha"),
            "power": known("power"),
            "expected_n": known("expected_n"),
            "stop_early": known("stop_probability"),
            "remark": [design.remark for design in rows],
        },
        index=pd.Index([design.name for design in rows], name="name"),
    )


def against_the_assumption(bench: Bench, truths: tuple[float, ...] = TRUTHS, *, lost: float = 0.0) -> pd.DataFrame:
    """The chance that each design succeeds although the drug adds nothing, whatever standard care truly gives.

    Parameters
    ----------
    bench : Bench
    truths : tuple of float
        True response rates under standard care, and so of the treated.
    lost : float
        Share of patients lost beyond what the rates allow for, counted as failures.

    Returns
    -------
    pandas.DataFrame
        One row a design, one column a truth; missing where no design was found or nothing is tested.

    Examples
    --------
    >>> against_the_assumption(Bench()).loc[["single", "pilot"], [0.3, 0.4]].round(3).to_numpy().tolist()
    [[0.05, 0.381], [0.019, 0.02]]
    """
    kept = 1 - check_number("lost", lost, 0, 1, open_high=True)
    rates = [check_number("truths", truth, 0, 1) for truth in check_list("truths", truths, "true response rates")]
    rows = {
        design.name: [design.success(rate * kept, rate * kept) if design.tested else None for rate in rates]
        for design in side_by_side(bench)
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=rates, dtype="Float64").rename_axis("name")
