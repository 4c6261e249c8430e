"""Did this patient respond? One kernel, on whole numbers, for one patient or for millions.

The last axis of every array is the definition's items, any shape before it. The rule's arithmetic stands in one place,
:func:`follow_up_edges`: given a baseline, from which follow-up value on a measure is improved, and from which on worse.
Comparing a follow-up with these edges is the verdict on a measure; the near-exact engine takes the chance of lying
beyond them from a distribution.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from trialsim.errors import TrialsimError
from trialsim.facts.core_set import measure
from trialsim.facts.responses import CountRule, ResponseDefinition, Threshold
from trialsim.rules.grid import MISSING, Ints, highest_value
from trialsim.rules.options import ResponseOptions

Bools = npt.NDArray[np.bool_]

#: Verdicts in arrays of int8.
NO, YES, UNDECIDED = 0, 1, -1
#: Edges that no value reaches, below and above.
NEVER_BELOW, NEVER_ABOVE = -1, 2**62
# Whole numbers up to this size multiply with any grid value without leaving 64 bits.
_SAFE = 2**62 // 10**9


class Edges(NamedTuple):
    """From which follow-up value on a measure is improved, and from which on it is worse, on the grid.

    Where lower is better a measure is improved at or below `improved_at` and worse at or above `worse_at`; where
    higher is better the other way round. `NEVER_BELOW` and `NEVER_ABOVE` are reached by no value. Unspecified where the
    baseline is missing.
    """

    improved_at: Ints
    worse_at: Ints


class Changes(NamedTuple):
    """What became of each measure: booleans of shape (..., items).

    A measure missing at either visit is neither improved nor worse; `can_improve` and `can_worsen` say whether some
    value in place of what is missing would make it so. They equal `improved` and `worse` where nothing is missing.
    """

    improved: Bools
    worse: Bools
    known: Bools
    can_improve: Bools
    can_worsen: Bools


@dataclass(frozen=True, slots=True, eq=False)
class Verdicts:
    """The verdict on each patient: `response` (`YES`, `NO`, `UNDECIDED`), and the counts."""

    response: npt.NDArray[np.int8]
    n_improved: Ints
    n_worse: Ints


def follow_up_edges(
    baseline: npt.ArrayLike,
    definition: ResponseDefinition,
    options: ResponseOptions | None = None,
    *,
    uln: npt.ArrayLike | None = None,
    enzyme_multiple: npt.ArrayLike | None = None,
) -> Edges:
    """From which follow-up value on each measure is improved, and from which on it is worse.

    Parameters
    ----------
    baseline : array_like of int, shape (..., items)
        Grid values.
    definition : ResponseDefinition
        One that counts measures.
    options : ResponseOptions, optional
        Zero baseline, normal enzyme, sides of MMT-8.
    uln : array_like of int, broadcasting to (..., items), optional
        Upper limits of normal on the grid; read for enzymes only, and only where a choice needs them.
    enzyme_multiple : array_like of int, broadcasting likewise, optional
        How many upper limits make an enzyme's range, where a percentage of the range is asked for.

    Returns
    -------
    Edges

    Examples
    --------
    >>> from trialsim.facts.responses import load_response
    >>> edges = follow_up_edges([50, 50, 125, 168, 5000, 0], load_response("IMACS-2004"))
    >>> edges.improved_at.tolist(), edges.worse_at.tolist()
    ([40, 40, 150, 134, 4000, -1], [63, 63, 93, 210, 6250, 1])
    """
    chosen = options or ResponseOptions()
    rule = count_rule(definition)
    start = np.asarray(baseline, dtype=np.int64)
    _check_items(start, definition)
    limits = None if uln is None else np.broadcast_to(np.asarray(uln, dtype=np.int64), start.shape)
    multiples = (
        None if enzyme_multiple is None else np.broadcast_to(np.asarray(enzyme_multiple, dtype=np.int64), start.shape)
    )
    improved_at, worse_at = np.empty_like(start), np.empty_like(start)
    for j, code in enumerate(definition.items):
        found, b = measure(code), start[..., j]
        limit = None if limits is None else limits[..., j]
        full: Ints | int
        if not found.is_enzyme:
            full = round(highest_value(code, chosen.mmt8_max) * found.grid)
        else:
            full = 0 if limit is None or multiples is None else limit * multiples[..., j]
        if found.higher_is_better:
            up, down = _edge_above(b, rule.improved, full), _edge_below(b, rule.worse, full)
            if rule.improved.of == "baseline":
                up = np.where(b == 0, 1, up)
            if rule.worse.of == "baseline":
                down = np.where(b == 0, NEVER_BELOW, down)
            improved_at[..., j], worse_at[..., j] = up, down
            continue
        down, up = _edge_below(b, rule.improved, full), _edge_above(b, rule.worse, full)
        at_zero = b == 0
        down = np.where(at_zero, NEVER_BELOW, down)
        if rule.worse.of == "baseline" and at_zero.any():
            up = np.where(at_zero, _edge_from_zero(found.code, chosen, rule.worse, full), up)
        if found.is_enzyme and chosen.normal_enzyme == "never improves":
            if limit is None:
                raise TrialsimError("uln", None, "upper limits of normal", "A normal enzyme is told by its limit.")
            down = np.where(b <= limit, NEVER_BELOW, down)
            up = np.maximum(up, limit + 1)
        improved_at[..., j], worse_at[..., j] = down, up
    return Edges(improved_at, worse_at)


def _edge_below(b: Ints, threshold: Threshold, full: Ints | int) -> Ints:
    """The highest value that lies below the baseline by the threshold."""
    top, bottom, b = _exact_parts(threshold, b)
    if threshold.of == "range":
        return b - _amount(top, bottom, threshold.strict, full)
    lowered = b * (bottom - top)
    return np.asarray(((lowered - 1) if threshold.strict else lowered) // bottom, dtype=np.int64)


def _edge_above(b: Ints, threshold: Threshold, full: Ints | int) -> Ints:
    """The lowest value that lies above the baseline by the threshold."""
    top, bottom, b = _exact_parts(threshold, b)
    if threshold.of == "range":
        return b + _amount(top, bottom, threshold.strict, full)
    raised = b * (bottom + top)
    return np.asarray(raised // bottom + 1 if threshold.strict else -(-raised // bottom), dtype=np.int64)


def _amount(top: int, bottom: int, strict: bool, full: Ints | int) -> Ints | int:
    """The smallest whole change that reaches the threshold's share of the range; impossible where it is unknown."""
    if isinstance(full, int) and full > 0:
        return top * full // bottom + 1 if strict else -(-top * full // bottom)
    if isinstance(full, int):
        raise TrialsimError("enzyme_uln", None, "the enzyme's upper limit of normal", "Its range hangs on it.")
    wide = full.astype(object) if max(top, bottom) > _SAFE else full
    return np.asarray(wide * top // bottom + 1 if strict else -(-wide * top // bottom), dtype=np.int64)


def _exact_parts(threshold: Threshold, b: Ints) -> tuple[int, int, Ints]:
    """The threshold as a fraction of whole numbers; where they are long, Python's unlimited integers carry on."""
    share = threshold.percent / 100
    top, bottom = share.numerator, share.denominator
    long = top + bottom > _SAFE
    return top, bottom, b.astype(object) if long else b


def _edge_from_zero(code: str, options: ResponseOptions, threshold: Threshold, full: Ints | int) -> Ints | int:
    if options.zero_baseline == "ignore":
        return NEVER_ABOVE
    if options.zero_baseline == "strict":
        return 1
    if isinstance(full, int) and not full:
        raise TrialsimError(
            "enzyme_uln", None, f"an upper limit of normal for {code}", "From a baseline of 0 its range is judged."
        )
    share = threshold.percent / 100
    return np.maximum(1, _amount(share.numerator, share.denominator, threshold.strict, full))


def measure_changes(
    baseline: npt.ArrayLike,
    followup: npt.ArrayLike,
    definition: ResponseDefinition,
    options: ResponseOptions | None = None,
    *,
    uln: npt.ArrayLike | None = None,
    enzyme_multiple: npt.ArrayLike | None = None,
) -> Changes:
    """Which measures are improved, which are worse, and what the missing ones could still be.

    Parameters as for :func:`follow_up_edges`; `MISSING` marks what was not measured.

    Examples
    --------
    >>> from trialsim.facts.responses import load_response
    >>> changes = measure_changes([50, 50, 125, 0, 500, 30], [40, 41, 150, 21, -1, -1], load_response("IMACS-2004"))
    >>> changes.improved.tolist()
    [True, False, True, False, False, False]
    >>> changes.worse.tolist()
    [False, False, False, True, False, False]
    """
    chosen = options or ResponseOptions()
    start, end = np.broadcast_arrays(np.asarray(baseline, dtype=np.int64), np.asarray(followup, dtype=np.int64))
    higher = np.array([measure(code).higher_is_better for code in definition.items])

    def compare(first: Ints, last: Ints) -> tuple[Bools, Bools]:
        edges = follow_up_edges(first, definition, chosen, uln=uln, enzyme_multiple=enzyme_multiple)
        improved = np.where(higher, last >= edges.improved_at, last <= edges.improved_at)
        return improved, np.where(higher, last <= edges.worse_at, last >= edges.worse_at)

    known = (start != MISSING) & (end != MISSING)
    if known.all():
        improved, worse = compare(start, end)
        return Changes(improved, worse, known, improved, worse)
    # The change grows with the distance between the two values, so the ends of the range stand for all completions.
    # Only a baseline of 0 is special: some choices never call a measure worse from there, but do from one step above.
    ends = [(measure(code), highest_value(code, chosen.mmt8_max)) for code in definition.items]
    low = np.array([round(each.low * each.grid) for each, _ in ends])
    high = np.array([round(top * each.grid) for each, top in ends])
    step = np.array([round(each.step * each.grid) for each, _ in ends])
    best_start, best_end = np.where(higher, low, high), np.where(higher, high, low)

    def fill(values: Ints, stand_in: Ints) -> Ints:
        return np.where(values == MISSING, stand_in, values)

    improved, worse = compare(fill(start, low), fill(end, low))
    can_improve, _ = compare(fill(start, best_start), fill(end, best_end))
    _, can_worsen = compare(fill(start, best_end), fill(end, best_start))
    _, from_one_step = compare(fill(start, np.where(higher, best_end, low + step)), fill(end, best_start))
    return Changes(
        improved & known, worse & known, known, np.asarray(can_improve), np.asarray(can_worsen | from_one_step)
    )


def count_verdicts(changes: Changes, definition: ResponseDefinition, missing: str = "undecided") -> Verdicts:
    """The verdict on each patient from what became of the measures.

    Parameters
    ----------
    changes : Changes
        Shape (..., items).
    definition : ResponseDefinition
        One that counts measures.
    missing : {"undecided", "not_counted", "non_responder"}
        As in :class:`trialsim.rules.options.ResponseOptions`.

    Examples
    --------
    >>> from trialsim.facts.responses import load_response
    >>> imacs = load_response("IMACS-2004")
    >>> at_week_12 = [[40, 40, 150, 168, 5000, 30], [40, 40, -1, 168, 5000, 30]]
    >>> changes = measure_changes([50, 50, 125, 168, 5000, 30], at_week_12, imacs)
    >>> count_verdicts(changes, imacs).response.tolist()
    [1, -1]
    """
    rule = count_rule(definition)
    veto = np.array([code in rule.never_worse for code in definition.items])

    def verdict(improved: Bools, worse: Bools) -> Bools:
        enough = improved.sum(axis=-1) >= rule.needed
        return np.asarray(enough & (worse.sum(axis=-1) <= rule.max_worse) & ~(worse & veto).any(axis=-1))

    plain = verdict(changes.improved, changes.worse)
    response = plain.astype(np.int8)
    open_ = ~changes.known
    if open_.any():
        if missing == "non_responder":
            response = np.where(open_.any(axis=-1), NO, response).astype(np.int8)
        elif missing == "undecided":
            surely = verdict(changes.improved, changes.worse | (open_ & changes.can_worsen))
            perhaps = verdict(changes.improved | (open_ & changes.can_improve), changes.worse)
            response = np.where(surely, YES, np.where(perhaps, UNDECIDED, NO)).astype(np.int8)
    n_improved, n_worse = (each.sum(axis=-1, dtype=np.int64) for each in (changes.improved, changes.worse))
    return Verdicts(response, n_improved, n_worse)


def count_rule(definition: ResponseDefinition) -> CountRule:
    """The definition's rule, which must be one that counts measures."""
    if not isinstance(definition.rule, CountRule):
        raise TrialsimError(
            "definition",
            definition.id,
            "a definition that counts measures",
            "A score needs the size of each change, not only its direction.",
        )
    return definition.rule


def _check_items(values: Ints, definition: ResponseDefinition) -> None:
    if not values.ndim or values.shape[-1] != len(definition.items):
        raise TrialsimError(
            "values", values.shape, f"arrays of shape (..., {len(definition.items)}): {', '.join(definition.items)}"
        )
