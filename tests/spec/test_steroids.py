"""Prednisone equivalents, with the disagreements between sources."""

from __future__ import annotations

from typing import Any

import pytest

from trialsim.errors import TrialsimError
from trialsim.facts.drugs import drugs
from trialsim.rules.steroids import prednisone_equivalent


@pytest.mark.parametrize(
    ("mg", "drug", "prednisone"),
    [
        (48, "methylprednisolone", 60),
        (47, "methylprednisolone", 58.75),
        (6, "dexamethasone", 40),
        (100, "hydrocortisone", 25),
        (3, "betamethasone", 20),
        (5, "prednisolone", 5),
        (25, "cortisone", 5),
        (4, "triamcinolone", 5),
        (6, "deflazacort", 5),
        (0, "prednisone", 0),
    ],
)
def test_equivalents(mg: float, drug: str, prednisone: float) -> None:
    """Doses become prednisone by the table chosen."""
    assert prednisone_equivalent(mg, drug) == prednisone


def test_disagreements_are_kept() -> None:
    """Both values of betamethasone and of dexamethasone stand in the facts; deflazacort is recalled."""
    by_name = {drug.name: drug for drug in drugs()}
    (other,) = by_name["betamethasone"].other
    assert 3 * 5 / other.value == 25
    (other,) = by_name["dexamethasone"].other
    assert 6 * 5 / other.value == 37.5
    assert by_name["deflazacort"].basis == "recalled"


@pytest.mark.parametrize(
    ("mg", "drug", "said"),
    [
        (5, "budesonide", "drug: got 'budesonide'; allowed: 'prednisone', 'prednisolone', 'methylprednisolone'"),
        (5, "Prednisone", "Did you mean 'prednisone'?"),
        (5, "methotrexate", "drug: got 'methotrexate'"),
        (-5, "prednisone", "mg: got -5"),
        (float("nan"), "prednisone", "mg: got nan"),
        ("5 mg", "prednisone", "mg: got '5 mg'"),
        (5, None, "drug: got None"),
    ],
)
def test_bad_doses_are_refused(mg: Any, drug: Any, said: str) -> None:
    """An unknown drug gets the list of those known; a dose that is none is refused."""
    with pytest.raises(TrialsimError) as caught:
        prednisone_equivalent(mg, drug)
    assert said in str(caught.value)
