"""The decision of a trial: a design applied to responses in the order of enrolment."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from trialsim.design import TwoStage, single_stage
from trialsim.errors import TrialsimError
from trialsim.trial.outcomes import Responses


class CountingDesign(Protocol):
    """A design that a trial can follow: so many patients, so many responders to succeed."""

    @property
    def n(self) -> int:
        """Patients enrolled, if the trial goes on to its end."""

    @property
    def min_responders(self) -> int:
        """Success with this many responders or more."""


def check_design(design: object) -> CountingDesign:
    """Return `design`, or raise: it must say how many patients and how many responders."""
    if not (hasattr(design, "n") and hasattr(design, "min_responders")):
        raise TrialsimError("design", design, "a design, as single_stage or find_two_stage gives it")
    return design


def decide(design: CountingDesign, found: Responses, missing_visit: str) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Success of each trial, and how many of its patients were treated when it ended, each shape (count,).

    Among complete cases the number analysed is not the planned one, so each number has the threshold of its own size.
    """
    if isinstance(design, TwoStage):
        if missing_visit == "complete_cases":
            raise TrialsimError(
                "missing_visit", missing_visit, "'failure' with a two-stage design", "Its thresholds hold for n1 and n."
            )
        goes_on = found.responded[:, : design.n1].sum(axis=1) >= design.continue_at
        success = goes_on & (found.responded.sum(axis=1) >= design.min_responders)
        return success, np.where(goes_on, design.n, design.n1)
    responders = found.responded.sum(axis=1)
    treated = np.full(len(responders), design.n)
    if missing_visit == "failure":
        return responders >= design.min_responders, treated
    p0, alpha = getattr(design, "p0", None), getattr(design, "alpha", None)
    if p0 is None or alpha is None:
        raise TrialsimError(
            "missing_visit", missing_visit, "'failure' with this design", "Only an exact single stage adapts."
        )
    analysed = found.came.sum(axis=1)
    thresholds = np.array([1, *(single_stage(m, p0, alpha).min_responders for m in range(1, design.n + 1))])
    return (analysed > 0) & (responders >= thresholds[analysed]), treated
