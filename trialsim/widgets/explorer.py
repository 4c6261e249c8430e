"""The Explorer: the one widget that shows a `Panel`. It knows no formula.

The browser pulls. When a control gets the focus it asks for the states of that control's whole range, nearest first,
and keeps what it gets by state; so dragging is a look-up in the browser, near or far from the kernel. Python keeps
nothing: it draws the states that are asked for and replies.

A lesson's panel is a function that tests call, and one line that shows it::

    from trialsim.design import single_stage
    from trialsim.figures.style import BLUE
    from trialsim.figures.svg import Canvas
    from trialsim.widgets.controls import Slider
    from trialsim.widgets.explorer import Explorer
    from trialsim.widgets.panel import Panel, View

    def lay_out(figure):
        axes = figure.add_subplot()
        axes.set(xlim=(0, 40), ylim=(0, 1), xlabel="True response rate (%)", ylabel="Chance of success")
        return axes

    canvas = Canvas(lay_out)

    def draw(state):
        power = single_stage(state["n"], 0.30).power(0.50)
        def paint(axes):
            axes.bar([20], [power], width=8, color=BLUE)
            if state["prediction"] is not None:
                axes.axhline(state["prediction"] / 100, linestyle="--")
        sentence = f"With {state['n']} patients, {power:.0%} of trials would succeed."
        return View(canvas.picture(paint), sentence, alt=f"A bar at {power:.0%}.", source="Exact binomial.")

    panel = Panel("What can twenty patients tell us?",
                  (Slider("n", "Patients in the trial", 10, 60, 1, 20, unit="patients"),), draw,
                  prediction=Slider("guess", "Of 100 such trials, how many would succeed?", 0, 100, 1, 50))
    Explorer(panel)
"""

from __future__ import annotations

import time
import zlib
from base64 import b64encode
from collections.abc import Callable
from html import escape
from typing import Any

import traitlets

from trialsim.errors import TrialsimError
from trialsim.widgets.panel import Panel, State, View
from trialsim.widgets.request_widget import RequestWidget, is_live, script


