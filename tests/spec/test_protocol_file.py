"""A protocol file: what it gives, and how a wrong one is refused."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest

from trialsim.errors import TrialsimError
from trialsim.facts.protocol import load_protocol

SHIPPED = resources.files("trialsim").joinpath("data", "protocols", "nct04946669.toml").read_text("utf-8")


def test_what_the_record_says() -> None:
    """The registry record in short: one arm, 20 patients, week 12, 4 inclusion and 7 exclusion criteria."""
    protocol = load_protocol("NCT04946669")
    assert (protocol.id, protocol.n, protocol.week) == ("NCT04946669", 20, 12)
    assert [criterion.id for criterion in protocol.inclusion] == ["INCL01", "INCL02", "INCL03", "INCL04"]
    assert [criterion.id for criterion in protocol.exclusion] == [f"EXCL0{i}" for i in range(1, 8)]
    assert protocol.primary.definition == "NCT04946669"
    assert [endpoint.label for endpoint in protocol.secondary] == ["Dose of glucocorticoids"]


def test_default_readings_are_those_of_the_contract() -> None:
    """Every ambiguous clause has its declared default, and none of them is called read."""
    readings = {reading.name: reading for reading in load_protocol("NCT04946669").readings}
    assert readings["failure"].chosen == "fewer than 3 improved"
    assert readings["hepatitis"].chosen == "either"
    assert readings["tuberculosis"].chosen == "both"
    assert readings["bohan_peter_level"].chosen == "probable or definite"
    assert {reading.basis for reading in readings.values()} == {"assumed"}


def test_silences_are_facts() -> None:
    """What the record does not state is listed: a decision needs numbers that it does not give."""
    silent = {silence.item for silence in load_protocol("NCT04946669").silences}
    assert {"Dose", "Route", "Schedule", "Null response rate p0", "Alpha", "Power", "Analysis set"} <= silent
    assert {"Missing data", "Stopping rule", "Safety outcome", "Disease activity at entry"} <= silent


def test_description_tells_source_reading_and_silence() -> None:
    """The prose of the protocol holds every criterion, each chosen reading, each silence and the word assumed."""
    protocol = load_protocol("NCT04946669")
    text = " ".join(protocol.describe().split())
    for criterion in protocol.criteria:
        assert criterion.id in text and " ".join(criterion.wording.split()) in text
    for reading in protocol.readings:
        assert f"Chosen: {reading.chosen}" in text
    for silence in protocol.silences:
        assert f"{silence.item}: {silence.text}" in text
    assert "assumed" in text and "ALT above 2 x ULN or AST above 2 x ULN" in text
    assert "INCL01" in protocol._repr_html_()


def test_a_reading_is_a_switch() -> None:
    """Another reading changes the rule of its criterion, in a new protocol; the old one stays."""
    protocol = load_protocol("NCT04946669")
    both = protocol.with_reading("hepatitis", "both")
    assert "HBsAg positive and HCV antibody positive" in both.condition(both.criterion("EXCL04")).describe()
    assert "HBsAg positive or HCV antibody positive" in protocol.condition(protocol.criterion("EXCL04")).describe()
    with pytest.raises(TrialsimError, match="allowed: 'either' or 'both'"):
        protocol.with_reading("hepatitis", "neither")
    with pytest.raises(TrialsimError, match=r"reading: got 'hepatitus'.*Did you mean 'hepatitis'"):
        protocol.with_reading("hepatitus", "both")


def test_a_file_of_ones_own(tmp_path: Path) -> None:
    """The shipped file, copied and changed, is read like any other."""
    path = tmp_path / "own.toml"
    path.write_text(SHIPPED.replace('id = "NCT04946669"', 'id = "MINE"').replace("n = 20", "n = 40"), "utf-8")
    own = load_protocol(path)
    assert (own.id, own.n, len(own.criteria)) == ("MINE", 40, 11)
    assert load_protocol(str(path)) == own


def test_an_unknown_protocol_lists_those_there_are() -> None:
    """An id that does not exist is answered with those that do."""
    with pytest.raises(TrialsimError, match="got 'NCT1'; allowed: 'NCT02971683' or 'NCT04946669', or the path"):
        load_protocol("NCT1")
    with pytest.raises(TrialsimError, match="a TOML file that can be read"):
        load_protocol("missing.toml")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "at_least = 18 }",
            "abovee = 18 }",
            "criterion[0].when.all_of[0]: got unknown key 'abovee'; allowed: fact, above",
        ),
        ('{ fact = "AGE", at_least = 18 }', "{ at_least = 18 }", "criterion[0].when.all_of[0]: got none of these"),
        (
            '{ fact = "AGE", at_least = 18 }',
            '{ fact = "AGE" }',
            "when.all_of[0]: got no comparison; allowed: for AGE, one",
        ),
        ('{ fact = "AGE", at_least = 18 }', '{ fact = "AGE", at_least = 18, below = 65 }', "got at_least and below"),
        ('{ fact = "AGE", at_least = 18 }', '{ fact = "AEG", at_least = 18 }', "all_of[0].fact: got 'AEG'"),
        ('{ fact = "AGE", at_least = 18 }', '{ fact = "phenotype", equals = "classic" }', "the model's truth"),
        ("at_least = 18 }", 'at_least = "18" }', "all_of[0].at_least: got '18'; allowed: a number"),
        ("at_least = 18 }", "at_least = 18.5 }", "got 18.5; allowed: a whole number from 0 to 120 years"),
        ("at_least = 18 }", "at_least = 180 }", "got 180; allowed: a whole number from 0 to 120 years"),
        ("at_least = 18 }", "between = [65, 18] }", "between: got [65, 18]; allowed: two numbers, the smaller first"),
        ("at_least = 18 }", "equals = true }", "all_of[0].equals: got True; allowed: a number"),
        (
            'when = { fact = "consent", equals = true }',
            'when = { fact = "consent", above = 1 }',
            "for consent, one of equals",
        ),
        ('when = { fact = "consent", equals = true }', "when = { all_of = [] }", "got an empty list"),
        (
            'when = { fact = "consent", equals = true }',
            'when = { k_of = [{ fact = "consent", equals = true }], k = 2 }',
            "criterion[3].when.k: got 2; allowed: a whole number from 1 to 1",
        ),
        ('when = { fact = "consent", equals = true }', 'when = { fact = "weeks", above = 3 }', "a fact of a candidate"),
        (
            '{ fact = "kind", equals = "biologic" }',
            '{ fact = "kind", equals = "biological" }',
            "got 'biological'; allowed: gluco",
        ),
        ('{ fact = "SEX", equals = "F" }', '{ fact = "SEX", equals = "f" }', "equals: got 'f'; allowed: F, M"),
        (
            '{ reading = "hepatitis" }',
            '{ reading = "hepatitus" }',
            "reading[22].option[0].when.reading: got 'hepatitus'",
        ),
        ('{ reading = "hepatitis" }', '{ reading = "failure" }', "a reading that speaks of a candidate"),
        ('default = "either"', 'default = "neither"', "reading[21].default: got 'neither'; allowed: either or both"),
        ('basis = "read"\n', 'basis = "red"\n', "basis: got 'red'; allowed: read or recalled or derived or assumed"),
        ("n = 20\n", "n = 0\n", "n: got 0; allowed: a whole number above 0"),
        ("n = 20\n", "n = 1.5\n", "n: got 1.5; allowed: a whole number"),
        ("n = 20\n", "n = 20\npower = 0.8\n", "own.toml: got unknown key 'power'"),
        ("week = 12\n", "", "own.toml: week: got nothing"),
        (
            'sources = ["REG", "ICTRP"]',
            'sources = ["REGG"]',
            "own.toml: sources: got 'REGG'; allowed: keys of data/sources.toml",
        ),
        ('id = "INCL02"', 'id = "INCL01"', "criterion[1].id: got 'INCL01'; allowed: each id once"),
        ('category = "inclusion"', 'category = "exclusion"', "inclusion criteria first, then exclusion criteria"),
        ('met = "true"', 'met = "yes"', "criterion[0].example[0].met: got 'yes'; allowed: true or false or unknown"),
        ("facts = { AGE = 45,", "facts = { AGE = 12.5,", "example[0].facts.AGE: got 12.5; allowed: a whole number"),
        (
            "facts = { AGE = 45,",
            'facts = { AGE = 45, phenotype = "classic",',
            "example[0].facts: got unknown key 'phenotype'",
        ),
        ('{ drug = "rituximab",', '{ drug = "rituximap",', "drug: got 'rituximap'"),
        ("enzymes = { ALT = [80, 40]", "enzymes = { ALT = [80, 0]", "ALT: got [80, 0]; allowed: two numbers"),
        ('readings = { hepatitis = "both" }', 'readings = { hepatitis = "all" }', "readings.hepatitis: got 'all'"),
        ("[primary]", "[primary", "got text that is not TOML"),
    ],
)
def test_a_mistake_is_refused_with_its_path(tmp_path: Path, old: str, new: str, said: str) -> None:
    """One mistake in the shipped file is answered with the place where it stands and what is allowed."""
    assert old in SHIPPED
    path = tmp_path / "own.toml"
    path.write_text(SHIPPED.replace(old, new, 1), "utf-8")
    with pytest.raises(TrialsimError) as caught:
        load_protocol(path)
    assert said in str(caught.value)
