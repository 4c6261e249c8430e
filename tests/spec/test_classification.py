"""Which myositis is it: tables of patients for Bohan-Peter, the amyopathic spectrum and EULAR/ACR 2017."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.tables import TRUTH, named, rows
from trialsim.errors import TrialsimError
from trialsim.rules.classification import bohan_peter, cadm
from trialsim.rules.eular_acr import eular_acr_2017

ITEMS = ("weakness", "biopsy", "enzymes", "emg")


@pytest.mark.parametrize("row", rows("bohan_peter_patients.csv"), ids=named)
def test_bohan_peter(row: dict[str, str]) -> None:
    """With the rash one item fewer is asked for each level; what is not known leaves higher levels open."""
    found = bohan_peter(**{item: TRUTH[row[item]] for item in ITEMS}, rash=TRUTH[row["rash"]])
    assert (found.level, found.disease or "", " ".join(found.could_be)) == (
        row["level"],
        row["disease"],
        row["could_be"],
    )


def test_bohan_peter_not_known() -> None:
    """Items not known are named."""
    found = bohan_peter(weakness=True, biopsy=None, enzymes=True, emg=None, rash=True)
    assert "not known: biopsy, emg" in found.reason and "could still be definite" in found.reason


@pytest.mark.parametrize("row", rows("amyopathic_patients.csv"), ids=named)
def test_cadm(row: dict[str, str]) -> None:
    """Labels on both sides of 6 and 24 months, with and without evidence of muscle disease."""
    tests = {
        name: TRUTH[row[name]] for name in ("weakness", "enzymes", "emg", "biopsy", "mri", "early_immunosuppression")
    }
    months = float(row["skin_months"]) if row["skin_months"] else None
    found = cadm(skin_months=months, **tests, early_immunosuppression_bars=row["bar"] == "yes")
    assert (found.label, found.provisional) == (row["label"], TRUTH[row["provisional"]])


def test_early_immunosuppression_is_off_unless_asked_for() -> None:
    """The recalled bar changes nothing by default; switched on it bars, and says that it is unverified."""
    patient: dict[str, Any] = {"skin_months": 30, "weakness": False, "enzymes": False, "early_immunosuppression": True}
    assert cadm(**patient).label == "amyopathic"
    barred = cadm(**patient, early_immunosuppression_bars=True)
    assert barred.label == "barred" and "unverified" in barred.reason
    unknown = cadm(**patient | {"early_immunosuppression": None}, early_immunosuppression_bars=True)
    assert (unknown.label, unknown.could_be) == ("undecided", ("amyopathic", "barred"))
    assert cadm(**patient | {"early_immunosuppression": False}, early_immunosuppression_bars=True).label == "amyopathic"


def test_the_split_at_24_months_is_called_unverified() -> None:
    """What is only recalled says so to the reader."""
    assert "unverified" in cadm(skin_months=24, weakness=False, enzymes=False).reason


@pytest.mark.parametrize("row", rows("eular_acr_patients.csv"), ids=named)
def test_eular_acr(row: dict[str, str]) -> None:
    """Scores, both rules side by side and the tree; the rules clash at a score of exactly 7.5."""
    onset, biopsy = float(row["onset_age"]), row["biopsy"] == "yes"
    items = dict.fromkeys(row["items"].split(), True)
    found = eular_acr_2017(onset_age=onset, biopsy=biopsy, **items)
    assert (found.score, found.level, found.subgroup or "") == (float(row["score"]), row["by_score"], row["subgroup"])
    decimals = len(row["probability"].split(".")[1])
    assert round(found.probability, decimals) == float(row["probability"])
    by_probability = eular_acr_2017(onset_age=onset, biopsy=biopsy, rule="probability", **items)
    assert by_probability.level == row["by_probability"]


def test_a_sum_that_floats_would_misjudge() -> None:
    """2.1 + 0.7 + 1.9 + 2.1 + 0.7 is 7.5, which a sum of floats misses."""
    assert 2.1 + 0.7 + 1.9 + 2.1 + 0.7 < 7.5
    items = dict.fromkeys(("proximal_arms", "neck_flexors", "gottron_papules", "dysphagia"), True)
    assert eular_acr_2017(onset_age=40, **items).level == "definite"


def test_biopsy_has_its_own_points() -> None:
    """With a biopsy every item has other points, and vacuoles without a rash are inclusion body myositis."""
    found = eular_acr_2017(onset_age=60, biopsy=True, vacuoles=True, endomysial=True, enzymes=True)
    assert (found.score, found.level, found.subgroup) == (8.4, "probable", "inclusion body myositis")
    assert dict(found.points) == {"onset_age": 2.2, "enzymes": 1.4, "endomysial": 1.7, "vacuoles": 3.1}
    assert "unverified" in found.reason


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (
            lambda: bohan_peter(weakness=1, biopsy=None, enzymes=None, emg=None, rash=True),
            "weakness: got 1; allowed: True",
        ),
        (lambda: cadm(skin_months=-1, weakness=False, enzymes=False), "skin_months: got -1"),
        (lambda: cadm(skin_months=6, weakness="no", enzymes=False), "weakness: got 'no'"),
        (lambda: eular_acr_2017(onset_age=45, heliotrop=True), "Did you mean 'heliotrope'?"),
        (lambda: eular_acr_2017(onset_age=45, heliotrope=1), "heliotrope: got 1"),
        (lambda: eular_acr_2017(onset_age=-1), "onset_age: got -1"),
        (lambda: eular_acr_2017(onset_age=45, vacuoles=True), "vacuoles: got True; allowed: biopsy findings only with"),
        (lambda: eular_acr_2017(onset_age=45, rule="points"), "rule: got 'points'; allowed: 'score' or 'probability'"),
    ],
)
def test_bad_items_are_refused(call: Any, said: str) -> None:
    """A wrong item is refused with its name and what is allowed."""
    with pytest.raises(TrialsimError) as caught:
        call()
    assert said in str(caught.value)
