"""Bayesian designs that keep what they promise: the cut-off that keeps alpha, and what another prior would change."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from trialsim.design.bayes import BayesSingleArm, bayes_boundaries
from trialsim.design.binomial import (
    TIE,
    check_chance,
    check_errors,
    check_rate_inside,
    check_two_rates,
    critical_value,
    upper_tail,
)
from trialsim.design.prior_origins import sceptical_prior
from trialsim.design.priors import MAX_BAYES, Beta, BetaMixture, Prior, chance_above, check_prior
from trialsim.design.single_stage import single_stage_powers
from trialsim.errors import TrialsimError, check_whole


def find_bayes_cutoff(n: int, p0: float, alpha: float, *, prior: Any = (1, 1)) -> BayesSingleArm:
    """The design of `n` patients whose cut-off keeps the chance of a false success: as low as alpha allows.

    Any prior that is not absurd can be given such a cut-off, and the rule is then that of the exact single stage; the
    prior still decides how convinced one will be.

    Parameters
    ----------
    n : int
        Patients, 1 to 2,000.
    p0, alpha : float
        The rate not worth pursuing, and the allowed chance of success at it.
    prior : pair of float, Beta or BetaMixture
        What is believed of the rate before the trial.

    Returns
    -------
    BayesSingleArm
        Its cut-off is the shortest decimal that keeps to alpha and loses no power.

    Raises
    ------
    TrialsimError
        When no cut-off keeps to alpha, with the nearest alpha that one would keep.

    Examples
    --------
    >>> design = find_bayes_cutoff(20, 0.3, 0.05)
    >>> design.cutoff, design.min_responders, round(design.attained_alpha, 3)
    (0.94, 10, 0.048)
    """
    n = check_whole("n", n, 1, MAX_BAYES)
    p0, alpha, belief = check_rate_inside("p0", p0), check_chance("alpha", alpha), check_prior(prior)
    enough = int(critical_value(n, p0, alpha))
    if enough > n:
        fix = f"None found: {n} responders of {n} come by chance as often as that. More patients would do."
        raise TrialsimError("alpha", alpha, f"at least {upper_tail(n, n, p0):.4g} with {n} patients", fix)
    too_few, sure = (float(chance_above(belief, p0, x, n)) for x in (enough - 1, enough))
    for digits in range(2, 16):
        cutoff = round(float(np.ceil(too_few * 10**digits)) / 10**digits, digits)
        if 0 < cutoff < 1 and too_few <= cutoff * (1 + TIE) < sure:
            return BayesSingleArm(n, belief, p0, cutoff)
    fix = (
        f"None found: with {enough - 1} responders of {n} this prior is as good as certain that the rate exceeds "
        f"{p0:g}, and no cut-off below 1 tells that from {enough}. Give the prior less weight."
    )
    raise TrialsimError("prior", belief, "a prior that the trial could contradict", fix)


def find_bayes_single_arm(
    p0: float,
    p1: float,
    alpha: float,
    power: float,
    *,
    prior: Any = (1, 1),
    cutoff: float | None = None,
    n_max: int = 500,
) -> BayesSingleArm:
    """The smallest Bayesian single arm that keeps both promises: the allowed false success and the wanted power.

    Parameters
    ----------
    p0, p1, alpha, power : float
        As in `find_single_stage`; both errors are frequencies over trials, not beliefs.
    prior : pair of float, Beta or BetaMixture
        What is believed of the rate before the trial.
    cutoff : float, optional
        Only designs with this cut-off; unless given, the one that keeps alpha is searched for each n.
    n_max : int
        The largest n that would be accepted, at most 2,000.

    Raises
    ------
    TrialsimError
        When none is found; it then says what comes nearest, and which cut-off would do.

    Examples
    --------
    >>> design = find_bayes_single_arm(0.3, 0.5, alpha=0.05, power=0.8)
    >>> design.n, design.cutoff, design.min_responders
    (39, 0.94, 17)
    """
    p0, p1, alpha, power = check_errors(p0, p1, alpha, power)
    belief, n_max = check_prior(prior), check_whole("n_max", n_max, 1, MAX_BAYES)
    exact = single_stage_powers(p0, p1, alpha, n_max)
    possible = np.flatnonzero(exact >= power * (1 - TIE))
    if not possible.size:
        best = int(exact.argmax())
        fix = (
            f"None found: whatever the cut-off, no design of up to {n_max:,} patients has power {power:g} for "
            f"p0 = {p0:g} against p1 = {p1:g}; the nearest is n = {best + 1:,} with power {exact[best]:.3f}."
        )
        raise TrialsimError("n_max", n_max, "an n_max with which a design is found", fix)
    if cutoff is None:
        return find_bayes_cutoff(int(possible[0]) + 1, p0, alpha, prior=belief)
    cutoff = check_chance("cutoff", cutoff)
    n, enough = np.arange(1, n_max + 1), bayes_boundaries(belief, p0, cutoff, n_max)
    keeps = (enough > 0) & (upper_tail(enough, n, p0) <= alpha * (1 + TIE))
    reached = np.where(keeps, upper_tail(enough, n, p1), -1.0)
    found = np.flatnonzero(reached >= power * (1 - TIE))
    if found.size:
        return BayesSingleArm(int(n[found[0]]), belief, p0, cutoff)
    near = int(reached.argmax())
    fix = "None found: with this prior and cut-off every n allows more false successes"
    if reached[near] > 0:
        fix = f"None found: the nearest is n = {near + 1:,} with power {reached[near]:.3f}"
    other = find_bayes_cutoff(int(possible[0]) + 1, p0, alpha, prior=belief)
    fix += f". A cut-off of {other.cutoff:g} would do with n = {other.n:,}: leave it out, or raise n_max."
    raise TrialsimError("cutoff", cutoff, f"a cut-off that keeps alpha = {alpha:g} and power {power:g}", fix)


def _half_and_half(first: Prior, second: Beta) -> Prior:
    """Two beliefs, each with half of the weight; parts that are the same are one part."""
    weights: dict[Beta, float] = {}
    for part, weight in zip((*first.parts, second), (*(weight / 2 for weight in first.weights), 0.5), strict=True):
        weights[part] = weights.get(part, 0.0) + weight
    return BetaMixture(tuple(weights), tuple(weights.values())) if len(weights) > 1 else second


def _sceptical(p0: float, p1: float) -> dict[str, Prior]:
    """The belief of a sceptic, where there is one: p1 may be too far above p0 for any belief with the mean p0."""
    try:
        return {"sceptical": sceptical_prior(p0, p1)}
    except TrialsimError:
        return {}


def prior_sensitivity(design: BayesSingleArm, p1: float, *, responders: int | None = None) -> pd.DataFrame:
    """What the same design would do with another prior.

    Parameters
    ----------
    design : BayesSingleArm
        The design as planned; n, p0 and the cut-off stay.
    p1 : float
        The rate worth finding; the sceptic gives rates above it a chance of 0.05.
    responders : int, optional
        What was seen, or might be.

    Returns
    -------
    pandas.DataFrame
        One row a prior (``planned, flat, Jeffreys, sceptical, robust``: the planned one and a flat one, half and half;
        no sceptic where p1 is too far above p0 for one): ``prior, belief, mean, min_responders, attained_alpha,
        power``, and with `responders` ``posterior_probability`` and ``success``. A `min_responders` of 0 is a prior
        that needs no trial.

    Examples
    --------
    >>> from trialsim.design.bayes import bayes_single_arm
    >>> table = prior_sensitivity(bayes_single_arm(20, prior=(3, 7), p0=0.3, cutoff=0.95), 0.5, responders=10)
    >>> table[["prior", "min_responders"]].to_numpy().tolist()
    [['planned', 11], ['flat', 10], ['Jeffreys', 10], ['sceptical', 11], ['robust', 10]]
    >>> table["posterior_probability"].round(2).tolist()
    [0.93, 0.97, 0.97, 0.92, 0.95]
    """
    if not isinstance(design, BayesSingleArm):
        raise TrialsimError("design", design, "a Bayesian single arm, as bayes_single_arm() gives it")
    _, p1 = check_two_rates(design.p0, p1)
    flat, planned = Beta(1, 1), design.prior
    priors: dict[str, Prior] = {
        "planned": planned,
        "flat": flat,
        "Jeffreys": Beta(0.5, 0.5),
        **_sceptical(design.p0, p1),
        "robust": _half_and_half(planned, flat),
    }
    rows = []
    for name, belief in priors.items():
        enough = int(bayes_boundaries(belief, design.p0, design.cutoff, design.n)[-1])
        row = {
            "prior": name,
            "belief": belief.name,
            "mean": belief.mean,
            "min_responders": enough,
            "attained_alpha": float(upper_tail(enough, design.n, design.p0)),
            "power": float(upper_tail(enough, design.n, p1)),
        }
        if responders is not None:
            x = check_whole("responders", responders, 0, design.n)
            row["posterior_probability"] = float(chance_above(belief, design.p0, x, design.n))
            row["success"] = x >= enough
        rows.append(row)
    return pd.DataFrame(rows)
