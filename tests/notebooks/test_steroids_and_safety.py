"""Lesson 05: its surprises, its panels at every end, its checks with right and thinkable wrong answers, its prose."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import nbformat
import numpy as np
import pytest

from tests.notebooks.reading import open_text
from tests.notebooks.replying import every_reply
from tests.notebooks.sweeping import sweep
from trialsim.design import (
    chance_of_any_event,
    patients_to_see_one,
    response_interval,
    safety_rule,
    zero_events_bound,
)
from trialsim.errors import TrialsimError
from trialsim.facts.misconceptions import misconceptions
from trialsim.facts.population import load_population
from trialsim.lessons import steroids_and_safety as lesson
from trialsim.lessons.steroids_and_safety.dose_panels import dose_panel
from trialsim.lessons.steroids_and_safety.dose_patients import (
    FIRST_SEED,
    PHYSICIANS,
    doses,
    events,
    factors,
    many_doses,
    our_trial,
    responders,
    world,
)
from trialsim.lessons.steroids_and_safety.questions import another_rate, diagnose_question
from trialsim.lessons.steroids_and_safety.safety_panels import (
    bound_panel,
    compatible_up_to,
    rule_panel,
    seen_once_panel,
)
from trialsim.lessons.steroids_and_safety.tables import serious_rates
from trialsim.patients import quantiles
from trialsim.patients.scenario import Scenario
from trialsim.trial import simulate_trial
from trialsim.widgets.controls import Slider
from trialsim.widgets.panel import Panel
from trialsim.widgets.question import OneOf, Question

NOTEBOOK = Path(__file__).resolve().parents[2] / "notebooks" / "05_steroids_and_safety.ipynb"


def prose() -> str:
    """All words of the notebook in one line."""
    cells = nbformat.read(NOTEBOOK, as_version=4).cells
    return " ".join("\n".join(cell.source for cell in cells if cell.cell_type == "markdown").split())


# ---- the dose -------------------------------------------------------------------------------------------------------
def mean_dose(physician: str, *, drug: bool, draw: int = 1) -> float:
    """Mean dose of the twenty at week 12."""
    truth = world(physician)
    return float(doses(draw, truth if drug else truth.without_drug())[:, 1].mean())


def test_physician_moves_the_dose_more_than_the_drug() -> None:
    """Between a cautious and a quick physician lies more than between drug and no drug, in these twenty and in all."""
    means = {(name, drug): mean_dose(name, drug=drug) for name in PHYSICIANS for drug in (True, False)}
    by_drug = means["usual", False] - means["usual", True]
    by_physician = means["cautious", True] - means["quick", True]
    assert [round(value, 4) for value in (doses(1, world("usual"))[:, 0].mean(), by_drug, by_physician)] == [
        15.375,
        1.4375,
        3.875,
    ]
    assert means["quick", False] < means["cautious", True], "quick without the drug ends lower than cautious with it"
    crowd = {name: many_doses(world(name))[:, 1].mean() for name in PHYSICIANS}
    drug_in_all = many_doses(world("usual").without_drug())[:, 1].mean() - crowd["usual"]
    assert crowd["cautious"] - crowd["quick"] > drug_in_all > 0


@pytest.mark.parametrize("draw", range(1, 9))
def test_physician_changes_no_disease(draw: int) -> None:
    """Under every physician the same patients enter with the same dose, and as many of them respond."""
    found = [world(name) for name in PHYSICIANS]
    assert len({responders(draw, truth) for truth in found}) == 1
    for truth in found[1:]:
        assert np.array_equal(doses(draw, truth)[:, 0], doses(draw, found[0])[:, 0])


def test_dose_that_follows_nothing_knows_no_drug() -> None:
    """Where the dose does not follow the patient's state, drug and no drug give the same doses but other responders."""
    deaf = world("usual", follows=0.0)
    assert np.array_equal(doses(1, deaf), doses(1, deaf.without_drug()))
    assert responders(1, deaf) > responders(1, deaf.without_drug())
    sentence = dose_panel().view(follows=0.0).sentence
    assert "without the drug it would be the same" in sentence and "10 of 20 respond with the drug and 7" in sentence


