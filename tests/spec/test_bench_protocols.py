"""A bench of a protocol of one's own, old files, and that nothing of a bench is accepted and ignored."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Iterator
from dataclasses import fields, replace
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from trialsim.errors import TrialsimError
from trialsim.exchange.session import load_bench, read_bench, save_bench, write_bench
from trialsim.facts.pooling import find_arms
from trialsim.facts.protocol import load_protocol
from trialsim.patients.scenario import Scenario
from trialsim.power.bench import DESIGNS, Bench
from trialsim.power.side_by_side import candidate
from trialsim.power.unused import unused
from trialsim.report import as_markdown, justify, write_report
from trialsim.report.lines import reproduce
from trialsim.report.tables import all_tables
from trialsim.report.words import paragraph

CONTROLS = tuple(arm.key for arm in find_arms("IMACS-2004")[:3])
TREATED = tuple(arm.key for arm in find_arms("IMACS-2004", week=12) if arm.role == "abatacept")
SHIPPED = resources.files("trialsim").joinpath("data", "protocols", "nct04946669.toml").read_text("utf-8")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A protocol of one's own: twelve patients, judged by the score of 2016."""
    text = SHIPPED.replace('id = "NCT04946669"', 'id = "MINE"', 1).replace("n = 20", "n = 12", 1)
    path = tmp_path / "mine.toml"
    path.write_text(text.replace('definition = "NCT04946669"', 'definition = "TIS-MODERATE"'), encoding="utf-8")
    return path


@pytest.mark.parametrize("given", ["path", "text", "loaded"])
def test_a_protocol_of_ones_own(own: Path, given: str, tmp_path: Path) -> None:
    """Path, text of a path and loaded protocol: size and outcome are its own, to the end of the report (fault F5)."""
    protocol: Any = {"path": own, "text": str(own), "loaded": load_protocol(own)}[given]
    bench = Bench(protocol=protocol, design="at_hand")
    assert (bench.n, bench.definition, bench.trial.id) == (12, "TIS-MODERATE", "MINE")
    assert candidate(bench).n == 12 and "12 patients are enrolled" in paragraph(bench)
    assert "criteria of MINE" in as_markdown(justify(bench))
    page, text = write_report(bench, tmp_path / "report")
    assert "12 patients are enrolled" in page.read_text("utf-8")
    assert text.exists() and page.with_suffix(".docx").exists()
    assert (Bench(protocol=protocol, n=30).n, Bench(protocol=protocol, definition="IMACS-2004").definition) == (
        30,
        "IMACS-2004",
    )


def test_the_rates_of_its_patients_are_those_of_its_outcome(own: Path) -> None:
    """Rates taken from patients are those of the protocol's own outcome, and the lines give them again."""
    bench = Bench(protocol=own).with_patients()
    assert bench.p1 < Bench().with_patients().p1 - 0.05
    lines = reproduce(bench)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(lines.code, "the report", "exec"), {})
    assert printed.getvalue().strip() == lines.prints.strip()


def test_a_bench_of_ones_own_protocol_is_saved_by_its_path(own: Path, tmp_path: Path) -> None:
    """Saved and loaded it is equal; once the protocol has moved away, a sentence says which file is missing."""
    bench = Bench(protocol=own, title="Mine")
    file = save_bench(bench, tmp_path / "bench.json")
    assert load_bench(file) == bench and load_bench(file).n == 12
    own.rename(tmp_path / "elsewhere.toml")
    with pytest.raises(TrialsimError, match=r"bench\.json, bench, .*mine\.toml"):
        load_bench(file)
    assert "12" in paragraph(bench), "what was loaded stays"
    loaded = Bench(protocol=load_protocol(tmp_path / "elsewhere.toml"))
    with pytest.raises(TrialsimError, match="Save the protocol as a file"):
        write_bench(loaded)


def test_a_shipped_protocol_is_the_same_however_it_is_given() -> None:
    """By its id or loaded, the shipped protocol makes equal benches, which are saved alike."""
    loaded = Bench(protocol=load_protocol("NCT04946669"))
    assert loaded == Bench() == Bench(definition=None, n=None)  # type: ignore[arg-type]
    assert write_bench(loaded) == write_bench(Bench())
    assert repr(loaded) == "Bench()" and "definition" not in Bench().changed()


