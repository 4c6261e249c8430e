"""The Explorer where several panels share what they show: parts given elsewhere, actions, options on offer."""

from __future__ import annotations

from typing import Any

import pytest

from trialsim.errors import TrialsimError, check_whole
from trialsim.figures.svg import draw_whole
from trialsim.widgets.controls import FixedInput, MultiSelect, Slider
from trialsim.widgets.explorer import Explorer
from trialsim.widgets.panel import Action, Panel, State, View

PICTURE = draw_whole(lambda figure: figure.add_subplot())
GROUPS = MultiSelect("groups", "Groups", {"a": "First", "b": "Second"})


def draw(state: State) -> View:
    """Say what the state is."""
    said = f"{state['n']} of {state['most']} in {GROUPS.show(state['groups'])}"
    return View(PICTURE, said, "nothing", offers={"groups": ("b",)})


PANEL = Panel(
    "How many?",
    (Slider("n", "Patients", 1, 9, 1, 2), GROUPS),
    draw,
    given=(FixedInput("most", 9, lambda raw: check_whole("most", raw, 1, 99)),),
    actions=(Action("use", "Use these"),),
)


def ask(explorer: Explorer, monkeypatch: pytest.MonkeyPatch, **message: Any) -> dict[str, Any]:
    """Hand a message to the explorer as the browser would, and return its reply."""
    replies: list[dict[str, Any]] = []
    monkeypatch.setattr(explorer, "send", replies.append)
    explorer._handle_custom_msg({"id": "one", **message}, [])
    return replies[0]


def test_what_is_given_is_part_of_the_state() -> None:
    """A given part has no control, changes what is drawn, and is checked."""
    assert PANEL.view(most=20).sentence == "2 of 20 in none"
    explorer = Explorer(PANEL, most=20)
    assert explorer.settings["most"] == 20
    assert [control["name"] for control in explorer.spec["controls"]] == ["n", "groups"]
    with pytest.raises(TrialsimError, match="most"):
        PANEL.read({"most": 0})


def test_settings_set_from_python_are_checked() -> None:
    """What another panel decides reaches the browser through the settings; nonsense does not."""
    explorer = Explorer(PANEL)
    explorer.settings = {"n": 3, "groups": ["b"], "most": 5}
    assert explorer.settings == {"n": 3, "groups": ("b",), "most": 5}
    with pytest.raises(TrialsimError):
        explorer.settings = {"n": 3, "groups": [], "most": -1}
    assert explorer.settings["most"] == 5


def test_an_action_is_done_with_the_state_on_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """An action gets the checked state; its sentence, its refusal and its fault each come back."""
    seen: list[tuple[str, State]] = []

    def act(name: str, state: State) -> str:
        seen.append((name, state))
        if not state["groups"]:
            raise TrialsimError("groups", [], "at least one")
        return "Used."

    explorer = Explorer(PANEL, act=act)
    state = {"n": 4, "groups": ["b", "a"], "most": 9, "prediction": None}
    assert ask(explorer, monkeypatch, kind="act", name="use", state=state)["done"] == "Used."
    assert seen[0][1]["groups"] == ("a", "b")
    assert "at least one" in ask(explorer, monkeypatch, kind="act", name="use", state=state | {"groups": []})["refused"]
    assert "fault" in ask(explorer, monkeypatch, kind="act", name="other", state=state)
    assert "fault" in ask(Explorer(PANEL), monkeypatch, kind="act", name="use", state=state)


def test_a_view_says_which_options_are_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The options on offer travel with the view."""
    state = {"n": 1, "groups": [], "most": 9, "prediction": None}
    (view,) = ask(Explorer(PANEL), monkeypatch, kind="draw", states=[state], bases=[])["views"]
    assert view["offers"] == {"groups": ["b"]}


@pytest.mark.parametrize("bad", ["a", ["c"], 1, None, [["a"]]])
def test_several_refuses_what_is_no_option(bad: Any) -> None:
    """Only a list of its options is read."""
    with pytest.raises(TrialsimError, match="Groups"):
        GROUPS.read(bad)


def test_several_needs_different_options() -> None:
    """Options that repeat, or none at all, are a mistake of the lesson."""
    with pytest.raises(ValueError, match="groups"):
        MultiSelect("groups", "Groups", ())
    with pytest.raises(ValueError, match="groups"):
        MultiSelect("groups", "Groups", (("a", "First"), ("a", "Second")))
