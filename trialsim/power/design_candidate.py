"""A design on the bench: what was asked for, and what was found."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from trialsim.design import Beta, BetaMixture
from trialsim.design.single_stage import single_stage_powers
from trialsim.design.wording import Described, percent
from trialsim.errors import TrialsimError
from trialsim.power.bench import MAX_PATIENTS


class NoDesign(Exception):
    """Why there is no design of a kind, a sentence for the bench."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One design under the assumptions of a bench.

    Attributes
    ----------
    name, label : str
        One of `DESIGNS`, and how it is called.
    design
        The design itself, which says its rule and its sentences; None where none was found.
    attained_alpha, power : float
        The exact chance of success at p0 and at p1; nan where nothing is tested.
    expected_n, stop_probability : float
        At p0: the patients on average, and the chance to stop early.
    remark : str
        What to know of it; why there is none.
    python : str
        The line of Python that makes `design`, after ``import trialsim as ts``.
    p0 : float
    """

    name: str
    label: str
    design: Any = None
    attained_alpha: float = math.nan
    power: float = math.nan
    expected_n: float = math.nan
    stop_probability: float = math.nan
    remark: str = ""
    python: str = ""
    p0: float = 0.0

    @property
    def found(self) -> bool:
        """Whether there is such a design."""
        return self.design is not None

    @property
    def tested(self) -> bool:
        """Whether there is such a design and it has a success: an interval by itself has none."""
        return self.found and self.design.tested

    @property
    def n(self) -> int:
        """The most patients it takes; 0 where no design was found."""
        return int(self.design.n) if self.found else 0

    @property
    def rule(self) -> str:
        """When it succeeds."""
        return str(self.design.rule) if self.found else ""

    def success(self, rate: float, standard_care: float | None = None) -> float:
        """The chance to succeed when `rate` is the true response rate of the treated.

        `standard_care` (p0 unless given) matters only where a control arm measures it.
        """
        if not self.found:
            raise TrialsimError("design", self.label, "a design that was found", self.remark)
        return float(self.design.success(rate, self.p0 if standard_care is None else standard_care))


@dataclass(frozen=True, slots=True)
class DesignRequest:
    """The assumptions that a design is made for; `more` patients than it plans for itself.

    `prior` is None where groups on standard care would be the prior of the treated and nobody said that this is meant.
    """

    n: int
    p0: float
    p1: float
    alpha: float
    power: float
    sides: int
    prior: Beta | BetaMixture | None
    cutoff: float
    weight: float
    half_width: float
    narrow: float
    more: int

    def smallest_single(self) -> int:
        """The smallest single stage with the wanted power; raises where there is none."""
        powers = single_stage_powers(self.p0, self.p1, self.alpha / self.sides, MAX_PATIENTS)
        best, nearest = float(powers.max()), int(powers.argmax()) + 1
        if best >= self.power:
            return int((powers >= self.power).argmax()) + 1
        digits = next(d for d in range(2, 17) if round(best, d) < self.power or d == 16)
        raise NoDesign(
            f"No trial of up to {MAX_PATIENTS} patients tells {percent(self.p1)} from {percent(self.p0)} with this "
            f"power; the most is {best:.{digits}f}, with {nearest}."
        )

    def size(self, planned: int) -> int:
        """The patients planned and those that come on top; raises where nobody is left."""
        if planned + self.more < 1:
            raise NoDesign("No patient is left.")
        return planned + self.more

    def refuse_two_sides(self) -> None:
        """Raise where both directions are asked for."""
        if self.sides == 2:
            raise NoDesign("This design can only show a better rate: take one side, or a single stage.")

    def found(self, design: Described, python: str, remark: str = "") -> Candidate:
        """A design that was found, with what it does at p0 and at p1; its place on the bench is filled in later."""
        low, high = (design.success(rate, self.p0) if design.tested else math.nan for rate in (self.p0, self.p1))
        return Candidate("", "", design, low, high, design.n, 0.0, remark, python)

    @property
    def rates(self) -> str:
        """What is searched for, as arguments."""
        return f"p0={self.p0!r}, p1={self.p1!r}, alpha={self.alpha!r}, power={self.power!r}"

    @property
    def sided(self) -> str:
        """The number of sides as an argument, where it is not the usual one."""
        return ", sides=2" if self.sides == 2 else ""
