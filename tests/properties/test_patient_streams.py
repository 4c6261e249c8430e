"""Same seed, same patients: whoever asks, however many, in whatever order."""

from __future__ import annotations

import hashlib
import importlib
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import trialsim as ts
from trialsim.patients.points import BATCH, Net, Replicate, Replicates, Streams

# The digest of the first 50 candidates of seed 7: a change of the model changes it on purpose, a platform must not.
_SCRIPT = """
import hashlib, trialsim as ts
cohort = ts.generate_cohort(50, seed=7)
followed = ts.follow(cohort, ts.Scenario(), seed=8)
text = cohort.subjects.to_csv() + cohort.prior_treatments.to_csv() + followed.assessments.to_csv()
print(hashlib.sha256(text.encode()).hexdigest())
"""


def _digest(cohort: ts.Cohort, followed: ts.Cohort) -> str:
    text = cohort.subjects.to_csv() + cohort.prior_treatments.to_csv() + followed.assessments.to_csv()
    return hashlib.sha256(text.encode()).hexdigest()


def test_another_process_makes_the_same_patients() -> None:
    """A fresh interpreter, with another hash seed, gives the same tables to the letter."""
    cohort = ts.generate_cohort(50, seed=7)
    here = _digest(cohort, ts.follow(cohort, ts.Scenario(), seed=8))
    there = subprocess.run([sys.executable, "-c", _SCRIPT], capture_output=True, text=True, check=True)
    assert there.stdout.strip() == here


@settings(max_examples=15, deadline=None)
@given(few=st.integers(1, 30), more=st.integers(1, 30), seed=st.integers(0, 2**63 - 1))
def test_more_patients_change_none_of_the_first(few: int, more: int, seed: int) -> None:
    """Patient 21 leaves patients 1 to 20 as they were, in every table."""
    small, large = ts.generate_cohort(few, seed=seed), ts.generate_cohort(few + more, seed=seed)
    small, large = ts.follow(small, ts.Scenario(), seed=seed), ts.follow(large, ts.Scenario(), seed=seed)
    for name in ("subjects", "prior_treatments", "assessments", "steroid_doses", "adverse_events", "drop_out"):
        kept = getattr(large, name)
        kept = kept[kept["SUBJID"].isin(small.ids)].reset_index(drop=True)
        pd.testing.assert_frame_equal(getattr(small, name), kept, check_dtype=True)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**40), name=st.text(min_size=1, max_size=20), start=st.integers(0, 10**12))
def test_a_stream_is_entered_at_any_place(seed: int, name: str, start: int) -> None:
    """Starting later in a stream gives what going through it would have given."""
    whole, tail = Streams(seed, 12, start)(name), Streams(seed, 5, start + 7)(name)
    assert np.array_equal(whole[7:], tail)


def test_the_order_of_questions_does_not_matter() -> None:
    """Asking for coordinates in another order, or twice, gives the same values."""
    points = Streams(3, 10)
    first = {name: points(name) for name in ("a", "b", "c")}
    for name in ("c", "a", "b", "a"):
        assert np.array_equal(points(name), first[name])


def test_different_names_and_seeds_are_different_streams() -> None:
    """No two of a thousand streams begin alike."""
    starts = {float(Streams(seed, 1)(f"x{k}")[0]) for seed in range(10) for k in range(100)}
    assert len(starts) == 1000


def test_a_replicate_is_a_place_in_every_stream() -> None:
    """Replicate 5 alone is the same as replicate 5 among others, also past its first batch."""
    among = Replicates(1, 3, 4)("x").reshape(4, BATCH)[2]
    later = Replicates(1, 3, 4, batch=1)("x").reshape(4, BATCH)[2]
    assert np.array_equal(Replicate(1, 5, BATCH + 9)("x"), np.concatenate([among, later[:9]]))


def test_the_callers_random_state_is_left_alone() -> None:
    """Neither of numpy's global generators nor Python's own is touched."""
    import random

    before = (random.getstate(), repr(np.random.get_state()))  # noqa: NPY002 -- it is what must not change
    ts.follow(ts.generate_cohort(5, seed=1), ts.Scenario(), seed=1)
    assert (random.getstate(), repr(np.random.get_state())) == before  # noqa: NPY002


