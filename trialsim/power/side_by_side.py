"""The designs of a bench side by side: what each asks of the same assumptions, and what it does when they fail."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache

import pandas as pd

from trialsim.errors import TrialsimError, check_number, check_whole
from trialsim.power.bench import DESIGNS, Bench
from trialsim.power.made_designs import MAKERS, Ask, Candidate

__all__ = ["TRUTHS", "Candidate", "against_the_assumption", "candidate", "design_table", "side_by_side"]

TRUTHS = (0.20, 0.25, 0.30, 0.35, 0.40, 0.45, 0.50)
"""What standard care alone may truly give, where the designs are tried."""


def side_by_side(bench: Bench) -> tuple[Candidate, ...]:
    """All designs of `DESIGNS` under the assumptions of the bench, in that order.

    Examples
    --------
    >>> {one.name: one.n for one in side_by_side(Bench())}["optimal"]
    46
    """
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
    prior = (bench.prior.a, bench.prior.b)
    return _candidate(
        wanted, bench.n, bench.p0, bench.p1, bench.alpha, bench.power, prior, bench.cutoff, bench.weight,
        bench.half_width, bench.narrow, more,
    )  # fmt: skip


@lru_cache(maxsize=4096)
def _candidate(
    name: str, n: int, p0: float, p1: float, alpha: float, power: float, prior: tuple[float, float], cutoff: float,
    weight: float, half_width: float, narrow: float, more: int,
) -> Candidate:  # fmt: skip
    ask = Ask(n, p0, p1, alpha, power, prior, cutoff, weight, half_width, narrow, more)
    found = MAKERS[name](ask)
    if isinstance(found, str):
        return Candidate(name, DESIGNS[name], 0, "", 0.0, 0.0, 0.0, 0.0, None, found, p0)
    return replace(found, name=name, label=DESIGNS[name], p0=p0)


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

    def known(value: float, one: Candidate) -> float | None:
        return value if one.found and not math.isnan(value) else None

    return pd.DataFrame(
        {
            "design": [one.label for one in rows],
            "n": pd.array([one.n or None for one in rows], dtype="Int64"),
            "success": [one.rule for one in rows],
            "attained_alpha": pd.array([known(one.attained_alpha, one) for one in rows], dtype="Float64"),
            "power": pd.array([known(one.power, one) for one in rows], dtype="Float64"),
            "expected_n": pd.array([known(one.expected_n, one) for one in rows], dtype="Float64"),
            "stop_early": pd.array([known(one.stop_probability, one) for one in rows], dtype="Float64"),
            "remark": [one.remark for one in rows],
        },
        index=pd.Index([one.name for one in rows], name="name"),
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
    rates = [check_number("truths", truth, 0, 1) * kept for truth in truths]
    rows = {
        one.name: [one.success(rate, rate) if one.tested else None for rate in rates] for one in side_by_side(bench)
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(truths), dtype="Float64").rename_axis("name")
