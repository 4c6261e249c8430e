"""The same forty by three classifications: Bohan and Peter, the amyopathic labels, EULAR/ACR 2017.

What the table of patients does not tell (which skin sign, which muscles, what the biopsy showed) is set by the
controls or assumed, and said.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import pandas as pd

from trialsim.figures.classifications import Classified, classification_picture
from trialsim.lessons.who_gets_in.criteria_wording import named, record
from trialsim.lessons.who_gets_in.forty_candidates import SIZE, forty
from trialsim.rules.classification import bohan_peter, cadm
from trialsim.rules.eular_acr import eular_acr_2017
from trialsim.widgets.controls import Button, Checkbox, Select
from trialsim.widgets.panel import Panel, State, View

LEVELS = ("definite", "probable", "possible", "none")
ENOUGH = ("definite", "probable")
SKIN_ONLY = ("hypomyopathic", "amyopathic")

_SIGNS: dict[str, tuple[str, ...]] = {
    "sign": ("gottron_sign",),
    "papules": ("gottron_papules",),
    "gottron": ("gottron_sign", "gottron_papules"),
    "both": ("heliotrope", "gottron_sign"),
}
_SIGN_WORDS = {
    "sign": "Gottron's sign",
    "papules": "Gottron's papules",
    "gottron": "Gottron's sign and papules",
    "both": "heliotrope and Gottron's sign",
}


@dataclass(frozen=True, slots=True)
class ThreeLabels:
    """One patient by three classifications."""

    subjid: str
    bohan_peter: str
    unsure: bool
    skin_and_muscle: str
    eular_acr: str
    score: float
    probability: float


@cache
def classification_panel() -> Panel:
    """Forty patients, two classifications as rows and columns, the third as the shape."""
    return Panel(
        "Three classifications, the same patients: do they agree?",
        (
            Select("signs", "The rash on record was (assumed for all)", _SIGN_WORDS),
            Select("rule", "EULAR/ACR level by", {"score": "the score", "probability": "the probability (unverified)"}),
            Checkbox("biopsy", "Use the biopsy where one was taken"),
            Button("draw", "New patients", "The first patients again"),
        ),
        _draw,
        drawer="The same forty by three classifications",
    )


@lru_cache(maxsize=128)
def classify(draw: int = 1, signs: str = "sign", rule: str = "score", biopsy: bool = False) -> tuple[ThreeLabels, ...]:
    """The forty by all three."""
    return tuple(_classify(row, signs, rule, biopsy) for row in forty(draw).subjects.to_dict("records"))


def _classify(row: dict[Any, Any], signs: str, rule: str, biopsy: bool) -> ThreeLabels:
    known = {name: None if pd.isna(row[name]) else bool(row[name]) for name in _ITEMS}
    rash, weak, raised = known["rash"], known["weakness"], known["enzymes_raised"]
    classic = bohan_peter(
        rash=rash, weakness=weak, enzymes=raised, emg=known["emg_myopathic"], biopsy=known["biopsy_myositis"]
    )
    label = cadm(
        skin_months=float(row["skin_months"]), weakness=weak, enzymes=raised, emg=known["emg_myopathic"],
        biopsy=known["biopsy_myositis"], mri=known["mri_myositis"],
    ).label if rash else "none"  # fmt: skip
    items: dict[str, bool | None] = dict.fromkeys(_SIGNS[signs], rash)
    items |= {"proximal_arms": weak, "proximal_legs": weak, "enzymes": raised}
    taken = biopsy and known["biopsy_myositis"] is not None
    if taken:
        items |= {"perimysial": known["biopsy_myositis"], "perifascicular": known["biopsy_myositis"]}
    onset = max(0.0, row["AGE"] - row["skin_months"] / 12)
    points = eular_acr_2017(onset_age=onset, biopsy=taken, rule=rule, **items)
    return ThreeLabels(
        str(row["SUBJID"]),
        classic.level if classic.disease == "dermatomyositis" else "none",
        len(classic.could_be) > 1 and rash is True,
        label,
        points.level,
        points.score,
        points.probability,
    )


_ITEMS = ("rash", "weakness", "enzymes_raised", "emg_myopathic", "biopsy_myositis", "mri_myositis")


def classification_table(draw: int = 1, signs: str = "sign") -> pd.DataFrame:
    """Those of the forty on whom Bohan and Peter and EULAR/ACR disagree, by all three classifications."""
    rows = [each for each in classify(draw, signs) if (each.bohan_peter in ENOUGH) != (each.eular_acr in ENOUGH)]
    return pd.DataFrame(
        {
            "candidate": [each.subjid for each in rows],
            "Bohan-Peter": [each.bohan_peter for each in rows],
            "skin and muscle": [each.skin_and_muscle for each in rows],
            "EULAR/ACR 2017": [each.eular_acr for each in rows],
            "score": [each.score for each in rows],
            "probability (unverified)": [round(each.probability, 3) for each in rows],
        }
    )


def _draw(state: State) -> View:
    found = classify(state["draw"], state["signs"], state["rule"], state["biopsy"])
    patients = [
        Classified(
            str(at), each.bohan_peter, each.eular_acr,
            each.skin_and_muscle if each.skin_and_muscle in ("classic", *SKIN_ONLY) else "neither", each.unsure,
        )
        for at, each in enumerate(found, 1)
    ]  # fmt: skip
    picture = classification_picture(
        patients, rows=LEVELS, columns=LEVELS, names=("Bohan-Peter, as dermatomyositis", "EULAR/ACR 2017")
    )
    old = {each.subjid for each in found if each.bohan_peter in ENOUGH}
    new = {each.subjid for each in found if each.eular_acr in ENOUGH}
    skin = {each.subjid for each in found if each.skin_and_muscle in SKIN_ONLY}
    neither = sorted(skin - old - new)
    sentence = (
        f"Probable or definite: {len(old)} of {SIZE} by Bohan-Peter, {len(new)} by EULAR/ACR ({state['rule']}). "
        f"{_only('EULAR/ACR', new - old)}{_only('Bohan-Peter', old - new)}"
        f"{len(skin)} are hypomyopathic or amyopathic, "
        f"{_left_out(neither)}. INCL01 of the record takes Bohan-Peter or the amyopathic label: "
        f"{len(old | skin)} of {SIZE}.{_clash(state)}"
    )
    return View(picture, sentence, _alt(found, sentence), _source(state))


def _clash(state: State) -> str:
    """Whom the two rules of EULAR/ACR put on different levels, if anyone."""
    by_score, by_probability = (
        classify(state["draw"], state["signs"], rule, state["biopsy"]) for rule in ("score", "probability")
    )
    ids = [a.subjid for a, b in zip(by_score, by_probability, strict=True) if a.eular_acr != b.eular_acr]
    return f" Score and probability give {len(ids)} of them different levels: {named(ids)}." if ids else ""


def _left_out(ids: list[str]) -> str:
    return f"of whom neither of the two takes {len(ids)}: {named(ids)}" if ids else "all in by one of the two"


def _only(which: str, ids: set[str]) -> str:
    return f"Only by {which}: {named(sorted(ids))}. " if ids else f"Nobody is in only by {which}. "


def _alt(found: tuple[ThreeLabels, ...], sentence: str) -> str:
    same = sum(each.bohan_peter == each.eular_acr for each in found)
    return f"{same} of {len(found)} have the same level by Bohan-Peter and by EULAR/ACR. {sentence}"


def _source(state: State) -> str:
    biopsy = (
        "A biopsy of myositis is taken to show a perimysial infiltrate and perifascicular atrophy (assumed). "
        if state["biopsy"] else "Biopsies are left out of EULAR/ACR. "
    )  # fmt: skip
    return (
        "Points of EULAR/ACR (Lundberg 2017), Bohan-Peter items (1975, as tabulated in reviews), amyopathic labels "
        "(Gerami 2006): read. The probability formula, and that early treatment bars the amyopathic label: unverified; "
        f"the bar is off. Assumed: which skin sign; weakness is of arms and legs; age at onset is age less the "
        f"duration of skin disease. {biopsy}"
        f"A number with ?: a test that was not done could raise the Bohan-Peter level. Patients: simulated, "
        f"as screened for {record().id}."
    )
