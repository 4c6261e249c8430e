"""Bayesian designs keep what they promise: errors, priors, refusals, and what was wrong before."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import beta, betabinom

from trialsim.design import (
    Beta,
    BetaMixture,
    assurance,
    bayes_monitoring,
    bayes_single_arm,
    find_bayes_cutoff,
    find_bayes_single_arm,
    find_single_stage,
    find_two_stage,
    hopeful_prior,
    prior_conflict,
    prior_from_arm,
    prior_sensitivity,
    robust_prior,
    safety_rule,
    sceptical_prior,
    single_stage,
)
from trialsim.design.bayes import bayes_boundaries
from trialsim.design.single_stage import single_stage_boundaries, single_stage_powers
from trialsim.errors import TrialsimError

PRIORS = [(1, 1), (0.5, 0.5), (3, 7), (16, 22), robust_prior((12, 28), vague_weight=0.3)]


def test_success_with_nobody_is_no_design():
    """One placebo arm as the prior of the treated rate: 'one patient, success with 0 responders' is refused."""
    with pytest.raises(TrialsimError, match=r"no responder among 1.*less weight"):
        bayes_single_arm(1, prior=(32, 43), p0=0.3, cutoff=0.95)
    with pytest.raises(TrialsimError, match=r"None found.*cut-off of 0\.997 would do with n = 39"):
        find_bayes_single_arm(0.3, 0.5, 0.05, 0.8, prior=(32, 43), cutoff=0.95)


@pytest.mark.parametrize("prior", PRIORS, ids=str)
def test_a_found_design_keeps_both_errors(prior):
    """Whatever the prior: both errors are kept, somebody has to respond, and no smaller n would do."""
    for p0, p1, alpha in [(0.1, 0.3, 0.05), (0.3, 0.5, 0.025), (0.6, 0.8, 0.1)]:
        design = find_bayes_single_arm(p0, p1, alpha, 0.8, prior=prior)
        assert design.attained_alpha <= alpha and design.power(p1) >= 0.8 and design.min_responders > 0
        assert design.n == find_single_stage(p0, p1, alpha, 0.8).n


@pytest.mark.parametrize("cutoff", [0.9, 0.95, 0.98])
def test_a_fixed_cutoff_finds_the_smallest_that_keeps_both(cutoff):
    """Trying every n by hand gives the same design, or none where none is found."""
    for prior in [(1, 1), (3, 7), (2, 2)]:
        fits = []
        for n in range(1, 101):
            least = int(bayes_boundaries(Beta(*prior), 0.3, cutoff, n)[-1])
            if least:
                tried = bayes_single_arm(n, prior=prior, p0=0.3, cutoff=cutoff)
                assert tried.min_responders == least
                if tried.attained_alpha <= 0.05 and tried.power(0.5) >= 0.8:
                    fits.append(n)
        if fits:
            found = find_bayes_single_arm(0.3, 0.5, 0.05, 0.8, prior=prior, cutoff=cutoff, n_max=100)
            assert found.n == fits[0]
        else:
            with pytest.raises(TrialsimError, match="None found"):
                find_bayes_single_arm(0.3, 0.5, 0.05, 0.8, prior=prior, cutoff=cutoff, n_max=100)


@pytest.mark.parametrize("prior", PRIORS, ids=str)
def test_the_cutoff_is_as_low_as_alpha_allows(prior):
    """It makes the boundary of the exact test; a cut-off that one responder fewer exceeds breaks alpha."""
    for n in (5, 20, 39, 100):
        design = find_bayes_cutoff(n, 0.3, 0.05, prior=prior)
        assert design.min_responders == single_stage(n, 0.3).min_responders
        lower = design.posterior_probability(design.min_responders - 1) * 0.999
        if design.min_responders > 1 and lower < design.cutoff:
            assert bayes_single_arm(n, prior=prior, p0=0.3, cutoff=lower).attained_alpha > 0.05


def test_the_shared_arrays_are_those_of_the_single_designs_and_cannot_be_written_to():
    """Boundaries and powers for each n equal the designs made one by one."""
    sizes = range(1, 61)
    assert single_stage_boundaries(0.3, 0.05, 60).tolist() == [single_stage(n, 0.3).min_responders for n in sizes]
    assert single_stage_powers(0.3, 0.5, 0.05, 60).tolist() == [single_stage(n, 0.3).power(0.5) for n in sizes]
    mixed = robust_prior((3, 7), vague_weight=0.5)
    assert bayes_boundaries(mixed, 0.3, 0.95, 60).tolist() == [
        bayes_single_arm(n, prior=mixed, p0=0.3, cutoff=0.95).min_responders for n in sizes
    ]
    for array in (single_stage_powers(0.3, 0.5, 0.05, 60), bayes_boundaries(mixed, 0.3, 0.95, 60)):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_a_mixture_against_integrals_of_its_density():
    """Posterior, predictive probability and assurance of a mixture equal numerical integrals."""
    mixed, x, n = BetaMixture((Beta(12, 28), Beta(1, 1)), (0.7, 0.3)), 12, 20

    def density(p):
        return 0.7 * beta.pdf(p, 12, 28) + 0.3 * beta.pdf(p, 1, 1)

    def likelihood(p):
        return p**x * (1 - p) ** (n - x)

    def integral(function, low=0.0):
        return quad(function, low, 1, epsabs=1e-14, epsrel=1e-11, limit=200)[0]

    seen = integral(lambda p: density(p) * likelihood(p))
    above = integral(lambda p: density(p) * likelihood(p), 0.3) / seen
    design = bayes_single_arm(40, prior=mixed, p0=0.3, cutoff=0.95)
    assert design.posterior_probability(x, n) == pytest.approx(above, abs=1e-9)
    assert mixed.updated(x, n).mean == pytest.approx(
        integral(lambda p: p * density(p) * likelihood(p)) / seen, abs=1e-9
    )
    rest = single_stage(20, 0.3)  # its tail: enough of the 20 still to come
    needed = design.min_responders - x
    ahead = integral(lambda p: density(p) * likelihood(p) * rest.outcomes().probabilities(p)[needed:].sum()) / seen
    assert design.predictive_probability(x, n) == pytest.approx(ahead, abs=1e-9)
    plan = find_two_stage(0.2, 0.4, 0.05, 0.8)
    assert assurance(plan, mixed) == pytest.approx(integral(lambda p: density(p) * plan.power(p)), abs=1e-7)


def test_data_that_contradict_the_prior_shift_a_robust_belief():
    """With 18 of 20 the mixture believes the data, where the informative prior alone hardly moves."""
    informative = Beta(12, 28)
    robust = robust_prior(informative, vague_weight=0.2)
    assert robust.updated(18, 20).mean > 0.8 > 0.55 > informative.updated(18, 20).mean
    assert robust.updated(6, 20).mean == pytest.approx(informative.updated(6, 20).mean, abs=0.01)
    assert sum(robust.updated(18, 20).weights) == pytest.approx(1)


def test_sceptic_and_enthusiast_are_what_they_say():
    """Mean p0 with a chance of 0.05 above p1; mean p1 with as small a chance below p0."""
    for p0, p1 in [(0.1, 0.3), (0.3, 0.5), (0.3, 0.38), (0.6, 0.9)]:
        sceptic, hopeful = sceptical_prior(p0, p1), hopeful_prior(p0, p1)
        assert sceptic.mean == pytest.approx(p0) and beta.sf(p1, *sceptic) == pytest.approx(0.05, abs=1e-9)
        assert hopeful.mean == pytest.approx(p1) and beta.cdf(p0, *hopeful) == pytest.approx(0.05, abs=1e-9)


def test_conflict_of_prior_and_data_is_the_tail_of_the_prior_predictive():
    """Both tails equal those of scipy's beta-binomial, for a mixture their weighted sum."""
    found = prior_conflict((12, 28), 12, 20)
    assert found.as_high_or_higher == pytest.approx(betabinom.sf(11, 20, 12, 28), abs=1e-12)
    assert found.as_low_or_lower == pytest.approx(betabinom.cdf(12, 20, 12, 28), abs=1e-12)
    assert found.p_value == pytest.approx(2 * found.as_high_or_higher) and "or more" in repr(found)
    mixed = prior_conflict(robust_prior((12, 28), vague_weight=0.25), 3, 20)
    low = 0.75 * betabinom.cdf(3, 20, 12, 28) + 0.25 * 4 / 21
    assert mixed.as_low_or_lower == pytest.approx(low, abs=1e-12) and "or fewer" in repr(mixed)


