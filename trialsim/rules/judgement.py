"""Any definition of response, whether it counts or scores, applied to arrays of patients."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trialsim.facts.core_set import measure_names
from trialsim.facts.responses import CountRule, ResponseDefinition
from trialsim.rules.options import ResponseOptions
from trialsim.rules.response import UNDECIDED, YES, Bools, count_verdicts, measure_changes
from trialsim.rules.score_points import cutoff_units, points_of, score_verdicts


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """What a definition says of each patient.

    Attributes
    ----------
    response : ndarray of int8, shape (...)
        1 yes, 0 no, -1 cannot be decided.
    improved, worse, known : ndarray of bool, shape (..., items)
        Under a definition that counts: improved and worse as it words it. Under a score: earns points, and is worse at
        all. A measure missing at either visit is neither.
    score : ndarray of float, shape (...), or None
        The points, where the definition scores.
    points, reachable : ndarray of float, shape (..., items), or None
        What each measure earns, and what its best follow-up would have earned.
    """

    response: npt.NDArray[np.int8]
    improved: Bools
    worse: Bools
    known: Bools
    score: npt.NDArray[np.float64] | None = None
    points: npt.NDArray[np.float64] | None = None
    reachable: npt.NDArray[np.float64] | None = None


def judge(
    baseline: npt.ArrayLike,
    followup: npt.ArrayLike,
    definition: ResponseDefinition,
    options: ResponseOptions | None = None,
    *,
    uln: npt.ArrayLike,
    enzyme_multiple: npt.ArrayLike,
) -> Judgement:
    """Apply a definition of response to grid values.

    Parameters
    ----------
    baseline, followup : array_like of int, shape (..., items)
        Grid values in the order of `definition.items`, `MISSING` where not measured.
    definition : ResponseDefinition
        Any.
    options : ResponseOptions, optional
        What the definition leaves open.
    uln, enzyme_multiple : array_like of int, broadcasting to (..., items)
        The enzyme's upper limit of normal on the grid and how many of it make its range; read for enzymes only.

    Examples
    --------
    >>> from trialsim.facts.responses import load_response
    >>> visits = [80, 70, 90, 336, 32000, 60], [20, 20, 140, 84, 1800, 10]
    >>> for name in ("IMACS-2004", "TIS-MAJOR"):
    ...     judgement = judge(*visits, load_response(name), uln=2000, enzyme_multiple=15)
    ...     print(judgement.response, judgement.score)
    1 None
    1 100.0
    """
    chosen = options or ResponseOptions()
    if isinstance(definition.rule, CountRule):
        changes = measure_changes(baseline, followup, definition, chosen, uln=uln, enzyme_multiple=enzyme_multiple)
        verdicts = count_verdicts(changes, definition, chosen.missing)
        return Judgement(verdicts.response, changes.improved, changes.worse, changes.known)
    table = definition.rule.table
    points = points_of(baseline, followup, table, mmt8_max=chosen.mmt8_max, uln=uln, enzyme_multiple=enzyme_multiple)
    scores = score_verdicts(points, definition, chosen.missing)
    unit = float(table.unit)
    return Judgement(
        scores.response,
        points.earned > 0,
        points.gain < 0,
        points.known,
        score=np.asarray(scores.score * unit),
        points=np.asarray(points.earned * unit, dtype=np.float64),
        reachable=np.asarray(points.reachable * unit, dtype=np.float64),
    )


def reason(
    definition: ResponseDefinition,
    options: ResponseOptions,
    response: int,
    *,
    n_improved: int,
    worse: tuple[str, ...],
    missing: tuple[str, ...],
    score: float | None,
) -> str:
    """Why the verdict is what it is, in one line."""
    rule = definition.rule
    gaps = f"{measure_names(missing)} not measured"
    if missing and options.missing == "non_responder":
        return f"no response: {gaps}, which counts as no response"
    if isinstance(rule, CountRule):
        forbidden = tuple(code for code in worse if code in rule.never_worse)
        tally = f"{n_improved} improved, {len(worse)} worse"
        against = []
        if forbidden:
            against.append(f"{measure_names(forbidden)} worse by {rule.worse}")
        if len(worse) > rule.max_worse:
            against.append(f"{len(worse)} worse, at most {rule.max_worse} allowed")
        if n_improved < rule.needed:
            against.append(f"{n_improved} improved, {rule.needed} needed")
    else:
        against = [f"score {score:g}, {cutoff_units(definition) * float(rule.table.unit):g} needed"]
        tally = f"score {score:g}"
    if response == UNDECIDED:
        return f"cannot be decided: {tally}, {gaps}"
    if response == YES:
        return f"response: {tally}" + (f"; {gaps}" if missing else "")
    return f"no response: {'; '.join(against)}" + (f"; {gaps}" if missing else "")
