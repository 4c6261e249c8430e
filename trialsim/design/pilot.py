"""The other way to spend the same patients: a small randomised comparison, tested by Fisher's exact test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from trialsim.design.binomial import Floats, check_chance, point_probability
from trialsim.design.exact_tests import fisher_p_values
from trialsim.design.intervals import difference_interval
from trialsim.design.two_arm import MAX_ARM, TwoArm
from trialsim.design.wording import Ending, matching_level, percent
from trialsim.errors import check_whole


@dataclass(frozen=True, slots=True, repr=False)
class TwoArmPilot:
    """Two arms, success when the one-sided exact test of Fisher finds the treated arm better.

    Attributes
    ----------
    n_control, n_treated : int
        Patients analysed in each arm.
    alpha : float
        The allowed chance of a false success, whatever the common rate.
    """

    n_control: int
    n_treated: int
    alpha: float

    controlled: ClassVar[bool] = True
    tested: ClassVar[bool] = True
    references: ClassVar[tuple[str, ...]] = ("FISHER35", "N98", "CP34", "BOSCHLOO70")

    @property
    def n(self) -> int:
        """Patients in both arms."""
        return self.n_control + self.n_treated

    @property
    def rule(self) -> str:
        """When it succeeds, in a few words."""
        return f"one-sided Fisher p <= {self.alpha:g}: {self.n_control} against {self.n_treated}"

    @property
    def pauses_after(self) -> int:
        """Enrolment never waits."""
        return 0

    def sentences(self, alpha: float) -> tuple[str, ...]:
        """What is done, when the hypothesis is rejected, and how the difference is reported."""
        level = matching_level(alpha) if alpha < 0.5 else 0.95
        control = self.n_control // 3
        treated = min(self.min_treated_responders()[control], self.n_treated)
        low, high = difference_interval(treated, self.n_treated, control, self.n_control, level=level)
        difference = treated / self.n_treated - control / self.n_control
        return (
            f"{self.n} patients are randomised, {self.n_control} to standard care and {self.n_treated} to the new "
            "treatment. The null hypothesis that the treatment adds nothing is rejected if the one-sided exact test of "
            f"Fisher gives p <= {self.alpha:g}.",
            f"The difference of the two response rates is reported with its two-sided {percent(level)} interval "
            f"(Newcombe 1998, his method 10); with {treated} of {self.n_treated} treated and {control} of "
            f"{self.n_control} controls it is {100 * difference:+.1f} points ({100 * low:+.1f} to {100 * high:+.1f}). "
            "That interval is approximate and may contradict the test near its boundary: the test decides. The exact "
            f"conditional {percent(level)} interval of the odds ratio agrees with the test: its lower limit is at "
            "least 1 exactly when the test rejects. Both rates are given with their exact 95 % intervals "
            "(Clopper-Pearson).",
        )

    def success(self, rate: float, standard_care: float) -> float:
        """The exact chance of success when the treated respond with `rate` and the controls as `standard_care` does."""
        return self.power(standard_care, rate)

    def play(self, luck: Floats, rate: float, standard_care: float) -> NDArray[np.bool_]:
        """Whether each trial succeeds when its patients respond by `luck`, shape (trials, n), the controls first."""
        controls = (luck[:, : self.n_control] < standard_care).sum(axis=1)
        treated = (luck[:, self.n_control :] < rate).sum(axis=1)
        return np.asarray(treated >= np.array(self.min_treated_responders())[controls])

    def endings(self, p0: float, p1: float) -> list[Ending]:
        """Each number of treated responders, a success or not by the controls beside it, who respond with p0."""
        controls = point_probability(np.arange(self.n_control + 1), self.n_control, np.float64(p0))
        needed, x = np.array(self.min_treated_responders()), np.arange(self.n_treated + 1)
        chances = [point_probability(x, self.n_treated, np.float64(rate)) for rate in (p0, p1)]
        found: list[Ending] = []
        for k in x:
            share = float(controls[needed <= k].sum())
            at_p0, at_p1 = (float(chance[k]) for chance in chances)
            found.append((int(k), "fail", at_p0 * (1 - share), at_p1 * (1 - share)))
            found.append((int(k), "succeed", at_p0 * share, at_p1 * share))
        return found

    def p_value(self, control_responders: int, treated_responders: int) -> float:
        """The chance of as many treated responders or more, given all responders, when the arms do not differ."""
        control = check_whole("control_responders", control_responders, 0, self.n_control)
        treated = check_whole("treated_responders", treated_responders, 0, self.n_treated)
        return float(fisher_p_values(self.n_control, self.n_treated)[control, treated])

    def min_treated_responders(self) -> list[int]:
        """For 0, 1, ... control responders: treated responders needed for success; n_treated + 1 means never."""
        return self._arms().min_treated_responders()

    def power(self, p_control: float, p_treated: float) -> float:
        """The exact chance of success at two true rates."""
        return self._arms().success_probability(p_control, p_treated)

    def _arms(self) -> TwoArm:
        return TwoArm(self.n_control, self.n_treated, 0.5, 0.5, self.alpha, "fisher")

    def __repr__(self) -> str:
        return (
            f"Two arms: {self.n_control} control and {self.n_treated} treated patients; success when the one-sided "
            f"exact test of Fisher gives p <= {self.alpha:g}. If half of the controls respond, success takes "
            f"{self.min_treated_responders()[self.n_control // 2]} or more treated responders."
        )


def two_arm_pilot(n_control: int, n_treated: int, alpha: float = 0.05) -> TwoArmPilot:
    """A small randomised comparison.

    Parameters
    ----------
    n_control, n_treated : int
        Patients analysed in each arm, 1 to 500.
    alpha : float
        The allowed chance of a false success, one-sided.

    Examples
    --------
    >>> round(two_arm_pilot(10, 10).power(0.30, 0.50), 3)
    0.126
    """
    return TwoArmPilot(
        check_whole("n_control", n_control, 1, MAX_ARM),
        check_whole("n_treated", n_treated, 1, MAX_ARM),
        check_chance("alpha", alpha),
    )