def test_the_table_of_priors_is_the_design_made_with_each():
    """Each row equals the design with that prior; the planned one is the design itself."""
    design = bayes_single_arm(20, prior=prior_from_arm(12, 40, weight=0.25), p0=0.3, cutoff=0.9)
    table = prior_sensitivity(design, 0.5, responders=10).set_index("prior")
    assert list(table.index) == ["planned", "flat", "Jeffreys", "sceptical", "robust"]
    assert table.loc["planned", "power"] == design.power(0.5)
    for name, prior in {"flat": (1, 1), "Jeffreys": (0.5, 0.5), "sceptical": sceptical_prior(0.3, 0.5)}.items():
        other = bayes_single_arm(20, prior=prior, p0=0.3, cutoff=0.9)
        assert table.loc[name, "min_responders"] == other.min_responders
        assert table.loc[name, "posterior_probability"] == other.posterior_probability(10)
        assert table.loc[name, "success"] == (other.min_responders <= 10)


@pytest.mark.filterwarnings("error")
def test_assurance_is_always_a_probability():
    """Priors at both ends of what is accepted, every kind of design: never nan, never outside 0 to 1."""
    flat = bayes_single_arm(20, p0=0.3, cutoff=0.95)
    designs = [
        single_stage(20, 0.3),
        single_stage(100_000, 0.3),
        single_stage(3, 0.5),
        find_two_stage(0.2, 0.4, 0.05, 0.8),
        bayes_monitoring(flat, [10], efficacy=0.9),
        safety_rule(20, acceptable=0.1),
    ]
    for design in designs:
        for a in np.geomspace(1e-6, 1e7, 9):
            for b in np.geomspace(1e-6, 1e7, 9):
                assert 0 <= assurance(design, (a, b)) <= 1


