"""The designs of a bench side by side: what each asks of the same assumptions, and what it does when they fail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from trialsim.design import (
    BayesSingleArm,
    SingleStage,
    TwoArmPilot,
    TwoStage,
    bayes_single_arm,
    find_n_for_width,
    interval_precision,
    single_stage,
    two_arm_pilot,
    two_stage_frontier,
)
from trialsim.design.binomial import critical_value, upper_tail
from trialsim.errors import TrialsimError, check_number, check_whole
from trialsim.power.bench import DESIGNS, MOST_PATIENTS, Bench

__all__ = ["TRUTHS", "Candidate", "against_the_assumption", "candidate", "design_table", "side_by_side"]

TRUTHS = (0.20, 0.25, 0.30, 0.35, 0.40, 0.45, 0.50)
"""What standard care alone may truly give, where the designs are tried."""

_LEVEL = 0.95

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One design under the assumptions of a bench.

    Attributes
    ----------
    name, label : str
        One of `DESIGNS`, and how it is called.
    n : int
        The most patients it takes; 0 where no design was found.
    rule : str
        When it succeeds.
    attained_alpha, power : float
        The exact chance of success at p0 and at p1.
    expected_n, stop_probability : float
        At p0: the patients on average, and the chance to stop early.
    design
        The design itself; None where none was found, and for the interval.
    remark : str
        What to know of it; why there is none.
    """

    name: str
    label: str
    n: int
    rule: str
    attained_alpha: float
    power: float
    expected_n: float
    stop_probability: float
    design: SingleStage | TwoStage | BayesSingleArm | TwoArmPilot | None
    remark: str = ""
    p0: float = 0.0

    @property
    def found(self) -> bool:
        """Whether there is such a design."""
        return self.n > 0

    def success(self, rate: float, standard_care: float | None = None) -> float:
        """The chance to succeed when `rate` is the true response rate of the treated.

        `standard_care` (p0 unless given) matters only where a control arm measures it.
        """
        if not self.found:
            raise TrialsimError("design", self.label, "a design that was found", self.remark)
        if isinstance(self.design, TwoArmPilot):
            return self.design.power(self.p0 if standard_care is None else standard_care, rate)
        if self.design is None:
            table = interval_precision(self.n, [rate], level=_LEVEL, exceeds=self.p0)
            return float(table["chance_lower_limit_exceeds"].iloc[0])
        return float(self.design.power(rate))


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
    ask = _Ask(n, p0, p1, alpha, power, prior, cutoff, weight, half_width, narrow, more)
    found = _MAKERS[name](ask)
    if isinstance(found, str):
        return Candidate(name, DESIGNS[name], 0, "", 0.0, 0.0, 0.0, 0.0, None, found, p0)
    return replace(found, name=name, label=DESIGNS[name], p0=p0)


@dataclass(frozen=True, slots=True)
class _Ask:
    n: int
    p0: float
    p1: float
    alpha: float
    power: float
    prior: tuple[float, float]
    cutoff: float
    weight: float
    half_width: float
    narrow: float
    more: int

    @property
    def too_small(self) -> str:
        """Why no single-stage design is searched for; empty where there is one."""
        best = float(_single_powers(self.p0, self.p1, self.alpha).max())
        if best >= self.power:
            return ""
        return (
            f"No trial of up to {MOST_PATIENTS} patients tells {100 * self.p1:g} % from {100 * self.p0:g} % with "
            f"this power; the most is {best:.2f}."
        )


def _of(design: Any, n: int, rule: str, ask: _Ask, remark: str = "") -> Candidate:
    return Candidate("", "", n, rule, design.attained_alpha, design.power(ask.p1), n, 0.0, design, remark)


def _at_hand(ask: _Ask) -> Candidate | str:
    n = ask.n + ask.more
    if n < 1:
        return "No patient is left."
    design = single_stage(n, ask.p0, ask.alpha)
    if design.min_responders > n:
        return f"With {n} patients no result could succeed."
    return _of(design, n, f"{design.min_responders} or more of {n}", ask)


def _single(ask: _Ask) -> Candidate | str:
    if ask.too_small:
        return ask.too_small
    enough = _single_powers(ask.p0, ask.p1, ask.alpha) >= ask.power
    return _at_hand(replace(ask, n=int(enough.argmax()) + 1))


