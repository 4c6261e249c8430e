"""The Explorer without a browser: what it answers, what it refuses, what it leaves in a notebook."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

import pytest
from pandas import DataFrame

from tests.browser.real_lab import write_notebook
from tests.browser.toy_panel import panel, plan
from tests.notebooks.execute import main, run
from tests.notebooks.sweeping import sweep
from tests.notebooks.widget_state import faults
from trialsim.errors import TrialsimError
from trialsim.figures.svg import draw_whole
from trialsim.widgets.controls import Select, Slider
from trialsim.widgets.explorer import Explorer
from trialsim.widgets.later import Later, Steps
from trialsim.widgets.panel import Panel, Task, View
from trialsim.widgets.table import Table

Send = Callable[..., dict[str, Any]]


@pytest.fixture
def explorer() -> Explorer:
    """An explorer of the toy panel."""
    return Explorer(panel)


@pytest.fixture
def send(explorer: Explorer, monkeypatch: pytest.MonkeyPatch) -> Send:
    """Hand the explorer a message as the browser would, and return its reply."""
    replies: list[dict[str, Any]] = []
    monkeypatch.setattr(explorer, "send", replies.append)

    def send_one(**message: Any) -> dict[str, Any]:
        explorer._handle_custom_msg({"id": "one", **message}, [])
        (reply,) = replies
        replies.clear()
        return reply

    return send_one


def test_tasks_are_ticked_by_the_state(monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture says which tasks its state shows as done; the texts stand in the page from the start."""
    tasks = (
        Task("Set n to 21.", lambda state: state["n"] == 21),
        Task("Set n below 15.", lambda state: state["n"] < 15),
    )
    explorer, replies = Explorer(replace(panel, prediction=None, found=None, tasks=tasks)), list[dict[str, Any]]()
    monkeypatch.setattr(explorer, "send", replies.append)
    assert explorer.spec["tasks"] == ["Set n to 21.", "Set n below 15."] and "tasks" not in explorer.first["view"]
    states = [dict(explorer.panel.read({"n": n})) for n in (20, 21, 10)]
    explorer._handle_custom_msg({"id": "one", "kind": "draw", "states": states, "bases": []}, [])
    assert [view.get("tasks", []) for view in replies[0]["views"]] == [[], [0], [1]]


def test_what_was_not_predicted_yet_is_folded_where_it_is_read() -> None:
    """Without a kernel the picture of a panel that asks first, or waits in a drawer, opens when asked."""
    asks, plain = Explorer(panel), Explorer(replace(panel, prediction=None, found=None))
    drawer = Explorer(replace(panel, prediction=None, found=None, drawer="Other sizes"))
    assert set(plain._static()) == {"image/svg+xml"}
    for explorer, front in ((asks, f"After your guess: {panel.title}"), (drawer, "Other sizes")):
        page = explorer._static()["text/html"]
        assert page.startswith(f"<details><summary>{front}</summary>") and page.endswith("</details>")
        assert "data:image/svg+xml;base64," in page and escape(explorer._first_view.sentence) in page


