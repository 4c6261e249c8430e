"""Two arms beside a plain enumeration and scipy's tests: regions, errors over a dense grid of common rates, sizes."""

from math import comb

import numpy as np
import pytest

from trialsim.design import find_two_arm, two_arm
from trialsim.design.exact_tests import TESTS, fisher_p_values
from trialsim.errors import TrialsimError

DENSE = np.linspace(0, 1, 20_001)


def chances(n, rates):
    """Binomial chances of 0 to n at each rate, from the recursion over patients."""
    table = np.zeros((len(rates), n + 1))
    table[:, 0] = 1
    for _ in range(n):
        table[:, 1:] = table[:, 1:] * (1 - rates[:, None]) + table[:, :-1] * rates[:, None]
        table[:, 0] *= 1 - rates
    return table


def errors(region, rates):
    """The chance of a region at each common rate, summed over all results."""
    control, treated = (chances(size - 1, rates) for size in region.shape)
    return ((control @ region) * treated).sum(axis=1)


def plain_region(n_control, n_treated, alpha, test):
    """The region of a test by its definition: results ordered one by one, each order cut tried on the dense grid."""
    results = [(x, y) for x in range(n_control + 1) for y in range(n_treated + 1)]

    def fisher(x, y):
        together = x + y
        ways = sum(
            comb(n_treated, k) * comb(n_control, together - k)
            for k in range(y, min(n_treated, together) + 1)
            if together - k <= n_control
        )
        return ways / comb(n_control + n_treated, together)

    def score(x, y):
        pooled = (x + y) / (n_control + n_treated)
        spread = np.sqrt(pooled * (1 - pooled) * (1 / n_control + 1 / n_treated))
        return (x / n_control - y / n_treated) / spread if spread else 0.0

    order = {result: score(*result) if test == "barnard" else fisher(*result) for result in results}
    if test == "fisher":
        region = np.zeros((n_control + 1, n_treated + 1))
        for result, p in order.items():
            region[result] = p <= alpha * (1 + 1e-9)
        return region
    best = np.zeros((n_control + 1, n_treated + 1))
    for cut in sorted(set(order.values())):
        tried = np.zeros_like(best)
        for result, value in order.items():
            tried[result] = value <= cut + 1e-9
        if errors(tried, DENSE).max() > alpha:
            return best
        best = tried
    return best


@pytest.mark.parametrize("test", TESTS)
@pytest.mark.parametrize(("control", "treated", "alpha"), [(5, 5, 0.05), (4, 9, 0.10), (12, 6, 0.025)])
def test_regions_and_errors_against_a_plain_enumeration(control, treated, alpha, test):
    """The same results succeed as by definition; the attained error is the largest of 20,001 common rates."""
    design, region = two_arm(control, treated, 0.3, 0.6, alpha=alpha, test=test), None
    region = plain_region(control, treated, alpha, test)
    np.testing.assert_array_equal(design.succeeds(), region.astype(bool))
    dense = errors(region, DENSE).max()
    assert dense - 1e-12 <= design.attained_alpha <= min(alpha * (1 + 1e-9), dense + 1e-6)
    at = chances(control, np.array([0.3])) @ region @ chances(treated, np.array([0.6])).T
    assert design.power == pytest.approx(at.item(), abs=1e-12)


@pytest.mark.parametrize("test", TESTS)
def test_larger_arms_keep_alpha_on_a_dense_grid(test):
    """With 40 against 80 no common rate of 20,001 has an error above the attained one, which is allowed."""
    design = two_arm(40, 80, 0.3, 0.6, test=test)
    dense = errors(design.succeeds().astype(float), DENSE).max()
    assert dense <= design.attained_alpha + 1e-9 and design.attained_alpha - dense < 1e-6
    assert design.attained_alpha <= 0.05 * (1 + 1e-9)
    succeeds = design.succeeds()
    assert (np.diff(succeeds.astype(int), axis=1) >= 0).all() and (np.diff(succeeds.astype(int), axis=0) <= 0).all()


