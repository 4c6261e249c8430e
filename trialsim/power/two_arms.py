"""What two arms cost: the patients that Fisher's test takes for a power."""

from __future__ import annotations

from functools import lru_cache

from trialsim.design import TwoArmPilot, find_two_arm, two_arm_pilot
from trialsim.errors import TrialsimError
from trialsim.power.bench import MAX_PATIENTS


@lru_cache(maxsize=256)
def two_arm_size(p_control: float, p_treated: float, alpha: float, power: float) -> TwoArmPilot | None:
    """The smallest two equal arms with the wanted power by Fisher's test; None where the bench searches no further.

    Power rises in a saw: a larger trial may have less of it.

    Examples
    --------
    >>> found = two_arm_size(0.30, 0.70, 0.05, 0.80)
    >>> found.n_control == found.n_treated, found.power(0.30, 0.70) >= 0.80
    (True, True)
    """
    try:
        found = find_two_arm(p_control, p_treated, alpha, power, n_max=MAX_PATIENTS // 2)
    except TrialsimError:
        return None
    return two_arm_pilot(found.n_control, found.n_treated, alpha)
