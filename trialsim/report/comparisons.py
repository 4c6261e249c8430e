"""What randomised trials of this drug found: the difference between their arms, with its interval."""

from __future__ import annotations

from dataclasses import dataclass

from trialsim.design import Interval
from trialsim.design.intervals import difference_interval
from trialsim.facts.pooling import CLOSEST_GROUP, PublishedArm, find_arms
from trialsim.power.bench import Bench

__all__ = ["Comparison", "closest_comparison", "randomised_comparisons"]

_DRUG = "abatacept"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The treated and the controls of one randomised trial, in one group of patients at one week."""

    treated: PublishedArm
    control: PublishedArm

    @property
    def difference(self) -> float:
        """Treated minus control."""
        return self.treated.rate - self.control.rate

    @property
    def interval(self) -> Interval:
        """Its 95 % interval by Newcombe's method 10."""
        treated, control = self.treated, self.control
        return difference_interval(treated.responders, treated.n, control.responders, control.n)

    @property
    def words(self) -> str:
        """The difference in points, with its interval."""
        low, high = self.interval
        return f"{100 * self.difference:+.1f} points (95 % interval {100 * low:+.1f} to {100 * high:+.1f}, Newcombe)"


def randomised_comparisons(definition: str) -> tuple[Comparison, ...]:
    """Every trial of the drug with a control group, judged by a rule of the kind of `definition`; the largest first.

    Examples
    --------
    >>> for found in randomised_comparisons("IMACS-2004"):
    ...     if found.treated.group == "dermatomyositis":
    ...         print(found.treated.n, found.control.n, found.words)
    40 42 +5.0 points (95 % interval -16.0 to +25.3, Newcombe)
    """
    arms = find_arms(definition)
    same = ("study", "population", "measure", "definition", "week")
    pairs = [
        Comparison(treated, control)
        for treated in arms
        for control in arms
        if treated.role == _DRUG
        and control.control
        and all(getattr(treated, name) == getattr(control, name) for name in same)
    ]
    return tuple(sorted(pairs, key=lambda pair: -(pair.treated.n + pair.control.n)))


def closest_comparison(bench: Bench) -> str:
    """What the gain that is planned for looks like beside the closest randomised comparison; empty where there is "
    "none."""
    found = randomised_comparisons(bench.definition)
    near = next((pair for pair in found if pair.treated.group == CLOSEST_GROUP), found[0] if found else None)
    if near is None:
        return ""
    treated, control = near.treated, near.control
    return (
        f"This plan looks for a gain of {100 * (bench.p1 - bench.p0):g} points. Randomised ({treated.study}, "
        f"{treated.population}, week {treated.week}), {treated.responders} of {treated.n} responded with {_DRUG} and "
        f"{control.responders} of {control.n} without: {near.words}."
    )
