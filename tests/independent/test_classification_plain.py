"""EULAR/ACR 2017 and Bohan-Peter a second time: every combination, in decimals and by counting."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import numpy as np
import pytest

from trialsim.facts.classification import eular_acr_table
from trialsim.rules.classification import bohan_peter
from trialsim.rules.eular_acr import eular_acr_2017, score_tenths

# The published table of points, typed once more: item, without biopsy, with biopsy.
POINTS = """
proximal_arms 0.7 0.7
proximal_legs 0.8 0.5
neck_flexors 1.9 1.6
legs_proximal 0.9 1.2
heliotrope 3.1 3.2
gottron_papules 2.1 2.7
gottron_sign 3.3 3.7
dysphagia 0.7 0.6
jo1 3.9 3.8
enzymes 1.3 1.4
endomysial 0 1.7
perimysial 0 1.2
perifascicular 0 1.9
vacuoles 0 3.1
"""
TABLE = [line.split() for line in POINTS.split("\n") if line]
ONSETS = {17: ("0", "0"), 18: ("1.3", "1.5"), 39: ("1.3", "1.5"), 40: ("2.1", "2.2")}
CUTS = {False: ("7.5", "5.5", "5.3"), True: ("8.7", "6.7", "6.5")}
LEVELS = ("definite", "probable", "possible")


def test_items_in_the_order_of_the_table() -> None:
    """The items are those of the published table."""
    assert [row[0] for row in TABLE] == list(eular_acr_table().items)


@pytest.mark.parametrize("biopsy", [False, True])
def test_every_sum_is_exact(biopsy: bool) -> None:
    """Every combination of items, at every band of age, has the score that decimals give."""
    items = 14 if biopsy else 10
    present = np.array(list(product([False, True], repeat=items)))
    present = np.hstack([present, np.zeros((len(present), 14 - items), bool)])
    points = np.array([int(Decimal(row[1 + biopsy]) * 10) for row in TABLE])
    for onset, of_age in ONSETS.items():
        expected = int(Decimal(of_age[biopsy]) * 10) + present @ points
        np.testing.assert_array_equal(score_tenths(onset, present, biopsy), expected)


@pytest.mark.parametrize("biopsy", [False, True])
def test_levels_of_the_score_rule(biopsy: bool) -> None:
    """Random patients have the level that a sum of decimals gives, also where a sum of floats would miss a border."""
    rng = np.random.default_rng(7)
    on_a_border = 0
    for _ in range(600):
        onset = int(rng.choice(list(ONSETS)))
        names = [row[0] for row in TABLE[: 14 if biopsy else 10] if rng.random() < 0.3]
        total = Decimal(ONSETS[onset][biopsy]) + sum(Decimal(row[1 + biopsy]) for row in TABLE if row[0] in names)
        level = next((n for n, cut in zip(LEVELS, CUTS[biopsy], strict=True) if total >= Decimal(cut)), "none")
        found = eular_acr_2017(onset_age=onset, biopsy=biopsy, **dict.fromkeys(names, True))
        assert (found.level, Decimal(str(found.score))) == (level, total)
        on_a_border += str(total) in CUTS[biopsy]
    assert on_a_border


def test_rules_clash_only_at_the_printed_borders() -> None:
    """Score rule and probability rule differ exactly where a score is 5.3, 5.5 or 7.5 without a biopsy."""
    clashes = set()
    for present in product([False, True], repeat=10):
        names = [row[0] for row, there in zip(TABLE, present, strict=False) if there]
        items = dict.fromkeys(names, True)
        by_score = eular_acr_2017(onset_age=45, **items)
        if by_score.level != eular_acr_2017(onset_age=45, rule="probability", **items).level:
            clashes.add(by_score.score)
    assert clashes and clashes <= {5.3, 5.5, 7.5}


def test_bohan_peter_by_counting() -> None:
    """Every combination of true, false and not known: the level reached, and those open, by trying all ways."""
    order = ("none", "possible", "probable", "definite")
    for items in product([True, False, None], repeat=4):
        for rash in (True, False):
            needed = (1, 2, 3) if rash else (2, 3, 4)
            ways = product(*([item] if item is not None else [True, False] for item in items))
            levels = {sum(sum(way) >= k for k in needed) for way in ways}
            found = bohan_peter(**dict(zip(("weakness", "biopsy", "enzymes", "emg"), items, strict=True)), rash=rash)
            assert found.level == order[min(levels)]
            assert found.could_be == tuple(order[min(levels) : max(levels) + 1])