def test_a_protocol_of_another_size_than_the_bench_plans(own: Path) -> None:
    """A protocol with more patients than the bench goes to is refused with what to do."""
    own.write_text(own.read_text("utf-8").replace("n = 12", "n = 900", 1), encoding="utf-8")
    with pytest.raises(TrialsimError, match="enrols 900: say with n"):
        Bench(protocol=own)
    assert Bench(protocol=own, n=50).n == 50
    for bad in ("missing.toml", 3, None):
        with pytest.raises(TrialsimError, match=r"protocol|path|no such file"):
            Bench(protocol=bad)  # type: ignore[arg-type]


def test_a_file_of_the_first_edition_is_read() -> None:
    """A file without the fields that came later loads, and these are as at the start."""
    content = json.loads(write_bench(Bench(p0=0.25, definition="IMACS-2004")))
    for name in ("p0_reason", "p1_reason", "rescue", "stopped", "prior_controls", "prior_flat"):
        del content["bench"][name]
    assert read_bench(json.dumps(content)) == Bench(p0=0.25, definition="IMACS-2004")
    with pytest.raises(TrialsimError, match="no power"):
        del content["bench"]["power"]
        read_bench(json.dumps(content))


EVERYTHING: dict[str, Any] = {
    "title": "Another trial",
    "protocol": None,
    "definition": "PRINTO-20",
    "n": 24,
    "p0": 0.25,
    "p1": 0.55,
    "alpha": 0.04,
    "power": 0.85,
    "sides": 2,
    "loss": 0.1,
    "p0_arms": CONTROLS,
    "p1_arms": TREATED,
    "p0_patients": Scenario(background=0.2),
    "p1_patients": Scenario(background=0.2),
    "p0_reason": "our clinic",
    "p1_reason": "five experts",
    "rescue": "as_observed",
    "stopped": "as_observed",
    "prior_arms": TREATED,
    "prior_weight": 0.2,
    "prior_flat": 0.3,
    "prior_controls": True,
    "cutoff": 0.9,
    "design": None,
    "weight": 0.1,
    "half_width": 0.2,
    "narrow": 0.9,
    "scenario": Scenario(background=0.2),
    "seed": 7,
}


def moves() -> Iterator[tuple[str, str]]:
    """Each design with each field that may be changed."""
    for design in DESIGNS:
        yield from ((design, name) for name, value in EVERYTHING.items() if value is not None)


@pytest.mark.parametrize(("design", "name"), list(moves()))
def test_no_field_is_accepted_and_ignored(design: str, name: str, reports: dict[str, str]) -> None:
    """With every design, each field moves what the report says, or the report says that the field is not used."""
    if design not in reports:
        reports[design] = words_of(Bench(design=design))
    bench = Bench(design=design, **{name: EVERYTHING[name]})
    text = words_of(bench)
    assert text != reports[design] or (name == "seed" and design == "precision"), name
    unused = {"n": ("at_hand", "pilot"), "weight": ("admissible",), "cutoff": ("bayes",)}
    unused |= {"sides": ("at_hand", "single")}
    unused |= {"half_width": ("precision",), "narrow": ("precision",)}
    if name in unused and design not in unused[name]:
        assert "belongs to another design than the one taken" in text
    if name in ("p0_patients", "p1_patients"):
        assert f"{name[:2]} was changed after it had been taken from patients of the model." in text
    if name == "scenario":
        assert "The patients that were tried out last are not those" in text
    if name in ("prior_weight", "prior_flat"):
        assert "counts nothing" in text


@pytest.fixture(scope="module")
def reports() -> dict[str, str]:
    """Texts of reports, by design."""
    return {}


def words_of(bench: Bench) -> str:
    """All that a report says, without its pictures and what it was made with: these take most of its time."""
    cells = [" ".join([table.title, *(cell for row in table.rows for cell in row)]) for table in all_tables(bench)]
    return "\n".join([bench.title, paragraph(bench), *cells, *unused(bench)])


def test_every_field_is_among_them() -> None:
    """The list above has every field of a bench."""
    assert set(EVERYTHING) == {field.name for field in fields(Bench) if field.init}
    assert unused(Bench(seed=3, design="precision")) == (
        "Nothing is simulated for an interval alone: the seed (3) counts nothing.",
    )
    changed = replace(Bench(), design="optimal", weight=0.2)
    assert unused(changed)
