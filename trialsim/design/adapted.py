"""When the second stage of a two-stage trial ends with another number of patients than planned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from trialsim.design.binomial import TIE, AnyRate, at_rates, critical_value, upper_tail
from trialsim.design.two_stage import MAX_TWO_STAGE_N, TwoStage, check_two_stage, success_after
from trialsim.errors import check_whole


@dataclass(frozen=True, slots=True, repr=False)
class AdaptedTwoStage:
    """A two-stage design that ended with another n than planned, decided so that alpha is kept.

    Attributes
    ----------
    design : TwoStage
        The plan.
    n : int
        All patients at the end.
    needed : tuple of int
        For each first-stage count from ``design.continue_at`` to ``design.n1``: responders of all n needed for success;
        more than can still come means never.
    """

    design: TwoStage
    n: int
    needed: tuple[int, ...]

    def min_responders(self, first_stage: int) -> int:
        """Responders of all n needed after so many in the first stage."""
        plan, fix = self.design, "With fewer the trial stopped."
        return self.needed[check_whole("first_stage", first_stage, plan.continue_at, plan.n1, fix) - plan.continue_at]

    def success(self, first_stage: int, responders: int) -> bool:
        """Whether so many responders in the first stage and in all are a success."""
        needed, fix = self.min_responders(first_stage), "All responders include those of the first stage."
        most = first_stage + self.n - self.design.n1
        return check_whole("responders", responders, first_stage, most, fix) >= needed

    @property
    def attained_alpha(self) -> float:
        """The exact chance of success at p0 when the trial ends with this n; never above that of the plan."""
        return self.power(self.design.p0)

    def power(self, p1: AnyRate) -> AnyRate:
        """The exact chance of success at one true rate or at an array of them."""
        return at_rates("p1", p1, lambda p: success_after(self.design, np.array(self.needed), self.n, p))

    def __repr__(self) -> str:
        groups: dict[int, list[int]] = {}
        for x, k in enumerate(self.needed, self.design.continue_at):
            groups.setdefault(k, []).append(x)
        rules = [f"{x[0]} to {x[-1]}: {k}" if len(x) > 1 else f"{x[0]}: {k}" for k, x in groups.items()]
        return (
            f"Two stages that ended with {self.n} patients instead of {self.design.n}: responders needed, by those of "
            f"the first stage: {', '.join(rules)}. At p0 = {self.design.p0:g} the chance of a false success is "
            f"{self.attained_alpha:.4f} (planned: {self.design.attained_alpha:.4f})."
        )


def adapt_second_stage(design: TwoStage, n: int) -> AdaptedTwoStage:
    """The rule for a two-stage trial whose second stage ended with another number of patients than planned.

    After each first stage the plan leaves a chance of a false success; the new rule asks for the fewest responders that
    do not exceed this chance with the patients who really came. So alpha is kept whatever led to the other number, as
    long as it was not chosen by looking at second-stage responses.

    Parameters
    ----------
    design : TwoStage
        The plan, whose first stage went as planned.
    n : int
        All patients at the end, more than ``design.n1``, at most 1,000.

    Notes
    -----
    The conditional error, as in Koyama and Chen (2008), Statistics in Medicine, and Englert and Kieser (2012),
    Biometrical Journal, who also spend what the discreteness leaves over; this rule does not.

    Examples
    --------
    >>> plan = TwoStage(n1=15, continue_at=6, n=46, min_responders=19, p0=0.3)
    >>> adapted = adapt_second_stage(plan, 43)
    >>> adapted.min_responders(6), adapted.min_responders(9), round(adapted.attained_alpha, 4)
    (18, 19, 0.0428)
    """
    check_two_stage(design)
    fix = "A trial that ended after its first stage is analysed by two_stage_analysis()."
    n = check_whole("n", n, design.n1 + 1, MAX_TWO_STAGE_N, fix)
    first = np.arange(design.continue_at, design.n1 + 1)
    allowed: Any = upper_tail(design.min_responders - first, design.n - design.n1, design.p0)
    more = critical_value(np.full(first.size, n - design.n1), design.p0, allowed)
    needed = first + np.where(allowed >= 1 - TIE, 0, more)
    return AdaptedTwoStage(design, n, tuple(int(k) for k in needed))
