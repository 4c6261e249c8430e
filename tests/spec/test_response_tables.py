"""Tables of patients: what goes in, which definition, what must come out."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from trialsim.errors import TrialsimError
from trialsim.facts.core_set import core_set, measures
from trialsim.facts.responses import Example, ResponseDefinition, list_responses, load_response
from trialsim.rules.assess import assess_patient
from trialsim.rules.assess_table import assess_response
from trialsim.rules.compare_table import compare_cohort, compare_definitions
from trialsim.rules.total_improvement import total_improvement_score

HERE = Path(__file__).parent
CODES = [item.code for item in measures()]
VERDICTS = {"yes": True, "no": False, "?": None}


def rows(name: str) -> list[dict[str, str]]:
    """The patients of a table."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def visits(row: dict[str, str]) -> tuple[dict[str, float], dict[str, float]]:
    """Baseline and follow-up; what is not there is missing."""
    pairs = {code: [cell.strip() for cell in row[code].split("->")] for code in CODES}
    first, last = ({code: float(pair[k]) for code, pair in pairs.items() if pair[k]} for k in (0, 1))
    return first, last


COUNTED = rows("response_patients.csv")
SCORED = rows("score_patients.csv")
DEFINITIONS = [column for column in COUNTED[0] if column not in ("id", *CODES, "mmt8_max", "why")]
EXAMPLES = [
    pytest.param(load_response(name), example, id=f"{name}: {example.name}")
    for name in list_responses(readings=True)
    for example in load_response(name).examples
]


@pytest.mark.parametrize("name", DEFINITIONS)
@pytest.mark.parametrize("row", COUNTED, ids=lambda row: row["id"])
def test_counted_patient(row: dict[str, str], name: str) -> None:
    """Each patient of the table responds under each definition as the table says."""
    answer = assess_patient(*visits(row), name, mmt8_max=int(row["mmt8_max"]))
    assert answer.responded is VERDICTS[row[name]], answer.explain()


@pytest.mark.parametrize("row", SCORED, ids=lambda row: row["id"])
def test_scored_patient(row: dict[str, str]) -> None:
    """Each patient of the table earns the points, score, category and ceiling that the table says."""
    found = total_improvement_score(
        *visits(row),
        mmt8_max=int(row["mmt8_max"]),
        enzyme=row["enzyme"],
        enzyme_uln=float(row["enzyme_uln"]),
        allow_missing=True,
    )
    assert list(found.points) == CODES
    assert list(found.points.values()) == [float(points) for points in row["points"].split()]
    assert (found.score, found.category, found.reachable) == (
        float(row["score"]),
        row["category"],
        float(row["reachable"]),
    )


@pytest.mark.parametrize(("level", "cutoff"), [("MINIMAL", 20), ("MODERATE", 40), ("MAJOR", 60)])
@pytest.mark.parametrize("row", [row for row in SCORED if "not measured" not in row["why"]], ids=lambda row: row["id"])
def test_scored_patient_under_a_definition(row: dict[str, str], level: str, cutoff: float) -> None:
    """A patient responds under a level of the 2016 criteria exactly when the score reaches it."""
    answer = assess_patient(
        *visits(row),
        f"TIS-{level}",
        mmt8_max=int(row["mmt8_max"]),
        enzyme=row["enzyme"],
        enzyme_uln=float(row["enzyme_uln"]),
    )
    assert answer.score == float(row["score"])
    assert answer.responded is (float(row["score"]) >= cutoff)
    assert answer.improved == tuple(
        code for code, points in zip(CODES, row["points"].split(), strict=True) if float(points)
    )


@pytest.mark.parametrize("mmt8_max", [150, 80])
def test_the_table_face_says_the_same_as_the_patient_face(mmt8_max: int) -> None:
    """A tidy table gives every patient the verdict, counts and reason that the patient gets alone."""
    chosen = [row for row in COUNTED if int(row["mmt8_max"]) == mmt8_max]
    records = [
        {"SUBJID": row["id"], "AVISITN": week, "PARAMCD": "CK" if code == "ENZYME" else code, "AVAL": value}
        for row in chosen
        for week, visit in zip((0, 12), visits(row), strict=True)
        for code, value in visit.items()
    ]
    table = pd.DataFrame(records)
    for name in DEFINITIONS:
        found = assess_response(table, name, mmt8_max=mmt8_max)
        assert found["SUBJID"].tolist() == [row["id"] for row in chosen]
        assert found["response"].dtype == "boolean"
        for row, assessed in zip(chosen, found.itertuples(), strict=True):
            alone = assess_patient(*visits(row), name, mmt8_max=mmt8_max)
            assert (None if assessed.response is pd.NA else bool(assessed.response)) is alone.responded
            counts = (len(alone.improved), len(alone.worsened), "MMT8" in alone.worsened)
            assert (assessed.n_improved, assessed.n_worsened, assessed.mmt_worsened) == counts
            assert assessed.reason == alone.reason


