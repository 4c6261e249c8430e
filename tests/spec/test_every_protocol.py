"""A protocol is data: whatever lies in the folder of protocols is read, screened, simulated, planned and reported."""

from __future__ import annotations

import ast
import contextlib
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import trialsim as ts
from trialsim.facts.protocol import OUR_TRIAL, TrialProtocol
from trialsim.lessons.bench import OpenBench, begin
from trialsim.report.lines import reproduce
from trialsim.rules.eligibility import needed_facts
from trialsim.rules.examples import judge

PACKAGE = Path(ts.__file__).parent
PROTOCOLS = [ts.load_protocol(id) for id in ts.list_protocols()]
RATE = 0.30


@pytest.fixture(scope="module")
def cohort() -> ts.Cohort:
    """Candidates for every trial."""
    return ts.generate_cohort(300, seed=1)


each = pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda item: item.id)


def test_every_file_of_the_folder_is_a_protocol() -> None:
    """The list is what the folder holds, each under the name of its file."""
    files = sorted(file.stem.upper() for file in (PACKAGE / "data" / "protocols").glob("*.toml"))
    assert files == [known.id for known in PROTOCOLS] == list(ts.list_protocols())
    assert len(files) >= 2 and OUR_TRIAL in files


@each
def test_it_is_worked_through(protocol: TrialProtocol) -> None:
    """Every worked patient comes out as the file says; each criterion has all three verdicts."""
    for criterion in protocol.criteria:
        for example in criterion.examples:
            met, why = judge(protocol, criterion, example)
            assert met is example.met and why, f"{criterion.id}: {example.text}"
        assert {example.met for example in criterion.examples} == {True, False, None}, criterion.id


@each
def test_every_other_reading_turns_a_worked_patient(protocol: TrialProtocol) -> None:
    """A reading that turns nobody would be a switch that moves nothing."""
    others = {
        (reading.name, o.name) for reading in protocol.readings for o in reading.options if o.name != reading.chosen
    }
    turned = {
        example.readings[0]
        for criterion in protocol.criteria
        for example in criterion.examples
        if len(example.readings) == 1
        and judge(protocol, criterion, replace(example, readings=()))[0] is not example.met
    }
    assert turned == others


@each
def test_it_is_screened(protocol: TrialProtocol, cohort: ts.Cohort) -> None:
    """Some enter and some do not; every reading is screened too, and from the tables as from the model."""
    screened = ts.screen(cohort, protocol)
    assert 0 < len(screened.eligible) < len(cohort)
    assert screened.attrition["n_after"].iloc[-1] == len(screened.eligible)
    assert set(screened.verdicts["IETESTCD"]) == {criterion.id for criterion in protocol.criteria}
    few = cohort.only(cohort.subjects["SUBJID"].head(60).tolist())
    tables = Tables(few.subjects, few.prior_treatments, few.assessments)
    assert needed_facts(protocol)
    pd.testing.assert_frame_equal(ts.screen(tables, protocol).verdicts, ts.screen(few, protocol).verdicts)
    for reading in protocol.readings:
        for option in reading.options:
            assert len(ts.screen(cohort, protocol.with_reading(reading.name, option.name)).subjids) == len(cohort)


class Tables:
    """The three tables alone, as a reader's own files give them."""

    def __init__(self, subjects: pd.DataFrame, prior_treatments: pd.DataFrame, assessments: pd.DataFrame) -> None:
        self.subjects, self.prior_treatments, self.assessments = subjects, prior_treatments, assessments


@each
def test_it_is_simulated(protocol: TrialProtocol) -> None:
    """One trial and many: its number of patients, its week, its outcome; all of whom its own rules let in."""
    design = ts.single_stage(protocol.n, RATE)
    trial = ts.simulate_trial(protocol, ts.Scenario(), seed=1, design=design)
    said = trial.summary()
    assert protocol.id in said and f"week {protocol.week}" in said and f"enrolled {protocol.n}" in said
    assert f"Response by {protocol.primary.definition} at week {protocol.week}" in said
    assert f"{design.min_responders} responders were needed of {protocol.n}" in said
    many = ts.simulate_trials(protocol, ts.Scenario(), 5, seed=1, design=design)
    assert (many["enrolled"] == protocol.n).all() and (many["screened"] > protocol.n).all()
    assert many["responders"].between(1, protocol.n - 1).all()


@pytest.mark.slow
@each
def test_the_computed_rate_is_the_counted_one(protocol: TrialProtocol) -> None:
    """The integral over the disease and the brute count of simulated patients agree within four standard errors."""
    computed = ts.response_probability(None, protocol)
    enough = -(-20_000 // protocol.n)
    trials = ts.simulate_trials(protocol, ts.Scenario(), enough, seed=3)
    counted = trials["responders"].sum() / trials["enrolled"].sum()
    error = np.sqrt(counted * (1 - counted) / trials["enrolled"].sum())
    assert abs(counted - computed.value) < 4 * error
    assert computed.standard_error <= 0.0002


@each
@pytest.mark.parametrize("design", ["single", "at_hand"])
def test_it_is_planned_and_reported(protocol: TrialProtocol, design: str, tmp_path: Path) -> None:
    """A bench takes its size, week and outcome from it, the report says so, and its lines give its numbers again."""
    bench = ts.Bench(protocol=protocol.id, design=design)
    assert (bench.n, bench.definition, bench.trial) == (protocol.n, protocol.primary.definition, protocol)
    page, text = ts.write_report(bench, tmp_path / "report")
    for written in (page.read_text("utf-8"), text.read_text("utf-8")):
        assert protocol.id in written and f"week {protocol.week}" in written and protocol.primary.definition in written
        other = {known.week for known in PROTOCOLS} - {protocol.week}
        assert not [week for week in other if f"response at week {week}" in written]
    lines = reproduce(bench)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(lines.code, "the report", "exec"), {})
    assert printed.getvalue().strip() == lines.prints.strip()
    file = ts.save_bench(bench, tmp_path / "bench.json")
    assert ts.load_bench(file) == bench


@each
def test_it_is_taken_on_the_page_of_the_bench(protocol: TrialProtocol, tmp_path: Path) -> None:
    """The page offers it, takes its size and outcome, and decides without a complaint."""
    page = OpenBench(begin(tmp_path / "my_work")).page()
    page.inputs["protocol"].value = protocol.id
    shown = {name: page.inputs[name].value for name in ("protocol", "definition", "n")}
    assert shown == {"protocol": protocol.id, "definition": protocol.primary.definition, "n": protocol.n}
    assert "alert" not in page.problem.value
    offered = {key: label for label, key in page.inputs["protocol"].options}
    assert offered[protocol.id] == f"{protocol.id}, week {protocol.week}" and len(offered) == len(PROTOCOLS)


# ---- what still knows one trial by its name
MAX_IN_CODE = 1
"""Places in code: the constant that says which trial the workbook is about. It can only fall."""

MAX_IN_EXAMPLES = 28
"""Places in docstrings, where a reader sees an example that runs."""


def test_the_code_names_our_trial_once() -> None:
    """The id of the trial stands in the code as one constant; everything else takes the protocol it is given."""
    code, examples = [], []
    for file in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(file.read_text("utf-8"))
        documents = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and OUR_TRIAL in node.value:
                place = f"{file.relative_to(PACKAGE)}:{node.lineno}"
                (examples if id(node) in documents else code).extend([place] * node.value.count(OUR_TRIAL))
    assert len(code) <= MAX_IN_CODE, code
    assert len(examples) <= MAX_IN_EXAMPLES, f"{len(examples)} {examples}"
