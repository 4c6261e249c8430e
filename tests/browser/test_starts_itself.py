"""A lesson of ours starts itself, stays at its top and hides its code; nobody else's notebook does any of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.browser.real_lab import TOKEN, running_lab

CELLS = (
    "import time; from IPython.display import HTML, display; ran = []",
    "ran.append(1); display(HTML(\"<p class='alive'>first</p>\"))",
    "time.sleep(0.5); ran.append(2); display(HTML(\"<p class='alive'>second</p>\"))",
)
SAVED = '<p class="saved" style="height: 300px">a saved picture</p>'
GLOSSARY = '# Glossary\n\n## <a id="power"></a>power\n\nHow often it succeeds.\n\n- **Computed by:** `x`\n'


def notebook(*more: str, cells: tuple[str, ...] = CELLS) -> dict[str, Any]:
    """A page of text and cells, each with a saved output."""
    import nbformat.v4 as v4

    text = "# A question\n\nSee [power](reference/glossary.md#power), then [the next](next.ipynb).\n" + "\n\nText." * 40
    made = [v4.new_markdown_cell(text)]
    for source in (*cells, *more):
        output = v4.new_output("display_data", data={"text/html": SAVED, "text/plain": "saved"})
        made.append(v4.new_code_cell(source, outputs=[output], execution_count=1))
    for at, cell in enumerate(made):
        cell["id"] = f"cell-{at}"
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return dict(v4.new_notebook(cells=made, metadata=kernel))


@pytest.fixture(scope="module")
def lessons(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Lab with the extension, in whose folder one notebook is ours and others are not."""
    folder, home = tmp_path_factory.mktemp("lessons"), tmp_path_factory.mktemp("lessons-home")
    ours = {"lesson.ipynb": json.dumps(notebook()).encode()}
    pages = {
        "lesson.ipynb": notebook(),
        "next.ipynb": notebook(),
        "stranger.ipynb": notebook(cells=(*CELLS[:2], CELLS[2] + "  # changed")),
        "shorter.ipynb": notebook(cells=CELLS[:2]),
        "with_own.ipynb": notebook("display(HTML(\"<p class='alive'>own</p>\"))"),
        "never_begun.ipynb": notebook("display(HTML(\"<p class='alive'>own</p>\"))"),
    }
    for name, page in pages.items():
        (folder / name).write_text(json.dumps(page), encoding="utf-8")
    (folder / "reference").mkdir()
    (folder / "reference" / "glossary.md").write_text(GLOSSARY, encoding="utf-8")
    with running_lab(folder, home, lessons=ours) as address:
        yield address


def open_alone(page: Any, address: str, name: str) -> None:
    """Open a notebook on Lab's page of one document, and touch nothing."""
    page.goto(f"{address}/doc/tree/{name}?token={TOKEN}")
    page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=90_000)


def wait_until_ready(page: Any) -> None:
    """Until the lesson that is in sight says so."""
    page.locator("[data-lesson=ready]:visible").wait_for(timeout=90_000)


def asked_for(page: Any) -> list[str]:
    """What the page will have asked the server for, in its order: method and path."""
    found: list[str] = []
    page.on("request", lambda request: found.append(f"{request.method} {urlsplit(request.url).path}"))
    return found


def alive(page: Any) -> list[str]:
    """What the cells have shown, of the notebook that is in sight."""
    return list(page.locator(".jp-Notebook:visible .alive").all_text_contents())


