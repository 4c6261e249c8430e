"""Which items of the SPIRIT checklist for protocols a justification answers, and which it leaves open."""

from __future__ import annotations

from trialsim.facts.spirit import spirit_items
from trialsim.power.bench import Bench
from trialsim.power.randomised import randomised_comparisons
from trialsim.power.side_by_side import Candidate, candidate, enrolled
from trialsim.text import listed

SPIRIT_HEADER = ("Item", "What the protocol should say", "In this report")
"""What stands in each column of `spirit_rows`."""


def spirit_rows(bench: Bench) -> tuple[tuple[str, str, str], ...]:
    """One row an item: its number and name, what it asks for, and where it is answered or that it is not.

    Examples
    --------
    >>> {row[0]: row[2] for row in spirit_rows(Bench())}["14 Sample size"]
    'answered: 39 patients analysed, 39 enrolled; the paragraph, the assumptions, and the lines to compute it again'
    """
    answers = _answers(bench, candidate(bench))
    return tuple((f"{item.id} {item.label}", item.asks, answers[item.id]) for item in spirit_items().values())


def _answers(bench: Bench, taken: Candidate) -> dict[str, str]:
    answers = dict.fromkeys(spirit_items(), "not here")
    answers["6a"] = f"in part: {listed(_earlier(bench), 'and')}"
    answers["12"] = f"in part: the primary outcome, its rule and week {bench.trial.week}; no other outcome"
    answers["20c"] = "answered: the table of the estimand"
    if undecided := [choice for choice in (bench.rescue, bench.stopped) if not choice]:
        answers["20c"] = f"in part: the table of the estimand; {len(undecided)} of its choices still missing"
    if not taken.found:
        return answers | dict.fromkeys(("8", "14", "20a"), "not answered: there is no such design")
    return answers | _by_design(bench, taken)


def _earlier(bench: Bench) -> list[str]:
    """What the report holds of earlier studies."""
    found = ["where p0 and p1 come from"]
    if bench.p0_arms or bench.p1_arms or bench.prior_arms:
        found.append("the published groups that were used")
    if randomised_comparisons(bench.definition):
        found.append("randomised comparisons of the drug")
    return found


def _by_design(bench: Bench, taken: Candidate) -> dict[str, str]:
    design, many = taken.design, enrolled(bench, taken)
    arms, shown, look = "one arm, one stage", "a rate above p0", "no look at responses before the end"
    if bench.sides == 2:
        shown = "a rate above or below p0"
    if design.controlled:
        arms, shown = (
            f"two arms, {design.n_control} and {design.n_treated} patients",
            "a rate above that of the controls",
        )
    if design.pauses_after:
        arms, look = "one arm, two stages", f"answered: one look, after {design.pauses_after} patients, with its rule"
    return {
        "8": f"answered: {arms}; " + (f"to be shown: {shown}" if taken.tested else "nothing is tested"),
        "14": (
            f"answered: {taken.n} patients analysed, {many} enrolled; the paragraph, the assumptions, and the lines to "
            "compute it again"
        ),
        "16a-17b": "not here" if design.controlled else "does not apply: nobody is randomised",
        "20a": f"answered for the primary outcome: {'the test and ' if taken.tested else ''}the interval",
        "21b": f"{look}; a stopping rule for safety is not here",
    }