def test_the_twenty_are_those_of_a_simulated_trial() -> None:
    """Doses, responders and events are what `simulate_trial` reports for the seed that the lesson names."""
    truth = replace(Scenario(), missing_week12=0.0)
    trial = simulate_trial(our_trial(), truth, seed=FIRST_SEED, definition="IMACS-2004")
    assert truth == world("usual")
    found = doses(1, truth)
    change = trial.steroid_change
    assert (change.baseline, change.week12) == pytest.approx(tuple(found.mean(axis=0)))
    assert f"geometric mean of each patient's own ratio: {change.ratio.mean:.2f}" in repr(change)
    assert trial.responders == responders(1, truth)
    happened, serious = events(1)
    assert trial.adverse_events["SUBJID"].nunique() == happened.any(axis=1).sum()
    assert not serious.any() and not trial.adverse_events["serious"].any()


def test_the_first_twenty_are_typical() -> None:
    """With and without the drug the first twenty fall to the share of the dose that a thousand others fall to."""
    for truth in (world("usual"), world("usual").without_drug()):
        shares = [found[:, 1].sum() / found[:, 0].sum() for found in (doses(1, truth), many_doses(truth))]
        assert abs(shares[0] - shares[1]) < 0.03


def test_factors_multiply_to_the_dose() -> None:
    """The plan, its scatter and what the physician sees of the patient give the dose, up to a quarter of a tablet."""
    for truth in (world("quick"), world("cautious").without_drug()):
        entry, later = doses(1, truth).T
        assert np.abs(entry * factors(1, truth).prod(axis=1) - later).max() <= 0.625 + 1e-9


def test_dose_by_hand_differs_only_in_what_is_seen() -> None:
    """With the drug and without it, only the factor of what the physician saw, and what follows from it, differs."""
    table = lesson.dose_by_hand().frame
    differs = table.index[table["with the drug"] != table["without it"]].tolist()
    assert differs == ["what the physician saw of the disease", "together", "as tablets"]


def test_habits_are_the_range_of_the_population_file() -> None:
    """The three physicians are the ends and the middle of the assumed range, and the source line says assumed."""
    habit = load_population().parameters["gc_ratio_median"]
    assert {"cautious": habit.high, "usual": habit.value, "quick": habit.low} == PHYSICIANS
    source = dose_panel().view().source
    assert f"Assumed: the three habits ({habit.low:g}, {habit.value:g} and {habit.high:g}" in source
    assert "Abatacept JDM" in source


# ---- the events -----------------------------------------------------------------------------------------------------
def test_none_of_twenty_allows_fourteen() -> None:
    """The sentence, the bound of the package and the chance at the bound agree: 13.9 in 100, in 5 of 100 trials."""
    view = bound_panel().view(prediction=5)
    bound = zero_events_bound(20)
    assert f"up to {100 * bound:.1f} in 100" in view.sentence and round(100 * bound, 1) == 13.9
    assert (1 - bound) ** 20 == pytest.approx(0.05)
    shown = [bound_panel().view(n=n).sentence for n in (58, 59)]
    assert "up to 5.03 in 100" in shown[0] and "up to 4.95 in 100" in shown[1], "the first bound below 5 can be told"
    assert "You guessed 5" in view.sentence and "you: 5 (at it, 35.8 in 100)" in view.picture.layer


@pytest.mark.parametrize(("seen", "n", "level"), [(0, 20, 0.95), (1, 20, 0.9), (5, 10, 0.99), (3, 100, 0.95)])
def test_bound_is_where_so_few_become_rare(seen: int, n: int, level: float) -> None:
    """At the bound so few events or fewer have a chance of exactly one minus the level."""
    from scipy.stats import binom

    assert binom.cdf(seen, n, compatible_up_to(seen, n, level)) == pytest.approx(1 - level)


def test_published_rates_are_counts_with_exact_intervals() -> None:
    """The rates below the curve are patients with a serious event, each within its own exact interval."""
    assert [published.label.split(" (")[0] for published in serious_rates()] == [
        "ABA-P3 abatacept: 4 of 75", "ABA-P3 placebo: 4 of 73", "ADJUST abatacept: 1 of 28", "ADJUST placebo: 1 of 28",
    ]  # fmt: skip
    for published in serious_rates():
        x, n = map(int, re.findall(r"(\d+) of (\d+)", published.label)[0])
        assert (published.rate, published.interval) == (x / n, response_interval(x, n))
    assert "Of 4 published rates none lies" in bound_panel().view(n=100).sentence


