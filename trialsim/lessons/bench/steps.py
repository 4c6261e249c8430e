"""What each step of the bench needs of it, changes in it and shows: the parts that its panels share."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from trialsim.errors import TrialsimError
from trialsim.exchange.session import pack, unpack
from trialsim.power.bench import Bench
from trialsim.widgets.controls import FixedInput
from trialsim.widgets.panel import Panel, State

__all__ = ["BENCH", "DESIGN_FIELDS", "Step", "bench_of", "given_text"]

BENCH = "bench"
"""The name under which a panel is given the rest of the bench."""

DESIGN_FIELDS = (
    "n", "p0", "p1", "alpha", "power", "prior_arms", "prior_weight", "prior_flat", "prior_controls",
    "cutoff",
    "weight", "half_width", "narrow", "sides", "loss",
)  # fmt: skip
"""What the designs depend on, besides which of them is taken."""


@dataclass(frozen=True, slots=True)
class Step:
    """One panel of the bench.

    Parameters
    ----------
    panel : Panel
    needs : tuple of str
        Fields of the bench that the panel is given, besides those it has controls for.
    read : callable
        The bench to the values of the panel's controls; those that belong to the panel alone are left out.
    change : callable
        The bench and the panel's state to the changed bench.
    act : callable, optional
        The bench, the name of an action and the state to the changed bench and a sentence.
    ahead : callable, optional
        Computes what the first move needs, while the learner still reads.
    others : callable, optional
        The bench to one that differs only in what the panel has no controls for, where a field that it needs holds
        both: what the panel is given must stay as it is while its own controls move, or all it has fetched is lost.
    """

    panel: Panel
    needs: tuple[str, ...]
    read: Callable[[Bench], Mapping[str, Any]]
    change: Callable[[Bench, State], Bench]
    act: Callable[[Bench, str, State], tuple[Bench, str]] | None = None
    ahead: Callable[[], None] | None = None
    others: Callable[[Bench], Bench] = lambda bench: bench

    @property
    def own(self) -> tuple[str, ...]:
        """The controls that belong to the panel alone: what they say stands nowhere in the bench."""
        shared = self.read(Bench())
        return tuple(control.name for control in self.panel.controls if control.name not in shared)

    def settings(self, bench: Bench) -> dict[str, Any]:
        """What the panel's state is for this bench; raises where a control cannot show it."""
        values = dict(self.read(bench))
        for control in self.panel.controls:
            if control.name in values:
                values[control.name] = control.read(values[control.name])
        return {**values, BENCH: given_text(self.others(bench), self.needs)}


def given(needs: tuple[str, ...]) -> FixedInput:
    """The rest of the bench as a part of a panel's state."""
    return FixedInput(BENCH, given_text(Bench(), needs), _check)


def given_text(bench: Bench, needs: tuple[str, ...]) -> str:
    """The fields that a panel is given, as one text: equal for equal fields."""
    values = pack(bench)
    return json.dumps({name: values[name] for name in needs}, separators=(",", ":"), sort_keys=True)


def _check(raw: Any) -> str:
    if not isinstance(raw, str):
        raise TrialsimError("the bench", raw, "the text of its fields")
    _read(raw)
    return raw


def bench_of(state: State, **changes: Any) -> Bench:
    """The bench that a panel was given, with what its controls say."""
    return replace(_read(state[BENCH]), **changes)


@lru_cache(maxsize=256)
def _read(text: str) -> Bench:
    try:
        values = json.loads(text)
    except json.JSONDecodeError as problem:
        raise TrialsimError("the bench", text, "the text of its fields", f"{problem.msg}.") from None
    if not isinstance(values, dict):
        raise TrialsimError("the bench", text, "the text of its fields")
    return unpack({**pack(Bench()), **values}, "the bench")
