"""Published verdicts against their own rule: what agrees, what contradicts, and files that are refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from trialsim.errors import TrialsimError
from trialsim.facts.audit import published_cases, published_table, read_audit
from trialsim.facts.reading import Section
from trialsim.rules.assess import assess_patient
from trialsim.rules.audit import audit_cases, audit_table, by_printed_rule, contradictions
from trialsim.rules.total_improvement import total_improvement_score


def test_case_a_follows_and_case_b_contradicts() -> None:
    """Case A meets the printed rule, as reported; case B meets it, and was reported as not having met it."""
    assert audit_cases()["agree"].to_dict() == {"A": "yes", "B": "NO"}
    a, b = (by_printed_rule(case) for case in published_cases())
    assert (a.improved, a.worsened) == (("PHGA", "PTGA", "EMGA"), ("ENZYME",))
    assert (b.improved, b.worsened) == (("PHGA", "PTGA", "ENZYME", "EMGA"), ("HAQDI",))
    assert round(a.pct_improved["ENZYME"] or 0, 1) == -27.3
    assert b.pct_improved["HAQDI"] == -100


def test_case_b_responds_even_without_its_normal_enzyme() -> None:
    """If an enzyme within normal limits cannot improve, case B still meets the printed rule."""
    case = published_cases()[1]
    found = assess_patient(
        case.baseline, case.followup, case.rule, enzyme_uln=case.enzyme_uln, normal_enzyme="never improves"
    )
    assert found.responded is True and "ENZYME" not in found.improved


@pytest.mark.parametrize(("at", "score", "category"), [(0, 52.5, "moderate"), (1, 17.5, "none")])
def test_scores_of_the_cases(at: int, score: float, category: str) -> None:
    """The 2016 score of the two cases, as worked out by hand."""
    case = published_cases()[at]
    found = total_improvement_score(case.baseline, case.followup, enzyme_uln=case.enzyme_uln)
    assert (found.score, found.category) == (score, category)


def test_one_row_of_the_table_contradicts_itself() -> None:
    """Only patient 2 does not fit: CK worse by 105 % and not listed."""
    table = audit_table()
    assert table.index[table["does not fit"] != "nothing"].tolist() == ["2"]
    assert table.loc["2", "does not fit"] == "CK is worse by 105.3 % and not listed"
    assert table["CK"].to_dict() == {
        "1": "+27.8 %", "2": "-105.3 %", "3": "-320.0 %", "4": "-84.1 %", "6": "-50.0 %",
        "10": "+18.2 %", "11": "+8.0 %", "12": "+17.4 %", "13": "+2.6 %",
    }  # fmt: skip
    assert table.loc["6", "MMT-8"] == "+16.7 %" and table.loc["10", "MMT-8"] == "-8.2 %"


def test_what_symptoms_stand_for_decides_three_outcomes() -> None:
    """Of patients 2, 3 and 4 the outcome follows only if symptoms stand for the sixth measure; it is not wrong."""
    table = audit_table()
    assert table["follows"].to_dict() == {
        "1": "yes", "2": "cannot be checked", "3": "cannot be checked", "4": "cannot be checked", "6": "yes",
        "10": "yes", "11": "yes", "12": "yes", "13": "yes",
    }  # fmt: skip
    assert table.loc["3", "rule on the lists"] == "unchanged; worse, if the symptoms stand for the sixth measure"
    assert table.loc["10", "symptoms"] == "worse: gastrointestinal, fever" and table.loc["6", "symptoms"] == "none"
    assert not any("EMGA" in (*row.improved, *row.worse) for row in published_table().rows)


def test_an_outcome_that_nothing_gives_is_named() -> None:
    """An outcome that follows neither from the measures nor with the symptoms is said not to fit."""
    table = published_table()
    row = next(row for row in table.rows if row.id == "3")
    said = contradictions(replace(row, outcome="improved"), table)
    assert said == ["the lists give unchanged or worse, the outcome is improved"]


def test_nobody_in_the_table_improved_in_strength() -> None:
    """No change of strength in the table reaches 20 % of its start, as the paper says."""
    assert not any("MMT8" in row.improved for row in published_table().rows)
    assert (audit_table()["MMT-8"].str.removesuffix(" %").astype(float) < 20).all()


def table_with(**changes: Any) -> dict[str, Any]:
    """A small file of audit data with some keys of its table changed."""
    row = {
        "id": "1", "disease": "PM", "improved": ["PHGA"], "worse": [], "outcome": "unchanged", "ck": [1, 2],
        "mmt8": [50, 60], "symptoms_improved": [], "symptoms_worse": ["fever"],
    }  # fmt: skip
    table = {
        "label": "A table", "source": "IFX", "basis": "read", "rule": "INFLIXIMAB-2008", "enrolled": 2,
        "dropped_out": ["2"], "mmt8_max": 80, "units_per_ukat": 60, "remarks": [], "row": [row],
    }  # fmt: skip
    return {"case": [], "table": {**table, **changes}}


def test_sound_file_is_read() -> None:
    """The small file that the next test breaks is sound."""
    assert read_audit(Section(table_with(), "own.toml"))[1].rows[0].ck == (1, 2)


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"enrolled": 3}, r"table\.enrolled: got 3; allowed: 2, the patients listed"),
        ({"rule": "IMACS"}, r"table\.rule"),
        ({"source": "NOBODY"}, r"source: got 'NOBODY'"),
        ({"rows": []}, r"unknown key 'rows'"),
        ({"row": [{"id": "1", "disease": "PM", "improved": ["CK2"]}]}, r"table\.row\[0\]\.improved"),
    ],
)
def test_wrong_file_is_refused_with_its_place(changes: dict[str, Any], where: str) -> None:
    """A mistake in a file of audit data is refused with the path of the place where it stands."""
    with pytest.raises(TrialsimError, match=where):
        read_audit(Section(table_with(**changes), "own.toml"))