def test_published_tables_name_their_sources() -> None:
    """Every row has a source and says whether it was read or recalled; none is a drug that replaces prednisone."""
    for table in (lesson.published_events().frame, lesson.published_doses().frame):
        assert table["source"].str.len().min() > 10
        assert set(table["status"]) == {"read", "recalled"}
        assert not table["study, group"].str.contains("Acthar").any()
        assert "nan" not in table.to_string().lower().split()


def test_patients_to_see_one() -> None:
    """The sentence gives the patients for 1, 3 and 10 in 100, and what twenty patients show."""
    sentence = seen_once_panel().view().sentence
    assert "299 for 1 in 100, 99 for 3 in 100, 29 for 10 in 100" in sentence
    assert f"{100 * chance_of_any_event(0.01, 20):.0f} of 100 trials of 20 patients" in sentence
    assert "more than 99" in seen_once_panel().view(rate=20, n=300).sentence


def test_more_looks_cost_more_false_alarms() -> None:
    """Looking after every patient instead of every five stops more trials at both rates; a lower cutoff does, too."""
    found = []
    for state in ({}, {"every": "1"}, {"cutoff": "0.8"}):
        sentence = rule_panel().view(**state).sentence
        found.append([int(number) for number in re.findall(r"stops (\d+)", sentence)])
    assert found[0] == [7, 80]
    for moved in found[1:]:
        assert moved[0] > found[0][0] and moved[1] > found[0][1]


def test_rates_of_the_rule_must_differ() -> None:
    """A rate that is too high must exceed the acceptable one; the refusal names the control and the way out."""
    with pytest.raises(TrialsimError, match="too high: got 10; allowed: more than the acceptable 10 %"):
        rule_panel().view(high=10)


def moved_in(panel: Panel) -> Panel:
    """The panel of the rule, with the ends of its rates moved apart so that every end can be drawn."""
    ends = {"acceptable": (2, 20), "high": (21, 50)}
    controls = [
        replace(control, low=ends[control.name][0], high=ends[control.name][1])
        if isinstance(control, Slider)
        else control
        for control in panel.controls
    ]
    return replace(panel, controls=tuple(controls))


@pytest.mark.parametrize("panel", lesson.PLAN.all_panels(), ids=lambda panel: panel.title)
def test_every_control_at_its_ends(panel: Panel) -> None:
    """Every control moves to both ends and refuses bad values in words; every view wears its source."""
    views = sweep(moved_in(panel) if panel is rule_panel() else panel)
    assert all(view.source for view in views)


def test_corners_are_drawn() -> None:
    """Corners of the controls together have their sentence."""
    for follows in (0.0, 1.5):
        for drug in (0.0, 40.0):
            for name in PHYSICIANS:
                view = dose_panel().view(physician=name, follows=follows, drug=drug, patients=3)
                assert "-0.0" not in view.sentence and "\N{MINUS SIGN}0.0" not in view.sentence
    assert "nobody gets the drug" in dose_panel().view(drug=0.0).sentence
    assert "up to 77.8" in bound_panel().view(n=10, seen=5).sentence
    for cutoff in ("0.8", "0.99"):
        assert rule_panel().view(acceptable=20, high=50, every="10", cutoff=cutoff).sentence


def test_simulation_agrees_with_exact() -> None:
    """What is counted lies within four standard errors of the exact number, and the same seed counts the same."""
    table = lesson.exact_beside_simulated().frame
    assert ((table["exact"] - table["simulated"]).abs() < 4 * table["standard error"]).all()
    assert table.equals(lesson.exact_beside_simulated().frame)


def test_by_hand_ends_at_the_bound() -> None:
    """The table agrees up to the bound and no further."""
    table = lesson.by_hand().frame
    assert table.index[table["excluded"].eq("no")][-1] == f"{100 * zero_events_bound(20):.1f} in 100"


# ---- what was predicted and done ------------------------------------------------------------------------------------
def test_found_is_what_the_panel_shows() -> None:
    """The prediction is held against what its panel shows where the controls begin; nothing is asked of the dose,
    which follows from what the model assumes."""
    (events_left,) = lesson.PLAN.predicted()
    assert events_left.found is not None
    assert events_left.read_prediction(events_left.found()) == 14
    assert "up to 13.9 in 100" in events_left.view().sentence
    assert "in our model the physician moves the dose more" in dose_panel().view().sentence


