"""The site that needs no server: built, served as plain files, alive without a click, and asking nothing of any host.

Minutes, and the network to build it: `python3 tests -m slow tests/browser/test_site.py`.
"""

from __future__ import annotations

import functools
import http.server
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.real_lab import ROOT
from trialsim.facts.course import lessons

pytestmark = pytest.mark.slow


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A server of plain files that says nothing."""

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the site."""
    out = tmp_path_factory.mktemp("site") / "out"
    subprocess.run([sys.executable, str(ROOT / "binder" / "site"), str(out)], check=True, cwd=ROOT)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(out)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_the_first_page_leads_to_every_lesson(page: Any, site: str) -> None:
    """Each link of the list is there and names a notebook that the site has."""
    page.goto(f"{site}/index.html")
    links = [str(link) for link in page.locator("ol a").evaluate_all("(all) => all.map((a) => a.href)")]
    assert len(links) == len(lessons())
    for link in links:
        path = link.split("path=")[1].split("&")[0]
        assert page.request.get(f"{site}/files/{path}").ok


@pytest.mark.parametrize("name", ["00_start_here.ipynb", "04_power_of_twenty.ipynb"])
def test_a_lesson_comes_alive_without_a_click(page: Any, site: str, name: str) -> None:
    """It starts itself, says when it is ready, shows no error, can be loaded again, and asks no other host."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site}/lab/index.html?path={name}&alone=yes")
    page.locator("[data-lesson=ready]").wait_for(timeout=400_000)
    assert page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0
    assert f"path={name}" in page.url
    assert {url for url in asked if not url.startswith((site, "blob:", "data:"))} == set()
    if name.startswith("04"):
        slider = page.locator("input[type=range]").last
        before = slider.input_value()
        slider.press("ArrowLeft")
        assert slider.input_value() != before


def test_nothing_is_overwritten_that_is_no_site(tmp_path: Path) -> None:
    """A folder that holds something else stays as it is."""
    (tmp_path / "thesis.txt").write_text("mine")
    done = subprocess.run(
        [sys.executable, str(ROOT / "binder" / "site"), str(tmp_path)], capture_output=True, text=True
    )
    assert done.returncode and "holds something else" in done.stderr
    assert (tmp_path / "thesis.txt").read_text() == "mine"
