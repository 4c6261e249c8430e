"""Lesson 06 without a browser: its panels, how they hold one bench, its checks, its notebook."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.notebooks.minutes import words
from tests.notebooks.sweeping import sweep
from trialsim.design import find_two_stage, interval_precision, single_stage, two_arm
from trialsim.errors import TrialsimError
from trialsim.exchange.session import write_bench
from trialsim.exchange.work import load_work
from trialsim.facts.misconceptions import misconceptions
from trialsim.facts.pooling import find_arms
from trialsim.lessons import design_your_trial as lesson
from trialsim.lessons.bench import PLAN
from trialsim.lessons.bench.at_a_glance import decision
from trialsim.lessons.bench.open_bench import STEPS, OpenBench
from trialsim.lessons.bench.page import _SHUT
from trialsim.lessons.bench.steps import BENCH, given_text
from trialsim.lessons.design_your_trial.questions import wholes_with_parts
from trialsim.patients.scenario import Scenario
from trialsim.power.bench import DESIGNS, RESCUE, Bench
from trialsim.power.side_by_side import candidate
from trialsim.power.two_arms import two_arm_size
from trialsim.widgets.panel import Panel
from trialsim.widgets.question import Question

NOTEBOOK = Path(__file__).resolve().parents[2] / "notebooks" / "06_design_your_trial.ipynb"
WHOLE, PART, REST = (
    f"ABA-P3 NCT02971683 | placebo+SOC | {who} | IMACS DOI without rescue | week 24"
    for who in ("refractory IIM", "DM subgroup", "non-DM subgroup")
)
PANELS = (lesson.PLAN.all_panels()[0], *PLAN.all_panels())
REFUSED: dict[str, dict[str, Any]] = {
    "What is known of p0 and p1?": {"picked": (WHOLE, PART)},
}


def bench_panel(title: str) -> Panel:
    """The panel with this title."""
    return next(panel for panel in PANELS if panel.title.startswith(title))


@pytest.fixture
def bench(tmp_path: Path) -> OpenBench:
    """The bench of a lesson in which nothing was done."""
    return lesson.open_bench(lesson.begin(tmp_path / "my_work"))


@pytest.mark.parametrize(
    "panel",
    [pytest.param(panel, marks=pytest.mark.slow if panel.cost > 100 else ()) for panel in PANELS],
    ids=lambda panel: panel.title,
)
def test_every_control_of_every_panel(panel: Panel) -> None:
    """Each control moves what is shown, at both ends and in the middle, and refuses what it cannot be."""
    sweep(panel, refused=REFUSED.get(panel.title))


@pytest.mark.parametrize("design", DESIGNS)
def test_every_design_can_be_taken(design: str) -> None:
    """Each design has a picture of how it ends and one of what it does when p0 is wrong, and a paragraph."""
    assert dict(decision(Bench(design=design)).numbers)["Patients (n)"] == str(candidate(Bench(design=design)).n)
    panel, needs = bench_panel("What if"), STEPS["robustness"]().needs
    state = panel.read({BENCH: given_text(Bench(design=design), needs)})
    if design == "precision":
        with pytest.raises(TrialsimError, match="take another design"):
            panel.draw(state)
    else:
        assert DESIGNS[design] in panel.draw(state).sentence


def test_a_design_that_does_not_exist_is_said_to_be_none() -> None:
    """Rates too close to each other leave rows empty, and taking such a design says why."""
    panel, close = bench_panel("Which designs"), Bench(p0=0.50, p1=0.55)
    state = panel.read({BENCH: given_text(close, STEPS["designs"]().needs)})
    assert "No trial of up to 200 patients" in panel.draw(state).sentence
    with pytest.raises(TrialsimError, match="No trial of up to 200 patients"):
        decision(close)


@pytest.mark.parametrize("panel", PANELS[1:], ids=lambda panel: panel.title)
@pytest.mark.parametrize("bad", ["", "[]", '{"p0": 2}', '{"p9": 0.3}', '{"p0": NaN}', "{", 1, None])
def test_a_bad_bench_is_refused(panel: Panel, bad: Any) -> None:
    """What a panel is given is checked like everything that comes from outside."""
    with pytest.raises(TrialsimError):
        panel.read({BENCH: bad})


def test_start_is_the_plan_of_the_brief() -> None:
    """The bench begins at 30 against 50 %, power 80 %, alpha 5 %, and shows what twenty patients do there."""
    view = bench_panel("Which designs").view()
    assert "a single stage takes 39 patients" in view.sentence
    assert "at most 46, on average 24" in view.sentence
    assert "20 patients succeed in 59 trials of 100 in one arm, in 13 if they are split" in view.sentence
    assert "normal formula would say 35; its power is really 0.75" in view.sentence


def test_surprise_a_larger_trial_is_fooled_more() -> None:
    """With more patients a drug that adds nothing succeeds more often against a p0 that is too low."""
    panel, needs = bench_panel("What if"), STEPS["robustness"]().needs
    success = {}
    for power in (0.80, 0.95):
        state = panel.read({BENCH: given_text(Bench(power=power), needs), "truth": 40})
        found = re.search(r"(\d+) of 100 trials still succeed", panel.draw(state).sentence)
        assert found
        success[power] = int(found[1])
    assert (success[0.80], success[0.95]) == (38, 53)
    assert candidate(Bench(), "pilot").success(0.4, 0.4) == pytest.approx(0.020, abs=0.0005)


def test_whole_and_part_are_not_added_up() -> None:
    """Ticking a group and its subgroup is refused with a reason; the two halves of a group are not."""
    panel = bench_panel("What is known")
    with pytest.raises(TrialsimError, match="One is a part of the other"):
        panel.view(picked=(WHOLE, PART))
    assert "31 of 73" in panel.view(picked=(PART, REST)).sentence


def test_ticked_groups_stay_when_the_filter_would_hide_them() -> None:
    """A group that is ticked is offered whatever the filters say; the others follow the filters."""
    panel = bench_panel("What is known")
    offered = panel.view(week="12", picked=(WHOLE,)).offers["picked"]
    assert WHOLE in offered and PART not in offered


def test_filters_that_leave_nothing_say_so() -> None:
    """Where no published group is left, the panel says what to do."""
    with pytest.raises(TrialsimError, match="last one with groups"):
        bench_panel("What is known").view(week="12", group="no dermatomyositis")


def given_p0(explorer: Any) -> float:
    """The p0 that a panel was given."""
    return float(json.loads(explorer.settings[BENCH])["p0"])


def test_panels_hold_one_bench(bench: OpenBench) -> None:
    """What one panel changes all others show, and what cannot be changes nothing."""
    page, designs, report = bench.page(), bench.explore("designs"), bench.report()
    bench.wait(())
    page.inputs["p0"].value = 20
    assert bench.bench.p0 == 0.20
    assert json.loads(designs.settings[BENCH])["p0"] == 0.20
    assert "p0 20 %" in report.now["summary"]
    page.inputs["p0"].value = 60  # above p1
    assert bench.bench.p0 == 0.20 and "p1 above p0" in page.problem.value
    page.inputs["design"].value = "optimal"
    assert (bench.bench.design, json.loads(designs.settings[BENCH])["design"]) == ("optimal", "optimal")
    assert page.inputs["p0"].value == 20


def test_panels_that_do_not_need_a_change_are_left_alone(bench: OpenBench) -> None:
    """A panel's state changes only with what it shows, so its pictures stay in the browser."""
    evidence, belief = bench.explore("evidence"), bench.explore("belief")
    before = (evidence.settings, belief.settings)
    bench.bench = replace(bench.bench, design="optimal", half_width=0.2)
    assert evidence.settings == before[0]
    assert belief.settings != before[1]


