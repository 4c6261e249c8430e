"""The parameters of the model: complete, within range, refused when impossible."""

from __future__ import annotations

import ast
import re
from dataclasses import fields, replace
from pathlib import Path

import pytest

import trialsim as ts
from trialsim.facts.drugs import drug_names
from trialsim.facts.population import load_population, parse_population
from trialsim.facts.reading import Section, read_facts
from trialsim.facts.sources import load_sources


def test_every_field_of_a_scenario_is_a_parameter_and_the_reverse() -> None:
    """No number of the model is without its entry, and no entry without a use."""
    assert [field.name for field in fields(ts.Scenario)] == list(load_population().parameters)


def read_off_a_scenario(source: str) -> set[str]:
    """The attributes that `source` reads from what it calls ``scenario``, or ``s`` where that is one."""
    names = (
        {"scenario", "s"}
        if re.search(r"\bs(: Scenario|, \w+ = \S*scenario\b| = \S*scenario\b)", source)
        else {"scenario"}
    )
    found = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Attribute))
    return {node.attr for node in found if getattr(node.value, "id", getattr(node.value, "attr", "")) in names}


def test_what_the_model_reads_off_a_scenario_is_a_parameter() -> None:
    """The fields come from the file, so that mypy does not know them: a misspelt one is found here."""
    texts = [path.read_text("utf-8") for path in sorted(Path(ts.__file__).parent.glob("p*/*.py"))]
    known = {field.name for field in fields(ts.Scenario)} | {name for name in dir(ts.Scenario) if name[0] != "_"}
    assert set().union(*map(read_off_a_scenario, texts)) - known == set()
    assert read_off_a_scenario("def f(scenario): return scenario.drug_efect") == {"drug_efect"}


def test_every_source_of_a_parameter_exists() -> None:
    """Each source is a study among the published numbers or a key of the list of sources."""
    known = set(ts.evidence()["study"]) | set(load_sources())
    used = {key for p in load_population().parameters.values() for key in p.source}
    used |= {key for s in load_population().shares.values() for key in s.source}
    assert used <= known


def test_shares_of_drugs_name_known_drugs() -> None:
    """Every drug of the model is one that the rules know."""
    shares, doses = load_population().shares, load_population().doses
    named = [*shares["glucocorticoid"].values, *shares["biologic"].values, *doses]
    for name in ("immunosuppressant", "immunosuppressant_spared", "immunosuppressant_ild"):
        named += shares[name].values
    assert set(named) <= set(drug_names())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"female_share": 1.2}, "female_share: got 1.2; allowed: a number at least 0 and at most 1"),
        ({"phga_sd": -1}, "phga_sd: got -1"),
        ({"r_phga_ptga": 1.5}, "r_phga_ptga: got 1.5"),
        ({"drug_effect": float("nan")}, "drug_effect: got nan"),
        ({"drug_effect": "strong"}, "drug_effect: got 'strong'"),
        (
            {"r_phga_ptga": 0.95, "r_phga_haq": 0.95, "r_ptga_haq": -0.9},
            "correlations at entry: got .*positive definite",
        ),
    ],
)
def test_an_impossible_assumption_is_refused(change: dict[str, object], words: str) -> None:
    """The message names the field, what came and what is possible."""
    with pytest.raises(ts.TrialsimError, match=words):
        replace(ts.Scenario(), **change)  # type: ignore[arg-type]


def _mutated(block: str, name: str, **changes: object) -> Section:
    values = {
        b: {n: dict(e) for n, e in entries.items()} for b, entries in read_facts("population.toml").values.items()
    }
    for key, value in changes.items():
        if value is None:
            del values[block][name][key]
        else:
            values[block][name][key] = value
    return Section(values, "own.toml")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"valeu": 3}, r"own.toml: demographics.age_mean: got unknown key 'valeu'"),
        ({"basis": "guessed"}, r"own.toml: demographics.age_mean.basis: got 'guessed'"),
        ({"value": "fifty"}, r"own.toml: demographics.age_mean.value: got 'fifty'"),
        ({"value": 99}, r"demographics.age_mean.value: got 99"),
        ({"source": []}, r"demographics.age_mean.source: got \[\]"),
        ({"label": None}, r"demographics.age_mean.label: got nothing"),
    ],
)
def test_a_mistake_in_the_file_is_refused_with_its_path(changes: dict[str, object], words: str) -> None:
    """A wrong entry names the file, the block and the parameter."""
    with pytest.raises(ts.TrialsimError, match=words):
        parse_population(_mutated("demographics", "age_mean", **changes))


def test_a_scenario_prints_what_differs() -> None:
    """The base case says so; a changed one names the assumption in words with both values."""
    assert "Base case: every assumption" in ts.Scenario().describe()
    text = replace(ts.Scenario(), female_share=0.5).describe()
    assert "Women: 0.5 (base case 0.73)" in text
    assert repr(replace(ts.Scenario(), female_share=0.5)) == "Scenario(female_share=0.5)"


def test_every_parameter_is_described_with_its_basis() -> None:
    """The printed population has a line for each parameter, and each line says how well it is known."""
    lines = [line for line in load_population().describe().splitlines() if line.startswith("- ")]
    assert len(lines) == len(load_population().parameters)
    assert all(any(basis in line for basis in ("Read", "Recalled", "Derived", "Assumed")) for line in lines)
