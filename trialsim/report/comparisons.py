"""A plan beside what the closest randomised comparison of the drug found."""

from __future__ import annotations

from trialsim.facts.pooling import CLOSEST_GROUP
from trialsim.power.bench import Bench
from trialsim.power.randomised import DRUG, randomised_comparisons


def closest_comparison(bench: Bench) -> str:
    """What the gain that is planned for looks like beside the closest randomised comparison.

    Empty where there is none.
    """
    found = randomised_comparisons(bench.definition)
    near = next((pair for pair in found if pair.treated.group == CLOSEST_GROUP), found[0] if found else None)
    if near is None:
        return ""
    treated, control = near.treated, near.control
    return (
        f"p1 stands {100 * (bench.p1 - bench.p0):.6g} points above p0. Randomised ({treated.study}, "
        f"{treated.population}, week {treated.week}), {treated.responders} of {treated.n} responded with {DRUG} and "
        f"{control.responders} of {control.n} without: {near.words}."
    )
