"""What is assumed on the page of the bench: one field each, the bench to its value and back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import ipywidgets

from trialsim.errors import TrialsimError, Words
from trialsim.facts.protocol import list_protocols, load_protocol
from trialsim.facts.responses import list_responses, load_response
from trialsim.power.bench import DESIGNS, Bench

__all__ = ["Field", "fields"]

_WIDE = {"description_width": "6.2rem"}
_SHORT = {"description_width": "4.2rem"}
_SIDES = {1: "one: only better", 2: "two: better or worse"}


@dataclass(frozen=True, slots=True)
class Field:
    """One assumption.

    Parameters
    ----------
    name, label : str
        The field of `Bench`, and what it is called.
    make : callable
        Makes its widget.
    percent : bool
        Whether it is shown in percent.
    """

    name: str
    label: str
    make: Callable[[], ipywidgets.ValueWidget]
    percent: bool = False

    def show(self, bench: Bench) -> Any:
        """The value on screen."""
        value = getattr(bench, self.name)
        return round(100 * value, 8) if self.percent else value

    def change(self, bench: Bench, shown: Any) -> Bench:
        """The bench with what is on screen; raises `TrialsimError` where it cannot be."""
        if self.name == "protocol":
            trial = load_protocol(shown)
            changes = {"protocol": shown, "n": trial.n, "definition": trial.primary.definition}
            return replace(bench, **changes)
        if isinstance(shown, float) and not abs(shown) < 1e9:
            raise TrialsimError(self.label, shown, "a number")
        value = round(shown / 100, 10) if self.percent else shown
        try:
            return replace(bench, **{self.name: value})
        except TrialsimError as error:
            raise self._said(error, shown) from None

    def _said(self, error: TrialsimError, shown: Any) -> TrialsimError:
        """The same refusal in what stands on screen: percent, and the names of the fields."""
        if not self.percent:
            return TrialsimError(self.label, error.got, error.allowed, error.fix)
        allowed = "at least 0 and below 100 %" if self.name == "loss" else "above 0 and below 100 %"
        if error.where == "p1":
            allowed = "p1 above p0, both between 0 and 100 %"
        return TrialsimError(self.label, Words(f"{shown:g} %"), allowed, error.fix)


# Each widget has a layout of its own: one that two pages share is unknown to a page that is opened again.
def _number(label: str, step: float) -> Callable[[], ipywidgets.ValueWidget]:
    return lambda: ipywidgets.FloatText(description=label, step=step, style=_SHORT, layout=_wide(min_width="7.25rem"))


def _choice(label: str, options: Callable[[], list[tuple[str, Any]]]) -> Callable[[], ipywidgets.ValueWidget]:
    return lambda: ipywidgets.Dropdown(description=label, options=options(), style=_WIDE, layout=_wide())


def _patients(label: str) -> Callable[[], ipywidgets.ValueWidget]:
    return lambda: ipywidgets.IntText(description=label, style=_SHORT, layout=_wide(min_width="7.25rem"))


def _wide(**more: str) -> ipywidgets.Layout:
    return ipywidgets.Layout(width="auto", **more)


def _protocols() -> list[tuple[str, Any]]:
    return [(f"{trial.id}, week {trial.week}", trial.id) for trial in map(load_protocol, list_protocols())]


def _definitions() -> list[tuple[str, Any]]:
    return [(f"{key}: {load_response(key).label}", key) for key in list_responses()]


@cache
def fields() -> tuple[Field, ...]:
    """All fields, in the order of the page."""
    return (
        Field("protocol", "Record", _choice("Record", _protocols)),
        Field("definition", "Response", _choice("Response", _definitions)),
        Field("p0", "p0, the response rate without the drug", _number("p0 (%)", 1), percent=True),
        Field("p1", "p1, the rate worth finding", _number("p1 (%)", 1), percent=True),
        Field("alpha", "Alpha", _number("alpha (%)", 0.5), percent=True),
        Field("power", "Power", _number("power (%)", 1), percent=True),
        Field("loss", "Loss", _number("loss (%)", 1), percent=True),
        Field("n", "Patients at hand", _patients("at hand")),
        Field("sides", "Sides", _choice("Sides", lambda: [(text, value) for value, text in _SIDES.items()])),
        Field("design", "Design", _choice("Design", lambda: [(text, key) for key, text in DESIGNS.items()])),
    )
