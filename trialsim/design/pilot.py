"""The other way to spend the same patients: a small randomised comparison, tested by Fisher's exact test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trialsim.design.binomial import Floats, check_chance, check_rates, log_choose, point_probability
from trialsim.errors import TrialsimError, check_whole

LARGEST_ARM = 500
"""The most patients of one arm."""


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

    def p_value(self, control_responders: int, treated_responders: int) -> float:
        """The chance of as many treated responders or more, given all responders, when the arms do not differ."""
        control = check_whole("control_responders", control_responders, 0, self.n_control)
        treated = check_whole("treated_responders", treated_responders, 0, self.n_treated)
        return float(self._p_values()[control, treated])

    def min_treated_responders(self) -> list[int]:
        """For 0, 1, ... control responders: treated responders needed for success; n_treated + 1 means never."""
        succeeds = self._succeeds()
        return [int(row.argmax()) if row.any() else self.n_treated + 1 for row in succeeds]

    def power(self, p_control: float, p_treated: float) -> float:
        """The exact chance of success at two true rates."""
        rates = [check_rates("p_control", p_control), check_rates("p_treated", p_treated)]
        for name, rate in zip(("p_control", "p_treated"), rates, strict=True):
            if rate.ndim:
                raise TrialsimError(name, rate.tolist(), "one rate from 0 to 1")
        control = point_probability(np.arange(self.n_control + 1), self.n_control, rates[0])
        treated = point_probability(np.arange(self.n_treated + 1), self.n_treated, rates[1])
        return float(control @ self._succeeds() @ treated)

    def _p_values(self) -> Floats:
        """One row a number of control responders, one column a number of treated responders."""
        control, treated = np.arange(self.n_control + 1)[:, np.newaxis], np.arange(self.n_treated + 1)
        together = control + treated
        log_ways = log_choose(self.n_control, control) + log_choose(self.n_treated, treated)
        tail = np.exp(log_ways - log_choose(self.n_control + self.n_treated, together))
        for row in range(1, self.n_control + 1):  # one responder more among the treated is one fewer among the controls
            tail[row, :-1] += tail[row - 1, 1:]
        return np.asarray(tail)

    def _succeeds(self) -> Floats:
        return (self._p_values() <= self.alpha * (1 + 1e-10)).astype(float)

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
        check_whole("n_control", n_control, 1, LARGEST_ARM),
        check_whole("n_treated", n_treated, 1, LARGEST_ARM),
        check_chance("alpha", alpha),
    )
