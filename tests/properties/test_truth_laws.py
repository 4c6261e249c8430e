"""Laws of three-valued truth."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialsim.rules.truth import UNKNOWN, Truth, from_bool, from_optional, k_of, negate, to_optional

VALUES = st.sampled_from([True, False, None])
Row = list[bool | None]


def truths(row: Row) -> list[Truth]:
    """Each value as an array of one."""
    return [np.array([from_optional(value)]) for value in row]


def all_of(parts: Sequence[Truth]) -> Truth:
    """True where all are, as a condition folds its parts."""
    return reduce(np.minimum, parts)


def any_of(parts: Sequence[Truth]) -> Truth:
    """True where one is."""
    return reduce(np.maximum, parts)


def completions(row: Row) -> list[list[bool]]:
    """Every way in which what is unknown could turn out."""
    return [list(way) for way in product(*([value] if value is not None else [True, False] for value in row))]


def settled(outcomes: set[bool]) -> bool | None:
    """The common outcome, or None where outcomes differ."""
    return outcomes.pop() if len(outcomes) == 1 else None


@given(st.lists(VALUES, min_size=1, max_size=5))
def test_unknown_only_if_it_could_decide(row: Row) -> None:
    """A combination of different facts is unknown exactly when what is missing could still decide it."""
    ways, parts = completions(row), truths(row)
    assert to_optional(all_of(parts)[0]) == settled({all(way) for way in ways})
    assert to_optional(any_of(parts)[0]) == settled({any(way) for way in ways})
    for k in range(1, len(row) + 1):
        assert to_optional(k_of(k, parts)[0]) == settled({sum(way) >= k for way in ways})


@given(st.lists(VALUES, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_order_does_not_matter(row: Row, random: object) -> None:
    """Parts in any order give the same truth."""
    mixed = list(row)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    for combine in (all_of, any_of, lambda parts: k_of(1 + len(parts) // 2, parts)):
        assert combine(truths(row))[0] == combine(truths(mixed))[0]


@given(st.lists(VALUES, min_size=1, max_size=5))
def test_laws_of_de_morgan(row: Row) -> None:
    """Denying all is any denied; denying twice changes nothing; one of many is any, all of many is all."""
    parts = truths(row)
    assert negate(all_of(parts))[0] == any_of([negate(part) for part in parts])[0]
    assert negate(negate(parts[0]))[0] == parts[0][0]
    assert k_of(1, parts)[0] == any_of(parts)[0]
    assert k_of(len(row), parts)[0] == all_of(parts)[0]


@pytest.mark.parametrize("value", [True, False, None])
def test_there_and_back(value: bool | None) -> None:
    """True, False and None survive; a value that is not known is unknown whatever stands in its place."""
    assert to_optional(from_optional(value)) is value
    assert from_bool(np.array([bool(value)]), np.array([False]))[0] == UNKNOWN
