"""The picture of one patient under several definitions says in words what the rules say."""

from __future__ import annotations

import re

import pytest

from trialsim.facts.responses import list_responses
from trialsim.facts.worked_patients import worked_patient, worked_patients
from trialsim.figures.definition_words import change_words
from trialsim.figures.definitions import definitions_picture, rows_of
from trialsim.rules.compare_table import compare_definitions
from trialsim.rules.total_improvement import total_improvement_score


def words_of(layer: str) -> list[str]:
    """The texts of a picture."""
    return re.findall(r">([^<>]+)</text>", layer)


@pytest.mark.parametrize("key", [patient.id for patient in worked_patients()])
def test_every_cell_says_what_counted(key: str) -> None:
    """The picture holds as many of each word as the verdicts of all definitions ask for."""
    worked = worked_patient(key)
    options = {"mmt8_max": worked.mmt8_max, "enzyme_uln": worked.enzyme_uln}
    table = compare_definitions(worked.baseline, worked.followup, **options)
    points = total_improvement_score(worked.baseline, worked.followup, **options).points
    words = words_of(definitions_picture(rows_of(table, points), worked.baseline, worked.followup).layer)
    counting = table[table["score"].isna()]
    barred = counting["reason"].str.contains("MMT-8 worse by").sum()
    assert words.count("counts") + words.count("barred") == counting["n_improved"].sum() + counting["n_worsened"].sum()
    assert words.count("barred") == barred
    assert words.count("Response") == table["response"].sum()
    assert words.count("No response") == (~table["response"]).sum()
    assert sum(word.startswith("+") for word in words) == 3 * sum(earned > 0 for earned in points.values())
    assert f"{table['response'].sum()} of {len(list_responses())}" in words


def test_table_alone_is_enough() -> None:
    """The table of `compare_definitions` is drawn as it is, also with one definition and with gaps."""
    before, after = {"PHGA": 6, "PTGA": 5, "MMT8": 100, "HAQDI": 1, "LDH": 500}, {"PHGA": 3, "MMT8": 75, "LDH": 300}
    table = compare_definitions(before, after, ["IMACS-2004"], enzyme="LDH", missing="not_counted")
    words = words_of(definitions_picture(table, before, after).layer)
    assert words.count("missing") == 3 and "500 → 300" in words and "barred" in words


def test_seventh_measure_gets_a_column() -> None:
    """A definition with a further measure gets a further column."""
    start = {"PHGA": 5, "PTGA": 1, "MMT8": 80, "HAQDI": 0, "ENZYME": 100, "EMGA": 5, "SF36PCS": 30}
    end = {**start, "PHGA": 2, "EMGA": 2, "SF36PCS": 39}
    table = compare_definitions(start, end, ["NCT04946669", "NCT04946669-SEVEN"], mmt8_max=80)
    picture = definitions_picture(table, start, end)
    assert "SF-36" in picture.base and table["response"].tolist() == [False, True]
    words = words_of(picture.layer)
    assert (words.count("Response"), words.count("No response")) == (1, 1)


def test_undecided_is_said() -> None:
    """A verdict that cannot be decided stands as undecided."""
    before, after = {"PHGA": 6, "PTGA": 5, "MMT8": 100}, {"PHGA": 3, "PTGA": 2, "MMT8": 100}
    table = compare_definitions(before, after, ["IMACS-2004"])
    assert "Undecided" in words_of(definitions_picture(table, before, after).layer)


def test_percent_never_rounds_onto_a_whole_one() -> None:
    """A change that is not a whole percentage never looks like one, and the float traps are whole ones."""
    for before, after in ((0.5, 0.4), (1, 0.8), (2, 1.6), (4, 3.2), (8, 6.4), (5.5, 4.4)):
        assert change_words("PHGA", before, after) == "20 % better"
    assert change_words("ENZYME", 5000, 4000.1) == "19.998 % better"
    assert change_words("MMT8", 150, 120) == "20 % worse"
