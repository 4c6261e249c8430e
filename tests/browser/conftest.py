"""Tests of this folder drive a real browser: skipped, and said so, where there is none; in CI that is a failure."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.everyone import close_kernels
from tests.browser.real_lab import (
    ROOT,
    TOKEN,
    browser_path,
    lesson_started,
    open_notebook,
    run_all,
    running_browser,
    running_lab,
    write_notebook,
)
from trialsim.exchange.work_folder import FOLDER


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark every test of this folder."""
    item.add_marker("browser")


@pytest.fixture(scope="session", autouse=True)
def browser() -> str:
    """The path of the browser to drive."""
    path = browser_path()
    if path is None:
        reason = "no Chromium or Chrome was found (TRIALSIM_BROWSER can name one)"
        if os.environ.get("TRIALSIM_REQUIRE_BROWSER"):
            pytest.fail(reason)
        pytest.skip(reason)
    return path


@pytest.fixture(scope="session")
def notebooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the Lab of these tests shows."""
    return tmp_path_factory.mktemp("notebooks")


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where that Lab keeps its settings."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def lab(notebooks: Path, home: Path) -> Iterator[str]:
    """The address of a running JupyterLab."""
    with running_lab(notebooks, home) as address:
        yield address


@pytest.fixture(scope="session")
def context(browser: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A browser with a new profile."""
    with running_browser(tmp_path_factory.mktemp("profile")) as context:
        yield context


@pytest.fixture(autouse=True)
def nothing_kept(notebooks: Path) -> None:
    """Begin every test as somebody who has done nothing yet."""
    shutil.rmtree(notebooks / FOLDER, ignore_errors=True)


@pytest.fixture
def page(context: Any) -> Iterator[Any]:
    """A page of that browser."""
    page = context.new_page()
    yield page
    page.close()


@pytest.fixture
def lesson(page: Any, lab: str, notebooks: Path, request: pytest.FixtureRequest) -> Any:
    """The page of the lesson that the module's `NAME` names, with a new kernel and nothing kept, started by itself."""
    name = request.module.NAME
    shutil.copy(ROOT / "notebooks" / name, notebooks / name)
    close_kernels(lab, name)
    shutil.rmtree(notebooks / FOLDER, ignore_errors=True)  # what the kernel before wrote after its page had gone
    page.goto(f"{lab}/api?token={TOKEN}")
    page.evaluate("localStorage.clear()")
    open_notebook(page, lab, name)
    lesson_started(page)
    return page


@pytest.fixture
def opened(page: Any, lab: str, notebooks: Path, request: pytest.FixtureRequest) -> Any:
    """Give a function that writes a notebook of these cells, opens it in Lab, runs all of it, and returns the page."""

    def open_and_run(*cells: str) -> Any:
        name = f"{request.node.originalname}.ipynb"
        write_notebook(notebooks / name, *cells)
        open_notebook(page, lab, name)
        run_all(page)
        return page

    return open_and_run
