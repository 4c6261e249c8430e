"""What the model was tuned to: candidates look as the published and assumed figures say."""

from __future__ import annotations

import numpy as np
import pytest

import trialsim as ts
from trialsim.patients.candidates import Candidates, generate_candidates
from trialsim.patients.disease import AMYOPATHIC, CLASSIC
from trialsim.patients.points import Streams
from trialsim.patients.readings import ENZYMES, PER_UNIT, SCALES
from trialsim.rules.eligibility import eligible_mask

N = 100_000


@pytest.fixture(scope="module")
def candidates() -> Candidates:
    """Many candidates of the base case."""
    return generate_candidates(Streams(101, N), ts.Scenario())


@pytest.mark.parametrize(
    ("enzyme", "share"), [("CK", 0.51), ("ALDOLASE", 0.65), ("LDH", 0.60), ("AST", 0.51), ("ALT", 0.43)]
)
def test_shares_of_enzymes_above_normal(candidates: Candidates, enzyme: str, share: float) -> None:
    """Each enzyme is above its upper limit in the share published for 620 patients, within a point."""
    k = ENZYMES.index(enzyme)
    measures = ts.evidence().query("study == 'NIH labs PM/DM'").set_index("measure")
    label = "aldolase" if enzyme == "ALDOLASE" else enzyme
    assert measures.loc[f"{label} >ULN", "value"] == 100 * share
    found = (candidates.readings.enzymes[:, k] > candidates.entry.uln[:, k]).mean()
    assert found == pytest.approx(share, abs=0.01)


@pytest.mark.parametrize(("enzyme", "r"), [("AST", 0.766), ("ALT", 0.682), ("LDH", 0.739)])
def test_enzymes_follow_ck_as_published(candidates: Candidates, enzyme: str, r: float) -> None:
    """In classic disease without a liver injury logarithms correlate with that of CK as published, within 0.05."""
    classic = (candidates.entry.phenotype == CLASSIC) & ~candidates.at_entry.liver_injury
    multiples = np.log(candidates.readings.enzymes[classic] / candidates.entry.uln[classic])
    assert np.corrcoef(multiples[:, 0], multiples[:, ENZYMES.index(enzyme)])[0, 1] == pytest.approx(r, abs=0.05)


def test_a_quarter_is_above_twice_the_limit(candidates: Candidates) -> None:
    """AST or ALT lies above twice the limit in about 25 % (assumed)."""
    high = candidates.readings.enzymes > 2 * candidates.entry.uln
    assert high[:, [ENZYMES.index("AST"), ENZYMES.index("ALT")]].any(axis=1).mean() == pytest.approx(0.25, abs=0.03)


def test_screening_fails_as_often_as_assumed(candidates: Candidates) -> None:
    """Between 40 and 70 % of candidates may not enter (assumed)."""
    failed = 1 - eligible_mask(candidates.arrays, ts.load_protocol("NCT04946669")).mean()
    assert 0.40 <= failed <= 0.70


def test_amyopathic_patients_have_no_muscle_disease(candidates: Candidates) -> None:
    """Full true strength and true function, all true enzymes normal but for a liver injury."""
    spared = candidates.entry.phenotype == AMYOPATHIC
    assert spared.mean() == pytest.approx(0.15, abs=0.005)
    assert (candidates.entry.scales[spared][:, SCALES.index("MMT8")] == 0).all()
    assert (candidates.entry.enzymes[spared & ~candidates.at_entry.liver_injury] < 0).all()
    assert (candidates.readings.scales[spared][:, SCALES.index("HAQDI")] == 0).mean() > 0.6


def test_the_weak_among_them_look_like_the_phase_3_trial(candidates: Candidates) -> None:
    """Classic patients with MMT-8 of 135 or less average close to the published 112.7 and HAQ-DI 1.5."""
    scales = candidates.readings.scales / PER_UNIT
    weak = (candidates.entry.phenotype == CLASSIC) & (scales[:, SCALES.index("MMT8")] <= 135)
    assert scales[weak, SCALES.index("MMT8")].mean() == pytest.approx(112.7, abs=4)
    assert scales[weak, SCALES.index("HAQDI")].mean() == pytest.approx(1.5, abs=0.25)


@pytest.mark.parametrize(("effect", "target"), [(True, 0.50), (False, 0.30)])
def test_the_base_case_responds_as_it_was_solved_for(effect: bool, target: float) -> None:
    """50 % with the drug, 30 % without, under IMACS-2004, most abnormal enzyme, all enrolled, missing a failure."""
    scenario = ts.Scenario() if effect else ts.Scenario().without_drug()
    found = ts.response_probability(scenario, ts.load_protocol("NCT04946669"), "IMACS-2004")
    assert found.value == pytest.approx(target, abs=0.001)
    assert found.standard_error < 0.0004
