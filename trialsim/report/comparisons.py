"""A plan beside what the closest randomised comparison of the drug found."""

from __future__ import annotations

from trialsim.facts.pooling import CLOSEST_GROUP
from trialsim.power.bench import Bench
from trialsim.power.randomised import DRUG, Comparison, randomised_comparisons


def closest_pair(bench: Bench) -> Comparison | None:
    """The randomised comparison whose patients come closest to the trial's; None where there is none."""
    found = randomised_comparisons(bench.definition)
    return next((pair for pair in found if pair.treated.group == CLOSEST_GROUP), found[0] if found else None)


def closest_comparison(bench: Bench) -> str:
    """What the gain that is planned for looks like beside it; empty where there is none."""
    near = closest_pair(bench)
    if near is None:
        return ""
    treated, control = near.treated, near.control
    return (
        f"p1 stands {100 * (bench.p1 - bench.p0):.6g} points above p0. Randomised ({treated.study}, "
        f"{treated.population}, week {treated.week}), {treated.responders} of {treated.n} responded with {DRUG} and "
        f"{control.responders} of {control.n} without: {near.words}."
    )