@pytest.mark.parametrize(("definition", "example"), EXAMPLES)
def test_worked_example(definition: ResponseDefinition, example: Example) -> None:
    """A worked example in a definition's file comes out as the file says."""
    found = assess_patient(
        example.baseline,
        example.followup,
        definition,
        mmt8_max=example.mmt8_max,
        enzyme_uln=example.enzyme_uln,
    )
    assert (found.responded, found.improved, found.worsened) == (example.response, example.improved, example.worsened)
    assert found.score == example.score


@pytest.mark.parametrize("name", list_responses(readings=True))
def test_every_definition_is_worked_through_and_described(name: str) -> None:
    """Every shipped definition has an example, a source or the word recalled, and prose with its numbers."""
    definition = load_response(name)
    assert definition.examples
    assert definition.sources or definition.basis == "recalled"
    text = definition.describe()
    assert definition.id in text and definition.source in text
    assert all(note in text for note in definition.assumed)


def test_the_definitions_stand_in_their_order() -> None:
    """Those of the lessons are there in the order of the lessons, wherever a further one stands among them."""
    order = (
        "IMACS-2004",
        "NCT02971683",
        "NCT04946669",
        "INFLIXIMAB-2008",
        "PRINTO-20",
        "TIS-MINIMAL",
        "TIS-MODERATE",
        "TIS-MAJOR",
    )
    assert tuple(name for name in list_responses() if name in order) == order
    assert set(DEFINITIONS) == {name for name in order if not load_response(name).scores}


def test_core_set_is_a_table_in_the_order_of_all_arrays() -> None:
    """The core set has six rows in the fixed order, no hole, and only the enzyme has no upper end."""
    table = core_set()
    assert table.columns.tolist() == ["code", "label", "low", "high", "step", "unit", "better"]
    assert table["code"].tolist() == ["PHGA", "PTGA", "MMT8", "HAQDI", "ENZYME", "EMGA"]
    assert not table.isna().any().any()
    assert table.loc[table["high"] == float("inf"), "code"].tolist() == ["ENZYME"]
    assert table.loc[table["better"] == "higher", "code"].tolist() == ["MMT8"]


def test_comparison_has_one_row_a_definition() -> None:
    """One patient under all definitions: the verdicts of each alone, and a gap where a limit is wanting."""
    row = next(row for row in COUNTED if row["id"] == "D2")
    table = compare_definitions(*visits(row), enzyme_uln=200)
    assert table["definition"].tolist() == list(list_responses())
    for found in table.itertuples():
        alone = assess_patient(*visits(row), found.definition, enzyme_uln=200)
        assert bool(found.response) is alone.responded
        assert found.reason == alone.reason
    improved_enzyme: dict[str, Any] = {**visits(row)[1], "ENZYME": 300}
    table = compare_definitions(visits(row)[0], improved_enzyme)
    gap = table["definition"].str.startswith("TIS")
    assert table.loc[gap, "response"].isna().all() and table.loc[~gap, "response"].notna().all()
    assert table.loc[gap, "reason"].str.contains("enzyme_uln").all()


def test_a_cohort_flips_between_definitions() -> None:
    """The count of flips between two definitions is that of the table, and each is named with both reasons."""
    chosen = [row for row in COUNTED if row["mmt8_max"] == "150"]
    records = [
        {"SUBJID": row["id"], "AVISITN": week, "PARAMCD": "CK" if code == "ENZYME" else code, "AVAL": value}
        for row in chosen
        for week, visit in zip((0, 12), visits(row), strict=True)
        for code, value in visit.items()
    ]
    found = compare_cohort(pd.DataFrame(records), DEFINITIONS)
    for first in DEFINITIONS:
        for second in DEFINITIONS:
            expected = [row["id"] for row in chosen if {row[first], row[second]} == {"yes", "no"}]
            assert found.flips.loc[first, second] == len(expected)
            here = found.patients[found.patients[["responder_by", "not_by"]].isin([first, second]).all(axis=1)]
            if first != second:
                assert here["SUBJID"].tolist() == expected
    assert found.patients["reason_for"].str.startswith("response").all()
    assert found.patients["reason_against"].str.startswith("no response").all()
    with pytest.raises(TrialsimError, match="each definition once"):
        compare_cohort(pd.DataFrame(records), ["IMACS-2004", "IMACS-2004"])
