"""What pooled groups decide: the plan without each of them in turn, and the prior at a discount beside others."""

from __future__ import annotations

from dataclasses import replace

from trialsim.design import BayesSingleArm, prior_sensitivity, response_interval
from trialsim.design.wording import percent, span
from trialsim.errors import TrialsimError
from trialsim.facts.pooling import Pooled, pool_arms
from trialsim.power.bench import Bench
from trialsim.power.rate import planning_rate
from trialsim.power.side_by_side import candidate

LEFT_OUT_HEADER = ("Left out", "Responded", "Rate (exact 95 % interval)", "p0", "Patients of the design taken")
"""What stands in each column of `left_out_rows`."""

_NONE = "\N{EN DASH}"
MAX_LEFT_OUT = 12
"""Groups of which each is left out in turn; among more no single one can matter much."""


def left_out_rows(bench: Bench, keys: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """The rate of groups taken together and what p0 of that rate asks for: with all of them, and without each in turn.

    Empty for fewer than two groups, and for more than `MAX_LEFT_OUT`.

    Examples
    --------
    >>> from trialsim.facts.pooling import find_arms
    >>> keys = tuple(arm.key for arm in find_arms("IMACS-2004", weeks=(8, 12)) if arm.control)
    >>> [row[1:2] + row[3:] for row in left_out_rows(Bench(), keys)]
    [('22 of 111', '20 %', '17'), ('1 of 9', '12 %', '10'), ('21 of 102', '21 %', '17')]
    """
    if not 2 <= len(keys) <= MAX_LEFT_OUT:
        return ()
    arms = pool_arms(keys).arms
    rows = [("none", *_planned(bench, pool_arms(keys)))]
    for out in arms:
        rest = pool_arms(arm.key for arm in arms if arm.key != out.key)
        rows.append((out.name, *_planned(bench, rest)))
    return tuple(rows)


def _planned(bench: Bench, pooled: Pooled) -> tuple[str, str, str, str]:
    p0 = planning_rate(pooled.rate, "p0")
    interval = span(response_interval(pooled.responders, pooled.n))
    try:
        taken = candidate(replace(bench, p0=p0))
        patients = str(taken.n) if taken.found else _NONE
    except TrialsimError:  # p0 no longer below p1
        patients = f"{_NONE} (not below p1)"
    return f"{pooled.responders} of {pooled.n}", f"{percent(pooled.rate, 1)} ({interval})", percent(p0), patients


def prior_rows(bench: Bench) -> tuple[tuple[str, ...], ...]:
    """The Bayesian design of a bench with its own prior, and with others at the same patients and cut-off.

    Among them is the robust one, the prior and a flat one, half and half; one that is the planned one again is left
    out. Empty where there is no Bayesian design.

    Examples
    --------
    >>> [row[0].split(":")[0] for row in prior_rows(Bench())]
    ['planned', 'Jeffreys', 'sceptical']
    """
    design = candidate(bench, "bayes").design
    if not isinstance(design, BayesSingleArm):
        return ()
    found = prior_sensitivity(design, bench.p1, responders=design.min_responders).drop_duplicates("belief")
    return tuple(
        (
            f"{row['prior']}: {row['belief']}", f"{row['mean']:.3f}", f"{row['min_responders']} of {design.n}",
            f"{row['attained_alpha']:.4f}", f"{row['power']:.3f}", f"{row['posterior_probability']:.3f}",
        )
        for row in found.to_dict("records")
    )  # fmt: skip


def prior_header(bench: Bench) -> tuple[str, ...]:
    """What stands in each column of `prior_rows`."""
    design = candidate(bench, "bayes").design
    after = f"Pr(rate above {percent(bench.p0)}) with {design.min_responders} of {design.n}"
    return ("Prior", "Mean", "Success with", "Success at p0", "Power at p1", after)
