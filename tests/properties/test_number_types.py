"""Numbers as they come out of tables: narrow floats, numpy scalars, rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import trialsim as ts
from trialsim.rules.grid import to_grid

START = {"PHGA": 5.5, "PTGA": 4.4, "MMT8": 125, "HAQDI": 8 / 7, "ENZYME": 512.3, "EMGA": 3.1}
WEEK_12 = {"PHGA": 4.4, "PTGA": 4.4, "MMT8": 150, "HAQDI": 6 / 7, "ENZYME": 400.1, "EMGA": 3.1}


@given(st.integers(0, 100))
def test_a_narrow_float_is_the_number_it_was_written_as(millimetres: int) -> None:
    """4.4 cm in single precision is 4.4 cm, in an array and by itself."""
    assert to_grid("PHGA", np.array([millimetres / 10], dtype=np.float32)).tolist() == [millimetres]
    assert int(to_grid("PHGA", np.float32(millimetres / 10))) == millimetres


def test_a_narrow_float_off_the_grid_is_refused() -> None:
    """Single precision forgives its own rounding, not a digit too many."""
    with pytest.raises(ts.TrialsimError, match="one decimal"):
        to_grid("PHGA", np.array([4.45], dtype=np.float32))


@pytest.mark.parametrize("kind", [np.float32, np.float64, np.longdouble])
def test_a_patient_in_any_precision(kind: type) -> None:
    """The verdict and its percentages do not hang on the precision that the values came in."""
    plain = ts.assess_patient(START, WEEK_12)
    start, end = ({code: kind(value) for code, value in visit.items()} for visit in (START, WEEK_12))
    assert ts.assess_patient(start, end) == plain


def test_a_table_in_single_precision() -> None:
    """A column of float32 gives the rows of a column of float64."""
    cohort = ts.follow(ts.generate_cohort(40, seed=3), ts.Scenario(), seed=3)
    narrow = cohort.assessments.astype({"AVAL": "float32", "ANRHI": "float32"})
    pd.testing.assert_frame_equal(ts.assess_response(narrow), ts.assess_response(cohort.assessments))


def test_enzymes_as_rows_of_a_table() -> None:
    """Values and limits may be rows, like a patient's visits."""
    values, limits = pd.Series({"CK": 500, "LDH": 625}), pd.Series({"CK": 200, "LDH": 240})
    assert ts.most_abnormal_enzyme(values, limits) == "LDH"  # type: ignore[arg-type]


def test_an_executor_that_is_none() -> None:
    """Something that runs nothing is refused by name before anything is simulated."""
    with pytest.raises(ts.TrialsimError, match="executor: got 4"):
        ts.simulate_trials(ts.load_protocol("NCT04946669"), None, 5, seed=1, executor=4)  # type: ignore[arg-type]