@pytest.mark.parametrize("shut", [panel, replace(panel, prediction=None, found=None, drawer="Other sizes")])
def test_what_is_shut_on_an_open_page_is_not_drawn(shut: Panel, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where somebody reads, a picture behind a guess or in a drawer is drawn when it is opened, and not before."""
    monkeypatch.setenv("JPY_SESSION_NAME", "lesson.ipynb")
    drawn: list[Any] = []
    explorer = Explorer(replace(shut, draw=lambda state: drawn.append(state) or panel.draw(state)))
    assert set(explorer._repr_mimebundle_()[0]) & {"image/svg+xml", "text/html"} == set() and not drawn
    assert "view" not in explorer.first
    guess = 50 if shut.prediction else None
    assert "layer" in explorer._draw([dict(shut.read({"prediction": guess}))], set())["views"][0]
    assert len(drawn) == 1 and "view" in Explorer(replace(panel, prediction=None, found=None)).first


def test_a_slow_table_waits_in_its_drawer(monkeypatch: pytest.MonkeyPatch) -> None:
    """On an open page the table comes when it is asked for, once; a page to be read later holds it."""
    made: list[int] = []

    def make() -> Steps:
        made.append(1)
        yield
        return Table(DataFrame({"n": [20]}), "Patients. Assumed.")

    monkeypatch.setenv("JPY_SESSION_NAME", "lesson.ipynb")
    later = Later("How many?", make)
    assert later._repr_mimebundle_()[0]["text/plain"] == "How many?" and not made
    assert "<table" in later._reply({"kind": "open"})["table"] == later._reply({"kind": "open"})["table"]
    assert made == [1]
    monkeypatch.delenv("JPY_SESSION_NAME")
    page = Later("How many?", make)._repr_mimebundle_()[0]["text/html"]
    assert page.startswith("<details><summary>How many?</summary>") and "Patients. Assumed." in page


def test_a_page_answers_while_a_slow_table_is_worked_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The drawer is told at once that the table is coming; it, or why there is none, comes by itself."""
    steps: list[int] = []

    def make() -> Steps:
        for step in range(20):
            steps.append(step)
            yield
        raise TrialsimError("n", 0, "at least 1")

    later, sent = Later("How many?", make), list[dict[str, Any]]()
    monkeypatch.setattr(later, "send", sent.append)

    async def page() -> None:
        for name in "ab":  # two windows open it
            later._answer(None, {"kind": "open", "id": name}, None)
        assert sent == [{"id": name, "coming": True, "written": True} for name in "ab"] and not steps
        turns = 0
        while len(sent) < 4:
            await asyncio.sleep(0.001)
            turns += len(sent) < 4
        assert turns >= 20 and steps == list(range(20)), "the page had a turn between two steps"

    asyncio.run(page())
    assert [message["id"] for message in sent[2:]] == ["a", "b"]
    assert all("at least 1" in message["refused"] for message in sent[2:])


def test_messages_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """A message and a changed setting that reach two threads at once are done one after the other."""
    explorer, at_work, most = Explorer(panel), list[int](), list[int]()

    def draw(*_: Any) -> dict[str, Any]:
        at_work.append(1)
        time.sleep(0.05)
        most.append(len(at_work))
        at_work.pop()
        return {}

    monkeypatch.setattr(explorer, "_reply", draw)
    explorer.observe(draw, "settings")
    with ThreadPoolExecutor() as threads:
        asked = threads.submit(explorer._answer, None, {"kind": "draw"}, None)
        moved = threads.submit(explorer.set_state, {"settings": explorer.settings | {"n": 14}})
        asked.result()
        moved.result()
    assert most == [1, 1]


def test_toy_panel_sweeps() -> None:
    """The toy panel of these tests passes the sweep that every lesson's panel must pass."""
    sweep(panel, refused={"n": 13})


def test_sweep_sees_what_is_wrong() -> None:
    """A dead control, a prediction without a mark and a picture with a memory each fail the sweep."""
    slider = Slider("n", "Patients", 1, 5, 1, 2)
    drawn = draw_whole(lambda figure: figure.add_subplot())
    memory: list[int] = []

    def remembers(state: Any) -> View:
        memory.append(state["n"])
        return View(drawn, f"{len(memory)} pictures so far", "alt")

    with pytest.raises(AssertionError, match="n changes nothing"):
        sweep(Panel("Dead", (slider,), lambda state: View(drawn, "the same", "alt")))
    with pytest.raises(AssertionError, match="drawn differently"):
        sweep(Panel("Memory", (slider,), remembers))
    asks = Slider("guess", "How many?", 0, 10, 1, 5)
    with pytest.raises(AssertionError, match="leaves no mark"):
        sweep(Panel("No mark", (), lambda state: View(drawn, "a", "b"), prediction=asks))


def test_reply_has_a_view_for_each_state(send: Send) -> None:
    """Each state that is asked for gets its own view, in order, and a base that is known is not sent again."""
    reply = send(kind="draw", bases=[], states=[{"n": 20}, {"n": 21}])
    assert [view["sentence"] for view in reply["views"]] == [panel.view(n=n).sentence for n in (20, 21)]
    assert ["drawing" in view for view in reply["views"]] == [True, False]
    known = [reply["views"][0]["base"]]
    assert "drawing" not in send(kind="draw", bases=known, states=[{"n": 22}])["views"][0]


def test_pictures_all_of_which_moves_are_told_apart_by_size() -> None:
    """The browser sets the size of a picture with its base: two with an empty one, but not of one size, are two."""

    def draw(state: Any) -> View:
        return View(draw_whole(lambda _: None, height=state["rows"]), "Rows.", alt="Rows.", source="")

    rows = Explorer(Panel("Rows", (Slider("rows", "Rows", 3, 4, 1, 3),), draw))
    states = [{"rows": 3, "prediction": None}, {"rows": 4, "prediction": None}]
    low, high = rows._reply({"kind": "draw", "states": states, "bases": []})["views"]
    assert low["drawing"] == high["drawing"] == "" and low["size"] != high["size"]
    assert low["base"] != high["base"]


def test_refused_state_gets_a_sentence(send: Send, explorer: Explorer) -> None:
    """A state that cannot be shown is a sentence, the states beside it are drawn, and it is no fault."""
    views = send(kind="draw", bases=[], states=[{"n": 13}, {"n": 21}, {"n": 81}, {"x": 1}])["views"]
    assert "any number but thirteen" in views[0]["refused"]
    assert "layer" in views[1]
    assert views[2]["refused"].startswith("Patients in the trial: got 81")
    assert "got 'x'" in views[3]["refused"]
    assert explorer.fault == ""


@pytest.mark.parametrize(
    "message",
    [
        {"kind": "draw", "bases": [], "states": [{"n": 14}]},
        {"kind": "dance"},
        {"kind": "read", "name": "no such control", "text": "1"},
        {"kind": "draw"},
    ],
)
def test_fault_is_never_swallowed(send: Send, explorer: Explorer, message: dict[str, Any]) -> None:
    """An error that is ours is told to the browser and stays in the widget's state."""
    reply = send(**message)
    shown = reply.get("fault") or reply["views"][0]["fault"]
    assert shown and shown in explorer.fault
    assert "Traceback" in explorer.get_state()["fault"]


def test_typed_values_are_read_or_refused(send: Send) -> None:
    """What is typed is read as a value of the control, or refused in its words."""
    assert send(kind="read", name="n", text=" 33 ")["value"] == 33
    assert "got 'abc'" in send(kind="read", name="n", text="abc")["refused"]


def test_prediction_is_committed_or_refused(send: Send, explorer: Explorer) -> None:
    """A prediction that can be read is kept; another is refused and the panel stays shut."""
    assert "refused" in send(kind="commit", value=101)
    assert explorer.prediction is None
    assert send(kind="commit", value=40)["committed"] == 40
    assert explorer.prediction == 40


def test_prediction_of_another_cell_opens_the_explorer(tmp_path: Path) -> None:
    """A prediction committed in its own cell reaches the explorers made before and after."""
    lesson = plan.begin(tmp_path)
    guess = lesson.predict("toy")
    before = lesson.explore("toy")
    guess.value = 35
    assert before.prediction == 35
    assert lesson.explore("toy").prediction == 35
    assert not before.spec["form"]


def test_error_in_the_first_picture_is_the_cells() -> None:
    """A panel that cannot draw its first picture fails in the cell that makes the explorer."""

    def broken(state: Any) -> View:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Explorer(Panel("Broken", (), broken))


def test_panels_refuse_what_is_too_much() -> None:
    """More than four controls, two of one name, and a slider whose steps miss its end are refused."""
    sliders = tuple(Slider(name, name, 0, 1, 1, 0) for name in "abcde")
    for controls in (sliders, (sliders[0], sliders[0])):
        with pytest.raises(ValueError, match="at most 4 different controls"):
            Panel("Too much", controls, lambda state: panel.view())
    with pytest.raises(ValueError, match="do not fit"):
        Slider("a", "a", 0, 1, 0.3, 0)
    with pytest.raises(TrialsimError):
        Slider("a", "a", 0, 1, 0.25, 0.3)
    with pytest.raises(ValueError, match="two different options"):
        Select("a", "a", {"only": "one"})


def test_decimal_steps_are_exact() -> None:
    """A slider in tenths gives the floats that are written, not sums of rounding errors."""
    assert Slider("p", "p", 0, 1, 0.1, 0.3).values[3] == 0.3


def test_notebook_reads_without_a_kernel(tmp_path: Path) -> None:
    """A run notebook keeps picture and text, refers to no widget, and a second run gives the same bytes."""
    path = write_notebook(tmp_path / "toy.ipynb", "from tests.browser.toy_panel import *", "Explorer(panel)")
    assert main([str(path)]) == 0
    text = path.read_text(encoding="utf-8")
    assert "image/svg+xml" in text and "With 20 patients" in text
    assert "widget-view" not in text and "widget-state" not in text
    assert main(["--check", str(path)]) == 0


def test_swallowed_errors_are_found(tmp_path: Path) -> None:
    """An error kept in a widget's state is found, though every cell ran; a sound notebook has none."""
    sound = "from tests.browser.toy_panel import *\nexplorer = Explorer(panel)\nexplorer"
    path = write_notebook(tmp_path / "sound.ipynb", sound)
    assert faults(run(path, keep_widgets=True)) == []
    path = write_notebook(tmp_path / "faulty.ipynb", sound, "_ = explorer._draw([{'n': 14}], set())")
    assert any("ZeroDivisionError" in fault for fault in faults(run(path, keep_widgets=True)))