def test_a_lesson_of_ours_starts_itself_and_stays_at_its_top(page: Any, lessons: str) -> None:
    """No click: it says that it starts, shows what was saved until the new has come, says that it is ready.

    Its beginning is there before JupyterLab is, and gives way to it. Python is asked for before JupyterLab itself is
    there, and the page loads nothing that it does not show.
    """
    asked = asked_for(page)
    page.goto(f"{lessons}/doc/tree/lesson.ipynb?token={TOKEN}", wait_until="commit")
    beginning = page.get_by_role("region", name="The beginning of the lesson")
    beginning.get_by_role("heading", name="A question").wait_for()
    assert page.locator("#main").count() == 0, "JupyterLab is not there yet"
    beginning.get_by_role("status").filter(has_text="its beginning can be read").wait_for()
    assert beginning.locator("a, button, summary, [tabindex]").count() == 0, "nothing takes the focus that goes again"
    page.locator(".jp-Notebook .jp-RenderedMarkdown").first.wait_for(timeout=90_000)
    beginning.wait_for(state="detached")
    page.locator(".ts-told", has_text="Starting").wait_for()
    assert page.locator(".saved:visible").count() > 0
    wait_until_ready(page)
    assert page.locator(".ts-told").text_content() == "Ready."
    page.locator(".alive", has_text="second").wait_for()
    assert alive(page) == ["first", "second"]
    assert "GET /lab/extensions/trialsim-lessons/static/first/lesson.html" in asked
    assert asked.index("POST /api/sessions") < asked.index("GET /lab/api/settings")
    assert "GET /api/nbconvert" not in asked
    counts = page.evaluate("[...jupyterapp.shell.currentWidget.content.model.cells].map((c) => c.executionCount)")
    assert counts == [None, 1, 2, 3], "the imports that were done early count as no cell"
    page.wait_for_function("!document.querySelector('.ts-kept')")
    assert page.locator(".saved").count() == 0
    assert page.evaluate("document.querySelector('.jp-WindowedPanel-outer').scrollTop") == 0
    assert page.locator(".jp-CodeCell .jp-Cell-inputWrapper:visible").count() == 0
    for tool in ("#jp-top-panel", "#jp-menu-panel", ".jp-SideBar", "#jp-bottom-panel", ".jp-NotebookPanel-toolbar"):
        assert page.locator(f"{tool}:visible").count() == 0, tool
    assert page.locator(".ts-whole").get_attribute("href").endswith("/lab/tree/lesson.ipynb")


def test_on_a_tablet_the_list_of_files_makes_room_for_the_lesson(page: Any, lessons: str) -> None:
    """In the whole JupyterLab the list is open beside a lesson where there is room for both, and only there."""
    listed = page.locator(".jp-FileBrowser:visible")
    for width, count in ((1400, 1), (820, 0)):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{lessons}/lab/tree/lesson.ipynb?token={TOKEN}&reset")
        wait_until_ready(page)
        assert listed.count() == count, width


def test_the_code_is_one_switch_away_and_the_switch_is_remembered(page: Any, lessons: str) -> None:
    """It shows all code, here and on the next page, until it is pressed again."""
    open_alone(page, lessons, "lesson.ipynb")
    wait_until_ready(page)
    page.locator(".ts-code").click()
    assert page.locator(".jp-CodeCell .jp-Cell-inputWrapper:visible").count() > 0
    open_alone(page, lessons, "lesson.ipynb")
    wait_until_ready(page)
    assert page.locator(".jp-CodeCell .jp-Cell-inputWrapper:visible").count() > 0
    page.locator(".ts-code").click()
    assert page.locator(".jp-CodeCell .jp-Cell-inputWrapper:visible").count() == 0


@pytest.mark.parametrize("name", ["stranger.ipynb", "shorter.ipynb"])
def test_a_strangers_notebook_runs_nothing_and_shows_nothing_of_ours(page: Any, lessons: str, name: str) -> None:
    """One changed cell, or one that is missing, and it is a notebook like any other."""
    asked = asked_for(page)
    open_alone(page, lessons, name)
    page.locator("#jp-menu-panel").wait_for()
    page.wait_for_function("jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'")
    page.wait_for_timeout(1000)
    assert page.locator(".ts-bar").count() == 0
    assert "GET /lab/extensions/trialsim-lessons/static/first/lesson.html" not in asked
    assert alive(page) == []
    assert asked.index("GET /lab/api/settings") < asked.index("POST /api/sessions"), "only JupyterLab starts it"
    counts = page.evaluate("[...jupyterapp.shell.currentWidget.content.model.cells].map((c) => c.executionCount)")
    assert set(counts) == {None, 1}


