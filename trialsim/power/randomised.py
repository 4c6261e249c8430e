"""What randomised trials of the drug found: the difference between their arms, with its interval.

The one place from which pages, lessons and reports take the result of phase 3; all numbers come from the evidence.
"""

from __future__ import annotations

from dataclasses import dataclass

from trialsim.design import Interval
from trialsim.design.intervals import difference_interval
from trialsim.facts.pooling import CLOSEST_GROUP, PublishedArm, find_arms

DRUG = "abatacept"


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

    @property
    def sentence(self) -> str:
        """Who responded in both arms, and the difference."""
        treated, control = self.treated, self.control
        return (
            f"At week {treated.week} {treated.responders} of {treated.n} responded with {DRUG} "
            f"({100 * treated.rate:.1f} %) and {control.responders} of {control.n} without "
            f"({100 * control.rate:.1f} %): {self.words}."
        )


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
        if treated.role == DRUG
        and control.control
        and all(getattr(treated, name) == getattr(control, name) for name in same)
    ]
    return tuple(sorted(pairs, key=lambda pair: -(pair.treated.n + pair.control.n)))


def closest_comparison(definition: str) -> Comparison | None:
    """The comparison whose patients come closest to the trial's; None where there is none.

    Examples
    --------
    >>> closest_comparison("IMACS-2004").control.week
    24
    """
    found = randomised_comparisons(definition)
    return next((pair for pair in found if pair.treated.group == CLOSEST_GROUP), found[0] if found else None)


def phase_three() -> Comparison:
    """What the phase 3 trial of the drug found in dermatomyositis.

    Examples
    --------
    >>> phase_three().sentence
    'At week 24 22 of 40 responded with abatacept (55.0 %) and 21 of 42 without (50.0 %): +5.0 points (95 % interval -16.0 to +25.3, Newcombe).'
    """  # noqa: E501 -- a sentence that is shown as one
    return next(pair for pair in randomised_comparisons("NCT02971683") if pair.treated.group == CLOSEST_GROUP)
