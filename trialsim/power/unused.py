"""What was set on the bench and changes nothing."""

from __future__ import annotations

from trialsim.facts.pooling import published_arm
from trialsim.patients.scenario import Scenario
from trialsim.power.bench import Bench

_USED_BY = {
    "n": ("The number of patients at hand", ("at_hand", "pilot")),
    "sides": ("The number of sides of the test", ("at_hand", "single")),
    "weight": ("The weight of the most patients against the expected ones", ("admissible",)),
    "half_width": ("The half width of an interval", ("precision",)),
    "narrow": ("The chance of so narrow an interval", ("precision",)),
    "cutoff": ("The cut-off of the posterior probability", ("bayes",)),
}


def unused(bench: Bench) -> tuple[str, ...]:
    """What was set and changes nothing in the design taken, a sentence each.

    Examples
    --------
    >>> unused(Bench(cutoff=0.9))
    ('The cut-off of the posterior probability (0.9) belongs to another design than the one taken.',)
    """
    changed = bench.changed()
    said = [
        f"{label} ({changed[name]:g}) belongs to another design than the one taken."
        for name, (label, designs) in _USED_BY.items()
        if name in changed and bench.design not in designs
    ]
    weights = {"prior_weight": "the weight of its patients", "prior_flat": "the chance that it does not apply"}
    said += [
        f"No published group is a prior: {label} ({changed[name]:g}) counts nothing."
        for name, label in weights.items()
        if name in changed and not bench.prior_arms
    ]
    if bench.prior_arms and bench.design != "bayes":
        said.append("Published groups were chosen as a prior; the design taken has none.")
    if bench.prior_controls and not any(published_arm(key).control for key in bench.prior_arms):
        said.append("That groups on standard care may be a prior counts nothing: none is.")
    if "seed" in changed and bench.design == "precision":
        said.append(f"Nothing is simulated for an interval alone: the seed ({bench.seed}) counts nothing.")
    if bench.scenario not in (Scenario(), bench.p0_patients, bench.p1_patients):
        said.append("The patients that were tried out last are not those that p0 or p1 were taken from.")
    if bench.loss and any(rate.origin == "patients" for rate in bench.rates):
        said.append("Rates from the model count a missing visit as no response already: the loss counts it again.")
    for rate in bench.rates:
        if rate.patients is not None and rate.origin != "patients":
            said.append(f"{rate.name} was changed after it had been taken from patients of the model.")
    return tuple(said)
