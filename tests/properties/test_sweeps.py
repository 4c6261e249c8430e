"""Sweeps: the same numbers wherever they are computed, nothing lost when they stop, and a file to go on from."""

from __future__ import annotations

import importlib
import math
import sys
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pandas as pd
import pytest

import trialsim as ts
from trialsim.power.bench import DESIGNS as DESIGN_NAMES
from trialsim.power.side_by_side import candidate
from trialsim.report.lines import on_a_cluster

PROTOCOL = ts.load_protocol("NCT04946669")
DESIGNS = {"20 patients": ts.single_stage(20, 0.30), "two stages": ts.find_two_stage(0.30, 0.50, 0.05, 0.80)}
OVER = {"drug_effect": [0.0, 0.2], "missing_week12": [0.05, 0.1]}


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    """A small sweep, computed here."""
    return ts.sweep(PROTOCOL, None, OVER, designs=DESIGNS, definitions=("IMACS-2004", "NCT04946669"))


def test_every_combination_has_its_row(table: pd.DataFrame) -> None:
    """Two by two values, two definitions, two designs; each number with its standard error."""
    assert len(table) == 16
    assert not table.duplicated(["drug_effect", "missing_week12", "definition", "design"]).any()
    assert (table["standard_error"] > 0).all()
    row = table.query("drug_effect == 0.2 and missing_week12 == 0.05 and definition == 'IMACS-2004'").iloc[0]
    chance = ts.response_probability(ts.Scenario(drug_effect=0.2, missing_week12=0.05), PROTOCOL, "IMACS-2004")
    assert row["response_probability"] == chance.value
    assert row["power"] == DESIGNS["20 patients"].power(chance.value)


def test_two_processes_give_the_same_numbers(table: pd.DataFrame) -> None:
    """To the last digit."""
    with ProcessPoolExecutor(2) as pool:
        there = ts.sweep(
            PROTOCOL, None, OVER, designs=DESIGNS, definitions=("IMACS-2004", "NCT04946669"), executor=pool
        )
    pd.testing.assert_frame_equal(table, there, check_exact=True)


@pytest.mark.slow
def test_a_dask_cluster_gives_the_same_numbers(table: pd.DataFrame) -> None:
    """A real cluster of two worker processes, by its executor."""
    distributed = pytest.importorskip("dask.distributed")
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        there = ts.sweep(
            PROTOCOL,
            None,
            OVER,
            designs=DESIGNS,
            definitions=("IMACS-2004", "NCT04946669"),
            executor=client.get_executor(),
        )
    pd.testing.assert_frame_equal(table, there, check_exact=True)


