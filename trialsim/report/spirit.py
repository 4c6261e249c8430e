"""Which items of the SPIRIT checklist for protocols a justification answers, and which it leaves open."""

from __future__ import annotations

from trialsim.facts.spirit import spirit_items
from trialsim.power.bench import Bench
from trialsim.power.randomised import randomised_comparisons
from trialsim.power.side_by_side import candidate, enrolled
from trialsim.report.rendering import rows_of

SPIRIT_HEADER = ("Item", "What the protocol should say", "In this report")
"""What stands in each column of `spirit_rows`."""


def spirit_rows(bench: Bench) -> tuple[tuple[str, str, str], ...]:
    """One row an item: its number and name, what it asks for, and where it is answered or that it is not.

    Examples
    --------
    >>> {row[0]: row[2] for row in spirit_rows(Bench())}["14 Sample size"]
    'answered: 39 patients analysed, 39 enrolled; the paragraph, the assumptions, and the lines to compute it again'
    """
    taken, earlier = candidate(bench), ["where p0 and p1 come from"]
    if bench.p0_arms or bench.p1_arms or bench.prior_arms:
        earlier.append("the published groups that were used")
    if randomised_comparisons(bench.definition):
        earlier.append("randomised comparisons of the drug")
    said = {
        "bench": bench,
        "taken": taken,
        "enrolled": enrolled(bench, taken),
        "earlier": earlier,
        "undecided": [bench.rescue, bench.stopped].count(""),
    }
    answers = {row[0]: row[1] for row in rows_of("spirit.txt.jinja", said)}
    return tuple(
        (f"{item.id} {item.label}", item.asks, answers.get(item.id, "not here")) for item in spirit_items().values()
    )
