"""The site that needs no server: built, served as plain files, alive without a click, and asking nothing of any host.

It is built here, which needs the network, unless `TRIALSIM_SITE` names the folder of one that is there. Every page:
`python3 tests -m "slow or not slow" tests/browser/test_site.py`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest

from tests.browser import learner
from tests.browser.opening import plain_files
from tests.browser.real_lab import ROOT, all_in_the_file, lesson_started

PAGES = sorted(str(path.relative_to(ROOT / "notebooks")) for path in (ROOT / "notebooks").rglob("*.ipynb"))
# Python starts anew on each page: the first is opened each time, the busiest below, all of them before a release.
EACH_TIME = ("00_start_here.ipynb",)
# Python starts anew on each page, in the browser, beside whatever else this machine does.
STARTS = 300_000


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the site."""
    out = Path(os.environ.get("TRIALSIM_SITE") or tmp_path_factory.mktemp("site") / "out")
    if not (out / "jupyter-lite.json").is_file():
        subprocess.run([sys.executable, str(ROOT / "binder" / "site"), str(out)], check=True, cwd=ROOT)
    with plain_files(out) as address:
        yield address


def test_the_first_page_leads_to_every_page(page: Any, site: str) -> None:
    """It leads to all notebooks that there are, and the site has them."""
    page.goto(f"{site}/index.html")
    links = [
        str(link) for link in page.locator("li a, p a:not(.start)").evaluate_all("(all) => all.map((a) => a.href)")
    ]
    assert len(links) == len(PAGES)
    for link in links:
        path = link.split("path=")[1].split("&")[0]
        assert page.request.get(f"{site}/files/{path}").ok


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] * (name not in EACH_TIME)) for name in PAGES]
)
def test_a_page_comes_alive_without_a_click(page: Any, site: str, name: str) -> None:
    """It starts itself, says when it is ready, shows no error, moves, asks no other host, leads to the card."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site}/lab/index.html?path={quote(name)}&alone=yes")
    page.locator("[data-lesson=ready]").wait_for(timeout=STARTS)
    for kind in ("error", "stderr"):
        told = page.locator(f"[data-mime-type='application/vnd.jupyter.{kind}']")
        assert told.all_text_contents() == []
    assert {url for url in asked if not url.startswith((site, "blob:", "data:"))} == set()
    assert f"path={name}" in unquote(page.url), "loaded again, it would be another page"
    page.locator(".jp-FileBrowser:visible").wait_for(state="hidden")
    numbers = page.get_by_label("Case number").evaluate_all("(all) => all.map((input) => input.value)")
    assert [number for number in numbers if not number.isdecimal()] == [], "None comes as undefined from Pyodide"
    slider = page.locator("section.trialsim input[type=range]:visible").first
    if slider.count():
        before = slider.input_value()
        slider.press("ArrowLeft" if before == slider.get_attribute("max") else "ArrowRight")
        assert slider.input_value() != before
    page.evaluate("() => void Promise.reject(new DOMException('', 'QuotaExceededError'))")
    page.locator(".ts-told", has_text="storage is full").wait_for()
    if (card := page.get_by_role("link", name="IMACS in one view").first).count():
        card.click()
        page.locator(".jp-MarkdownViewer :is(h1, h2)").first.wait_for()


def test_work_is_there_on_the_second_visit(page: Any, site: str) -> None:
    """Guess, control, answer and words are in the folder of the site, and nothing has to be brought back."""
    page.goto(f"{site}/index.html")
    page.evaluate("localStorage.clear()")  # what was moved on another page, and left at once
    for then in (learner.work_through, learner.is_as_left):
        page.goto(f"{site}/lab/index.html?path={quote(learner.NAME)}&alone=yes")
        page.locator("[data-lesson=ready]").wait_for(timeout=STARTS)
        lesson_started(page)
        assert page.get_by_role("button", name="Bring it back").filter(visible=True).count() == 0
        then(page)
        all_in_the_file(page)
        page.goto("about:blank")


def test_nothing_is_overwritten_that_is_no_site(tmp_path: Path) -> None:
    """A folder that holds something else stays as it is."""
    (tmp_path / "thesis.txt").write_text("mine")
    done = subprocess.run(
        [sys.executable, str(ROOT / "binder" / "site"), str(tmp_path)], capture_output=True, text=True
    )
    assert done.returncode and "holds something else" in done.stderr
    assert (tmp_path / "thesis.txt").read_text() == "mine"
