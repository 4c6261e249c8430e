"""Prednisone equivalents, with the disagreements between sources."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.tables import named, rows
from trialsim.errors import TrialsimError
from trialsim.facts.drugs import drugs, washouts
from trialsim.rules.prednisone import prednisone_equivalent


@pytest.mark.parametrize("row", rows("steroid_doses.csv"), ids=named)
def test_equivalents(row: dict[str, str]) -> None:
    """Doses become prednisone by the table chosen."""
    assert prednisone_equivalent(float(row["mg"]), row["drug"]) == float(row["prednisone_mg"])


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


def test_washouts_that_sources_disagree_on() -> None:
    """Every length found is kept; the longest read is taken, and what is common practice is called recalled."""
    lengths: dict[str, list[int]] = {}
    for washout in washouts():
        lengths.setdefault(washout.drug, []).append(washout.weeks)
    assert lengths["rituximab"] == [52, 26, 26]
    assert lengths["intravenous immunoglobulin"] == [26, 6, 13]
    assert all(washout.weeks == max(lengths[washout.drug]) for washout in washouts() if washout.taken)
    assert {washout.basis for washout in washouts() if "common practice" in washout.source} == {"recalled"}
    by_name = {drug.name: drug for drug in drugs()}
    for drug, found in lengths.items():
        if by_name[drug].washout is not None:
            assert by_name[drug].washout.usual in found