@pytest.mark.parametrize("test", ["barnard", "boschloo"])
def test_beside_scipy(test):
    """Each result is a success where scipy's p is at most alpha (its statistic and its search, not ours)."""
    from scipy.stats import barnard_exact, boschloo_exact

    exact = {"barnard": barnard_exact, "boschloo": boschloo_exact}[test]
    succeeds = two_arm(7, 8, 0.3, 0.6, test=test).succeeds()
    for x in range(0, 8, 2):
        for y in range(9):
            if 0 < x + y < 15:
                p = exact([[y, x], [8 - y, 7 - x]], alternative="greater").pvalue
                assert abs(p - 0.05) > 1e-4 and succeeds[x, y] == (p <= 0.05), (x, y, p)


def test_fisher_in_the_region_of_boschloo_and_known_numbers():
    """Boschloo never has less power; ten against ten and 84 against 84 as computed in R before."""
    fisher, boschloo = (two_arm(10, 10, 0.3, 0.5, test=test) for test in ("fisher", "boschloo"))
    assert (boschloo.succeeds() >= fisher.succeeds()).all()
    assert (round(fisher.power, 4), round(boschloo.power, 4)) == (0.1260, 0.2135)
    assert fisher_p_values(10, 10)[3, 7] == pytest.approx(16526 / 184756, abs=1e-12)


@pytest.mark.parametrize("test", TESTS)
@pytest.mark.parametrize("allocation", [1, 2, 0.5])
def test_no_smaller_arms_have_the_power(test, allocation):
    """The size that is found has the power; every smaller one of the same allocation, tried by itself, has not."""
    design = find_two_arm(0.2, 0.6, 0.1, 0.8, allocation=allocation, test=test)
    assert design.power >= 0.8
    for smaller in range(1, min(design.n_control, design.n_treated)):
        larger = int(smaller * max(allocation, 1 / allocation))
        sizes = (smaller, larger) if allocation >= 1 else (larger, smaller)
        assert two_arm(*sizes, 0.2, 0.6, alpha=0.1, test=test).power < 0.8


def test_sizes_that_were_known():
    """Fisher needs 84 in each arm for 0.30 against 0.50, as a linear search found; the other tests fewer."""
    sizes = [find_two_arm(0.3, 0.5, 0.05, 0.8, test=test).n_control for test in TESTS]
    assert sizes == [84, 77, 75]


BAD = [
    (lambda: two_arm(10, 0, 0.3, 0.5), "n_treated: got 0"),
    (lambda: two_arm(10**30, 10, 0.3, 0.5), "n_control: got 1000"),
    (lambda: two_arm(10, 10, 0.3, 1.5), "p1: got 1.5"),
    (lambda: two_arm(10, 10, float("nan"), 0.5), "p0: got nan"),
    (lambda: two_arm(10, 10, 0.3, 0.5, test="fischer"), "Did you mean 'fisher'"),
    (lambda: two_arm(10, 10, 0.3, 0.5, alpha=None), "alpha: got None"),
    (lambda: two_arm(10, 10, 0.3, 0.5).success_probability([0.3], 0.5), "p_control: got"),
    (lambda: find_two_arm(0.3, 0.5, 0.05, 0.8, allocation=0), "allocation: got 0"),
    (lambda: find_two_arm(0.3, 0.5, 0.05, 0.8, allocation="1:1"), "allocation: got '1:1'"),
    (lambda: find_two_arm(0.5, 0.3, 0.05, 0.8), "p1: got 0.3"),
    (lambda: find_two_arm(0.5, 0.52, 0.05, 0.8, n_max=60), "nearest is 60 and 60 with power"),
    (lambda: find_two_arm(0.3, 0.5, 0.05, 0.8, allocation=10, n_max=5), "n_max: got 5; allowed: at least 10"),
]


@pytest.mark.parametrize(("call", "message"), BAD, ids=[message for _, message in BAD])
def test_bad_input_is_refused_by_name(call, message):
    """Each bad argument is refused with its name, what came and what is allowed."""
    with pytest.raises(TrialsimError, match=message):
        call()
