"""A check of the arithmetic: trials in which each patient is one draw of yes or no."""

from __future__ import annotations

import numpy as np

from trialsim.errors import TrialsimError
from trialsim.patients.points import Streams
from trialsim.power.estimated_chance import Estimate
from trialsim.power.side_by_side import Candidate

TRIALS = 10_000


def simulated_success(taken: Candidate, rate: float, standard_care: float, *, seed: int) -> Estimate:
    """The share of trials that succeed, when each patient responds with the true rate or does not.

    Parameters
    ----------
    taken : Candidate
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
    >>> taken = candidate(Bench())
    >>> found = simulated_success(taken, 0.5, 0.3, seed=1)
    >>> abs(found.value - taken.power) < 4 * found.standard_error
    True
    """
    if not taken.tested:
        raise TrialsimError("design", taken.label, "a design with a test", taken.remark)
    luck = Streams(seed, taken.n * TRIALS)("responds in a simulated trial").reshape(TRIALS, taken.n)
    share = float(taken.design.play(luck, rate, standard_care).mean())
    return Estimate(share, float(np.sqrt(share * (1 - share) / TRIALS)))
