"""Two benches side by side: what differs in what is assumed, and what follows from each."""

from __future__ import annotations

from typing import Any

from trialsim.design.wording import percent
from trialsim.errors import TrialsimError
from trialsim.lessons.bench.at_a_glance import decision
from trialsim.lessons.bench.html_table import html_table
from trialsim.patients.scenario import Scenario
from trialsim.power.bench import Bench
from trialsim.power.side_by_side import candidate
from trialsim.text import count

__all__ = ["compared", "compared_html"]

_TRUTHS = (0.30, 0.40, 0.50)


def compared(kept: Bench, now: Bench) -> tuple[tuple[str, str, str], ...]:
    """What differs, a row each: what it is, the bench that was kept, the bench as it stands.

    Examples
    --------
    >>> compared(Bench(), Bench(p0=0.25))[0]
    ('p0', '0.3', '0.25')
    """
    before, after = kept.values(), now.values()
    rows = [(name, _said(before[name]), _said(after[name])) for name in before if before[name] != after[name]]
    told, tells = _follows(kept), _follows(now)
    rows += [(name, told.get(name, ""), tells.get(name, "")) for name in {**told, **tells}]
    return tuple(row for row in rows if row[1] != row[2])


def _follows(bench: Bench) -> dict[str, str]:
    try:
        found = dict(decision(bench).numbers)
    except TrialsimError as error:
        return {"Design": error.fix or str(error)}
    taken = candidate(bench)  # both benches at the same truths
    said = {
        f"Trials that succeed by luck if standard care gives {percent(truth)}": taken.success(truth, truth)
        for truth in _TRUTHS
        if taken.tested
    }
    return found | {name: f"{count(chance)} of 100" for name, chance in said.items()}


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
