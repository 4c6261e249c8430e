"""What lessons 03 to 05 share: the trial as controls, the names of what is believed, and the rates they refuse."""

from __future__ import annotations

from trialsim.errors import TrialsimError
from trialsim.facts.scenarios import named_scenarios
from trialsim.widgets.controls import Slider
from trialsim.widgets.panel import State

__all__ = ["P0", "P1", "PATIENTS", "belief", "check_rates"]

PATIENTS = Slider("n", "Patients in the trial (n)", 5, 60, 1, 20, unit="patients")
P0 = Slider("p0", "Response rate without the drug (p0)", 5, 60, 1, 30, unit="%")
P1 = Slider("p1", "True response rate with the drug (p1)", 20, 95, 1, 50, unit="%")


def belief(percent: float) -> str:
    """What a response rate with the drug is called, if it is one of the named scenarios; nothing otherwise.

    Examples
    --------
    >>> belief(50), belief(38), belief(51)
    ('hopeful, what two small studies found', 'neutral, +11 points at week 24', '')
    """
    found = next((known for known in named_scenarios().values() if known.response == percent), None)
    if found is None:
        return ""
    return f"{found.name}, {found.reason.partition(':')[0] if found.name == 'hopeful' else found.difference}"


def check_rates(state: State) -> None:
    """Refuse a state in which the drug adds nothing, in words that stand beside the control."""
    if state["p1"] <= state["p0"]:
        allowed = f"more than the {state['p0']} % without the drug"
        fix = "Raise p1 or lower p0: the picture below is the last one with p1 above p0."
        raise TrialsimError(P1.label, state["p1"], allowed, fix)
