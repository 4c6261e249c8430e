"""Python dies, somebody goes on typing, and starts again: what was typed since is there, and reaches the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from tests.browser.learner import commit_guess
from tests.browser.real_lab import all_in_the_file
from trialsim.exchange.work_folder import FOLDER, WorkFolder

CELLS = (
    "from dataclasses import replace\nfrom tests.browser.toy_panel import plan, recall\n"
    "plan = replace(plan, questions={'recall': lambda: recall}, words='Say it in a sentence.')\nlesson = plan.begin()",
    "lesson.predict('toy')",
    "lesson.explore('toy')",
    "lesson.check('recall')",
    "lesson.in_words()",
)


def stop_python(page: Any) -> None:
    """As when a kernel is culled, or runs out of memory."""
    page.evaluate("jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    page.locator(".jp-StatusBar-TextItem", has_text="No Kernel").first.wait_for()


def start_again(page: Any) -> None:
    """A new kernel, and all cells."""
    page.evaluate(
        """async () => {
          const { sessionContext } = jupyterapp.shell.currentWidget;
          await sessionContext.changeKernel({ name: "python3" });
          await jupyterapp.commands.execute("notebook:run-all-cells");
        }"""
    )


def kept(notebooks: Path) -> Any:
    """What the file holds of the lesson."""
    return WorkFolder(notebooks / FOLDER).read().work.lessons["00"]


def test_what_is_typed_without_python_is_put_back(opened: Any, notebooks: Path) -> None:
    """A text, a prediction and an answer; then, on a page that is loaded anew, a text that is offered."""
    page = opened(*CELLS)
    box = page.locator("textarea")
    box.fill("FIRST")
    expect(page.get_by_text("Kept.")).to_be_visible()
    stop_python(page)
    box.fill("FIRST and a paragraph of PRECIOUS words")
    guess = page.locator("section.trialsim", has_text="how many would succeed").first
    guess.get_by_role("textbox").fill("80")
    guess.get_by_role("textbox").press("Enter")
    answer = page.get_by_label("Responders")
    answer.fill("11")
    expect(page.get_by_text("What you wrote is kept in this browser")).to_be_visible()
    start_again(page)
    expect(box).to_have_value("FIRST and a paragraph of PRECIOUS words")
    expect(page.get_by_text("Kept.")).to_be_visible()
    assert kept(notebooks).words == {"transfer": "FIRST and a paragraph of PRECIOUS words"}
    expect(guess.get_by_role("textbox")).to_have_value("80")
    commit_guess(guess)
    expect(guess.get_by_text("Your guess: 80")).to_be_visible()
    expect(answer).to_have_value("11")
    all_in_the_file(page, but=1)

    stop_python(page)
    box.fill("SECOND")
    page.reload()
    page.locator(".jp-Notebook .jp-Cell").first.wait_for()
    page.wait_for_function("jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'")
    page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
    expect(box).to_have_value("FIRST and a paragraph of PRECIOUS words")
    words = page.locator("section.trialsim", has=page.locator("textarea"))
    expect(words).to_contain_text("“SECOND”")
    words.get_by_role("button", name="Bring it back").press("Enter")
    expect(box).to_have_value("SECOND\n\nFIRST and a paragraph of PRECIOUS words")
    expect(page.get_by_text("Kept.")).to_be_visible()
