"""What could be believed of the drug, by name: each with its response rate, its drug effect, and what it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from trialsim.facts.reading import Basis, read_facts
from trialsim.facts.records import read_list


@dataclass(frozen=True, slots=True)
class NamedScenario:
    """One belief about the drug.

    Attributes
    ----------
    name : str
    response : float
        Percent that respond at week 12 under IMACS-2004, all enrolled, when 30 respond without the drug.
    drug_effect : float
        The field of `Scenario` that gives it.
    difference, reason : str
        Drug minus control in words, and where the belief comes from.
    basis : str
    source : tuple of str
    """

    name: str
    response: float
    drug_effect: float
    difference: str
    reason: str
    basis: Basis
    source: tuple[str, ...]

    def describe(self) -> str:
        """One line: name, rate, and what it comes from."""
        return (
            f"{self.name.capitalize()}: {self.response:g} % respond at week 12 with the drug, 30 % without; "
            f"{self.reason}. {self.basis.capitalize()}; {', '.join(self.source)}."
        )


@cache
def named_scenarios() -> dict[str, NamedScenario]:
    """All of them by name.

    Examples
    --------
    >>> {name: belief.response for name, belief in named_scenarios().items()}
    {'sceptical': 33.0, 'neutral': 38.0, 'hopeful': 50.0}
    """
    found = read_list(NamedScenario, read_facts("scenarios.toml"), "scenario", alone=True)
    return {belief.name: belief for belief in found}
