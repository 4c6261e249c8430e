"""Tests of this folder drive a real browser: skipped, and said so, where there is none; in CI that is a failure."""

from __future__ import annotations

import os

import pytest

from tests.browser.real_lab import browser_path


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
