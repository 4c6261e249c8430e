"""The pictures of a bench: its numbers, handed to `trialsim.figures`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pandas as pd

from trialsim.design import TwoArmPilot, response_interval
from trialsim.design.binomial import point_probability
from trialsim.facts.pooling import Pooled, PublishedArm, published_arm
from trialsim.figures.against import Curve, Failing, against_picture
from trialsim.figures.designs import DesignLine, Ending, designs_picture, endings_picture
from trialsim.figures.evidence import ArmLine, evidence_picture
from trialsim.figures.svg import Picture
from trialsim.power.bench import Bench
from trialsim.power.side_by_side import TRUTHS, Candidate, against_the_assumption, candidate, side_by_side

__all__ = [
    "against_figure",
    "arms_of",
    "designs_figure",
    "endings_figure",
    "evidence_figure",
    "success_without_effect",
]

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
    for one in side_by_side(bench):
        rule, taken = one.rule.split(":")[0], one.name == bench.design
        numbers = (one.n, one.expected_n, one.attained_alpha, one.power)
        lines.append(DesignLine(_group(one), one.label, rule, *numbers, taken=taken))
    return designs_picture(lines, alpha=bench.alpha, wanted=bench.power)


def _group(one: Candidate) -> str:
    if one.name in ("at_hand", "pilot"):
        return "With the patients at hand"
    return "Sized for a narrow interval" if one.name == "precision" else "Sized for the power wanted"


def endings_figure(bench: Bench, taken: Candidate) -> Picture:
    """How the trial of one design may end, at p0 and at p1; of two arms the treated one is shown."""
    n = taken.n
    if isinstance(taken.design, TwoArmPilot):
        return _pilot_endings(bench, taken.design)
    if taken.design is None:
        chances = [point_probability(np.arange(n + 1), n, np.float64(rate)) for rate in (bench.p0, bench.p1)]
        endings = [Ending(x, "read", float(chances[0][x]), float(chances[1][x])) for x in range(n + 1)]
        return endings_picture(endings, n=n, p0=bench.p0, p1=bench.p1)
    found = taken.design.outcomes()
    low, high = found.probabilities([bench.p0, bench.p1])
    endings = []
    for x, seen, success, at_p0, at_p1 in zip(
        found.responders, found.n_observed, found.success, low, high, strict=True
    ):
        kind = "succeed" if success else "stop" if seen < n else "fail"
        endings.append(Ending(int(x), kind, float(at_p0), float(at_p1)))
    return endings_picture(endings, n=n, p0=bench.p0, p1=bench.p1)


def _pilot_endings(bench: Bench, pilot: TwoArmPilot) -> Picture:
    """Each number of treated responders, a success or not by the controls beside it."""
    controls = point_probability(np.arange(pilot.n_control + 1), pilot.n_control, np.float64(bench.p0))
    needed = np.array(pilot.min_treated_responders())
    treated = [
        point_probability(np.arange(pilot.n_treated + 1), pilot.n_treated, np.float64(rate))
        for rate in (bench.p0, bench.p1)
    ]
    endings = []
    for x in range(pilot.n_treated + 1):
        share = float(controls[needed <= x].sum())
        chances = [float(chance[x]) for chance in treated]
        endings.append(Ending(x, "fail", *(chance * (1 - share) for chance in chances)))
        endings.append(Ending(x, "succeed", *(chance * share for chance in chances)))
    return endings_picture(endings, n=pilot.n_treated, p0=bench.p0, p1=bench.p1)


def against_figure(
    bench: Bench, *, truth: float = 0.40, more: int = 0, lost: float = 0.0, prediction: float | None = None
) -> Picture | None:
    """What the designs do when standard care truly gives `truth`; None where the one taken has no success."""
    taken = candidate(bench, more=more)
    if not taken.tested:
        return None
    others = [name for name in ("at_hand", "pilot") if name != bench.design]
    shown = [taken, *(candidate(bench, name) for name in others)]
    curves = [_curve(bench, one, lost) for one in shown if one.tested]
    table = against_the_assumption(bench, lost=lost)
    rows = [(candidate(bench, str(name)).label, _row(table.loc[name])) for name in table.index]
    here = {k: candidate(bench, more=more + k) for k in _MORE}
    kept = 1 - lost
    sizes = [(k, one.success(bench.p1 * kept, bench.p0 * kept)) for k, one in here.items() if one.tested]
    failing = Failing(bench.p0, bench.p1, bench.alpha, truth, success_without_effect(taken, truth, lost), taken.n)
    return against_picture(failing, curves, sizes, rows, TRUTHS, prediction=prediction)


def _row(chances: pd.Series) -> list[float | None]:
    return [None if pd.isna(chance) else float(chance) for chance in chances]


def success_without_effect(taken: Candidate, truth: float, lost: float = 0.0) -> float:
    """The chance that a design succeeds with a drug that adds nothing to what standard care truly gives."""
    rate = truth * (1 - lost)
    return taken.success(rate, rate)


@lru_cache(maxsize=512)
def _success(one: Candidate, lost: float, p0: float) -> tuple[float, ...]:
    return tuple(one.success(rate * (1 - lost), p0 * (1 - lost)) for rate in _GRID)


def _curve(bench: Bench, one: Candidate, lost: float) -> Curve:
    return Curve(one.label, _GRID, _success(one, lost, bench.p0))


def arms_of(keys: Sequence[str]) -> list[PublishedArm]:
    """The arms with these keys, those on standard care first."""
    return sorted((published_arm(key) for key in keys), key=lambda arm: (list(_ROLES).index(arm.role), arm.week))
