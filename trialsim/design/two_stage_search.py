"""The search for Simon's designs: exact and complete, without trying what cannot win.

Four facts make it fast. (1) The expected size depends on n, n1 and continue_at alone, so for each n only designs
that would beat all smaller n need their errors computed. (2) Going on at c or more keeps the power only if
P(X1 >= c | p1) does: this bounds c for each n1, and with it the expected size from below. The bound rises with n, so
from some n on nothing can win, and the search ends with a proof. (3) No two-stage design of n patients is better than
the most powerful test of n patients (Neyman and Pearson), which rules out small n. (4) Stopping early saves the most
false successes at the highest look, so one sum for each n1 gives the lowest min_responders that is worth trying.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trialsim.design.binomial import TIE, Floats, Whole, check_errors, critical_value, upper_tail
from trialsim.design.two_stage import MAX_TWO_STAGE_N, TwoStage
from trialsim.errors import TrialsimError, check_number, check_one_of, check_whole


@dataclass(frozen=True, slots=True)
class Candidate:
    """The design with the least expected size for its n, better than all smaller n."""

    n: int
    expected_n: float
    n1: int
    continue_at: int
    min_responders: int


@dataclass(frozen=True, slots=True, eq=False)
class _Tables:
    """Binomial probabilities up to n_table patients; the first axis is p0, p1."""

    at_least: Floats  # [rate, n, k]: P(X >= k)
    exactly: Floats  # [rate, n, k]: P(X = k)
    highest_total: Whole  # [n]: the largest count that is reached with the wanted power
    possible: NDArray[np.bool_]  # [n]: whether the best test of n patients, drawing lots included, keeps to both errors

    @property
    def highest_look(self) -> Whole:
        """[n1]: the largest count to go on at; stopping below a higher one would cost too much power by itself."""
        return self.highest_total


def find_two_stage(
    p0: float,
    p1: float,
    alpha: float,
    power: float,
    *,
    criterion: str = "optimal",
    weight: float | None = None,
    n_max: int = 200,
) -> TwoStage:
    """The best two-stage design of Simon (1989), by an exact and complete search.

    Parameters
    ----------
    p0, p1 : float
        The rate not worth pursuing and the rate worth finding, 0 < p0 < p1 < 1.
    alpha, power : float
        The allowed chance of success at p0 and the wanted chance of success at p1, between 0 and 1.
    criterion : str
        ``"optimal"`` takes the fewest patients on average when the true rate is p0; ``"minimax"`` the fewest
        patients at most (and among those the fewest on average); ``"admissible"`` the least
        ``weight * n + (1 - weight) * expected n``, after Jung and others (2004).
    weight : float, optional
        For ``"admissible"`` only, from 0 (optimal) to 1 (minimax); one half unless given.
    n_max : int
        The largest n that would be accepted, at most 1,000. Where it keeps out a better design, ``.note`` says so.

    Raises
    ------
    TrialsimError
        Among others when no design up to `n_max` satisfies both errors; it then says which n_max does.

    Notes
    -----
    Simon (1989), Controlled Clinical Trials. Of designs that agree in all but min_responders, the one with the
    smallest attained error is taken, as clinfun does.

    Examples
    --------
    >>> design = find_two_stage(0.2, 0.4, alpha=0.05, power=0.9)
    >>> design.n1, design.continue_at, design.n, design.min_responders
    (19, 5, 54, 16)
    """
    p0, p1, alpha, power, n_max = _check_problem(p0, p1, alpha, power, n_max)
    check_one_of("criterion", criterion, ["optimal", "minimax", "admissible"])
    if weight is not None and criterion != "admissible":
        raise TrialsimError("weight", weight, f"None with criterion={criterion!r}", 'Ask for criterion="admissible".')
    weights = {
        "optimal": 0.0,
        "minimax": 1.0,
        "admissible": 0.5 if weight is None else check_number("weight", weight, 0, 1),
    }
    share = weights[criterion]

    def cost(candidate: Candidate) -> float:
        return share * candidate.n + (1 - share) * candidate.expected_n

    found, beyond = _candidates(p0, p1, alpha, power, n_max, beyond=share < 1)
    best, note = min(found, key=cost), ""
    better = min(beyond, key=cost, default=best)
    if cost(better) < cost(best):
        note = (
            f"n_max = {n_max} keeps out a better design: n = {better.n} "
            f"would need {better.expected_n:.1f} patients on average."
        )
    return TwoStage(best.n1, best.continue_at, best.n, best.min_responders, p0, note)


def two_stage_frontier(p0: float, p1: float, alpha: float, power: float, *, n_max: int = 200) -> pd.DataFrame:
    """All admissible two-stage designs: each is the best for some weight between most patients and expected patients.

    Parameters
    ----------
    p0, p1, alpha, power, n_max
        As in `find_two_stage`.

    Returns
    -------
    pandas.DataFrame
        One row a design from minimax to optimal: ``n1, continue_at, n, min_responders, expected_n,
        stop_probability`` (both at p0), ``attained_alpha, power`` (at p1), and ``weight_from, weight_to``, the
        weights on n for which it is the best.

    Examples
    --------
    >>> two_stage_frontier(0.2, 0.4, 0.05, 0.9)[["n1", "n", "weight_from", "weight_to"]].round(2).to_numpy().tolist()
    [[24.0, 45.0, 0.11, 1.0], [20.0, 49.0, 0.06, 0.11], [19.0, 54.0, 0.0, 0.06]]
    """
    p0, p1, alpha, power, n_max = _check_problem(p0, p1, alpha, power, n_max)
    hull: list[Candidate] = []
    weights: list[float] = []  # weights[i]: the weight at which hull[i] and its predecessor are equally good
    for candidate in _candidates(p0, p1, alpha, power, n_max)[0]:
        while hull and (equal := _equal_weight(hull[-1], candidate)) >= weights[-1]:
            hull.pop(), weights.pop()
        weights.append(equal if hull else 1.0)
        hull.append(candidate)
    rows = []
    for candidate, high, low in zip(hull, weights, [*weights[1:], 0.0], strict=True):
        design = TwoStage(candidate.n1, candidate.continue_at, candidate.n, candidate.min_responders, p0)
        rows.append(
            {
                "n1": design.n1,
                "continue_at": design.continue_at,
                "n": design.n,
                "min_responders": design.min_responders,
                "expected_n": design.expected_n(p0),
                "stop_probability": design.stop_probability(p0),
                "attained_alpha": design.attained_alpha,
                "power": design.power(p1),
                "weight_from": low,
                "weight_to": high,
            }
        )
    return pd.DataFrame(rows)


def _equal_weight(smaller: Candidate, larger: Candidate) -> float:
    saved, added = smaller.expected_n - larger.expected_n, larger.n - smaller.n
    return saved / (saved + added)


def _check_problem(p0: Any, p1: Any, alpha: Any, power: Any, n_max: Any) -> tuple[float, float, float, float, int]:
    return *check_errors(p0, p1, alpha, power), check_whole("n_max", n_max, 2, MAX_TWO_STAGE_N)


def _candidates(
    p0: float, p1: float, alpha: float, power: float, n_max: int, *, beyond: bool = False
) -> tuple[list[Candidate], list[Candidate]]:
    """Each n that needs fewer patients on average than all smaller n: up to n_max, and, if wanted, beyond it.

    Refuses when there is none up to n_max.
    """
    found: list[Candidate] = []
    larger: list[Candidate] = []
    for candidate in _improvements(p0, p1, alpha, power, size=min(n_max, 100)):
        if candidate.n <= n_max:
            found.append(candidate)
        elif found and beyond:
            larger.append(candidate)
        else:
            break
    if found:
        return found, larger
    n = np.arange(1, MAX_TWO_STAGE_N)
    reached = upper_tail(critical_value(n, p0, alpha), n, p1)
    nearest = int(reached[:n_max].argmax())
    enough = n[reached >= power]
    # One stage of n patients, declared as n and one more to come, satisfies both errors: n + 1 is always enough.
    allowed = f"{enough[0] + 1} is certainly enough" if enough.size else f"no n_max up to {MAX_TWO_STAGE_N} is enough"
    fix = (
        f"No two-stage design of up to {n_max} patients has power {power:g} for p0 = {p0:g} against p1 = {p1:g} "
        f"(the nearest single stage: n = {nearest + 1} with power {reached[nearest]:.3f}). "
        "Raise n_max, accept less power, or look for a larger difference."
    )
    raise TrialsimError("n_max", n_max, allowed, fix)


def _improvements(p0: float, p1: float, alpha: float, power: float, size: int) -> Iterator[Candidate]:
    """The designs that need fewer patients on average than all smaller n, in order of n, until none can follow.

    Tables are made for `size` patients first; they grow when the search goes on beyond.
    """
    tables = binomial_tables(p0, p1, alpha, power, size)
    least, lowest = np.inf, 1
    for n in range(2, MAX_TWO_STAGE_N + 1):
        if n > size:
            size = min(2 * size, MAX_TWO_STAGE_N)
            tables = binomial_tables(p0, p1, alpha, power, size)
        n1 = np.arange(1, n)
        bound = n1 + tables.at_least[0, n1, tables.highest_look[1:n]] * (n - n1)
        n1 = n1[bound < min(least, n)]
        if not n1.size and least < np.inf:
            return
        if n1.size and tables.possible[n]:
            lowest = _lowest_total(n, n1, tables, alpha, guess=lowest)
            totals = np.arange(lowest, tables.highest_total[n] + 1)
            improved = _best_of(n, n1, totals, tables, alpha, power, min(least, n)) if totals.size else None
            if improved:
                least = improved.expected_n
                yield improved


def _lowest_total(n: int, n1: Whole, tables: _Tables, alpha: float, guess: int) -> int:
    """The lowest min_responders with which some first stage, at its highest look, keeps to alpha."""
    highest = tables.highest_look[n1]
    x = np.arange(highest.max())
    stops = np.where(x < highest[:, None], tables.exactly[0, n1, : x.size], 0.0)
    n2 = (n - n1)[:, None]

    def some_keep_to_alpha(total: int) -> bool:
        lost = (stops * tables.at_least[0, n2, np.maximum(total - x, 0)]).sum(axis=1)
        return bool((tables.at_least[0, n, total] - lost <= alpha * (1 + TIE)).any())

    lowest, top = guess, int(tables.highest_total[n])
    while lowest > 1 and some_keep_to_alpha(lowest - 1):
        lowest -= 1
    while lowest <= top and not some_keep_to_alpha(lowest):
        lowest += 1
    return lowest


def _best_of(
    n: int, n1: Whole, totals: Whole, tables: _Tables, alpha: float, power: float, least: float
) -> Candidate | None:
    """The design of n patients with an expected size below `least` and the smallest of all, if there is one.

    Axes below: rate (p0, p1), min_responders (`totals`), `n1`, continue_at (1, 2, ...).
    """
    highest = tables.highest_look[n1]
    looks = np.arange(1, highest.max() + 1)
    expected = n1[:, None] + tables.at_least[0, n1[:, None], looks] * (n - n1)[:, None]
    eligible = (looks <= highest[:, None]) & (expected < least)
    still_needed = np.maximum(totals[:, None] - (looks - 1), 0)
    then = tables.at_least[:, (n - n1)[None, :, None], still_needed[:, None, :]]
    stopped = np.cumsum(tables.exactly[:, n1, : looks.size][:, None] * then, axis=-1)
    success = tables.at_least[:, n, totals][:, :, None, None] - stopped
    fits = (success[0] <= alpha * (1 + TIE)) & (success[1] >= power * (1 - TIE)) & eligible
    expected[~fits.any(axis=0)] = np.inf
    row, column = np.unravel_index(expected.argmin(), expected.shape)
    if expected[row, column] == np.inf:
        return None
    look, total = int(looks[column]), int(totals[fits[:, row, column]].max())
    return Candidate(n, float(expected[row, column]), int(n1[row]), look, max(total, look))


def binomial_tables(p0: float, p1: float, alpha: float, power: float, size: int) -> _Tables:
    rates = np.array([[p0], [p1]])
    at_least, exactly = np.zeros((2, size + 1, size + 2)), np.zeros((2, size + 1, size + 2))
    at_least[:, :, 0] = 1
    exactly[:, 0, 0] = 1
    for n in range(1, size + 1):
        for table in (at_least, exactly):  # one more patient, who responds or does not: sums of positive terms only
            table[:, n, 1:] = (1 - rates) * table[:, n - 1, 1:] + rates * table[:, n - 1, :-1]
        exactly[:, n, 0] = (1 - rates[:, 0]) * exactly[:, n - 1, 0]
    highest = (at_least[1] >= power * (1 - TIE)).sum(axis=1) - 1
    every = np.arange(size + 1)
    drawn = (power - at_least[1, every, highest + 1]) / exactly[1, every, highest]
    least_error = at_least[0, every, highest + 1] + np.clip(drawn, 0, 1) * exactly[0, every, highest]
    return _Tables(at_least, exactly, highest, least_error <= alpha * (1 + 1e-9))