def test_every_task_can_be_done() -> None:
    """Each thing to try is shown as done in some state, and by none of those in which its panel opens."""
    quick, cautious = {"drug": 0, "physician": "quick"}, {"physician": "cautious"}
    for panel, states in (
        (dose_panel(), [{"follows": 0}, {"drug": 0}, quick, cautious]),
        (bound_panel(), [{"seen": 1}, {"n": 59}]),
        (seen_once_panel(), [{"rate": 3}, {"rate": 10}]),
        (rule_panel(), [{"every": "1"}, {"high": 20}, {"cutoff": "0.8"}]),
    ):
        assert not any(task.done(panel.default) for task in panel.tasks)
        assert all(task.done(panel.read(state)) for task, state in zip(panel.tasks, states, strict=True))
    assert not bound_panel().tasks[1].done(bound_panel().read({"n": 60}))


def test_nothing_tells_before_it_is_asked() -> None:
    """What is open on the page that is only read does not say the bound."""
    text = open_text(nbformat.read(NOTEBOOK, as_version=4))
    assert round(100 * zero_events_bound(20), 1) == 13.9
    assert not re.search(r"\b13\.9\b|\b14 in 100", text)


def test_what_was_done_comes_back(tmp_path: Path) -> None:
    """Opened again, the lesson has both predictions, the settings, the answers with their replies and the words."""
    first = lesson.begin(tmp_path)
    first.predict("events").value = 5
    bound = first.explore("events")
    bound.settings = {**bound.settings, "seen": 1}
    first.check("apply").number = 1
    first.check("apply").answer("34")
    first.in_words().value = "a taper rule & a stopping rule"
    again = lesson.begin(tmp_path)
    assert again.explore("events").prediction == 5
    assert "After 1 serious event" in again.explore("events").first["view"]["sentence"]
    check = again.check("apply")
    assert (check.number, check.last["answer"], check.last["verdict"]) == (1, "34", "wrong")
    assert again.in_words().value == "a taper rule & a stopping rule"
    assert [row[1:] for row in again.take_away().shown["predictions"]] == [["5", "14"]]


# ---- checks and prose -----------------------------------------------------------------------------------------------
def questions() -> list[Question]:
    """All questions, the second as several learners get it."""
    numbers = [lesson.PLAN.question("apply", number) for number in range(9)]
    return [lesson.PLAN.question("recall"), lesson.PLAN.question("diagnose"), *numbers]


@pytest.mark.parametrize("question", questions(), ids=lambda question: question.name)
def test_checks_reply(question: Question) -> None:
    """The computed key is right, nothing is empty, nonsense is refused, and each named idea gets its own reply."""
    key, met = every_reply(question)
    assert len({*met, key}) == 4
    if not isinstance(question.answer, OneOf):
        near = next(count for count in (key + 1, key + 2, key - 1) if count not in met)
        assert question.reply(near).verdict == "close"
        assert question.reply(0).verdict == question.reply(question.answer.high + 1).verdict == "refused"


def test_neighbours_have_different_events() -> None:
    """Consecutive numbers pick different rates, and a number that is none is refused."""
    picked = [another_rate(number) for number in range(9)]
    assert len(set(picked)) == 9
    with pytest.raises(TrialsimError, match="number"):
        lesson.PLAN.question("apply", 1.5)  # type: ignore[arg-type]


def test_diagnose_key_follows_the_numbers() -> None:
    """The key of the claim is the physician's part as long as the dose falls without the drug, too, and only then."""
    assert [diagnose_question(name).key() for name in ("usual", "quick", "cautious")] == [
        "physician",
        "physician",
        "small",
    ]
    assert diagnose_question("cautious", drug=0.6).key() == "effect"


def test_replies_state_what_the_package_computes() -> None:
    """Numbers in the replies to misconceptions are those of the package."""
    said = misconceptions()
    assert round(1 / 0.9**20) == 8 and "one trial of 20 in eight" in said["zero-means-safe"].reply
    assert "more than 5 of 100 such trials see no event at all" in said["twenty-would-show-it"].reply
    assert not re.search(r"\bat \d", said["twenty-would-show-it"].reply.lower()), "one reply stands at every rate"
    assert 0.99**20 > 0.05, "the rate of the first check"
    for rate in map(another_rate, range(9)):
        assert (1 - rate) ** 20 > 0.05
        assert (1 - rate) ** np.ceil(round(1 / rate, 6)) > 0.3
        assert patients_to_see_one(rate) < 3 / rate, "the rule of three lies a little higher"