@pytest.mark.parametrize("name", DESIGN_NAMES)
def test_the_lines_of_the_bench_run(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As they stand, but for the client, whose thread is here, and the chance of response, which takes seconds."""
    module = importlib.import_module("trialsim.power.sweep")
    monkeypatch.setattr(module, "response_probability", lambda *a, **k: ts.Estimate(0.4, 0.0002))
    there, known = ModuleType("dask.distributed"), ModuleType("dask")
    bench = ts.Bench(design=name, n=24)
    with ThreadPoolExecutor(1) as pool:
        known.distributed = there  # type: ignore[attr-defined]
        there.Client = lambda: SimpleNamespace(get_executor=lambda: pool)  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "dask", known)
        monkeypatch.setitem(sys.modules, "dask.distributed", there)
        monkeypatch.chdir(tmp_path)
        names: dict[str, Any] = {}
        lines = on_a_cluster(bench)
        assert len(lines.splitlines()) == 5
        exec(compile(lines, "the page", "exec"), names)
    saved = ts.load_sweep("sweep.csv")
    assert len(saved) == 6 and set(saved["definition"]) == {bench.definition}
    assert set(saved["power"]) == {names["design"].power(0.4)}
    taken = candidate(bench)
    alone = taken.tested and not taken.design.controlled
    assert names["design"] == (taken if alone else candidate(bench, "at_hand")).design


@pytest.mark.slow
def test_the_lines_of_the_bench_run_on_a_dask_cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A real cluster of two worker processes behind the client of the lines."""
    distributed = pytest.importorskip("dask.distributed")
    monkeypatch.chdir(tmp_path)
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        monkeypatch.setattr(distributed, "Client", lambda: client)
        exec(compile(on_a_cluster(ts.Bench()), "the page", "exec"), {})
    row = ts.load_sweep("sweep.csv").query("drug_effect == 0.2 and missing_week12 == 0.05").iloc[0]
    chance = ts.response_probability(ts.Scenario(drug_effect=0.2, missing_week12=0.05), PROTOCOL)
    assert (row["response_probability"], row["power"]) == (chance.value, ts.single_stage(39, 0.30).power(chance.value))


def test_a_sweep_goes_on_from_a_file(table: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows read back are the same to the last digit, and what is done is not computed again."""
    half = table[table["drug_effect"] == 0.0]
    done = ts.load_sweep(ts.save_sweep(half, tmp_path / "half.csv"))
    pd.testing.assert_frame_equal(done, half.reset_index(drop=True), check_exact=True)
    computed: list[Any] = []
    module = importlib.import_module("trialsim.power.sweep")

    real = module.response_probability
    monkeypatch.setattr(module, "response_probability", lambda *a, **k: computed.append(a) or real(*a, **k))
    whole = ts.sweep(PROTOCOL, None, OVER, designs=DESIGNS, definitions=("IMACS-2004", "NCT04946669"), done=done)
    assert len(computed) == 4
    pd.testing.assert_frame_equal(whole, table, check_exact=True)


class _Dying(Executor):
    """Works for two cells, then its worker dies."""

    def __init__(self) -> None:
        self.left = 2

    def submit(self, function: Any, /, *arguments: Any, **more: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.left -= 1
        if self.left >= 0:
            future.set_result(function(*arguments, **more))
        else:
            future.set_exception(RuntimeError("the worker is gone"))
        return future


def test_a_worker_that_dies_loses_nothing() -> None:
    """What is done is kept in the error, which names the cell; a sweep goes on from it."""
    with pytest.raises(ts.SweepStopped, match=r"RuntimeError at drug_effect = 0\.2, missing_week12 = 0\.05") as stopped:
        ts.sweep(PROTOCOL, None, OVER, designs=DESIGNS, executor=_Dying())
    assert len(stopped.value.done) == 4
    whole = ts.sweep(PROTOCOL, None, OVER, designs=DESIGNS, done=stopped.value.done)
    pd.testing.assert_frame_equal(whole, ts.sweep(PROTOCOL, None, OVER, designs=DESIGNS), check_exact=True)


def test_an_interruption_keeps_what_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopping it by hand in the middle gives the rows so far."""
    module = importlib.import_module("trialsim.power.sweep")

    real, calls = module.response_probability, iter([True, False])

    def once(*arguments: Any, **more: Any) -> ts.Estimate:
        if next(calls):
            return real(*arguments, **more)
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "response_probability", once)
    with pytest.raises(ts.SweepStopped, match="KeyboardInterrupt") as stopped:
        ts.sweep(PROTOCOL, None, OVER, designs=DESIGNS)
    assert len(stopped.value.done) == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"over": {"drug": [0.1]}}, "over: got 'drug'"),
        ({"over": {"female_share": [2.0]}}, "female_share: got 2.0"),
        ({"over": {"drug_effect": []}}, r"over\['drug_effect'\]: got \[\]"),
        ({"over": {"drug_effect": [k / 1e6 for k in range(100_001)]}}, "100,001 combinations"),
        ({"over": {"drug_effect": 0.1}}, r"over\['drug_effect'\]: got 0\.1"),
        ({"over": ["drug_effect"]}, r"over: got \['drug_effect'\]"),
        ({"designs": []}, r"designs: got \[\]"),
        ({"designs": ts.single_stage(20, 0.30)}, "designs: got Single stage"),
        ({"executor": 2}, "executor: got 2"),
        ({"done": "rows.csv"}, "done: got 'rows.csv'"),
        ({"definitions": ()}, r"definitions: got \(\)"),
        ({"done": pd.DataFrame({"x": [1]})}, "done: got"),
    ],
)
def test_bad_arguments_are_named(arguments: dict[str, Any], words: str) -> None:
    """Each message names what is wrong before anything is computed."""
    good: dict[str, Any] = {"over": OVER, "designs": DESIGNS}
    with pytest.raises(ts.TrialsimError, match=words):
        ts.sweep(PROTOCOL, None, **(good | arguments))


