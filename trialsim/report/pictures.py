"""The pictures of a bench: its numbers, handed to `trialsim.figures`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pandas as pd

from trialsim.design import response_interval
from trialsim.facts.pooling import Pooled, PublishedArm, published_arm
from trialsim.figures.against import Curve, Failing, against_picture
from trialsim.figures.designs import DesignLine, Ending, designs_picture, endings_picture
from trialsim.figures.evidence import ArmLine, evidence_picture
from trialsim.figures.svg import Picture
from trialsim.power.bench import Bench
from trialsim.power.side_by_side import TRUTHS, Candidate, against_the_assumption, candidate, side_by_side

_ROLES = {"standard care": "Standard care", "abatacept": "Abatacept", "other drug": "Other drugs"}
_GRID = tuple(np.linspace(0, 1, 41).tolist())
_MORE = range(-5, 6)


def evidence_figure(
    bench: Bench, arms: Sequence[PublishedArm], picked: Sequence[str] = (), pooled: Pooled | None = None
) -> Picture:
    """Published arms on one axis with p0 and p1; those picked are marked, and taken together below."""
    lines = [_arm_line(arm, bench.definition) for arm in arms]
    keys = [arm.key for arm in arms]
    together = None
    if pooled is not None:
        name = f"{len(pooled.arms)} arms together" if len(pooled.arms) > 1 else "the arm picked"
        interval = response_interval(pooled.responders, pooled.n)
        together = ArmLine(name, "", "", None, pooled.responders, pooled.n, interval)
    marks = (("p0", bench.p0), ("p1", bench.p1))
    return evidence_picture(lines, picked=[keys.index(key) for key in picked], pooled=together, marks=marks)


@lru_cache(maxsize=512)
def _arm_line(arm: PublishedArm, definition: str) -> ArmLine:
    interval = response_interval(arm.responders, arm.n)
    group = _ROLES.get(arm.role, arm.role)
    return ArmLine(arm.short_name, group, arm.marks(definition), arm.week, arm.responders, arm.n, interval)


def designs_figure(bench: Bench) -> Picture:
    """All designs under the same assumptions; the one taken is marked."""
    lines = []
    for design in side_by_side(bench):
        rule, taken = design.rule.split(":")[0], design.name == bench.design
        numbers = (design.n, design.expected_n, design.attained_alpha, design.power)
        lines.append(DesignLine(_group(design), design.label, rule, *numbers, taken=taken))
    return designs_picture(lines, alpha=bench.alpha_above, wanted=bench.power)


def _group(design: Candidate) -> str:
    if design.name in ("at_hand", "pilot"):
        return "With the patients at hand"
    return "Sized for a narrow interval" if design.name == "precision" else "Sized for the power wanted"


def endings_figure(bench: Bench, taken: Candidate) -> Picture:
    """How the trial of one design may end, at p0 and at p1; of two arms the treated one is shown."""
    return _endings(taken, bench.p0, bench.p1)


@lru_cache(maxsize=64)
def _endings(taken: Candidate, p0: float, p1: float) -> Picture:
    n = taken.design.n_treated if taken.design.controlled else taken.n
    return endings_picture([Ending(*ending) for ending in taken.design.endings(p0, p1)], n=n, p0=p0, p1=p1)


def against_figure(
    bench: Bench, *, truth: float = 0.40, more: int = 0, lost: float = 0.0, prediction: float | None = None
) -> Picture | None:
    """What the designs do when standard care truly gives `truth`; None where the one taken has no success."""
    taken = candidate(bench, more=more)
    if not taken.tested:
        return None
    others = [name for name in ("at_hand", "pilot") if name != bench.design]
    shown = [taken, *(candidate(bench, name) for name in others)]
    curves = [_curve(bench, design, lost) for design in shown if design.tested]
    table = against_the_assumption(bench, lost=lost)
    rows = [(candidate(bench, str(name)).label, _row(table.loc[name])) for name in table.index]
    here = {k: candidate(bench, more=more + k) for k in _MORE}
    kept = 1 - lost
    sizes = [(k, near.success(bench.p1 * kept, bench.p0 * kept)) for k, near in here.items() if near.tested]
    failing = Failing(bench.p0, bench.p1, bench.alpha_above, truth, success_without_effect(taken, truth, lost), taken.n)
    return against_picture(failing, curves, sizes, rows, TRUTHS, prediction=prediction)


def _row(chances: pd.Series) -> list[float | None]:
    return [None if pd.isna(chance) else float(chance) for chance in chances]


def success_without_effect(taken: Candidate, truth: float, lost: float = 0.0) -> float:
    """The chance that a design succeeds with a drug that adds nothing to what standard care truly gives."""
    rate = truth * (1 - lost)
    return taken.success(rate, rate)


@lru_cache(maxsize=512)
def _success(design: Candidate, lost: float, p0: float) -> tuple[float, ...]:
    return tuple(design.success(rate * (1 - lost), p0 * (1 - lost)) for rate in _GRID)


def _curve(bench: Bench, design: Candidate, lost: float) -> Curve:
    return Curve(design.label, _GRID, _success(design, lost, bench.p0))


def arms_of(keys: Sequence[str]) -> list[PublishedArm]:
    """The arms with these keys, those on standard care first."""
    return sorted((published_arm(key) for key in keys), key=lambda arm: (list(_ROLES).index(arm.role), arm.week))
