"""The bench: what it refuses, where its rates come from, and its designs beside those that are found directly."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import scipy.stats

from trialsim.design import find_n_for_width, find_single_stage, find_two_stage, two_arm_pilot
from trialsim.errors import TrialsimError
from trialsim.facts.pooling import find_arms, pool_arms, published_arm, shared_patients
from trialsim.patients.scenario import Scenario
from trialsim.power.bench import DESIGNS, Bench
from trialsim.power.rate import planning_rate
from trialsim.power.side_by_side import against_the_assumption, candidate, design_table, side_by_side
from trialsim.report import justify, tables
from trialsim.report.simulated import simulated_success

CONTROLS = tuple(arm.key for arm in find_arms("IMACS-2004")[:3])
DRUG = tuple(arm.key for arm in find_arms("IMACS-2004", week=12) if arm.role == "abatacept")


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        *[("p0", bad) for bad in (0, 1, -0.1, 0.5, 0.6, float("nan"), "0.3", None, True)],
        *[("p1", bad) for bad in (0.3, 0.2, 1, 0, float("inf"))],
        *[(name, bad) for name in ("alpha", "power", "cutoff", "narrow") for bad in (0, 1, 1.5, -1, float("nan"))],
        *[("n", bad) for bad in (3, 201, 20.5, "20")],
        *[(name, bad) for name in ("weight", "prior_weight", "prior_flat") for bad in (-0.1, 1.1, None)],
        *[("half_width", bad) for bad in (0, 0.5, -1)],
        *[(name, bad) for name in ("p0_reason", "p1_reason") for bad in (None, 3, "a\nb", "x" * 301)],
        *[(name, bad) for name in ("rescue", "stopped") for bad in ("failure", None, 1)],
        *[("prior_controls", bad) for bad in (None, 1, "yes")],
        *[(name, bad) for name in ("p0_arms", "p1_arms", "prior_arms") for bad in ("ARTEMIS", ("no such",), None, 3)],
        *[("scenario", bad) for bad in (None, {}, "base")],
        ("p0_patients", {}),
        ("definition", "IMACS"),
        ("design", "best"),
        ("protocol", "NCT00000000"),
        ("seed", -1),
        *[("title", bad) for bad in (None, 3, "a\nb", "x" * 121)],
    ],
)
def test_what_cannot_be_is_refused(field: str, bad: Any) -> None:
    """Each assumption that cannot be is refused by its name, with what is allowed."""
    with pytest.raises(TrialsimError):
        Bench(**{field: bad})


@pytest.mark.parametrize(
    ("rate", "p0", "p1"),
    [(0.288, 0.29, 0.28), (0.30, 0.30, 0.30), (0.30003, 0.30, 0.30), (0.2999, 0.30, 0.30), (0.3051, 0.31, 0.30)],
)
def test_rates_are_rounded_in_the_cautious_direction(rate: float, p0: float, p1: float) -> None:
    """p0 is rounded up and p1 down; less than a twentieth of a percent is not counted."""
    assert (planning_rate(rate, "p0"), planning_rate(rate, "p1")) == (p0, p1)


def test_origins_are_told_apart() -> None:
    """A rate is from the evidence while it is what the evidence gives, and assumed as soon as it is another."""
    bench = Bench().with_evidence("p0", CONTROLS)
    assert (bench.p0, bench.rate("p0").origin, bench.rate("p1").origin) == (0.29, "evidence", "assumed")
    moved = replace(bench, p0=0.30)
    assert moved.rate("p0").origin == "assumed"
    pooled = moved.rate("p0").pooled
    assert pooled is not None and (pooled.responders, pooled.n) == (53, 184)


def test_pooling_refuses_to_count_a_patient_twice() -> None:
    """Whole and part, two weeks of one group, two rules of one group, and everyone beside a part are refused."""
    arms = find_arms()
    for arm in arms:
        for other in arms:
            shared = shared_patients(arm, other)
            assert bool(shared) == bool(shared_patients(other, arm))
            if shared:
                assert arm.study == other.study
                with pytest.raises(TrialsimError):
                    pool_arms([arm.key, other.key])
    reasons = {shared_patients(arm, other) for arm in arms for other in arms if arm.key != other.key} - {""}
    assert len(reasons) == 4
    with pytest.raises(TrialsimError, match="Tick one"):
        pool_arms([])
    with pytest.raises(TrialsimError, match="Did you mean"):
        published_arm(CONTROLS[0].replace("RIM", "RIN"))


def test_filters_of_published_arms() -> None:
    """Arms are found by rule, week and group; a rule that counts measures finds all that do, a score only itself."""
    assert {arm.week for arm in find_arms("IMACS-2004", week=12)} == {12}
    assert {arm.group for arm in find_arms("NCT04946669", group="dermatomyositis")} == {"dermatomyositis"}
    assert {arm.definition for arm in find_arms("TIS-MODERATE")} == {"TIS-MODERATE"}
    assert "INFLIXIMAB-2008" in {arm.definition for arm in find_arms("NCT04946669")}
    assert all(arm.definition for arm in find_arms())
    assert find_arms("IMACS-2004", week=13) == ()
    for bad in ({"definition": "IMACS"}, {"group": "adults"}):
        with pytest.raises(TrialsimError):
            find_arms(**bad)


@pytest.mark.parametrize("p0", [0.05, 0.29, 0.40])
@pytest.mark.parametrize("gain", [0.15, 0.20, 0.35])
@pytest.mark.parametrize("power", [0.80, 0.90])
def test_the_designs_are_those_found_directly(p0: float, gain: float, power: float) -> None:
    """Beside each other stand the very designs that the search for each of them gives."""
    bench = Bench(p0=p0, p1=round(p0 + gain, 2), power=power)
    rates = (bench.p0, bench.p1, bench.alpha, bench.power)
    assert candidate(bench, "single").design == find_single_stage(*rates, n_max=200)
    for criterion in ("optimal", "minimax", "admissible"):
        for weight in (0.1, 0.25, 0.5, 0.9) if criterion == "admissible" else (0.5,):
            found = candidate(replace(bench, weight=weight), criterion).design
            given = {"weight": weight} if criterion == "admissible" else {}
            direct = find_two_stage(*rates, criterion=criterion, **given)
            assert found == replace(direct, note="")


@pytest.mark.parametrize("prior", [(), CONTROLS])
@pytest.mark.parametrize("cutoff", [0.80, 0.95, 0.99])
def test_bayesian_size_is_the_smallest(prior: tuple[str, ...], cutoff: float) -> None:
    """No smaller Bayesian trial has the wanted power and the allowed error, at the cut-off asked for if one can."""
    bench = Bench(prior_arms=prior, cutoff=cutoff, prior_controls=bool(prior))
    found = candidate(bench, "bayes")
    assert 0 < found.design.min_responders <= found.n
    assert found.attained_alpha <= bench.alpha and found.power >= bench.power
    good = []
    for n in range(1, 201):
        x = np.arange(n + 1)
        sure = scipy.stats.beta.sf(bench.p0, bench.prior.a + x, bench.prior.b + n - x) > cutoff
        if not sure.any() or sure[0]:
            continue
        enough = int(sure.argmax()) - 1
        error, power = (scipy.stats.binom.sf(enough, n, rate) for rate in (bench.p0, bench.p1))
        if error <= bench.alpha and power >= bench.power:
            good.append(n)
    if good:
        assert (found.n, found.design.cutoff, found.remark) == (good[0], cutoff, "")
    else:
        assert found.design.cutoff != cutoff and f"{found.design.cutoff:g} does" in found.remark


@pytest.mark.parametrize("flat", [0.0, 0.3, 1.0])
def test_a_robust_prior_decides_and_is_reported(flat: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """The boundary by integrating the mixture; paragraph, references and lines name it; the lines give it again."""
    bench = Bench(design="bayes", p0=0.4, p1=0.6, prior_arms=DRUG, prior_weight=1.0, prior_flat=flat, cutoff=0.94)
    design = candidate(bench).design
    pooled = pool_arms(DRUG)
    groups = scipy.stats.beta(1 + pooled.responders, 1 + pooled.n - pooled.responders)
    grid = np.linspace(0, 1, 20_001)
    believed = (1 - flat) * groups.pdf(grid) + flat
    for x, sure in ((design.min_responders - 1, False), (design.min_responders, True)):
        after = believed * grid**x * (1 - grid) ** (design.n - x)
        chance = after[grid >= bench.p0].sum() / after.sum()
        assert (chance > design.cutoff) == sure
        assert design.posterior_probability(x) == pytest.approx(chance, abs=1e-3)
    monkeypatch.setattr(tables, "belief_rows", lambda bench: ())  # they take seconds
    found = justify(bench)
    assert (f"chance of {100 * flat:g} % these groups are taken not to apply" in found.paragraph) == bool(flat)
    assert any("Schmidli" in source for source in found.references) == bool(flat)
    assert (f"vague_weight={flat!r}" in found.lines.code) == bool(flat)
    again: dict[str, Any] = {}
    exec(found.lines.code, again)
    assert again["design"] == design


@pytest.mark.parametrize("weight", [0.1, 0.5, 1.0])
@pytest.mark.parametrize("study", [CONTROLS[:1], CONTROLS, DRUG])
@pytest.mark.parametrize("p0", [0.1, 0.3, 0.6])
def test_no_bayesian_design_breaks_its_promise(study: tuple[str, ...], weight: float, p0: float) -> None:
    """Whatever the prior, what is proposed keeps alpha and could fail; else there is none, with the nearest."""
    bench = Bench(p0=p0, p1=p0 + 0.2, prior_arms=study, prior_weight=weight, prior_controls=True)
    for more in (-3, 0, 2):
        found = candidate(bench, "bayes", more=more)
        if found.found:
            assert found.design.min_responders >= 1 and found.attained_alpha <= bench.alpha
        else:
            assert found.remark


def test_controls_are_no_prior_of_the_treated_unasked() -> None:
    """Groups on standard care as the prior give no design until somebody says that this is meant (fault F2)."""
    trial = next(arm.key for arm in find_arms("IMACS-2004") if (arm.responders, arm.n) == (31, 73))
    bench = Bench(design="bayes", prior_arms=(trial,), prior_weight=1.0)
    asked = candidate(bench)
    assert not asked.found and "standard care" in asked.remark and "prior_controls" in asked.remark
    meant = candidate(replace(bench, prior_controls=True))
    assert meant.found and meant.attained_alpha <= 0.05 and meant.design.min_responders > 0


def test_the_rest_of_the_table() -> None:
    """The two arms of the same twenty patients, and the interval that is narrow enough often enough."""
    bench = Bench()
    pilot = candidate(bench, "pilot")
    assert pilot.power == two_arm_pilot(10, 10).power(0.3, 0.5) == pytest.approx(0.126, abs=5e-4)
    assert candidate(bench, "precision").n == find_n_for_width(0.5, 0.15, chance=0.8).n
    table = design_table(bench)
    assert list(table.index) == list(DESIGNS)
    assert table.loc["at_hand", "power"] == pytest.approx(0.588099, abs=1e-6)


def test_one_patient_more_makes_it_worse() -> None:
    """With a patient more or fewer the rule is worked out again and never exceeds the allowed error."""
    bench = Bench()
    assert candidate(bench, "at_hand", more=1).power < candidate(bench, "at_hand").power
    for name in ("at_hand", "single", "optimal", "minimax"):
        for more in range(-5, 6):
            design = candidate(bench, name, more=more)
            assert design.n == candidate(bench, name).n + more and design.attained_alpha <= bench.alpha


def test_only_two_arms_stay_calm_when_p0_is_wrong() -> None:
    """Every single-arm design succeeds too often when standard care gives 40 %; the two arms do not."""
    table = against_the_assumption(Bench())
    assert table.loc["precision"].isna().all(), "nothing is tested"
    assert (table.drop(index=["pilot", "precision"])[0.40] > 0.2).all() and table.loc["pilot"].max() < 0.05
    lost = against_the_assumption(Bench(), (0.40,), lost=0.25)
    same = against_the_assumption(Bench(), (0.30,))[0.30]
    assert np.allclose(lost[0.40].dropna().astype(float), same.dropna().astype(float))


def test_rates_too_close_leave_rows_that_say_why() -> None:
    """Where no design exists the row says so, and its numbers are missing."""
    table = design_table(Bench(p0=0.5, p1=0.55))
    assert "200" in table.loc["single", "remark"] and pd.isna(table.loc["single", "power"])
    design = candidate(Bench(p0=0.5, p1=0.55), "optimal")
    with pytest.raises(TrialsimError):
        design.success(0.5)
    with pytest.raises(TrialsimError):
        candidate(Bench(), "best")


def test_an_interval_by_itself_tests_nothing() -> None:
    """The design without a test has a size and no chance of success, in the table and when asked for one."""
    row, design = design_table(Bench()).loc["precision"], candidate(Bench(), "precision")
    assert row["n"] == design.n > 0 and pd.isna(row["power"]) and pd.isna(row["attained_alpha"])
    for ask in (lambda: design.success(0.5), lambda: simulated_success(design, 0.5, 0.3, seed=1)):
        with pytest.raises(TrialsimError, match="a design with a test"):
            ask()


@pytest.mark.parametrize("name", [name for name in DESIGNS if name != "precision"])
def test_exact_against_simulated(name: str) -> None:
    """Trials played patient by patient agree with the exact chances of every design, at p0, at p1 and above p0."""
    design = candidate(Bench(), name)
    for rate, standard_care in ((0.3, 0.3), (0.5, 0.3), (0.4, 0.4)):
        found = simulated_success(design, rate, standard_care, seed=7)
        assert abs(found.value - design.success(rate, standard_care)) < 4.5 * max(found.standard_error, 1e-4)


def test_admissible_lies_between() -> None:
    """The weight moves the admissible design from optimal to minimax, and never back."""
    rows = [candidate(Bench(p0=0.2, p1=0.4, power=0.9, weight=w), "admissible") for w in np.linspace(0, 1, 21)]
    assert [row.n for row in rows] == sorted((row.n for row in rows), reverse=True)
    found = {row.name: row for row in side_by_side(Bench(p0=0.2, p1=0.4, power=0.9))}
    assert (rows[0].n, rows[-1].n) == (found["optimal"].n, found["minimax"].n)


def test_patients_that_differ_stay_apart() -> None:
    """A bench knows the patients that its rates came from, also when others are being tried."""
    base = Bench(p0_patients=Scenario(), scenario=replace(Scenario(), background=0.2))
    assert base.p0_patients == Scenario() != base.scenario
