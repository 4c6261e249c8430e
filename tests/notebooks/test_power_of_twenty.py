"""Lesson 04: its surprises, its panels at every end, its checks with right and thinkable wrong answers, its prose."""

from __future__ import annotations

import re
from dataclasses import replace
from math import comb
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.notebooks.reading import open_text
from tests.notebooks.replying import every_reply
from tests.notebooks.sweeping import sweep
from trialsim.design import find_single_stage, find_two_stage, response_interval, single_stage
from trialsim.errors import TrialsimError
from trialsim.facts.evidence import evidence
from trialsim.facts.protocol import load_protocol
from trialsim.facts.scenarios import named_scenarios
from trialsim.lessons import power_of_twenty as lesson
from trialsim.lessons.control_arms import control_arms, distances, published_rates, studies
from trialsim.lessons.power_of_twenty.decision_panels import decision_panel
from trialsim.lessons.power_of_twenty.evidence_panels import evidence_panel
from trialsim.lessons.power_of_twenty.one_more_panels import one_more_panel
from trialsim.lessons.power_of_twenty.other_designs import intervals_panel, other_designs_panel
from trialsim.lessons.power_of_twenty.questions import another_trial
from trialsim.power.randomised import phase_three
from trialsim.widgets.controls import Slider
from trialsim.widgets.panel import Panel, View
from trialsim.widgets.question import OneOf, Question

NOTEBOOK = Path(__file__).resolve().parents[2] / "notebooks" / "04_power_of_twenty.ipynb"


def trials_in_100(view: View) -> int:
    """The number of successes that a sentence of the first panel speaks of."""
    found = re.search(r"(\d+) trials in 100 would succeed", view.sentence)
    assert found is not None, view.sentence
    return int(found[1])


def within(panel: Panel, **ends: tuple[int, int]) -> Panel:
    """The panel with the ends of some sliders moved in, so that p1 stays above p0 at every end."""
    controls = [
        replace(control, low=ends[control.name][0], high=ends[control.name][1])
        if isinstance(control, Slider) and control.name in ends
        else control
        for control in panel.controls
    ]
    return replace(panel, controls=tuple(controls))


def test_surprises_come_out_of_the_model() -> None:
    """p0 = 0.20 looks fine, p0 = 0.40 is hopeless, and at 0.30 twenty-one patients are worse than twenty."""
    panel = decision_panel()
    shown = [trials_in_100(panel.view(**state)) for state in ({"p0": 20}, {"p0": 40}, {}, {"n": 21})]
    exact = [single_stage(n, p0).power(0.5) for n, p0 in ((20, 0.2), (20, 0.4), (20, 0.3), (21, 0.3))]
    assert shown == [round(100 * power) for power in exact] == [87, 13, 59, 50]
    assert [round(power, 3) for power in exact] == [0.868, 0.132, 0.588, 0.500]


def test_sentence_rewrites_itself() -> None:
    """The sentence names n, the true rate, the successes, the boundary, the false successes and the prediction."""
    view = decision_panel().view(prediction=80)
    assert view.sentence == (
        "With 20 patients and a true response rate of 50 % (hopeful, what two small studies found), 59 trials in 100 "
        "would succeed: 10 responders or more are needed. If only 30 % respond, 5 in 100 would still succeed, "
        "by luck. You guessed 80."
    )
    assert "you: 80" in view.picture.layer


def test_published_groups_lie_on_both_sides() -> None:
    """Of the studies that count measures, each once and whole, the largest near our disease lies above 0.40."""
    rates = published_rates(load_protocol("NCT04946669"))
    counted = studies(rates)
    assert len({rate.label.split()[0] for rate in counted}) == len(counted) == 3
    assert not any("part" in rate.label for rate in counted) and sum(rate.part for rate in rates) == 2
    assert {rate.family for rate in counted} == {"3 of 6 measures improved"}
    assert [rate.rate > 0.4 for rate in counted] == [False, False, True]
    said = distances(rates, 0.4)
    assert "RIM 20.6 % (19.4 points below;" in said and "ABA-P3 42.5 % (2.5 points above;" in said
    assert "compatible" not in said
    assert "13.2\N{EN DASH}29.7" in control_arms().iloc[0]["95\N{NO-BREAK SPACE}% interval"]


def test_beliefs_wear_their_names() -> None:
    """The power of twenty under each named scenario, and its name wherever the rate is chosen or shown."""
    table = lesson.beliefs()
    assert table.frame["power"].tolist() == ["0.087", "0.190", "0.588"]
    assert phase_three().words in table.caption
    for percent, name in ((33, "sceptical"), (38, "neutral"), (50, "hopeful, what two small studies found")):
        sentence = decision_panel().view(p1=percent).sentence
        assert f"a true response rate of {percent} % ({name}" in sentence
    assert "39 % (" not in decision_panel().view(p1=39).sentence
    assert phase_three().words in lesson.PLAN.panels["situation"]().view().source


