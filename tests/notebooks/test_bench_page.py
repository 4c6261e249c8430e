"""The bench on one screen, without a browser: fields, undo, text, comparison, and that bad input changes nothing."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import re
import zlib
from collections.abc import Callable
from html import unescape
from importlib import resources
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import scipy.stats

from trialsim.design import single_stage
from trialsim.design.solving import alpha_needed, rate_excluded, rate_found
from trialsim.errors import TrialsimError
from trialsim.exchange.session import bench_from_text, bench_to_text
from trialsim.facts.pooling import find_arms
from trialsim.lessons.bench import BenchPage, OpenBench, begin
from trialsim.lessons.bench.at_a_glance import breaks, decision
from trialsim.lessons.bench.compare import compared
from trialsim.lessons.bench.fields import fields
from trialsim.power.bench import DESIGNS, Bench
from trialsim.power.randomised import phase_three
from trialsim.power.side_by_side import candidate

NOTEBOOK = Path(__file__).resolve().parents[2] / "notebooks" / "bench.ipynb"
ENDS: dict[str, tuple[Any, ...]] = {
    "p0": (1, 49), "p1": (31, 99), "alpha": (0.5, 50), "power": (10, 99), "loss": (0, 90), "n": (4, 200),
    "sides": (2, 1), "design": tuple(DESIGNS), "definition": ("IMACS-2004", "TIS-MAJOR"),
}  # fmt: skip


@pytest.fixture
def page(tmp_path: Path) -> BenchPage:
    """The page of a bench on which nothing was done."""
    return OpenBench(begin(tmp_path / "my_work")).page()


def test_two_pages_share_no_part() -> None:
    """A part that an earlier page made is unknown to a browser that opens the page again, which then waits for it."""
    made = [[field.make() for field in fields()] for _ in range(2)]
    first, second = ({part.model_id for widget in page for part in (widget, widget.layout)} for page in made)
    assert not first & second


@pytest.mark.parametrize("name", ENDS)
def test_every_field_goes_to_both_ends(page: BenchPage, name: str) -> None:
    """Each field moves the bench and what is on screen, and the page says the same numbers as the design."""
    seen = set()
    for value in ENDS[name]:
        page.inputs[name].value = value
        assert "border-left" not in page.problem.value, page.problem.value
        shown = getattr(page._session.bench, name)
        assert shown == (pytest.approx(value / 100) if name in ("p0", "p1", "alpha", "power", "loss") else value)
        seen.add((page._decision.value, page._breaks.value, json.dumps(bench_to_text(page._session.bench))))
    assert len(seen) == len(set(ENDS[name]))


@pytest.mark.parametrize(
    ("name", "bad", "said"),
    [
        ("p0", 50, "p1 above p0"), ("p0", 0, "above 0"), ("p1", 30, "p1 above p0"), ("p1", 100, "p1 above p0"),
        ("alpha", 0, "above 0 and below 100 %"), ("power", 100, "above 0 and below 100 %"),
        ("loss", 100, "at least 0 and below 100 %"), ("loss", -1, "at least 0"), ("n", 3, "4 to 200"),
        ("n", 201, "4 to 200"), ("p0", float("nan"), "a number"), ("p1", float("inf"), "a number"),
    ],
)  # fmt: skip
def test_a_bad_value_is_said_and_changes_nothing(page: BenchPage, name: str, bad: Any, said: str) -> None:
    """A sentence in place; the last good state stays, and one good value later the sentence is gone."""
    before = page._decision.value
    page.inputs[name].value = bad
    assert said in page.problem.value and 'role="alert"' in page.problem.value
    assert page._session.bench == Bench() and page._decision.value == before
    page.inputs["p0"].value = 25
    assert "alert" not in page.problem.value and page._session.bench == Bench(p0=0.25)


def test_a_power_that_no_trial_reaches_names_the_nearest(page: BenchPage) -> None:
    """The page says why there is no design, and what the most is."""
    page.inputs["p0"].value = 49
    assert "No trial of up to 200 patients" in page._decision.value and "the most is" in page._decision.value
    assert "nothing that could break" in page._breaks.value
    page.inputs["p0"].value = 30
    page.inputs["power"].value = 99.9999
    best = max(single_stage(n, 0.3).power(0.5) for n in range(150, 201))
    (said,) = re.findall(r"the most is ([\d.]+), with (\d+)", page._decision.value)
    assert float(said[0]) < 0.999999 and float(said[0]) == pytest.approx(best, abs=1e-5)
    assert single_stage(int(said[1]), 0.3).power(0.5) == best


def test_a_loss_that_leaves_nobody_has_a_sentence(page: BenchPage) -> None:
    """Four patients at hand of whom 95 % are lost: the tabs that count them say so, and the page goes on."""
    page.inputs["n"].value, page.inputs["loss"].value = 4, 95
    for title in ("Designs", "Report", "Share and compare", "Table"):
        page._tab.selected_index = page._tab.titles.index(title)
    assert "nobody is left with a loss of 95 %" in page._solved.value
    page.inputs["loss"].value = 0
    assert "Power, with 4 patients analysed" in page._solved.value


def test_a_pasted_text_of_what_the_bench_does_not_know(page: BenchPage, tmp_path: Path) -> None:
    """A protocol with another definition, one that is not there, rates the wrong way round: said; the bench stays."""
    page.inputs["p0"].value = 25
    template = resources.files("trialsim").joinpath("data/templates/protocol.toml").read_text("utf-8")
    (tmp_path / "own.toml").write_text(template.replace('definition = "IMACS-2004"', 'definition = "MINE"'), "utf-8")
    for changed, said in (
        ({"protocol": str(tmp_path / "own.toml")}, "definition: got 'MINE'; allowed: 'IMACS-2004'"),
        ({"protocol": str(tmp_path / "gone.toml")}, "no such file"),
        ({"definition": "MINE"}, "definition: got 'MINE'"),
        ({"p0": 0.5, "p1": 0.3}, "p1: got 0.3; allowed: a number above 0.5"),
        ({"loss": 1}, "somebody has to be left"),
        ({"allocation": 0}, "got 'allocation'; allowed: the names title"),
    ):
        packed = base64.urlsafe_b64encode(zlib.compress(json.dumps(changed).encode())).decode().rstrip("=")
        page.share.pasted.value = f"bench1.{packed}.{zlib.crc32(packed.encode()):08x}"
        page.share.open()
        assert said in unescape(page.share.said.value), page.share.said.value
        assert page._session.bench == Bench(p0=0.25) and page.inputs["p0"].value == 25


def test_undo_takes_back_one_change_after_another(page: BenchPage) -> None:
    """Back to the start, and no further."""
    page.inputs["p0"].value = 25
    page.inputs["design"].value = "optimal"
    for wanted in (Bench(p0=0.25), Bench(), Bench()):
        page._undo.click()
        assert page._session.bench == wanted
    assert "Nothing to take back" in page.problem.value and page.inputs["p0"].value == 30


def test_a_text_opens_the_same_bench_elsewhere(page: BenchPage, tmp_path: Path) -> None:
    """What is copied here and pasted there is the same bench; line breaks of a mail do not matter."""
    page.inputs["p0"].value, page.inputs["loss"].value = 25, 10
    page.share.refresh()
    text = page.share.text.value
    there = OpenBench(begin(tmp_path / "elsewhere")).page()
    there.share.pasted.value = f"  {text[:20]}\n{text[20:]} "
    there.share.open()
    assert there._session.bench == page._session.bench == Bench(p0=0.25, loss=0.10)


@pytest.mark.parametrize("design", DESIGNS)
def test_text_and_bench_are_one(design: str) -> None:
    """Every design comes back, in a short line."""
    bench = Bench(design=design, title="A trial", p0_reason="our clinic", sides=2, loss=0.07)
    assert bench_from_text(bench_to_text(bench)) == bench and len(bench_to_text(bench)) < 250
    assert "\n" not in bench_to_text(bench)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda text: text[:-1], "cut off or changed"),
        (lambda text: text[: len(text) // 2], "cut off or changed"),
        (lambda text: text.replace("bench1", "bench2"), "another trialsim: update"),
        (lambda text: "", "it begins with bench1"),
        (lambda text: "hello", "it begins with bench1"),
        (lambda text: "bench1.." + "00000000", "cut off or changed"),
        (lambda text: text[:10] + ("A" if text[10] != "A" else "B") + text[11:], "cut off or changed"),
        (lambda text: "x" * 300_000, "too much"),
    ],
)  # fmt: skip
def test_a_spoilt_text_gets_a_sentence(page: BenchPage, spoil: Callable[[str], str], said: str) -> None:
    """The bench stays as it is."""
    page.inputs["p0"].value = 25
    page.share.pasted.value = spoil(bench_to_text(Bench(p0=0.2)))
    page.share.open()
    assert said in page.share.said.value and page._session.bench == Bench(p0=0.25)
    with pytest.raises(TrialsimError, match=said):
        bench_from_text(page.share.pasted.value)


def test_two_benches_side_by_side() -> None:
    """What differs in what is assumed and in what follows; equal rows are left out."""
    rows = {name: (kept, other) for name, kept, other in compared(Bench(), Bench(p0=0.25, design="optimal"))}
    assert rows["p0"] == ("0.3", "0.25") and rows["design"] == ("single", "optimal")
    assert rows["Patients (n)"][0] == "39" and "alpha" not in rows
    assert rows["Trials that succeed by luck if standard care gives 40 %"] == ("38 of 100", "47 of 100")
    assert compared(Bench(), Bench()) == ()


def test_the_numbers_are_those_of_the_brief() -> None:
    """30 against 50 %, 10 % lost: 39 analysed, 44 enrolled, 17 or more; 38 of 100 if standard care gives 40 %."""
    numbers = dict(decision(Bench(loss=0.10)).numbers)
    assert list(numbers.values()) == ["39", "44", "17 or more of 39", "0.0500", "0.832", "39.0"]
    assert "38 of 100" in breaks(Bench()).sentence


def test_each_unknown_is_solved_for() -> None:
    """What is solved for keeps its promise, and one step further does not."""
    for n, p0, p1, alpha, power in ((20, 0.3, 0.5, 0.05, 0.8), (35, 0.1, 0.25, 0.1, 0.9), (47, 0.3, 0.5, 0.025, 0.8)):
        found = rate_found(n, p0, alpha, power)
        r = int(scipy.stats.binom.isf(alpha, n, p0)) + 1
        assert scipy.stats.binom.sf(r - 1, n, found) == pytest.approx(power, abs=1e-9)
        excluded = rate_excluded(n, p1, alpha, power)
        for p, kept in ((excluded - 1e-6, True), (excluded + 1e-6, False)):
            r = int(scipy.stats.binom.isf(alpha, n, p)) + 1
            assert (scipy.stats.binom.sf(r - 1, n, p1) >= power) == kept
        error = alpha_needed(n, p0, p1, power)
        assert single_stage(n, p0, error * (1 + 1e-9)).power(p1) >= power > single_stage(n, p0, error * 0.999).power(p1)


def test_the_table_has_the_sizes_and_a_file(page: BenchPage) -> None:
    """39 patients at 30 against 50 %, 44 with a loss; the file has every pair."""
    page.inputs["loss"].value = 10
    page._tab.selected_index = page._tab.titles.index("Table")
    shown = page._table.value
    assert "39 (44)" in shown and "download" in shown
    coded = re.search(r"base64,([^\"]+)", shown)
    assert coded is not None
    frame = pd.read_csv(io.BytesIO(base64.b64decode(coded[1])))
    assert len(frame) == 81 and frame.query("p0 == 0.3 and p1 == 0.5")["enrolled"].tolist() == [44]
    assert shown.count("scope='row'") == 5 and "p1 55 %" in shown and "39 patients</" in shown
    page.inputs["design"].value = "optimal"
    assert "46 (52)" in page._table.value and "46 patients</" in page._table.value


def test_numbers_come_first_and_pictures_are_marked_until_they_follow(page: BenchPage) -> None:
    """In a kernel a change says its numbers at once; of three changes in a row only the last is drawn."""

    async def three_changes() -> None:
        drawn, picture, box = [], page._pictures[0], page._later.boxes[0]
        picture.observe(lambda change: drawn.append(change["new"]), "value")
        for p0 in (25, 35, 20):
            page.inputs["p0"].value = p0
            assert candidate(Bench(p0=p0 / 100)).rule in page._decision.value and drawn == []
        assert "trialsim-old" in box._dom_classes
        await asyncio.sleep(0.3)
        assert len(drawn) == 1 and "20 of 100 respond" in drawn[0] and "trialsim-old" not in box._dom_classes

    asyncio.run(three_changes())


def test_sizes_of_two_stages_come_in_pieces(page: BenchPage) -> None:
    """A field moved while the sizes are searched is answered at once; the table is filled once, for the last."""
    page.inputs["p1"].value, page.inputs["power"].value, page.inputs["design"].value = 60, 50, "optimal"

    async def moved_meanwhile() -> None:
        page._tab.selected_index, (table,) = page._tab.titles.index("Table"), page._later_table.boxes
        filled: list[str] = []
        page._table.observe(lambda change: filled.append(change["new"]), "value")
        for p0 in (21, 22):
            page.inputs["p0"].value = p0
            assert candidate(Bench(p0=p0 / 100, p1=0.6, power=0.5, design="optimal")).rule in page._decision.value
            await asyncio.sleep(0.12)  # some pairs are found
            assert filled == [] and "trialsim-old" in table._dom_classes
        while "trialsim-old" in table._dom_classes:
            await asyncio.sleep(0.01)
        assert len(filled) == 1 and "p0 22 %" in filled[0]

    asyncio.run(moved_meanwhile())


def test_the_randomised_difference_comes_first(page: BenchPage) -> None:
    """Phase 3 stands above the groups; p1 from a single arm is warned of, p1 from a randomised arm is not."""
    assert phase_three().sentence in unescape(page._beliefs.value) and "alert" not in page._beliefs.value
    arms = {arm.n: arm.key for arm in find_arms("IMACS-2004", week=24) if arm.role == "abatacept"}
    page._session.bench = Bench(p0=0.2).with_evidence("p1", (arms[10],))
    assert "without a control group" in page._beliefs.value
    page._session.bench = Bench(p0=0.2).with_evidence("p1", (arms[40],))
    assert "without a control group" not in page._beliefs.value


def test_groups_are_left_out_in_turn_and_the_prior_stands_beside_a_robust_one(page: BenchPage) -> None:
    """Ticked groups, or those p0 was taken from: pooled by hand without each; shared patients are no table."""
    assert "Tick two groups" in page._pooled.value
    panel = next(explorer for name, explorer in page._session._shown if name == "evidence")
    arms = [arm for arm in find_arms("IMACS-2004", weeks=(8, 12)) if arm.control]
    panel.settings = {**panel.settings, "picked": [arm.key for arm in arms]}
    x, n = sum(arm.responders for arm in arms), sum(arm.n for arm in arms)
    for out in arms:
        assert f"{x - out.responders} of {n - out.n}" in page._pooled.value
    page.inputs["p0"].value = 10
    page.inputs["p1"].value = 15
    assert "not below p1" in page._pooled.value and "robust" not in page._pooled.value
    page._session.bench = Bench(prior_arms=(arms[0].key,), prior_controls=True)
    first = arms[0]
    planned = f"planned: Beta({1 + first.responders / 2:g}, {1 + (first.n - first.responders) / 2:g})"
    assert planned in page._pooled.value and "0.5 x Beta(1, 1)" in page._pooled.value
    whole = [arm.key for arm in find_arms("IMACS-2004", week=24) if arm.control]
    panel.settings = {**panel.settings, "picked": whole[:2]}
    assert "Tick two groups" in page._pooled.value


def test_each_named_belief_has_a_button(page: BenchPage) -> None:
    """It plans with its rate; where p0 is as high, a sentence says what to do."""
    for button, wanted in zip(page._named(), (0.33, 0.38, 0.50), strict=True):
        button.click()
        assert page._session.bench.p1 == wanted
    page.inputs["p0"].value = 40
    page._named()[0].click()
    assert "Lower p0 first" in page.problem.value and page._session.bench.p1 == 0.50


def test_fields_are_fields_of_the_bench() -> None:
    """Each has a widget with a visible name."""
    assert {field.name for field in fields()} <= set(Bench().values())
    assert all(field.make().description for field in fields())


def test_notebook_is_one_page() -> None:
    """One short cell, a picture where no kernel runs, no widget state, and the line on data and advice."""
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    (cell,) = (cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    assert "image/svg+xml" in cell["outputs"][0]["data"] and "widgets" not in notebook["metadata"]
    assert "".join(cell["source"]).count("\n") < 3 and cell["metadata"]["jupyter"]["source_hidden"]
    assert "No real patient data here; not medical advice" in json.dumps(notebook)