@lru_cache(maxsize=256)
def _single_powers(p0: float, p1: float, alpha: float) -> Floats:
    """The power of the exact test with 1, 2, ... patients."""
    sizes = np.arange(1, MOST_PATIENTS + 1)
    return np.asarray(upper_tail(critical_value(sizes, p0, alpha), sizes, p1))


def _two_stage(criterion: str) -> Callable[[_Ask], Candidate | str]:
    def make(ask: _Ask) -> Candidate | str:
        if ask.too_small:
            return ask.too_small
        weight = {"optimal": 0.0, "minimax": 1.0}.get(criterion, ask.weight)
        planned = _planned(ask.p0, ask.p1, ask.alpha, ask.power, weight)
        if isinstance(planned, str):
            return planned
        design = _resized(planned, ask.more, ask.alpha) if ask.more else planned
        if isinstance(design, str):
            return design
        rule = f"{design.continue_at} or more of {design.n1}, then {design.min_responders} or more of {design.n}"
        return replace(
            _of(design, design.n, rule, ask, planned.note),
            expected_n=design.expected_n(ask.p0),
            stop_probability=design.stop_probability(ask.p0),
        )

    return make


def _planned(p0: float, p1: float, alpha: float, power: float, weight: float) -> TwoStage | str:
    """The admissible design of a weight; why there is none."""
    frontier = _frontier(p0, p1, alpha, power)
    if isinstance(frontier, str):
        return frontier
    # At a weight where two are equally good the smaller one is taken, as `find_two_stage` does.
    return next(design for design, least in frontier if weight >= least - 1e-12)


@lru_cache(maxsize=256)
def _frontier(p0: float, p1: float, alpha: float, power: float) -> tuple[tuple[TwoStage, float], ...] | str:
    """The admissible designs, the smallest first, each with the least weight for which it is the best."""
    try:
        rows = two_stage_frontier(p0, p1, alpha, power, n_max=MOST_PATIENTS)
    except TrialsimError as error:
        return str(error.fix or error)
    columns = (rows["n1"], rows["continue_at"], rows["n"], rows["min_responders"], rows["weight_from"])
    return tuple(
        (TwoStage(int(n1), int(on), int(n), int(needed), p0), float(least))
        for n1, on, n, needed, least in zip(*columns, strict=True)
    )


def _resized(design: TwoStage, more: int, alpha: float) -> TwoStage | str:
    """The same first stage; a last stage of another size, with the fewest responders that keep the allowed error."""
    n = design.n + more
    if n <= design.n1:
        return "The second stage has no patient left."
    for needed in range(design.continue_at, n + 1):
        tried = TwoStage(n1=design.n1, continue_at=design.continue_at, n=n, min_responders=needed, p0=design.p0)
        if tried.attained_alpha <= alpha:
            return tried
    return f"With {n} patients no result could succeed."


def _bayes(ask: _Ask) -> Candidate | str:
    least = _bayes_boundaries(ask.prior, ask.p0, ask.cutoff)
    sizes = np.arange(1, MOST_PATIENTS + 1)
    powerful = upper_tail(least, sizes, ask.p1) >= ask.power
    # The cut-off bounds a belief, not an error: take a size whose error is allowed, too, where there is one.
    strict = powerful & (upper_tail(least, sizes, ask.p0) <= ask.alpha)
    enough = np.flatnonzero(strict if strict.any() else powerful)
    if not enough.size:
        return f"No trial of up to {MOST_PATIENTS} patients has this power with this prior and cut-off."
    n = int(sizes[enough[0]]) + ask.more
    if n < 1:
        return "No patient is left."
    design = bayes_single_arm(n, prior=ask.prior, p0=ask.p0, cutoff=ask.cutoff)
    if design.min_responders > n:
        return f"With {n} patients no result could succeed."
    above = design.attained_alpha > ask.alpha
    remark = "With this prior and cut-off the chance of a false success is above the allowed one." if above else ""
    return _of(design, n, f"{design.min_responders} or more of {n}", ask, remark)


