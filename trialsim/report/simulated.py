"""A check of exact chances that shares nothing with them: trials played patient by patient."""

from __future__ import annotations

import numpy as np

from trialsim.design import TwoArmPilot, TwoStage
from trialsim.errors import TrialsimError
from trialsim.patients.points import Streams
from trialsim.power.estimate import Estimate
from trialsim.power.side_by_side import Candidate

__all__ = ["TRIALS", "simulated_success"]

TRIALS = 10_000


def simulated_success(one: Candidate, rate: float, standard_care: float, *, seed: int) -> Estimate:
    """The share of trials that succeed, when each patient responds with the true rate or does not.

    Parameters
    ----------
    one : Candidate
    rate, standard_care : float
        True response rates of the treated and, in two arms, of the controls.
    seed : int

    Raises
    ------
    TrialsimError
        For an interval without a test, and where no design was found.

    Examples
    --------
    >>> from trialsim.power.bench import Bench
    >>> from trialsim.power.side_by_side import candidate
    >>> one = candidate(Bench())
    >>> found = simulated_success(one, 0.5, 0.3, seed=1)
    >>> abs(found.value - one.power) < 4 * found.standard_error
    True
    """
    if one.design is None:
        raise TrialsimError("design", one.label, "a design with a test", one.remark)
    luck = Streams(seed, one.n * TRIALS)("responds in a simulated trial").reshape(TRIALS, one.n)
    design = one.design
    if isinstance(design, TwoArmPilot):
        controls = (luck[:, : design.n_control] < standard_care).sum(axis=1)
        treated = (luck[:, design.n_control :] < rate).sum(axis=1)
        success = treated >= np.array(design.min_treated_responders())[controls]
    else:
        responders = (luck < rate).cumsum(axis=1)
        if isinstance(design, TwoStage):
            success = (responders[:, design.n1 - 1] >= design.continue_at) & (
                responders[:, -1] >= design.min_responders
            )
        else:
            success = responders[:, -1] >= design.min_responders
    share = float(success.mean())
    return Estimate(share, float(np.sqrt(share * (1 - share) / TRIALS)))
