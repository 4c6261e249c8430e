"""Brings in the project's own habits of testing wherever a test of this folder runs."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Load them once, also where the command line loaded them already."""
    config.pluginmanager.import_plugin("tests.plugin")


@pytest.fixture(autouse=True)
def no_loop_of_a_browser(request: pytest.FixtureRequest) -> Iterator[None]:
    """Hide the loop that a browser test of the same process has left running: a page's own parts would take it."""
    running = None if request.node.get_closest_marker("browser") else asyncio.events._get_running_loop()
    if running is not None:
        asyncio.events._set_running_loop(None)
    yield
    if running is not None:
        asyncio.events._set_running_loop(running)