def act(bench: OpenBench, title: str, name: str, **values: Any) -> str:
    """Press a button of a panel."""
    step = next(make() for make in STEPS.values() if make().panel.title.startswith(title))
    return bench._act(step, name, step.panel.read({**step.settings(bench.bench), **values}))


def test_evidence_becomes_p0_p1_and_prior(bench: OpenBench) -> None:
    """The buttons of the first panel plan with what is ticked, rounded in the cautious direction."""
    keys = tuple(arm.key for arm in find_arms("IMACS-2004")[:3])
    assert "p0 is now 29 %" in act(bench, "What is known", "p0", picked=keys)
    assert (bench.bench.p0, bench.bench.rate("p0").origin) == (0.29, "evidence")
    drug = tuple(arm.key for arm in find_arms("IMACS-2004", week=12) if arm.role == "abatacept")
    act(bench, "What is known", "p1", picked=drug)
    assert (bench.bench.p1, bench.bench.rate("p1").origin) == (0.50, "evidence")
    assert "Press the button again" in act(bench, "What is known", "prior", picked=keys)
    assert bench.bench.control_prior and not candidate(bench.bench, "bayes").found
    assert "now starts from 53 of 184" in act(bench, "What is known", "prior", picked=keys)
    assert candidate(bench.bench, "bayes").found
    assert bench.bench.prior.effective_n == pytest.approx(2 + 184 / 2)
    assert act(bench, "What is known", "p0", picked=()) == "Tick at least one group first."
    assert act(bench, "What is known", "p0", picked=(PART,)) == (
        "These groups give 50 %, as high as p1 (50 %). Tick groups treated with the drug and press Use as p1, or raise "
        "p1."
    )
    assert "Use them as p0" in act(bench, "What is known", "p1", picked=keys[:1])
    assert (bench.bench.p0, bench.bench.p1) == (0.29, 0.50)


