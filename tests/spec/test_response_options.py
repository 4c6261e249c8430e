"""What definitions leave open, what is refused, and the words that come back."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.spec.tables import named, pair, rows
from trialsim.errors import TrialsimError
from trialsim.facts.responses import load_response
from trialsim.rules.assess import assess_patient
from trialsim.rules.assess_table import assess_response
from trialsim.rules.compare_table import compare_definitions
from trialsim.rules.total_improvement import total_improvement_score

START = {"PHGA": 6, "PTGA": 6, "MMT8": 100, "HAQDI": 1, "ENZYME": 500, "EMGA": 3}
SAME = dict(START)
NAN = float("nan")


def assess(start: dict[str, Any], end: dict[str, Any], *args: Any, **options: Any) -> Any:
    """Assess START and no change, but for what is given."""
    return assess_patient({**START, **start}, {**SAME, **start, **end}, *args, **options)


# ---- zero baseline and normal enzyme ---------------------------------------------------------------------------------
@pytest.mark.parametrize("row", rows("option_patients.csv"), ids=named)
def test_option(row: dict[str, str]) -> None:
    """What becomes of a measure that rises from 0, or of an enzyme within normal limits, under each choice."""
    code, (before, after) = row["measure"], pair(row["change"])
    found = assess({code: before}, {code: after}, **{row["option"]: row["choice"]}, enzyme_uln=200)
    counted = "improved" if code in found.improved else "worse" if code in found.worsened else "neither"
    assert counted == row["becomes"]
    if row["percent"] != "*":
        percent = float(row["percent"]) if row["percent"] else None
        assert found.pct_improved[code] == (None if percent is None else pytest.approx(percent, abs=5e-5))


# ---- missing ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("gap", [None, NAN, np.nan, pd.NA])
@pytest.mark.parametrize(("policy", "answer"), [("undecided", None), ("not_counted", False), ("non_responder", False)])
def test_missing_measure(gap: object, policy: str, answer: bool | None) -> None:
    """Two improved and one missing: open, or no response."""
    found = assess({}, {"PHGA": 3, "PTGA": 3, "EMGA": gap}, missing=policy)
    assert found.responded is answer
    assert found.missing == ("EMGA",) and found.pct_improved["EMGA"] is None


def test_missing_measure_that_decides_nothing() -> None:
    """Three improved and one missing: a response, unless whoever misses a measure is no responder."""
    end = {"PHGA": 3, "PTGA": 3, "HAQDI": 0.5, "EMGA": None}
    answers = [assess({}, end, missing=policy).responded for policy in ("undecided", "not_counted", "non_responder")]
    assert answers == [True, True, False]


@pytest.mark.parametrize(
    ("end", "answer"),
    [
        ({"PHGA": 2, "MMT8": 150, "ENZYME": None}, True),
        ({"PHGA": 4.9, "MMT8": 103, "ENZYME": None}, False),
        ({"PHGA": 4, "MMT8": 100, "ENZYME": None}, None),
    ],
)
def test_score_with_a_missing_enzyme(end: dict[str, Any], answer: bool | None) -> None:
    """A score is open only where the most the missing measure could earn lifts it over the cut-off."""
    assert assess({}, end, "TIS-MINIMAL", enzyme_uln=200).responded is answer


def test_an_absolute_reading_of_the_same_rule() -> None:
    """Of the range instead of the baseline, 20 % is 2 cm, 30 points or 0.6 of HAQ-DI."""
    imacs = load_response("IMACS-2004")
    rule = replace(
        imacs.rule,
        improved=replace(imacs.rule.improved, of="range"),
        worse=replace(imacs.rule.worse, of="range"),
    )
    absolute = replace(imacs, id="ABSOLUTE", rule=rule)
    found = assess({}, {"PHGA": 4, "PTGA": 4.1, "MMT8": 130, "HAQDI": 0.375}, absolute, enzyme_uln=200)
    assert found.improved == ("PHGA", "MMT8", "HAQDI")
    assert found.pct_improved["PHGA"] == 20
    assert "20 % of the scale" in found.explain()


# ---- words -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("end", "definition", "sentence"),
    [
        ({"PHGA": 3}, "IMACS-2004", "Physician global improved by 50 % (6 to 3 cm)."),
        ({"MMT8": 75}, "IMACS-2004", "by exactly 25 % (100 to 75 points), which this definition does not allow."),
        ({"MMT8": 75}, "NCT02971683", "MMT-8 worsened by exactly 25 % (100 to 75 points)."),
        ({"MMT8": 75}, "NCT04946669", "worsened by exactly 25 % (100 to 75 points), which is not more than 25 %."),
        ({"PHGA": 4.8}, "NCT04946669", "improved by exactly 20 % (6 to 4.8 cm), which is not more than 20 %."),
        ({"PHGA": 5}, "IMACS-2004", "improved by 16.7 % (6 to 5 cm), too little to count as improved (at least 20 %)."),
        ({"EMGA": None}, "IMACS-2004", "Extramuscular global was not measured at follow-up."),
        ({"ENZYME": 500}, "IMACS-2004", "Muscle enzyme (CK) did not change (500 U/L)."),
    ],
)  # fmt: skip
def test_explanation(end: dict[str, Any], definition: str, sentence: str) -> None:
    """A measure is spoken of as a supervisor would, with the reason why it counts or not."""
    assert sentence in assess({}, end, definition).explain()


def test_explanation_from_zero_and_within_normal_limits() -> None:
    """A rise from 0 and a change within normal limits are explained as such."""
    text = assess({"HAQDI": 0}, {"HAQDI": 0.125}).explain()
    assert "HAQ-DI worsened from 0 (0 to 0.125), where no percentage exists, which counts as worse." in text
    text = assess({"ENZYME": 150}, {"ENZYME": 75}, normal_enzyme="never improves", enzyme_uln=200).explain()
    assert "within normal limits at baseline" in text


@pytest.mark.parametrize(
    ("value", "percent"),
    [(8 / 6, 50), (1.333, 50), (1.3333, 50), (2 / 6, 87.5), (4 / 7, 78.57142857), (0.571, 78.57142857)],
)
def test_haq_of_fewer_categories(value: float, percent: float) -> None:
    """A HAQ-DI over seven or six categories is on the grid, also written with three decimals."""
    found = assess({"HAQDI": 16 / 6}, {"HAQDI": value})
    assert found.pct_improved["HAQDI"] == pytest.approx(percent)


# ---- what is refused -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("start", "message"),
    [
        ({"MMT8": 151}, "MMT8 at baseline: got 151; allowed: whole points from 0 to 150"),
        ({"MMT8": 120.5}, "MMT8 at baseline: got 120.5; allowed: whole points"),
        ({"HAQDI": 3.5}, "HAQDI at baseline: got 3.5; allowed: eighths from 0 to 3"),
        ({"HAQDI": 0.3}, "HAQDI at baseline: got 0.3; allowed: eighths"),
        ({"HAQDI": 0.6249}, "HAQDI"),
        ({"HAQDI": 0.5004}, "HAQDI"),
        ({"HAQDI": 1.3334}, "HAQDI"),
        ({"HAQDI": 0.63}, "Did you mean 0.625?"),
        ({"HAQDI": 1.33}, r"Did you mean 1.333 \(8/6\)"),
        ({"ENZYME": -1}, "ENZYME at baseline: got -1; allowed: U/L with one decimal, not below 0"),
        ({"ENZYME": float("inf")}, "ENZYME at baseline: got inf"),
        ({"PHGA": 11}, "PHGA at baseline: got 11; allowed: centimetres from 0 to 10"),
        ({"PHGA": 50}, "looks like millimetres: give 5"),
        ({"PHGA": 4.55}, "PHGA at baseline: got 4.55; allowed: centimetres from 0 to 10 with one decimal"),
        ({"PHGA": -0.1}, "PHGA at baseline: got -0.1"),
        ({"PHGA": "5"}, "PHGA at baseline: got '5'; allowed: a number"),
        ({"PHGA": True}, "PHGA at baseline: got True"),
        ({"PHGA": [5, 4]}, "PHGA at baseline.*one number"),
        ({"PHGB": 5}, "baseline: code: got 'PHGB'.*Did you mean 'PHGA'"),
    ],
)
def test_value_refused(start: dict[str, Any], message: str) -> None:
    """A value that the instrument cannot give is refused with visit, value and what is allowed."""
    with pytest.raises(TrialsimError, match=message):
        assess_patient({**START, **start}, SAME)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"mmt8_max": 160}, "mmt8_max: got 160; allowed: 150"),
        ({"mmt8_max": "150"}, "mmt8_max"),
        ({"mmt8_max": 80}, "mmt8_max=150"),
        ({"enzyme": "CPK"}, "enzyme: got 'CPK'"),
        ({"zero_baseline": "strictly"}, "zero_baseline: got 'strictly'.*Did you mean 'strict'"),
        ({"normal_enzyme": "never"}, "normal_enzyme: got 'never'"),
        ({"missing": "locf"}, "missing: got 'locf'"),
        ({"normal_enzyme": "never improves"}, "enzyme_uln: got None"),
        ({"enzyme_uln": 0}, "enzyme_uln: got 0; allowed: U/L above 0"),
        ({"enzyme_uln": -5}, "enzyme_uln: got -5"),
        ({"definition": "IMACS"}, "definition: got 'IMACS'.*Did you mean 'IMACS-2004'"),
        ({"definition": "nowhere.toml"}, "file: got 'nowhere.toml'"),
    ],
)
def test_option_refused(options: dict[str, Any], message: str) -> None:
    """An unknown option is refused with what it may be."""
    with pytest.raises(TrialsimError, match=message):
        assess_patient(START, SAME, **options)


def test_a_score_wants_the_upper_limit() -> None:
    """A score whose enzyme improved cannot be computed without its upper limit, and says so."""
    with pytest.raises(TrialsimError, match=r"enzyme_uln: got None.*creatine kinase"):
        assess({}, {"ENZYME": 300}, "TIS-MINIMAL")
    with pytest.raises(TrialsimError, match="enzyme_uln"):
        total_improvement_score(START, SAME, enzyme_uln=None)
    with pytest.raises(TrialsimError, match="allow_missing=True"):
        total_improvement_score(START, {**SAME, "EMGA": None}, enzyme_uln=200)


def test_enzymes_by_their_own_codes() -> None:
    """The enzyme may stand under its own code, and of several the most abnormal can be chosen."""
    start = {**{k: v for k, v in START.items() if k != "ENZYME"}, "CK": 800, "LDH": 625}
    end = {**start, "CK": 400, "LDH": 600}
    assert assess_patient(start, end).pct_improved["ENZYME"] == 50
    assert assess_patient(start, end, enzyme="LDH").pct_improved["ENZYME"] == 4
    limits = {"CK": 200, "LDH": 250}
    assert assess_patient(start, end, enzyme="most_abnormal", enzyme_uln=limits).pct_improved["ENZYME"] == 50
    limits = {"CK": 400, "LDH": 250}
    assert assess_patient(start, end, enzyme="most_abnormal", enzyme_uln=limits).pct_improved["ENZYME"] == 4
    with pytest.raises(TrialsimError, match="both ENZYME and CK"):
        assess_patient({**START, "CK": 5}, SAME)
    with pytest.raises(TrialsimError, match="enzyme: got 'AST'; allowed: CK or LDH"):
        assess_patient(start, end, enzyme="AST")


def test_comparison_wants_a_list() -> None:
    """A single definition in place of a list is refused with what to do."""
    with pytest.raises(TrialsimError, match="Put it in a list"):
        compare_definitions(START, SAME, "IMACS-2004")


# ---- the table -------------------------------------------------------------------------------------------------------
def tidy(*patients: tuple[str, dict[float, dict[str, Any]]], limits: dict[str, float] | None = None) -> pd.DataFrame:
    """A tidy table of patients: visits by week, values by code."""
    rows = [
        {"SUBJID": who, "AVISITN": week, "PARAMCD": code, "AVAL": value, "ANRHI": (limits or {}).get(code)}
        for who, weeks in patients
        for week, values in weeks.items()
        for code, value in values.items()
    ]
    return pd.DataFrame(rows).astype({"AVAL": "float64", "ANRHI": "float64"})


FIVE = {"CK": 800, "ALDOLASE": 7.5, "LDH": 625, "AST": 30, "ALT": 30}
LIMITS = {"CK": 200, "ALDOLASE": 7.5, "LDH": 250, "AST": 35, "ALT": 40}
PLAIN = {"PHGA": 6, "PTGA": 6, "MMT8": 100, "HAQDI": 1, "EMGA": 3}


def test_the_most_abnormal_enzyme_at_baseline_is_followed() -> None:
    """The enzyme chosen at baseline is followed although another is more abnormal at week 12."""
    end = {**PLAIN, "PHGA": 3, "PTGA": 3, **FIVE, "CK": 400, "LDH": 2000}
    table = tidy(("A", {0: {**PLAIN, **FIVE}, 12: end}), limits=LIMITS)
    assert assess_response(table)["response"].tolist() == [True]
    assert assess_response(table, enzyme="LDH")["response"].tolist() == [False]
    tied = tidy(("A", {0: {**PLAIN, **FIVE, "CK": 500}, 12: {**end, "CK": 250}}), limits=LIMITS)
    assert assess_response(tied)["n_improved"].tolist() == [3]


def test_a_missing_visit() -> None:
    """Without week 12 a patient is a failure, or left out; a visit whose values are all missing did not take place."""
    start, better = {**PLAIN, "CK": 800}, {**PLAIN, "PHGA": 3, "PTGA": 3, "HAQDI": 0.5, "CK": 800}
    nothing = dict.fromkeys(start)
    table = tidy(("A", {0: start, 12: better}), ("B", {0: start, 8: better}), ("C", {0: start, 12: nothing}))
    for name in ("IMACS-2004", "TIS-MINIMAL"):
        found = assess_response(table, name, enzyme_uln=200, enzyme="CK")
        assert found["response"].tolist() == [True, False, False]
        assert found["reason"].tolist()[1:] == ["no visit at week 12, counted as failure"] * 2
        found = assess_response(table, name, enzyme_uln=200, enzyme="CK", missing_visit="complete_cases")
        assert found["response"].tolist() == [True, pd.NA, pd.NA]
    assert assess_response(table[table["SUBJID"] == "B"], week=8)["response"].tolist() == [True]


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        ({"SUBJID": ["A", "A"], "AVISITN": [0, 0], "PARAMCD": ["PHGA", "PHGA"], "AVAL": [5.0, 5.0]}, {},
         "PHGA of patient A at baseline: got 2 rows"),
        ({"SUBJID": ["A"], "AVISITN": [12], "PARAMCD": ["PHGA"], "AVAL": [5.0]}, {}, "patient A.*baseline"),
        ({"SUBJID": ["A"], "AVISITN": [0], "PARAMCD": ["PHGB"], "AVAL": [5.0]}, {}, "'PHGB'.*Did you mean 'PHGA'"),
        ({"SUBJID": ["A"], "AVISITN": [0], "PARAMCD": ["ENZYME"], "AVAL": [5.0]}, {}, "by their own codes"),
        ({"SUBJID": ["A"], "AVISITN": [0], "PARAMCD": ["PHGA"], "AVAL": [50.0]}, {},
         "PHGA of patient A at baseline.*millimetres"),
        ({"SUBJID": ["A"] * 2, "AVISITN": [0, 12], "PARAMCD": ["MMT8"] * 2, "AVAL": [100, 151]}, {},
         "MMT8 of patient A at week 12: got 151"),
        ({"SUBJID": ["A"], "AVISITN": [0], "PARAMCD": ["PHGA"], "AVAL": ["5"]}, {}, "got '5'; allowed: a number"),
        ({"SUBJID": ["A"], "AVISITN": ["Baseline"], "PARAMCD": ["PHGA"], "AVAL": [5.0]}, {}, "AVISITN: got 'Baseline'"),
        ({"SUBJID": [None], "AVISITN": [0], "PARAMCD": ["PHGA"], "AVAL": [5.0]}, {}, "SUBJID: got nothing in row 0"),
        ({"SUBJID": ["A"], "AVISITN": [0], "PARAMCD": [None], "AVAL": [5.0]}, {}, "PARAMCD: got nothing in row 0"),
        ({"SUBJID": ["A"], "AVISITN": [0], "PARAMCD": ["PHGA"]}, {}, "columns SUBJID, AVISITN, PARAMCD, AVAL"),
        ({"SUBJID": [], "AVISITN": [], "PARAMCD": [], "AVAL": []}, {}, "a table without rows"),
        ({"SUBJID": ["A"], "AVISITN": [0], "PARAMCD": ["PHGA"], "AVAL": [5.0]}, {"missing_visit": "locf"},
         "missing_visit: got 'locf'"),
        ({"SUBJID": ["A"] * 2, "AVISITN": [0] * 2, "PARAMCD": ["CK", "LDH"], "AVAL": [5.0, 6.0]}, {},
         "ANRHI of creatine kinase of patient A"),
        ({"SUBJID": ["A"], "AVISITN": [0], "PARAMCD": ["CK"], "AVAL": [5.0], "ANRHI": [0.0]}, {},
         "CK of patient A: ANRHI: got 0"),
    ],
)  # fmt: skip
def test_table_refused(change: dict[str, list[Any]], options: dict[str, Any], message: str) -> None:
    """A table that cannot be read is refused with patient, visit and code."""
    with pytest.raises(TrialsimError, match=message):
        assess_response(pd.DataFrame(change), **options)


# ---- a definition of one's own ---------------------------------------------------------------------------------------
OWN = """
id = "OWN"
label = "Two of four"
text = "At least 2 of 4 measures improved by more than 33.3 %."
source = "our protocol"
basis = "assumed"
items = ["EMGA", "PHGA", "CK", "ALT"]
[rule]
kind = "count"
[rule.improved]
percent = { above = 33.3 }
measures = { above = 1 }
[rule.worse]
percent = { at_least = 50, of = "baseline" }
measures = { below = 1 }
"""


def test_a_definition_of_ones_own(tmp_path: Path) -> None:
    """A file of one's own is read, with decimals as they are written and items in the order of all arrays."""
    file = tmp_path / "own.toml"
    file.write_text(OWN, encoding="utf-8")
    own = load_response(str(file))
    assert own == load_response(file) == load_response(own)
    assert own.items == ("PHGA", "EMGA", "CK", "ALT")
    assert own.rule.improved.percent == Fraction(333, 10)
    assert (own.rule.needed, own.rule.max_worse) == (2, 0)
    start, end = {"PHGA": 10, "EMGA": 3, "CK": 1000, "ALT": 50}, {"PHGA": 6.6, "EMGA": 2, "CK": 667, "ALT": 50}
    found = assess_patient(start, end, own)
    assert found.improved == ("PHGA", "EMGA") and found.responded is True
    assert assess_patient(start, {**end, "ALT": 75}, file).responded is False
    rows = tidy(("A", {0: start, 12: end}))
    assert assess_response(rows, own)["response"].tolist() == [True]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("above = 33.3", "abovee = 33.3", r"own.toml: rule.improved.percent.*neither"),
        ("above = 33.3", "above = 33.3, extra = 1", "unknown key 'extra'"),
        ("above = 33.3", "above = 0", "a percentage above 0"),
        ("above = 1 }", "above = 9 }", "0 to 4 measures"),
        ('"EMGA", "PHGA"', '"EMGA", "EMGA"', "each measure once"),
        ('"EMGA"', '"EMGB"', "own.toml: items: got 'EMGB'"),
        ('kind = "count"', 'kind = "sum"', "rule.kind: got 'sum'"),
        ('source = "our protocol"', "", "own.toml: source: got nothing"),
        ('basis = "assumed"', 'basis = "sure"', "basis: got 'sure'"),
        ("[rule.worse]", '[rule.worse]\nnot_among = ["MMT8"]', "not_among: got 'MMT8'"),
        ("[rule]", "[rule", "TOML"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    """A mistake in a file is refused with the path of the place where it stands."""
    file = tmp_path / "own.toml"
    file.write_text(OWN.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(TrialsimError, match=message):
        load_response(file)
