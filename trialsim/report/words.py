"""The justification of a sample size in plain protocol language: one paragraph, computed from the bench.

Its sentences stand in ``templates/paragraph.txt.jinja``; the numbers they take are worked out here.
"""

from __future__ import annotations

from typing import Any

from trialsim.design import interval_precision, prior_conflict, single_stage, two_arm
from trialsim.design.wording import percent as percent
from trialsim.facts.pooling import pool_arms
from trialsim.facts.responses import load_response
from trialsim.power.bench import MAX_PATIENTS, RESCUE, STOPPED, Bench
from trialsim.power.randomised import closest_comparison
from trialsim.power.side_by_side import Candidate, candidate, enrolled
from trialsim.power.two_arms import two_arm_size
from trialsim.report.rendering import render

_CONFLICT = 0.05
"""Two-sided chance under the prior below which data contradict it."""

_MAX_MORE = 50
"""Patients more than planned that a rule is worked out for."""

_LOST = 0.10
"""The share of responders-to-be whose loss the paragraph works out."""

_COUNTED = {
    "are enrolled": "are analysed",
    "are randomised,": "are randomised and analysed,",
    "are treated first": "are analysed first",
}
"""What is said of the patients of a design where not all who are enrolled are analysed."""


def lenient_truths(bench: Bench) -> tuple[tuple[float, str], ...]:
    """Rates above p0 that standard care might truly give: halfway to p1, and those that published groups point to.

    Examples
    --------
    >>> lenient_truths(Bench())
    ((0.4, 'halfway to p1'), (0.5, 'as in the controls of the closest randomised comparison, at week 24'))
    """
    p0 = bench.rate("p0")
    truths = {round((bench.p0 + bench.p1) / 2, 2): "halfway to p1"}
    if (published := p0.published) is not None and (high := round(published.high, 3)) > p0.value:
        truths[high] = "the upper limit of the published groups"
    if (near := closest_comparison(bench.definition)) and (seen := round(near.control.rate, 3)) > p0.value:
        truths[seen] = f"as in the controls of the closest randomised comparison, at week {near.control.week}"
    return tuple(truths.items())


def paragraph(bench: Bench) -> str:
    """The justification as it may be pasted into a protocol.

    Examples
    --------
    >>> "39 patients" in paragraph(Bench()) and "17 or more" in paragraph(Bench())
    True
    """
    taken = candidate(bench)
    said = {
        "bench": bench,
        "taken": taken,
        "rule": load_response(bench.definition),
        "rescue": bench.rescue and RESCUE[bench.rescue],
        "stopped": bench.stopped and STOPPED[bench.stopped],
        "counts": counts_without(bench),
        "near": closest_comparison(bench.definition),
        "truths": lenient_truths(bench),
        "lost": _LOST,
    }
    if taken.found:
        said |= _of_design(bench, taken)
    return " ".join(render("paragraph.txt.jinja", said).split())


def missing(bench: Bench) -> tuple[str, ...]:
    """What the report still asks of its author, a clause each.

    Examples
    --------
    >>> missing(Bench(p0_reason="the rate of our own clinic", rescue="non_response"))
    ('why p1 was taken', 'what a patient who stops the drug counts as')
    """
    reasons = [f"why {rate.name} was taken" for rate in bench.rates if rate.needs_reason]
    choices = {
        "what a patient with rescue counts as": bench.rescue,
        "what a patient who stops the drug counts as": bench.stopped,
    }
    return (*reasons, *(what for what, chosen in choices.items() if not chosen))


def counts_without(bench: Bench) -> bool:
    """Whether an event before the assessment makes a patient a non-responder, who then needs none."""
    return "non_response" in (bench.rescue, bench.stopped)


def _of_design(bench: Bench, taken: Candidate) -> dict[str, Any]:
    """What the paragraph says of the design taken."""
    design = taken.design
    done, *reported = design.sentences(bench.alpha)
    for verb, instead in _COUNTED.items() if bench.loss else ():
        done = done.replace(f" patients {verb}", f" patients {instead}", 1)
    many = enrolled(bench, taken)
    more = many - taken.n
    said = {
        "done": done,
        "reported": " ".join(reported),
        "enrolled": many,
        "at_hand": taken.name in ("at_hand", "pilot"),
        "everybody": candidate(bench, more=more) if bench.loss and more <= _MAX_MORE else None,
    }
    if taken.name == "bayes":
        said |= _of_prior(bench, design)
    if design.controlled:
        sizes = (design.n_control, design.n_treated)
        said["boschloo"] = two_arm(*sizes, bench.p0, bench.p1, alpha=bench.alpha, test="boschloo")
        said["enough"] = two_arm_size(bench.p0, bench.p1, bench.alpha, bench.power)
        said["most"] = MAX_PATIENTS
    if not taken.tested:
        table = interval_precision(taken.n, [lenient_truths(bench)[0][0]], exceeds=bench.p0)
        said["above"] = float(table["chance_lower_limit_exceeds"].iloc[0])
    return said


def _of_prior(bench: Bench, design: Any) -> dict[str, Any]:
    """From whom the prior comes, and which results would contradict it."""
    n, pooled = design.n, pool_arms(bench.prior_arms) if bench.prior_arms else None
    few, many = (
        next(x for x in counts if prior_conflict(design.prior, x, n).p_value >= _CONFLICT * (1 - 1e-9))
        for counts in (range(n + 1), range(n, -1, -1))
    )
    groups = {True: "patients on placebo or standard care", False: "treated patients"}
    controls = {arm.control for arm in pooled.arms} if pooled else set()
    return {
        "prior": pooled,
        "prior_who": " and ".join(text for control, text in groups.items() if control in controls),
        "exact": single_stage(n, bench.p0, bench.alpha),
        "conflict": [f"fewer than {few}"] * (few > 0) + [f"more than {many}"] * (many < n),
        "too_unlikely": _CONFLICT / 2,
    }
