"""What the panels of lesson 04 and 05 share: the trial as controls, and the rates that they refuse."""

from __future__ import annotations

from trialsim.errors import TrialsimError
from trialsim.widgets.controls import Slider
from trialsim.widgets.panel import State

__all__ = ["P0", "P1", "PATIENTS", "check_rates"]

PATIENTS = Slider("n", "Patients in the trial (n)", 5, 60, 1, 20, unit="patients")
P0 = Slider("p0", "Response rate without the drug (p0)", 5, 60, 1, 30, unit="%")
P1 = Slider("p1", "True response rate with the drug (p1)", 20, 95, 1, 50, unit="%")


def check_rates(state: State) -> None:
    """Refuse a state in which the drug adds nothing, in words that stand beside the control."""
    if state["p1"] <= state["p0"]:
        allowed = f"more than the {state['p0']} % without the drug"
        fix = "Raise p1 or lower p0: the picture below is the last one with p1 above p0."
        raise TrialsimError(P1.label, state["p1"], allowed, fix)
