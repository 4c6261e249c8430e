"""A trial that stopped after its first stage consists of those it treated, in every table and number it reports."""

from __future__ import annotations

import numpy as np
import pytest

import trialsim as ts

PROTOCOL = ts.load_protocol("NCT04946669")
NO_DRUG = ts.Scenario().without_drug()
DESIGN = ts.find_two_stage(0.30, 0.50, 0.05, 0.80)
TRIALS = 3000


def test_the_bias_of_stopping_is_there_to_be_seen() -> None:
    """The mean of the plain rates is the exact expectation, 0.272 at a true 0.30, within four standard errors."""
    trials = ts.simulate_trials(PROTOCOL, NO_DRUG, TRIALS, seed=52, design=DESIGN, definition="IMACS-2004")
    truth = ts.response_probability(NO_DRUG, PROTOCOL, "IMACS-2004").value
    exact = ts.operating_characteristics(DESIGN, [truth]).iloc[0]
    assert exact["expected_estimate"] == pytest.approx(0.272, abs=0.001) and truth == pytest.approx(0.30, abs=0.001)
    rates = trials["response_rate"]
    assert abs(rates.mean() - exact["expected_estimate"]) < 4 * rates.std() / np.sqrt(TRIALS)
    assert rates.mean() < truth - 0.02
    assert abs(trials["enrolled"].mean() - exact["expected_n"]) < 4 * trials["enrolled"].std() / np.sqrt(TRIALS)
    assert abs(trials["success"].mean() - exact["probability_of_success"]) < 4 * np.sqrt(0.05 * 0.95 / TRIALS)
    unbiased = [
        ts.two_stage_analysis(DESIGN, int(responders), int(enrolled)).umvue
        for responders, enrolled in trials[["responders", "enrolled"]].drop_duplicates().to_numpy()
    ]
    pairs = trials[["responders", "enrolled"]]
    by_pair = dict(zip(map(tuple, pairs.drop_duplicates().to_numpy().tolist()), unbiased, strict=True))
    corrected = pairs.apply(lambda row: by_pair[row["responders"], row["enrolled"]], axis=1)
    assert abs(corrected.mean() - truth) < 4 * corrected.std() / np.sqrt(TRIALS)


@pytest.mark.parametrize("goes_on", [False, True])
def test_one_trial_reports_those_it_treated(goes_on: bool) -> None:
    """Screened, enrolled, responders, rate, interval, steroid and event tables, and the row of `simulate_trials`."""
    trials = ts.simulate_trials(PROTOCOL, NO_DRUG, 40, seed=53, design=DESIGN)
    size = DESIGN.n if goes_on else DESIGN.n1
    k = int(trials.index[trials["enrolled"] == size][0])
    row, trial = trials.loc[k], ts.simulate_trial(PROTOCOL, NO_DRUG, seed=53, design=DESIGN, replicate=k)
    assert trial.enrolled == trial.analysed == trial.treated == row["treated"] == size
    assert (trial.screened, trial.responders, trial.missing) == (row["screened"], row["responders"], row["missing"])
    assert trial.eligible == len(trial.responses) == len(trial.patients) == size
    assert trial.response_rate == row["response_rate"] == trial.responders / size
    assert trial.steroid_change.n + trial.steroid_change.n_missing == size
    assert set(trial.adverse_events["SUBJID"]) <= set(trial.responses["SUBJID"])
    exact = ts.two_stage_analysis(DESIGN, trial.responders, size)
    assert trial.interval == exact.interval
    said = trial.summary()
    assert f"enrolled {size}," in said and "90 % interval" in said and "without the bias of stopping" in said
    assert ("stopped after 15 patients" in said) is not goes_on


def test_a_trial_is_screened_no_further_than_it_went() -> None:
    """The last candidate of a stopped trial is its last patient; the same patients open the trial that goes on."""
    short = ts.TwoStage(n1=5, continue_at=5, n=40, min_responders=20, p0=0.30)
    stopped = ts.simulate_trial(PROTOCOL, NO_DRUG, seed=54, design=short)
    full = ts.simulate_trial(PROTOCOL, NO_DRUG, seed=54, design=ts.single_stage(5, 0.30))
    assert stopped.enrolled == 5 and stopped.screened == full.screened
    assert stopped.responses["SUBJID"].tolist() == full.responses["SUBJID"].tolist()


def test_the_decision_names_the_number_that_was_needed() -> None:
    """Among complete cases that is the boundary of the number analysed, not of the number planned."""
    design = ts.single_stage(20, 0.30)
    scenario = ts.Scenario(missing_week12=0.4)
    trial = ts.simulate_trial(PROTOCOL, scenario, seed=3, design=design, missing_visit="complete_cases")
    needed = ts.single_stage(trial.analysed, 0.30).min_responders
    assert trial.analysed < 18 and needed < 10
    assert f"Decision: {needed} responders were needed of {trial.analysed};" in trial.summary()