def test_a_broken_file_is_refused_by_row_and_column(table: pd.DataFrame, tmp_path: Path) -> None:
    """A cell that is no number, a file that is no sweep, an empty file: each a sentence."""
    path = ts.save_sweep(table, tmp_path / "sweep.csv")
    text = path.read_text()
    path.write_text(text.replace("0.2,0.05", "0.2,five", 1))
    with pytest.raises(ts.TrialsimError, match=r"sweep.csv row \d+, column missing_week12: got 'five'"):
        ts.load_sweep(path)
    path.write_text("a,b\n1,2\n")
    with pytest.raises(ts.TrialsimError, match=r"sweep.csv: got \['a', 'b'\]"):
        ts.load_sweep(path)
    path.write_text("")
    with pytest.raises(ts.TrialsimError, match="path: got"):
        ts.load_sweep(path)


def test_the_pieces_add_up_and_the_profile_agrees() -> None:
    """The last total of the decomposition is the probability within the errors of both; the profile's is the same."""
    chance = ts.response_probability(None, PROTOCOL, "IMACS-2004")
    pieces = ts.decompose(None, PROTOCOL, "IMACS-2004")
    last = pieces.iloc[-1]
    assert pieces["added"].sum() == pytest.approx(last["total"], abs=1e-12)
    assert abs(last["total"] - chance.value) < 4 * math.hypot(last["standard_error"], chance.standard_error)
    assert (pieces.loc[pieces["piece"] != "regression", "added"] >= 0).all()
    profile = ts.response_profile(None, PROTOCOL, "IMACS-2004").set_index(["statistic", "of", "population"])["value"]
    assert profile["response", "IMACS-2004", "all"] == pytest.approx(last["total"], abs=1e-12)
    assert profile["improved", "PHGA", "all"] > profile["improved", "MMT8", "all"]


def test_regression_to_the_mean_needs_selection() -> None:
    """Recruiting at a bad moment makes responders out of nothing; without a threshold it makes next to none."""
    added = {
        lowest: ts.decompose(ts.Scenario(entry_phga_min=lowest), PROTOCOL, "IMACS-2004").set_index("piece")["added"][
            "regression"
        ]
        for lowest in (0.0, 6.0)
    }
    assert abs(added[0.0]) < 0.01 < 0.05 < added[6.0]


def test_calibration_hits_its_target_or_says_what_can_be_reached() -> None:
    """A rate within reach is met to a tenth of a point; one out of reach is refused with the range."""
    solved = ts.calibrate(None, response=0.42, protocol=PROTOCOL, definition="NCT04946669")
    assert ts.response_probability(solved, PROTOCOL, "NCT04946669").value == pytest.approx(0.42, abs=0.001)
    with pytest.raises(ts.TrialsimError, match=r"response: got 0.1; .*from 0\.30\d \(without it\) to 0\.\d+"):
        ts.calibrate(None, response=0.1, protocol=PROTOCOL, definition="IMACS-2004")


@pytest.mark.parametrize(("definition", "response"), [("IMACS-2004", 0.3), ("TIS-MODERATE", 0.42)])
def test_calibration_allows_for_what_larger_nets_change(definition: str, response: float) -> None:
    """The end of the range itself, and a score whose probability needs larger nets, are met just as well."""
    solved = ts.calibrate(None, response=response, protocol=PROTOCOL, definition=definition)
    assert ts.response_probability(solved, PROTOCOL, definition).value == pytest.approx(response, abs=0.0005)


def test_sensitivity_ranks_assumptions() -> None:
    """Power rises with the drug and falls with missing visits, and the larger swing comes first."""
    table = ts.sensitivity(PROTOCOL, None, DESIGNS["20 patients"], ["missing_week12", "drug_effect"])
    assert table["name"].tolist() == ["drug_effect", "missing_week12"]
    slopes = table.set_index("name")["slope"]
    assert slopes["drug_effect"] > 0 > slopes["missing_week12"]