BAD = [
    (lambda: assurance(single_stage(20, 0.3), (5e-324, 5e-324)), "prior a: got 5e-324"),
    (lambda: assurance(single_stage(20, 0.3), (float("nan"), 1)), "prior a: got nan"),
    (lambda: assurance(single_stage(20, 0.3), (10**400, 1)), "prior a: got 1000"),
    (lambda: assurance(single_stage(20, 0.3), None), "prior: got None"),
    (lambda: find_bayes_cutoff(1, 0.3, 0.05), r"alpha: got 0\.05; allowed: at least 0\.3.*None found"),
    (lambda: find_bayes_cutoff(20, 0.3, 0.05, prior=(1e6, 1)), "as good as certain"),
    (lambda: find_bayes_cutoff(10**30, 0.3, 0.05), "n: got 1000"),
    (lambda: find_bayes_cutoff("20", 0.3, 0.05), "n: got '20'"),
    (lambda: find_bayes_single_arm(0.3, 0.31, 0.05, 0.8), r"None found: whatever the cut-off.*nearest is n = "),
    (lambda: find_bayes_single_arm(0.3, 0.5, 0.05, 0.8, cutoff=95), "written 0.95"),
    (lambda: find_bayes_single_arm(0.3, 0.5, 0.05, float("nan")), "power: got nan"),
    (lambda: find_bayes_single_arm(0.5, 0.3, 0.05, 0.8), "p1: got 0.3"),
    (lambda: robust_prior((3, 7), vague_weight=1.1), "vague_weight: got 1.1"),
    (lambda: robust_prior("flat", vague_weight=0.1), "informative: got 'flat'"),
    (lambda: BetaMixture((Beta(1, 1),), (0.5,)), "weights: got"),
    (lambda: BetaMixture((Beta(1, 1),), (0.5, 0.5)), "weights: got"),
    (lambda: BetaMixture(None, (0.5, 0.5)), "parts: got None"),
    (lambda: sceptical_prior(0.5, 0.3), "p1: got 0.3"),
    (lambda: sceptical_prior(0.03, 0.5, chance=0.4), "chance: got 0.4"),
    (lambda: sceptical_prior(0.3, 0.3001), "p1: got 0.3001"),
    (lambda: prior_conflict((1, 1), 21, 20), "responders: got 21"),
    (lambda: prior_conflict((1, 1), 1, None), "n: got None"),
    (lambda: prior_sensitivity(single_stage(20, 0.3), 0.5), "design: got Single"),
    (lambda: prior_sensitivity(bayes_single_arm(20, p0=0.3, cutoff=0.9), 0.2), "p1: got 0.2"),
]


@pytest.mark.parametrize(("call", "message"), BAD, ids=[message for _, message in BAD])
def test_bad_input_is_refused_by_name(call, message):
    """Each bad argument is refused with its name, what came and what is allowed."""
    with pytest.raises(TrialsimError, match=message):
        call()
