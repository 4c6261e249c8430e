"""What a learner can move: sliders, choices, switches and buttons, declared and checked here, shown by the Explorer.

A control knows its values, how each is shown, and how to read what came from the browser or was typed. `widget()` gives
it as an ordinary Jupyter widget, with `.value` and `.observe`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import ipywidgets

from trialsim.errors import TrialsimError, check_whole

_MAX_VALUES = 1001
_MAX_DRAW = 999_999
_MAX_RADIOS = 5
_WIDE = {"description_width": "initial"}


@dataclass(frozen=True, slots=True)
class Slider:
    """A number on a grid, moved by a slider or typed.

    Parameters
    ----------
    name : str
        Its key in the state.
    label : str
        What it is, in words; shown, and used in messages.
    low, high, step, default : int or float
        The grid. Whole numbers throughout give whole numbers.
    unit : str
        Shown after the number: ``"patients"``, ``"%"``.
    format : callable, optional
        Value to text; the number and its unit unless given.

    Examples
    --------
    >>> n = Slider("n", "Patients in the trial", 10, 60, 1, 20, unit="patients")
    >>> n.read("21"), n.show(21)
    (21, '21 patients')
    >>> n.read("many")
    Traceback (most recent call last):
    trialsim.errors.TrialsimError: Patients in the trial: got 'many'; allowed: 10 to 60 patients in steps of 1.
    """

    name: str
    label: str
    low: float
    high: float
    step: float
    default: float
    unit: str = ""
    format: Callable[[Any], str] | None = None

    def __post_init__(self) -> None:
        _check_names(self.name, self.label)
        if not (self.step > 0 and self.low < self.high):
            raise ValueError(f"{self.name}: a slider needs low < high and step > 0")
        steps = (_exact(self.high) - _exact(self.low)) / _exact(self.step)
        if steps != int(steps) or steps >= _MAX_VALUES:
            raise ValueError(
                f"{self.name}: steps of {self.step} from {self.low} to {self.high} do not fit, or are too many"
            )
        self.read(self.default)

    @property
    def _whole(self) -> bool:
        return all(isinstance(value, int) for value in (self.low, self.high, self.step))

    @property
    def values(self) -> tuple[float, ...]:
        """All values, in order."""
        low, step = _exact(self.low), _exact(self.step)
        last = int((_exact(self.high) - low) / step)
        return tuple(int(low + step * at) if self._whole else float(low + step * at) for at in range(last + 1))

    def read(self, raw: object) -> float:
        """Return the value that `raw` (a number, or text as typed) stands for, or raise `TrialsimError`."""
        unit = f" {self.unit}" if self.unit else ""
        allowed = f"{self.low:g} to {self.high:g}{unit} in steps of {self.step:g}"
        if isinstance(raw, str):
            text = raw.strip().removesuffix(self.unit).strip().replace(",", ".")
            if not text:
                raise TrialsimError(self.label, raw, allowed)
        elif isinstance(raw, (int, float)) and not isinstance(raw, bool) and math.isfinite(raw):
            text = str(raw)
        else:
            raise TrialsimError(self.label, raw, allowed)
        try:
            number = Decimal(text)
        except InvalidOperation:
            raise TrialsimError(self.label, raw, allowed) from None
        if not number.is_finite() or not _exact(self.low) <= number <= _exact(self.high):
            raise TrialsimError(self.label, raw, allowed)
        if (number - _exact(self.low)) % _exact(self.step):
            raise TrialsimError(self.label, raw, allowed)
        return int(number) if self._whole else float(number)

    def show(self, value: Any) -> str:
        """The value in words, with its unit."""
        if self.format is not None:
            return self.format(value)
        return f"{value:g}{'' if not self.unit else ' ' + self.unit}"

    def wire(self) -> dict[str, Any]:
        """What the browser needs to show it."""
        values = self.values
        return _wire("slider", self, values=values, shown=[self.show(value) for value in values], unit=self.unit)

    def widget(self) -> ipywidgets.ValueWidget:
        """An `IntSlider` or a `FloatSlider`; a `SelectionSlider` where the values are shown in words of their own.

        Examples
        --------
        >>> slider = Slider("n", "Patients", 10, 60, 1, 20).widget()
        >>> type(slider).__name__, slider.value, slider.max
        ('IntSlider', 20, 60)
        """
        label = f"{self.label} ({self.unit})" if self.unit else self.label
        if self.format is not None:
            options = [(self.show(value), value) for value in self.values]
            return ipywidgets.SelectionSlider(options=options, value=self.default, description=label, style=_WIDE)
        kind = ipywidgets.IntSlider if self._whole else ipywidgets.FloatSlider
        grid = {"min": self.low, "max": self.high, "step": self.step, "value": self.default}
        return kind(**grid, description=label, style=_WIDE)


class _WithOptions:
    """What the controls with named options have in common."""

    __slots__ = ()
    name: str
    label: str
    options: tuple[tuple[str, str], ...] | Mapping[str, str]

    def _settle(self) -> None:
        _check_names(self.name, self.label)
        pairs = self.options.items() if isinstance(self.options, Mapping) else self.options
        object.__setattr__(self, "options", tuple((value, shown) for value, shown in pairs))

    @property
    def _shown(self) -> dict[str, str]:
        """By its value what is shown of each option."""
        return dict(self.options)

    @property
    def _choices(self) -> tuple[tuple[str, str], ...]:
        """As Jupyter's widgets take them."""
        return tuple((shown, value) for value, shown in self._shown.items())


