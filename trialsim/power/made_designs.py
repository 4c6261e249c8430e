"""Each kind of design, made for the same assumptions: its size, its rule, its errors, or why there is none."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from trialsim.design import (
    BayesSingleArm,
    Beta,
    BetaMixture,
    PrecisionPlan,
    TwoStage,
    find_bayes_cutoff,
    find_bayes_single_arm,
    find_n_for_width,
    interval_precision,
    single_stage,
    two_arm_pilot,
    two_stage_frontier,
)
from trialsim.design.single_stage import single_stage_powers
from trialsim.design.wording import Described, percent
from trialsim.errors import TrialsimError
from trialsim.power.bench import MAX_PATIENTS

_LEVEL = 0.95
_ONE_SIDED = "This design can only show a better rate: take one side, or a single stage."


@dataclass(frozen=True, slots=True)
class Candidate:
    """One design under the assumptions of a bench.

    Attributes
    ----------
    name, label : str
        One of `DESIGNS`, and how it is called.
    design
        The design itself, which says its rule and its sentences; None where none was found.
    attained_alpha, power : float
        The exact chance of success at p0 and at p1; nan where nothing is tested.
    expected_n, stop_probability : float
        At p0: the patients on average, and the chance to stop early.
    remark : str
        What to know of it; why there is none.
    python : str
        The line of Python that makes `design`, after ``import trialsim as ts``.
    p0 : float
    """

    name: str
    label: str
    design: Any = None
    attained_alpha: float = math.nan
    power: float = math.nan
    expected_n: float = math.nan
    stop_probability: float = math.nan
    remark: str = ""
    python: str = ""
    p0: float = 0.0

    @property
    def found(self) -> bool:
        """Whether there is such a design."""
        return self.design is not None

    @property
    def tested(self) -> bool:
        """Whether there is such a design and it has a success: an interval by itself has none."""
        return self.found and self.design.tested

    @property
    def n(self) -> int:
        """The most patients it takes; 0 where no design was found."""
        return int(self.design.n) if self.found else 0

    @property
    def rule(self) -> str:
        """When it succeeds."""
        return str(self.design.rule) if self.found else ""

    def success(self, rate: float, standard_care: float | None = None) -> float:
        """The chance to succeed when `rate` is the true response rate of the treated.

        `standard_care` (p0 unless given) matters only where a control arm measures it.
        """
        if not self.found:
            raise TrialsimError("design", self.label, "a design that was found", self.remark)
        return float(self.design.success(rate, self.p0 if standard_care is None else standard_care))


@dataclass(frozen=True, slots=True)
class DesignRequest:
    """The assumptions that a design is made for; `more` patients than it plans for itself.

    `prior` is None where groups on standard care would be the prior of the treated and nobody said that this is meant.
    """

    n: int
    p0: float
    p1: float
    alpha: float
    power: float
    sides: int
    prior: Beta | BetaMixture | None
    cutoff: float
    weight: float
    half_width: float
    narrow: float
    more: int

    @property
    def too_small(self) -> str:
        """Why no single-stage design is searched for; empty where there is one."""
        powers = single_stage_powers(self.p0, self.p1, self.alpha / self.sides, MAX_PATIENTS)
        best, nearest = float(powers.max()), int(powers.argmax()) + 1
        if best >= self.power:
            return ""
        digits = next(d for d in range(2, 17) if round(best, d) < self.power or d == 16)
        return (
            f"No trial of up to {MAX_PATIENTS} patients tells {percent(self.p1)} from {percent(self.p0)} with this "
            f"power; the most is {best:.{digits}f}, with {nearest}."
        )

    def found(self, design: Described, python: str, remark: str = "") -> Candidate:
        """A design that was found, with what it does at p0 and at p1; its place on the bench is filled in later."""
        low, high = (design.success(rate, self.p0) if design.tested else math.nan for rate in (self.p0, self.p1))
        return Candidate("", "", design, low, high, design.n, 0.0, remark, python)

    @property
    def rates(self) -> str:
        """What is searched for, as arguments."""
        return f"p0={self.p0!r}, p1={self.p1!r}, alpha={self.alpha!r}, power={self.power!r}"

    @property
    def sided(self) -> str:
        """The number of sides as an argument, where it is not the usual one."""
        return ", sides=2" if self.sides == 2 else ""


Builder = Callable[[DesignRequest], Candidate | str]


def _at_hand(request: DesignRequest) -> Candidate | str:
    n = request.n + request.more
    if n < 1:
        return "No patient is left."
    design = single_stage(n, request.p0, request.alpha, sides=request.sides)
    if design.min_responders > n:
        return f"With {n} patients no result could succeed."
    return request.found(
        design, f"design = ts.single_stage({n}, p0={request.p0!r}, alpha={request.alpha!r}{request.sided})"
    )


def _single(request: DesignRequest) -> Candidate | str:
    if request.too_small:
        return request.too_small
    alpha = request.alpha / request.sides
    enough = single_stage_powers(request.p0, request.p1, alpha, MAX_PATIENTS) >= request.power
    made = _at_hand(replace(request, n=int(enough.argmax()) + 1))
    if isinstance(made, str) or request.more:
        return made
    return replace(made, python=f"design = ts.find_single_stage({request.rates}{request.sided})")


def _two_stage(criterion: str) -> Builder:
    def make(request: DesignRequest) -> Candidate | str:
        if request.sides == 2:
            return _ONE_SIDED
        if request.too_small:
            return request.too_small
        weight = {"optimal": 0.0, "minimax": 1.0}.get(criterion, request.weight)
        planned = _planned(request.p0, request.p1, request.alpha, request.power, weight)
        if isinstance(planned, str):
            return planned
        design = _resized(planned, request.more, request.alpha) if request.more else planned
        if isinstance(design, str):
            return design
        given = f", weight={request.weight!r}" if criterion == "admissible" else ""
        python = f'design = ts.find_two_stage({request.rates}, criterion="{criterion}"{given})'
        return replace(
            request.found(design, python, planned.note),
            expected_n=design.expected_n(request.p0),
            stop_probability=design.stop_probability(request.p0),
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
        rows = two_stage_frontier(p0, p1, alpha, power, n_max=MAX_PATIENTS)
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


def _bayes(request: DesignRequest) -> Candidate | str:
    """The smallest design that keeps alpha and has the power, with the cut-off asked for or else with one that does."""
    if request.sides == 2:
        return _ONE_SIDED
    if request.prior is None:
        return (
            "The prior of the treated comes from groups on standard care. Choose treated groups, or say that this is "
            "meant (prior_controls): the belief that the drug adds nothing."
        )
    try:
        planned = _believed(request.prior, request.p0, request.p1, request.alpha, request.power, request.cutoff)
        n = planned.n + request.more
        if n < 1:
            return "No patient is left."
        design = replace(planned, n=n)
        if design.attained_alpha > request.alpha:  # the cut-off kept it at the planned number only
            design = find_bayes_cutoff(n, request.p0, request.alpha, prior=planned.prior)
    except TrialsimError as error:
        return str(error.fix or error)
    if design.min_responders > n:
        return f"With {n} patients no result could succeed."
    remark = ""
    if design.cutoff != request.cutoff:
        remark = (
            f"With a cut-off of {request.cutoff:g} no trial of up to {MAX_PATIENTS} patients keeps the allowed chance "
            f"of a false success and the wanted power; {design.cutoff:g} does."
        )
    groups = request.prior.parts[0]
    prior = f"({groups.a!r}, {groups.b!r})"
    if isinstance(request.prior, BetaMixture):
        prior = f"ts.robust_prior({prior}, vague_weight={request.prior.weights[1]!r})"
    python = f"design = ts.bayes_single_arm({n}, prior={prior}, p0={request.p0!r}, cutoff={design.cutoff!r})"
    return request.found(design, python, remark)


@lru_cache(maxsize=256)
def _believed(
    prior: Beta | BetaMixture, p0: float, p1: float, alpha: float, power: float, cutoff: float
) -> BayesSingleArm:
    """The smallest Bayesian design with this cut-off that keeps both promises, or else with one that does."""
    with suppress(TrialsimError):
        return find_bayes_single_arm(p0, p1, alpha, power, prior=prior, cutoff=cutoff, n_max=MAX_PATIENTS)
    return find_bayes_single_arm(p0, p1, alpha, power, prior=prior, n_max=MAX_PATIENTS)


def _pilot(request: DesignRequest) -> Candidate | str:
    if request.sides == 2:
        return _ONE_SIDED
    n = request.n + request.more
    if n < 2:
        return "Two arms take two patients."
    treated = n - n // 2
    design = two_arm_pilot(n - treated, treated, request.alpha)
    python = f"design = ts.two_arm_pilot({design.n_control}, {design.n_treated}, alpha={request.alpha!r})"
    return request.found(design, python, "It measures standard care itself, so it needs no p0.")


def _precision(request: DesignRequest) -> Candidate | str:
    try:
        plan = _narrow_enough(request.p1, request.half_width, request.narrow)
    except TrialsimError:
        return f"No trial of up to {MAX_PATIENTS} patients has so narrow an interval with this chance."
    n = plan.n + request.more
    if n < 1:
        return "No patient is left."
    python = (
        f"design = ts.find_n_for_width({plan.rate!r}, {plan.half_width!r}, chance={request.narrow!r}, "
        f"n_max={MAX_PATIENTS})"
    )
    design = plan if not request.more else _of_size(plan, n)
    return request.found(design, python, design.promise)


@lru_cache(maxsize=256)
def _narrow_enough(rate: float, half_width: float, chance: float) -> PrecisionPlan:
    return find_n_for_width(rate, half_width, chance=chance, level=_LEVEL, n_max=MAX_PATIENTS)


def _of_size(plan: PrecisionPlan, n: int) -> PrecisionPlan:
    """What another number of patients gives of the same wish."""
    at = interval_precision(n, [plan.rate], level=plan.level, half_width=plan.half_width).iloc[0]
    widths = at["expected_half_width"], at["chance_narrow_enough"]
    return replace(plan, n=n, expected_half_width=float(widths[0]), chance_narrow_enough=float(widths[1]))


BUILDERS: Mapping[str, Builder] = {
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
