"""Virtual trials: one among many, divided among workers, decided by a design."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import trialsim as ts

PROTOCOL = ts.load_protocol("NCT04946669")
DESIGN = ts.single_stage(20, 0.30)


@settings(max_examples=8, deadline=None)
@given(k=st.integers(0, 60), seed=st.integers(0, 10**9))
def test_a_replicate_run_alone_is_the_row_of_the_table(k: int, seed: int) -> None:
    """Screened, missing, responders and decision are the same, and so are the verdicts of the tidy tables."""
    row = ts.simulate_trials(PROTOCOL, None, k + 1, seed=seed, design=DESIGN).iloc[k]
    trial = ts.simulate_trial(PROTOCOL, None, seed=seed, design=DESIGN, replicate=k)
    assert (trial.screened, trial.missing, trial.responders) == (row["screened"], row["missing"], row["responders"])
    assert (trial.success, trial.enrolled, trial.eligible) == (row["success"], 20, 20)
    assert int(trial.responses["response"].sum()) == trial.responders


def test_a_trial_that_needs_a_second_batch_is_the_same_alone() -> None:
    """Also where a trial screens more candidates than one batch holds."""
    scenario = ts.Scenario(no_consent=0.6)
    table = ts.simulate_trials(PROTOCOL, scenario, 30, seed=5)
    k = int(table["screened"].idxmax())
    trial = ts.simulate_trial(PROTOCOL, scenario, seed=5, replicate=k)
    assert trial.screened == table["screened"].max() > 80
    assert trial.responders == table["responders"][k]


def test_workers_change_nothing() -> None:
    """The same trials whether chunks are worked on here or elsewhere, and a longer run begins as the shorter one."""
    here = ts.simulate_trials(PROTOCOL, None, 450, seed=9, design=DESIGN)
    with ThreadPoolExecutor(2) as pool:
        there = ts.simulate_trials(PROTOCOL, None, 450, seed=9, design=DESIGN, executor=pool)
    pd.testing.assert_frame_equal(here, there)
    pd.testing.assert_frame_equal(here.head(30), ts.simulate_trials(PROTOCOL, None, 30, seed=9, design=DESIGN))


def test_a_design_decides_and_without_one_nobody_does() -> None:
    """Success is the number of responders against the design's; the record names neither p0 nor alpha."""
    table = ts.simulate_trials(PROTOCOL, None, 100, seed=2, design=DESIGN)
    assert (table["success"] == (table["responders"] >= DESIGN.min_responders)).all()
    trial = ts.simulate_trial(PROTOCOL, None, seed=2)
    assert trial.success is None
    assert "Decision: none" in trial.summary()
    assert "success" not in ts.simulate_trials(PROTOCOL, None, 3, seed=2)


def test_a_two_stage_trial_stops_early_when_too_few_respond() -> None:
    """It goes on only with enough responders among the first, and treats only those when it stops."""
    design = ts.find_two_stage(0.30, 0.55, 0.05, 0.80)
    table = ts.simulate_trials(PROTOCOL, ts.Scenario().without_drug(), 300, seed=3, design=design)
    assert set(table["treated"]) == {design.n1, design.n}
    assert not table.loc[table["treated"] == design.n1, "success"].any()
    stopped = int(table.index[table["treated"] == design.n1][0])
    trial = ts.simulate_trial(PROTOCOL, ts.Scenario().without_drug(), seed=3, design=design, replicate=stopped)
    assert trial.treated == design.n1
    assert "stopped after" in trial.summary()


def test_complete_cases_use_the_threshold_of_their_own_number() -> None:
    """With fewer analysed the number needed is that of the exact test of as many."""
    scenario = ts.Scenario(missing_week12=0.3)
    table = ts.simulate_trials(PROTOCOL, scenario, 200, seed=4, design=DESIGN, missing_visit="complete_cases")
    needed = table["analysed"].map(lambda n: ts.single_stage(int(n), DESIGN.p0, DESIGN.alpha).min_responders)
    assert (table["success"] == (table["responders"] >= needed)).all()
    assert (table["analysed"] == 20 - table["missing"]).all()