def test_published_groups_are_controls_with_exact_intervals() -> None:
    """The groups shown are controls seen by week 24, each with its exact interval, source and what sets it apart."""
    arms, rates = control_arms(), published_rates(load_protocol("NCT04946669"))
    assert len(arms) == len(rates) == 8
    assert arms["week"].max() <= 24
    assert arms["source"].str.len().min() > 10
    for arm, rate in zip(arms.itertuples(), rates, strict=True):
        responders, n = map(int, str(arm.responded).split(" of "))
        assert f"{arm.responded}" in rate.label
        assert rate.interval == response_interval(responders, n)
        assert (f"week {arm.week}" in rate.differs) == (arm.week != 12)
    assert [rate.label for rate in rates if "recalled" in rate.label] == ["RIM 21 of 102 (recalled)"]


@pytest.mark.parametrize("panel", [decision_panel(), one_more_panel()], ids=lambda panel: panel.title)
def test_every_control_at_its_ends(panel: Panel) -> None:
    """Every control moves to both ends, where p1 stays above p0, and refuses bad values in words."""
    sweep(within(panel, p0=(5, 49), p1=(31, 95)))


def test_p0_from_evidence() -> None:
    """The third panel says what a p0 asks of twenty patients, and the two things to find are found where they are."""
    panel = evidence_panel()
    for p0 in (5, 30, 31, 42, 60):
        view = panel.view(p0=p0)
        needed = single_stage(20, p0 / 100).min_responders
        verdict = "a success" if needed <= 10 else "no success"
        assert f"If p0 is {p0} %, a success takes {needed} or more of 20: ten of twenty is {verdict}" in view.sentence
        assert f"p0 {p0}: success with {needed} or more of 20" in view.picture.layer
    states = [panel.read({"p0": p0}) for p0 in panel.controls[0].values]
    done = [[state["p0"] for state in states if task.done(state)] for task in panel.tasks]
    assert done == [[42], [31]]
    sweep(panel)


def test_every_task_can_be_done() -> None:
    """Each thing to try is shown as done in some state, and by none of those in which its panel opens."""
    for panel, states in (
        (decision_panel(), [{"p0": 20}, {"p0": 40}, {"p0": 30, "p1": 33}]),
        (one_more_panel(), [{"n": 21}, {"n": 39}, {"n": 43}]),
        (evidence_panel(), [{"p0": 42}, {"p0": 31}]),
        (other_designs_panel(), [{"design": "single"}, {"weight": 100}, {"design": "bayes"}]),
        (intervals_panel(), [{"responders": 1, "method": "wald"}, {"method": "wilson"}]),
    ):
        assert not any(task.done(panel.default) for task in panel.tasks)
        assert [task.done(panel.read(state)) for task, state in zip(panel.tasks, states, strict=True)] == [True] * len(
            states
        )


def test_nothing_tells_before_it_is_asked() -> None:
    """What is open on the page that is only read holds neither prediction's answer: 59 successes, and a step down."""
    text = open_text(notebook())
    assert round(100 * single_stage(20, 0.3).power(0.5)) == 59
    assert not re.search(r"\b59\b|\b58\.8\b|0\.59\b|0\.588", text)
    assert not re.search(r"not always better|made it worse|saw\b(?!$)", text.replace("moves like a saw", ""))


@pytest.mark.parametrize("panel", [decision_panel(), one_more_panel()], ids=lambda panel: panel.title)
@pytest.mark.parametrize("p1", [20, 30])
def test_p1_must_exceed_p0(panel: Panel, p1: int) -> None:
    """A true rate at or below p0 is refused with a sentence that names the control and what to do."""
    with pytest.raises(TrialsimError, match=r"True response rate with the drug .*Raise p1 or lower p0"):
        panel.view(p1=p1)


def test_corners_are_drawn() -> None:
    """Corners of the controls together, a trial that can never succeed among them, have their sentence."""
    panel = decision_panel()
    for n in (5, 60):
        for p0, p1 in ((5, 20), (5, 95), (60, 61), (60, 95)):
            assert panel.view(n=n, p0=p0, p1=p1).sentence
    never = panel.view(n=5, p0=60, p1=95)
    assert "can never succeed" in never.sentence and "No number of responders" in never.alt
    assert "every patient has to respond" in panel.view(n=5, p0=50, p1=95).sentence


def test_one_more_patient_says_why() -> None:
    """The second panel says that the twenty-first patient made it worse, why, and from where power lasts."""
    sentence = one_more_panel().view(n=21).sentence
    assert "50 trials in 100 succeed, with 20 it was 59: the last patient made it worse" in sentence
    assert "11 responders are now needed instead of 10" in sentence
    sizes = [find_single_stage(0.3, 0.5, 0.05, 0.8, lasting=lasting).n for lasting in (False, True)]
    assert f"first reached with {sizes[0]} patients, and stays so from {sizes[1]}" in sentence


