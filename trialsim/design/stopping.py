"""Trials that may end early for either reason: curtailed designs, and two stages with early success."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trialsim.design.bayes import BayesSingleArm
from trialsim.design.binomial import TIE, check_errors, check_rate_inside, settle
from trialsim.design.monitoring import WithLooks, check_looks
from trialsim.design.single_stage import SingleStage, single_stage_powers
from trialsim.design.two_stage import TwoStage
from trialsim.design.two_stage_search import binomial_tables
from trialsim.errors import TrialsimError, check_one_of, check_whole

MAX_LOOKS_N = 500
"""The most patients of a design with looks."""


@dataclass(frozen=True, slots=True, repr=False)
class GroupSequential(WithLooks):
    """A single arm with looks: at each, too few responders end it without success, enough end it with success.

    Attributes
    ----------
    n, min_responders : int
        Patients at the end, and responders needed for success there.
    p0 : float
        The response rate that would not be worth pursuing.
    looks : tuple of int
        Patients seen at each look, in order, all below n.
    stop_at_or_below, stop_at_or_above : tuple of int
        For each look: stop without success with so many responders or fewer (-1: never), with success with so many or
        more (more than the patients seen: never).

    Examples
    --------
    >>> GroupSequential(n=39, min_responders=17, p0=0.3, looks=(18,), stop_at_or_below=(4,), stop_at_or_above=(12,))
    Single arm with looks: 39 patients, success with 17 or more responders; after 18 stop with 4 or fewer, succeed \
