"""The parts of a lesson are Jupyter widgets like any other: they stand in its boxes, have a value, and are observed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import ipywidgets
import pytest

from tests.browser.toy_panel import apply, panel, recall
from trialsim.errors import TrialsimError
from trialsim.lessons import power_of_twenty, start_here, twelve_weeks, what_counts_as_response, who_gets_in
from trialsim.lessons.what_counts_as_response import own_patients
from trialsim.lessons.who_gets_in.screening_by_hand import five_by_hand
from trialsim.widgets.asking import Check, Prediction
from trialsim.widgets.by_hand import ByHand
from trialsim.widgets.controls import Button, Checkbox, Control, MultiSelect, Select, Slider
from trialsim.widgets.explorer import Explorer
from trialsim.widgets.free_text import FreeText
from trialsim.widgets.panel import Panel


def write(widget: FreeText) -> None:
    """Write a word, as the browser sends it."""
    widget._reply({"text": "because"})


PARTS: dict[str, tuple[Callable[[], Any], Callable[[Any], object], Any]] = {
    "prediction": (lambda: Prediction(panel), lambda part: part._reply({"kind": "commit", "value": 40}), 40),
    "check": (lambda: Check(recall), lambda part: part.answer("9"), "9"),
    "choice": (lambda: Check(apply), lambda part: part.answer("no"), "no"),
    "words": (lambda: FreeText("Why?"), write, "because"),
    "cards": (lambda: ByHand(five_by_hand(), 3), lambda part: part.say({"A": "in"}), {"A": "in"}),
    "file": (own_patients, lambda part: part.read(b""), None),
}


@pytest.mark.parametrize("name", PARTS)
def test_a_part_stands_in_a_tab_and_has_a_value(name: str) -> None:
    """Each is a widget of a box; what the learner does is its value, and whoever observes it hears."""
    make, act, value = PARTS[name]
    part, heard = make(), []
    assert ipywidgets.Tab([part]).children == (part,)
    part.observe(lambda change: heard.append(change["new"]), "value")
    act(part)
    assert part.value == value and (heard[-1:] == [value] or value is None)


def test_the_value_of_an_explorer_is_its_settings() -> None:
    """Set either and the other follows; what cannot be is refused, and both stay."""
    explorer = Explorer(panel)
    assert explorer.value == explorer.settings == {"n": 20, "rule": "a", "hatched": False, "patients": 1}
    explorer.value = {**explorer.value, "n": 30}
    assert explorer.settings["n"] == 30
    explorer.settings = {**explorer.settings, "rule": "b"}
    assert explorer.value["rule"] == "b"
    with pytest.raises(TrialsimError, match="Patients in the trial: got 5"):
        explorer.value = {**explorer.value, "n": 5}
    assert explorer.value == explorer.settings and explorer.value["n"] == 30


@pytest.mark.parametrize(
    ("control", "kind"),
    [
        (Slider("n", "Patients", 10, 60, 1, 20, unit="patients"), ipywidgets.IntSlider),
        (Slider("p", "Rate", 0.0, 1.0, 0.1, 0.3), ipywidgets.FloatSlider),
        (Slider("p", "Rate", 0, 3, 1, 2, format=lambda value: f"1 in {10**value:,}"), ipywidgets.SelectionSlider),
        (Select("arm", "Arm", {"a": "One", "b": "Other"}, "b"), ipywidgets.RadioButtons),
        (Select("arm", "Arm", {str(k): f"Arm {k}" for k in range(6)}, "4"), ipywidgets.Dropdown),
        (Checkbox("taper", "Taper", True), ipywidgets.Checkbox),
        (Button("draw", "New patients"), ipywidgets.BoundedIntText),
        (MultiSelect("arms", "Arms", {"a": "One", "b": "Other"}, ("b",)), ipywidgets.SelectMultiple),
    ],
)
def test_a_control_is_an_ordinary_widget(control: Control, kind: type) -> None:
    """It begins where the control does, and takes every value that the control has."""
    widget = control.widget()
    assert type(widget) is kind and widget.value == control.default and control.label in widget.description
    for value in control.values:
        widget.value = value
        assert control.read(round(widget.value, 12) if isinstance(widget.value, float) else widget.value) == value


@pytest.mark.parametrize("lesson", [start_here, who_gets_in, what_counts_as_response, twelve_weeks, power_of_twenty])
def test_the_first_panel_of_a_lesson_can_be_played_with(lesson: Any) -> None:
    """What the box shows is what the panel draws."""
    made = next(iter(lesson.PLAN.panels.values()))()
    *_, picture, sentence, problem = made.interact().children
    assert "<svg" in picture.value and problem.value == ""
    assert made.view().sentence.split("<")[0].split("&")[0] in sentence.value


def test_moving_a_control_draws_and_a_bad_state_leaves_the_picture() -> None:
    """The picture follows the control; where the state cannot be shown, a sentence says why."""

    def draw(state: Any) -> Any:
        if state["n"] == 13:
            raise TrialsimError("Patients in the trial", 13, "any number but <13>")
        return panel.draw(state)

    box = Panel(panel.title, panel.controls, draw).interact(n=21)
    n, *_, picture, sentence, problem = box.children
    assert n.value == 21 and "With 21 patients" in sentence.value
    n.value = 30
    assert "With 30 patients" in sentence.value and problem.value == ""
    seen = picture.value
    n.value = 13
    assert "got 13" in problem.value and "&lt;13&gt;" in problem.value
    assert (picture.value, "With 30 patients" in sentence.value) == (seen, True)
    n.value = 15
    assert problem.value == "" and "With 15 patients" in sentence.value and picture.value != seen


def test_another_patient_is_seen_as_measured() -> None:
    """What was moved for one patient is not carried over to the next; in lesson 02, too."""
    n, rule = replace(panel, afresh="rule").interact(n=21).children[:2]
    rule.value = "b"
    assert (n.value, rule.value) == (panel.default["n"], "b")
    assert Explorer(what_counts_as_response.definitions_panel()).spec["afresh"] == "patient"
    with pytest.raises(ValueError, match="'patient'"):
        replace(panel, afresh="patient")


def test_interact_refuses_what_the_panel_does_not_have() -> None:
    """A name or a value that is none is refused in words."""
    with pytest.raises(TrialsimError, match="'size'"):
        panel.interact(size=3)
    with pytest.raises(TrialsimError, match="Patients in the trial: got 5"):
        panel.interact(n=5)
