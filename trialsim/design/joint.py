"""Response and toxicity together: two stages that ask for enough responders and for little enough toxicity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trialsim.design.binomial import (
    TIE,
    Floats,
    Whole,
    check_chance,
    check_rate_inside,
    check_two_rates,
    settle,
    upper_tail,
)
from trialsim.design.two_stage import TwoStage
from trialsim.design.two_stage_search import binomial_tables
from trialsim.errors import TrialsimError, check_number, check_whole

MAX_JOINT = 150
"""The most patients of a joint design."""


@dataclass(frozen=True, slots=True, repr=False)
class JointDesign:
    """Two stages of Bryant and Day: both counts are looked at in both stages.

    Attributes
    ----------
    n1, n : int
        Patients in the first stage, and in both together.
    continue_at, max_toxic1 : int
        The trial goes on with so many responders or more, and so many patients with toxicity or fewer, among n1.
    min_responders, max_toxic : int
        It succeeds with so many responders or more, and so many patients with toxicity or fewer, among all n.
    response0, response1, toxicity0, toxicity1 : float
        Rates that are not worth pursuing (0) and worth finding (1); for toxicity 0 is the unacceptable one.
    """

    n1: int
    continue_at: int
    max_toxic1: int
    n: int
    min_responders: int
    max_toxic: int
    response0: float
    response1: float
    toxicity0: float
    toxicity1: float

    def __post_init__(self) -> None:
        n = check_whole("n", self.n, 2, MAX_JOINT)
        n1 = check_whole("n1", self.n1, 1, n - 1, "The first stage is a part of all n patients.")
        most = {"n": n, "n1": n1, "continue_at": n1, "max_toxic1": n1, "min_responders": n, "max_toxic": n}
        checked: dict[str, Any] = {name: check_whole(name, getattr(self, name), 0, high) for name, high in most.items()}
        for outcome in ("response", "toxicity"):
            ends = sorted((f"{outcome}0", f"{outcome}1"), reverse=outcome == "toxicity")
            checked |= zip(ends, _two(outcome, *(getattr(self, name) for name in ends)), strict=True)
        settle(self, **checked)

    def success_probability(self, response: float, toxicity: float, *, odds_ratio: float = 1.0) -> float:
        """The exact chance of success at true rates of response and of toxicity.

        Parameters
        ----------
        response, toxicity : float
        odds_ratio : float
            How strongly both come together in one patient: 1 not at all, above 1 responders have more toxicity.

        Examples
        --------
        >>> design = find_joint_design(0.3, 0.6, 0.4, 0.1)
        >>> [round(design.success_probability(0.3, 0.1, odds_ratio=ratio), 3) for ratio in (0.2, 1, 5)]
        [0.086, 0.083, 0.079]
        """
        goes_on, then = self._stages(response, toxicity, odds_ratio)
        return float((goes_on * then).sum())

    def expected_n(self, response: float, toxicity: float, *, odds_ratio: float = 1.0) -> float:
        """The number of patients that the trial takes on average."""
        return float(self.n1 + self._stages(response, toxicity, odds_ratio)[0].sum() * (self.n - self.n1))

    def stop_probability(self, response: float, toxicity: float, *, odds_ratio: float = 1.0) -> float:
        """The chance to stop after the first stage."""
        return float(1 - self._stages(response, toxicity, odds_ratio)[0].sum())

    @property
    def attained_alpha_response(self) -> float:
        """The chance of success when response is not worth pursuing and toxicity acceptable, both independent."""
        return self.success_probability(self.response0, self.toxicity1)

    @property
    def attained_alpha_toxicity(self) -> float:
        """The chance of success when toxicity is unacceptable and response worth finding, both independent."""
        return self.success_probability(self.response1, self.toxicity0)

    @property
    def power(self) -> float:
        """The chance of success when both are as hoped, both independent."""
        return self.success_probability(self.response1, self.toxicity1)

    def bounds(self) -> tuple[float, float, float]:
        """Both errors at most, and the power at least, however response and toxicity come together."""
        each = {
            name: _path(self.n1, k1, self.n, k, rate)
            for name, k1, k, rate in (
                ("response0", self.continue_at, self.min_responders, self.response0),
                ("response1", self.continue_at, self.min_responders, self.response1),
                ("toxicity0", self.n1 - self.max_toxic1, self.n - self.max_toxic, 1 - self.toxicity0),
                ("toxicity1", self.n1 - self.max_toxic1, self.n - self.max_toxic, 1 - self.toxicity1),
            )
        }
        return (
            min(each["response0"], each["toxicity1"]),
            min(each["response1"], each["toxicity0"]),
            max(0.0, each["response1"] + each["toxicity1"] - 1),
        )

    def _stages(self, response: Any, toxicity: Any, odds_ratio: Any) -> tuple[Floats, Floats]:
        """By responders and toxicities of the first stage: the chance to go on with them, and of success from there."""
        table = _one_patient(
            check_number("response", response, 0, 1),
            check_number("toxicity", toxicity, 0, 1),
            check_number("odds_ratio", odds_ratio, 0, 1e6, open_low=True),
        )
        first, second = (_counts(table, size) for size in (self.n1, self.n - self.n1))
        x, t = np.arange(self.n1 + 1)[:, np.newaxis], np.arange(self.n1 + 1)
        goes_on = np.where((x >= self.continue_at) & (t <= self.max_toxic1), first, 0.0)
        # P(at least k responders and at most m toxicities) of the second stage, with room for impossible k and m.
        tail = np.zeros((self.n - self.n1 + 2, self.n - self.n1 + 2))
        tail[:-1, 1:] = second[::-1].cumsum(axis=0)[::-1].cumsum(axis=1)
        k = np.clip(self.min_responders - x, 0, self.n - self.n1 + 1)
        m = np.clip(self.max_toxic - t + 1, 0, self.n - self.n1 + 1)
        return goes_on, tail[k, m]

    def __repr__(self) -> str:
        response, toxicity, power = self.attained_alpha_response, self.attained_alpha_toxicity, self.power
        return (
            f"Response and toxicity in two stages: {self.n1} patients first, going on with {self.continue_at} or more "
            f"responders and {self.max_toxic1} or fewer with toxicity; {self.n} in all, success with "
            f"{self.min_responders} or more responders and {self.max_toxic} or fewer with toxicity. Chance of success "
            f"with a response of {self.response0:g}: {response:.4f}; with a toxicity of {self.toxicity0:g}: "
            f"{toxicity:.4f}; as hoped: {power:.4f} (response and toxicity independent)."
        )


def find_joint_design(
    response0: float,
    response1: float,
    toxicity0: float,
    toxicity1: float,
    *,
    alpha_response: float = 0.10,
    alpha_toxicity: float = 0.10,
    power: float = 0.80,
    n_max: int = 100,
) -> JointDesign:
    """The best two stages that watch response and toxicity together, after Bryant and Day (1995).

    Parameters
    ----------
    response0, response1 : float
        Response rate not worth pursuing, and worth finding; response0 < response1.
    toxicity0, toxicity1 : float
        Toxicity rate that is unacceptable, and acceptable; toxicity1 < toxicity0.
    alpha_response, alpha_toxicity : float
        The allowed chance of success when only the response, or only the toxicity, is as bad as that.
    power : float
        The wanted chance of success when both are as hoped.
    n_max : int
        The largest n that is tried, at most 150; every n up to it is.

    Returns
    -------
    JointDesign
        With the least expected size at the worse of the two bad cases, response and toxicity independent; `bounds`
        says what holds however they come together.

    Notes
    -----
    Bryant and Day (1995), Biometrics 51. Complete search.

    Examples
    --------
    >>> design = find_joint_design(0.3, 0.6, 0.4, 0.1)
    >>> design.n1, design.continue_at, design.max_toxic1, design.n, design.min_responders, design.max_toxic
    (7, 3, 2, 17, 8, 4)
    """
    r0, r1 = _two("response", response0, response1)
    q1, q0 = (1 - rate for rate in _two("toxicity", toxicity1, toxicity0))  # no toxicity is the wanted outcome
    alphas = check_chance("alpha_response", alpha_response), check_chance("alpha_toxicity", alpha_toxicity)
    power, n_max = check_chance("power", power), check_whole("n_max", n_max, 2, MAX_JOINT)
    tables = [binomial_tables(*rates, 0.5, power, n_max) for rates in ((r0, r1), (q0, q1))]
    least, best = np.inf, None
    for n in range(2, n_max + 1):
        for n1 in range(1, min(n, int(min(least, n_max)) + 1)):
            sides = [_useful(t, n1, n, a / power, power) for t, a in zip(tables, alphas, strict=True)]
            (c, r, response, on_r), (d, q, well, on_q) = sides
            if not (c.size and d.size):
                continue
            pairs = response[1][:, None] * well[1] >= power * (1 - TIE)
            pairs &= response[0][:, None] * well[1] <= alphas[0] * (1 + TIE)
            pairs &= response[1][:, None] * well[0] <= alphas[1] * (1 + TIE)
            goes_on = np.maximum(on_r[0][:, None] * on_q[1], on_r[1][:, None] * on_q[0])
            cost = np.where(pairs, n1 + (n - n1) * goes_on, np.inf)
            i, j = np.unravel_index(cost.argmin(), cost.shape)
            if cost[i, j] < least * (1 - TIE):
                least = float(cost[i, j])
                counts = (n1, int(c[i]), n1 - int(d[j]), n, int(r[i]), n - int(q[j]))
                best = JointDesign(*counts, r0, r1, 1 - q0, 1 - q1)
    if best is None:
        fix = "None found. Raise n_max, accept less power or larger errors, or look for larger differences."
        raise TrialsimError("n_max", n_max, "an n_max within which there is such a design", fix)
    return best


Side = tuple[Whole, Whole, Floats, Floats]


def _useful(tables: Any, n1: int, n: int, max_error: float, power: float) -> Side:
    """Counts of one of both outcomes that may be in a design: to go on at, to succeed with; their chances at two rates.

    A design multiplies two such chances of success, so each must have the power by itself, and its error may not
    exceed the allowed one by more than the other's power makes up for.
    """
    x, total = np.arange(n1 + 1), np.arange(1, n + 1)
    then = tables.at_least[:, n - n1, np.clip(total[:, None] - x, 0, n - n1 + 1)]
    success = np.cumsum((tables.exactly[:, None, n1, : n1 + 1] * then)[:, :, ::-1], axis=2)[:, :, ::-1]
    fits: NDArray[np.bool_] = (success[1] >= power * (1 - TIE)) & (success[0] <= max_error * (1 + TIE))
    fits &= total[:, None] >= x
    row, column = np.nonzero(fits)
    reach = tables.at_least[:, n1, : n1 + 1]
    return column, total[row], success[:, row, column], reach[:, column]


def _two(name: str, low: Any, high: Any) -> tuple[float, float]:
    """Both rates of one outcome, checked under their own names; the first is the lower."""
    bad, good = ("0", "1") if name == "response" else ("1", "0")
    low, high = check_rate_inside(f"{name}{bad}", low), check_rate_inside(f"{name}{good}", high)
    if high <= low:
        raise TrialsimError(f"{name}{good}", high, f"a rate above {name}{bad} = {low:g}")
    return check_two_rates(low, high)


def _path(n1: int, continue_at: int, n: int, enough: int, rate: float) -> float:
    """The chance to reach both counts of one outcome."""
    if enough <= 0:
        return float(upper_tail(continue_at, n1, rate))
    return TwoStage(n1, continue_at, n, max(enough, continue_at), 0.5).power(rate)


def _one_patient(response: float, toxicity: float, odds_ratio: float) -> Floats:
    """Chances of one patient: rows no response, response; columns no toxicity, toxicity."""
    both = response * toxicity
    if odds_ratio != 1:  # the root of the quadratic that the odds ratio and both margins give
        a = 1 + (response + toxicity) * (odds_ratio - 1)
        root = np.sqrt(a * a - 4 * odds_ratio * (odds_ratio - 1) * response * toxicity)
        both = (a - root) / (2 * (odds_ratio - 1))
    return np.array([[1 - response - toxicity + both, toxicity - both], [response - both, both]])


def _counts(table: Floats, n: int) -> Floats:
    """Chances of 0 to n responders (rows) and 0 to n toxicities (columns), one patient after another."""
    found = np.zeros((n + 1, n + 1))
    found[0, 0] = 1
    for _ in range(n):
        later = table[0, 0] * found
        later[1:] += table[1, 0] * found[:-1]
        later[:, 1:] += table[0, 1] * found[:, :-1]
        later[1:, 1:] += table[1, 1] * found[:-1, :-1]
        found = later
    return found
