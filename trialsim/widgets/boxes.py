"""A panel in ordinary Jupyter widgets: its controls, the picture, the sentence, and what is wrong, in a box."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets

from trialsim.ahead import in_turn
from trialsim.errors import TrialsimError

if TYPE_CHECKING:
    from trialsim.widgets.panel import Panel, State


def interact(panel: Panel, state: State) -> ipywidgets.VBox:
    """A panel that begins at `state`, as `Panel.interact` says."""
    controls = {control.name: control.widget() for control in panel.controls}
    for name, control in controls.items():
        control.value = state[name]
    picture, sentence, problem = ipywidgets.HTML(), ipywidgets.HTML(), ipywidgets.HTML()

    @in_turn
    def show(_: Any = None) -> None:
        try:
            chosen = {name: _on_grid(control.value) for name, control in controls.items()}
            view = panel.draw(panel.read({**state, **chosen}))
        except TrialsimError as error:
            problem.value = escape(str(error))
            return
        picture.value = view.picture.alone(title=panel.title, lines=(view.source,), alt=f"{panel.title} {view.alt}")
        sentence.value, problem.value = escape(view.sentence, quote=False), ""

    @in_turn
    def begin_again(_: Any) -> None:
        for control in panel.controls:
            if control.name != panel.afresh:
                controls[control.name].value = control.default

    if panel.afresh:
        controls[panel.afresh].observe(begin_again, "value")
    for control in controls.values():
        control.observe(show, "value")
    show()
    return ipywidgets.VBox([*controls.values(), picture, sentence, problem])


def _on_grid(value: Any) -> Any:
    """A slider of ipywidgets counts in steps: what the browser adds beyond the twelfth decimal is not meant."""
    return round(value, 12) if isinstance(value, float) else value
