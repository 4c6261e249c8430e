"""The assumed truth: every number that the model of patients takes, changed by `dataclasses.replace`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, dataclass, fields, replace
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from trialsim.errors import check_one_of
from trialsim.facts.population import load_population
from trialsim.facts.scenarios import named_scenarios
from trialsim.patients.correlation import severity_factor

_R = TypeVar("_R")
_BASE: Mapping[str, float] = {name: p.value for name, p in load_population().parameters.items()}


def _of_parameters(record: type[_R]) -> type[_R]:
    """A frozen dataclass with a field for each parameter of the population, its base case the default."""
    record.__annotations__ = dict.fromkeys(_BASE, float)
    for name, value in _BASE.items():
        setattr(record, name, value)
    return dataclass(frozen=True, slots=True)(record)


@_of_parameters
class Scenario:
    """The assumed truth about the patients and what twelve weeks do to them.

    The fields are the parameters of `data/population.toml`, where each has its base case, unit, plausible range, basis
    and source; `describe` prints those that differ from it, `load_population().describe()` all of them.

    Raises
    ------
    TrialsimError
        If a value is impossible: a share outside 0 to 1, a negative spread, correlations that cannot hold together.

    Examples
    --------
    >>> from dataclasses import replace
    >>> print(replace(Scenario(), female_share=0.5, drug_effect=0.1).describe())
    Base case, but for:
    - Women: 0.5 (base case 0.73)
    - Improvement by the drug on top, by week 12, in those it touches: 0.1 (base case 0.223)
    """

    if TYPE_CHECKING:  # what `_of_parameters` makes of it
        __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

        def __init__(self, **assumed: float) -> None: ...
        def __getattr__(self, name: str) -> float: ...

    def __post_init__(self) -> None:
        parameters = load_population().parameters
        for name, base in _BASE.items():
            if (value := getattr(self, name)) is not base:  # the base case was checked when it was read
                object.__setattr__(self, name, parameters[name].check(value))
        severity_factor(self)  # raises if the correlations cannot hold together

    def without_drug(self) -> Scenario:
        """The same patients under standard care alone."""
        return replace(self, drug_effect=0.0)

    def only(self, *blocks: str) -> Scenario:
        """The base case with the fields of some blocks of the model as they are here; equal where the others differ."""
        parameters = load_population().parameters
        return Scenario(**{name: value for name, value in self.changed().items() if parameters[name].block in blocks})

    def changed(self) -> dict[str, float]:
        """The fields that differ from the base case, with their values."""
        return {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) != _BASE[f.name]}

    def describe(self) -> str:
        """What differs from the base case, a line each."""
        changed = self.changed()
        named = [belief.describe() for belief in named_scenarios().values() if belief.drug_effect == self.drug_effect]
        if named:
            changed.pop("drug_effect", None)
        if not changed:
            return "\n".join(["Base case: every assumption as in the published and assumed parameters.", *named])
        labels = load_population().parameters
        lines = [f"- {labels[name].label}: {value:g} (base case {_BASE[name]:g})" for name, value in changed.items()]
        return "\n".join([*named, "Base case, but for:", *lines])

    def __repr__(self) -> str:
        return f"Scenario({', '.join(f'{name}={value:g}' for name, value in self.changed().items())})"


def named_scenario(name: str) -> Scenario:
    """The assumed truth by what is believed of the drug.

    Parameters
    ----------
    name : {"sceptical", "neutral", "hopeful"}
        33, 38 or 50 % respond at week 12 under IMACS-2004, when 30 % respond without the drug. The hopeful one is
        `Scenario()` as it stands.

    Returns
    -------
    Scenario
        Its `describe` says what the belief comes from.

    Raises
    ------
    TrialsimError
        For another name.

    Examples
    --------
    >>> named_scenario("hopeful") == Scenario()
    True
    """
    known = named_scenarios()
    return Scenario(drug_effect=known[check_one_of("name", name, tuple(known))].drug_effect)
