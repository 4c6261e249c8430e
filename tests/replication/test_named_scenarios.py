"""What the model says by difference: the named beliefs about the drug beside the randomised trial."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

import trialsim as ts
from trialsim.facts.scenarios import named_scenarios
from trialsim.patients.disease import CLASSIC
from trialsim.patients.readings import PER_UNIT, SCALES
from trialsim.power.expectation import response_chance, smallest_nets
from trialsim.power.nets import Enrolled, enrolled_patients
from trialsim.trial.endpoint import Endpoint

RECORD = ts.load_protocol("NCT04946669")
MMT8 = SCALES.index("MMT8")


def response(scenario: ts.Scenario) -> float:
    """Percent that respond at week 12, under IMACS-2004."""
    with smallest_nets():
        return 100 * ts.response_probability(scenario, RECORD, "IMACS-2004").value


@pytest.mark.parametrize("name", ["sceptical", "neutral", "hopeful"])
def test_a_named_scenario_has_its_rate(name: str) -> None:
    """The drug effect that is written down gives the rate that is written beside it."""
    assert response(ts.named_scenario(name)) == pytest.approx(named_scenarios()[name].response, abs=0.15)


def test_standard_care_has_its_rate() -> None:
    """30 % without the drug, in every scenario."""
    assert response(ts.Scenario().without_drug()) == pytest.approx(30, abs=0.15)


def test_a_named_scenario_says_what_it_comes_from() -> None:
    """Its description has the rate and the trial; an unknown name is refused."""
    assert "38 % respond at week 12" in ts.named_scenario("neutral").describe()
    assert "ABA-P3" in ts.named_scenario("sceptical").describe()
    assert "two small studies" in ts.Scenario().describe()
    with pytest.raises(ts.TrialsimError, match="sceptical"):
        ts.named_scenario("optimistic")


def of_weak(scenario: ts.Scenario) -> tuple[float, float, float]:
    """Percent that respond at week 24: of the weak in classic disease, and of spared and classic disease at week 12."""
    found = []
    for week, inside in ((24, _weak), (12, _spared), (12, _classic)):
        endpoint = Endpoint.of(RECORD, "NCT02971683", week=week)
        with smallest_nets():
            nets = list(enrolled_patients(scenario, RECORD, week))
        sums = np.zeros(2)
        for net in nets:
            weights = net.weights * inside(net)
            chance = response_chance(net, endpoint) * (1 - net.missing)
            sums += weights @ chance, weights.sum()
        found.append(100 * sums[0] / sums[1])
    return float(found[0]), float(found[1]), float(found[2])


def _weak(enrolled: Enrolled) -> NDArray[np.bool_]:
    return (enrolled.entry.phenotype == CLASSIC) & (enrolled.baseline.scales[:, MMT8] <= 135 * PER_UNIT[MMT8])


def _spared(enrolled: Enrolled) -> NDArray[np.bool_]:
    return np.asarray(enrolled.entry.phenotype != CLASSIC)


def _classic(enrolled: Enrolled) -> NDArray[np.bool_]:
    return np.asarray(enrolled.entry.phenotype == CLASSIC)


def test_drug_minus_control_stands_beside_the_randomised_trial() -> None:
    """At week 24, of those with MMT-8 of 135 or less: inside the published interval, and near what each belief says."""
    control, spared, classic = of_weak(ts.Scenario().without_drug())
    assert 15 <= spared <= 30
    assert spared < classic
    for name, expected, within in (("sceptical", 5, 3), ("neutral", 11, 3), ("hopeful", None, None)):
        difference = of_weak(ts.named_scenario(name))[0] - control
        assert -16.0 <= difference <= 25.3
        if expected is not None:
            assert difference == pytest.approx(expected, abs=within)
