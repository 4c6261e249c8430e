"""Four wordings of one definition, and what each does to the same patients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import pandas as pd

from trialsim.design import response_interval
from trialsim.facts.responses import ResponseDefinition, load_response
from trialsim.facts.worked_patients import wording_patients
from trialsim.figures.cohort_verdicts import MadeUp, Verdict, wording_picture
from trialsim.patients.cohort import follow, generate_cohort
from trialsim.patients.scenario import Scenario
from trialsim.rules.assess import assess_patient
from trialsim.rules.assess_table import assess_response
from trialsim.rules.response import count_rule
from trialsim.widgets.controls import Checkbox
from trialsim.widgets.panel import Panel, State, View

__all__ = ["FORTY", "SEED", "Wording", "forty_patients", "wordings_in_many", "wordings_panel"]

FORTY = 40
SEED = 4
"""Of the forty. Chosen: one of them lies on a line, as in about one such group in four."""

_USUAL = "IMACS-2004"
_STRICT = Checkbox("strict", "“More than” instead of “at least”")
_FREE = Checkbox("free", "Clause on strength dropped")
_SEVEN = Checkbox("seven", "Seven measures (quality of life)")
_RANGE = Checkbox("range", "Percent of the scale, not of the start")


@dataclass(frozen=True, slots=True)
class Wording:
    """The definition of 2004 with some of its words changed.

    Examples
    --------
    >>> Wording(strict=True).definition().rule.improved.strict
    True
    """

    strict: bool = False
    free: bool = False
    seven: bool = False
    range: bool = False

    def definition(self) -> ResponseDefinition:
        """The rule that these words make."""
        usual = load_response(_USUAL)
        rule = count_rule(usual)
        improved, worse = (
            replace(each, strict=self.strict, of="range" if self.range else "baseline")
            for each in (rule.improved, rule.worse)
        )
        rule = replace(rule, improved=improved, worse=worse, never_worse=() if self.free else rule.never_worse)
        items = (*usual.items, "SF36PCS") if self.seven else usual.items
        return replace(usual, id=f"{_USUAL}, reworded", rule=rule, items=items)

    @property
    def words(self) -> str:
        """The rule in two lines."""
        definition = self.definition()
        rule = count_rule(definition)
        clause = "strength not among them" if rule.never_worse else "strength may be one"
        return (
            f"At least {rule.needed} of {len(definition.items)} measures improved by {rule.improved};\n"
            f"at most {rule.max_worse} worse by {rule.worse}, {clause}"
        )


@cache
def forty_patients() -> pd.DataFrame:
    """The assessments of forty virtual patients under the assumed truth; nobody was screened."""
    return follow(generate_cohort(FORTY, seed=SEED), Scenario(), seed=SEED).assessments


@cache
def _verdicts(wording: Wording) -> tuple[bool, ...]:
    """Of the forty, and then of the made-up patients."""
    definition = wording.definition()
    table = assess_response(forty_patients(), definition)
    made_up = (
        assess_patient(
            patient.baseline,
            patient.followup,
            definition,
            mmt8_max=patient.mmt8_max,
            enzyme_uln=patient.enzyme_uln,
            missing="not_counted",
        ).responded
        for patient in wording_patients()
    )
    return (*(bool(each) for each in table["response"]), *(each is True for each in made_up))


@cache
def wordings_panel() -> Panel:
    """The game: four switches, the same patients."""
    return Panel("Same patients, other words: who responds?", (_RANGE, _STRICT, _FREE, _SEVEN), _draw)


def _draw(state: State) -> View:
    wording = Wording(**{name: state[name] for name in ("strict", "free", "seven", "range")})
    usual, now = _verdicts(Wording()), _verdicts(wording)
    names = list(dict.fromkeys(forty_patients()["SUBJID"]))
    patients = [
        Verdict(name.lstrip("P0"), after, before)
        for name, after, before in zip(names, now[:FORTY], usual[:FORTY], strict=True)
    ]
    made_up = [
        MadeUp(Verdict(patient.label, after, before), patient.story)
        for patient, after, before in zip(wording_patients(), now[FORTY:], usual[FORTY:], strict=True)
    ]
    return View(
        wording_picture(patients, made_up, wording=wording.words, usual="as in 2004"),
        _sentence(wording, usual, now),
        f"Forty patients as tiles, {sum(now[:FORTY])} of them responders; {_changed(usual[:FORTY], now[:FORTY])} "
        f"changed by the wording. Of the four made-up patients {sum(now[FORTY:])} respond.",
        f"Forty virtual patients of the package's model, seed {SEED}, drug effect assumed; nobody was screened. The "
        "seed was picked because one of them lies exactly on a line. No week 12: no response. Quality of life: SF-36 "
        "physical component (assumed; the record names no instrument). The four made-up patients are assumed.",
    )


def _changed(before: tuple[bool, ...], after: tuple[bool, ...]) -> int:
    return sum(each != other for each, other in zip(before, after, strict=True))


def _sentence(wording: Wording, usual: tuple[bool, ...], now: tuple[bool, ...]) -> str:
    count, changed = sum(now[:FORTY]), _changed(usual[:FORTY], now[:FORTY])
    made_up = _changed(usual[FORTY:], now[FORTY:])
    if wording == Wording():
        return f"By the wording of 2004, {count} of the same forty patients respond. Change one word and watch."
    people = "nobody's verdict" if not changed else "one verdict" if changed == 1 else f"{changed} verdicts"
    return (
        f"Now {count} of the same forty patients respond: the wording changed {people} among them, and {made_up} of "
        "the 4 made-up patients'. Nothing happened to any patient."
    )


def wordings_in_many(patients: int = 4000, *, seed: int = 2) -> pd.DataFrame:
    """How often each change of words changes a verdict, in many virtual patients.

    Parameters
    ----------
    patients, seed : int
        Of the cohort.

    Returns
    -------
    DataFrame
        One row a change: responders by it, verdicts changed, their share in percent, its standard error, and the exact
        95 % interval of the share.
    """
    table = follow(generate_cohort(patients, seed=seed), Scenario(), seed=seed).assessments
    changes: Mapping[str, Wording] = {
        "as in 2004": Wording(),
        "more than instead of at least": Wording(strict=True),
        "clause on strength dropped": Wording(free=True),
        "seven measures": Wording(seven=True),
        "percent of the scale": Wording(range=True),
    }
    verdicts = {
        name: assess_response(table, wording.definition())["response"].fillna(False).to_numpy(dtype=bool)
        for name, wording in changes.items()
    }
    usual = verdicts["as in 2004"]
    rows: dict[str, dict[str, Any]] = {}
    first = {"responders": int(usual.sum()), "verdicts changed": ""}
    rows["as in 2004"] = first | dict.fromkeys(("of 100 patients", "standard error", "95 % interval"), "")
    for name, verdict in [*verdicts.items()][1:]:
        changed = int((verdict != usual).sum())
        low, high = response_interval(changed, patients)
        share = changed / patients
        rows[name] = {
            "responders": int(verdict.sum()),
            "verdicts changed": changed,
            "of 100 patients": f"{100 * share:.2f}",
            # The usual formula gives 0 where nothing was seen; the exact interval does not.
            "standard error": f"{100 * (share * (1 - share) / patients) ** 0.5:.2f}" if changed else "none seen",
            "95 % interval": f"{100 * low:.2f} to {100 * high:.2f}",
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(f"{patients:,} virtual patients")