def test_cells_of_ones_own_are_never_started_unasked(page: Any, lessons: str) -> None:
    """A copy with a cell more waits to be asked, then runs the lesson's cells only."""
    open_alone(page, lessons, "with_own.ipynb")
    again = page.locator(".ts-again", has_text="Start the lesson")
    again.wait_for(timeout=60_000)
    assert alive(page) == []
    again.click()
    wait_until_ready(page)
    assert alive(page) == ["first", "second"]
    assert page.locator(".ts-own .jp-Cell-inputWrapper:visible").count() == 1


def test_one_cell_run_out_of_order_says_what_comes_first(page: Any, lessons: str) -> None:
    """No traceback of a name that is not defined, and the lesson is one button away."""
    open_alone(page, lessons, "never_begun.ipynb")
    page.locator(".ts-again", has_text="Start the lesson").wait_for(timeout=60_000)
    # Before Python is there, Lab asks which kernel to take.
    page.wait_for_function("jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'")
    page.evaluate(
        """async () => {
          jupyterapp.shell.currentWidget.content.activeCellIndex = 2;
          await jupyterapp.commands.execute("notebook:run-cell");
        }"""
    )
    page.locator(".jp-OutputArea-output", has_text="Run the first cell of the lesson first").wait_for()
    assert page.get_by_text("NameError").count() == 0
    page.locator(".ts-again", has_text="Start the lesson").click()
    wait_until_ready(page)
    assert page.get_by_text("Run the first cell").count() == 0


def test_python_that_stopped_is_one_button_away(page: Any, lessons: str) -> None:
    """The page says what happened; the button starts the lesson again."""
    open_alone(page, lessons, "lesson.ipynb")
    wait_until_ready(page)
    page.evaluate("jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    page.locator(".ts-told", has_text="Python has stopped").wait_for()
    page.locator(".ts-again").click()
    wait_until_ready(page)
    page.evaluate("jupyterapp.shell.currentWidget.sessionContext.restartKernel()")
    page.locator(".ts-told", has_text="Python was started again").wait_for()
    page.locator(".ts-again").click()
    wait_until_ready(page)
    assert alive(page) == ["first", "second"]


def test_a_word_opens_where_it_stands(page: Any, lessons: str) -> None:
    """Its entry without what is for programmers; the whole page leads back."""
    open_alone(page, lessons, "lesson.ipynb")
    wait_until_ready(page)
    page.get_by_role("link", name="power").click()
    word = page.get_by_role("dialog", name="power")
    word.wait_for()
    assert "How often it succeeds." in word.inner_text() and "Computed by" not in word.inner_text()
    page.keyboard.press("Escape")
    page.locator(".ts-word").wait_for(state="detached")
    page.get_by_role("link", name="power").click()
    word.get_by_role("button", name="All words").click()
    page.locator(".ts-back:visible").click()
    page.get_by_role("link", name="the next").wait_for()
    assert page.url.endswith("/doc/tree/lesson.ipynb")


def test_lessons_lead_to_one_another_and_back(page: Any, lessons: str) -> None:
    """A link opens the next lesson in place, and it starts; the browser's Back goes back."""
    open_alone(page, lessons, "lesson.ipynb")
    wait_until_ready(page)
    page.get_by_role("link", name="the next").click()
    page.wait_for_url("**/doc/tree/next.ipynb")
    wait_until_ready(page)
    page.go_back()
    page.wait_for_function("jupyterapp.shell.currentWidget.context.path === 'lesson.ipynb'")


def test_how_it_was_computed_becomes_a_cell_of_the_readers_own(page: Any, lessons: str) -> None:
    """Ready to run, its code in sight, below the picture that it belongs to."""
    open_alone(page, lessons, "lesson.ipynb")
    wait_until_ready(page)
    page.evaluate("""document.dispatchEvent(new CustomEvent("trialsim:cell", { detail: { code: "print(6 * 7)" } }))""")
    own = page.locator(".ts-own")
    own.locator(".jp-Cell-inputWrapper").wait_for()
    page.keyboard.press("Shift+Enter")
    own.locator("pre", has_text="42").wait_for()
