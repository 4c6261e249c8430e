"""Tables of candidates: what cannot be a patient is refused with patient and column."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from trialsim.errors import TrialsimError
from trialsim.rules.candidate_arrays import CandidateArrays, FactColumn
from trialsim.rules.candidate_tables import from_tables

Frames = dict[str, pd.DataFrame]
FACTS = ["AGE", "SEX", "weight_kg", "rash"]


def frames() -> Frames:
    """Two candidates, three courses, four enzymes."""
    return {
        "subjects": pd.DataFrame(
            {
                "SUBJID": ["P1", "P2"],
                "AGE": [44, 51],
                "SEX": ["F", "M"],
                "weight_kg": [59.9, np.nan],
                "rash": pd.array([True, None], dtype="boolean"),
            }
        ),
        "prior_treatments": pd.DataFrame(
            {
                "SUBJID": ["P2", "P1", "P2"],
                "drug": ["prednisone", "methotrexate", "rituximab"],
                "kind": ["glucocorticoid", "immunosuppressant", "biologic"],
                "dose": [12.5, 15, np.nan],
                "unit": ["mg/day", "mg/week", None],
                "current": [True, True, False],
                "weeks": [30, 20, 4],
                "stable_weeks": [8, 20, np.nan],
                "weeks_since_last": [0, 0, 60],
                "n_improved": [2, 1, np.nan],
                "n_worsened": [0, 0, np.nan],
                "intolerance": pd.array([False, True, None], dtype="boolean"),
            }
        ),
        "assessments": pd.DataFrame(
            {
                "SUBJID": ["P1", "P1", "P2", "P1"],
                "AVISIT": ["Baseline", "Baseline", "Baseline", "Week 12"],
                "PARAMCD": ["ALT", "CK", "AST", "ALT"],
                "AVAL": [40.1, 500, 30, 90],
                "ANRHI": [40.0, 200, 35, 40],
            }
        ),
    }


def read(tables: Frames) -> CandidateArrays:
    """Those tables as arrays."""
    return from_tables(**tables, facts=FACTS)


def test_values_on_their_grid() -> None:
    """Values become whole grid steps, what is missing is not known, courses keep to their patient."""
    arrays = read(frames())
    weight = arrays.facts["weight_kg"]
    assert weight.values[0] == 599 and weight.per == 10 and weight.known is not None and not weight.known[1]
    assert arrays.facts["SEX"].values.tolist() == [0, 1]
    assert arrays.treatments.dose.tolist() == [[1500, -1], [1250, -1]]
    assert arrays.treatments.intolerance.tolist() == [[1, -1], [0, -1]]
    assert arrays.treatments.n_improved.tolist() == [[1, -1], [2, -1]]
    assert arrays.enzymes.tolist() == [[5000, -1, -1, -1, 401], [-1, -1, -1, 300, -1]]
    assert arrays.enzyme_uln[0, 4] == 400


def change(table: str, column: str, row: int, value: Any) -> Callable[[Frames], None]:
    """Put a value into one cell."""

    def put(tables: Frames) -> None:
        cells = tables[table][column].astype(object)
        cells.iloc[row] = value
        tables[table][column] = cells

    return put


def drop(table: str, column: str) -> Callable[[Frames], None]:
    """Take a column away."""
    return lambda tables: tables.update({table: tables[table].drop(columns=column)})


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (change("subjects", "AGE", 1, 12.5), "AGE of patient P2: got 12.5; allowed: a whole number from 0 to 120"),
        (change("subjects", "AGE", 1, 121), "AGE of patient P2: got 121"),
        (change("subjects", "AGE", 1, "51"), "AGE of patient P2: got '51'"),
        (change("subjects", "AGE", 0, np.inf), "AGE of patient P1: got inf"),
        (change("subjects", "AGE", 0, True), "AGE of patient P1: got True"),
        (change("subjects", "SEX", 0, "female"), "SEX of patient P1: got 'female'; allowed: 'F' or 'M'"),
        (
            change("subjects", "weight_kg", 0, 59.95),
            "weight_kg of patient P1: got 59.95; allowed: a number from 20 to 300",
        ),
        (change("subjects", "rash", 0, "yes"), "rash of patient P1: got 'yes'; allowed: true or false"),
        (change("subjects", "rash", 0, 1), "rash of patient P1: got 1; allowed: true or false"),
        (change("subjects", "SUBJID", 1, "P1"), "subjects.SUBJID: got 'P1'; allowed: every id once"),
        (change("subjects", "SUBJID", 1, None), "subjects, row 1: got no SUBJID"),
        (drop("subjects", "rash"), "subjects: got no column 'rash'"),
        (change("prior_treatments", "drug", 1, "metotrexate"), "drug of patient P1: got 'metotrexate'"),
        (change("prior_treatments", "drug", 1, "metotrexate"), "Did you mean 'methotrexate'?"),
        (change("prior_treatments", "drug", 1, None), "drug of patient P1: got nothing"),
        (change("prior_treatments", "kind", 1, "biologic"), "kind of methotrexate of patient P1: got 'biologic'"),
        (change("prior_treatments", "SUBJID", 1, "P9"), "prior_treatments.SUBJID: got 'P9'"),
        (change("prior_treatments", "weeks", 1, -2), "weeks of patient P1: got -2"),
        (change("prior_treatments", "weeks", 1, 1.5), "weeks of patient P1: got 1.5"),
        (change("prior_treatments", "n_improved", 1, 7), "n_improved of patient P1: got 7"),
        (change("prior_treatments", "unit", 0, "mg/week"), "unit of prednisone of patient P2: got 'mg/week'"),
        (change("prior_treatments", "unit", 1, "spoons"), "unit of methotrexate of patient P1: got 'spoons'"),
        (drop("prior_treatments", "weeks"), "prior_treatments: got no column 'weeks'"),
        (change("assessments", "ANRHI", 0, np.nan), "ANRHI of ALT of patient P1: got nan"),
        (change("assessments", "ANRHI", 0, 0.0), "ANRHI of ALT of patient P1: got 0.0"),
        (change("assessments", "AVAL", 0, -1), "AVAL of ALT of patient P1: got -1"),
        (change("assessments", "AVAL", 0, 40.15), "AVAL of ALT of patient P1: got 40.15; allowed: U/L in steps of 0.1"),
        (change("assessments", "AVAL", 0, "40"), "AVAL of ALT of patient P1: got '40'"),
        (change("assessments", "AVAL", 0, np.inf), "AVAL of ALT of patient P1: got inf"),
        (change("assessments", "SUBJID", 0, "P9"), "assessments.SUBJID: got 'P9'"),
        (change("assessments", "AVISIT", 3, "Baseline"), "ALT of patient P1: got two baselines"),
        (drop("assessments", "ANRHI"), "assessments: got no column 'ANRHI'"),
    ],
)
def test_a_wrong_cell_is_named(spoil: Callable[[Frames], None], said: str) -> None:
    """One wrong cell is refused with its column, its patient, what came and what is allowed."""
    tables = frames()
    spoil(tables)
    with pytest.raises(TrialsimError) as caught:
        read(tables)
    assert said in str(caught.value)


def test_a_table_without_a_newer_fact_does_not_know_it() -> None:
    """A column that a table may do without is not known of anybody: neither true nor false."""
    arrays = from_tables(**frames(), facts=[*FACTS, "significant_ecg", "fvc_percent"])
    for name in ("significant_ecg", "fvc_percent"):
        known = arrays.fact(name).known
        assert known is not None and not known.any() and name not in arrays.facts
    with pytest.raises(TrialsimError, match="got 'tumour'; allowed: facts that the candidates have"):
        arrays.fact("tumour")


def test_arrays_of_unequal_length_are_refused() -> None:
    """Arrays that cannot belong to the same candidates are refused."""
    arrays = read(frames())
    with pytest.raises(TrialsimError, match=r"facts\['AGE'\].*shape \(3,\); allowed: shape \(2,\)"):
        CandidateArrays({"AGE": FactColumn.of("AGE", [1, 2, 3])}, arrays.treatments, arrays.enzymes, arrays.enzyme_uln)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("MMT8", 151.0)], "MMT8 of patient P1"),
        ([("PHGA", 2.55)], "PHGA of patient P1"),
        ([("MMT8", 120.0), ("MMT8", 121.0)], "MMT8 of patient P1: got two baselines"),
    ],
)
def test_a_measure_at_baseline_that_cannot_be_is_refused(rows: list[tuple[str, float]], said: str) -> None:
    """A value off the instrument, between its marks, or given twice, with the patient and the measure."""
    tables = frames()
    more = [("P1", "Baseline", code, value, None) for code, value in rows]
    tables["assessments"] = pd.DataFrame(more, columns=tables["assessments"].columns)
    with pytest.raises(TrialsimError, match=said):
        from_tables(**tables, facts=["AGE", rows[0][0]])


def test_a_measure_is_read_at_baseline_and_unknown_where_it_was_not_taken() -> None:
    """One third of a HAQ-DI of 1 stays exact; the other patient has none, and a later visit does not count."""
    tables = frames()
    more = [("P1", "Baseline", "HAQDI", 1 / 3, None), ("P2", "Week 12", "HAQDI", 1.0, None)]
    tables["assessments"] = pd.DataFrame(more, columns=tables["assessments"].columns)
    column = from_tables(**tables, facts=["HAQDI"]).facts["HAQDI"]
    assert column.known is not None and column.known.tolist() == [True, False]
    assert (int(column.values[0]), column.per) == (56, 168)
