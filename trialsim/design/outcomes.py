"""Everything that may happen in a trial, as one table: the common language of all designs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, cast

import numpy as np
import scipy
from numpy.typing import NDArray

from trialsim.design.binomial import AnyRate, Floats, Rates, Whole, at_rates, log_choose
from trialsim.errors import TrialsimError


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """All ways in which a trial may end, one entry each.

    Patients are independent, so an ending with x responders among m patients has probability
    paths * p^x * (1 - p)^(m - x), whatever the rule that ended it. The number of paths (orders of
    responders and non-responders that lead there) is all that a rule decides.

    Attributes
    ----------
    responders, n_observed : ndarray of int
        Responders, and patients treated, when the trial ended.
    success : ndarray of bool
        Whether this ending is called a success.
    log_paths : ndarray of float
        Logarithm of the number of orders that lead here.
    """

    responders: Whole
    n_observed: Whole
    success: NDArray[np.bool_]
    log_paths: Floats

    def probabilities(self, rates: float | Rates) -> Floats:
        """Chance of each ending: the shape of `rates`, with one more axis over the endings."""
        p = np.asarray(rates, float)[..., np.newaxis]
        failures = self.n_observed - self.responders
        return np.asarray(
            np.exp(self.log_paths + scipy.special.xlogy(self.responders, p) + scipy.special.xlog1py(failures, -p))
        )

    def probabilities_under(self, a: float, b: float) -> Floats:
        """Chance of each ending when the true rate is itself drawn from Beta(a, b)."""
        failures = self.n_observed - self.responders
        return np.asarray(
            np.exp(
                self.log_paths + scipy.special.betaln(a + self.responders, b + failures) - scipy.special.betaln(a, b)
            )
        )

    def average(self, of: NDArray[Any], rates: AnyRate, where: str = "p1") -> AnyRate:
        """What a number (or yes and no) of each ending comes to on average, at one true rate or an array of them."""
        return at_rates(where, rates, lambda p: self.probabilities(p) @ of.astype(float))

    def endings(self, p0: float, p1: float) -> list[tuple[int, str, float, float]]:
        """Each ending: responders, "succeed", "stop" (not all were treated) or "fail", and its chances at two rates."""
        planned, (low, high) = self.n_observed.max(), self.probabilities([p0, p1])
        rows = zip(self.responders, self.n_observed, self.success, low, high, strict=True)
        return [
            (int(x), "succeed" if success else "stop" if n < planned else "fail", float(at_p0), float(at_p1))
            for x, n, success, at_p0, at_p1 in rows
        ]


def endings_of_one_count(n: int, min_responders: int) -> Outcomes:
    """The endings of a trial that counts once: 0 to n responders of n, success from `min_responders` on."""
    x = np.arange(n + 1)
    return Outcomes(x, np.full_like(x, n), x >= min_responders, log_choose(n, x))


class Design(Protocol):
    """What a design must offer to be compared with others."""

    def power(self, p1: Any) -> Any:
        """Chance of success at a true rate, or at an array of them."""
        ...

    def outcomes(self) -> Outcomes:
        """All ways in which a trial of this design may end."""
        ...


def check_design(design: Any) -> Design:
    """Return a design, or raise: whoever can tell how its trial may end is one."""
    if not callable(getattr(design, "outcomes", None)):
        raise TrialsimError("design", design, "a design, as single_stage() or find_two_stage() give it")
    return cast("Design", design)
