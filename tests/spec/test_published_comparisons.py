"""What randomised trials and control groups say together: recomputed from the counts by another way."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest, chi2

from tests.replication.control_rate import control_rates
from trialsim.design import single_stage
from trialsim.errors import TrialsimError
from trialsim.facts.evidence import evidence
from trialsim.power.randomised import phase_three, randomised_comparisons


def test_phase_three_is_the_two_arms_of_the_evidence() -> None:
    """22 of 40 against 21 of 42 at week 24, five points apart, as the sentence says."""
    found = phase_three()
    assert (found.treated.responders, found.treated.n, found.control.responders, found.control.n) == (22, 40, 21, 42)
    assert found.treated.week == found.control.week == 24
    for part in ("week 24", "22 of 40", "55.0 %", "21 of 42", "50.0 %", "+5.0 points", "-16.0 to +25.3"):
        assert part in found.sentence


@pytest.mark.parametrize("population", ["refractory IIM", "DM subgroup", "non-DM subgroup"])
def test_derived_differences_are_those_of_the_arms(population: str) -> None:
    """Each difference that the evidence derives is that of its two arms, with Newcombe's interval from Wilson's."""
    rows = evidence().query("study == 'ABA-P3 NCT02971683' and population == @population")
    arms = rows[rows["kind"].eq("arm") & rows["week"].eq(24)].set_index("arm")
    rates, limits = [], []
    for arm in ("abatacept", "placebo+SOC"):
        x, n = int(arms.loc[arm, "responders"]), int(arms.loc[arm, "n"])
        rates.append(x / n)
        limits.append(binomtest(x, n).proportion_ci(method="wilson"))
    difference = rates[0] - rates[1]
    low = difference - np.hypot(rates[0] - limits[0].low, limits[1].high - rates[1])
    high = difference + np.hypot(limits[0].high - rates[0], rates[1] - limits[1].low)
    (row,) = rows[rows["measure"] == "IMACS DOI without rescue, difference"].to_dict("records")
    assert [row["value"], row["low"], row["high"]] == [round(100 * share, 1) for share in (difference, low, high)]
    (pair,) = (
        comparison
        for comparison in randomised_comparisons("NCT02971683")
        if comparison.treated.population == population
    )
    assert (pair.difference, *pair.interval) == pytest.approx((difference, low, high), abs=1e-12)


@pytest.mark.parametrize(("rate", "power"), [(0.33, 0.087), (0.38, 0.19), (0.50, 0.59)])
def test_power_of_twenty_under_three_scenarios(rate: float, power: float) -> None:
    """Twenty patients against 30 %: 9 % power if the drug gives 33 %, 19 % for 38 %, 59 % for 50 %."""
    design = single_stage(20, 0.30)
    assert design.min_responders == 10 and round(design.attained_alpha, 3) == 0.048
    assert design.power(rate) == pytest.approx(power, abs=0.005)


def test_standard_care_at_week_12() -> None:
    """Three groups by the rule of 2004: each carried to week 12, all together, and without each of them."""
    table = control_rates().set_index("study")
    assert table["n"].tolist() == [153, 102, 9, 42] and table["responders"].tolist() == [43, 21, 1, 21]
    carried = [100 * (1 - (1 - x / n) ** (12 / week)) for x, n, week in ((21, 102, 8), (1, 9, 12), (21, 42, 24))]
    assert table["projected"].tolist()[1:] == pytest.approx(carried)
    stored = evidence().query("study == 'p0 projection'").iloc[0]["value"]
    assert round(table.loc["ABA-P3 NCT02971683", "projected"], 1) == stored
    assert table["pooled"].round(1).tolist() == [28.2, 27.2, 29.3, 27.2]
    assert (table["low"] < table["pooled"]).all() and (table["pooled"] < table["high"]).all()


def test_pooled_rate_is_the_likeliest_on_a_grid() -> None:
    """The pooled rate and its interval are those that a fine grid of rates finds."""
    rates = np.linspace(0.001, 0.999, 998_001)
    loglik = np.zeros_like(rates)
    for x, n, week in ((21, 102, 8), (1, 9, 12), (21, 42, 24)):
        own = 1 - (1 - rates) ** (week / 12)
        loglik += x * np.log(own) + (n - x) * np.log1p(-own)
    inside = rates[loglik >= loglik.max() - chi2.ppf(0.95, 1) / 2]
    expected = 100 * np.array([rates[loglik.argmax()], inside[0], inside[-1]])
    assert control_rates().iloc[0][["pooled", "low", "high"]].astype(float).to_numpy() == pytest.approx(
        expected, abs=2e-3
    )


def test_scores_have_groups_of_their_own_and_bad_weeks_are_refused() -> None:
    """Groups judged by the score of 2016 are told apart from those that count measures."""
    scored = control_rates("TIS-MINIMAL")
    assert set(scored["study"]) == {
        "all",
        "ProDERM NCT02728752",
        "ALKIVIA NCT05523167",
        "Ustekinumab Japan",
        "Saygin PCOM",
    }
    assert control_rates("TIS-MAJOR")["study"].tolist()[0] == "all"
    for week in (0, 521, 12.5):
        with pytest.raises(TrialsimError, match="week"):
            control_rates(week=week)  # type: ignore[arg-type]
