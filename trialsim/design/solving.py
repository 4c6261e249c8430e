"""The exact single stage solved for any of its five numbers: what n patients find or exclude, the error it takes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy

from trialsim.design.binomial import MAX_N, TIE, check_chance, check_rate_inside, check_two_rates, upper_tail
from trialsim.design.single_stage import SingleStage, find_single_stage, single_stage
from trialsim.errors import TrialsimError, check_whole
from trialsim.text import capital


def rate_found(n: int, p0: float, alpha: float, power: float, *, sides: int = 1) -> float:
    """The smallest true rate that n patients find with the wanted power; 1.0 where not even that is found.

    Examples
    --------
    >>> round(rate_found(20, 0.30, 0.05, 0.80), 3)
    0.568
    """
    needed, power = single_stage(n, p0, alpha, sides=sides).min_responders, check_chance("power", power)
    return 1.0 if needed > n else float(scipy.special.betaincinv(needed, n - needed + 1, power))


def rate_excluded(n: int, p1: float, alpha: float, power: float, *, sides: int = 1) -> float:
    """The largest p0 that n patients exclude with the wanted power where p1 is true; 0.0 where none is.

    Examples
    --------
    >>> round(rate_excluded(20, 0.50, 0.05, 0.80), 3)
    0.217
    """
    most, alpha = _most_asked_for(n, p1, power), check_chance("alpha", alpha)
    return float(scipy.special.betaincinv(most, n - most + 1, alpha / sides)) if most else 0.0


def alpha_needed(n: int, p0: float, p1: float, power: float, *, sides: int = 1) -> float:
    """The smallest error at p0 at which n patients have the wanted power at p1; from 1 on there is none.

    Examples
    --------
    >>> round(alpha_needed(20, 0.30, 0.50, 0.80), 3)
    0.228
    """
    p0, p1 = check_two_rates(p0, p1)
    return float(sides * upper_tail(_most_asked_for(n, p1, power), n, p0))


def _most_asked_for(n: int, p1: float, power: float) -> int:
    """The most responders that may be asked for; the highest p0 and the smallest alpha allow just them."""
    n, p1, power = check_whole("n", n, 1, MAX_N), check_rate_inside("p1", p1), check_chance("power", power)
    return int((upper_tail(np.arange(1, n + 1), n, p1) >= power * (1 - TIE)).sum())


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
        return f"{capital(answer)}. {self.design!r}"


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
    checks = {"p0": check_rate_inside, "p1": check_rate_inside, "alpha": check_chance, "power": check_chance}
    known: dict[str, float] = {name: check(name, given[name]) for name, check in checks.items() if name != unknown}
    if "p0" in known and "p1" in known:
        check_two_rates(known["p0"], known["p1"])
    if unknown in ("p0", "alpha"):
        wanted, high = known["power"], known["p1"]
        most = _most_asked_for(size, high, wanted)
        if not most:
            fix = f"Even one responder of {size} is seen too seldom. Enrol more, or accept less power."
            raise TrialsimError("power", wanted, f"at most {upper_tail(1, size, high):.4f} with {size} patients", fix)
        if unknown == "p0":
            known["p0"] = rate_excluded(size, high, known["alpha"], wanted, sides=sides)
        else:
            known["alpha"] = alpha_needed(size, known["p0"], high, wanted, sides=sides)
            if known["alpha"] >= 1:
                fix = f"Even {most} responders of {size} come by chance in half of all trials. Enrol more."
                raise TrialsimError("n", size, "enough patients for a two-sided test with this power", fix)
    design = single_stage(size, known["p0"], known["alpha"], sides=sides)
    if unknown == "power":
        known["power"] = design.power(known["p1"])
    if unknown == "p1":
        if design.min_responders > size:
            raise TrialsimError("n", size, "enough patients for a success", f"{design!r} Enrol more.")
        known["p1"] = rate_found(size, known["p0"], known["alpha"], known["power"], sides=sides)
    return SolvedDesign(unknown, size, **known, design=design)
