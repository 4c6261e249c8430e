"""Treatment failure under an earlier drug: the opposite of response, or what the record prints."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.spec.tables import TRUTH, named, rows
from trialsim.facts.protocol import load_protocol
from trialsim.facts.responses import CountRule, load_response
from trialsim.rules.examples import judge

PROTOCOL = load_protocol("NCT04946669")
READINGS = ("fewer than 3 improved", "as printed")


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("row", rows("failure_readings.csv"), ids=named)
def test_failure(row: dict[str, str], reading: str) -> None:
    """A patient whose earlier treatment failed in that reading passes the criterion, and no other does."""
    refractory = PROTOCOL.criterion("INCL02")
    prednisone, earlier = refractory.examples[0].courses
    numbers = {"n_improved": int(row["n_improved"]), "n_worsened": int(row["n_worsened"]), "intolerance": False}
    patient = replace(refractory.examples[0], courses=(prednisone, tuple((dict(earlier) | numbers).items())))
    protocol = PROTOCOL.with_reading("failure", reading)
    assert judge(protocol, refractory, patient)[0] is TRUTH[row[reading]]


@pytest.mark.parametrize("row", rows("failure_readings.csv"), ids=named)
def test_response_beside_failure(row: dict[str, str]) -> None:
    """The record's endpoint on the same numbers: the opposite of failure in one reading only."""
    rule = load_response("NCT04946669").rule
    assert isinstance(rule, CountRule)
    response = int(row["n_improved"]) >= rule.needed and int(row["n_worsened"]) <= rule.max_worse
    assert response is TRUTH[row["response"]]
    assert response is not TRUTH[row["fewer than 3 improved"]]