@pytest.mark.parametrize("name", STEPS)
def test_what_a_panel_is_given_outlives_its_own_controls(bench: OpenBench, name: str) -> None:
    """A control that came to rest changes the bench, not what its own panel is given: what it fetched still fits."""
    explorer = bench.explore(name)
    before = explorer.settings[BENCH]
    for control in STEPS[name]().panel.controls:
        wire = control.wire()
        others = [value for value in wire["values"] if value != explorer.settings[control.name]]
        if wire["kind"] != "several":
            explorer.settings = {**explorer.settings, control.name: others[len(others) // 2]}
            assert explorer.settings[BENCH] == before, control.name


def test_patients_become_p0_and_p1(bench: OpenBench) -> None:
    """The button of the second panel plans with both rates, and the origin says so until one is moved."""
    assert "tuned to such rates, under another rule" in act(bench, "What do your patients", "use")
    assert (bench.bench.definition, bench.bench.p0, bench.bench.p1) == ("NCT04946669", 0.30, 0.49)
    bench.bench = replace(bench.bench, definition="IMACS-2004")
    assert "p0 and p1 assumed: the patients were tuned to give them" in act(bench, "What do your patients", "use")
    assert (bench.bench.p0, bench.bench.p1) == (0.30, 0.50)
    assert [rate.origin for rate in bench.bench.rates] == ["patients", "patients"]
    bench.bench = replace(bench.bench, p0=0.25)
    assert bench.bench.rate("p0").origin == "assumed"


def reply(bench: OpenBench, **message: Any) -> dict[str, Any]:
    """What the last step answers to the browser."""
    takeaway = bench.report()
    answers: list[dict[str, Any]] = []
    takeaway.send = answers.append  # type: ignore[method-assign]
    takeaway._handle_custom_msg({"id": "one", **message}, [])
    return answers[0]


def test_saved_bench_comes_back_and_a_bad_one_changes_nothing(bench: OpenBench) -> None:
    """A file that was saved is loaded; one that was spoilt gets a sentence, and the bench stays as it is."""
    file = write_bench(Bench(p0=0.25, design="minimax"))
    assert "p0 25 %" in reply(bench, kind="load", name="mine.json", text=file)["said"]
    assert bench.bench.design == "minimax"
    spoilt = reply(bench, kind="load", name="mine.json", text=file.replace("0.25", "2.5"))
    assert spoilt["refused"].startswith("mine.json, bench, p0: got 2.5")
    assert bench.bench.p0 == 0.25
    fine = write_bench(Bench(scenario=replace(Scenario(), background=0.123)))
    assert (
        "the controls of this page cannot show it" in reply(bench, kind="load", name="fine.json", text=fine)["refused"]
    )
    assert bench.bench.p0 == 0.25


def test_report_is_written_beside_the_notebook(
    bench: OpenBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The report goes to the folder of the notebook, and to the browser; a bad title is refused."""
    monkeypatch.chdir(tmp_path)
    answer = reply(bench, kind="report", title="Trial <1>")
    written = sorted(file.name for file in tmp_path.iterdir() if file.is_file())
    assert written == [file["name"] for file in answer["files"]]
    for file in answer["files"]:
        bytes_ = b64decode(file["text"]) if file["coded"] else file["text"].encode()
        assert (tmp_path / file["name"]).read_bytes() == bytes_
    assert [file["name"].rsplit(".")[-1] for file in answer["files"] if file["coded"]] == ["docx"]
    assert bench.bench.title == "Trial <1>"
    assert "title" in reply(bench, kind="report", title="two\nlines")["refused"]


def test_report_where_nothing_can_be_written(bench: OpenBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a file cannot be written, a sentence says why, no draft is left, and both files still reach the browser."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sample_size_justification.html").mkdir()
    answer = reply(bench, kind="report", title="")
    assert answer["said"].startswith("The report cannot be written beside this notebook (")
    assert "There is a folder of that name" in answer["said"]
    assert [file["name"].rsplit(".")[-1] for file in answer["files"]] == ["docx", "html", "md"]
    assert [file.name for file in tmp_path.iterdir()] == ["sample_size_justification.html"]


def test_what_only_the_author_can_say(bench: OpenBench) -> None:
    """Reasons and choices are kept with the bench and stand in the paragraph; what lacks is said."""
    started = bench.report().now
    assert [question["name"] for question in started["asks"]] == ["p0_reason", "p1_reason", "rescue", "stopped"]
    assert "why p0 was taken; why p1 was taken; what a patient with rescue counts as" in started["missing"]
    assert "REASON MISSING" in started["paragraph"] and "CHOICE MISSING" in started["paragraph"]
    answers = {"p0_reason": "Ten of our own 33", "p1_reason": "The board said so", "rescue": "as_observed"}
    for name, value in answers.items():
        assert "refused" not in reply(bench, kind="answer", name=name, value=value)
    now = bench.report().now
    assert now["answers"] == {**answers, "stopped": ""} and now["missing"].endswith("stops the drug counts as.")
    assert "Reason: Ten of our own 33." in now["paragraph"] and RESCUE["as_observed"] in now["paragraph"]
    assert "REASON MISSING" not in now["paragraph"] and now["paragraph"].count("CHOICE MISSING") == 1
    reply(bench, kind="answer", name="stopped", value="non_response")
    assert bench.report().now["missing"] == "" and "MISSING" not in bench.report().now["paragraph"]
    kept = bench._lesson.progress.mine.settings["bench"]
    assert {name: kept[name] for name in answers} == answers
    for name, value in (("rescue", "maybe"), ("p1_reason", "two\nlines"), ("p1_reason", "x" * 301), ("alpha", "0.9")):
        assert "refused" in reply(bench, kind="answer", name=name, value=value)
    assert bench.bench.p1_reason == "The board said so" and bench.bench.alpha == 0.05


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        (lesson.PLAN.question("recall"), "optimal", ("minimax", "single")),
        (lesson.PLAN.question("apply", 0), "73", ("115", "42")),
        (lesson.PLAN.question("apply", 7), "75", ("110", "35")),
        (lesson.PLAN.question("diagnose"), "wrong", ("holds", "larger")),
    ],
    ids=["recall", "apply", "apply-7", "diagnose"],
)
def test_checks_reply_to_each_thinkable_answer(question: Question, right: str, wrong: tuple[str, ...]) -> None:
    """The right answer is right; each wrong one that a thinking person gives meets a misconception of this lesson."""
    assert question.reply(right).verdict == "right"
    for answer in wrong:
        met = question.reply(answer)
        assert met.verdict == "wrong" and misconceptions()[met.misconception].lesson == "06"
    assert question.reply("").verdict == "empty"
    assert question.reply("nonsense").verdict == "refused"


def test_neighbours_have_different_rows() -> None:
    """Neighbouring numbers pick different rows, and a number that is none is refused."""
    assert len({lesson.PLAN.question("apply", number).text for number in range(4)}) == 4
    with pytest.raises(TrialsimError, match="number"):
        lesson.PLAN.question("apply", 1.5)  # type: ignore[arg-type]


def test_guess_names_the_trial_that_answers_it() -> None:
    """Its question says of how many patients, and the answer is what that trial does at the wrong p0."""
    panel = bench_panel("What if")
    assert panel.prediction and panel.found
    size = re.search(r"of (\d+) patients", panel.prediction.label)
    assert size
    design = single_stage(int(size[1]), Bench().p0)
    assert panel.found() == round(100 * design.power(0.4))


def test_found_is_what_the_panel_shows_first() -> None:
    """What the prediction is held against is the number that the panel says of the trial in the question."""
    panel = bench_panel("What if")
    assert panel.found is not None and panel.read_prediction(panel.found()) == 38
    assert "38 of 100 trials still succeed" in panel.view().sentence
    assert "You guessed 5." in panel.view(prediction=5).sentence
    assert "You guessed 5 for the trial in question." in panel.view(prediction=5, truth=30).sentence


def test_the_whole_bench_comes_back(bench: OpenBench, tmp_path: Path) -> None:
    """The lesson keeps the bench, and of each panel what stands nowhere in the bench."""
    evidence, robustness = (bench.explore(name) for name in ("evidence", "robustness"))
    bench.bench = replace(bench.bench, p0=0.25)
    evidence.settings = {**evidence.settings, "picked": [PART], "definition": "NCT02971683"}
    robustness.settings = {**robustness.settings, "truth": 35}
    reply(bench, kind="save", title="Mine")
    kept = load_work(tmp_path / "my_work" / "lesson_06.json").lessons["06"].settings
    assert set(kept) == {BENCH, "evidence", "robustness"}
    assert set(kept["evidence"]) == {"group", "week", "picked"}
    again = lesson.open_bench(lesson.begin(tmp_path / "my_work"))
    assert again.bench == bench.bench == Bench(p0=0.25, definition="NCT02971683", title="Mine")
    assert again.explore("evidence").settings == evidence.settings
    assert again.explore("robustness").settings == robustness.settings
    assert "a single stage takes 26 patients" in again.explore("designs").first["view"]["sentence"]


def test_start_over_and_take_back_move_the_whole_bench(bench: OpenBench, tmp_path: Path) -> None:
    """Beginning anew resets every panel and the report, taking back restores them, and a saved file loads elsewhere."""
    designs, evidence, report = bench.explore("designs"), bench.explore("evidence"), bench.report()
    bench.bench = replace(bench.bench, p0=0.25)
    evidence.settings = {**evidence.settings, "picked": (PART,)}
    mine = bench._lesson.my_work()
    file = mine.shown["file"]["text"]
    mine._reply({"kind": "over"})
    assert bench.bench == Bench() and (given_p0(designs), evidence.settings["picked"]) == (0.30, ())
    assert "p0 30 %" in report.now["summary"] and not (tmp_path / "my_work" / "lesson_06.json").exists()
    mine._reply({"kind": "undo"})
    assert bench.bench.p0 == 0.25 and (given_p0(designs), evidence.settings["picked"]) == (0.25, (PART,))
    assert "p0 25 %" in report.now["summary"]
    elsewhere = lesson.begin(tmp_path / "elsewhere")
    there = lesson.open_bench(elsewhere)
    other, ticked = there.explore("designs"), there.explore("evidence")
    ticked.settings = {**ticked.settings, "picked": (REST,), "definition": "IMACS-2004"}
    elsewhere.take_away()._reply({"kind": "load", "name": "mine.json", "text": file})
    assert there.bench == bench.bench
    assert (given_p0(other), ticked.settings["picked"]) == (0.25, (PART,)), "what was there does not write over it"


@pytest.mark.parametrize(
    ("edited", "said"),
    [({"p0": 2.5}, "p0: got 2.5"), ({"p9": 1}, "p9"), ({"scenario": {"background": 0.123}}, "0.123|12.3")],
)
def test_a_kept_bench_that_cannot_be_is_said_and_left_out(
    bench: OpenBench, tmp_path: Path, edited: dict[str, Any], said: str
) -> None:
    """A bench that was edited into what no panel can show is named; the lesson begins with the usual one."""
    bench.bench = Bench(p0=0.25)
    file = tmp_path / "my_work" / "lesson_06.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    content["lessons"]["06"]["settings"][BENCH].update(edited)
    file.write_text(json.dumps(content), encoding="utf-8")
    opened = lesson.begin(tmp_path / "my_work")
    mine = opened.my_work()
    assert lesson.open_bench(opened).bench == Bench()
    assert any(re.search(f"^The kept bench was left out: .*({said})", text) for text in mine.shown["problems"])


def test_a_kept_bench_without_a_design_stops_nothing(bench: OpenBench, tmp_path: Path) -> None:
    """A bench under which no design exists opens again: panels show their first picture and the browser says why."""
    bench.bench = Bench(p0=0.50, p1=0.55, design="optimal")
    again = lesson.open_bench(lesson.begin(tmp_path / "my_work"))
    robustness = again.explore("robustness")
    with pytest.raises(TrialsimError, match="No trial of up to 200 patients"):
        robustness.panel.draw(robustness.panel.read(robustness.settings))
    assert "No trial of up to 200 patients" in again.page()._decision.value
    assert again.bench == bench.bench


def test_a_step_that_is_none_is_refused(bench: OpenBench) -> None:
    """The names of the steps are said to whoever asks for another."""
    with pytest.raises(TrialsimError, match="'evidence'"):
        bench.explore("proof")


def test_by_hand_is_the_design() -> None:
    """The table of Explain adds up to the errors of the design beside it."""
    design = find_two_stage(0.30, 0.50, 0.05, 0.80)
    table = lesson.by_hand()
    assert table.loc["19 or more of 46 respond: success"].tolist() == [
        round(100 * design.attained_alpha, 1),
        round(100 * design.power(0.5), 1),
    ]
    for row in lesson.exact_beside_simulated().itertuples():
        assert abs(row[1] - row[2]) < 4 * row[3]


def test_prose_keeps_to_the_package() -> None:
    """The numbers that the notebook's prose states are those that the package computes."""
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    prose = " ".join(" ".join("".join(cell["source"]).split()) for cell in notebook["cells"])
    hand, optimal = candidate(Bench(), "at_hand"), candidate(Bench(), "optimal")
    assert f"{hand.rule.split(' of ')[0]} responders would succeed in {100 * hand.power:.0f} of 100 trials" in prose
    assert f"in {100 * hand.success(0.4):.0f} of 100 if standard care alone gives 40 %" in prose
    assert optimal.rule == "6 or more of 15, then 19 or more of 46"
    assert "treats 15 patients first" in prose and "goes on to 46, and 19 or more" in prose
    p0, p1, alpha, power, n = Bench().p0, Bench().p1, Bench().alpha, Bench().power, Bench().n
    start = (
        f"{100 * p0:g} against {100 * p1:g} %, one-sided alpha {100 * alpha:g} %, power {100 * power:g} %, {n} patients"
    )
    assert f"the bench as it begins ({start})" in prose
    pilot, exact = candidate(Bench(), "pilot"), two_arm(n // 2, n // 2, p0, p1, alpha=alpha, test="boschloo")
    size = two_arm_size(p0, p1, alpha, power)
    assert f"{100 * pilot.power:.0f} trials in 100 succeed at p1, {100 * exact.power:.0f} by" in prose
    assert size is not None and f"take {2 * size.n_control} patients, {size.n_control} in each" in prose
    assert len(wholes_with_parts()) == 4
    reach = float(interval_precision(hand.n, [0.5])["expected_half_width"].iloc[0])
    assert f"about {100 * reach:.0f} points to either side" in prose


def test_notebook_is_short() -> None:
    """At most 700 words of running text, and the page of the bench is reached from it."""
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    prose = "\n".join("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    assert words(re.sub(r"```.*?```|<details>.*?</details>", "", prose, flags=re.DOTALL)) <= 700
    assert "](bench.ipynb)" in prose


def test_the_page_waits_for_the_prediction(bench: OpenBench) -> None:
    """In the lesson nothing that tells the answer is on the page before the guess is committed."""
    page = lesson.bench_page(bench._lesson, bench)
    assert [child.value for child in page.children] == [_SHUT]
    assert "38" not in page._repr_mimebundle_()["text/plain"]
    bench._lesson.progress.keep("predictions", "successes_at_wrong_p0", 5)
    assert len(page.children) == 2