def test_nobody_eligible_ends_with_a_message() -> None:
    """A scenario that lets nobody in is told so after a bounded search, naming the criterion."""
    with pytest.raises(ts.TrialsimError, match=r"After [\d,]+ candidates it was not full. Most fail at INCL04"):
        ts.simulate_trials(PROTOCOL, ts.Scenario(no_consent=1.0), 2, seed=1)
    with pytest.raises(ts.TrialsimError, match="scenario: got"):
        ts.response_probability(ts.Scenario(no_consent=1.0), PROTOCOL)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"n_trials": 0}, "n_trials: got 0"),
        ({"n_trials": 10**8}, "n_trials: got 100000000"),
        ({"seed": 0.5}, "seed: got 0.5"),
        ({"definition": "IMACS-2014"}, "IMACS-2014"),
        ({"design": 20}, "design: got 20"),
        ({"enzyme": "CKMB"}, "enzyme: got 'CKMB'"),
        ({"missing_visit": "locf"}, "missing_visit: got 'locf'"),
        ({"scenario": "base"}, "scenario: got 'base'"),
        ({"protocol": "NCT04946669"}, "protocol: got 'NCT04946669'.*load_protocol"),
    ],
)
def test_bad_arguments_are_named(arguments: dict[str, object], words: str) -> None:
    """Each message names the argument and what is allowed."""
    good: dict[str, object] = {"protocol": PROTOCOL, "scenario": None, "n_trials": 2, "seed": 1}
    with pytest.raises(ts.TrialsimError, match=words):
        ts.simulate_trials(**(good | arguments))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "design",
    [
        ts.curtailed(DESIGN),
        ts.bayes_monitoring(ts.bayes_single_arm(20, p0=0.3, cutoff=0.95), [10]),
        ts.JointDesign(7, 3, 2, 17, 8, 4, 0.3, 0.6, 0.4, 0.1),
        ts.adapt_second_stage(ts.TwoStage(n1=15, continue_at=6, n=46, min_responders=19, p0=0.3), 43),
    ],
    ids=["looks", "Bayesian looks", "toxicity", "another n"],
)
def test_a_design_that_a_virtual_trial_cannot_follow_is_refused(design: object) -> None:
    """Looks, toxicity and a rule by the first stage would be passed over without a word."""
    for simulate in (ts.simulate_trial, lambda *given, **more: ts.simulate_trials(*given, 3, **more)):
        with pytest.raises(ts.TrialsimError, match=r"design: got .*allowed: a design, as single_stage"):
            simulate(PROTOCOL, None, seed=1, design=design)  # type: ignore[operator]


def test_memory_stays_flat() -> None:
    """Three times the trials take no more memory beyond the table that is returned, of at most 100 bytes a trial."""
    import tracemalloc

    def peak(n_trials: int) -> int:
        # One thread: with two, the peak hangs on which of their chunks happen to meet.
        with ThreadPoolExecutor(1) as thread:
            tracemalloc.start()
            table = ts.simulate_trials(PROTOCOL, None, n_trials, seed=1, executor=thread)
            used = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        assert table.memory_usage(deep=True).sum() / n_trials <= 100
        return used

    peak(400)
    small, large = peak(4000), peak(12_000)
    assert large - small < 8000 * 100


def test_steroids_follow_the_patient_and_are_counted_with_the_missing() -> None:
    """The dose falls more where the drug works, and pairs are only those with both visits."""
    scenario = ts.Scenario(missing_week12=0.2)
    cohort = ts.generate_cohort(2000, seed=6)
    treated = ts.steroid_change(ts.follow(cohort, replace(scenario, drug_effect=0.4), seed=6))
    control = ts.steroid_change(ts.follow(cohort, scenario.without_drug(), seed=6))
    assert treated.ratio.mean is not None and control.ratio.mean is not None
    assert treated.ratio.mean < control.ratio.mean
    assert control.n + control.n_missing == 2000
    assert control.n_missing > 0.15 * 2000
    with pytest.raises(ts.TrialsimError, match="a cohort that was followed"):
        ts.steroid_change(cohort)


def test_a_patient_without_glucocorticoid_is_not_missing() -> None:
    """A dose of 0 is a dose: it counts in the paired change, has no ratio, and only an absent week 12 is missing."""
    cohort = ts.generate_cohort(400, seed=2, scenario=ts.Scenario(gc_none_classic=0.2))
    followed = ts.follow(cohort, ts.Scenario(gc_none_classic=0.2), seed=2)
    found = ts.steroid_change(followed)
    doses = {
        week: rows.set_index("SUBJID")["dose"]
        for week, rows in followed.steroid_doses.query("AVISITN in (0, 12)").groupby("AVISITN")
    }
    differences = (doses[12] - doses[0]).dropna()
    assert (doses[0] == 0).sum() > 40
    assert (found.n, found.n_missing) == (len(differences), 400 - len(differences))
    assert found.change.mean == pytest.approx(differences.mean(), rel=1e-12)
    ratios = (doses[12] / doses[0])[lambda ratio: ratio > 0]
    assert found.ratio.n == len(ratios) < found.n
    assert found.ratio.mean == pytest.approx(np.exp(np.log(ratios).mean()), rel=1e-12)


def test_adverse_events_come_as_often_as_assumed() -> None:
    """Shares of any, serious, infection, zoster and infusion events are the scenario's, within four standard errors."""
    n = 20_000
    followed = ts.follow(ts.generate_cohort(n, seed=7), ts.Scenario(), seed=7)
    events = followed.adverse_events
    shares = {
        "any_event": events["SUBJID"].nunique(),
        "serious_event": events.loc[events["serious"], "SUBJID"].nunique(),
        "infection_event": (events["event"] == "infection").sum(),
        "zoster_event": (events["event"] == "herpes zoster").sum(),
        "infusion_event": (events["event"] == "infusion-related event").sum(),
    }
    for name, count in shares.items():
        expected = getattr(ts.Scenario(), name)
        assert abs(count / n - expected) < 4 * np.sqrt(expected * (1 - expected) / n), name
