"""The decision of a trial: a design applied to responses in the order of enrolment."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from trialsim.design import JointDesign, TwoStage
from trialsim.design.monitoring import WithLooks
from trialsim.errors import TrialsimError
from trialsim.trial.endpoint import Responses


class CountingDesign(Protocol):
    """A design that a trial can follow: so many patients, so many responders to succeed."""

    @property
    def n(self) -> int:
        """Patients enrolled, if the trial goes on to its end."""

    @property
    def min_responders(self) -> int:
        """Success with this many responders or more."""


def check_counting_design(design: object) -> CountingDesign:
    """Return `design`, or raise: it must say how many patients and how many responders, and ask for nothing else."""
    fix = ""
    if isinstance(design, (WithLooks, JointDesign)):
        fix = "A simulated trial has no looks and counts no toxicity: the design itself gives its exact chances."
    if fix or not (hasattr(design, "n") and isinstance(getattr(design, "min_responders", None), (int, np.integer))):
        raise TrialsimError("design", design, "a design, as single_stage or find_two_stage gives it", fix)
    counting: CountingDesign = design  # type: ignore[assignment]
    return counting


def needed_by_analysed(design: Any) -> NDArray[np.int64]:
    """Responders that success takes where 0, 1, ..., n of the enrolled are analysed, shape (n + 1,).

    Raises
    ------
    TrialsimError
        If the design has a rule for its planned numbers only.
    """
    if not hasattr(design, "needed_by_analysed"):
        fix = "Its rule holds for the planned numbers only; an exact single stage has one for every number analysed."
        raise TrialsimError("missing_visit", "complete_cases", f"'failure' with the design {design!r}", fix)
    return np.asarray(design.needed_by_analysed())


def decide(design: CountingDesign, found: Responses, missing_visit: str) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Success of each trial, and how many of its patients were treated when it ended, each shape (count,).

    Among complete cases the number analysed is not the planned one, so each number has the boundary of its own size.
    """
    responders = found.responded.sum(axis=1)
    if missing_visit == "complete_cases":
        return responders >= needed_by_analysed(design)[found.came.sum(axis=1)], np.full(len(responders), design.n)
    if isinstance(design, TwoStage):
        goes_on = found.responded[:, : design.n1].sum(axis=1) >= design.continue_at
        return goes_on & (responders >= design.min_responders), np.where(goes_on, design.n, design.n1)
    return responders >= design.min_responders, np.full(len(responders), design.n)
