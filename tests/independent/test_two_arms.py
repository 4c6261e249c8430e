"""Two arms beside another implementation: Boschloo's test of scipy, and a size that nothing below it reaches."""

from __future__ import annotations

import pytest

from trialsim.design import two_arm, two_arm_pilot
from trialsim.power.two_arms import two_arm_size


@pytest.mark.parametrize(("control", "treated", "alpha"), [(10, 10, 0.05), (4, 9, 0.10)])
def test_boschloo_beside_scipy(control: int, treated: int, alpha: float) -> None:
    """Each result is a rejection exactly where scipy's p is at most alpha."""
    from scipy.stats import boschloo_exact

    succeeds = two_arm(control, treated, 0.5, 0.5, alpha=alpha, test="boschloo").succeeds()
    for x in range(0, control + 1, 2):
        for y in range(treated + 1):
            found = boschloo_exact([[y, x], [treated - y, control - x]], alternative="greater")
            assert succeeds[x, y] == (found.pvalue <= alpha), (x, y)


def test_boschloo_keeps_the_error_and_gains_on_fisher() -> None:
    """Whatever the common rate the error is kept, and the power is never below that of Fisher's test."""
    exact, fisher = two_arm(10, 10, 0.30, 0.50, test="boschloo").success_probability, two_arm_pilot(10, 10)
    assert max(exact(k / 500, k / 500) for k in range(501)) <= 0.05
    assert exact(0.30, 0.50) == pytest.approx(0.2135, abs=5e-5)
    assert all(exact(0.1, rate / 10) >= fisher.power(0.1, rate / 10) for rate in range(11))


def test_size_of_two_arms_is_the_smallest() -> None:
    """The size reaches the power, and no smaller one does."""
    found = two_arm_size(0.30, 0.50, 0.05, 0.80)
    assert found is not None and found.n_control == found.n_treated == 84
    assert found.power(0.30, 0.50) >= 0.80
    assert all(two_arm_pilot(n, n).power(0.30, 0.50) < 0.80 for n in range(40, 84))
    assert two_arm_size(0.50, 0.52, 0.05, 0.80) is None
