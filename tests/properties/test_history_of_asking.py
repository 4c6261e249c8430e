"""A probability does not depend on what was asked before it: what is remembered is what would be found again."""

from __future__ import annotations

from dataclasses import replace

import trialsim as ts
from trialsim.ahead import at_once
from trialsim.power import enrolment_weights, expectation, nets

PROTOCOL = ts.load_protocol("NCT04946669")


def asked_after(*before: ts.Scenario) -> float:
    """The base case's probability, when others were asked for before it and nothing before these."""
    for remembered in (enrolment_weights._known, nets._entered):
        remembered.cache_clear()
    for scenario in before:
        ts.response_probability(scenario, PROTOCOL, "IMACS-2004")
    return ts.response_probability(None, PROTOCOL, "IMACS-2004").value


def test_the_number_is_the_same_whatever_was_asked_before() -> None:
    """Other enzymes meet other patterns of disease, in another order; the base case is none the wiser.

    Nor does it matter whether the sum is made at once or in pieces.
    """
    alone = asked_after()
    assert at_once(expectation.response_in_pieces(None, PROTOCOL, "IMACS-2004")).value == alone
    assert asked_after(replace(ts.Scenario(), ck_median=1.2), replace(ts.Scenario(), ck_spread=0.2)) == alone