def test_prose_agrees_with_the_package() -> None:
    """Numbers that the prose states are what the package computes."""
    text = prose()
    bound = zero_events_bound(20)
    assert f"*with 95 % confidence (one-sided), rates up to {100 * bound:.0f} in 100 cannot be excluded*" in text
    assert "steroid myopathy" in text and "What our model leaves out" in text
    assert f"After no serious event in twenty patients {100 * bound:.0f} in 100 cannot be excluded" in text
    rule = safety_rule(20, acceptable=0.10, prior=(0.10, 0.90), cutoff=0.95, looks=[5, 10, 15])
    assert rule.stop_at == (3, 4, 4, 5) and "3 of the first 5, 4 of the first 10 or 15, or 5 of 20 patients" in text
    assert "safety_rule(20, acceptable=0.1, prior=(0.1, 0.9), cutoff=0.95, looks=[5, 10, 15])" in text
    assert "looks=range(5, 20, 5))" in rule_panel().view().source
    assert "prior=(0.1, 0.9), cutoff=0.95" in rule_panel().view().source
    flat = safety_rule(20, acceptable=0.10, looks=[5, 10, 15])
    assert "prior Beta(1, 1)" in repr(flat) and flat.stop_at == (2, 3, 4, 5) and "stops at 2, 3, 4 and 5" in text
    assert f"({100 * flat.stop_probability(0.10):.0f} of 100)" in text
    change = simulate_trial(our_trial(), world("usual"), seed=FIRST_SEED).steroid_change
    none = int((doses(1, world("usual")) == 0).all(axis=1).sum())
    assert (change.n - change.ratio.n, none, change.n_stopped) == (1, 1, 0)
    assert "here one patient took none at either end, and nobody stopped" in text
    false_alarm, missed = rule.stop_probability(0.10), 1 - rule.stop_probability(0.30)
    assert (
        f"stops {100 * false_alarm:.0f} of 100 trials for nothing, and at 30 in 100 it misses {100 * missed:.0f} of"
        in text
    )
    assert (
        f"one-sided, with 95 % confidence; the two-sided interval ends at {100 * response_interval(0, 20).high:.1f}."
        in text
    )
    assert (
        "A rate is excluded if, at that rate, fewer than 5 of 100 such trials" in text
        and bound_panel().default["level"] == "0.95"
    )
    known = load_population().parameters
    plan = quantiles.normal(np.array([1 / 6, 5 / 6])) * known["gc_ratio_spread"].value
    assert "two patients in three end between {:.2f} and {:.2f} of that plan".format(*np.exp(plan)) in text
    shares = ", ".join(f"{100 * share:.0f}" for share in sorted(PHYSICIANS.values(), reverse=True)[:2])
    assert f"reaching {shares} or {100 * PHYSICIANS['quick']:.0f} % of the dose" in text
    assert f"a scatter of {known['gc_ratio_spread'].value:g} on the logarithm" in text
    assert f"follows the state: {known['gc_follows_state'].value:g} (assumed)" in text
    for name, words in (
        ("any_event", "any {} %"), ("serious_event", "serious {} %"), ("infection_event", "infection {} % (assumed"),
        ("zoster_event", "herpes zoster {} % (derived)"), ("infusion_event", "infusion-related {} % (recalled)"),
    ):  # fmt: skip
        assert words.format(f"{100 * known[name].value:g}") in text
    basis = {name: known[name].basis for name in ("any_event", "zoster_event", "infusion_event", "gc_ratio_median")}
    assert list(basis.values()) == ["assumed", "derived", "recalled", "assumed"]


def test_the_record_is_silent_as_the_prose_says() -> None:
    """The record lists no safety outcome, no taper rule and no stopping rule; the dose is its secondary outcome."""
    silent = {silence.item for silence in our_trial().silences}
    assert {"Steroid taper", "Safety outcome", "Stopping rule"} <= silent
    assert [endpoint.label for endpoint in our_trial().secondary] == ["Dose of glucocorticoids"]
