"""The two tables: every target is met, and the published numbers are shown as they fall, with which are independent."""

from __future__ import annotations

from functools import cache

from tests.replication import calibration_tables
from tests.replication.calibration import load_published, load_targets
from tests.replication.calibration_tables import tuned_to
from trialsim.facts.evidence import evidence
from trialsim.facts.population import load_population

checked_against = cache(calibration_tables.checked_against)  # some twenty seconds, and nobody changes it


def test_every_target_is_met() -> None:
    """Each row of what the model was tuned to is within its tolerance, and says how well its target is known."""
    table = tuned_to()
    assert table.loc[~table["met"], "label"].tolist() == []
    assert set(table["basis"]) <= {"read", "derived", "assumed"}


def test_what_does_not_fit_is_known() -> None:
    """Of the published counts two lie elsewhere; a change of the model would show here."""
    table = checked_against()
    counted = table[table["fits"].notna()]
    assert len(counted) >= 10
    assert counted.loc[~counted["fits"].astype(bool), "label"].tolist() == [
        "Placebo, TIS of 20 or more, week 24 (efgartigimod trial)",
        "Any adverse event",
    ]


def test_the_target_without_the_drug_is_the_placebo_group_carried_back() -> None:
    """The 30 % of week 12 is the 21 of 42 of week 24 carried back by a constant hazard, so the two are one number."""
    target = next(target for target in load_targets() if target.statistic == "response without drug")
    assert target.source == ("p0 projection",)
    group = next(group for group in load_published() if "projected from this very group" in group.not_independent)
    assert group.responders is not None and group.n is not None
    projected = 100 * (1 - (1 - group.responders / group.n) ** (target.week / group.week))
    stored = evidence().query("study == 'p0 projection'").iloc[0]["value"]
    assert round(projected, 1) == stored and abs(projected - target.target) < 1


def test_what_fed_the_model_is_not_called_independent() -> None:
    """Every published number from which a target or a parameter was taken says so; the others replicate."""
    table = checked_against().set_index("label")
    assert table.index[~table["independent"]].tolist() == [
        "Placebo, dermatomyositis, week 24",
        "Abatacept from the start, week 12",
        "MMT-8 of the weak (135 or less)",
        "HAQ-DI of the weak (MMT-8 of 135 or less)",
        "Physician global of 7 or more",
        "Glucocorticoid, fall of the dose",
        "Any adverse event",
        "Drug minus control in dermatomyositis, week 24 (phase 3)",
    ]
    known = load_population().parameters
    for label, parameter, source in (
        ("MMT-8 of the weak (135 or less)", "mmt_deficit_mean", "ABA-P3 NCT02971683"),
        ("HAQ-DI of the weak (MMT-8 of 135 or less)", "haq_mean", "ABA-P3 NCT02971683"),
        ("Physician global of 7 or more", "phga_mean", "ProDERM NCT02728752"),
        ("Glucocorticoid, fall of the dose", "gc_ratio_median", "Baricitinib JDM China"),
        ("Any adverse event", "any_event", "ABA-P3 NCT02971683"),
    ):
        assert source in known[parameter].source and table.loc[label, "not_independent"]


def test_placebo_scores_are_replicated() -> None:
    """The share of placebo patients who reach 20, 40 and 60 points by week 16 lies in each published interval."""
    table = checked_against()
    scores = table[table["label"].str.contains("week 16")]
    assert scores["fits"].tolist() == [True, True, True]
    assert (scores["source"].str.len() > 0).all()


def test_the_model_is_held_against_the_difference_of_phase_3() -> None:
    """Drug minus control at week 24 in the weak lies in the interval of phase 3; the hopeful drug is off its point."""
    row = checked_against().set_index("label").loc["Drug minus control in dermatomyositis, week 24 (phase 3)"]
    assert (row["published"], row["low"], row["high"]) == (5.0, -16.0, 25.3)
    assert row["fits"] and 15 < row["model"] < 25.3
