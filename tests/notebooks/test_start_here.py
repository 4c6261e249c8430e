"""Lesson 00: its panel, its check, and what they read off the record."""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

import trialsim as ts
from tests.notebooks.sweeping import sweep
from trialsim.exchange.work import LessonWork, Try
from trialsim.facts.course import lessons
from trialsim.facts.protocol import load_protocol
from trialsim.facts.worked_patients import worked_patient
from trialsim.lessons import power_of_twenty, start_here
from trialsim.power.randomised import phase_three
from trialsim.widgets.path import course_table, so_far

NOTEBOOK = Path(__file__).resolve().parents[2] / "notebooks" / "00_start_here.ipynb"


def test_every_control_at_both_ends_and_with_a_bad_value() -> None:
    """Each control is moved over all that it can take; what it cannot take is refused by name."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for panel in start_here.PLAN.all_panels():
            sweep(panel)


def test_the_verdict_flips_at_one_point_of_strength() -> None:
    """Patient A is a responder by the definition of 2004 from 76 points on, and at 75 and less is none."""
    panel = start_here.PLAN.panels["patient"]()
    (strength,) = panel.controls
    said = {value: " weeks: a responder." in panel.view(strength=value).sentence for value in strength.values}
    assert said == {value: value >= 76 for value in range(50, 151)} and strength.default == 75
    for value in (50, 75, 76, 100, 150):
        followup = {**worked_patient("A").followup, "MMT8": value}
        found = ts.assess_patient(worked_patient("A").baseline, followup, "IMACS-2004", enzyme_uln=200)
        view = panel.view(strength=value)
        assert said[value] == found.responded
        assert (">Responder<" in view.picture.layer) == said[value]
    first, second = panel.tasks
    assert [task.done(panel.read({"strength": 76})) for task in (first, second)] == [True, False]
    assert [task.done(panel.default) for task in (first, second)] == [False, False]
    assert second.done(panel.read({"strength": 150}))


def test_the_record_states_some_things_and_no_success() -> None:
    """Six ticks and every silence of the protocol, among them p0, alpha, the dose and a safety outcome."""
    panel = start_here.PLAN.panels["record"]()
    protocol = load_protocol("NCT04946669")
    view = panel.view(prediction=9)
    asked = len(protocol.silences) + panel.found()
    start = f"Of {asked} things that a reviewer would ask for, the record states 6. You guessed 9."
    assert view.sentence.startswith(start)
    assert view.sentence.endswith(
        "It does not say what a success is. It leaves out the rate to beat (p0), the allowed error (alpha), the "
        "dose and a safety outcome."
    )
    ticked, empty = view.alt.split(" Empty: ")
    stated = ("Design", "Patients", "Background treatment", "Primary outcome", "When it is judged", "Secondary outcome")
    assert ticked.endswith(", ".join(stated) + ".")
    assert empty == ", ".join(silence.item for silence in protocol.silences) + "."
    told = start_here.the_record()._repr_html_() + start_here.left_open()._repr_html_()
    assert f"{protocol.n} planned" in told and f"week {protocol.week}" in told
    assert all(silence.item in told for silence in protocol.silences)


@pytest.mark.parametrize("guess", [0, 9])
def test_the_mark_has_its_label(guess: int) -> None:
    """What was predicted stands beside its line, none included."""
    panel = start_here.PLAN.panels["record"]()
    view = panel.view(prediction=guess)
    assert f">you: {guess}<" in view.picture.layer and "you:" not in panel.view().picture.layer


@pytest.mark.parametrize(
    ("left_out", "misconception"),
    [("Null response rate p0", "record-names-a-goal"), ("Safety outcome", "title-is-outcome")],
)
def test_a_thinkable_slip_meets_its_misconception(left_out: str, misconception: str) -> None:
    """Leaving out one silence is answered with the idea behind it; the full answer is right."""
    question = start_here.record_question()
    key = question.key()
    silent = {silence.item: f"silent-{k}" for k, silence in enumerate(load_protocol("NCT04946669").silences)}
    assert question.reply(list(key - {silent[left_out]})).misconception == misconception
    assert question.reply(list(key)).verdict == "right"
    assert question.reply([]).verdict == "empty"
    assert question.reply(["week"]).text.startswith(f"Right ticks: 0; wrong ticks: 1; missing: {len(key)}.")


def test_found_is_what_the_picture_counts() -> None:
    """What a prediction is held against is the number that the sentence states, on the scale of the prediction."""
    panel = start_here.PLAN.panels["record"]()
    assert panel.found is not None and panel.prediction is not None
    assert panel.prediction.read(panel.found()) == panel.found()
    assert f"the record states {panel.found()}." in panel.view().sentence


def test_the_course_lists_every_lesson_with_its_minutes() -> None:
    """Every lesson, each with a question and minutes; what is done is no part of what is read without a kernel."""
    table = course_table(lessons()).frame
    assert table["lesson"].tolist() == [f"{number:02}" for number in range(len(lessons()))]
    assert table["time"].str.fullmatch(r"\d+ min(, \d+ more)?").all()
    assert "nothing yet" not in repr(course_table(lessons())) + course_table(lessons())._repr_html_()


def test_the_path_says_what_is_done(tmp_path: Path) -> None:
    """An answer in this lesson shows in the path at once; what another lesson kept, when it looks again."""
    lesson = start_here.begin(tmp_path)
    path = start_here.course(lesson, tmp_path)
    assert {row["done"] for row in path.shown["rows"]} == {"nothing yet"} and path.shown["line"] == ""
    lesson.predict("record").value = 6
    assert path.shown["rows"][0]["done"] == "begun: 1 guess, 0 of 1 questions solved"
    lesson.check("recall").answer(sorted(start_here.record_question().key()))
    assert path.shown["rows"][0]["done"].startswith("finished") and path.shown["rows"][0]["last"]
    power = power_of_twenty.begin(tmp_path)
    power.check("recall").answer(power_of_twenty.PLAN.question("recall").key())
    assert path.shown["rows"][4]["done"] == "nothing yet"
    assert path._reply({"kind": "look"}) == {"looked": True}
    assert path.shown["rows"][4]["done"] == "begun: 0 guesses, 1 of 3 questions solved"
    assert path.shown["line"] == f"1 of {len(lessons())} lessons finished, 1 begun."


def test_the_path_names_a_broken_file(tmp_path: Path) -> None:
    """A lesson whose file cannot be read counts as not begun, and the file is named."""
    (tmp_path / "lesson_04.json").write_text("{", encoding="utf-8")
    path = start_here.course(start_here.begin(tmp_path), tmp_path)
    assert path.shown["rows"][4]["done"] == "nothing yet"
    assert "lesson_04.json" in path.shown["problems"][0] and path.fault == ""


def test_every_check_of_a_lesson_makes_it_finished() -> None:
    """A question that the course does not know finishes nothing; a new number at a solved question undoes nothing."""
    power = lessons()[4]
    right, wrong = Try("x", "right", number=3), Try("x", "wrong", number=4)
    some = LessonWork(last="2026-11-23T09:00:00+00:00", checks={"04-other": (right,), "04-apply": (right, wrong)})
    assert so_far(power, some) == "begun: 0 guesses, 1 of 3 questions solved"
    every = replace(some, checks=dict.fromkeys(power.checks, (right, wrong)))
    assert so_far(power, every).startswith("finished")


def test_the_text_says_what_phase_three_found() -> None:
    """The counts and the difference that the text states are those of the evidence."""
    cells = nbformat.read(NOTEBOOK, as_version=4).cells
    prose = " ".join(" ".join(cell.source for cell in cells if cell.cell_type == "markdown").split())
    found = phase_three()
    treated, control, (low, high) = found.treated, found.control, found.interval
    assert f"{treated.responders} of {treated.n} responded with abatacept" in prose
    assert f"and {control.responders} of {control.n} without, at week {treated.week}" in prose
    assert f"{100 * found.difference:+.1f} points" in prose
    assert f"from {100 * low:+.1f} to {100 * high:+.1f}" in prose