def test_one_more_patient_beyond_the_search() -> None:
    """Where no size up to the largest has the wanted power, the sentence says so."""
    assert "No trial of up to 500 patients reaches 80" in one_more_panel().view(p0=49).sentence


def test_prediction_of_one_more_leaves_its_mark() -> None:
    """What was predicted of the twenty-first patient stands in the picture."""
    assert "you: 21 have more power than 20" in one_more_panel().view(prediction="better").picture.layer


def test_other_designs_at_every_end() -> None:
    """The panels of the last part move to both ends of every control, and refuse rates that are too close."""
    designs, intervals = other_designs_panel(), intervals_panel()
    sweep(within(designs, p0=(5, 35), p1=(50, 90)), refused={"p1": 40})
    sweep(intervals)
    for design in ("single", "bayes"):
        fixed = replace(designs, tasks=(), controls=designs.controls[1:3], draw=with_design(designs, design))
        sweep(within(fixed, p0=(5, 35), p1=(50, 90)))


def with_design(panel: Panel, design: str) -> Any:
    """The panel's drawing with its choice of a design fixed."""
    return lambda state: panel.draw({"weight": 0, **state, "design": design})


def test_other_designs_say_what_the_package_finds() -> None:
    """The sentences name Simon's optimal and minimax design, and the average number of patients at p0."""
    panel = other_designs_panel()
    for weight, criterion in ((0, "optimal"), (100, "minimax")):
        design = find_two_stage(0.3, 0.5, 0.05, 0.8, criterion=criterion)
        sentence = panel.view(weight=weight).sentence
        assert f"{design.n1} patients first, going on with {design.continue_at} or more responders" in sentence
        assert f"{design.n} in all, success with {design.min_responders} or more" in sentence
        assert f"{design.expected_n(0.3):.1f} patients are treated on average" in sentence


def test_looks_save_patients_and_cost_power() -> None:
    """The Bayesian trial with looks takes fewer patients at p0 than one stage, and succeeds less often at p1."""
    one_look, looks = (other_designs_panel().view(design=design).sentence for design in ("single", "bayes"))
    single = find_single_stage(0.3, 0.5, 0.05, 0.8)
    found = re.search(r"([\d.]+) patients are treated on average", looks)
    assert found is not None and float(found[1]) < single.n
    power = [float(sentence.split(", ")[-1].split(" at ")[0]) for sentence in (one_look, looks)]
    assert power[0] == round(100 * single.power(0.5), 1) > power[1]


def test_wald_breaks_its_promise() -> None:
    """After 1 of 20 Wald's interval reaches below 0, and it covers far less often than it promises."""
    view = intervals_panel().view(responders=1, method="wald")
    assert "plausibly \N{MINUS SIGN}4.6 to" in view.sentence
    assert "in fewer than the promised 95 of 100 trials at" in view.sentence
    assert "in the promised 95 of 100 trials or more, whatever it is" in intervals_panel().view().sentence


@pytest.mark.parametrize(
    ("method", "fewest", "at"), [("clopper-pearson", 95.8, 49.1), ("wilson", 89.4, 2.8), ("wald", 18.2, 1.0)]
)
def test_fewest_is_found_where_coverage_jumps(method: str, fewest: float, at: float) -> None:
    """The sentence names the least coverage between 1 and 99 %, and no finer grid of rates finds one below it."""
    sentence = intervals_panel().view(method=method).sentence
    assert f"fewest ({fewest}) at a true rate of {at} %" in sentence
    intervals = [response_interval(x, 20, method=method) for x in range(21)]
    finely = [
        sum(comb(20, x) * rate**x * (1 - rate) ** (20 - x) for x, interval in enumerate(intervals) if rate in interval)
        for rate in (k / 5000 for k in range(50, 4951))
    ]
    assert fewest - 0.05 <= 100 * min(finely) < fewest + 0.5


def test_simulation_agrees_with_exact() -> None:
    """The counted share lies within four standard errors of the exact one, and the same seed counts the same."""
    table = lesson.exact_beside_simulated().frame
    simulated = next(column for column in table.columns if column.startswith("simulated"))
    assert ((table["exact"] - table[simulated]).abs() < 4 * table["standard error"]).all()
    assert table.equals(lesson.exact_beside_simulated().frame)
    assert not table.equals(lesson.exact_beside_simulated(seed=5).frame)


def test_by_hand_finds_the_boundary() -> None:
    """The first count that is rare enough in the table is the boundary of the design."""
    table = lesson.by_hand(24, 0.25, 0.5).frame
    assert table.index[table["rare enough"].eq("yes")][0] == f"{single_stage(24, 0.25).min_responders} or more"