@dataclass(frozen=True, slots=True)
class Select(_WithOptions):
    """One of a few named options.

    Parameters
    ----------
    name, label : str
        As for `Slider`.
    options : mapping of str to str, or pairs
        Value to what is shown.
    default : str, optional
        The first option unless given.

    Examples
    --------
    >>> Select("arm", "Treatment", {"drug": "Abatacept", "none": "No drug"}).read("none")
    'none'
    """

    name: str
    label: str
    options: tuple[tuple[str, str], ...] | Mapping[str, str]
    default: str = ""

    def __post_init__(self) -> None:
        self._settle()
        if len(self._shown) < 2 or len(self._shown) != len(self.options):
            raise ValueError(f"{self.name}: a choice needs two different options or more")
        object.__setattr__(self, "default", self.default or self.values[0])
        self.read(self.default)

    @property
    def values(self) -> tuple[str, ...]:
        """All values, in the order shown."""
        return tuple(self._shown)

    def read(self, raw: object) -> str:
        """Return the option that `raw` names, or raise `TrialsimError`."""
        if isinstance(raw, str) and raw in self.values:
            return raw
        raise TrialsimError(self.label, raw, "one of: " + "; ".join(self._shown.values()))

    def show(self, value: Any) -> str:
        """The option as shown."""
        return self._shown[value]

    def wire(self) -> dict[str, Any]:
        """What the browser needs to show it."""
        return _wire("choice", self, values=self.values, shown=list(self._shown.values()))

    def widget(self) -> ipywidgets.ValueWidget:
        """`RadioButtons`; a `Dropdown` where there are more than five options.

        Examples
        --------
        >>> Select("arm", "Treatment", {"drug": "Abatacept", "none": "No drug"}).widget().options
        (('Abatacept', 'drug'), ('No drug', 'none'))
        """
        kind = ipywidgets.RadioButtons if len(self.values) <= _MAX_RADIOS else ipywidgets.Dropdown
        return kind(options=self._choices, value=self.default, description=self.label, style=_WIDE)


@dataclass(frozen=True, slots=True)
class Checkbox:
    """Something that is on or off.

    Examples
    --------
    >>> Checkbox("taper", "Steroids are tapered").read(True)
    True
    """

    name: str
    label: str
    default: bool = False

    def __post_init__(self) -> None:
        _check_names(self.name, self.label)
        self.read(self.default)

    @property
    def values(self) -> tuple[bool, bool]:
        """Off and on."""
        return (False, True)

    def read(self, raw: object) -> bool:
        """Return `raw` if it is True or False, or raise `TrialsimError`."""
        if isinstance(raw, bool):
            return raw
        raise TrialsimError(self.label, raw, "on or off")

    def show(self, value: Any) -> str:
        """On or off, in words."""
        return "on" if value else "off"

    def wire(self) -> dict[str, Any]:
        """What the browser needs to show it."""
        return _wire("switch", self, values=self.values, shown=["off", "on"])

    def widget(self) -> ipywidgets.ValueWidget:
        """A `Checkbox`.

        Examples
        --------
        >>> Checkbox("taper", "Steroids are tapered").widget().value
        False
        """
        return ipywidgets.Checkbox(value=self.default, description=self.label, indent=False)


