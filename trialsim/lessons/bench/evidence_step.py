"""Published groups on one axis, ticked and taken together, as p0, as p1 or as a prior."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from trialsim.design import response_interval
from trialsim.errors import TrialsimError
from trialsim.facts.pooling import Pooled, PublishedArm, find_arms, pool_arms, published_arm
from trialsim.facts.published_arms import population_groups
from trialsim.facts.responses import list_responses, load_response
from trialsim.lessons.bench.steps import Step, bench_of, given
from trialsim.power.bench import Bench
from trialsim.power.rate import RateName, planning_rate
from trialsim.report.pictures import evidence_figure
from trialsim.report.rate_words import comparable, disagreement
from trialsim.report.words import percent
from trialsim.widgets.controls import MultiSelect, Select
from trialsim.widgets.panel import Action, Panel, State, View

__all__ = ["evidence_step"]

_NEEDS = ("p0", "p1", "protocol")
_WEEKS = {"any": "any", "12": "12", "16": "8 to 16", "28": "20 to 28"}
_SPANS = {"any": (0, 10_000), "12": (12, 12), "16": (8, 16), "28": (20, 28)}


@cache
def evidence_step() -> Step:
    """The panel of published groups."""
    definitions = {key: f"{load_response(key).label} ({key})" for key in list_responses()}
    groups = {"any": "all of them", **population_groups()}
    arms = {arm.key: f"{arm.name}: {arm.responders} of {arm.n}" for arm in find_arms()}
    panel = Panel(
        "What is known of p0 and p1?",
        (
            Select("definition", "What counts as response in your trial", definitions, Bench().definition),
            Select("group", "Patients", groups),
            Select("week", "Week of assessment", _WEEKS),
            MultiSelect("picked", "Tick the groups to take together", arms),
        ),
        _draw,
        given=(given(_NEEDS),),
        actions=(
            Action("p0", "Use as p0: without the drug"),
            Action("p1", "Use as p1: worth finding"),
            Action("prior", "Use as the prior"),
        ),
    )
    return Step(panel, _NEEDS, lambda bench: {"definition": bench.definition}, _change, _act)


def _change(bench: Bench, state: State) -> Bench:
    return replace(bench, definition=state["definition"])


def _shown(state: State) -> tuple[PublishedArm, ...]:
    """The groups that the filters leave, and those that are ticked whatever the filters say."""
    group = None if state["group"] == "any" else state["group"]
    found = find_arms(state["definition"], weeks=_SPANS[state["week"]], group=group)
    hidden = [published_arm(key) for key in state["picked"] if key not in {arm.key for arm in found}]
    if not hidden:
        return found
    order = [arm.key for arm in find_arms()]
    return tuple(sorted((*found, *hidden), key=lambda arm: order.index(arm.key)))


def _draw(state: State) -> View:
    bench, arms = bench_of(state, definition=state["definition"]), _shown(state)
    if not arms:
        fix = "Choose another week, other patients or another rule: the picture below is the last one with groups."
        raise TrialsimError("published groups", "none", "a choice that leaves one", fix)
    pooled = pool_arms(state["picked"]) if state["picked"] else None
    sentence = _nothing_ticked(arms) if pooled is None else _taken_together(bench, pooled)
    alt = "; ".join(f"{arm.name}: {arm.responders} of {arm.n}" for arm in arms)
    recalled = [arm.name for arm in arms if arm.status != "READ"]
    unread = f" Recalled, not checked: {'; '.join(recalled)}." if recalled else ""
    return View(
        evidence_figure(bench, arms, state["picked"], pooled),
        sentence,
        f"Published groups under each other. {alt}.",
        f"Published counts; the source of each is in the report.{unread} Intervals: exact (Clopper-Pearson), 95 %.",
        {"picked": tuple(arm.key for arm in arms)},
    )


def _nothing_ticked(arms: tuple[PublishedArm, ...]) -> str:
    rates = [arm.rate for arm in arms if arm.control]
    if not rates:
        return f"{len(arms)} published groups are judged by a rule of this kind; none of them had standard care alone."
    spread = f"from {percent(min(rates))} to {percent(max(rates))}" if len(rates) > 1 else f"at {percent(rates[0])}"
    return (
        f"{len(arms)} published groups are judged by a rule of this kind. In the {len(rates)} on standard care the "
        f"response lies {spread}. Tick those that come closest to your patients, then use them as p0."
    )


def _taken_together(bench: Bench, pooled: Pooled) -> str:
    low, high = response_interval(pooled.responders, pooled.n)
    who = f"The {len(pooled.arms)} groups together" if len(pooled.arms) > 1 else pooled.arms[0].name
    said = (
        f"{who}: {pooled.responders} of {pooled.n} responded, {percent(pooled.rate, 1)}; exact 95 % "
        f"interval {percent(low, 1)} to {percent(high, 1)}."
    )
    if apart := disagreement(pooled):
        said += f" {apart} Try the ends of the range, too."
    return f"{said} {comparable(pooled, bench)}".strip()


def _act(bench: Bench, name: str, state: State) -> tuple[Bench, str]:
    keys = state["picked"]
    if not keys:
        return bench, "Tick at least one group first."
    pooled = pool_arms(keys)
    rate = f"{pooled.responders} of {pooled.n}, {percent(pooled.rate, 1)}"
    if name == "prior":
        controls = any(arm.control for arm in pooled.arms)
        again = bench.prior_arms == keys and bench.control_prior
        changed = replace(bench, prior_arms=keys, prior_controls=controls and again)
        if changed.control_prior:
            return changed, (
                f"These groups had standard care: {rate}. The prior is of the rate of the treated, so they would say "
                "that the drug adds nothing. Press the button again if that is meant, or tick treated groups: until "
                "then there is no Bayesian design."
            )
        worth = f"it weighs {changed.prior_of_groups.effective_n:g} patients"
        return changed, f"The Bayesian design now starts from {rate}; {worth}. Weigh it under Designs."
    which: RateName = "p0" if name == "p0" else "p1"
    if refused := _wrong_side(bench, which, pooled):
        return bench, refused
    changed = bench.with_evidence(which, keys)
    planned = changed.rate(which)
    return changed, (
        f"{name} is now {percent(planned.value)}: {rate}, {planned.rounded} to whole percent. All panels "
        f"follow; {name} can still be changed on the left."
    )


def _wrong_side(bench: Bench, which: RateName, pooled: Pooled) -> str:
    """Where the groups' rate stands on the wrong side of the other one, what to do; else empty."""
    rate = planning_rate(pooled.rate, which)
    controls = all(arm.control for arm in pooled.arms)
    if which == "p0" and rate >= bench.p1:
        treated = "They were treated: press Use as p1"
        do = "Tick groups treated with the drug and press Use as p1" if controls else treated
        as_high = "as high as" if rate == bench.p1 else "more than"
        return f"These groups give {percent(rate)}, {as_high} p1 ({percent(bench.p1)}). {do}, or raise p1."
    if which == "p1" and rate <= bench.p0:
        do = "Use them as p0, and tick groups treated with the drug for p1" if controls else "Tick other groups for p1"
        no_more = "no more than" if rate == bench.p0 else "less than"
        return f"These groups give {percent(rate)}, {no_more} p0 ({percent(bench.p0)}). {do}, or lower p0."
    return ""
