"""Which myositis is it: tables of patients for Bohan-Peter, the amyopathic spectrum and EULAR/ACR 2017."""

from __future__ import annotations

from typing import Any

import pytest

from trialsim.errors import TrialsimError
from trialsim.rules.classification import bohan_peter, cadm
from trialsim.rules.eular_acr import eular_acr_2017

ITEMS = ("weakness", "biopsy", "enzymes", "emg")


@pytest.mark.parametrize(
    ("true", "rash", "level", "disease"),
    [
        ("", True, "none", "dermatomyositis"),
        ("enzymes", True, "possible", "dermatomyositis"),
        ("weakness enzymes", True, "probable", "dermatomyositis"),
        ("weakness enzymes emg", True, "definite", "dermatomyositis"),
        ("weakness enzymes emg biopsy", True, "definite", "dermatomyositis"),
        ("enzymes", False, "none", "polymyositis"),
        ("weakness enzymes", False, "possible", "polymyositis"),
        ("weakness enzymes emg", False, "probable", "polymyositis"),
        ("weakness enzymes emg biopsy", False, "definite", "polymyositis"),
    ],
)
def test_bohan_peter(true: str, rash: bool, level: str, disease: str) -> None:
    """With the rash one item fewer is asked for each level."""
    found = bohan_peter(**{item: item in true.split() for item in ITEMS}, rash=rash)
    assert (found.level, found.disease, found.could_be) == (level, disease, (level,))


def test_bohan_peter_not_known() -> None:
    """Items not known leave higher levels open and are named; the level is what is reached without them."""
    found = bohan_peter(weakness=True, biopsy=None, enzymes=True, emg=None, rash=True)
    assert (found.level, found.could_be) == ("probable", ("probable", "definite"))
    assert "not known: biopsy, emg" in found.reason and "could still be definite" in found.reason
    found = bohan_peter(weakness=True, biopsy=False, enzymes=True, emg=False, rash=None)
    assert (found.level, found.disease, found.could_be) == ("possible", None, ("possible", "probable"))


@pytest.mark.parametrize(
    ("months", "weakness", "enzymes", "tests", "label", "provisional"),
    [
        (5, False, False, {}, "premyopathic", None),
        (5.9, False, False, {}, "premyopathic", None),
        (6, False, False, {}, "amyopathic", True),
        (8, False, False, {"emg": False, "biopsy": False, "mri": False}, "amyopathic", True),
        (23.9, False, False, {}, "amyopathic", True),
        (24, False, False, {}, "amyopathic", False),
        (6, False, True, {}, "hypomyopathic", None),
        (24, False, False, {"emg": True}, "hypomyopathic", None),
        (24, False, False, {"biopsy": True}, "hypomyopathic", None),
        (24, False, False, {"mri": True}, "hypomyopathic", None),
        (5.9, False, True, {}, "none", None),
        (24, True, True, {}, "classic", None),
        (2, True, False, {"mri": True}, "classic", None),
        (24, True, False, {}, "none", None),
        (24, None, False, {}, "undecided", None),
        (24, False, None, {}, "undecided", None),
        (24, False, None, {"mri": True}, "hypomyopathic", None),
        (None, False, False, {}, "undecided", None),
        (None, True, True, {}, "classic", None),
    ],
)
def test_cadm(
    months: float | None,
    weakness: bool | None,
    enzymes: bool | None,
    tests: dict[str, bool],
    label: str,
    provisional: Any,
) -> None:
    """Labels on both sides of 6 and 24 months, with and without evidence of muscle disease."""
    found = cadm(skin_months=months, weakness=weakness, enzymes=enzymes, **tests)
    assert (found.label, found.provisional) == (label, provisional)


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


@pytest.mark.parametrize(
    ("onset", "present", "score", "probability", "by_score", "by_probability", "subgroup"),
    [
        (45, "gottron_sign gottron_papules", 7.5, 0.8975, "definite", "probable", "amyopathic dermatomyositis"),
        (30, "heliotrope gottron_papules", 6.5, 0.763, "probable", "probable", "amyopathic dermatomyositis"),
        (45, "gottron_sign", 5.4, 0.5175, "possible", "possible", None),
        (45, "heliotrope", 5.2, 0.4675, "none", "none", None),
        (45, "gottron_papules", 4.2, 0.244, "none", "none", None),
        (
            45,
            "heliotrope gottron_papules gottron_sign",
            10.6,
            0.9949,
            "definite",
            "definite",
            "amyopathic dermatomyositis",
        ),
        (45, "gottron_sign gottron_papules proximal_arms", 8.2, 0.9464, "definite", "definite", "dermatomyositis"),
        (17.9, "heliotrope gottron_sign", 6.4, 0.7446, "probable", "probable", "juvenile dermatomyositis"),
        (18, "heliotrope gottron_sign", 7.7, 0.9145, "definite", "definite", "amyopathic dermatomyositis"),
        (39.9, "jo1 enzymes", 6.5, 0.763, "probable", "probable", "polymyositis"),
        (40, "jo1 enzymes", 7.3, 0.8776, "probable", "probable", "polymyositis"),
        (10, "jo1 enzymes proximal_arms", 5.9, 0.6388, "probable", "probable", "other juvenile myositis"),
    ],
)
def test_eular_acr(
    onset: float,
    present: str,
    score: float,
    probability: float,
    by_score: str,
    by_probability: str,
    subgroup: str | None,
) -> None:
    """Scores, both rules side by side and the tree; the rules clash at a score of exactly 7.5."""
    items = dict.fromkeys(present.split(), True)
    found = eular_acr_2017(onset_age=onset, **items)
    assert (found.score, found.level, found.subgroup) == (score, by_score, subgroup)
    assert found.probability == pytest.approx(probability, abs=6e-5 if score in (7.5, 5.4, 5.2, 10.6) else 6e-4)
    assert eular_acr_2017(onset_age=onset, rule="probability", **items).level == by_probability


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
