"""Published arms: the control arms beside a chosen p0."""

from __future__ import annotations

from typing import Any

import pytest

from trialsim.errors import TrialsimError
from trialsim.facts.evidence import evidence
from trialsim.facts.published_arms import arm_roles, population_groups, response_arms


def test_every_published_arm_is_classified() -> None:
    """Each arm has a role and each population a group, also where no responders could be counted."""
    rows = evidence().query("kind == 'arm'")
    shown = response_arms()
    assert shown["role"].notna().all() and shown["group"].notna().all()
    assert set(shown["role"]) == set(arm_roles())
    assert set(shown["group"]) == set(population_groups())
    assert len(shown) == len(rows) - 3, "two open-label arms without n and one percentage that no count gives"
    assert not set(shown["study"]) & {"p0 projection", "p1 pooled wk12", "p1 sceptical"}


def test_standard_care_at_week_12_is_one_arm_of_nine() -> None:
    """Under the IMACS definition one control arm was published at week 12: one of nine."""
    arms = response_arms("IMACS-2004", week=12)
    control = arms[arms["control"]]
    assert control[["responders", "n"]].values.tolist() == [[1, 9]]
    assert control["percent"].tolist() == pytest.approx([100 / 9])
    assert set(arms["role"]) == {"standard care", "abatacept", "other drug"}


def test_filters_narrow_and_combine() -> None:
    """Each filter keeps the rows that fit and no other; together they are their intersection."""
    everything = response_arms()
    kept = response_arms("NCT02971683", 24, "dermatomyositis")
    wanted = everything.query("definition == 'NCT02971683' and week == 24 and group == 'dermatomyositis'")
    assert kept.equals(wanted.reset_index(drop=True))
    assert kept[["responders", "n", "control"]].values.tolist() == [[22, 40, False], [21, 42, True]]
    juvenile = response_arms(population="juvenile dermatomyositis")
    assert set(juvenile["study"]) == {"Abatacept JDM"}


def test_no_publication_is_an_empty_table() -> None:
    """A week at which nothing was published gives no rows and all columns."""
    nothing = response_arms(week=13)
    assert nothing.empty
    assert list(nothing) == list(response_arms())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"definition": "IMACS2004"}, "definition: got 'IMACS2004'; .*Did you mean 'IMACS-2004'"),
        ({"definition": ""}, "definition: got ''"),
        ({"week": 12.5}, "week: got 12.5; allowed: a whole number from 0 to 520"),
        ({"week": -1}, "week: got -1"),
        ({"population": "DM"}, "population: got 'DM'; allowed: 'dermatomyositis', 'mixed myositis'"),
    ],
)
def test_an_unknown_filter_is_refused(arguments: dict[str, Any], message: str) -> None:
    """The message names the argument and what is allowed."""
    with pytest.raises(TrialsimError, match=message):
        response_arms(**arguments)
