"""The widgets of the lessons in the real JupyterLab, by keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from playwright.sync_api import expect

from tests.browser.learner import commit_guess
from tests.browser.real_lab import open_notebook, trust, write_notebook
from tests.browser.toy_panel import canvas, lay_out
from tests.notebooks.execute import main as execute
from trialsim.figures.svg import Picture, draw_whole

Open = Callable[..., Any]
TOY = "from tests.browser.toy_panel import *"
LESSON = f"{TOY}\nlesson = plan.begin()"
# With one control, all that is fetched at rest is in its range.
ALONE = f"""{TOY}
from dataclasses import replace
rest = {{"rule": "a", "hatched": False, "patients": 0}}
alone = replace(panel, controls=panel.controls[:1], draw=lambda state: panel.draw({{**rest, **state}}))"""
LAYER = """() => document.querySelector(".trialsim-picture").shadowRoot.querySelector("svg").innerHTML"""


def picture_of(page: Any) -> str:
    """The picture that is on screen, as text."""
    return str(page.evaluate(LAYER))


def sentence(page: Any) -> Any:
    """The line that says what the picture shows."""
    return page.locator(".trialsim-sentence")


def commit(page: Any) -> Any:
    """Commit the prediction that the slider was moved to, and give the slider that then has the focus."""
    commit_guess(page)
    slider = page.get_by_role("slider", name="Patients in the trial")
    expect(slider).to_be_focused()
    return slider


def test_walk_by_keyboard(opened: Open) -> None:
    """Shut until a prediction is committed; then one key moves slider, sentence, picture and what is read aloud."""
    page = opened(TOY, "Explorer(panel)")
    expect(sentence(page)).to_be_hidden()
    page.get_by_role("slider", name="Of 100 such trials").press("ArrowRight")
    slider = commit(page)
    expect(page.get_by_text("Your guess: 55 trials")).to_be_visible()
    expect(sentence(page)).to_contain_text("With 20 patients")
    before = picture_of(page)
    assert "your prediction" in before
    page.keyboard.press("ArrowRight")
    expect(sentence(page)).to_contain_text("With 21 patients")
    expect(slider).to_have_attribute("aria-valuetext", "21 patients")
    expect(page.get_by_role("img", name="A bar at 21 patients reaches 21.")).to_be_visible()
    expect(page.locator('.trialsim [aria-live="polite"]')).to_contain_text("With 21 patients")
    assert picture_of(page) != before
    assert "your prediction" in picture_of(page)
    # In the order of the page: the typed number, the choice, the switch, the two buttons.
    for role in ("textbox", "radio", "switch", "button", "button"):
        page.keyboard.press("Tab")
        expect(page.locator(":focus")).to_have_role(role)
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="The first patients again")).to_have_attribute("aria-disabled", "false")


def test_bad_values_get_a_sentence(opened: Open) -> None:
    """What cannot be shown is said beside the control, the last picture stays, and a good value clears it."""
    page = opened(TOY, "Explorer(panel, prediction=30)")
    expect(sentence(page)).to_contain_text("With 20 patients")
    before = picture_of(page)
    typed = page.get_by_role("textbox", name="Patients in the trial, typed")
    problem = page.locator(".trialsim-problem:visible")
    for bad, said in (("many", "got 'many'"), ("", "10 to 80 patients"), ("81", "10 to 80"), ("20.5", "steps of 1")):
        typed.fill(bad)
        typed.press("Enter")
        expect(problem).to_contain_text(said)
        expect(typed).to_have_attribute("aria-invalid", "true")
        assert picture_of(page) == before
    typed.fill("13")
    typed.press("Enter")
    expect(problem).to_contain_text("any number but thirteen")
    assert picture_of(page) == before
    typed.fill("14")
    typed.press("Enter")
    expect(problem).to_contain_text("fourteen is broken on purpose")
    assert picture_of(page) == before
    typed.fill("15")
    typed.press("Enter")
    expect(sentence(page)).to_contain_text("With 15 patients")
    expect(problem).to_have_count(0)


def wait_for(page: Any, what: str) -> None:
    """Wait until the explorer has all it asked for ("waiting"), and what it asks for at rest ("beside")."""
    page.wait_for_function(
        """what => {
          const detail = {};
          document.querySelector(".trialsim").dispatchEvent(new CustomEvent("trialsim:waiting", { detail }));
          return detail.waiting === 0 && (what === "waiting" || detail.beside === 0);
        }""",
        arg=what,
    )


def hold(page: Any, steps: int) -> list[int]:
    """Hold the key of the slider that has the focus, 30 steps a second; the patients of the pictures, as they came."""
    page.evaluate(
        """() => {
          window.shown = [];
          const read = () => window.shown.push(document.querySelector(".trialsim-sentence").textContent);
          document.addEventListener("trialsim:shown", () => queueMicrotask(read));
        }"""
    )
    for _ in range(steps):
        page.keyboard.down("ArrowRight")
        page.wait_for_timeout(30)
    page.keyboard.up("ArrowRight")
    expect(sentence(page)).to_contain_text("With 80 patients")
    return [int(said.split()[1]) for said in page.evaluate("window.shown")]


def test_held_key_moves_the_picture_on(opened: Open) -> None:
    """From the moment of focus, pictures come as they are fetched: on the way, none goes back, and the last is right.

    How many come is measured (`tests.browser.measure`), not tested: it hangs on what else the machine does.
    """
    page = opened(TOY, "Explorer(panel, prediction=30)")
    expect(sentence(page)).to_contain_text("With 20 patients")
    page.get_by_role("slider", name="Patients in the trial").focus()
    patients = hold(page, 60)
    assert patients == sorted(patients)
    assert len(set(patients)) > 2


def test_fetched_range_draws_without_the_kernel(opened: Open) -> None:
    """When a range is there, each of sixty steps of a held key has its picture, and the kernel is not asked."""
    page = opened(ALONE, "Explorer(alone, prediction=30)")
    expect(sentence(page)).to_contain_text("With 20 patients")
    page.get_by_role("slider", name="Patients in the trial").focus()
    wait_for(page, "waiting")
    page.evaluate(
        """() => {
          window.sent = 0;
          const { send } = WebSocket.prototype;
          WebSocket.prototype.send = function (data) {
            if (new TextDecoder().decode(data).includes('"draw"')) window.sent += 1;
            return send.call(this, data);
          };
        }"""
    )
    assert hold(page, 60) == list(range(21, 81))
    assert page.evaluate("window.sent") == 0


MOTIONS = "document.querySelector('.trialsim-picture').shadowRoot.getAnimations().length"


def test_a_change_comes_softly_but_not_while_a_key_is_held(opened: Open) -> None:
    """One step fades in; a key that is held shows each picture at once, and ends what was still fading."""
    page = opened(ALONE, "Explorer(alone, prediction=30)")
    expect(sentence(page)).to_contain_text("With 20 patients")
    page.get_by_role("slider", name="Patients in the trial").focus()
    wait_for(page, "waiting")
    page.wait_for_function(f"{MOTIONS} === 0")
    page.evaluate(
        f"""() => {{
          window.motions = [];
          document.addEventListener("trialsim:shown", () => queueMicrotask(() => window.motions.push({MOTIONS})));
        }}"""
    )
    assert hold(page, 60) == list(range(21, 81))
    first, *others = page.evaluate("window.motions")
    assert first > 0 and not any(others)


def test_rest_brings_the_next_picture_of_every_control(opened: Open) -> None:
    """While nothing is moved, the pictures beside this one come for every control: one step shows them at once."""
    page = opened(TOY, "Explorer(panel, prediction=30)")
    expect(sentence(page)).to_contain_text("With 20 patients")
    moved = """([at, steps]) => {
      let shown = 0;
      document.addEventListener("trialsim:shown", () => (shown += 1));
      const node = document.querySelectorAll(".trialsim-controls > .trialsim-control")[at];
      const slider = node.querySelector("input[type=range]");
      if (slider) {
        slider.value = Number(slider.value) + steps;
        slider.dispatchEvent(new Event("input"));
      } else [...node.querySelectorAll("input, button")].find((one) => !one.checked).click();
      return shown;
    }"""
    for at in range(4):
        wait_for(page, "beside")
        assert page.evaluate(moved, [at, 1]) == 1
    wait_for(page, "beside")
    assert page.evaluate(moved, [0, 30]) == 0
    expect(sentence(page)).to_contain_text("With 51 patients")


def test_picture_does_not_depend_on_the_way_to_it(opened: Open) -> None:
    """Only what differs from the picture before is made anew; whatever came before, a picture is the same."""
    page = opened(TOY, "Explorer(panel, prediction=30)")
    expect(sentence(page)).to_contain_text("With 20 patients")
    first = picture_of(page)
    slider = page.get_by_role("slider", name="Patients in the trial")
    hatched = page.get_by_role("switch", name="Hatched bar")
    slider.press("ArrowRight")
    expect(sentence(page)).to_contain_text("With 21 patients")
    assert picture_of(page) != first
    hatched.press("Space")
    page.wait_for_function("bars => document.querySelector('.trialsim-picture').shadowRoot.querySelector('pattern')")
    slider.press("ArrowLeft")
    expect(sentence(page)).to_contain_text("With 20 patients")
    hatched.press("Space")
    page.wait_for_function("() => !document.querySelector('.trialsim-picture').shadowRoot.querySelector('pattern')")
    assert picture_of(page) == first


def test_kernel_that_is_gone(opened: Open) -> None:
    """When the kernel was shut down, the explorer says so and what to do; the last picture stays."""
    page = opened(TOY, "Explorer(panel, prediction=30)")
    expect(sentence(page)).to_contain_text("With 20 patients")
    page.get_by_role("menuitem", name="Kernel", exact=True).click()
    page.get_by_role("menuitem", name="Shut Down Kernel", exact=True).click()
    page.locator(".jp-StatusBar-TextItem", has_text="No Kernel").first.wait_for()
    page.get_by_role("slider", name="Patients in the trial").press("End")  # farther than what was fetched at rest
    expect(page.locator(".trialsim-problem:visible")).to_contain_text("Python is not answering")
    expect(page.locator(".trialsim-problem:visible")).to_contain_text("load the page again")
    expect(sentence(page)).to_contain_text("With 20 patients")
    typed = page.get_by_label("Patients in the trial, typed")
    typed.fill("20")
    typed.press("Enter")
    expect(page.get_by_role("slider", name="Patients in the trial")).to_have_attribute("aria-valuetext", "20 patients")
    expect(sentence(page)).to_contain_text("With 20 patients")


def test_prediction_and_checks(opened: Open) -> None:
    """A prediction in its own cell opens the picture below; checks reply, hint and explain, and show text as text."""
    cells = ('lesson.predict("toy")', 'lesson.explore("toy")', "Check(recall)", "Check(apply)")
    page = opened(LESSON, *cells)
    expect(page.get_by_text("Make a guess to open the picture")).to_be_visible()
    page.get_by_role("button", name="This is my guess").dblclick()
    expect(page.get_by_role("alert").filter(has_text="This is where the slider begins")).to_be_visible()
    expect(page.get_by_text("Your guess:")).to_be_hidden()
    commit_guess(page)
    expect(page.get_by_text("Your guess: 50 trials.")).to_be_visible()
    expect(sentence(page)).to_contain_text("With 20 patients")

    ids = page.locator(".trialsim [id]").evaluate_all("nodes => nodes.map((node) => node.id)")
    assert len(set(ids)) == len(ids) > 5, "two widgets share an id, so labels would point to the wrong control"

    check = page.get_by_role("region", name="How many of 20 must respond?")
    reply, typed = check.get_by_role("status"), check.get_by_role("textbox")
    for answer, said in (
        ("", "Nothing is entered yet"),
        ("<img src=x onerror=alert(1)>", "got '<img src=x onerror=alert(1)>'"),
        ("9", "Not yet. With whole responders"),
        ("12", "Close."),
        ("10", "Right. Ten is"),
    ):
        typed.fill(answer)
        typed.press("Enter")
        expect(reply).to_contain_text(said)
    assert check.locator("img").count() == 0
    check.get_by_text("The worked answer").press("Enter")
    expect(check.get_by_text("From 10 on")).to_be_visible()

    check = page.get_by_role("region", name="Is a trial of 21 always better than one of 20?")
    check.get_by_role("radio", name="Yes").check()
    check.get_by_role("button", name="Check my answer").press("Enter")
    expect(check.get_by_role("status")).to_contain_text("Responders are whole people.")
    check.get_by_text("A hint").press("Enter")
    expect(check.get_by_text("Responders are whole people.", exact=True)).to_be_visible()


def test_saved_notebook_reads_before_it_is_run(page: Any, lab: str, notebooks: Path, home: Path) -> None:
    """A saved notebook that is only opened shows what it showed, and no widget's error.

    That is picture, question and folded answer. What follows a prediction is folded: it would tell what is found.
    """
    cells = ('lesson.predict("toy")', "Explorer(panel)", "Check(choose)")
    path = write_notebook(notebooks / "saved.ipynb", LESSON, *cells)
    execute([str(path)])
    open_notebook(page, lab, path.name)
    expect(page.get_by_text("Guess first.")).to_be_visible()
    expect(page.get_by_text("With 20 patients")).to_be_hidden()
    page.get_by_text("After your guess:").click()
    expect(page.get_by_text("With 20 patients")).to_be_visible()
    expect(page.get_by_text("Muscle strength")).to_be_visible()
    expect(page.get_by_text("Physician global; HAQ", exact=True)).to_be_hidden()
    page.get_by_text("Answer", exact=True).click()
    expect(page.get_by_text("Physician global; HAQ", exact=True)).to_be_visible()
    assert "Error displaying widget" not in page.inner_text("body")

    path = path.rename(notebooks / "trusted.ipynb")
    trust(path, home)
    open_notebook(page, lab, path.name)
    page.get_by_text("After your guess:").click()
    expect(page.locator('.jp-OutputArea-output img[src^="data:image/svg"], .jp-RenderedSVG svg')).to_be_visible()
    assert "Error displaying widget" not in page.inner_text("body")


def test_two_parts_are_the_whole_to_the_pixel(page: Any) -> None:
    """Base and layer together look exactly like the figure that matplotlib draws at once."""

    def paint(axes: Any) -> None:
        axes.plot([0, 30, 90], [5, 80, 20], marker="s", zorder=3)
        axes.bar([40, 50], [30, 60], width=6, hatch="//", zorder=3)
        axes.fill_between([0, 90], [0, 0], [10, 30], alpha=0.3, zorder=3)
        axes.text(10, 90, "Twenty patients & more", zorder=4)

    def whole(figure: Any) -> None:
        paint(lay_out(figure))

    def pixels(picture: Picture) -> Any:
        page.set_content(f"<body style='margin:0'>{picture.alone()}")
        return np.asarray(Image.open(BytesIO(page.screenshot())).convert("RGB")).astype(int)

    two, one = pixels(canvas.picture(paint)), pixels(draw_whole(whole))
    assert (two != 255).any(), "nothing was drawn"
    assert np.array_equal(two, one)


def test_ids_of_two_pictures_do_not_meet() -> None:
    """Two pictures on one page share no id."""
    pictures = [canvas.picture(lambda axes, y=y: axes.plot([0, 90], [0, y], marker="o")).alone() for y in (50, 60)]
    ids = [set(re.findall(r' id="([^"]+)"', picture)) for picture in pictures]
    assert all(ids)
    assert not ids[0] & ids[1]


def test_server_sends_at_once(lab: str, home: Path) -> None:
    """The Lab that the project starts has loaded the extension that keeps replies from waiting."""
    assert "trialsim.widgets.nodelay | extension was successfully loaded" in (home / "lab.log").read_text()
    assert "trialsim.widgets.saved_page | extension was successfully loaded" in (home / "lab.log").read_text()
