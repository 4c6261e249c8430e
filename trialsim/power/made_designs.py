"""Each kind of design, made for the same assumptions: its size, its rule, its errors, or why there is none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache

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
from trialsim.errors import TrialsimError
from trialsim.power.bench import MAX_PATIENTS
from trialsim.power.design_candidate import Candidate, DesignRequest, NoDesign

_LEVEL = 0.95


Builder = Callable[[DesignRequest], Candidate]


def _at_hand(request: DesignRequest) -> Candidate:
    n = request.size(request.n)
    design = single_stage(n, request.p0, request.alpha, sides=request.sides)
    if design.min_responders > n:
        raise NoDesign(f"With {n} patients no result could succeed.")
    return request.found(
        design, f"design = ts.single_stage({n}, p0={request.p0!r}, alpha={request.alpha!r}{request.sided})"
    )


def _single(request: DesignRequest) -> Candidate:
    made = _at_hand(replace(request, n=request.smallest_single()))
    if request.more:
        return made
    return replace(made, python=f"design = ts.find_single_stage({request.rates}{request.sided})")


def _two_stage(criterion: str) -> Builder:
    def make(request: DesignRequest) -> Candidate:
        request.refuse_two_sides()
        request.smallest_single()  # two stages are searched for only where one would do
        weight = {"optimal": 0.0, "minimax": 1.0}.get(criterion, request.weight)
        # At a weight where two are equally good the smaller one is taken, as `find_two_stage` does.
        frontier = _frontier(request.p0, request.p1, request.alpha, request.power)
        planned = next(design for design, least in frontier if weight >= least - 1e-12)
        design = _resized(planned, request.more, request.alpha) if request.more else planned
        given = f", weight={request.weight!r}" if criterion == "admissible" else ""
        python = f'design = ts.find_two_stage({request.rates}, criterion="{criterion}"{given})'
        return replace(
            request.found(design, python, planned.note),
            expected_n=design.expected_n(request.p0),
            stop_probability=design.stop_probability(request.p0),
        )

    return make


@lru_cache(maxsize=256)
def _frontier(p0: float, p1: float, alpha: float, power: float) -> tuple[tuple[TwoStage, float], ...]:
    """The admissible designs, the smallest first, each with the least weight for which it is the best."""
    rows = two_stage_frontier(p0, p1, alpha, power, n_max=MAX_PATIENTS)
    columns = (rows["n1"], rows["continue_at"], rows["n"], rows["min_responders"], rows["weight_from"])
    return tuple(
        (TwoStage(int(n1), int(on), int(n), int(needed), p0), float(least))
        for n1, on, n, needed, least in zip(*columns, strict=True)
    )


def _resized(design: TwoStage, more: int, alpha: float) -> TwoStage:
    """The same first stage; a last stage of another size, with the fewest responders that keep the allowed error."""
    n = design.n + more
    if n <= design.n1:
        raise NoDesign("The second stage has no patient left.")
    for needed in range(design.continue_at, n + 1):
        tried = TwoStage(n1=design.n1, continue_at=design.continue_at, n=n, min_responders=needed, p0=design.p0)
        if tried.attained_alpha <= alpha:
            return tried
    raise NoDesign(f"With {n} patients no result could succeed.")


def _bayes(request: DesignRequest) -> Candidate:
    """The smallest design that keeps alpha and has the power, with the cut-off asked for or else with one that does."""
    request.refuse_two_sides()
    if request.prior is None:
        raise NoDesign(
            "The prior of the treated comes from groups on standard care. Choose treated groups, or say that this is "
            "meant (prior_controls): the belief that the drug adds nothing."
        )
    planned = _believed(request.prior, request.p0, request.p1, request.alpha, request.power, request.cutoff)
    n = request.size(planned.n)
    design = replace(planned, n=n)
    if design.attained_alpha > request.alpha:  # the cut-off kept it at the planned number only
        design = find_bayes_cutoff(n, request.p0, request.alpha, prior=planned.prior)
    if design.min_responders > n:
        raise NoDesign(f"With {n} patients no result could succeed.")
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


def _pilot(request: DesignRequest) -> Candidate:
    request.refuse_two_sides()
    n = request.n + request.more
    if n < 2:
        raise NoDesign("Two arms take two patients.")
    treated = n - n // 2
    design = two_arm_pilot(n - treated, treated, request.alpha)
    python = f"design = ts.two_arm_pilot({design.n_control}, {design.n_treated}, alpha={request.alpha!r})"
    return request.found(design, python, "It measures standard care itself, so it needs no p0.")


def _precision(request: DesignRequest) -> Candidate:
    try:
        plan = _narrow_enough(request.p1, request.half_width, request.narrow)
    except TrialsimError:
        fault = f"No trial of up to {MAX_PATIENTS} patients has so narrow an interval with this chance."
        raise NoDesign(fault) from None
    n = request.size(plan.n)
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
"""By the name of a design: what makes it, or raises the reason why there is none."""
