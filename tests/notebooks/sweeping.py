"""Moves every control of a panel to its ends and to a bad value, as a learner would, without a browser."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from typing import Any

import pytest

from trialsim.errors import TrialsimError
from trialsim.widgets.controls import Button, Checkbox, Control, MultiSelect, Select, Slider
from trialsim.widgets.panel import Panel, View


def bad_values(control: Control) -> tuple[Any, ...]:
    """What nobody may get past a control: out of range, off the grid, the wrong kind, nothing."""
    match control:
        case Slider(low=low, high=high, step=step):
            return (
                low - step,
                high + step,
                low + step / 3,
                "",
                "many",
                "nan",
                float("nan"),
                float("inf"),
                True,
                None,
                [],
            )
        case Select():
            return ("no such option", "", 1, None)
        case Checkbox():
            return ("yes", 1, None)
        case MultiSelect():
            return ("no such option", ["no such option"], 1, None)
        case Button():
            return (0, 1.5, -1, 10**9, "again", None)


def bounds(control: Control) -> tuple[Any, Any, Any]:
    """Its minimum, default and maximum; of a button the first three draws."""
    if isinstance(control, Button):
        return (control.default, control.default + 1, control.default + 2)
    return (control.values[0], control.default, control.values[-1])


def sweep(panel: Panel, *, refused: Mapping[str, Any] | None = None) -> list[View]:
    """Draw every control at its minimum, default and maximum, and check that every bad value is refused in words.

    Also checks that a picture depends on nothing but its state, that every control changes what is shown, and that a
    committed prediction marks the picture.

    Parameters
    ----------
    panel : Panel
        The panel.
    refused : mapping, optional
        Values of controls that `draw` itself refuses, by name: each must be refused in words.
    """
    first = panel.view()
    views = [first]
    for control in panel.controls:
        shown = [panel.view(**{control.name: value}) for value in bounds(control)]
        views += shown
        assert len({(view.picture, view.sentence) for view in shown}) > 1, f"{control.name} changes nothing"
        for bad in bad_values(control):
            with pytest.raises(TrialsimError) as caught:
                control.read(bad)
            assert control.label in str(caught.value)
    if panel.prediction is not None:
        for value in bounds(panel.prediction):
            marked = panel.view(prediction=value)
            views.append(marked)
            assert marked.picture != first.picture, f"the prediction {value!r} leaves no mark on the picture"
        for bad in bad_values(panel.prediction):
            if bad is not None:
                with pytest.raises(TrialsimError):
                    panel.read({"prediction": bad})
    for name, value in (refused or {}).items():
        with pytest.raises(TrialsimError):
            panel.view(**{name: value})
    for view in views:
        ElementTree.fromstring(view.picture.alone(title=panel.title, lines=(view.sentence,), alt=view.alt))
        assert "nan" not in f"{view.sentence} {view.alt}".lower().split()
    assert panel.view() == first, "the same state was drawn differently after other states"
    return views
