"""Where p0 and p1 come from, in sentences: assumed, published or modelled, and what speaks against them."""

from __future__ import annotations

from trialsim.design import response_interval
from trialsim.design.wording import percent, span
from trialsim.facts.pooling import CLOSEST_GROUP, Pooled
from trialsim.power.bench import Bench
from trialsim.power.rate import PlannedRate
from trialsim.report.beliefs import belief_of
from trialsim.text import listed


def rate_sentence(rate: PlannedRate, bench: Bench) -> str:
    """What p0 or p1 is, where it comes from, why it was taken, and how far it is from what was published."""
    start, origin = f"The {rate.what} ({rate.name})", rate.origin
    if rate.tuned:
        said = (
            f"{start} is assumed to be {percent(rate.value)}; the model of patients behind it was tuned to this rate."
        )
    elif origin == "patients" and (modelled := rate.modelled) is not None:
        said = (
            f"{start} is taken to be {percent(rate.value)}: a model of enrolled patients gives "
            f"{percent(modelled.value, 1)} under assumptions that are listed with their sources ({rate.rounded} to "
            "whole percent)."
        )
        if rate.base_case:
            said += " The model was tuned to such a rate, under another rule or in another trial."
    elif origin == "evidence" and (pooled := rate.pooled) is not None:
        said = f"{start} is taken to be {percent(rate.value)}: {_published(pooled)}, {rate.rounded} to whole percent."
    else:
        said = f"{start} is assumed to be {percent(rate.value)}."
    if belief := belief_of(rate):
        said += f" This is the rate called {belief}."
    why = f"Reason: {rate.reason.rstrip('.')}." if rate.reason else ""
    if rate.needs_reason:
        asked = "this gain would justify the next trial" if rate.with_drug else f"{percent(rate.value)}"
        why = f"[REASON MISSING: why {asked}, and who judged so.]"
    parts = [said, why]
    if (pooled := rate.pooled) is not None:
        if origin != "evidence":
            parts.append(_held_against(rate, pooled))
        parts += [disagreement(pooled), comparable(bench, pooled)]
    return " ".join(part for part in parts if part)


def _published(pooled: Pooled) -> str:
    names = "; ".join(arm.name for arm in pooled.arms)
    together = f"{len(pooled.arms)} published groups together" if len(pooled.arms) > 1 else "one published group"
    return (
        f"in {together} ({names}) {pooled.responders} of {pooled.n} patients responded, "
        f"{percent(pooled.rate, 1)} (exact 95 % interval {span(response_interval(pooled.responders, pooled.n))})"
    )


def _held_against(rate: PlannedRate, pooled: Pooled) -> str:
    """How far published groups are from the planned rate: a distance and an interval, no verdict."""
    text, away = _published(pooled), 100 * (pooled.rate - rate.value)
    side = "above" if away > 0 else "below"
    return f"{text[0].upper()}{text[1:]}; that is {abs(away):.1f} points {side} {rate.name}."


def disagreement(pooled: Pooled) -> str:
    """That groups taken together do not agree, as a sentence; empty where the common rate is plausible for each.

    Examples
    --------
    >>> from trialsim.facts.pooling import pool_arms
    >>> from trialsim.facts.pooling import find_arms
    >>> keys = [arm.key for arm in find_arms("IMACS-2004") if (arm.responders, arm.n) in ((21, 102), (21, 42))]
    >>> disagreement(pool_arms(keys))
    'The groups disagree (20.6 and 50.0 %); the interval ignores differences between studies.'
    """
    if all(pooled.rate in response_interval(arm.responders, arm.n) for arm in pooled.arms):
        return ""
    rates = sorted(arm.rate for arm in pooled.arms)
    between = "and" if len(rates) == 2 else "to"
    return (
        f"The groups disagree ({100 * rates[0]:.1f} {between} {percent(rates[-1], 1)}); the interval ignores "
        "differences between studies."
    )


def comparable(bench: Bench, pooled: Pooled) -> str:
    """In what pooled groups are not comparable with the trial, in a sentence or two; may be empty.

    The table of the report has it group by group.
    """
    arms, week = pooled.arms, bench.trial.week
    kinds = (
        (
            f"the week of assessment ({listed(sorted({str(arm.week) for arm in arms}, key=int), 'and')})",
            [a.week for a in arms],
            week,
        ),
        ("the rule of response", [arm.definition for arm in arms], bench.definition),
        ("the patients (not all are adults with dermatomyositis)", [arm.group for arm in arms], CLOSEST_GROUP),
    )
    said = [name for name, found, wanted in kinds if any(value != wanted for value in found)]
    who = "These groups differ" if len(arms) > 1 else "This group differs"
    words = [f"{who} from this trial in {listed(said, 'and')}."] if said else []
    recalled = [arm.name for arm in arms if arm.status != "READ"]
    if recalled:
        words.append(f"Recalled, not checked: {listed(recalled, 'and')}.")
    return " ".join(words)