@lru_cache(maxsize=256)
def _bayes_boundaries(prior: tuple[float, float], p0: float, cutoff: float) -> NDArray[np.int64]:
    """For 1, 2, ... patients: the fewest responders with Pr(rate > p0) above the cut-off; one more than n: never."""
    n = np.arange(1, MOST_PATIENTS + 1)
    low, high = np.zeros_like(n), n + 1  # the boundary lies from low to high; belief rises with the responders
    while (low < high).any():
        x = (low + high) // 2
        sure = scipy.special.betaincc(prior[0] + x, prior[1] + n - np.minimum(x, n), p0) > cutoff
        low, high = np.where(sure | (low == high), low, x + 1), np.where(sure, x, high)
    return np.asarray(np.minimum(low, n + 1), dtype=np.int64)


def _pilot(ask: _Ask) -> Candidate | str:
    n = ask.n + ask.more
    if n < 2:
        return "Two arms take two patients."
    treated = n - n // 2
    design = two_arm_pilot(n - treated, treated, ask.alpha)
    power, luck = design.power(ask.p0, ask.p1), design.power(ask.p0, ask.p0)
    rule = f"Fisher's p at most {ask.alpha:g}, {n - treated} against {treated}"
    remark = "It measures standard care itself, so it needs no p0."
    return Candidate("", "", n, rule, luck, power, n, 0.0, design, remark)


def _precision(ask: _Ask) -> Candidate | str:
    try:
        n = _narrow_enough(ask.p1, ask.half_width, ask.narrow) + ask.more
    except TrialsimError:
        return f"No trial of up to {MOST_PATIENTS} patients has so narrow an interval with this chance."
    if n < 1:
        return "No patient is left."
    table = interval_precision(n, [ask.p0, ask.p1], level=_LEVEL, half_width=ask.half_width, exceeds=ask.p0)
    luck, power = (float(value) for value in table["chance_lower_limit_exceeds"])
    at_p1 = table.iloc[1]
    remark = (
        f"At a true rate of {100 * ask.p1:g} % the exact 95 % interval is expected to reach "
        f"{100 * at_p1['expected_half_width']:.1f} points to either side, and at most {100 * ask.half_width:g} with a "
        f"chance of {at_p1['chance_narrow_enough']:.2f}. Success stands here for a lower limit above p0."
    )
    return Candidate("", "", n, "none: the rate with its 95 % interval", luck, power, n, 0.0, None, remark)


@lru_cache(maxsize=256)
def _narrow_enough(rate: float, half_width: float, chance: float) -> int:
    return find_n_for_width(rate, half_width, chance=chance, level=_LEVEL, n_max=MOST_PATIENTS).n


_MAKERS: dict[str, Callable[[_Ask], Candidate | str]] = {
    "at_hand": _at_hand,
    "pilot": _pilot,
    "single": _single,
    "minimax": _two_stage("minimax"),
    "admissible": _two_stage("admissible"),
    "optimal": _two_stage("optimal"),
    "bayes": _bayes,
    "precision": _precision,
}


def design_table(bench: Bench) -> pd.DataFrame:
    """The designs side by side: one row each.

    Returns
    -------
    pandas.DataFrame
        ``design, n, success, attained_alpha, power, expected_n, stop_early, remark``; the numbers of a design that
        was not found are missing, and the remark says why.

    Examples
    --------
    >>> design_table(Bench()).loc[["single", "pilot"], ["n", "power"]].round(3).to_numpy().tolist()
    [[39, 0.832], [20, 0.126]]
    """
    rows = side_by_side(bench)

    def known(value: float, one: Candidate) -> float | None:
        return value if one.found else None

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
        One row a design, one column a truth.

    Examples
    --------
    >>> against_the_assumption(Bench()).loc[["single", "pilot"], [0.3, 0.4]].round(3).to_numpy().tolist()
    [[0.05, 0.381], [0.019, 0.02]]
    """
    kept = 1 - check_number("lost", lost, 0, 1, open_high=True)
    rates = [check_number("truths", truth, 0, 1) * kept for truth in truths]
    rows = {one.name: [one.success(rate, rate) if one.found else None for rate in rates] for one in side_by_side(bench)}
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(truths), dtype="Float64").rename_axis("name")