@dataclass(frozen=True, slots=True)
class Button:
    """Draw again: a whole number that goes up by one at each press, and back to where it began.

    Parameters
    ----------
    name : str
        Its key in the state; a seed, or a part of one.
    label : str
        What a press does: ``"New patients"``.
    back : str
        What the second button, back to the first draw, says: ``"The first patients again"``.

    Examples
    --------
    >>> Button("draw", "New patients", "The first patients again").read(2)
    2
    """

    name: str
    label: str
    back: str = "Back to the first"
    default: int = 1

    def __post_init__(self) -> None:
        _check_names(self.name, self.label)
        self.read(self.default)

    @property
    def values(self) -> tuple[int, ...]:
        """The ends of what it can reach, and its beginning."""
        return tuple(sorted({1, self.default, _MAX_DRAW}))

    def read(self, raw: object) -> int:
        """Return `raw` if it is a whole number that presses can reach, or raise `TrialsimError`."""
        return check_whole(self.label, raw, 1, _MAX_DRAW)

    def show(self, value: Any) -> str:
        """Which draw it is."""
        return f"draw {value}"

    def wire(self) -> dict[str, Any]:
        """What the browser needs to show it."""
        return _wire("button", self, back=self.back, last=_MAX_DRAW)

    def widget(self) -> ipywidgets.ValueWidget:
        """A `BoundedIntText`: the number of the draw, whose arrows draw again.

        Examples
        --------
        >>> Button("draw", "New patients").widget().value
        1
        """
        text = self.label
        return ipywidgets.BoundedIntText(value=self.default, min=1, max=_MAX_DRAW, description=text, style=_WIDE)


@dataclass(frozen=True, slots=True)
class MultiSelect(_WithOptions):
    """Any number of named options, ticked; the value is a tuple of them, in the order of the options.

    A view may offer only some of them (`View.offers`); what is ticked stays ticked.

    Examples
    --------
    >>> MultiSelect("arms", "Groups", {"a": "First", "b": "Second"}).read(["b", "a"])
    ('a', 'b')
    """

    name: str
    label: str
    options: tuple[tuple[str, str], ...] | Mapping[str, str]
    default: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self._settle()
        if len(self._shown) < max(1, len(self.options)):
            raise ValueError(f"{self.name}: several needs an option, and different ones")
        object.__setattr__(self, "default", self.read(self.default))

    @property
    def values(self) -> tuple[tuple[str, ...], ...]:
        """Nothing, and each option alone: not all that it can be."""
        return ((), *((value,) for value in self._shown))

    def read(self, raw: object) -> tuple[str, ...]:
        """Return the options that `raw`, a list of them, names, or raise `TrialsimError`."""
        if isinstance(raw, (list, tuple)) and all(isinstance(word, str) and word in self._shown for word in raw):
            return tuple(value for value in self._shown if value in raw)
        raise TrialsimError(self.label, raw, "any of: " + "; ".join(self._shown.values()))

    def show(self, value: Any) -> str:
        """The options as shown."""
        return "; ".join(shown for option, shown in self._shown.items() if option in value) or "none"

    def wire(self) -> dict[str, Any]:
        """What the browser needs to show it."""
        return _wire("several", self, values=list(self._shown), shown=list(self._shown.values()))

    def widget(self) -> ipywidgets.ValueWidget:
        """A `SelectMultiple`.

        Examples
        --------
        >>> MultiSelect("arms", "Groups", {"a": "First", "b": "Second"}, ("b",)).widget().value
        ('b',)
        """
        words = self.label
        return ipywidgets.SelectMultiple(options=self._choices, value=self.default, description=words, style=_WIDE)


@dataclass(frozen=True, slots=True)
class FixedInput:
    """A part of a panel's state that is decided elsewhere: it has no control here.

    Parameters
    ----------
    name : str
        Its key in the state.
    default
        What it is until something else is given.
    check : callable
        Takes what came from outside and returns the value, or raises `TrialsimError`.
    """

    name: str
    default: Any
    check: Callable[[Any], Any]

    def read(self, raw: object) -> Any:
        """Return the value that `raw` stands for, or raise `TrialsimError`."""
        return self.check(raw)


Control = Slider | Select | Checkbox | Button | MultiSelect


def _wire(kind: str, control: Control, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "name": control.name, "label": control.label, "default": control.default, **more}


def _exact(number: float) -> Decimal:
    return Decimal(str(number))


def _check_names(name: str, label: str) -> None:
    if not name.isidentifier() or name == "prediction" or not label.strip():
        raise ValueError(f"a control needs a label and an identifier, not 'prediction': {name!r}, {label!r}")
