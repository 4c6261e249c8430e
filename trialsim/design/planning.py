"""What a planner asks of the exact single-arm test: any one of its five numbers, tables of n, patients who are lost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import scipy

from trialsim.design.binomial import (
    MAX_N,
    TIE,
    check_chance,
    check_rate_inside,
    check_two_rates,
    upper_tail,
)
from trialsim.design.single_stage import (
    MAX_SEARCH,
    SingleStage,
    find_single_stage,
    single_stage,
    single_stage_powers,
)
from trialsim.design.two_stage_search import find_two_stage
from trialsim.errors import TrialsimError, check_number, check_one_of, check_whole

TABLE_DESIGNS = ("single", "lasting", "optimal", "minimax", "admissible")

MAX_PAIRS = 10_000
"""The most pairs of rates of one table."""


def enrolled_for(n: int, loss: float) -> int:
    """How many patients to enrol so that `n` are expected to be analysed when a share is lost; rounded up.

    Only for patients who are left out of the analysis. Where a missing assessment counts as no response nobody is
    lost: lower the assumed rates instead.

    Examples
    --------
    >>> enrolled_for(39, 0.10)
    44
    """
    n = check_whole("n", n, 1, MAX_N)
    fix = "It is the share of enrolled patients who will not be analysed; somebody has to be left."
    loss = check_number("loss", loss, 0, 1, open_high=True, fix=fix)
    return int(np.ceil(n / (1 - loss) * (1 - TIE)))


def sample_size_table(
    p0s: Iterable[float],
    p1s: Iterable[float],
    *,
    alpha: float = 0.05,
    power: float = 0.80,
    loss: float = 0.0,
    design: str = "single",
    sides: int = 1,
    n_max: int = 500,
) -> pd.DataFrame:
    """The patients that each pair of rates takes.

    Parameters
    ----------
    p0s, p1s : iterable of float
        Rates not worth pursuing, and rates worth finding; every pair is a row.
    alpha, power : float
        As in `find_single_stage`.
    loss : float
        The share of enrolled patients who will not be analysed, see `enrolled_for`.
    design : str
        ``"single"``, ``"lasting"`` (every larger n has the power too), or Simon's two stages: ``"optimal"``,
        ``"minimax"``, ``"admissible"``.
    sides : int
        1, or 2 for single stages with half of alpha in each tail.
    n_max : int
        The largest n that would be accepted; at most 1,000 for two stages.

    Returns
    -------
    pandas.DataFrame
        One row a pair: ``p0, p1, n, enrolled, min_responders, attained_alpha, power, reason``. Without a solution the
        numbers are missing and `reason` says why; otherwise it is empty.

    Examples
    --------
    >>> table = sample_size_table([0.2, 0.3], [0.3, 0.5], loss=0.1)
    >>> table["n"].tolist(), table["enrolled"].tolist()
    ([116, 17, <NA>, 39], [129, 19, <NA>, 44])
    """
    alpha, power = check_chance("alpha", alpha), check_chance("power", power)
    enrolled_for(1, loss)
    check_one_of("design", design, TABLE_DESIGNS)
    sides = check_whole("sides", sides, 1, 2)
    staged = design not in ("single", "lasting")
    if staged and sides == 2:
        raise TrialsimError("sides", sides, f"1 with design={design!r}", "Two stages show only a rate above p0.")
    n_max = check_whole("n_max", n_max, 2, 1_000 if staged else MAX_SEARCH)
    rates = {name: _rates(name, given) for name, given in (("p0s", p0s), ("p1s", p1s))}
    if len(rates["p0s"]) * len(rates["p1s"]) > MAX_PAIRS:
        raise TrialsimError("p1s", len(rates["p1s"]), f"up to {MAX_PAIRS:,} pairs of rates in one table")
    rows: list[dict[str, Any]] = []
    for p0 in rates["p0s"]:
        for p1 in rates["p1s"]:
            row: dict[str, Any] = {"p0": p0, "p1": p1, "reason": ""}
            rows.append(row)
            try:
                check_two_rates(p0, p1)
                found: Any
                if design == "single":  # the same search as find_single_stage, with the boundaries of p0 shared
                    powers = single_stage_powers(p0, p1, alpha / sides, n_max)
                    enough = powers >= power * (1 - TIE)
                    best = int((enough if enough.any() else powers).argmax())
                    if not enough.any():
                        near = f"the nearest is n = {best + 1:,} with power {powers[best]:.3f}"
                        row["reason"] = f"No n up to {n_max:,} has this power; {near}."
                        continue
                    found = single_stage(best + 1, p0, alpha, sides=sides)
                if design == "lasting":
                    found = find_single_stage(p0, p1, alpha, power, lasting=True, n_max=n_max, sides=sides)
                if staged:
                    found = find_two_stage(p0, p1, alpha, power, criterion=design, n_max=n_max)
            except TrialsimError as refusal:
                row["reason"] = str(refusal)
            else:
                row |= {"n": found.n, "enrolled": enrolled_for(found.n, loss), "min_responders": found.min_responders}
                row |= {"attained_alpha": found.attained_alpha, "power": found.power(p1)}
    columns = ["p0", "p1", "n", "enrolled", "min_responders", "attained_alpha", "power", "reason"]
    table = pd.DataFrame(rows, columns=columns)
    whole = dict.fromkeys(("n", "enrolled", "min_responders"), "Int64")
    return table.astype(whole | {"attained_alpha": "Float64", "power": "Float64"})


def _rates(where: str, given: Any) -> list[float]:
    if isinstance(given, (str, bytes)) or not isinstance(given, Iterable):
        raise TrialsimError(where, given, "a list of rates between 0 and 1")
    listed = [check_rate_inside(where, rate) for rate in given]
    if not listed:
        raise TrialsimError(where, given, "at least one rate")
    return listed


@dataclass(frozen=True, slots=True, repr=False)
class SolvedDesign:
    """Five numbers of a single stage, of which four were given.

    Attributes
    ----------
    unknown : str
        Which one was solved for: ``"n"``, ``"power"``, ``"p1"``, ``"p0"`` or ``"alpha"``.
    n, p0, p1, alpha, power
        All five. `power` is the one that was asked for; the design may have more.
    design : SingleStage
        The test with these numbers.
    """

    unknown: str
    n: int
    p0: float
    p1: float
    alpha: float
    power: float
    design: SingleStage

    def __repr__(self) -> str:
        meaning = {
            "n": f"{self.n} patients are needed",
            "power": f"the power is {self.power:.4f}",
            "p1": f"the smallest rate that is found with this power is {self.p1:.4f}",
            "p0": f"the highest rate that is excluded with this power is {self.p0:.4f}",
            "alpha": f"the smallest allowed error with this power is {self.alpha:.4f}",
        }
        answer = meaning[self.unknown]
        return f"{answer[0].upper()}{answer[1:]}. {self.design!r}"


def solve_single_stage(
    *,
    n: int | None = None,
    p0: float | None = None,
    p1: float | None = None,
    alpha: float | None = None,
    power: float | None = None,
    sides: int = 1,
) -> SolvedDesign:
    """Solve the exact single stage for whichever of its five numbers is left out.

    Parameters
    ----------
    n, p0, p1, alpha, power
        Four of them. The fifth is found: the fewest patients, the power, the smallest p1 that is found with this
        power, the highest p0 that is excluded with it, or the smallest alpha that gives it.
    sides : int
        1, or 2 for half of alpha in each tail.

    Examples
    --------
    >>> round(solve_single_stage(n=20, p0=0.3, alpha=0.05, power=0.8).p1, 3)
    0.568
    >>> round(solve_single_stage(n=20, p1=0.5, alpha=0.05, power=0.8).p0, 3)
    0.217
    >>> solve_single_stage(p0=0.3, p1=0.5, alpha=0.05, power=0.8).n
    39
    """
    given = {"n": n, "p0": p0, "p1": p1, "alpha": alpha, "power": power}
    left_out = [name for name, value in given.items() if value is None]
    if len(left_out) != 1:
        fix = "Leave out the one that is asked for, and give the other four."
        raise TrialsimError("n, p0, p1, alpha, power", f"{5 - len(left_out)} of them", "exactly four", fix)
    unknown = left_out[0]
    sides = check_whole("sides", sides, 1, 2)
    if unknown == "n":
        design = find_single_stage(p0, p1, alpha, power, sides=sides)  # type: ignore[arg-type]
        return SolvedDesign("n", design.n, design.p0, float(p1), design.alpha, float(power), design)  # type: ignore[arg-type]
    size = check_whole("n", n, 1, MAX_N)
    low = None if unknown == "p0" else check_rate_inside("p0", p0)
    high = None if unknown == "p1" else check_rate_inside("p1", p1)
    if low is not None and high is not None:
        check_two_rates(low, high)
    error = None if unknown == "alpha" else check_chance("alpha", alpha)
    wanted = None if unknown == "power" else check_chance("power", power)
    if wanted is None:
        assert low is not None and high is not None and error is not None
        design = single_stage(size, low, error, sides=sides)
        return SolvedDesign("power", size, low, high, error, design.power(high), design)
    if high is None:
        assert low is not None and error is not None
        design = single_stage(size, low, error, sides=sides)
        needed = design.min_responders
        if needed > size:
            raise TrialsimError("n", size, "enough patients for a success", f"{design!r} Enrol more.")
        return SolvedDesign(
            "p1", size, low, float(scipy.special.betaincinv(needed, size - needed + 1, wanted)), error, wanted, design
        )
    # With p1 known, the most responders that may be asked for; the highest p0 and the smallest alpha allow just them.
    reached = upper_tail(np.arange(1, size + 1), size, high) >= wanted * (1 - TIE)
    most = int(reached.sum())
    if not most:
        fix = f"Even one responder of {size} is seen too seldom. Enrol more, or accept less power."
        raise TrialsimError("power", wanted, f"at most {upper_tail(1, size, high):.4f} with {size} patients", fix)
    if low is None:
        assert error is not None
        low = float(scipy.special.betaincinv(most, size - most + 1, error / sides))
    else:
        error = float(sides * upper_tail(most, size, low))
        if error >= 1:
            fix = f"Even {most} responders of {size} come by chance in half of all trials. Enrol more."
            raise TrialsimError("n", size, "enough patients for a two-sided test with this power", fix)
    return SolvedDesign(unknown, size, low, high, error, wanted, single_stage(size, low, error, sides=sides))
