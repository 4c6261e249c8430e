"""A control panel as a frozen description: a few controls, and a pure function from their state to a picture.

>>> from trialsim.figures.svg import draw_whole
>>> def draw(state):
...     picture = draw_whole(lambda figure: figure.add_subplot().bar([0], [state["n"]]))
...     return View(picture, f"The trial has {state['n']} patients.", f"A bar of height {state['n']}.")
>>> panel = Panel("Size", (Slider("n", "Patients", 10, 60, 1, 20),), draw)
>>> panel.view(n=21).sentence
'The trial has 21 patients.'
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import ipywidgets

from trialsim.errors import TrialsimError
from trialsim.figures.svg import Picture
from trialsim.widgets.boxes import interact
from trialsim.widgets.controls import Button, Control, FixedInput, Select, Slider

State = Mapping[str, Any]
"""The value of each control by name, and ``"prediction"``: what the learner committed to, or None."""

_MAX_CONTROLS = 4


@dataclass(frozen=True, slots=True)
class View:
    """What one state shows.

    Parameters
    ----------
    picture : Picture
        From a `Canvas` or from `draw_whole`.
    sentence : str
        What happened, in plain words; read aloud when it changes.
    alt : str
        What the picture shows, for those who do not see it: the finding, not the furniture.
    source : str
        Where the numbers come from, or that they are assumed; a small line under the picture.
    offers : mapping of str to sequence of str, optional
        By the name of a `MultiSelect`: which of its options are shown beside this picture.
    """

    picture: Picture
    sentence: str
    alt: str
    source: str = ""
    offers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.sentence.strip() or not self.alt.strip():
            raise ValueError("a view needs a sentence and a text alternative")


@dataclass(frozen=True, slots=True)
class Action:
    """A button below the picture that does something with what is shown; the lesson says what (`Explorer.act`)."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Task:
    """A thing to try. It stands beside the picture, and is ticked when the learner has been in such a state.

    Parameters
    ----------
    text : str
        What to do.
    done : callable
        Whether a `State` shows that it was done.
    """

    text: str
    done: Callable[[State], bool]


@dataclass(frozen=True, slots=True)
class Panel:
    """A picture and at most four controls that move it.

    Parameters
    ----------
    title : str
        The question it answers; heads the panel.
    controls : tuple of Slider, Select, Checkbox, MultiSelect or Button
        At most four, with different names.
    draw : callable
        `State` to `View`; pure. Raises `TrialsimError` for a state that cannot be shown.
    prediction : Slider or Select, optional
        What the learner commits to before the panel opens. Its value then stands in ``state["prediction"]`` (None
        before, and in the printed picture) and belongs in every picture. Panels of a lesson whose predictions have the
        same name share what was committed.
    found : callable, optional
        Computes what the prediction is held against at the end, on its own scale; comes with every prediction.
    given : tuple of FixedInput
        What else the picture depends on: parts of the state that are decided elsewhere.
    actions : tuple of Action
        Buttons below the picture.
    cost : float
        How long drawing one state takes, in ms, about: a panel that takes longer than most says so, and the browser
        asks for fewer states at a time until it has measured it.
    tasks : tuple of Task
        What to try. They stand with the controls beside the picture, where there is room.
    drawer : str
        Where it is given, the panel waits in a drawer with this on its front.
    afresh : str
        The control, if any, that puts the others where they begin when it is moved: another patient is seen as
        measured, not as the one before was changed.
    """

    title: str
    controls: tuple[Control, ...]
    draw: Callable[[State], View]
    prediction: Slider | Select | None = None
    given: tuple[FixedInput, ...] = ()
    actions: tuple[Action, ...] = ()
    cost: float = 5.0
    found: Callable[[], Any] | None = None
    tasks: tuple[Task, ...] = ()
    drawer: str = ""
    afresh: str = ""

    def __post_init__(self) -> None:
        names = [control.name for control in (*self.controls, *self.given)]
        if not self.title.strip() or len(self.controls) > _MAX_CONTROLS or len(set(names)) != len(names):
            raise ValueError(
                f"a panel needs a title and at most {_MAX_CONTROLS} different controls, as many as a reader can hold "
                f"in mind; make a second panel for more: {names}"
            )
        if self.afresh and self.afresh not in {control.name for control in self.controls}:
            raise ValueError(f"no control of {self.title!r} is called {self.afresh!r}")

    @property
    def default(self) -> State:
        """Every control where it begins, nothing predicted."""
        return self.read({})

    def read(self, raw: Mapping[str, Any]) -> State:
        """Check what came from outside: a value for each control, its default where it is missing.

        Raises
        ------
        TrialsimError
            Naming the control, what came and what is allowed.
        """
        parts = (*self.controls, *self.given)
        known = {part.name for part in parts} | {"prediction"}
        for name in raw:
            if name not in known:
                raise TrialsimError("panel", name, "one of: " + ", ".join(sorted(known)))
        state = {part.name: part.read(raw.get(part.name, part.default)) for part in parts}
        return MappingProxyType({**state, "prediction": self.read_prediction(raw.get("prediction"))})

    def read_prediction(self, raw: object) -> Any:
        """Check a prediction; None stays None."""
        if raw is None:
            return None
        if self.prediction is None:
            raise TrialsimError("prediction", raw, "nothing: this panel asks for none")
        return self.prediction.read(raw)

    def view(self, **values: Any) -> View:
        """What these values show, the other controls being at their defaults."""
        return self.draw(self.read(values))

    def interact(self, **given: Any) -> ipywidgets.VBox:
        """The panel in ordinary Jupyter widgets, to play with: its controls, a picture and a sentence, in a box.

        Whatever a control says is drawn at once. A state that cannot be shown is said in a sentence, and the last
        picture stays. What the buttons below a picture do belongs to a lesson: they are left out.

        Lessons use the `Explorer`: a slider of ipywidgets has no name for a screen reader (ipywidgets issue 2650), and
        its radio buttons are smaller than a finger.

        Parameters
        ----------
        **given
            What is given, where a control begins, or a ``prediction``.

        Raises
        ------
        TrialsimError
            When the panel has no such control, or cannot show where it begins.
        """
        return interact(self, self.read(given))

    def describe(self, state: State) -> str:
        """The settings in one line."""
        settings = [control for control in self.controls if not isinstance(control, Button)]
        parts = [f"{control.label}: {control.show(state[control.name])}" for control in settings]
        return "; ".join(parts)