def test_a_net_is_uniform_and_falls_back_to_streams() -> None:
    """Each coordinate of a net puts one point in each of its equal intervals; unknown ones come from a stream."""
    net = Net(1, 8, ("a", "b"))
    assert sorted(np.floor(net("b") * 256).astype(int)) == list(range(256))
    assert np.array_equal(net("c"), Streams(1, 256)("c"))


def test_a_control_changes_only_what_it_controls() -> None:
    """A stronger drug changes week 12, and neither baseline nor the error of readings nor who is a woman."""
    cohort = ts.generate_cohort(60, seed=2)
    weak = ts.follow(cohort, replace(ts.Scenario(), drug_effect=0.1), seed=2)
    strong = ts.follow(cohort, replace(ts.Scenario(), drug_effect=0.4), seed=2)
    pd.testing.assert_frame_equal(weak.subjects, strong.subjects)
    at = {c: c.assessments[c.assessments["AVISITN"] == 0].reset_index(drop=True) for c in (weak, strong)}
    pd.testing.assert_frame_equal(at[weak], at[strong])
    assert not weak.assessments.equals(strong.assessments)


@settings(max_examples=12, deadline=None)
@given(st.floats(0, 0.5), st.floats(0, 0.5), st.integers(0, 10**6))
def test_a_stronger_drug_never_worsens_a_measure(a: float, b: float, seed: int) -> None:
    """With more drug effect no measure of any patient reads worse at week 12."""
    cohort = ts.generate_cohort(30, seed=seed)
    never_leaves = replace(ts.Scenario(), missing_week12=0.0)
    weak, strong = (
        ts.follow(cohort, replace(never_leaves, drug_effect=effect), seed=seed).assessments for effect in sorted((a, b))
    )
    higher = weak["PARAMCD"].isin(["MMT8", "SF36PCS"])
    gain = np.where(higher, strong["AVAL"] - weak["AVAL"], weak["AVAL"] - strong["AVAL"])
    assert gain.min() >= 0


@pytest.mark.parametrize("n", [0, 1.5, "20", 10_000_001, True, None])
def test_an_impossible_number_of_patients_is_refused(n: object) -> None:
    """The message names n and what is allowed, before anything is computed."""
    with pytest.raises(ts.TrialsimError, match=r"n: got .*; allowed: a whole number from 1 to 10,000,000"):
        ts.generate_cohort(n, seed=1)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", [1.5, "x", -1, None, True])
def test_a_seed_that_is_no_whole_number_is_refused(seed: object) -> None:
    """The message names the seed."""
    with pytest.raises(ts.TrialsimError, match="seed: got"):
        ts.generate_cohort(5, seed=seed)  # type: ignore[arg-type]


def test_what_does_not_fit_into_memory_is_refused_with_the_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is made, the message says how much it would need, how much there is, and the way round."""
    room = importlib.import_module("trialsim.patients.room")
    monkeypatch.setattr(room, "free_memory", lambda: 2**30)
    with pytest.raises(ts.TrialsimError, match=r"n: got 10,000,000 rows, about 14\.0 GiB.*1\.0 GiB.*simulate_trials"):
        ts.generate_cohort(10_000_000, seed=1)
    cohort = ts.generate_cohort(8_000, seed=1)
    monkeypatch.setattr(room, "free_memory", lambda: 2**20)
    with pytest.raises(ts.TrialsimError, match="assessments: got"):
        _ = cohort.assessments
    monkeypatch.undo()
    assert len(cohort.assessments) == 88_000


def test_the_limit_of_a_hub_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a hub limits memory, no more than that is free, whatever the machine has."""
    room = importlib.import_module("trialsim.patients.room")
    monkeypatch.delenv("MEM_LIMIT", raising=False)
    unlimited = room.free_memory()
    monkeypatch.setenv("MEM_LIMIT", str(2**20))
    assert room.free_memory() == 0 < unlimited
