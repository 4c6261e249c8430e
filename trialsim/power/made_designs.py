"""Each kind of design, made for the same assumptions: its size, its rule, its errors, or why there is none."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
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
from trialsim.errors import TrialsimError
from trialsim.power.bench import MOST_PATIENTS

__all__ = ["MAKERS", "Ask", "Candidate"]

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
        The exact chance of success at p0 and at p1; nan where nothing is tested.
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

    @property
    def tested(self) -> bool:
        """Whether there is such a design and it has a success: an interval by itself has none."""
        return self.design is not None

    def success(self, rate: float, standard_care: float | None = None) -> float:
        """The chance to succeed when `rate` is the true response rate of the treated.

        `standard_care` (p0 unless given) matters only where a control arm measures it.
        """
        if not self.found:
            raise TrialsimError("design", self.label, "a design that was found", self.remark)
        if self.design is None:
            raise TrialsimError("design", self.label, "a design with a test", "An interval alone has no success.")
        if isinstance(self.design, TwoArmPilot):
            return self.design.power(self.p0 if standard_care is None else standard_care, rate)
        return float(self.design.power(rate))


@dataclass(frozen=True, slots=True)
class Ask:
    """The assumptions that a design is made for; `more` patients than it plans for itself."""

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


def _of(design: Any, n: int, rule: str, ask: Ask, remark: str = "") -> Candidate:
    return Candidate("", "", n, rule, design.attained_alpha, design.power(ask.p1), n, 0.0, design, remark)


def _at_hand(ask: Ask) -> Candidate | str:
    n = ask.n + ask.more
    if n < 1:
        return "No patient is left."
    design = single_stage(n, ask.p0, ask.alpha)
    if design.min_responders > n:
        return f"With {n} patients no result could succeed."
    return _of(design, n, f"{design.min_responders} or more of {n}", ask)


def _single(ask: Ask) -> Candidate | str:
    if ask.too_small:
        return ask.too_small
    enough = _single_powers(ask.p0, ask.p1, ask.alpha) >= ask.power
    return _at_hand(replace(ask, n=int(enough.argmax()) + 1))


@lru_cache(maxsize=256)
def _single_powers(p0: float, p1: float, alpha: float) -> Floats:
    """The power of the exact test with 1, 2, ... patients."""
    sizes = np.arange(1, MOST_PATIENTS + 1)
    return np.asarray(upper_tail(critical_value(sizes, p0, alpha), sizes, p1))


def _two_stage(criterion: str) -> Callable[[Ask], Candidate | str]:
    def make(ask: Ask) -> Candidate | str:
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


def _bayes(ask: Ask) -> Candidate | str:
    least = _bayes_boundaries(ask.prior, ask.p0, ask.cutoff)
    sizes = np.arange(1, MOST_PATIENTS + 1)
    # A belief that no result could contradict is no design, however powerful.
    powerful = (least > 0) & (upper_tail(least, sizes, ask.p1) >= ask.power)
    # The cut-off bounds a belief, not an error: take a size whose error is allowed, too, where there is one.
    strict = powerful & (upper_tail(least, sizes, ask.p0) <= ask.alpha)
    enough = np.flatnonzero(strict if strict.any() else powerful)
    if not enough.size:
        return f"No trial of up to {MOST_PATIENTS} patients has this power with this prior and cut-off."
    n = int(sizes[enough[0]]) + ask.more
    if n < 1:
        return "No patient is left."
    if n <= MOST_PATIENTS and least[n - 1] == 0:
        return f"With {n} patients the prior alone would be a success."
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


def _pilot(ask: Ask) -> Candidate | str:
    n = ask.n + ask.more
    if n < 2:
        return "Two arms take two patients."
    treated = n - n // 2
    design = two_arm_pilot(n - treated, treated, ask.alpha)
    power, luck = design.power(ask.p0, ask.p1), design.power(ask.p0, ask.p0)
    rule = f"one-sided Fisher p <= {ask.alpha:g}: {n - treated} against {treated}"
    remark = "It measures standard care itself, so it needs no p0."
    return Candidate("", "", n, rule, luck, power, n, 0.0, design, remark)


def _precision(ask: Ask) -> Candidate | str:
    try:
        n = _narrow_enough(ask.p1, ask.half_width, ask.narrow) + ask.more
    except TrialsimError:
        return f"No trial of up to {MOST_PATIENTS} patients has so narrow an interval with this chance."
    if n < 1:
        return "No patient is left."
    at_p1 = interval_precision(n, [ask.p1], level=_LEVEL, half_width=ask.half_width).iloc[0]
    remark = (
        f"At a true rate of {100 * ask.p1:g} % the exact 95 % interval is expected to reach "
        f"{100 * at_p1['expected_half_width']:.1f} points to either side, and at most {100 * ask.half_width:g} with a "
        f"chance of {at_p1['chance_narrow_enough']:.2f}."
    )
    return Candidate("", "", n, "no test: the rate with its 95 % interval", math.nan, math.nan, n, 0.0, None, remark)


@lru_cache(maxsize=256)
def _narrow_enough(rate: float, half_width: float, chance: float) -> int:
    return find_n_for_width(rate, half_width, chance=chance, level=_LEVEL, n_max=MOST_PATIENTS).n


MAKERS: Mapping[str, Callable[[Ask], Candidate | str]] = {
    "at_hand": _at_hand,
    "pilot": _pilot,
    "single": _single,
    "minimax": _two_stage("minimax"),
    "admissible": _two_stage("admissible"),
    "optimal": _two_stage("optimal"),
    "bayes": _bayes,
    "precision": _precision,
}
"""By the name of a design: what makes it, or says why there is none."""
