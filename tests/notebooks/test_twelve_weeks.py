"""Lesson 03: its surprises, the same twenty people throughout, its checks with thinkable wrong answers, its prose."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest

from tests.notebooks.reading import open_text
from tests.notebooks.replying import every_reply
from tests.notebooks.sweeping import sweep
from tests.replication.calibration import load_published
from trialsim.design import single_stage, two_arm
from trialsim.design.intervals import difference_interval
from trialsim.errors import TrialsimError
from trialsim.facts.population import load_population
from trialsim.facts.protocol import load_protocol
from trialsim.facts.scenarios import named_scenarios
from trialsim.figures.pieces import Piece
from trialsim.lessons import twelve_weeks as lesson
from trialsim.lessons.control_arms import published_rates
from trialsim.lessons.twelve_weeks import pieces_panels
from trialsim.lessons.twelve_weeks.many_trials import by_piece, many_share, many_twins
from trialsim.lessons.twelve_weeks.patient_courses import course, only_error
from trialsim.lessons.twelve_weeks.pieces_panels import SPREAD, error_alone, pieces, pieces_panel
from trialsim.lessons.twelve_weeks.questions import best_who_owe, unchanged
from trialsim.lessons.twelve_weeks.recruited_panels import PLANNED_P0, limits, recruited_panel, respond_without
from trialsim.lessons.twelve_weeks.twenty_patients import FIRST_SEED, SIZE, THRESHOLDS, scenario, seated, twins
from trialsim.lessons.twelve_weeks.twins_panels import twins_panel
from trialsim.patients.scenario import Scenario
from trialsim.power import decompose, response_probability
from trialsim.power.randomised import phase_three
from trialsim.trial import simulate_trial
from trialsim.widgets.panel import Panel
from trialsim.widgets.question import OneOf, Question

NOTEBOOK = Path(__file__).resolve().parents[2] / "notebooks" / "03_twelve_weeks.ipynb"
PROTOCOL = load_protocol("NCT04946669")


def counts(**state: float) -> tuple[int, int]:
    """Responders of the twenty that the first panel shows: with the drug, and of the same people without it."""
    view = twins_panel().view(**state)
    found = re.search(r"With the drug (\d+) respond; the same patients without it: (\d+);", view.alt)
    assert found is not None, view.alt
    return int(found[1]), int(found[2])


def test_surprises_come_out_of_the_patients() -> None:
    """Without the drug 6 of 20 respond, without any treatment 4, from error and small ups and downs 2; at 6 cm 12."""
    assert counts() == (10, 6)
    assert counts(drug=0) == (6, 6)
    assert counts(drug=0, background=0) == (4, 4)
    assert counts(drug=0, background=0, natural=0) == (2, 2)
    recruited = [recruited_panel().view(threshold=cm).alt for cm in (0, 6)]
    assert "6 respond" in recruited[0] and "12 respond" in recruited[1]
    assert single_stage(SIZE, PLANNED_P0).min_responders == 10


def test_sentences_rewrite_themselves() -> None:
    """The sentence says who responds, who would have anyway, what was predicted, and what becomes of many others."""
    assert twins_panel().view(prediction=3).sentence == (
        "With the drug 10 of 20 respond. 6 of them would have responded without it, and 4 owe it to the drug. The "
        "trial cannot tell how many, or who. You guessed 3 without the drug. Of 2,000 other such patients 49 in 100 "
        "respond, 29 without the drug."
    )
    at_six = recruited_panel().view(threshold=6, patient=13).sentence
    assert "without the drug: 12 of 20 respond. The mean physician global goes from 7.3 cm to 4.6 cm" in at_six
    assert "although nobody got the drug" in at_six


def test_twins_are_the_patients_of_the_trial() -> None:
    """The twenty on screen are those whom one call enrols with the same seed, and respond as they do there."""
    for replicate in range(3):
        found = twins(replicate + 1, Scenario())
        for truth, responded in ((Scenario(), found.treated), (Scenario().without_drug(), found.untreated)):
            trial = simulate_trial(PROTOCOL, truth, seed=FIRST_SEED, replicate=replicate, definition="IMACS-2004")
            assert trial.found.responded[0].tolist() == responded.tolist()


def test_drug_takes_no_response_away() -> None:
    """Whoever responds without the drug responds with it, in every trial and at every strength of the drug."""
    for draw in range(1, 40):
        before = without = twins(draw, scenario(drug=0.0)).treated
        for drug in (0.1, 0.25, 0.4):
            now = twins(draw, scenario(drug=drug))
            assert (now.treated >= before).all() and (now.untreated == without).all()
            before = now.treated


def test_same_patients_keep_their_seats() -> None:
    """Raising the threshold leaves whoever reaches it on the seat; newcomers get new names; all reach it."""
    for draw in (1, 2):
        before = seated(draw, 0.0)
        assert before.labels == tuple(range(1, SIZE + 1))
        for threshold in THRESHOLDS[1:]:
            now = seated(draw, threshold)
            found = course(draw, scenario(threshold=threshold))
            assert (found.twelve.read[:, 0, 0] >= 10 * threshold).all()
            for seat in range(SIZE):
                stays = before.candidates[seat] in now.candidates
                assert not stays or now.candidates[seat] == before.candidates[seat]
                assert stays == (now.labels[seat] == before.labels[seat])
            assert len(set(now.labels)) == SIZE
            before = now


def test_threshold_makes_regression() -> None:
    """Of those recruited at 6 cm the physician global falls without any drug by more than of those as they come."""
    falls = []
    for threshold in (0.0, 6.0):
        found = course(1, scenario(drug=0.0, threshold=threshold)).twelve
        here = found.here[:, -1]
        falls.append(float((found.read[here, 0, 0] - found.read[here, -1, 0]).mean()))
        assert found.true[:, 0, 0].mean() <= found.read[:, 0, 0].mean() + 2
    assert falls[1] > falls[0] + 5  # mm
    drawn = course(1, scenario(drug=0.0, threshold=6.0)).twelve
    assert drawn.read[12, 0, 0] >= 60 > drawn.true[12, :, 0].max(), "patient 13 came by error of the instrument"
    assert drawn.here[12].all()


def test_course_agrees_with_the_verdicts() -> None:
    """The courses of the second panel end in the verdicts of the first."""
    for threshold in (0.0, 6.0):
        for drug in (0.0, None):
            truth = scenario(drug=drug, threshold=threshold)
            assert course(1, truth).responded.tolist() == twins(1, truth).treated.tolist()


def test_many_agree_with_the_near_exact() -> None:
    """The counted shares lie within four standard errors of the response probability, at any threshold."""
    with_drug, without = many_twins(Scenario())
    for counted, truth in ((with_drug, Scenario()), (without, Scenario().without_drug())):
        assert (
            abs(counted.value - response_probability(truth, PROTOCOL, "IMACS-2004").value) < 4 * counted.standard_error
        )
    recruited = scenario(drug=0.0, threshold=6.0)
    counted, kept = many_share(recruited)
    assert kept > 1000
    assert (
        abs(counted.value - response_probability(recruited, PROTOCOL, "IMACS-2004").value) < 4 * counted.standard_error
    )


def test_pieces_are_those_of_the_engine() -> None:
    """The steps add up, end in the response rate, and are counted within four standard errors in simulated patients."""
    stairs = pieces()
    table = decompose(Scenario(), PROTOCOL, "IMACS-2004")
    assert [stair.name for stair in stairs] == table["piece"].tolist()
    assert [stair.total for stair in stairs] == table["total"].tolist()
    assert sum(stair.added for stair in stairs) == pytest.approx(stairs[-1].total)
    for stair, (twenty, counted, _) in zip(stairs, by_piece(), strict=True):
        assert abs(counted.value - stair.total) < 4 * counted.standard_error
        assert 0 <= twenty <= SIZE
    assert [twenty for twenty, _, _ in by_piece()][-3:] == [6, 10, 10]


def test_the_assumed_spread_decides_and_optimism_adds() -> None:
    """A wider spread makes more responders without the drug and leaves it fewer; optimism lifts the last step alone."""
    low, base, high = (pieces(spread) for spread in (0, SPREAD.default, SPREAD.high))
    without = [next(piece.total - piece.added for piece in stairs if piece.drug) for stairs in (low, base, high)]
    owed = [next(piece.added for piece in stairs if piece.drug) for stairs in (low, base, high)]
    assert without[1] == pytest.approx(0.30, abs=0.005)
    assert without[0] < without[1] < without[2] and owed[0] > owed[1] > owed[2]
    plain, flattered = pieces(), pieces(optimism=True)
    assert plain[:-1] == flattered[:-1] and flattered[-1].total > plain[-1].total
    truth = replace(Scenario(), open_label_optimism=0.5)
    assert flattered[-1].total == response_probability(truth, PROTOCOL, "IMACS-2004").value
    recruited = scenario(drug=0.0, threshold=6.0)
    assert many_share(recruited)[0].value > 0.40 > many_share(scenario(drug=0.0))[0].value


def test_every_task_can_be_done() -> None:
    """Each thing to try is shown as done in some state, and by none of those in which its panel opens."""
    nothing = {"drug": 0, "background": 0, "natural": 0}
    for panel, states in (
        (twins_panel(), [{"drug": 0}, {"drug": 0, "background": 0}, nothing, {"draw": 3}]),
        (recruited_panel(), [{"threshold": 6}, {"threshold": 6, "patient": 13}]),
        (pieces_panel(), [{"natural": 0}, {"natural": 35}, {"optimism": True}]),
    ):
        assert not any(task.done(panel.default) for task in panel.tasks)
        assert all(task.done(panel.read(state)) for task, state in zip(panel.tasks, states, strict=True))


def test_nothing_tells_before_it_is_asked() -> None:
    """What is open on the page that is only read does not say how many of the twenty respond without the drug."""
    text = open_text(notebook())
    assert respond_without() == 6
    assert not re.search(r"\b6 of (20|them|the)\b|\[10, 6\]|4 (of the 10 )?owe", text)


@pytest.mark.parametrize("panel", lesson.PLAN.all_panels(), ids=lambda panel: panel.title)
def test_every_control_at_its_ends(panel: Panel) -> None:
    """Every control moves to both ends and refuses bad values in words; a prediction marks every picture."""
    if panel.controls:
        sweep(panel)
        assert panel.prediction is not None
    else:
        assert "10 of 20 patients responded" in panel.view().sentence


def test_corners_are_drawn() -> None:
    """Corners of the controls together, and a draw far away, have their picture and sentence."""
    panel = twins_panel()
    for drug in (0, 40):
        for background in (0, 20):
            for natural in (0, 36):
                assert panel.view(drug=drug, background=background, natural=natural, draw=999_999).sentence
    for measure in ("PHGA", "PTGA", "MMT8", "HAQDI", "ENZYME", "EMGA"):
        for patient in (1, 14, 20):
            view = recruited_panel().view(threshold=7, patient=patient, measure=measure)
            assert f"Patient {patient}" in view.sentence
    assert "no week 12" in recruited_panel().view(patient=14).sentence


def test_error_alone_by_hand() -> None:
    """In the patient of the table nothing changes, and error alone improves four measures: a responder."""
    table = error_alone()
    assert table.frame["counts as"].tolist().count("improved") == 4
    assert table.frame["counts as"].tolist().count("worse") == 1
    assert "a responder" in table.caption and "not a responder" not in table.caption
    found = course(1, only_error()).twelve
    assert (found.true == found.true[:, :1]).all(), "nothing changes in truth"
    assert (found.read[:, 0] != found.read[:, -1]).any()


def test_found_is_what_the_panels_show() -> None:
    """All that ask share one prediction, and it is held against the count that each begins with."""
    asking = [panel for panel in lesson.PLAN.all_panels() if panel.prediction is not None]
    assert [panel.title for panel in lesson.PLAN.predicted()] == [asking[0].title] and len(asking) == 3
    for panel in asking:
        assert panel.found is not None and panel.prediction is not None
        assert panel.prediction.read(panel.found()) == counts(drug=0)[0]
    twenty, recruited, stairs = (panel.view().sentence for panel in asking)
    assert "6 of them would have responded without it" in twenty and "6 of 20 respond" in recruited
    assert "30 in 100 respond without the drug" in stairs and round(0.30 * SIZE) == 6


def test_what_was_done_comes_back(tmp_path: Path) -> None:
    """Opened again, the lesson has the prediction in all three panels, the settings, the answers and the words."""
    first = lesson.begin(tmp_path)
    first.predict("twenty").value = 4
    recruited = first.explore("recruited")
    recruited.settings = {**recruited.settings, "threshold": 6.0, "patient": 13}
    first.check("apply").number = 12
    first.check("apply").answer("0")
    first.in_words().value = "the group that p0 is taken from"
    again = lesson.begin(tmp_path)
    assert [again.explore(name).prediction for name in ("twenty", "recruited", "pieces")] == [4, 4, 4]
    assert "Recruited from 6 cm on" in again.explore("recruited").first["view"]["sentence"]
    check = again.check("apply")
    assert (check.number, check.last["verdict"], check.tries[0]["misconception"]) == (12, "wrong", "noise-cancels")
    assert again.in_words().value == "the group that p0 is taken from"
    assert [row[1:] for row in again.take_away().shown["predictions"]] == [["4", "6"]]


def test_pieces_are_worked_out_while_the_learner_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """The guess that opens the first picture begins the slow work of the last one, and nobody waits for it."""
    begun, go, stairs = threading.Event(), threading.Event(), pieces()

    def slow(*_: object) -> tuple[Piece, ...]:
        if threading.current_thread() is not threading.main_thread():
            begun.set()
            go.wait(30)
        return stairs

    monkeypatch.setattr(pieces_panels, "pieces", slow)
    monkeypatch.setenv("JPY_SESSION_NAME", "03_twelve_weeks.ipynb")
    pieces_panels.warm.cache_clear()
    twins_panel().view()
    assert not begun.is_set()
    twins_panel().view(prediction=4)
    working = [thread for thread in threading.enumerate() if thread.name == "pieces of lesson 03"]
    assert begun.wait(30) and working
    go.set()
    for thread in working:
        thread.join()


ASKED: dict[str, Question] = {
    "recall": lesson.PLAN.question("recall"),
    "diagnose": lesson.PLAN.question("diagnose"),
    **{f"apply-{number}": lesson.PLAN.question("apply", number) for number in range(20)},
}


@pytest.mark.parametrize("asked", ASKED)
def test_checks_reply(asked: str) -> None:
    """The computed key is right, nothing is empty, nonsense is refused, and each named idea gets its own reply."""
    question = ASKED[asked]
    key, met = every_reply(question)
    assert len({key, *met}) == 4
    if not isinstance(question.answer, OneOf):
        assert question.reply(-1).verdict == question.reply(7).verdict == "refused"


def test_keys_are_counted() -> None:
    """A calmer disease leaves the drug more; who improved most seldom owes it; the readings give the count."""
    assert lesson.PLAN.question("recall").key() == "fewer"
    assert lesson.PLAN.question("diagnose").key() == "some"
    assert best_who_owe() == (1, 4)
    for number in range(10):
        patient = unchanged(number)
        pairs = [tuple(map(float, pair)) for pair in re.findall(r"([\d.]+) to ([\d.]+)", patient.readings)]
        better = np.array([first - last if j != 2 else last - first for j, (first, last) in enumerate(pairs)])
        share = better / np.array([first for first, _ in pairs])
        assert (share >= 0.2 - 1e-9).sum() == patient.improved == lesson.PLAN.question("apply", number).key()
        assert (share <= -0.25 + 1e-9).sum() == patient.worse
        assert (better > 0).sum() == patient.better


def test_neighbours_have_different_patients() -> None:
    """Consecutive numbers pick different patients, and a number that is none is refused."""
    picked = [unchanged(number) for number in range(15)]
    assert len(set(picked)) == 15
    answers = [patient.improved for patient in picked[1:13]]
    assert {answers.count(2), answers.count(3)} <= {5, 6, 7}, "no answer is always right"
    with pytest.raises(TrialsimError, match="number"):
        lesson.PLAN.question("apply", 1.5)  # type: ignore[arg-type]


def test_prose_agrees_with_the_package() -> None:
    """Numbers that the prose states are what the package computes."""
    prose = " ".join("\n".join(cell.source for cell in notebook().cells if cell.cell_type == "markdown").split())
    parameters = load_population().parameters
    assert f"ups and downs, {100 * parameters['natural_fluctuation'].value:.0f} % in twelve weeks" in prose
    assert parameters["natural_fluctuation"].basis == parameters["entry_correlation"].basis == "assumed"
    assert parameters["mmt_error"].basis == "derived" and parameters["ck_error"].basis == "read"
    assert parameters["open_label_optimism"].value == 0
    assert "four measures count as improved, one as worse" in prose
    drug = twins_panel().controls[0]
    placebo = next(published for published in published_rates(PROTOCOL) if "DM part 21 of 42" in published.label)
    assert "the model lies below the placebo group with dermatomyositis, but within its interval" in prose
    consistency = "projected from this very group"
    assert consistency in prose and any(consistency in group.not_independent for group in load_published())
    low, high = phase_three().interval
    difference, ends = f"{100 * phase_three().difference:+.1f}", f"{100 * low:+.1f} to {100 * high:+.1f}"
    told = f"**{difference} points, with a 95 % interval from {ends}**"
    assert told in prose and "hopeful, what two small studies found" in prose
    for name, shown in (("sceptical", 2.5), ("neutral", 10.0)):
        believed = named_scenarios()[name]
        assert drug.step * round(100 * believed.drug_effect / drug.step) == shown
        assert f"{name}, {believed.response:g} in 100" in prose
    assert "nearly **the drug at 2.5 %** and **at 10 %**" in prose
    later = response_probability(Scenario().without_drug(), PROTOCOL, "IMACS-2004", week=24).value
    carried = response_probability(Scenario(), PROTOCOL, "IMACS-2004", week=24).value - later
    assert f"the difference is {100 * carried:+.0f} points at week 24" in prose and carried < high
    wait = two_arm(10, 10, 0.3, 0.5, alpha=0.05, test="fisher")
    unsure = difference_interval(5, 10, 3, 10)
    assert f"its power is {wait.power:.2f} (one-sided 5 %, Fisher)" in prose
    assert [round(100 * (0.2 - unsure.low), -1), round(100 * (unsure.high - 0.2), -1)] == [40, 30]
    error, own, disease = (100 * piece.added for piece in pieces()[:3])
    assert f"what is left is error ({error:.0f} in 100) and what each measure does by itself ({own:.0f} more)" in prose
    left = many_twins(scenario(drug=0.0, background=0.0, natural=0.0))[1]
    assert abs(100 * left.value - (error + own)) < 400 * left.standard_error and disease > own
    assert f"The drug improves the disease by {drug.show(drug.default)}, and {limits()[0]:g} % is enough" in prose
    untouched = parameters["untouched_share"]
    assert f"{100 * untouched.value:.0f} % are untouched (assumed)" in prose and untouched.basis == "assumed"
    assert parameters["drug_spread"].value > 0
    assert max(parameters[f"{measure}_loading"].value for measure in ("ptga", "haq", "mmt")) < 1
    assert later in placebo.interval and later < placebo.rate


def notebook() -> Any:
    """The notebook as it is committed."""
    return nbformat.read(NOTEBOOK, as_version=4)
