"""What speaks against published groups that p0 and p1 are held against, in sentences."""

from __future__ import annotations

from trialsim.design import response_interval
from trialsim.design.wording import percent
from trialsim.facts.pooling import CLOSEST_GROUP, Pooled
from trialsim.power.bench import Bench
from trialsim.text import listed


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


def comparable(pooled: Pooled, bench: Bench) -> str:
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
