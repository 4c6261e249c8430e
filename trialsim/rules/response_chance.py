"""The chance of response from the chances of each measure: an exact count, no sampling."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from trialsim.errors import TrialsimError
from trialsim.facts.responses import CountRule, ResponseDefinition, load_response
from trialsim.rules.response import count_rule

Floats = npt.NDArray[np.float64]

# So many patients at a time keep the table of counts in the processor's cache.
_CHUNK = 2048
# A sum of two chances may pass 1 by rounding.
_ROUNDING = 1e-9


def response_probability_given(
    improved: npt.ArrayLike, worsened: npt.ArrayLike, definition: str | Path | ResponseDefinition = "IMACS-2004"
) -> float | Floats:
    """The chance of response, given each measure's chances to be improved and to be worse.

    Given these chances the measures are independent. The number of improved and of worse measures then follows by
    convolution, exactly; with chances of 0 and 1 the result is the verdict.

    Parameters
    ----------
    improved, worsened : array_like, shape (..., 6)
        Chances in the order of :func:`trialsim.core_set` (a definition with other items: in the order of its `items`).
    definition : str, Path or ResponseDefinition
        One that counts measures.

    Returns
    -------
    float or ndarray, shape (...)

    Raises
    ------
    TrialsimError
        A chance lies outside 0 to 1, two of a measure add up to more than 1, the shapes do not fit, or the definition
        is a score.

    Examples
    --------
    >>> round(response_probability_given([0.5] * 6, [0.1] * 6), 4)
    0.605
    >>> response_probability_given([1, 1, 1, 0, 0, 0], [0, 0, 0, 1, 1, 0])
    1.0
    """
    found = load_response(definition)
    rule = count_rule(found)
    better, worse = _check_chances("improved", improved, found), _check_chances("worsened", worsened, found)
    try:
        shape = np.broadcast_shapes(better.shape, worse.shape)
    except ValueError:
        raise TrialsimError("worsened", worse.shape, f"the shape of `improved`, {better.shape}") from None
    better, worse = np.broadcast_to(better, shape), np.broadcast_to(worse, shape)
    items = shape[-1]
    rows_better, rows_worse = better.reshape(-1, items), worse.reshape(-1, items)
    veto = [code in rule.never_worse for code in found.items]
    answer = np.empty(len(rows_better))
    for first in range(0, len(answer), _CHUNK):
        part = slice(first, first + _CHUNK)
        up = np.ascontiguousarray(rows_better[part].T)
        down = np.ascontiguousarray(rows_worse[part].T)
        same = 1.0 - up - down
        if same.size and same.min() < -_ROUNDING:
            at = np.unravel_index(int(np.argmin(same)), same.shape)
            raise TrialsimError(
                f"improved + worsened of {found.items[at[0]]}",
                float(up[at] + down[at]),
                "at most 1: a measure cannot be improved and worse",
            )
        np.maximum(same, 0.0, out=same)
        answer[part] = _count(up, down, same, rule, veto)
    return float(answer[0]) if len(shape) == 1 else answer.reshape(shape[:-1])


def _count(up: Floats, down: Floats, same: Floats, rule: CountRule, veto: list[bool]) -> Floats:
    """The chance that enough measures are improved, not too many worse, and none of `veto` worse; arrays (items, rows).

    The measures are counted in two halves, which keeps the tables small; what the second half must bring, given the
    first, is a sum over its table.
    """
    half = len(up) // 2
    first = _joint_counts(up[:half], down[:half], same[:half], rule, veto[:half])
    second = _joint_counts(up[half:], down[half:], same[half:], rule, veto[half:])
    reach: dict[tuple[int, int], Floats] = {}  # the chance that at least i are improved and at most w worse
    for w in range(rule.max_worse + 1):
        column: Floats | float = 0.0
        for i in range(rule.needed, -1, -1):
            if (i, w) in second:
                column = column + second[i, w]
            reach[i, w] = column + reach[i, w - 1] if w else np.asarray(column)
    answer = np.zeros(up.shape[1])
    for (i, w), chance in first.items():
        answer += chance * reach[rule.needed - i, rule.max_worse - w]
    return answer


def _joint_counts(
    up: Floats, down: Floats, same: Floats, rule: CountRule, veto: list[bool]
) -> dict[tuple[int, int], Floats]:
    """Chances of (number improved, up to the number needed; number worse), one measure added at a time.

    What can no longer become a response (too many worse, or one that must not be) is dropped.
    """
    counts = {(0, 0): np.ones(1)}
    for j in range(len(up)):
        grown: dict[tuple[int, int], Floats] = {}
        for (i, w), chance in counts.items():
            steps = [((i, w), same[j]), ((min(i + 1, rule.needed), w), up[j])]
            if w < rule.max_worse and not veto[j]:
                steps.append(((i, w + 1), down[j]))
            for key, step in steps:
                if key in grown:
                    grown[key] += chance * step
                else:
                    grown[key] = chance * step
        counts = grown
    return counts


def _check_chances(where: str, chances: npt.ArrayLike, definition: ResponseDefinition) -> Floats:
    array = chance_array(where, chances)
    if not array.ndim or array.shape[-1] != len(definition.items):
        raise TrialsimError(
            where, array.shape, f"shape (..., {len(definition.items)}), in the order {', '.join(definition.items)}"
        )
    return array


def chance_array(where: str, chances: npt.ArrayLike) -> Floats:
    """Chances as an array, or an error: each is a number from 0 to 1."""
    try:
        array = np.asarray(chances, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise TrialsimError(where, chances, "chances from 0 to 1") from None
    if array.size and not (array.min() >= 0.0 and array.max() <= 1.0):
        wrong = array[~((array >= 0.0) & (array <= 1.0))]
        raise TrialsimError(where, float(wrong[0]), "chances from 0 to 1")
    return array
