"""Lesson 00: its panel, its check, and what they read off the record."""

from __future__ import annotations

import warnings

import pytest

from tests.notebooks.sweeping import sweep
from trialsim.facts.protocol import load_protocol
from trialsim.lessons import start_here


def test_every_control_at_both_ends_and_with_a_bad_value() -> None:
    """Each control is moved over all that it can take; what it cannot take is refused by name."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for panel in start_here.panels():
            sweep(panel)


def test_the_record_answers_none_of_the_questions() -> None:
    """The sentence counts the protocol's silences, and the prediction stands in picture and sentence."""
    (panel,) = start_here.panels()
    silences = len(load_protocol("NCT04946669").silences)
    view = panel.view(prediction=6)
    assert view.sentence == f"Of {silences} things that a reviewer would ask for, the record states 0. You expected 6."
    assert "you expected 6" in view.picture.base + view.picture.layer


@pytest.mark.parametrize(
    ("left_out", "misconception"),
    [("Null response rate p0", "record-names-a-goal"), ("Safety outcome", "title-is-outcome")],
)
def test_a_thinkable_slip_meets_its_misconception(left_out: str, misconception: str) -> None:
    """Leaving out one silence is answered with the idea behind it; the full answer is right."""
    question = start_here.record_question()
    key = question.key()
    silent = {one.item: f"silent-{k}" for k, one in enumerate(load_protocol("NCT04946669").silences)}
    assert question.reply(list(key - {silent[left_out]})).misconception == misconception
    assert question.reply(list(key)).verdict == "right"
    assert question.reply([]).verdict == "empty"


def test_the_course_lists_every_lesson_with_its_minutes() -> None:
    """Seven lessons, each with a question and minutes."""
    table = start_here.course().frame
    assert table["lesson"].tolist() == ["00", "01", "02", "03", "04", "05", "06"]
    assert table["time"].str.fullmatch(r"\d+ min").all()