with 12 or more. At p0 = 0.3 the chance of a false success is 0.0498, and 32.0 patients are expected.
    """

    n: int
    min_responders: int
    p0: float
    looks: tuple[int, ...]
    stop_at_or_below: tuple[int, ...]
    stop_at_or_above: tuple[int, ...]

    def __post_init__(self) -> None:
        n = check_whole("n", self.n, 2, MAX_LOOKS_N)
        looks = check_looks(self.looks, n)
        sides = {}
        for name, least, more in (("stop_at_or_below", -1, -1), ("stop_at_or_above", 1, 1)):
            given = getattr(self, name)
            if not isinstance(given, (tuple, list)) or len(given) != len(looks):
                raise TrialsimError(name, given, f"{len(looks)} numbers of responders, one for each look")
            sides[name] = tuple(check_whole(name, k, least, m + more) for k, m in zip(given, looks, strict=True))
        crossed = [m for m, k, j in zip(looks, *sides.values(), strict=True) if k >= j]
        if crossed:
            allowed = "more responders to succeed than to stop without success"
            raise TrialsimError("stop_at_or_above", sides["stop_at_or_above"], f"{allowed}, also after {crossed[0]}")
        checked = {"n": n, "looks": looks, "p0": check_rate_inside("p0", self.p0)} | sides
        checked["min_responders"] = check_whole("min_responders", self.min_responders, 1, n + 1)
        settle(self, **checked)

    def limits(self) -> tuple[dict[int, int], dict[int, int]]:
        """By look: stop without success at this count or below; with success at this count or above."""
        low = {m: k for m, k in zip(self.looks, self.stop_at_or_below, strict=True) if k >= 0}
        return low, {m: k for m, k in zip(self.looks, self.stop_at_or_above, strict=True) if k <= m}

    def __repr__(self) -> str:
        rules = []
        for m, k, j in zip(self.looks, self.stop_at_or_below, self.stop_at_or_above, strict=True):
            parts = [f"stop with {k} or fewer"] * (k >= 0) + [f"succeed with {j} or more"] * (j <= m)
            if parts:
                rules.append(f"after {m} {', '.join(parts)}")
        enough, shown = self.min_responders, "; ".join(rules)
        if len(rules) > 4:
            shown = f"{len(rules)} looks at which it may end (boundaries())"
        return (
            f"Single arm with looks: {self.n} patients, success with {enough} or more responders; {shown}. At "
            f"p0 = {self.p0:g} the chance of a false success is {self.attained_alpha:.4f}, and "
            f"{self.expected_n(self.p0):.1f} patients are expected."
        )


def curtailed(design: SingleStage | BayesSingleArm | TwoStage, *, for_success: bool = True) -> GroupSequential:
    """The same design, ended as soon as its decision is certain: after each patient, whatever may still come.

    Both errors stay what they were; only patients are saved. It takes a response that is known at once: where it is
    assessed weeks later, those treated meanwhile are not saved.

    Parameters
    ----------
    design : SingleStage, BayesSingleArm or TwoStage
    for_success : bool
        Also end when success is certain; False goes on then, for a better estimate.

    Examples
    --------
    >>> from trialsim.design.single_stage import single_stage
    >>> design = single_stage(20, 0.3)
    >>> saved = curtailed(design)
    >>> round(saved.expected_n(0.3), 1), round(saved.power(0.5) - design.power(0.5), 12)
    (15.5, 0.0)
    """
    if not isinstance(design, (SingleStage, BayesSingleArm, TwoStage)) or getattr(design, "sides", 1) != 1:
        raise TrialsimError("design", design, "a one-sided design of one or two stages")
    if not isinstance(for_success, (bool, np.bool_)):
        raise TrialsimError("for_success", for_success, "True or False")
    n, enough = check_whole("n", design.n, 2, MAX_LOOKS_N), design.min_responders
    if enough > n:
        raise TrialsimError("design", design, "a design that can succeed", "Its decision is certain before it begins.")
    looks = np.arange(1, n)
    low = enough - 1 - (n - looks)
    if isinstance(design, TwoStage):
        low = np.maximum(low, np.where(looks <= design.n1, design.continue_at - 1 - (design.n1 - looks), -1))
    high = np.where((looks >= enough) & for_success, enough, looks + 1)
    below = np.maximum(low, -1)
    return GroupSequential(n, enough, design.p0, tuple(looks.tolist()), tuple(below.tolist()), tuple(high.tolist()))


def find_two_stage_with_success(
    p0: float, p1: float, alpha: float, power: float, *, criterion: str = "both", n_max: int = 100
) -> GroupSequential:
    """The best two stages that may end early for either reason: too few responders, or enough of them.

    Parameters
    ----------
    p0, p1, alpha, power : float
        As in `find_two_stage`.
    criterion : str
        Fewest patients on average when the true rate is p0 (``"optimal"``), when it is p1 (``"alternative"``), or on
        the mean of these two (``"both"``).
    n_max : int
        The largest n that is tried, at most 200; every n up to it is.

    Notes
    -----
    Complete search, after Mander and Thompson (2010), Contemporary Clinical Trials.

    Examples
    --------
    >>> design = find_two_stage_with_success(0.2, 0.5, 0.05, 0.8)
    >>> design.looks, design.stop_at_or_below, design.stop_at_or_above, design.n, design.min_responders
    ((8,), (2,), (5,), 18, 7)
    """
    p0, p1, alpha, power = check_errors(p0, p1, alpha, power)
    share = {"optimal": (1.0, 0.0), "alternative": (0.0, 1.0), "both": (0.5, 0.5)}
    at_p0, at_p1 = share[check_one_of("criterion", criterion, share)]
    n_max = check_whole("n_max", n_max, 2, 200)
    tables = binomial_tables(p0, p1, alpha, power, n_max)
    least, best = np.inf, None
    for n in range(2, n_max + 1):
        for n1 in range(1, min(n, int(min(least, n_max)) + 1)):
            x = np.arange(n1 + 2)
            reach = tables.at_least[:, n1, : n1 + 2]  # [rate, k]: k or more of n1
            # Stop below c, succeed from s on: a c that loses too much power, an s that costs too much error are out.
            c, s = np.nonzero(
                (x[:, None] < x) & (reach[1] >= power * (1 - TIE))[:, None] & (reach[0] <= alpha * (1 + TIE))
            )
            size = n1 + (n - n1) * (reach[:, c] - reach[:, s])
            cost = at_p0 * size[0] + at_p1 * size[1]
            cheaper = cost < least * (1 - TIE)
            if not cheaper.any():
                continue
            c, s, cost = c[cheaper], s[cheaper], cost[cheaper]
            total, first = np.arange(1, n + 1), np.arange(n1 + 1)
            then = tables.at_least[:, n - n1, np.clip(total[:, None] - first, 0, n - n1 + 1)]  # [rate, total, first]
            sums = np.zeros((2, n, n1 + 2))
            np.cumsum(tables.exactly[:, None, n1, : n1 + 1] * then, axis=2, out=sums[:, :, 1:])
            success = reach[:, None, s] + sums[:, :, s] - sums[:, :, c]
            needed = (success[0] > alpha * (1 + TIE)).sum(axis=0)  # the error falls with the total asked for
            fits = needed < n
            fits &= success[1, np.minimum(needed, n - 1), np.arange(c.size)] >= power * (1 - TIE)
            if fits.any():
                pick = int(np.where(fits, cost, np.inf).argmin())
                least = float(cost[pick])
                best = GroupSequential(n, int(total[needed[pick]]), p0, (n1,), (int(c[pick]) - 1,), (int(s[pick]),))
    if best is None:
        single = single_stage_powers(p0, p1, alpha, n_max)
        fix = (
            f"None found; the nearest single stage is n = {int(single.argmax()) + 1} with power {single.max():.3f}. "
            "Raise n_max, accept less power, or look for a larger difference."
        )
        raise TrialsimError("n_max", n_max, "an n_max within which there is such a design", fix)
    return best