class Explorer(RequestWidget):
    """A panel in the browser: native labelled controls, the picture, and its sentence read aloud.

    Parameters
    ----------
    panel : Panel
        What to show.
    prediction : optional
        A value committed before. While a panel that asks for a prediction has none, it stays shut.
    asks : bool
        Whether it asks for the prediction itself; otherwise a cell above does.
    act : callable, optional
        Does what the panel's actions promise: takes the name of the action and the state, returns a sentence that is
        shown, or raises `TrialsimError`.

    Attributes
    ----------
    prediction
        What the learner committed to, or None.
    settings, value : dict
        The state last rested on, control by control, and what is given: the same under the lessons' name and under
        that of every Jupyter widget. Set it, and the browser shows it.
    """

    _esm = script("unsent.js", "guess.js", "views.js", "picture.js", "explorer.js")

    spec = traitlets.Dict().tag(sync=True)
    first = traitlets.Dict().tag(sync=True)
    prediction = traitlets.Any(None, allow_none=True).tag(sync=True)
    settings = traitlets.Dict().tag(sync=True)
    value = traitlets.Dict()

    def __init__(
        self,
        panel: Panel,
        *,
        prediction: Any = None,
        asks: bool = True,
        act: Callable[[str, State], str] | None = None,
        **given: Any,
    ) -> None:
        self.panel, self._act = panel, act
        state = panel.read({**given, "prediction": prediction})
        # What is shut, by a prediction or a drawer, is not drawn before somebody opens it.
        waits = is_live() and (bool(panel.drawer) or (panel.prediction is not None and state["prediction"] is None))
        self._first_state, self._first_view = state, None if waits else panel.draw(state)
        drawn = {} if self._first_view is None else {"view": _wired(self._first_view) | self._done(state)}
        asked = panel.prediction.wire() if panel.prediction is not None else None
        super().__init__(
            spec={
                "title": panel.title,
                "controls": [control.wire() for control in panel.controls],
                "cost": panel.cost,
                "actions": [[action.name, action.label] for action in panel.actions],
                "prediction": asked,
                "form": asks,
                "tasks": [task.text for task in panel.tasks],
                "drawer": panel.drawer,
                "afresh": panel.afresh,
            },
            first={"state": dict(state), **drawn},
            prediction=state["prediction"],
            settings={name: value for name, value in state.items() if name != "prediction"},
        )
        traitlets.link((self, "settings"), (self, "value"))

    @traitlets.validate("prediction")
    def _check_prediction(self, proposal: Any) -> Any:
        return self.panel.read_prediction(proposal["value"])

    @traitlets.validate("settings", "value")
    def _check_settings(self, proposal: Any) -> dict[str, Any]:
        state = self.panel.read(proposal["value"])
        return {name: value for name, value in state.items() if name != "prediction"}

    def _reply(self, message: dict[str, Any]) -> dict[str, Any]:
        match message["kind"]:
            case "draw":
                return self._draw(message["states"], set(message["bases"]))
            case "read":
                return {"value": self._read(message["name"], message["text"])}
            case "act":
                return {"done": self._do(message["name"], message["state"])}
            case "commit":
                self.prediction = self.panel.read_prediction(message["value"])
                return {"committed": self.prediction}
            case "rest":  # what the settings came to before is known; some may be brought back
                self.settings = {**self.settings, **message["settings"]}
                return {"rested": True}
        raise ValueError(f"unknown message: {message['kind']!r}")

    def _draw(self, states: list[dict[str, Any]], known: set[str]) -> dict[str, Any]:
        began = time.perf_counter()
        views: list[dict[str, Any]] = []
        for raw in states:
            try:
                state = self.panel.read(raw)
                views.append(_wired(self.panel.draw(state), known) | self._done(state))
            except TrialsimError as error:
                views.append({"refused": str(error)})
            except Exception as error:
                views.append(self.record(error))
        return {"views": views, "took": (time.perf_counter() - began) * 1000}

    def _done(self, state: State) -> dict[str, Any]:
        """Which tasks this state shows as done."""
        done = [at for at, task in enumerate(self.panel.tasks) if task.done(state)]
        return {"tasks": done} if done else {}

    def _do(self, name: str, raw: dict[str, Any]) -> str:
        if self._act is None or name not in {action.name for action in self.panel.actions}:
            raise ValueError(f"nothing does {name!r}")
        return self._act(name, self.panel.read(raw))

    def _read(self, name: str, text: str) -> Any:
        if name == "prediction":
            return self.panel.read_prediction(text)
        return {control.name: control for control in self.panel.controls}[name].read(text)

    def _lines(self, view: View) -> tuple[str, ...]:
        state = self._first_state
        return (view.sentence, f"Settings: {self.panel.describe(state)}" if self.panel.controls else "", view.source)

    def __repr__(self) -> str:
        return self.panel.title if self._first_view is None else f"{self.panel.title}\n{self._first_view.sentence}"

    def _static(self) -> dict[str, str]:
        """Add the first state as a picture and as text: what is read where no kernel runs.

        What a prediction is asked of, and what waits in a drawer, is folded there, too.
        """
        view = self._first_view
        if view is None:
            return {}
        picture, alt = view.picture, f"{self.panel.title} {view.alt}"
        asks = self.panel.prediction is not None
        front = self.panel.drawer or (f"After your guess: {self.panel.title}" if asks else "")
        if not front:
            return {"image/svg+xml": picture.alone(title=self.panel.title, lines=self._lines(view), alt=alt)}
        coded = b64encode(picture.alone(alt=alt).encode()).decode()
        image = f'<img alt="{escape(alt)}" width="100%" src="data:image/svg+xml;base64,{coded}">'
        said = "\n".join(f"<p>{escape(line, quote=False)}</p>" for line in self._lines(view) if line)
        return {"text/html": f"<details><summary>{escape(front, quote=False)}</summary>\n{image}\n{said}\n</details>"}


def _wired(view: View, known: set[str] | None = None) -> dict[str, Any]:
    """A view as the browser takes it; a base that it already has is not sent again (and is noted as known)."""
    size = [view.picture.width, view.picture.height]
    # Where all of a picture moves its base is empty: only the size tells one from another.
    base = f"{zlib.crc32(f'{size} {view.picture.base}'.encode()):08x}"
    wired: dict[str, Any] = {
        "base": base,
        "size": size,
        "layer": view.picture.layer,
        "sentence": view.sentence,
        "alt": view.alt,
        "source": view.source,
    }
    if view.offers:
        wired["offers"] = {name: list(values) for name, values in view.offers.items()}
    if known is None or base not in known:
        wired["drawing"] = view.picture.base
    if known is not None:
        known.add(base)
    return wired
