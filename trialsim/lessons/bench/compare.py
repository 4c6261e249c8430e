"""Two benches side by side: what differs in what is assumed, and what follows from each."""

from __future__ import annotations

from typing import Any

from trialsim.errors import TrialsimError
from trialsim.lessons.bench.decision import breaks, decision
from trialsim.lessons.bench.html_table import html_table
from trialsim.patients.scenario import Scenario
from trialsim.power.bench import Bench

__all__ = ["compared", "compared_html"]


def compared(kept: Bench, now: Bench) -> tuple[tuple[str, str, str], ...]:
    """What differs, a row each: what it is, the bench that was kept, the bench as it stands.

    Examples
    --------
    >>> compared(Bench(), Bench(p0=0.25))[0]
    ('p0', '0.3', '0.25')
    """
    one, other = kept.values(), now.values()
    rows = [(name, _said(one[name]), _said(other[name])) for name in one if one[name] != other[name]]
    told, tells = _follows(kept), _follows(now)
    rows += [(name, told.get(name, ""), tells.get(name, "")) for name in {**told, **tells}]
    return tuple(row for row in rows if row[1] != row[2])


def _follows(bench: Bench) -> dict[str, str]:
    try:
        return {**dict(decision(bench).numbers), "If p0 is wrong": breaks(bench).sentence}
    except TrialsimError as error:
        return {"Design": str(error)}


def _said(value: Any) -> str:
    if isinstance(value, Scenario):
        value = value.changed() or "base case"
    if isinstance(value, tuple):
        return "; ".join(map(str, value)) or "none"
    return "not given" if value in ("", None) else str(value)


def compared_html(kept: Bench, now: Bench) -> str:
    """The same as an HTML table."""
    rows = compared(kept, now)
    if not rows:
        return "<p>Both benches are the same.</p>"
    return html_table(rows, ("", "Kept", "Now"))