def questions() -> list[Question]:
    """All questions, the second as several learners get it."""
    numbers = [lesson.PLAN.question("apply", number) for number in range(0, 60)]
    return [lesson.PLAN.question("recall"), lesson.PLAN.question("diagnose"), *numbers]


@pytest.mark.parametrize("question", questions(), ids=lambda question: question.name)
def test_checks_reply(question: Question) -> None:
    """The computed key is right, nothing is empty, nonsense is refused, and each named idea gets its own reply."""
    key, met = every_reply(question)
    assert len(set(met)) == 3
    if not isinstance(question.answer, OneOf):
        near = next(count for count in (key + 1, key + 2) if count not in met)
        assert question.reply(near).verdict == "close"
        assert question.reply(-1).verdict == question.reply(question.answer.high + 1).verdict == "refused"


def test_neighbours_have_different_trials() -> None:
    """Consecutive numbers pick different trials, and a number that is none is refused."""
    picked = [another_trial(number)[0] for number in range(28)]
    assert len(set(picked)) == 28
    with pytest.raises(TrialsimError, match="number"):
        lesson.PLAN.question("apply", 1.5)  # type: ignore[arg-type]


def test_diagnose_key_follows_the_numbers() -> None:
    """The key of the claim changes with the trial: 13 of 20 holds at 0.40 too, 9 of 20 does not even at 0.30."""
    from trialsim.lessons.power_of_twenty.questions import diagnose_question

    assert [diagnose_question(x).key() for x in (9, 10, 13)] == ["failed", "p0", "holds"]


def test_prose_agrees_with_the_package() -> None:
    """Numbers that the prose states are what the package computes."""
    prose = " ".join("\n".join(cell.source for cell in notebook().cells if cell.cell_type == "markdown").split())
    design = single_stage(20, 0.3)
    assert f"with twenty patients it is {100 * design.attained_alpha:.1f}" in prose
    assert design.min_responders == 10 and single_stage(21, 0.3).min_responders == 11
    assert single_stage(21, 0.3).p_value(10) > 0.05, "with a twenty-first patient ten or more would happen too often"
    lasting = find_single_stage(0.3, 0.5, 0.05, 0.8, lasting=True).n
    assert f"at 30 % against 50 %, {lasting} give 80 successes in 100 and any larger number does, too" in prose
    assert single_stage(20, 0.31).min_responders > 10, "ten of twenty is a success only if p0 is 30 % or less"
    rates = published_rates(load_protocol("NCT04946669"))
    once = [rate.rate for rate in studies(rates)]
    part = next(rate for rate in rates if "DM part" in rate.label)
    told = f"run from {100 * min(once):.0f} to {100 * max(once):.0f} %, each study once (its dermatomyositis part: "
    assert f"{told}{100 * part.rate:.0f} %)" in prose
    back = [1 - (1 - rate) ** 0.5 for rate in (part.rate, *part.interval)]  # 12 of 24 weeks
    assert round(100 * back[0], 1) == evidence().query("study == 'p0 projection'").iloc[0]["value"]
    assert "from {:.0f} to {:.0f} %. Suppose".format(*(100 * limit for limit in part.interval)) in prose
    assert f"interval becomes {100 * back[1]:.0f} to {100 * back[2]:.0f} % at week 12" in prose
    low, high = phase_three().interval
    difference, limits = f"{100 * phase_three().difference:+.1f}", f"{100 * low:+.1f} to {100 * high:+.1f}"
    assert f"**{difference} points, with a 95 % interval from {limits}**" in prose
    sceptical, neutral = (design.power(named_scenarios()[name].response / 100) for name in ("sceptical", "neutral"))
    succeed = f"38 or 33 %, twenty patients succeed in {100 * neutral:.0f} or {100 * sceptical:.0f} of 100 trials"
    assert succeed in prose
    assert [round(100 * power) for power in (sceptical, neutral)] == [9, 19]
    assert "33 to 38 %, nine to nineteen of 100 such trials succeed" in prose
    wide, matching = (response_interval(10, 20, level=level) for level in (0.95, 0.90))
    assert 0.30 in wide and 0.30 not in matching
    assert f"{100 * matching.low:.1f} to {100 * matching.high:.1f} %" in prose
    assert "p0 from 30 to 50 %" in prose and part.rate == 0.5
    pooled = evidence().query("study == 'p1 pooled wk12'").iloc[0]
    assert (pooled["responders"], pooled["n"]) == (
        10,
        20,
    ) and "Ten of twenty patients responded in two small series" in prose
    assert single_stage(20, 0.2).power(0.5) > 0.8 > 0.2 > single_stage(20, 0.4).power(0.5)


def notebook() -> Any:
    """The notebook as it is committed."""
    return nbformat.read(NOTEBOOK, as_version=4)
